"""The timers, on a real systemd and a real cron."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

QUARTERDECK = str(Path(sys.executable).parent / "quarterdeck")
MANAGERS = ("/lib/systemd/systemd", "/usr/lib/systemd/systemd")
HOSTILE = "our re\"ports' 100% $HOME 月"
COMPANY = """
[schedule]
due = [{report = "monthly", working_day = 3}]
"""


def run(words: list[str], env: dict[str, str], **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, env=env, capture_output=True, text=True, check=False, timeout=120, **options)  # type: ignore[call-overload,no-any-return]


def schedule(action: str, kind: str, place: Path, env: dict[str, str]) -> dict[str, object]:
    words = [QUARTERDECK, "schedule", action, "--with", kind, "--json"]
    done = run([*words, "--data", str(place / "data"), "--reports", str(place / HOSTILE)], env)
    assert done.returncode == 0, done.stderr
    told: dict[str, object] = json.loads(done.stdout)
    return told


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A company whose review is due, but whose data is not there: run-due says so and ends with 1."""
    for name in ("data", HOSTILE):
        (tmp_path / name).mkdir()
    (tmp_path / "data" / "company.toml").write_text(COMPANY, encoding="utf-8")
    return tmp_path


@pytest.fixture
def user_systemd(tmp_path: Path) -> Iterator[dict[str, str]]:
    """An environment with a systemd of its own: nothing of whoever runs the tests is touched."""
    manager = next((path for path in MANAGERS if Path(path).exists()), None)
    if manager is None or shutil.which("systemctl") is None:
        pytest.skip("systemd is not installed")
    if not Path("/run/systemd/system").is_dir():
        pytest.skip("not started by systemd, and nobody made /run/systemd/system")
    runtime = Path(tempfile.mkdtemp(prefix="sd"))  # sockets need short names
    env = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "DBUS_"))},
        "XDG_RUNTIME_DIR": str(runtime),
        "HOME": str(tmp_path / "home"),
    }
    (tmp_path / "home").mkdir()
    process = subprocess.Popen([manager, "--user"], env=env, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            if run(["systemctl", "--user", "show-environment"], env).returncode == 0:
                break
            time.sleep(0.1)
        else:
            pytest.skip("systemd does not start a second manager of this user here")
        yield env
    finally:
        process.terminate()
        process.wait(30)
        shutil.rmtree(runtime, ignore_errors=True)


def test_systemd_takes_the_timer_and_its_service_runs_what_is_due(
    user_systemd: dict[str, str], place: Path
) -> None:
    told = schedule("install", "auto", place, user_systemd)
    assert told["with"] == "systemd"
    assert told["installed"]

    listed = run(["systemctl", "--user", "list-timers", "--output=json"], user_systemd)
    (one,) = json.loads(listed.stdout)
    assert time.localtime(one["next"] // 1_000_000).tm_min == 5
    shown = run(["systemctl", "--user", "show", one["unit"], "-p", "Persistent,LoadError"], user_systemd)
    assert "Persistent=yes" in shown.stdout

    service = one["activates"]
    started = run(["systemctl", "--user", "start", service], user_systemd)
    result = run(["systemctl", "--user", "show", service, "-p", "ExecMainStatus"], user_systemd).stdout
    assert started.returncode != 0, "a review that is held back is no success for systemd"
    assert result.strip() == "ExecMainStatus=1"
    assert list((place / HOSTILE).iterdir()), "the words arrive as they were given"

    assert not schedule("remove", "auto", place, user_systemd)["installed"]
    again = run(["systemctl", "--user", "list-timers", "--all", "--output=json"], user_systemd)
    assert json.loads(again.stdout) == []
    assert not list((place / "home" / ".config" / "systemd" / "user").glob("*.timer"))


def test_cron_reads_the_line_and_its_command_runs(place: Path) -> None:
    if shutil.which("crontab") is None:
        pytest.skip("cron is not installed")
    if os.environ.get("QUARTERDECK_TEST_CRONTAB") != "1":
        pytest.skip("would write your crontab; QUARTERDECK_TEST_CRONTAB=1 allows it")
    env = dict(os.environ)
    before = run(["crontab", "-l"], env).stdout
    try:
        assert schedule("install", "cron", place, env)["installed"]
        kept = run(["crontab", "-l"], env).stdout
        line = next(line for line in kept.splitlines() if str(place) in line)
        minute, *_, command = line.split(" ", 5)
        assert minute == "5"
        # As cron does it: `\\%` is `%`, and hardly any environment.
        bare = {"HOME": str(place), "PATH": "/usr/bin:/bin", "SHELL": "/bin/sh"}
        done = run(["/bin/sh", "-c", command.replace("\\%", "%")], bare)
        assert done.returncode == 1, done.stderr
        assert "monthly review" in done.stdout
        assert list((place / HOSTILE).iterdir()), "the words arrive as they were given"
        assert not schedule("remove", "cron", place, env)["installed"]
        assert run(["crontab", "-l"], env).stdout.splitlines() == before.splitlines()
    finally:
        run(["crontab", "-"], env, input=before)
