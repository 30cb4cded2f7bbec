"""Months ahead as arrays: what came after each origin, replays by origin, weeks as months."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from pipeline.analyses.forecast.monthly import Monthly
from pipeline.analyses.forecast.series import Array

MONTHS = 12


def actual_after(origins: Sequence[date], monthly: Monthly) -> Array:
    """What came in each of the months after each origin; NaN for months not over."""
    totals = pd.Series(monthly.leaves.amounts.sum(axis=0), index=monthly.leaves.months)
    found = np.full((len(origins), MONTHS), np.nan)
    for number, origin in enumerate(origins):
        after = pd.date_range(pd.Timestamp(origin) + pd.Timedelta(days=1), periods=MONTHS, freq="MS")
        found[number] = totals.reindex(after).to_numpy()
    return found


def by_month(weekly: Array, origin: date) -> Array:
    """Chances by week to chances by calendar month after the origin; a week is split by its days."""
    first = pd.Timestamp(origin) + pd.Timedelta(days=1)
    days = first + pd.to_timedelta(np.arange(7 * weekly.shape[1]), unit="D")
    month = (days.year - first.year) * 12 + days.month - first.month
    share = np.zeros((weekly.shape[1], MONTHS))
    inside = month < MONTHS
    np.add.at(share, (np.arange(len(days))[inside] // 7, np.asarray(month)[inside]), 1 / 7)
    return np.asarray(weekly @ share)


def months_after(origin: date, days: pd.Series) -> np.ndarray:
    """How many months after the origin's next day each day lies: 0 in the same month."""
    first = pd.Timestamp(origin) + pd.Timedelta(days=1)
    return np.asarray((days.dt.year - first.year) * 12 + days.dt.month - first.month, dtype=int)


def by_origin(total: pd.DataFrame, origins: Sequence[date], column: str) -> Array:
    """Values of the company's replays: origins by months ahead, NaN where the month is not over."""
    values = np.full((len(origins), MONTHS), np.nan)
    position = {pd.Timestamp(origin): number for number, origin in enumerate(origins)}
    for origin, step, value in (
        zip(total["origin"], total["months_ahead"], total[column], strict=True) if len(total) else ()
    ):
        values[position[origin], step - 1] = value
    if column == "expected":
        values = np.where(np.isfinite(values), values, 0.0)
    return values
