"""Boosted trees beside a repeat-purchase model: by what factor customers of a kind bought more or less.

The trees learn the ratio of what happened to what the model expected (a Poisson deviance with the model's
expectation as exposure), so that where they know nothing the model stands, and the heaviest buyers, whom no
tree can extrapolate to, keep the model's rate.

Sources: Friedman (2001), Greedy function approximation; histogram trees as in scikit-learn.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.models.repeat_purchase.events import PurchaseEvents
from pipeline.models.repeat_purchase.patterns import FloatArray
from pipeline.models.repeat_purchase.replay import FittedAsOf

ROUNDS = 80
LEARNING_RATE = 0.05
LEAVES = 8
FEWEST_CASES_IN_A_LEAF = 60
RIDGE = 5.0
RECENT_DAYS = (30, 61, 91, 182, 364)
YEAR_DAYS = 364
SEED = 0


@dataclass(frozen=True)
class PurchaseBoosting:
    """Fitted trees.

    Attributes:
        trees: the fitted regressor.
        varying: which features had more than one value in training; the others are not used.
    """

    trees: Any
    varying: FloatArray

    def ratio(self, features: FloatArray) -> FloatArray:
        """What to multiply the model's expectation by: one per customer."""
        return np.asarray(_on_one_thread(lambda: self.trees.predict(features[:, self.varying])))


def fit_purchase_boosting(
    features: Sequence[FloatArray], counts: Sequence[FloatArray], expected: Sequence[FloatArray]
) -> PurchaseBoosting:
    """Fit to past windows: features, purchases made and purchases expected of each customer."""
    from sklearn.ensemble import HistGradientBoostingRegressor

    cases, exposure = np.vstack(features), np.maximum(np.concatenate(expected), 1e-6)
    varying = np.array([np.unique(column[~np.isnan(column)]).size > 1 for column in cases.T])
    trees = HistGradientBoostingRegressor(
        loss="poisson",
        learning_rate=LEARNING_RATE,
        max_iter=ROUNDS,
        max_leaf_nodes=LEAVES,
        min_samples_leaf=FEWEST_CASES_IN_A_LEAF,
        l2_regularization=RIDGE,
        early_stopping=False,
        random_state=SEED,
    )
    ratio = np.concatenate(counts) / exposure
    _on_one_thread(lambda: trees.fit(cases[:, varying], ratio, sample_weight=exposure))
    return PurchaseBoosting(trees, varying)


def boosting_features(events: PurchaseEvents, then: FittedAsOf, horizon_days: int) -> FloatArray:
    """What the trees see: one row per customer of `then`, only what was known on its day."""
    seen, day = then.seen, then.seen.day
    customers = seen.customers
    regular, memoryless = then.expected(horizon_days)
    repeats = seen.frequency > 0
    interval = np.where(repeats, seen.recency_days / np.maximum(seen.frequency, 1), np.nan)
    last_interval, last_amount, recent_amount = _last_purchases(events, day, horizon_days)
    a_year_ago = day - YEAR_DAYS
    same_season = (
        events.counts(a_year_ago, min(a_year_ago + horizon_days, day), customers)
        if a_year_ago >= 0
        else np.full(customers.size, np.nan)
    )
    return np.column_stack(
        [
            np.log(regular + 0.02),
            np.log(memoryless + 0.02),
            seen.patterns.per_customer(then.regular.probability_alive(seen.patterns)),
            *(events.counts(day - days, day, customers) for days in RECENT_DAYS),
            events.counts(day - horizon_days, day, customers),
            events.counts(day - horizon_days // 2, day, customers),
            same_season,
            seen.frequency,
            seen.days_quiet,
            np.minimum(seen.age_days, YEAR_DAYS),
            (seen.frequency + 0.5) / (seen.recency_days + 60.0),
            interval,
            seen.days_quiet / interval,
            np.where(repeats, last_interval[customers], np.nan),
            np.log(np.maximum(last_amount[customers], 0.01)),
            np.log(np.maximum(seen.mean_amount, 0.01)),
            np.log1p(recent_amount[customers]),
        ]
    )


def _last_purchases(
    events: PurchaseEvents, day: int, horizon_days: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """By customer number: interval before and amount of the last purchase, amount of the last window."""
    size = events.first_day.size
    known = np.flatnonzero(events.day <= day)
    who = events.customer[known]
    interval, amount = np.full(size, np.nan), np.zeros(size)
    interval[who], amount[who] = events.interval_days[known], events.amount[known]
    recent = known[events.day[known] > day - horizon_days]
    total = np.bincount(events.customer[recent], weights=events.amount[recent], minlength=size)
    return interval, amount, np.asarray(np.maximum(total, 0.0), dtype=np.float64)


def _on_one_thread(compute: Any) -> Any:
    """Small trees on many threads cost several times as much CPU and gain nothing."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    with threadpool_limits(limits=1):
        return compute()
