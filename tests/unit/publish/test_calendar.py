"""Working days, what is due when, catching up, and the timers that ask."""

from __future__ import annotations

import datetime
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pipeline.company import Calendar, Company
from pipeline.errors import PublishError, UsageError
from pipeline.publish.calendar.doing import do_due, list_due
from pipeline.publish.calendar.ledger import Ledger
from pipeline.publish.calendar.occurrences import Occurrence, occurrences
from pipeline.publish.calendar.timer import Timer
from pipeline.publish.calendar.timers import KEEPERS, usable
from pipeline.publish.calendar.working_days import is_working_day, nth_working_day
from pipeline.publish.layout import Layout
from pipeline.publish.review import ReviewResult, ScopeResult

SHANGHAI = ZoneInfo("Asia/Shanghai")
CHINA = Calendar()


def company(*due: dict[str, Any]) -> Company:
    return Company.model_validate({"schedule": {"due": list(due)}})


MONTHLY = {"report": "monthly", "working_day": 3}
WEEKLY = {"report": "weekly", "weekday": 1, "notebooks": ["eight_weeks"]}


def at(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def test_working_days_of_a_month_that_begins_with_a_holiday_week() -> None:
    # 1 to 7 October 2026 are free; Saturday the 10th is worked instead of one of them.
    assert [nth_working_day(2026, 10, number, CHINA).day for number in (1, 2, 3, 4)] == [8, 9, 10, 12]
    assert not is_working_day(datetime.date(2026, 10, 11), CHINA)


def test_working_days_follow_the_companys_own_week() -> None:
    six_days = Calendar(country="DE", working_weekdays=(1, 2, 3, 4, 5, 6))
    assert [nth_working_day(2026, 8, number, six_days).day for number in (1, 2)] == [1, 3]
    assert nth_working_day(2026, 8, 99, six_days) == datetime.date(2026, 8, 31)


def test_an_unknown_country_has_no_holidays() -> None:
    assert is_working_day(datetime.date(2026, 1, 1), Calendar(country="XX"))


def test_when_each_kind_falls_due() -> None:
    told = company(
        MONTHLY,
        WEEKLY,
        {"report": "quarterly", "working_day": 5, "at": "08:30"},
        {"report": "yearly", "working_day": 10},
    )
    upcoming = {
        one.item.report: one
        for one in occurrences(told, at("2026-12-24T12:00"))
        if one.due_at > at("2026-12-24T12:00")
    }
    assert {kind: (one.period.key, f"{one.due_at:%Y-%m-%d %H:%M}") for kind, one in upcoming.items()} == {
        "weekly": ("2026-W52", "2026-12-28 07:00"),
        # 1 January is free, the 4th (a Sunday in 2026; in 2027 a Monday) decides the rest
        "monthly": ("2026-12", f"2027-01-{nth_working_day(2027, 1, 3, CHINA).day:02d} 07:00"),
        "quarterly": ("2026-Q4", f"2027-01-{nth_working_day(2027, 1, 5, CHINA).day:02d} 08:30"),
        "yearly": ("2026", f"2027-01-{nth_working_day(2027, 1, 10, CHINA).day:02d} 07:00"),
    }


def test_the_hour_is_local_to_the_company(tmp_path: Path) -> None:
    told, layout = company(WEEKLY), Layout(tmp_path)
    before = datetime.datetime(2026, 11, 22, 22, 59, tzinfo=datetime.UTC)  # Monday 06:59 in Shanghai
    assert [one.period.key for one in list_due(told, layout, before)[0]] == ["2026-W46"]
    after = before + datetime.timedelta(minutes=1)
    assert [one.period.key for one in list_due(told, layout, after)[0]] == ["2026-W47"]


class Office:
    """Publishes what is due, as told, and remembers what it was asked for."""

    def __init__(self, tmp_path: Path, *due: dict[str, Any]) -> None:
        self.company = company(*due)
        self.layout = Layout(tmp_path)
        self.asked: list[str] = []
        self.answer: Callable[[Occurrence], ReviewResult] = self.publishes

    def publishes(self, occurrence: Occurrence) -> ReviewResult:
        return ReviewResult(occurrence.period.key, "run", ())

    def publish(self, occurrence: Occurrence) -> ReviewResult:
        self.asked.append(occurrence.period.key)
        return self.answer(occurrence)

    def call(self, moment: str) -> list[str]:
        self.asked = []
        done = do_due(self.company, self.layout, at(moment), self.publish, lambda _: None)
        assert done is not None
        return [f"{one.occurrence.period.key}: {one.problem or 'published'}" for one in done]


def test_calling_every_hour_publishes_once(tmp_path: Path) -> None:
    office = Office(tmp_path, MONTHLY)
    assert office.call("2026-11-04T07:05") == ["2026-10: published"]
    assert office.call("2026-11-04T08:05") == []
    assert office.call("2026-12-03T06:05") == []
    assert office.call("2026-12-03T07:05") == ["2026-11: published"]


def test_downtime_is_caught_up_oldest_first(tmp_path: Path) -> None:
    office = Office(tmp_path, WEEKLY, MONTHLY)
    assert office.call("2026-10-19T09:00") == ["2026-09: published", "2026-W42: published"]
    assert office.call("2026-11-10T09:00") == [
        "2026-W43: published", "2026-W44: published", "2026-10: published", "2026-W45: published",
    ]  # fmt: skip


def test_what_is_held_back_stays_due_and_does_not_stop_the_rest(tmp_path: Path) -> None:
    office = Office(tmp_path, WEEKLY, MONTHLY)

    def no_data(occurrence: Occurrence) -> ReviewResult:
        if occurrence.period.kind == "month":
            raise UsageError("The data knows nothing of it.")
        held = ScopeResult("company", "held back", None, ())
        return ReviewResult(occurrence.period.key, "run", (held,))

    office.answer = no_data
    assert [line.partition(":")[0] for line in office.call("2026-11-10T09:00")] == ["2026-10", "2026-W45"]
    office.answer = office.publishes
    assert office.call("2026-11-10T10:00") == ["2026-10: published", "2026-W45: published"]


def test_moving_the_hour_repeats_nothing(tmp_path: Path) -> None:
    office = Office(tmp_path, MONTHLY)
    office.call("2026-11-04T07:05")
    office.company = company({**MONTHLY, "at": "09:00", "working_day": 4})
    assert office.call("2026-11-20T07:05") == []


def test_two_calls_at_once_do_the_work_once(tmp_path: Path) -> None:
    office = Office(tmp_path, MONTHLY)

    def call_again(occurrence: Occurrence) -> ReviewResult:
        assert do_due(office.company, office.layout, at("2026-11-04T08:00"), office.publish, print) is None
        return office.publishes(occurrence)

    office.answer = call_again
    assert office.call("2026-11-04T08:00") == ["2026-10: published"]


def test_letters_that_did_not_go_out_are_tried_for_three_days(tmp_path: Path) -> None:
    office = Office(tmp_path, MONTHLY, WEEKLY)
    office.call("2026-11-10T09:00")
    ledger = Ledger.of(office.layout)
    assert ledger.undelivered(at("2026-11-10T09:00")) == ["2026-10", "2026-W45"]
    ledger.note_delivered("2026-W45")
    assert ledger.undelivered(at("2026-11-13T09:00")) == ["2026-10"]
    assert ledger.undelivered(at("2026-11-13T09:01")) == []
    assert office.call("2026-11-10T10:00") == [], "what is delivered is still done"


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A crontab and a systemctl that only remember."""
    folder = tmp_path / "bin"
    folder.mkdir()
    scripts = {
        "crontab": f'cd {tmp_path}\nif [ "$1" = -l ]; then cat table 2>/dev/null; else cat > table; fi',
        "systemctl": f'echo "$@" >> {tmp_path}/calls',
        "schtasks": f"""cd {tmp_path}; printf '%s\\n' "$*" >> calls
case "$1" in
/Create) touch "task $4" ;;
/Query) [ -e "task $3" ] ;;
/Delete) rm "task $4" ;;
esac""",
    }
    for name, script in scripts.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(stat.S_IRWXU)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return tmp_path


def timer(tmp_path: Path, reports: str = "reports") -> Timer:
    command = ("/opt/quarter deck/bin/quarterdeck", "run-due", "--reports", reports)
    return Timer(command, Path("/srv/sales"), tmp_path / "units", tmp_path / "settings.env")


def test_a_line_of_the_crontab_comes_once_and_leaves_the_others(programs: Path) -> None:
    (programs / "table").write_text("0 1 * * * backup\n")
    ours, other = timer(programs), timer(programs, "100%")
    cron = KEEPERS["cron"]
    for one in (ours, other, ours):
        cron.install(one)
    line = "5 * * * * cd /srv/sales && '/opt/quarter deck/bin/quarterdeck' run-due --reports reports"
    assert cron.describe(ours) == f"{line} # {ours.name}"
    assert r"100\%" in cron.describe(other)
    assert (programs / "table").read_text().splitlines() == [
        "0 1 * * * backup",
        cron.describe(other),
        cron.describe(ours),
    ]
    assert cron.is_installed(ours)
    cron.remove(ours)
    assert (programs / "table").read_text().splitlines() == [
        "0 1 * * * backup",
        cron.describe(other),
    ]


def test_a_systemd_timer_catches_up_after_downtime(programs: Path) -> None:
    ours = timer(programs)
    assert usable() == "systemd"
    KEEPERS["systemd"].install(ours)
    assert KEEPERS["systemd"].is_installed(ours)
    units = {path.suffix: path.read_text() for path in (programs / "units").iterdir()}
    assert (
        'ExecStart="/opt/quarter deck/bin/quarterdeck" "run-due" "--reports" "reports"' in units[".service"]
    )
    assert f"EnvironmentFile=-{programs}/settings.env" in units[".service"]
    assert "OnCalendar=*:05\nPersistent=true" in units[".timer"]
    KEEPERS["systemd"].remove(ours)
    assert list((programs / "units").iterdir()) == []
    assert (programs / "calls").read_text().splitlines()[1:] == [
        "--user daemon-reload", f"--user enable --now {ours.name}.timer",
        f"--user disable --now {ours.name}.timer", "--user daemon-reload",
    ]  # fmt: skip


def test_windows_calls_a_batch_file_every_hour(programs: Path) -> None:
    ours = timer(programs, "C:\\100% ours\\")
    KEEPERS["schtasks"].install(ours)
    KEEPERS["schtasks"].install(ours)
    batch = programs / f"{ours.name}.cmd"
    assert batch.read_bytes().split(b"\r\n") == [
        b"@echo off",
        b"chcp 65001 >nul",
        f'if exist "{programs}/settings.env" for /f "usebackq eol=# delims=" %%i in '
        f'("{programs}/settings.env") do set "%%i"'.encode(),
        b'cd /d "/srv/sales"',
        b'"/opt/quarter deck/bin/quarterdeck" "run-due" "--reports" "C:\\100%% ours\\\\"',
        b"",
    ]
    assert KEEPERS["schtasks"].is_installed(ours)
    assert KEEPERS["schtasks"].describe(ours).endswith(batch.read_text())
    batch.write_text("changed")
    assert not KEEPERS["schtasks"].is_installed(ours)
    KEEPERS["schtasks"].remove(ours)
    KEEPERS["schtasks"].remove(ours)
    assert not KEEPERS["schtasks"].is_installed(ours)
    assert sorted(path.name for path in programs.iterdir()) == ["bin", "calls"]
    create = f'/Create /F /TN {ours.name} /TR "{batch}" /SC HOURLY /ST 00:05'
    told = (programs / "calls").read_text().splitlines()
    assert [line for line in told if not line.startswith("/Query")] == [
        create, create, f"/Delete /F /TN {ours.name}",
    ]  # fmt: skip


def test_windows_has_its_own_timer_and_says_what_it_refuses(
    programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("systemctl", "crontab"):
        (programs / "bin" / name).unlink()
    monkeypatch.setenv("PATH", str(programs / "bin"))
    assert usable() == "schtasks"
    (programs / "bin" / "schtasks").write_text("#!/bin/sh\nprintf '\\377 Access is denied' >&2; exit 1\n")
    with pytest.raises(PublishError, match="Access is denied"):
        KEEPERS["schtasks"].install(timer(programs))


def test_a_machine_without_timers_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PublishError, match="Let your own scheduler call `quarterdeck run-due`"):
        usable()
    with pytest.raises(PublishError, match="there is no crontab"):
        KEEPERS["cron"].install(timer(tmp_path))
