"""What a week usually brings: the base of the eight-week table, chosen on the company's own past weeks."""

from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

Array = npt.NDArray[np.float64]

MEAN_WEEKS = 13
YEAR_WEEKS = 52
JUDGED_ORIGINS = 26
PULLED = 0.5
GROWTH_LIMITS = (0.5, 2.0)


def blocks_of(daily: pd.DataFrame, as_of: date, first: date) -> Array:
    """Amounts of whole seven-day blocks that end at `as_of`, oldest first.

    `daily`: period_start, amount.
    """
    count = (as_of - first).days // 7 + 1
    age = (pd.Timestamp(as_of) - daily["period_start"]).dt.days.to_numpy() // 7
    inside = (age >= 0) & (age < count)
    blocks = np.zeros(count)
    np.add.at(blocks, count - 1 - age[inside], daily["amount"].to_numpy(dtype=float)[inside])
    return blocks[1:] if count > 1 else blocks


def block_starts(as_of: date, weeks: int) -> pd.DatetimeIndex:
    """First days of the next blocks."""
    return pd.DatetimeIndex([as_of + timedelta(days=1 + 7 * k) for k in range(weeks)]).as_unit("s")


def usual_weeks(blocks: Array, weeks: int, share_of_last_year: float) -> Array:
    """Forecast of the next blocks: trailing mean and last year's weeks times growth, by a share."""
    if not len(blocks):
        return np.zeros(weeks)
    mean = np.full(weeks, blocks[-MEAN_WEEKS:].mean())
    seasonal = _last_year(blocks, weeks)
    return mean if seasonal is None else (1 - share_of_last_year) * mean + share_of_last_year * seasonal


def share_of_last_year(blocks: Array, weeks: int) -> float:
    """Half the share of last year's weeks that had the least past error; 0 without two years.

    Eight weeks of 26 overlapping origins say little about a share: it is pulled to the simpler forecast.
    """
    shares = np.array([0.0, 0.25, 0.5, 0.75, 1.0])
    errors = np.zeros(len(shares))
    judged = 0
    for origin in range(len(blocks) - weeks, len(blocks) - weeks - JUDGED_ORIGINS, -1):
        if origin < YEAR_WEEKS + MEAN_WEEKS:
            break
        came = blocks[origin : origin + weeks].sum()
        errors += [abs(usual_weeks(blocks[:origin], weeks, share).sum() - came) for share in shares]
        judged += 1
    return float(PULLED * shares[errors.argmin()]) if judged >= weeks else 0.0


def _last_year(blocks: Array, weeks: int) -> Array | None:
    """Last year's blocks (each with its neighbours, as quarter ends move) times the year's growth."""
    if len(blocks) < YEAR_WEEKS + MEAN_WEEKS:
        return None
    same = blocks[len(blocks) - YEAR_WEEKS :][:weeks]
    recent = blocks[-MEAN_WEEKS:].sum()
    before = blocks[-YEAR_WEEKS - MEAN_WEEKS : -YEAR_WEEKS].sum()
    growth = float(np.clip(recent / before, *GROWTH_LIMITS)) if before > 0 else 1.0
    padded = np.pad(same, 1, mode="edge")
    smooth = 0.25 * padded[:-2] + 0.5 * padded[1:-1] + 0.25 * padded[2:]
    return np.asarray(smooth * growth)
