"""The package on a system that lacks what Windows lacks: every module is imported, and reviews are published.

`stubs/without_posix` says what is taken away, and what it does not prove. Runs are processes of their own, so
that workers and kernels have it taken away too.
"""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STUBS = ROOT / "tests" / "unit" / "publish" / "stubs"
MODULES = sorted((ROOT / "pipeline").rglob("*.py"))

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux can play this part")

IMPORT_ALL = """
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
"""

IS_AS_WINDOWS = """
import os, signal, socket
missing = [name for name in ("fork", "getuid", "killpg", "set_blocking", "O_DIRECTORY") if hasattr(os, name)]
missing += [name for name in ("SIGKILL", "SIGHUP") if hasattr(signal, name)]
missing += [name for name in ("AF_UNIX", "send_fds") if hasattr(socket, name)]
for name in ("fcntl", "pwd", "resource", "termios"):
    try:
        __import__(name)
        missing.append(name)
    except ImportError:
        pass
"""

REFUSED = (
    "os.symlink('a', 'b')",
    "open('a:b', 'w')",
    "open('a.', 'w')",
    "os.open('.', 0)",
    "os.fsync(os.open('held', os.O_RDONLY))",
    "os.replace('.', '..')",
    "os.rename('held', 'other')",
    "os.unlink('held')",
    "select.select([pipe], [], [], 0)",
    "waiting.register(pipe, 1); waiting.select(0)",
)

PUBLISH_TWICE = """
import sys
from collections.abc import Iterator
from pathlib import Path
from stub_house import Home, Quiet

home, progress = Home(Path(sys.argv[1])), Quiet()
for value in (1.0, 2.0):
    home.says("win_loss", "wins", value)
    result = home.review(progress, scopes=("company", "market=East") if value == 1.0 else ("company",))
    assert result.exit_code == 0, result
home.notebook("win_loss", "raise ValueError('no good')")
assert home.review(progress).exit_code == 1
assert progress.tried_again == [], progress.tried_again
"""

KILL_BY_LIMIT = """
import sys
from collections.abc import Iterator
from pathlib import Path
from stub_house import Home
from pipeline.publish.jobs import Limits

home = Home(Path(sys.argv[1]))
home.notebook("win_loss", "import os, pathlib, time",
              f"pathlib.Path({str(home.folder / 'kernel')!r}).write_text(str(os.getpid())); time.sleep(60)")
result = home.review(limits=Limits(seconds=4.0))
assert result.exit_code == 1
assert "longer than the 4 seconds" in result.scopes[0].held_by[0].message, result
"""


COMMANDS = """
import datetime, os, sys
from pathlib import Path

from pipeline import cli
from pipeline.commands import timetable
from pipeline.publish.analyst.template import new_notebook

project = Path(sys.argv[1])
os.environ["QUARTERDECK_HOME"] = str(project)
data, reports, share = (project / name for name in ("data", "reports", "share"))
new_notebook("opening", project, project / "locale", "Opening")


def call(expected, *words):
    code = 0
    try:
        where = ["--reports", str(reports)] if words[0] in PUBLISHES else []
        cli.main([*words, "--data", str(data), *where])
    except SystemExit as ended:
        code = int(ended.code or 0)
    assert code == expected, (words, code)


PUBLISHES = {"check", "review", "run", "verify", "diff", "history", "due", "run-due", "deliver", "schedule"}
call(0, "demo", "--customers", "50", "--until", "2026-10")
due = 'due = [{ report = "monthly", working_day = 3, scopes = ["company"] }]'
to = f'recipients = [{{ to = {str(share)!r} }}]'.replace("'", '"')
text = f'name = "华东 Small"\\n[schedule]\\n{due}\\n[delivery]\\n{to}\\n'
(data / "company.toml").write_text(text, encoding="utf-8")
exports = project / "exports"
exports.mkdir()
(exports / "customers.csv").write_text("customer_id,name\\nX1,Acme\\n", encoding="utf-8")
call(0, "import", str(exports))
call(0, "check")
timetable._now = lambda: datetime.datetime(2026, 11, 5, 1, 0, tzinfo=datetime.UTC)
call(0, "run-due")
call(0, "review", "2026-10")
call(0, "verify", "2026-10")
call(0, "history")
call(0, "due")
call(0, "diff", "2026-10", "2026-10")
call(0, "deliver", "2026-10")
call(0, "schedule", "show", "--with", "schtasks")
"""


