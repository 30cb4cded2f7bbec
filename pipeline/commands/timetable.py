"""`quarterdeck due`, `run-due`, `schedule` and `deliver`: the month comes out without anyone watching."""

from __future__ import annotations

import datetime
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import click

from pipeline.commands.places import places, say, subject_finder, tell

_SMTP_VARIABLE = "QUARTERDECK_SMTP"
_KEYRING_SERVICE = "quarterdeck"


@click.command()
@places
def due(*, data: str, reports: Path, as_json: bool) -> None:
    """List what the calendar in company.toml says is due, and what comes next."""
    from pipeline.publish.calendar.doing import list_due
    from pipeline.publish.layout import Layout

    now_due, later = list_due(_company(data), Layout(reports), _now())
    told = {"due": [_told(one) for one in now_due], "next": [_told(one) for one in later]}
    lines = [f"due since {_when(one)}: {_told(one)['what']}" for one in now_due] or ["Nothing is due."]
    lines += [f"next {_when(one)}: {_told(one)['what']}" for one in later]
    tell(told, "\n".join(lines), as_json)


@click.command("run-due")
@click.option("--jobs", type=click.IntRange(0), default=0, help="Notebooks at a time; 0 for one per core.")
@places
def run_due(*, jobs: int, data: str, reports: Path, as_json: bool) -> None:
    """Publish and deliver whatever is due or was missed; safe to call every hour.

    Letters that failed, or that a killed call left, are tried by every call for three days.
    Ends with 0 when nothing is due any more, 1 when something is held back (it stays due) or not delivered.
    """
    from pipeline.publish.calendar.doing import do_due
    from pipeline.publish.cancelling import cancellable
    from pipeline.publish.layout import Layout

    company, layout = _company(data), Layout(reports)
    with cancellable():
        done = do_due(company, layout, _now(), lambda one: _publish(one, data, reports, jobs), say)
    if done is None:
        say("Another run-due is at work.")
        return
    delivered = _deliver_waiting(company, layout)
    told = [{**_told(one.occurrence), "problem": one.problem} for one in done]
    lines = [f"{one['what']}: {one['problem'] or 'published'}" for one in told] or ["Nothing is due."]
    lines += [_letter(letter) for letters in delivered.values() for letter in letters]
    tell({"done": told, "delivered": delivered}, "\n".join(lines), as_json)
    failed = any(letter["problem"] for letters in delivered.values() for letter in letters)
    sys.exit(int(failed or any(one.problem for one in done)))


@click.command()
@click.argument("action", type=click.Choice(["install", "show", "remove"]))
@click.option(
    "--with",
    "kind",
    type=click.Choice(["auto", "systemd", "cron", "schtasks"]),
    default="auto",
    show_default=True,
)
@places
def schedule(*, action: str, kind: str, data: str, reports: Path, as_json: bool) -> None:
    """Install, show or remove the timer that calls `run-due` every hour."""
    from pipeline.company import home
    from pipeline.publish.calendar.timer import Timer
    from pipeline.publish.calendar.timers import KEEPERS, usable

    beside = Path(sys.executable).parent
    found = shutil.which("quarterdeck") or shutil.which("quarterdeck", path=beside)
    program = found or str(beside / "quarterdeck")
    command = (program, "run-due", "--data", data, "--reports", str(reports.resolve()))
    config = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    timer = Timer(command, home().resolve(), config / "systemd" / "user", config / "quarterdeck.env")
    chosen = usable() if kind == "auto" else kind
    keeper = KEEPERS[chosen]
    if action == "install":
        keeper.install(timer)
    elif action == "remove":
        keeper.remove(timer)
    installed = keeper.is_installed(timer)
    told = {"with": chosen, "installed": installed, "writes": keeper.describe(timer)}
    tell(told, f"{'Installed' if installed else 'Not installed'} ({chosen}):\n{told['writes']}", as_json)


@click.command()
@click.argument("period")
@click.option("--again", is_flag=True, help="Also to those who already got it.")
@places
def deliver(*, period: str, again: bool, data: str, reports: Path, as_json: bool) -> None:
    """Send the published review of PERIOD to the recipients in company.toml who have not got it yet."""
    from pipeline.publish.layout import Layout

    letters = _deliver(_company(data), Layout(reports), period, again=again)
    lines = [_letter(letter) for letter in letters] or [
        f"Nothing of {period} is published for any recipient."
    ]
    tell(letters, "\n".join(lines), as_json)
    sys.exit(int(any(letter["problem"] for letter in letters)))


def _deliver_waiting(company: Any, layout: Any) -> dict[str, list[dict[str, str]]]:
    """The letters of every period that was published lately and has not reached everyone, by period."""
    from pipeline.publish.calendar.ledger import Ledger

    ledger = Ledger.of(layout)
    delivered = {}
    for period in ledger.undelivered(_now()):
        letters = _deliver(company, layout, period, again=False) if company.delivery.recipients else []
        if not any(letter["state"] == "failed" for letter in letters):
            ledger.note_delivered(period)
        if letters:
            delivered[period] = letters
    return delivered


def _company(data: str) -> Any:
    from pipeline.company import find_company, home

    return find_company(home() / data, home())


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def _publish(occurrence: Any, data: str, reports: Path, jobs: int) -> Any:
    from pipeline.company import home
    from pipeline.publish.progress import ProgressView
    from pipeline.publish.review import Request
    from pipeline.publish.splitting import review_and_split

    request = Request(
        data=data,
        reports=reports,
        home=home(),
        period=occurrence.period.key,
        scopes=occurrence.item.scopes,
        only=occurrence.item.notebooks,
        jobs=jobs,
    )
    with ProgressView() as progress:
        return review_and_split(request, progress, subject_finder(reports))


def _deliver(company: Any, layout: Any, period: str, *, again: bool) -> list[dict[str, str]]:
    from pipeline.publish.delivery.deliver import deliver as send_out

    sent = send_out(company, layout, period, _mail_server(), again=again)
    return [{"to": one.to, "scope": one.scope, "state": one.state, "problem": one.problem} for one in sent]


def _mail_server() -> Any:
    """From the environment; a password that the address lacks is looked up in the system's keyring."""
    from pipeline.publish.delivery.smtp import MailServer

    url = os.environ.get(_SMTP_VARIABLE, "")
    if not url:
        return None
    server = MailServer.from_url(url)
    if server.user and not server.password:
        import keyring

        password = keyring.get_password(_KEYRING_SERVICE, f"{server.user}@{server.host}") or ""
        return MailServer.from_url(url, password)
    return server


def _told(occurrence: Any) -> dict[str, str]:
    item = occurrence.item
    what = f"{item.report} review of {occurrence.period.key} ({', '.join(item.scopes)})"
    return {"what": what, "period": occurrence.period.key, "due_at": occurrence.due_at.isoformat()}


def _when(occurrence: Any) -> str:
    """In the company's time zone, as `run-due` says it."""
    return f"{occurrence.due_at:%Y-%m-%d %H:%M}"


def _letter(letter: dict[str, str]) -> str:
    return f"{letter['to']} ({letter['scope']}): {letter['state']}" + (
        f": {letter['problem']}" if letter["problem"] else ""
    )
