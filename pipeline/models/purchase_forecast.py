"""How many purchases each customer will make: probability models, corrected by what happened after them.

Per customer, the logarithms of three members are averaged: two probability models (regular and memoryless
rhythm, their mean), a Poisson regression and boosted trees, which both learned on windows rolled back through
the log how the models' expectations and recent purchases translate into what then happened. Where the history
holds too few past windows for trees, or for the regression, they stay out. The total is that of
`level_calibration`, so that ranking comes from one and level from the other.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.errors import NotEnoughData
from pipeline.models.level_calibration import STEP_DAYS, Level, calibrated_level
from pipeline.models.poisson_regression import fit_poisson_regression
from pipeline.models.purchase_boosting import boosting_features, fit_purchase_boosting
from pipeline.models.repeat_purchase.events import PurchaseEvents
from pipeline.models.repeat_purchase.patterns import FloatArray
from pipeline.models.repeat_purchase.replay import FittedAsOf, Replay

EARLIEST_TRAINING_DAY = 182
MOST_TRAINING_WINDOWS = 4
FEWEST_TRAINING_CASES = 200
FEWEST_BOOSTING_CASES = 2_000
FEWEST_BOOSTING_WINDOWS = 2


@dataclass(frozen=True)
class PurchaseForecast:
    """Expected purchases of every customer who has bought by the origin.

    Attributes:
        customers: one row per customer: `customer` (number), `expected` (calibrated), `model_expected` (mean
            of the probability models), `regression_expected` and `boosting_expected` (at the models' level;
            the models' own where there was too little to learn from), `probability_alive`.
        level: the calibrated total and how it came about.
        regularity: k of the regular-rhythm model.
        training_windows: rolled-back windows the regression learned from.
        members: names of the members that were averaged.
    """

    customers: pd.DataFrame
    level: Level
    regularity: int
    training_windows: int
    members: tuple[str, ...]


def forecast_purchases(replay: Replay, origin: int, horizon_days: int) -> PurchaseForecast:
    """Purchases in (origin, origin + horizon_days] per customer, from what was known at `origin`.

    Raises:
        NotEnoughData: too few customers had bought again.
    """
    now = replay.at(origin)
    by_models = np.mean(now.expected(horizon_days), axis=0)
    past = _past_windows(replay, origin, horizon_days)
    members = {"models": by_models} | _learned(replay, past, now, horizon_days)
    # what was learned has seen its own windows' season: it lends its ranking, not its level
    members = {name: each * (by_models.sum() / max(each.sum(), 1e-12)) for name, each in members.items()}
    level = calibrated_level(replay, origin, horizon_days)
    blend = np.exp(np.mean(np.log(np.maximum(list(members.values()), 1e-12)), axis=0))
    table = pd.DataFrame(
        {
            "customer": now.seen.customers,
            "expected": blend * (level.expected / max(float(blend.sum()), 1e-12)),
            "model_expected": by_models,
            "regression_expected": members.get("regression", by_models),
            "boosting_expected": members.get("boosting", by_models),
            "probability_alive": now.seen.patterns.per_customer(
                now.regular.probability_alive(now.seen.patterns)
            ),
        }
    )
    return PurchaseForecast(table, level, replay.k, len(past), tuple(members))


def _past_windows(replay: Replay, origin: int, horizon_days: int) -> list[FittedAsOf]:
    """Both models as of the days on which past windows began, latest first; none if they hold little."""
    found = []
    for day in list(range(origin - horizon_days, EARLIEST_TRAINING_DAY, -STEP_DAYS))[:MOST_TRAINING_WINDOWS]:
        try:
            found.append(replay.at(day))
        except NotEnoughData:
            break
    cases = sum(then.seen.customers.size for then in found)
    bought = sum(_made(replay, then, horizon_days).sum() for then in found)
    return found if cases >= FEWEST_TRAINING_CASES and bought > 0 else []


def _made(replay: Replay, then: FittedAsOf, horizon_days: int) -> FloatArray:
    """Purchases that each customer made in the window after `then`."""
    return replay.events.counts(then.seen.day, then.seen.day + horizon_days, then.seen.customers)


def _learned(
    replay: Replay, past: list[FittedAsOf], now: FittedAsOf, horizon_days: int
) -> dict[str, FloatArray]:
    """What the members that learn from past windows expect of each customer now, as far as windows go."""
    if not past:
        return {}
    events = replay.events
    made = [_made(replay, then, horizon_days) for then in past]
    regression = fit_poisson_regression(
        np.vstack([_features(events, then, horizon_days) for then in past]), np.concatenate(made)
    )
    found = {"regression": regression.predict(_features(events, now, horizon_days))}
    if len(past) >= FEWEST_BOOSTING_WINDOWS and sum(map(len, made)) >= FEWEST_BOOSTING_CASES:
        expected = [np.mean(then.expected(horizon_days), axis=0) for then in past]
        cases = [boosting_features(events, then, horizon_days) for then in past]
        ratio = fit_purchase_boosting(cases, made, expected).ratio(
            boosting_features(events, now, horizon_days)
        )
        found["boosting"] = np.mean(now.expected(horizon_days), axis=0) * ratio
    return found


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
