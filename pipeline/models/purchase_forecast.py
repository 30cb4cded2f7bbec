"""How many purchases each customer will make: probability models, corrected by what happened after them.

Per customer, two probability models (regular and memoryless rhythm) are averaged with a Poisson regression
that learned, on windows rolled back through the log, how their expectations and recent counts translate
into what then happened. The total is that of `level_calibration`, so that ranking comes from one and
level from the other.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.errors import NotEnoughData
from pipeline.models.level_calibration import STEP_DAYS, Level, calibrated_level
from pipeline.models.poisson_regression import PoissonRegression, fit_poisson_regression
from pipeline.models.repeat_purchase.events import PurchaseEvents
from pipeline.models.repeat_purchase.patterns import FloatArray
from pipeline.models.repeat_purchase.replay import FittedAsOf, Replay

EARLIEST_TRAINING_DAY = 182
MOST_TRAINING_WINDOWS = 4
FEWEST_TRAINING_CASES = 200
LEARNED_WEIGHT = 0.5
"""Weight of the regression beside the mean of the probability models."""


@dataclass(frozen=True)
class PurchaseForecast:
    """Expected purchases of every customer who has bought by the origin.

    Attributes:
        customers: one row per customer: `customer` (number), `expected` (calibrated), `model_expected`
            (mean of the probability models), `learned_expected` (the regression; the models' where there was
            too little to learn from), `probability_alive`.
        level: the calibrated total and how it came about.
        regularity: k of the regular-rhythm model.
        training_windows: rolled-back windows the regression learned from.
    """

    customers: pd.DataFrame
    level: Level
    regularity: int
    training_windows: int


def forecast_purchases(replay: Replay, origin: int, horizon_days: int) -> PurchaseForecast:
    """Purchases in (origin, origin + horizon_days] per customer, from what was known at `origin`.

    Raises:
        NotEnoughData: too few customers had bought again.
    """
    now = replay.at(origin)
    by_models = np.mean(now.expected(horizon_days), axis=0)
    learned, windows = _learned(replay, origin, horizon_days)
    level = calibrated_level(replay, origin, horizon_days)
    if learned is None:
        by_regression = blend = by_models
    else:
        by_regression = learned.predict(_features(replay.events, now, horizon_days))
        # the regression has seen its own windows' season: it lends its ranking, not its level
        by_regression *= by_models.sum() / by_regression.sum()
        blend = LEARNED_WEIGHT * by_regression + (1 - LEARNED_WEIGHT) * by_models
    table = pd.DataFrame(
        {
            "customer": now.seen.customers,
            "expected": blend * (level.expected / max(float(blend.sum()), 1e-12)),
            "model_expected": by_models,
            "learned_expected": by_regression,
            "probability_alive": now.seen.patterns.per_customer(
                now.regular.probability_alive(now.seen.patterns)
            ),
        }
    )
    return PurchaseForecast(table, level, replay.k, windows)


def _learned(replay: Replay, origin: int, horizon_days: int) -> tuple[PoissonRegression | None, int]:
    """The regression over rolled-back windows, and their number; none where history is too short."""
    days = list(range(origin - horizon_days, EARLIEST_TRAINING_DAY, -STEP_DAYS))[:MOST_TRAINING_WINDOWS]
    features, counts = [], []
    for day in days:
        try:
            then = replay.at(day)
        except NotEnoughData:
            break
        features.append(_features(replay.events, then, horizon_days))
        counts.append(replay.events.counts(day, day + horizon_days, then.seen.customers))
    if sum(map(len, counts)) < FEWEST_TRAINING_CASES or sum(count.sum() for count in counts) == 0:
        return None, 0
    return fit_poisson_regression(np.vstack(features), np.concatenate(counts)), len(counts)


def _features(events: PurchaseEvents, then: FittedAsOf, horizon_days: int) -> FloatArray:
    """One row per customer; only what means the same early and late in the log (no age, no calendar)."""
    seen = then.seen
    regular, memoryless = then.expected(horizon_days)
    half = events.counts(seen.day - horizon_days // 2, seen.day, seen.customers)
    whole = events.counts(seen.day - horizon_days, seen.day, seen.customers)
    amount = np.log(np.maximum(seen.mean_amount, 1e-9))
    amount = amount - np.median(amount)
    once = (seen.frequency == 0).astype(np.float64)
    return np.column_stack(
        [
            np.log(regular + 0.02),
            np.log(memoryless + 0.02),
            np.log(half + 0.5),
            np.log(whole + 0.5),
            np.log(seen.days_quiet + 7.0),
            amount,
            once,
            once * amount,
        ]
    )
