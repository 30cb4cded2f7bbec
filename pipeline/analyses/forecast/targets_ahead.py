"""The targets of the months ahead, as far as they were set by the book's date.

Months that have targets of their own take them. What a quarter's or a year's target leaves to months without
one is spread over them like what was sold (months over) and what is expected (months ahead), so that the
spread adds up to what was set.
"""

import numpy as np
import pandas as pd

from pipeline.analyses.forecast.series import TOTAL
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
    shape = pd.concat([past.rename(columns={"amount": "expected"}), ahead], ignore_index=True)
    parts = dict(list(shape.groupby(KEYS)))
    found = [monthly.rename(columns={"period_first": "month", "amount": "target"})]
    found += [
        _spread(row, parts[row.dimension, row.value], monthly)
        for row in longer.itertuples()
        if (row.dimension, row.value) in parts
    ]
    known = pd.concat(found, ignore_index=True).drop_duplicates([*KEYS, "month"])
    merged = ahead[[*KEYS, "month"]].merge(known[[*KEYS, "month", "target"]], how="left")
    return merged["target"].to_numpy(dtype=float)


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


def _spread(period: object, shape: pd.DataFrame, monthly: pd.DataFrame) -> pd.DataFrame:
    """What a longer period's target leaves to its months without one; nothing if a month is out of sight."""
    months = pd.date_range(period.period_first, period.period_last, freq="MS")  # type: ignore[attr-defined]
    mine = monthly[
        (monthly["dimension"] == period.dimension) & (monthly["value"] == period.value)  # type: ignore[attr-defined]
    ]
    own = mine.set_index("period_first")["amount"].reindex(months)
    usual = shape.set_index("month")["expected"].reindex(months)[own.isna().to_numpy()]
    rest = max(float(period.amount - own.sum()), 0.0)  # type: ignore[attr-defined]
    spread = rest * usual / usual.sum() if usual.notna().all() and usual.sum() > 0 else usual * np.nan
    frame = pd.DataFrame({"month": spread.index, "target": spread.to_numpy()})
    return frame.assign(dimension=period.dimension, value=period.value).dropna()  # type: ignore[attr-defined]
