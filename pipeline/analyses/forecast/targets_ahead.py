"""The targets of the months ahead, as far as they were set by the book's date.

Months that have targets of their own take them. What a quarter's or a year's target leaves to months without
one is spread over them like what was sold (months over) and what is expected (months ahead), so that the
spread adds up to what was set.
"""

import numpy as np
import pandas as pd

from pipeline.analyses.forecast.series import TOTAL, Array
from pipeline.book import Book
from pipeline.company import DIMENSIONS

KEYS = ["dimension", "value"]
LONGEST_MONTH = 31


def targets_ahead(book: Book, metric: str, past: pd.DataFrame, ahead: pd.DataFrame) -> np.ndarray:
    """The target of each row of `ahead`, NaN where none was set by the book's date.

    `past`: dimension, value, month, amount. `ahead`: dimension, value, month, expected.
    """
    if ahead.empty:
        return np.zeros(0)
    first = pd.Timestamp(ahead["month"].min()) - pd.DateOffset(years=1)
    targets = book.targets.in_force(first.date(), pd.Timestamp(ahead["month"].max()).date())
    targets = targets[targets["metric"] == metric]
    if targets.empty:
        return np.full(len(ahead), np.nan)
    days = (targets["period_last"] - targets["period_first"]).dt.days
    monthly = _by_cut(targets[days < LONGEST_MONTH], ("period_first",))
    longer = _by_cut(targets[days >= LONGEST_MONTH], ("period_first", "period_last"))
    shape = _by_month(pd.concat([past.rename(columns={"amount": "expected"}), ahead]), "expected")
    own = _by_month(monthly.rename(columns={"period_first": "month"}), "amount").reindex(shape.index)
    known = own.reindex(columns=shape.columns).to_numpy(dtype=float, copy=True)
    for _, rows in longer.groupby(["period_first", "period_last"], sort=False):
        months = pd.date_range(rows["period_first"].iloc[0], rows["period_last"].iloc[0], freq="MS")
        amounts = rows.set_index(KEYS)["amount"].reindex(shape.index).to_numpy(dtype=float)
        column = shape.columns.get_indexer(months)
        if (column >= 0).all():
            left = _left_to_months(amounts, own.reindex(columns=months).to_numpy(dtype=float),
                                   shape.to_numpy(dtype=float)[:, column])  # fmt: skip
            known[:, column] = np.where(np.isnan(known[:, column]), left, known[:, column])
    row = shape.index.get_indexer(pd.MultiIndex.from_frame(ahead[KEYS]))
    return np.asarray(known[row, shape.columns.get_indexer(pd.DatetimeIndex(ahead["month"]))])


def _by_month(rows: pd.DataFrame, value: str) -> pd.DataFrame:
    """Cuts by months."""
    return rows.pivot_table(index=KEYS, columns="month", values=value, aggfunc="first")


def _by_cut(targets: pd.DataFrame, periods: tuple[str, ...]) -> pd.DataFrame:
    """Targets by cut and period: those of persons summed, or as they were set for exactly that cut."""
    persons = targets[targets["person"] != ""]
    if len(persons):
        parts = [persons.groupby(list(periods))["amount"].sum().reset_index()]
        parts[0] = parts[0].assign(dimension=TOTAL, value="")
        for name in DIMENSIONS:
            if name in persons and (persons[name] != "").all():
                sums = persons.groupby([name, *periods])["amount"].sum().reset_index()
                parts.append(sums.rename(columns={name: "value"}).assign(dimension=name))
        return pd.concat(parts, ignore_index=True)
    used = [name for name in DIMENSIONS if name in targets]
    named = (targets[used] != "").sum(axis=1)
    whole = targets[named == 0].assign(dimension=TOTAL, value="")
    of_one = [
        targets[(named == 1) & (targets[name] != "")].assign(dimension=name, value=targets[name])
        for name in used
    ]
    return pd.concat([whole, *of_one], ignore_index=True)[[*periods, "amount", *KEYS]]


def _left_to_months(amounts: Array, own: Array, expected: Array) -> Array:
    """What longer periods' targets leave to their months without one: cuts by months of the period.

    Nothing for a cut that has no such target, or of which a month is out of sight.
    """
    without = np.isnan(own)
    rest = np.maximum(amounts - np.nansum(own, axis=1), 0.0)
    usual = np.where(without, expected, 0.0)
    sums = usual.sum(axis=1)
    told = np.isfinite(rest) & np.isfinite(sums) & (sums > 0)
    left = rest[:, None] * usual / np.where(sums > 0, sums, 1.0)[:, None]
    return np.asarray(np.where(told[:, None] & without, left, np.nan))