def run(*command: str, folder: Path, seconds: float = 300.0) -> str:
    """A Python in which it is all taken away; returns what it wrote on standard output."""
    path = os.pathsep.join(map(str, (STUBS / "without_posix", STUBS, ROOT)))
    surroundings = {
        **os.environ, "PYTHONPATH": path, "PYTHONWARNDEFAULTENCODING": "1", "OMP_NUM_THREADS": "1",
        "PYTHONWARNINGS": "ignore::EncodingWarning", "QUARTERDECK_HOME": str(ROOT),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, *command],
        check=False,
        env=surroundings,
        cwd=folder,
        capture_output=True,
        timeout=seconds,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def name_of(module: Path) -> str:
    return ".".join(module.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def test_it_really_is_taken_away(tmp_path: Path) -> None:
    (tmp_path / "pipeline").mkdir()
    code = f"exec({IS_AS_WINDOWS!r}, told := {{'__name__': 'pipeline.x'}}); print(told['missing'])"
    assert run("-c", code, folder=tmp_path) == "[]\n"
    code = "import os, select, selectors\npipe = os.pipe()[0]\n"
    code += "waiting = selectors.DefaultSelector()\nheld = open('held', 'w', encoding='ascii')\n"
    for refused in REFUSED:
        code += f"try:\n    {refused}\nexcept OSError:\n    print({refused!r})\n"
    assert run("-c", code, folder=tmp_path).splitlines() == list(REFUSED)


def test_every_module_is_imported(tmp_path: Path) -> None:
    names = [name for name in map(name_of, MODULES) if not name.endswith("__main__")]
    assert len(names) > 200
    run("-c", IMPORT_ALL, *names, folder=tmp_path)


def test_a_review_is_published_replaced_and_held_back(tmp_path: Path) -> None:
    run("-c", PUBLISH_TWICE, str(tmp_path / "home"), folder=tmp_path)
    reports = tmp_path / "home" / "reports"
    record = json.loads((reports / "2026-10" / "company" / "run.json").read_text(encoding="utf-8"))
    assert record["headlines"] == {"wins": 2.0}, "the failed run left the last good report"
    assert not (reports / "2026-10").is_symlink()
    for name in record["notebooks"]["win_loss"]["files"]:
        content = (reports / "2026-10" / "company" / name).read_bytes()
        assert content
        assert b"\r" not in content
    assert (reports / "2026-10" / "market=East" / "win_loss.html").is_file(), "and the other scope"
    assert (reports / "incidents" / "2026-10" / "company.html").is_file()
    assert len(list((reports / ".runs" / "2026-10").iterdir())) == 2
    assert sorted(path.name for path in reports.iterdir() if path.name.startswith(".2026")) == []


def test_a_kernel_over_its_limit_is_killed(tmp_path: Path) -> None:
    import psutil

    run("-c", KILL_BY_LIMIT, str(tmp_path / "home"), folder=tmp_path)
    assert not psutil.pid_exists(int((tmp_path / "home" / "kernel").read_text(encoding="ascii")))


def test_the_commands_do_their_work(tmp_path: Path) -> None:
    """Simulator, DuckDB file, import, a notebook with real pages, verification, calendar, delivery, timer."""
    told = run("-c", COMMANDS, str(tmp_path / "project"), folder=tmp_path).splitlines()
    project = tmp_path / "project"
    page = project / "share" / "2026-10" / "company" / "opening.html"
    assert "Opening" in page.read_text(encoding="utf-8")
    assert any(line.startswith("rem ") and line.endswith(".cmd, every hour") for line in told)
    batch_file = next(line for line in told if '"run-due"' in line)
    assert f'"{project / "reports"}"' in batch_file


def test_dates_are_written_with_directives_that_every_system_knows() -> None:
    every = set("aAbBcdfHIjmMpSUwWxXyYzZ%")
    directives = {
        (str(path.relative_to(ROOT)), directive)
        for path in MODULES
        for text in _formats_of_dates(ast.parse(path.read_text(encoding="utf-8")))
        for directive in re.findall(r"%(.)", text)
    }
    assert {one for one in directives if one[1] not in every} == set()
    assert len(directives) > 10


def _formats_of_dates(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FormattedValue) and node.format_spec is not None:
            texts = [str(part.value) for part in ast.walk(node.format_spec) if isinstance(part, ast.Constant)]
            yield from (text for text in texts if re.search(r"%[A-Za-z]|%-", text))
        called = node.func if isinstance(node, ast.Call) else None
        if isinstance(node, ast.Call) and isinstance(called, ast.Attribute) and called.attr == "strftime":
            yield from (str(one.value) for one in node.args if isinstance(one, ast.Constant))
