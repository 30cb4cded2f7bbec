"""Does what is due, oldest first; safe to call every hour, and by two schedulers at once."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Callable
from dataclasses import dataclass

from pipeline.company import Company
from pipeline.errors import QuarterdeckError
from pipeline.locks import Busy, holding
from pipeline.publish.calendar.ledger import Ledger
from pipeline.publish.calendar.occurrences import Occurrence, occurrences
from pipeline.publish.layout import Layout
from pipeline.publish.publication import recover
from pipeline.publish.review import ReviewResult

Publish = Callable[[Occurrence], ReviewResult]


@dataclass(frozen=True)
class Done:
    """What became of one due review; `problem` is empty when it is published."""

    occurrence: Occurrence
    result: ReviewResult | None
    problem: str


def list_due(
    company: Company, layout: Layout, now: datetime.datetime
) -> tuple[list[Occurrence], list[Occurrence]]:
    """What is due now, and the next of each line."""
    every = occurrences(company, now)
    return Ledger.of(layout).due(every, now), [one for one in every if one.due_at > now]


def do_due(
    company: Company, layout: Layout, now: datetime.datetime, publish: Publish, say: Callable[[str], None]
) -> list[Done] | None:
    """Publish what is due; what is held back, or has no data yet, stays due for the next call.

    Returns None when another call is at work.
    """
    ledger = Ledger.of(layout)
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(holding(ledger.folder / ".lock", wait_seconds=0.0))
        except Busy:
            return None
        recover(layout)
        due, _ = list_due(company, layout, now)
        return [_do(occurrence, ledger, now, publish, say) for occurrence in due]


def _do(
    occurrence: Occurrence,
    ledger: Ledger,
    now: datetime.datetime,
    publish: Publish,
    say: Callable[[str], None],
) -> Done:
    due_at = f"{occurrence.due_at:%Y-%m-%d %H:%M}"
    say(f"{occurrence.item.report} review of {occurrence.period.key}, due since {due_at}")
    try:
        result = publish(occurrence)
    except QuarterdeckError as error:  # the data may simply not be there yet; the other reviews go on
        return Done(occurrence, None, str(error))
    if result.exit_code:
        held = [check.message for one in result.scopes for check in one.held_by]
        return Done(occurrence, result, " ".join(dict.fromkeys(held)))
    ledger.note_done(occurrence, now)
    return Done(occurrence, result, "")
