"""A proposal for the next period's split of a target: every factor of the formula in its own column.

proposed = total x (history weight x history share + potential weight x potential share) x seasonal share,
rounded to hundreds so that all cells add up to the total exactly. A reader's own weights go in by table.
"""

import datetime

import numpy as np
import pandas as pd

from pipeline.parameters import Period

HISTORY_WEIGHT, POTENTIAL_WEIGHT = 0.7, 0.3
ROUNDING = 100.0
UNITS = ["market", "business_line"]
COLUMNS = (
    *UNITS,
    "month",
    "history_share",
    "potential_share",
    "override",
    "unit_share",
    "seasonal_share",
    "proposed",
)


def propose_split(
    total: float,
    history: pd.DataFrame,
    potential: pd.DataFrame,
    season: pd.Series,
    override: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """One row per market, business line and month of the period to be planned.

    Args:
        total: the target to split.
        history: contracts of the last twelve months: market, business_line, amount.
        potential: the same columns, amount being open pipeline or wallet.
        season: share of each month, indexed by month key (2026-01); adds up to 1.
        override: market, business_line, share: replaces a unit's share; the others keep their proportions.

    Returns:
        `COLUMNS`; `proposed` adds up to `total` rounded to hundreds.
    """
    units = _units(history, potential, override)
    cells = units.merge(season.rename("seasonal_share").rename_axis("month").reset_index(), how="cross")
    raw = total * cells["unit_share"] * cells["seasonal_share"]
    return cells.assign(proposed=rounded_to_total(raw.to_numpy(), total))[list(COLUMNS)]


def _units(history: pd.DataFrame, potential: pd.DataFrame, override: pd.DataFrame | None) -> pd.DataFrame:
    shares = [
        _shares(table).rename(name)
        for table, name in ((history, "history_share"), (potential, "potential_share"))
    ]
    units = pd.concat(shares, axis=1).fillna(0.0)
    computed = HISTORY_WEIGHT * units["history_share"] + POTENTIAL_WEIGHT * units["potential_share"]
    units = units.assign(override=np.nan)
    if override is not None and len(override):
        units["override"] = override.set_index(UNITS)["share"].reindex(units.index)
    fixed = units["override"].notna()
    rest = max(0.0, 1.0 - units["override"].sum())
    free = computed.where(~fixed, 0.0)
    units["unit_share"] = units["override"].where(fixed, free / max(free.sum(), 1e-12) * rest)
    units["unit_share"] /= units["unit_share"].sum()
    return units.sort_index().reset_index()


def _shares(table: pd.DataFrame) -> pd.Series:
    sums = table.groupby(UNITS)["amount"].sum().clip(lower=0)
    return sums / max(sums.sum(), 1e-12)


def rounded_to_total(amounts: np.ndarray, total: float) -> np.ndarray:
    """Amounts rounded to hundreds whose sum is the total rounded to hundreds (largest remainders)."""
    steps = amounts / ROUNDING
    floor = np.floor(steps)
    left = round(total / ROUNDING) - int(floor.sum())
    order = np.argsort(-(steps - floor), kind="stable")
    floor[order[: max(left, 0)]] += 1
    return np.asarray(floor * ROUNDING)


def seasonal_shares(monthly: pd.Series, period: Period) -> pd.Series:
    """Share of each month of a period, from the same months of all whole past years; flat without any.

    `monthly` has contracts by month start.
    """
    months = pd.period_range(pd.Timestamp(period.first), pd.Timestamp(period.last), freq="M")
    days = pd.DatetimeIndex(monthly.index)
    whole = monthly.loc[monthly.groupby(days.year).transform("count") == 12]
    if whole.empty:
        return pd.Series(1 / len(months), index=[str(month) for month in months])
    days = pd.DatetimeIndex(whole.index)
    share = whole / whole.groupby(days.year).transform("sum")
    usual = share.groupby(days.month).mean().clip(lower=0)
    chosen = usual.reindex([month.month for month in months]).fillna(usual.mean())
    return pd.Series((chosen / chosen.sum()).to_numpy(), index=[str(month) for month in months])


def next_period(as_of: datetime.date) -> Period:
    """The quarter after the book's date, or the year when it is the last quarter."""
    quarter = Period.containing(as_of, "quarter")
    return Period.containing(as_of, "year").back(-1) if quarter.first.month == 10 else quarter.back(-1)
