"""What was sold or paid in a span, from as few questions to the book as will do."""

import datetime

import pandas as pd

from pipeline.book import Book
from pipeline.parameters import Period

TOGETHER = ("market", "business_line", "department", "person")
"""Dimensions that a sale has one value of each; a sale of several products has several product lines."""


def actual_by(
    book: Book, metric: str, first: datetime.date, last: datetime.date, by: tuple[str, ...] = ()
) -> pd.DataFrame:
    """Contracts or collections of a span: `by` columns and amount; one row without `by`."""
    rows = _cells(book, metric, first, last, by)
    if not by:
        return pd.DataFrame({"amount": [float(rows["amount"].sum())]})
    return rows.groupby(list(by))[["amount"]].sum().reset_index()


def by_day(book: Book) -> pd.Series:
    """Contracts by day."""
    rows = book.sales.by_period(metric="contracts", every="day", by=())
    return rows.set_index("period_start")["amount"].sort_index()


def _cells(
    book: Book, metric: str, first: datetime.date, last: datetime.date, by: tuple[str, ...]
) -> pd.DataFrame:
    """Cells that add up to the span; where they can, from one question about all months of two years."""
    dimensions = tuple(by)
    if metric == "contracts" and set(by) <= set(TOGETHER):
        dimensions = TOGETHER
    start = Period.containing(book.as_of, "year").back().first
    month_end = Period.containing(last, "month").last
    whole_months = first.day == 1 and first >= start and last in {book.as_of, month_end}
    if not whole_months:
        return book.sales.by_period(metric, "year", dimensions, first=first, last=last)  # type: ignore[arg-type]
    rows = book.sales.by_period(metric, "month", dimensions, first=start)  # type: ignore[arg-type]
    return rows.loc[rows["period_start"].between(pd.Timestamp(first), pd.Timestamp(last))]
