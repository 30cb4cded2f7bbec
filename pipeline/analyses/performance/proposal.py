"""The proposal for the next period's split, from the book, and a reader's own figures in it."""

import pandas as pd

from pipeline.analyses.performance.override import overriding, read_override
from pipeline.analyses.performance.split import UNITS, next_period, propose_split, seasonal_shares
from pipeline.analyses.sold import actual_by
from pipeline.analyses.target_levels import target_total
from pipeline.book import Book
from pipeline.company import home
from pipeline.findings import Missing

GROWTH_BOUNDS = (0.9, 1.25)


def proposal(book: Book, waiting: pd.DataFrame) -> pd.DataFrame:
    """One row per market, business line and month of the next quarter (or year): see `propose_split`.

    The total is the period's target where one is set, else the same period last year times the growth of the
    last twelve months (between -10% and +25%).
    """
    period = next_period(book.as_of)
    year = pd.DateOffset(years=1)
    as_of = pd.Timestamp(book.as_of)
    recent, before = (
        _total(book, as_of - (back + 1) * year + pd.Timedelta(days=1), as_of - back * year) for back in (0, 1)
    )
    growth = min(max(recent / before, GROWTH_BOUNDS[0]), GROWTH_BOUNDS[1]) if before > 0 else 1.0
    targets = book.targets.in_force(period.first, period.last)
    total = target_total(targets, period, "contracts")
    if total is None:
        total = growth * _total(
            book, pd.Timestamp(period.first) - year, min(as_of, pd.Timestamp(period.last) - year)
        )
        total *= _filled_up(period, as_of)
    since = (as_of - year + pd.Timedelta(days=1)).date()
    history = actual_by(book, "contracts", since, book.as_of, tuple(UNITS))
    monthly = book.sales.by_period("contracts", "month", ()).set_index("period_start")["amount"]
    season = seasonal_shares(monthly, period)
    rules = book.company.performance
    table = propose_split(
        total,
        history,
        waiting[[*UNITS, "amount"]],
        season,
        history_weight=rules.history_weight,
        rounding=rules.rounding,
    )
    return table.assign(period=period.key)


def with_override(
    proposed: pd.DataFrame | Missing, book: Book, data: str, override: str
) -> pd.DataFrame | Missing:
    """The proposal with the figures of a file in the data folder in it; as it is where none is named.

    Raises:
        UsageError: the file cannot be read, or its figures do not fit: see `read_override`, `overriding`.
    """
    if not override or isinstance(proposed, Missing):
        return proposed
    own = read_override(home() / data / override, book.company)
    return overriding(proposed, own, book.company.performance.rounding)


def _filled_up(period: object, as_of: pd.Timestamp) -> float:
    """When the same period last year is not over yet: scale up by its days."""
    last = pd.Timestamp(period.last) - pd.DateOffset(years=1)  # type: ignore[attr-defined]
    first = pd.Timestamp(period.first) - pd.DateOffset(years=1)  # type: ignore[attr-defined]
    return 1.0 if as_of >= last else ((last - first).days + 1) / ((as_of - first).days + 1)


def _total(book: Book, first: pd.Timestamp, last: pd.Timestamp) -> float:
    if last < first:
        return 0.0
    return float(actual_by(book, "contracts", first.date(), last.date())["amount"].sum())
