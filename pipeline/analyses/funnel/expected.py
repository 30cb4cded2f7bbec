"""What the coming periods ask and bring without open deals: targets, what is signed, repeat sales."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pipeline.analyses.funnel.outlook import chance_within
from pipeline.analyses.target_levels import target_by, target_total
from pipeline.book import Book
from pipeline.parameters import Period

GROWTH_BOUNDS = (0.6, 1.5)
CUTS = ("market", "business_line")


def targets_ahead(book: Book, periods: Sequence[Period]) -> dict[str, float]:
    """By period: the contracts target, where one is set for the whole of it."""
    targets = _targets(book, periods)
    found = {period.key: target_total(targets, period, "contracts") for period in periods}
    return {key: amount for key, amount in found.items() if amount is not None}


def signed_so_far(book: Book, periods: Sequence[Period]) -> dict[str, float]:
    """By period: contracts signed in it up to the book's date."""
    days = _by_day(book)
    return {p.key: float(days.loc[pd.Timestamp(p.first) : pd.Timestamp(p.last)].sum()) for p in periods}


def repeat_ahead(book: Book, deals: pd.DataFrame, periods: Sequence[Period]) -> dict[str, float]:
    """By period: expected sales without an opportunity in the days that are left of it.

    The same days a year ago times the growth of the last twelve months over the twelve before.
    """
    days = _by_day(book)
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


def _by_day(book: Book) -> pd.Series:
    rows = book.sales.by_period(metric="contracts", every="day", by=())
    return rows.set_index("period_start")["amount"].sort_index()


def _targets(book: Book, periods: Sequence[Period]) -> pd.DataFrame:
    return book.targets.in_force(min(p.first for p in periods), max(p.last for p in periods))


def due_soon_by(book: Book, waiting: pd.DataFrame, outlook: pd.DataFrame, period: Period) -> pd.DataFrame:
    """Coverage of one period by market and business line, one row per cut and value.

    Columns: cut, value, target, signed, missing, open_amount, weighted, coverage, sufficiency.
    """
    targets = _targets(book, [period])
    due = waiting["expected_close_on"].between(pd.Timestamp(period.first), pd.Timestamp(period.last))
    chance = waiting["opportunity_id"].map(chance_within(outlook, period.first, period.last)).fillna(0.0)
    rows = waiting.assign(due=waiting["amount"].where(due, 0.0), weighted=waiting["amount"] * chance)
    parts = [_one_cut(book, cut, rows, targets, period) for cut in CUTS]
    frame = pd.concat(parts, ignore_index=True)
    missing = frame["missing"].where(frame["missing"] > 0)
    return frame.assign(coverage=frame["open_amount"] / missing, sufficiency=frame["weighted"] / missing)


def _one_cut(book: Book, cut: str, rows: pd.DataFrame, targets: pd.DataFrame, period: Period) -> pd.DataFrame:
    sums = rows.groupby(cut)[["due", "weighted"]].sum()
    last = min(period.last, book.as_of)
    signed = pd.Series(dtype="float64")
    if period.first <= last:
        sold = book.sales.by_period("contracts", "year", (cut,), first=period.first, last=last)
        signed = sold.groupby(cut)["amount"].sum()
    planned = target_by(targets, period, "contracts", (cut,))
    target = planned.set_index(cut)["amount"] if planned is not None else pd.Series(dtype="float64")
    values = sorted({*sums.index, *signed.index, *target.index})
    frame = pd.DataFrame({"cut": cut, "value": values})
    frame["target"] = frame["value"].map(target).astype("float64")
    frame["signed"] = frame["value"].map(signed).astype("float64").fillna(0.0)
    frame["missing"] = (frame["target"] - frame["signed"]).clip(lower=0)
    frame["open_amount"] = frame["value"].map(sums["due"]).fillna(0.0)
    frame["weighted"] = frame["value"].map(sums["weighted"]).fillna(0.0)
    return frame
