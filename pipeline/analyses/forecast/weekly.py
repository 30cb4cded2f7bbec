"""What a week usually brings: the base of the eight-week table, and the baselines beside it."""

from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.company import Calendar
from pipeline.models.business_days import quarter_start
from pipeline.models.forecast.weeks import MINIMUM_WEEKS, forecast_weeks

Array = npt.NDArray[np.float64]

MEAN_WEEKS = 13
YEAR_WEEKS = 52
WEEK_DAYS = 7
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


def usual_weeks(blocks: Array, as_of: date, weeks: int, calendar: Calendar) -> Array:
    """What the next blocks usually bring: the latest weeks' level, and what kind of week each is."""
    first = np.datetime64(as_of) + 1
    past = first - WEEK_DAYS * np.arange(len(blocks), 0, -1)
    ahead = first + WEEK_DAYS * np.arange(weeks)
    return forecast_weeks(
        blocks,
        past,
        ahead,
        country=calendar.country,
        quarter_start_month=quarter_start(calendar.fiscal_year_start_month),
    )


def months_by_weeks(
    daily: pd.DataFrame,
    as_of: date,
    months: pd.DatetimeIndex,
    calendar: Calendar,
    *,
    evened: pd.DataFrame | None = None,
) -> Array:
    """What the weeks say of months that are not over: what came so far, and the weeks to come by their days.

    `daily`: period_start, amount; `months`: first days, in order; `evened`: the same days with large sales
    evened out, from which the weeks to come are told. NaN where there are too few weeks.
    """
    if daily.empty:
        return np.full(len(months), np.nan)
    learned = daily if evened is None else evened
    blocks = blocks_of(learned, as_of, learned["period_start"].min().date())
    if len(blocks) < MINIMUM_WEEKS:
        return np.full(len(months), np.nan)
    end = (months[-1] + pd.offsets.MonthEnd(0)).date()
    weeks = max((end - as_of).days // WEEK_DAYS + 1, 1)
    coming = np.repeat(usual_weeks(blocks, as_of, weeks, calendar) / WEEK_DAYS, WEEK_DAYS)
    days = pd.date_range(pd.Timestamp(as_of) + pd.Timedelta(days=1), periods=len(coming), freq="D")
    ahead = pd.DataFrame({"period_start": days, "amount": coming})
    both = pd.concat([daily[daily["period_start"] >= months[0]], ahead], ignore_index=True)
    starts = both["period_start"].dt.to_period("M").dt.start_time
    sums = both["amount"].astype(float).groupby(starts).sum()
    return sums.reindex(pd.DatetimeIndex(months)).to_numpy(dtype=float)


def mean_of_latest(blocks: Array, weeks: int) -> Array:
    """The baseline: a trailing mean."""
    return np.full(weeks, blocks[-MEAN_WEEKS:].mean() if len(blocks) else 0.0)


def last_years_weeks(blocks: Array, weeks: int) -> Array:
    """The baseline: last year's blocks, each with its neighbours (quarter ends move), times their growth.

    The trailing mean where there is no such year.
    """
    if len(blocks) < YEAR_WEEKS + MEAN_WEEKS:
        return mean_of_latest(blocks, weeks)
    same = blocks[len(blocks) - YEAR_WEEKS :][:weeks]
    recent = blocks[-MEAN_WEEKS:].sum()
    before = blocks[-YEAR_WEEKS - MEAN_WEEKS : -YEAR_WEEKS].sum()
    growth = float(np.clip(recent / before, *GROWTH_LIMITS)) if before > 0 else 1.0
    padded = np.pad(same, 1, mode="edge")
    smooth = 0.25 * padded[:-2] + 0.5 * padded[1:-1] + 0.25 * padded[2:]
    return np.asarray(smooth * growth)
