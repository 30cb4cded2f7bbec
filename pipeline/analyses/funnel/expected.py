"""What the coming periods ask and bring without open deals: targets, what is signed, repeat sales."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pipeline.analyses.sold import by_day
from pipeline.analyses.target_levels import Targets, target_total
from pipeline.book import Book
from pipeline.parameters import Period

GROWTH_BOUNDS = (0.6, 1.5)


def targets_ahead(targets: Targets, periods: Sequence[Period]) -> dict[str, float]:
    """By period: the contracts target, where one is set for the whole of it."""
    found = {period.key: target_total(targets, period, "contracts") for period in periods}
    return {key: amount for key, amount in found.items() if amount is not None}


def forecast_landing(book: Book) -> pd.DataFrame | None:
    """The sales forecast's landing; None where it cannot be made."""
    from pipeline.analyses.forecast.landing import landing

    made = landing(book)
    return made if isinstance(made, pd.DataFrame) else None


def landings_of(landing: pd.DataFrame | None) -> dict[str, float]:
    """By period: where the whole lands."""
    if landing is None:
        return {}
    whole = landing.loc[landing["dimension"] == "company"]
    return dict(zip(whole["period_key"], whole["landing"], strict=True))


def signed_so_far(book: Book, periods: Sequence[Period]) -> dict[str, float]:
    """By period: contracts signed in it up to the book's date."""
    days = by_day(book)
    return {p.key: float(days.loc[pd.Timestamp(p.first) : pd.Timestamp(p.last)].sum()) for p in periods}


def repeat_ahead(book: Book, deals: pd.DataFrame, periods: Sequence[Period]) -> dict[str, float]:
    """By period: expected sales without an opportunity in the days that are left of it.

    The same days a year ago times the growth of the last twelve months over the twelve before.
    """
    days = by_day(book)
    won = deals.loc[deals["outcome"] == "won"].groupby("closed_on")["amount"].sum()
    repeat = days.sub(won, fill_value=0.0)
    as_of = pd.Timestamp(book.as_of)
    year = pd.DateOffset(years=1)
    recent, before = (_sum(repeat, as_of - (back + 1) * year, as_of - back * year) for back in (0, 1))
    growth = float(np.clip(recent / before, *GROWTH_BOUNDS)) if before > 0 else 1.0
    return {p.key: max(0.0, growth * _sum(repeat, *_left_a_year_ago(p, as_of))) for p in periods}


def _left_a_year_ago(period: Period, as_of: pd.Timestamp) -> tuple[pd.Timestamp, pd.Timestamp]:
    year = pd.DateOffset(years=1)
    before = max(pd.Timestamp(period.first) - pd.Timedelta(days=1), as_of)
    return before - year, pd.Timestamp(period.last) - year


def _sum(days: pd.Series, after: pd.Timestamp, last: pd.Timestamp) -> float:
    return float(days.loc[(days.index > after) & (days.index <= last)].sum())
