"""Opening the book: where the data is, which period is meant, which scope."""

from datetime import date, timedelta
from pathlib import Path

from pipeline.book.book import Book
from pipeline.book.knowledge import Knowledge
from pipeline.company import Company, find_company, home
from pipeline.errors import UsageError, WarehouseError
from pipeline.parameters import LAST_CLOSED, Period, PeriodKind, Scope
from pipeline.warehouse import Warehouse

CACHE_FOLDER = "cache"
"""Folder of results that can be recomputed, inside the data folder."""


def open_book(
    data: str | Path = "data/demo",
    period: str = "last-closed month",
    scope: str = "company",
    *,
    today: date | None = None,
    warehouse: str | None = None,
) -> Book:
    """The book of a data folder at the end of a period.

    Args:
        data: folder of the data, relative to the project's home; its `company.toml` counts if it has one.
        period: `last-closed month` (quarter, week, year), `2026-10`, `2026-Q3`, `2026-W40`, `2026`.
        scope: `company` or `market=East` and so on.
        today: a day after which nothing counts as closed; what the data knows when None.
        warehouse: URL of the warehouse; None takes the environment's, else the folder's own file.

    Raises:
        UsageError: a period or scope that cannot be understood, or a period before or after all data.
        WarehouseError: the folder has no data.
    """
    folder = home() / data
    company = find_company(folder, home())
    chosen = Scope.parse(scope)
    store = Warehouse.open(folder, warehouse)
    days = Knowledge(store, date.max).event_days
    if not days:
        store.close()
        raise WarehouseError(
            f"There is no data in {data}.",
            f"Make a demo company with `quarterdeck demo --data {data}`, or load your own with "
            f"`quarterdeck import FILES --data {data}`.",
        )
    meant = resolved_period(period, days, company, today)
    return Book(store, company, meant, chosen, cache_folder=folder / CACHE_FOLDER)


def resolved_period(text: str, days: tuple[date, ...], company: Company, today: date | None = None) -> Period:
    """The period that `text` means for data with events on `days`.

    `last-closed` is the latest period whose last working day the data has reached, and that ended before
    `today` if that is given.

    Raises:
        UsageError: no period, or one outside the data.
    """
    cleaned = text.strip().lower()
    if match := LAST_CLOSED.fullmatch(cleaned):
        kind: PeriodKind = match[1]  # type: ignore[assignment]
        chosen = _last_closed(kind, days[-1], company)
        return chosen if today is None else min(chosen, Period.last_closed(today, kind))
    chosen = Period.parse(text, days[-1])
    if chosen.last < days[0] or chosen.first > days[-1]:
        raise UsageError(
            f"The data knows nothing of {chosen.key}.", f"It reaches from {days[0]} to {days[-1]}."
        )
    return chosen


def _last_closed(kind: PeriodKind, last_event: date, company: Company) -> Period:
    current = Period.containing(last_event, kind)
    return current if last_event >= _last_working_day(current, company) else current.back()


def _last_working_day(period: Period, company: Company) -> date:
    day = period.last
    while day.isoweekday() not in company.calendar.working_weekdays:
        day -= timedelta(days=1)
    return day
