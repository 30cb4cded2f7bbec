"""How many qualified deals the coming targets need, and by which week they must exist."""

import datetime
from collections.abc import Mapping

import numpy as np
import pandas as pd

from pipeline.models.survival import median_time

COLUMNS = (
    "period", "cut", "value", "missing", "expected_open", "expected_repeat", "still_needed", "expected_new",
    "short", "win_rate", "average_amount", "cycle_days", "needed_deals", "short_deals", "needed_by",
    "weeks_left",
)  # fmt: skip


def cycle_days(deals: pd.DataFrame) -> float:
    """Median days from qualification to signing of deals that were won."""
    won = deals.loc[(deals["outcome"] == "won") & deals["qualified_on"].notna()]
    days = (won["closed_on"] - won["qualified_on"]).dt.days.clip(lower=0)
    return median_time(days, np.ones(len(days), dtype=bool)).days if len(days) else float("nan")


def required_deals(
    needs: pd.DataFrame, shares: pd.DataFrame, cycle: float, as_of: datetime.date
) -> pd.DataFrame:
    """Qualified deals still needed, one row per period, cut and value.

    Args:
        needs: period, period_first, period_last, cut, value, missing (target - signed), expected_open,
            expected_repeat, expected_new (what deals that do not exist yet usually bring).
        shares: win_rate and average_amount, indexed by cut and value.
        cycle: days from qualification to signing.
        as_of: the book's date.

    Returns:
        `COLUMNS`: still_needed = missing - expected_open - expected_repeat, what new deals must bring;
        short = still_needed - expected_new, what they must bring above the usual; needed_deals and
        short_deals = these / (win_rate x average_amount), rounded up; needed_by: Monday of the week in
        which half of them could still sign by the middle of what is left of the period (empty where none is
        needed); weeks_left is negative when it has passed.
    """
    rows = needs.join(shares, on=["cut", "value"])
    still = (rows["missing"] - rows["expected_open"] - rows["expected_repeat"]).clip(lower=0)
    short = (still - rows["expected_new"]).clip(lower=0)
    yields = rows["win_rate"] * rows["average_amount"]
    start = rows["period_first"].where(rows["period_first"] > pd.Timestamp(as_of), pd.Timestamp(as_of))
    middle = start + (rows["period_last"] - start) / 2
    day = (middle - pd.to_timedelta(cycle if np.isfinite(cycle) else 0, unit="D")).dt.normalize()
    monday = day - pd.to_timedelta(day.dt.day_of_week, unit="D")
    needed = _deals_for(still, yields)
    frame = rows.assign(
        still_needed=still,
        short=short,
        cycle_days=cycle,
        needed_deals=needed,
        short_deals=_deals_for(short, yields),
        needed_by=monday.astype("datetime64[s]").where(needed > 0),
        weeks_left=((monday - pd.Timestamp(as_of)).dt.days / 7).where(needed > 0),
    )
    return frame[list(COLUMNS)].reset_index(drop=True)


def _deals_for(amount: pd.Series, yields: pd.Series) -> pd.Series:
    whole: pd.Series = np.ceil((amount / yields.where(yields > 0)).fillna(0.0) - 1e-9) + 0.0
    return whole


def usual_yield(deals: pd.DataFrame, as_of: datetime.date, by: Mapping[str, tuple[str, ...]]) -> pd.DataFrame:
    """Win rate and average amount of the last twelve months by cut and value; small groups lean on all."""
    since = pd.Timestamp(as_of) - pd.DateOffset(months=12)
    closed = deals.loc[(deals["closed_on"] > since) & deals["outcome"].isin(["won", "lost"])]
    closed = closed.assign(is_won=(closed["outcome"] == "won") * 1.0)
    closed["won_amount"] = closed["amount"] * closed["is_won"]
    rate = closed["is_won"].mean() if len(closed) else np.nan
    amount = closed["won_amount"].sum() / max(closed["is_won"].sum(), 1.0)
    parts = []
    for cut, columns in by.items():
        keys = [closed[column] for column in columns] or [pd.Series("", index=closed.index)]
        sums = (
            closed.groupby(keys)[["is_won", "won_amount"]]
            .sum()
            .join(closed.groupby(keys).size().rename("closed"))
        )
        sums.index = pd.MultiIndex.from_product([[cut], sums.index], names=["cut", "value"])
        parts.append(sums)
    sums = pd.concat(parts)
    return pd.DataFrame(
        {
            "win_rate": (sums["is_won"] + 10 * rate) / (sums["closed"] + 10),
            "average_amount": (sums["won_amount"] + 10 * rate * amount) / (sums["is_won"] + 10 * rate),
        }
    )
