"""The landing's months by unit at past month ends: the record of what is printed for every level.

A unit's month is what open deals are to bring it, and its share of the rest by the time series; both are
brought to the company's united month. A unit's spread is the company's, larger by the root of its share;
people, most of whose months hold one sale or none, take the spread that the panel of people has shown. Both
are widened or narrowed by what the record of their dimension says.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from pipeline.analyses.forecast.blend import Blend
from pipeline.analyses.forecast.departed import PERSON
from pipeline.analyses.forecast.people_targets import SAME_MONTH
from pipeline.analyses.forecast.series import TOTAL, Array
from pipeline.analyses.forecast.spread import student_quantile, unit_factors
from pipeline.company import DIMENSIONS

KEYS = ["dimension", "value", "months_ahead"]
LEVELS = {0.8: "80", 0.95: "95"}


@dataclass(frozen=True)
class MadeThen:
    """The company's forecast at one past month end.

    Attributes:
        united: the company's months, as the landing had them.
        blend: how open deals joined; None without deals.
        seen: what open deals were to bring: dimension, value, months_ahead, seen.
        deviation: relative standard deviation by month ahead; NaN where none was printed.
        freedom: degrees of freedom by month ahead.
    """

    united: Array
    blend: Blend | None
    seen: pd.DataFrame
    deviation: Array
    freedom: Array


def seen_by_unit(deals: pd.DataFrame, expected: Array) -> pd.DataFrame:
    """What open deals (rows with dimensions) are to bring, deals by months, by unit and month ahead."""
    months = list(range(1, expected.shape[1] + 1))
    amounts = pd.DataFrame(expected, columns=months)
    sums = [amounts.sum().to_frame().T.assign(dimension=TOTAL, value="")]
    for name in DIMENSIONS:
        if name in deals:
            by_value = amounts.groupby(deals[name].fillna("").to_numpy()).sum()
            sums.append(by_value.rename_axis("value").reset_index().assign(dimension=name))
    wide = pd.concat(sums, ignore_index=True)
    return wide.melt(["dimension", "value"], months, "months_ahead", "seen").astype({"months_ahead": int})


def units_ahead(replays: pd.DataFrame, made: Mapping[date, MadeThen]) -> pd.DataFrame:
    """The replays as they were printed, one row per origin, unit and month ahead.

    `replays`: the time series' (people's shares moved). Columns: theirs, with expected, low_80, high_80,
    low_95 and high_95 of the united forecast (NaN: no interval was printed), time_series, and factor (on the
    interval, by the dimension's record).
    """
    parts = [
        _united(replays[replays["origin"] == pd.Timestamp(origin)], each) for origin, each in made.items()
    ]
    parts = [part for part in parts if len(part)]
    if not parts:
        return pd.DataFrame()
    units = pd.concat(parts, ignore_index=True)
    factor = pd.Series(1.0, index=units.index)
    for origin in units["origin"].unique():
        then = units["origin"] == origin
        known = _factors(units[(units["origin"] < origin) & (units["month"] <= origin)])
        factor[then] = units.loc[then, "dimension"].map(known).fillna(1.0)
    for name in LEVELS.values():
        half = units[f"half_{name}"] * factor
        units[f"low_{name}"] = (units["expected"] - half).clip(lower=0.0)
        units[f"high_{name}"] = units["expected"] + half
    return units.drop(columns=[f"half_{name}" for name in LEVELS.values()]).assign(factor=factor)


def factors_of_units(units: pd.DataFrame) -> dict[str, float]:
    """By dimension, the factor on its units' intervals that all months so far ask for."""
    if not len(units):
        return {}
    return _factors(units.assign(half_80=(units["high_80"] - units["expected"]) / units["factor"]))


def _factors(units: pd.DataFrame) -> dict[str, float]:
    """The same of intervals before any factor; the company's own stay as they are."""
    of_units = units[units["dimension"] != TOTAL]
    half = of_units["half_80"]
    missed = (of_units["actual"] - of_units["expected"]) / half.where(half > 0)
    return unit_factors(missed, of_units["dimension"], SAME_MONTH)


def _united(rows: pd.DataFrame, made: MadeThen) -> pd.DataFrame:
    seen = rows[KEYS].merge(made.seen, on=KEYS, how="left")["seen"].fillna(0.0).to_numpy()
    series, step = rows["expected"].to_numpy(), rows["months_ahead"].to_numpy() - 1
    is_total = (rows["dimension"] == TOTAL).to_numpy()
    usual, known = np.zeros(len(made.united)), np.zeros(len(made.united))
    usual[step[is_total]], known[step[is_total]] = series[is_total], seen[is_total]
    count, rest = 0.0, usual
    if made.blend is not None:
        count = made.blend.weight * made.blend.level
        rest = np.maximum(made.blend.of(usual, known) - count * known, 0.0)
    joined = count * seen + series * (rest / np.where(usual > 0, usual, 1.0))[step]
    total = count * known + rest
    expected = joined * (made.united / np.where(total > 0, total, 1.0))[step]
    deviation = made.deviation[step] * np.sqrt(np.maximum(expected, 0.0) * np.maximum(made.united, 0.0)[step])
    found = rows.assign(expected=expected, time_series=series)
    for level, name in LEVELS.items():
        of_people = rows[f"high_{name}"].to_numpy() - series
        half = deviation * student_quantile(made.freedom, level)[step]
        is_theirs = (rows["dimension"] == PERSON) & np.isfinite(half) & np.isfinite(of_people)
        found[f"half_{name}"] = np.where(is_theirs, of_people, half)
    return found
