"""The months ahead by cut: contracts as the landing sees them, collections as the time series does.

So the month that the fan chart shows is the month that the landing shows.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from pipeline.analyses.forecast.departed import PERSON
from pipeline.analyses.forecast.monthly import LEVELS, Monthly, history_of, table_of
from pipeline.analyses.forecast.months_ahead import MonthsAhead
from pipeline.analyses.forecast.series import Leaves, cuts_of
from pipeline.analyses.forecast.spread import student_quantile

KEYS = ["dimension", "value"]
PATH_MONTHS = 24
YEAR = 12


def united_table(ahead: MonthsAhead, dimension: str, value: str, shown: int) -> pd.DataFrame:
    """The united forecast of a scope, one row per cut and month: the columns of `monthly.table_of`.

    A cut's spread is the company's, larger by the root of its share and by what its dimension's record says;
    NaN without a record.
    """
    leaves = Leaves(ahead.leaves, ahead.expected, ahead.months).within(dimension, value)
    if not len(leaves.amounts):
        return pd.DataFrame(columns=[*KEYS, "month", "months_ahead", "expected"])
    cuts, sums = cuts_of(leaves)
    expected = sums @ leaves.amounts
    steps = expected.shape[1]
    frame = cuts.loc[cuts.index.repeat(steps)].reset_index(drop=True)
    frame = frame.assign(month=np.tile(ahead.months, len(cuts)),
                         months_ahead=np.tile(np.arange(1, steps + 1), len(cuts)),
                         expected=np.round(expected.ravel(), 2))  # fmt: skip
    whole = np.maximum(ahead.expected.sum(axis=0), 1e-9)[None, :]
    factor = cuts["dimension"].map(dict(ahead.unit_factors)).fillna(1.0).to_numpy(dtype=float)
    deviation = ahead.month_spread * np.sqrt(np.maximum(expected, 0.0) * whole) * factor[:, None]
    for level in LEVELS:
        half = (deviation * student_quantile(ahead.origins - 1.0, level)).ravel()
        frame[f"low_{round(100 * level)}"] = np.maximum(frame["expected"] - half, 0.0)
        frame[f"high_{round(100 * level)}"] = frame["expected"] + half
    return frame[frame["months_ahead"] <= shown].reset_index(drop=True)


def ahead_of(
    made: Monthly, ahead: MonthsAhead | None, dimension: str, value: str, shown: int
) -> pd.DataFrame:
    """The months ahead of a scope by cut: united where there is such a forecast."""
    if ahead is not None:
        united = united_table(ahead, dimension, value, shown)
        return _with_spread_of_people(united, table_of(made, dimension, value), ahead.unit_factors)
    frame = table_of(made, dimension, value)
    return frame[frame["months_ahead"] <= shown].reset_index(drop=True)


def _with_spread_of_people(
    united: pd.DataFrame, panel: pd.DataFrame, factors: Mapping[str, float]
) -> pd.DataFrame:
    """Intervals of people from the panel of people: the root of their share says little of them."""
    panel = panel[panel["dimension"] == PERSON]
    if panel.empty or united.empty:
        return united
    both = united[[*KEYS, "month"]].merge(panel, on=[*KEYS, "month"], how="left")
    expected, factor = united["expected"].to_numpy(), factors.get(PERSON, 1.0)
    for level in LEVELS:
        low, high = f"low_{round(100 * level)}", f"high_{round(100 * level)}"
        half = (both[high] - both["expected"]).to_numpy() * factor
        told = np.isfinite(half) & united[low].notna().to_numpy()
        united[low] = np.where(told, np.maximum(expected - half, 0.0), united[low])
        united[high] = np.where(told, expected + half, united[high])
    return united


def hierarchy_of(made: Monthly, future: pd.DataFrame, dimension: str, value: str) -> pd.DataFrame:
    """One row per cut: last and next twelve months, growth, the next month, and the path of three years."""
    past = history_of(made, dimension, value)
    past_by, ahead_by = (
        frame.groupby(KEYS, sort=False)[column] for frame, column in ((past, "amount"), (future, "expected"))
    )
    units = pd.MultiIndex.from_frame(pd.concat([past[KEYS], future[KEYS]]).drop_duplicates())
    frame = pd.DataFrame({
        "last_12_months": past_by.apply(lambda a: a.to_numpy()[-YEAR:].sum()),
        "next_12_months": ahead_by.apply(lambda a: a.to_numpy()[:YEAR].sum()),
    }).reindex(units).fillna(0.0).round(2)  # fmt: skip
    frame["growth"] = frame["next_12_months"] / frame["last_12_months"].where(frame["last_12_months"] > 0) - 1
    if past["month"].nunique() < YEAR:
        frame["growth"] = np.nan
    next_month = future[future["months_ahead"] == 1].set_index(KEYS).reindex(units)
    frame["next_month"] = next_month["expected"].fillna(0.0)
    frame["next_month_low"], frame["next_month_high"] = next_month["low_80"], next_month["high_80"]
    frame["path"] = _paths(past, units, "amount").add(_paths(future, units, "expected"))
    return frame.reset_index()


def _paths(rows: pd.DataFrame, units: pd.MultiIndex, column: str) -> pd.Series:
    """Each unit's last two years, or the next one, as a list; zeros where it has none."""
    wide = rows.pivot_table(index=KEYS, columns="month", values=column, aggfunc="sum", observed=True)
    wide = wide.reindex(units).fillna(0.0)
    chosen = wide.iloc[:, -PATH_MONTHS:] if column == "amount" else wide.iloc[:, :YEAR]
    return pd.Series(chosen.to_numpy().tolist(), index=units)
