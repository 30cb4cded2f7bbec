"""What the totals are made of, for the reader: trend, season, and what the calendar does."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from pipeline.analyses.forecast.monthly import Monthly
from pipeline.errors import NotEnoughData
from pipeline.models.forecast.panel import SEASON
from pipeline.models.forecast.structure import DRIVERS, Structure, decompose

USUAL_WORKING_DAYS = 21.0
COLUMNS = {
    "trend": ["metric", "month", "amount", "trend"],
    "season": ["metric", "month", "usual_share"],
    "effects": ["metric", "driver", "effect", "low", "high", "is_clear"],
}


def anatomy(made: Mapping[str, Monthly], dimension: str, value: str) -> dict[str, pd.DataFrame]:
    """Three tables of a scope's totals; empty where the history is under 36 months or has empty months.

    They are told from months with large sales evened out: one large sale is not a trend.
    trend: metric, month, amount, trend. season: metric, month (the next twelve), usual_share (above or below
    trend). effects: metric, driver, effect of one working day more, or of a month that holds the whole
    spring festival (shares, with their 95% interval), is_clear (the interval leaves out none).
    """
    parts: dict[str, list[pd.DataFrame]] = {name: [] for name in COLUMNS}
    for metric, each in made.items():
        amounts, evened = (
            part.within(dimension, value).amounts.sum(axis=0) for part in (each.leaves, each.evened)
        )
        found = _structure_of(each, evened)
        if found is None:
            continue
        tables = {
            "trend": pd.DataFrame({"month": each.leaves.months, "amount": amounts, "trend": found.trend}),
            "season": pd.DataFrame({"month": each.ahead[:SEASON], "usual_share": found.season[-SEASON:] - 1}),
            "effects": _effects(found),
        }
        for name, table in tables.items():
            parts[name].append(table.assign(metric=metric)[COLUMNS[name]])
    return {
        name: pd.concat(each, ignore_index=True) if each else pd.DataFrame(columns=COLUMNS[name])
        for name, each in parts.items()
    }


def _structure_of(made: Monthly, amounts: np.ndarray) -> Structure | None:
    days = [month.date() for month in made.leaves.months], [month.date() for month in made.ahead]
    try:
        return decompose(amounts, *days, made.country)
    except NotEnoughData:
        return None


def _effects(found: Structure) -> pd.DataFrame:
    rows = []
    for driver in DRIVERS:
        if driver in found.effects:
            unit = np.log(1 + 1 / USUAL_WORKING_DAYS) if driver == "working_days" else 1.0
            each = found.effects[driver]
            effect, low, high = (float(np.expm1(unit * end)) for end in (each.value, each.low, each.high))
            rows.append(
                {"driver": driver, "effect": effect, "low": low, "high": high, "is_clear": low * high > 0}
            )
    return pd.DataFrame(rows, columns=COLUMNS["effects"][1:])
