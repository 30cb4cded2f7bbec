"""Where each customer stands in its life, measured by its own buying rhythm.

A yearly buyer is not lost after four months: silence is counted in the customer's own usual intervals.
"""

import numpy as np
import pandas as pd

from pipeline.analyses.customer_value.purchases import Purchases

PHASES = ("prospect", "new", "growing", "mature", "declining", "lost", "reactivated")
NEW_DAYS = 182
QUIET_INTERVALS = 2.0
LOST_INTERVALS = 4.0
LIKELY = 0.5
GROWTH = 1.25
WINDOW_INTERVALS = 4.0
SHORTEST_WINDOW_DAYS, LONGEST_WINDOW_DAYS = 91, 728


def life_cycle(purchases: Purchases, chance_of_purchase: pd.Series | None = None) -> pd.DataFrame:
    """One row per customer who has bought.

    Columns: customer_id, phase, days_quiet, rhythm_days, quiet_intervals (days quiet / rhythm), trend (amount
    of the last four intervals relative to the four before; NaN where those had none).

    Phases, the first that fits: lost (quiet for four of its intervals, and more likely to stay so for a
    year than to buy), declining (quiet for two, or the trend below 1/1.25), reactivated (its last purchase
    ended a silence of four intervals), new (first purchase within 26 weeks), growing (trend above 1.25),
    mature.

    Args:
        purchases: the company's purchase days.
        chance_of_purchase: within a year, by customer_id, where it could be forecast; silence alone decides
            otherwise. (Not the chance of still being active: in a model whose customers may be slow, someone
            who bought once and was quiet for two years may well be active, and yet hardly ever buys.)
    """
    now, rhythm = purchases.now, purchases.rhythm_days()
    usual = rhythm["rhythm_days"].to_numpy()
    quiet = now.days_quiet / usual
    trend = _trend(purchases, usual)
    woke = np.nan_to_num(rhythm["last_interval_days"].to_numpy()) >= LOST_INTERVALS * usual
    known_before = now.age_days > NEW_DAYS
    ids = purchases.ids(now.customers)
    doubted = np.ones(len(ids), bool)
    if chance_of_purchase is not None:
        doubted = chance_of_purchase.reindex(ids).to_numpy() < LIKELY
    phase = np.select(
        [
            (quiet >= LOST_INTERVALS) & doubted,
            (quiet >= QUIET_INTERVALS) | (known_before & ~woke & (trend < 1 / GROWTH)),
            woke,
            ~known_before,
            trend > GROWTH,
        ],
        ["lost", "declining", "reactivated", "new", "growing"],
        default="mature",
    )
    return pd.DataFrame(
        {
            "customer_id": ids,
            "phase": phase,
            "days_quiet": now.days_quiet,
            "rhythm_days": usual,
            "quiet_intervals": quiet,
            "trend": trend,
        }
    )


def _trend(purchases: Purchases, usual: np.ndarray) -> np.ndarray:
    """Amount of the last window relative to the one before; a window is four of the customer's intervals."""
    events, today, now = purchases.events, purchases.today, purchases.now
    window = np.full(events.first_day.size, float(SHORTEST_WINDOW_DAYS))
    window[now.customers] = np.clip(WINDOW_INTERVALS * usual, SHORTEST_WINDOW_DAYS, LONGEST_WINDOW_DAYS)
    ago = today - events.day
    known = ago >= 0
    own = window[events.customer]
    recent, before = known & (ago < own), known & (ago >= own) & (ago < 2 * own)
    sums = [
        np.bincount(events.customer[part], weights=events.amount[part], minlength=window.size)[now.customers]
        for part in (recent, before)
    ]
    whole = now.age_days >= 2 * window[now.customers]
    return np.where(whole & (sums[1] > 0), sums[0] / np.maximum(sums[1], 1e-9), np.nan)
