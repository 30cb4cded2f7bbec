"""Delivers a period to everyone who has not got it yet."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pipeline.company import Company
from pipeline.errors import PublishError
from pipeline.locks import holding
from pipeline.publish import journal
from pipeline.publish.delivery.letters import Letter, body, letters
from pipeline.publish.delivery.smtp import MailServer, compose, send
from pipeline.publish.delivery.stores import put
from pipeline.publish.layout import Layout

State = Literal["sent", "had it", "failed", "uncertain"]
ATTEMPTS = 3


@dataclass(frozen=True)
class Delivered:
    """What became of one letter."""

    to: str
    scope: str
    state: State
    problem: str = ""


def deliver(
    company: Company,
    layout: Layout,
    period_key: str,
    server: MailServer | None,
    *,
    again: bool = False,
    pause: Callable[[float], None] = time.sleep,
) -> list[Delivered]:
    """Send every letter of a period that was not sent yet.

    A failure is tried three times, and again by the next call. Whoever got the letter gets it no second time,
    not even corrected, unless `again`. A letter that was being sent when a run was killed is `uncertain`: it
    may have arrived, so it is not repeated without `again` either.
    """
    with _ledger(layout, period_key) as ledger:
        known = {} if again else _states(ledger)
        post = _Post(company, server, ledger, pause)
        return [
            post.deliver(letter, known.get(letter.key)) for letter in letters(company, layout, period_key)
        ]


class _Post:
    """What all letters of one delivery share."""

    def __init__(
        self, company: Company, server: MailServer | None, ledger: Path, pause: Callable[[float], None]
    ) -> None:
        self._company = company
        self._server = server
        self._ledger = ledger
        self._pause = pause

    def deliver(self, letter: Letter, known: str | None) -> Delivered:
        to, scope = letter.recipient.to, letter.record.scope
        if known == "sent":
            return Delivered(to, scope, "had it")
        if known == "sending":
            problem = "A run was killed while it was being sent; `--again` sends it once more."
            return Delivered(to, scope, "uncertain", problem)
        problem = ""
        for attempt in range(ATTEMPTS):
            if attempt:
                self._pause(2.0 ** (attempt - 1))
            problem = self._try(letter)
            if not problem:
                return Delivered(to, scope, "sent")
        return Delivered(to, scope, "failed", problem)

    def _try(self, letter: Letter) -> str:
        """Hand a letter over; returns the problem, if any."""
        _note(self._ledger, letter, "sending")
        try:
            self._hand_over(letter)
        except PublishError as error:
            _note(self._ledger, letter, "failed")
            return str(error)
        _note(self._ledger, letter, "sent")
        return ""

    def _hand_over(self, letter: Letter) -> None:
        address, delivery = letter.recipient.to, self._company.delivery
        if "@" not in address or "://" in address:
            put(letter, address)
            return
        if self._server is None:
            raise PublishError("No mail server is known.", "Set QUARTERDECK_SMTP to smtp://user@host:587.")
        if not delivery.sender:
            raise PublishError("company.toml names no sender.", "Set `sender` under [delivery].")
        attach = letter.recipient.attach or not delivery.link_base
        send(compose(letter, body(letter, self._company), delivery.sender, attach), self._server)


@contextmanager
def _ledger(layout: Layout, period_key: str) -> Iterator[Path]:
    """The period's file of what was sent to whom, held so that two deliveries don't overlap."""
    folder = layout.root / ".delivered"
    with holding(folder / f"{period_key}.lock"):
        yield folder / f"{period_key}.jsonl"


def _states(ledger: Path) -> dict[str, str]:
    """The latest state of each letter."""
    states: dict[str, str] = {}
    for entry in journal.latest_first(ledger):
        states.setdefault(str(entry["key"]), str(entry["state"]))
    return states


def _note(ledger: Path, letter: Letter, state: str) -> None:
    at = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    journal.append(
        ledger,
        {
            "key": letter.key,
            "state": state,
            "at": at,
            "to": letter.recipient.to,
            "scope": letter.record.scope,
            "report": letter.record.report,
        },
    )
