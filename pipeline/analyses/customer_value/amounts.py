"""What one purchase brings: the Gamma-Gamma model per customer, its level corrected by what came later.

The model takes a customer's past purchases as alike. Where first purchases are larger than later ones (a
project, then its refills), or amounts have grown, it misses the level; so the model as it would have been
fitted earlier is held against the amounts of the purchases that followed.
"""

from dataclasses import dataclass

import numpy as np

from pipeline.analyses.customer_value.purchases import Purchases
from pipeline.errors import NotEnoughData
from pipeline.models.repeat_purchase.events import CustomersAsOf
from pipeline.models.repeat_purchase.patterns import FloatArray
from pipeline.models.spend import SpendModel, fit_spend

STEP_DAYS = 91
EARLIEST_DAY = 91
MOST_WINDOWS = 4
PRIOR_PURCHASES = 50.0
"""Purchases at the model's level that count beside those observed, so that a few large ones change little."""
PRIOR_WINDOWS = 2.0
PRIOR_LOG_ERROR = 0.1
SMALLEST = 0.01


@dataclass(frozen=True)
class Amounts:
    """Expected amounts per purchase.

    Attributes:
        spend: the fitted model.
        expected: corrected, one per customer.
        correction: factor of each customer on the model's amount.
        log_error: what the corrected level may be off by (standard deviation of the logarithm).
        windows: past windows the correction stands on.
    """

    spend: SpendModel
    expected: FloatArray
    correction: FloatArray
    log_error: float
    windows: int


def expected_amounts(purchases: Purchases, window_days: int) -> Amounts:
    """Amounts per purchase of every customer as of the book's date, corrected on past windows.

    Raises:
        NotEnoughData: fewer than 20 customers.
    """
    now = purchases.now
    spend = fit_spend(now.frequency + 1, _mean(now))
    windows = [
        sums
        for day in _days(purchases, window_days)
        if (sums := _held_against(purchases, day, window_days)) is not None
    ]
    typical = float(np.median(now.mean_amount))
    ratio = _ratios(windows, PRIOR_PURCHASES * max(typical, SMALLEST))
    correction = np.where(now.frequency > 0, ratio[1], ratio[0])
    return Amounts(
        spend, _each(spend, now) * correction, correction, _log_error(windows, ratio), len(windows)
    )


def _days(purchases: Purchases, window_days: int) -> list[int]:
    return list(range(purchases.today - window_days, EARLIEST_DAY, -STEP_DAYS))[:MOST_WINDOWS]


def _held_against(purchases: Purchases, day: int, window_days: int) -> FloatArray | None:
    """Amounts after `day` (row 0) and what the model expected of the same purchases (row 1).

    Columns: customers who had bought once, who had bought again.
    """
    events = purchases.events
    try:
        seen = events.cut(day)
        each = _each(fit_spend(seen.frequency + 1, _mean(seen)), seen)
    except NotEnoughData:
        return None
    until = day + window_days
    came = events.amounts(day, until, seen.customers)
    expected = events.counts(day, until, seen.customers) * each
    again = seen.frequency > 0
    return np.array(
        [[came[~again].sum(), came[again].sum()], [expected[~again].sum(), expected[again].sum()]]
    )


def _ratios(windows: list[FloatArray], prior: float) -> FloatArray:
    """Correction of customers who bought once, and of those who bought again."""
    total = np.sum(windows, axis=0) if windows else np.zeros((2, 2))
    return np.asarray((total[0] + prior) / (total[1] + prior))


def _log_error(windows: list[FloatArray], ratio: FloatArray) -> float:
    """Typical size of the logarithm by which single windows differ from the corrected level."""
    off = [
        float(np.log(sums[0].sum() / max(float(sums[1] @ ratio), SMALLEST)))
        for sums in windows
        if sums[0].sum() > 0
    ]
    total = PRIOR_WINDOWS * PRIOR_LOG_ERROR**2 + sum(error**2 for error in off)
    return float(np.sqrt(total / (PRIOR_WINDOWS + len(off))))


def _mean(seen: CustomersAsOf) -> FloatArray:
    return np.maximum(seen.mean_amount, SMALLEST)


def _each(spend: SpendModel, seen: CustomersAsOf) -> FloatArray:
    expected = spend.expected_spend(seen.frequency + 1, _mean(seen))
    return np.where(np.isfinite(expected), expected, seen.mean_amount)
