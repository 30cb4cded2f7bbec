"""A proposal for the next period's split of a target: every factor of the formula in its own column.

proposed = total x (history weight x history share + potential weight x potential share) x seasonal share,
rounded so that all cells add up to the total exactly. A reader's own figures go in by table: `overriding`.
"""

import datetime

import numpy as np
import pandas as pd

from pipeline.parameters import Period

UNITS = ["market", "business_line"]
COLUMNS = (
    *UNITS, "month", "history_share", "potential_share", "unit_share", "seasonal_share", "computed",
    "override", "proposed",
)  # fmt: skip


def propose_split(
    total: float,
    history: pd.DataFrame,
    potential: pd.DataFrame,
    season: pd.Series,
    *,
    history_weight: float = 0.7,
    rounding: float = 100.0,
) -> pd.DataFrame:
    """One row per market, business line and month of the period to be planned.

    Args:
        total: the target to split.
        history: contracts of the last twelve months: market, business_line, amount.
        potential: the same columns, amount being open pipeline or wallet.
        season: share of each month, indexed by month key (2026-01); adds up to 1.
        history_weight: weight of history; potential has the rest.
        rounding: cells are multiples of it.

    Returns:
        `COLUMNS`; `computed` is the formula's result before rounding, `override` empty, and `proposed` adds
        up to `total` rounded likewise.
    """
    shares = {name: _shares(table) for name, table in (("history", history), ("potential", potential))}
    units = pd.concat([table.rename(f"{name}_share") for name, table in shares.items()], axis=1).fillna(0.0)
    weighted = history_weight * units["history_share"] + (1 - history_weight) * units["potential_share"]
    units = units.assign(unit_share=weighted / max(weighted.sum(), 1e-12)).sort_index().reset_index()
    cells = units.merge(season.rename("seasonal_share").rename_axis("month").reset_index(), how="cross")
    cells["computed"] = total * cells["unit_share"] * cells["seasonal_share"]
    proposed = rounded_to_total(cells["computed"].to_numpy(), total, rounding)
    return cells.assign(override=np.nan, proposed=proposed)[list(COLUMNS)]


def _shares(table: pd.DataFrame) -> pd.Series:
    sums = table.groupby(UNITS)["amount"].sum().clip(lower=0)
    return sums / max(sums.sum(), 1e-12)


def rounded_to_total(amounts: np.ndarray, total: float, rounding: float = 100.0) -> np.ndarray:
    """Amounts rounded to multiples whose sum is the total rounded likewise (largest remainders)."""
    steps = amounts / rounding
    floor = np.floor(steps + 1e-9)
    left = round(total / rounding) - int(floor.sum())
    order = np.argsort(-(steps - floor), kind="stable")
    floor[order[: max(left, 0)]] += 1
    return np.asarray(floor * rounding)


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
