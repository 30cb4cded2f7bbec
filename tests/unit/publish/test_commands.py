"""The commands from end to end on a small company: exit codes, the gate, the catalogue, what is due."""

from __future__ import annotations

import datetime
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipeline import cli
from pipeline.commands import timetable
from pipeline.publish.analyst.template import new_notebook
from pipeline.warehouse import Warehouse

ROOT = Path(__file__).parents[3]
COMPANY = """
name = "Small"
[schedule]
due = [{ report = "monthly", working_day = 3, scopes = ["company", "market=East"] }]
[delivery]
recipients = [
    { to = "%(share)s/boss" },
    { to = "%(share)s/east", role = "market_manager", scope = "market=East", language = "zh" },
]
"""

pytestmark = pytest.mark.timeout(900)


class Place:
    """A project with one notebook and the data of a company of fifty customers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data, self.reports, self.share = folder / "data", folder / "reports", folder / "share"
        new_notebook("opening", folder, folder / "locale", "Opening")
        self.call("demo", "--customers", "50", "--until", "2026-10", "--data", str(self.data))
        self.data.joinpath("company.toml").write_text(COMPANY % {"share": self.share.as_uri()})

    def call(self, command: str, *words: str) -> int:
        """The exit code of a command."""
        try:
            cli.main([command, *words])
        except SystemExit as ended:
            return int(ended.code or 0)
        return 0

    def publish(self, command: str, *words: str) -> int:
        return self.call(command, *words, "--data", str(self.data), "--reports", str(self.reports))

    def change(self, table: str, how: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
        """Write a table anew, past all checks of imports."""
        with Warehouse.open(self.data, "") as warehouse, warehouse.transaction():
            warehouse.replace(table, how(warehouse.frame(table)))

    def record(self, key: str = "company") -> dict[str, Any]:
        return dict(json.loads((self.reports / "2026-10" / key / "run.json").read_text()))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("project")
    before = os.environ.get("QUARTERDECK_HOME")
    os.environ["QUARTERDECK_HOME"] = str(folder)
    yield Place(folder)
    del os.environ["QUARTERDECK_HOME"]
    if before is not None:
        os.environ["QUARTERDECK_HOME"] = before


def test_a_scheduler_can_go_by_the_exit_code(place: Place) -> None:
    assert place.publish("review", "2026-10") == 0
    assert place.publish("review", "2026-10") == 0
    assert place.publish("review", "soon") == 2
    assert place.publish("review", "2026-10", "--only", "closing") == 2
    assert place.publish("review", "2026-10", "--scope", "planet=Mars") == 2
    assert place.publish("verify", "2026-10") == 0
    assert place.record()["headlines"] == {"customers": 50.0}


def test_data_that_check_finds_wrong_are_held_back_until_they_are_right(place: Place, capsys: Any) -> None:
    orders: list[pd.DataFrame] = []

    def double(frame: pd.DataFrame) -> pd.DataFrame:
        orders.append(frame)
        return pd.concat([frame, frame.head(4)])

    assert place.publish("review", "2026-10") == 0
    published = place.record()
    place.change("orders", double)
    assert place.publish("check") == 1
    assert place.publish("review", "2026-10") == 1
    words = "4 rows of orders have a key (order_id) that is empty or stands there twice"
    assert words in capsys.readouterr().out
    incident = place.reports / "incidents" / "2026-10" / "company.html"
    assert words in incident.read_text()
    assert words in (place.reports / "check.html").read_text()
    assert "check.html" in (place.reports / "index.html").read_text()
    assert place.record() == published
    place.change("orders", lambda _: orders[0])
    assert place.publish("check") == 0
    assert place.publish("review", "2026-10") == 0
    assert not incident.exists()


def test_the_calendar_publishes_and_delivers_to_each_reader_once(
    place: Place, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.datetime(2026, 11, 5, 1, 0, tzinfo=datetime.UTC)
    monkeypatch.setattr(timetable, "_now", lambda: now)
    place.share.mkdir()
    in_the_way = place.share / "boss"
    in_the_way.write_text("")
    assert place.publish("run-due") == 1
    in_the_way.unlink()
    assert place.publish("run-due") == 0, "what failed is tried again though nothing is due any more"
    assert (place.share / "boss" / "2026-10" / "company" / "opening.html").is_file()
    east = place.share / "east" / "2026-10" / "market=East@zh"
    assert 'lang="zh-CN"' in (east / "opening.html").read_text()
    assert [path.name for path in (place.share / "east" / "2026-10").iterdir()] == [east.name]
    (east / "opening.html").unlink()
    capsys.readouterr()
    assert place.publish("run-due") == 0
    assert place.publish("deliver", "2026-10") == 0
    told = capsys.readouterr().out
    assert "Nothing is due." in told
    assert told.count("had it") == 2
    assert not (east / "opening.html").exists()


def test_an_orchestrators_shell_goes_by_the_exit_code(place: Place) -> None:
    """As docs/operations.md writes it: `quarterdeck run-due || notify-someone`."""
    program = f"{sys.executable} -c 'from pipeline.cli import main; main()'"
    where = f"--data {place.data} --reports {place.reports}"
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    script = (
        f"{program} review 2026-10 {where} && echo published; {program} review soon {where} || echo failed $?"
    )
    done = subprocess.run(
        ["sh", "-c", script],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    )
    assert done.stdout.splitlines()[-2:] == ["published", "failed 2"], done


def test_two_runs_on_the_same_input_are_byte_identical(place: Place) -> None:
    def published() -> dict[str, bytes]:
        folder = (place.reports / "2026-10" / "company").resolve()
        files = {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        record = {name: value for name, value in place.record().items() if name != "timing"}
        return {**files, "run.json": json.dumps(record).encode()}

    assert place.publish("review", "2026-10", "--force", "--jobs", "1") == 0
    first = published()
    assert place.publish("review", "2026-10", "--force", "--jobs", "2") == 0
    assert published() == first
