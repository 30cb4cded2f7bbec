"""How good probabilities are: Brier score, skill with its interval, reliability by class."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[Any]


def log_loss(log_odds: Floats, outcome: Floats) -> Floats:
    """Minus the log-likelihood of each case."""
    return np.asarray(np.logaddexp(0, log_odds) - outcome * log_odds)


def area_under_curve(score: Floats, outcome: Floats, weight: Floats | None = None) -> float:
    """Chance that a won case scores above a lost one (ties count half); empty without both."""
    from sklearn.metrics import roc_auc_score

    if len(np.unique(outcome)) < 2:
        return float("nan")
    return float(roc_auc_score(outcome, score, sample_weight=weight))


def skill(
    probability: Floats,
    reference: Floats,
    outcome: Floats,
    *,
    groups: npt.NDArray[Any],
    rng: np.random.Generator,
    weight: Floats | None = None,
    level: float = 0.95,
    samples: int = 1000,
) -> dict[str, float]:
    """Brier skill = 1 - Brier / Brier of the reference, with a bootstrap interval over groups.

    Source: Murphy (1973), "A new vector partition of the probability score". Keys: `brier`,
    `brier_reference`, `skill`, `skill_low`, `skill_high`.
    """
    own = (probability - outcome) ** 2
    base = (reference - outcome) ** 2
    weights = np.ones(len(own)) if weight is None else weight

    def statistic(sums: Floats) -> Floats:
        return np.asarray(1 - sums[..., 0] / sums[..., 1])

    sums = group_sums(np.column_stack([own * weights, base * weights]), groups)
    low, high = bootstrap_interval(sums, statistic, rng=rng, level=level, samples=samples)
    total = weights.sum()
    return {
        "brier": float((own * weights).sum() / total),
        "brier_reference": float((base * weights).sum() / total),
        "skill": float(statistic(sums.sum(axis=0))),
        "skill_low": low,
        "skill_high": high,
    }


def group_sums(values: Floats, groups: npt.NDArray[Any]) -> Floats:
    """Sums of the rows of `values` per group."""
    codes, names = pd.factorize(groups)
    sums = np.zeros((len(names), values.shape[1]))
    np.add.at(sums, codes, values)
    return sums


def resampled_sums(sums: Floats, *, rng: np.random.Generator, samples: int) -> Floats:
    """Sums over bootstrap samples of groups: one row per sample."""
    shares = np.full(len(sums), 1 / len(sums))
    return np.stack([rng.multinomial(len(sums), shares) @ sums for _ in range(samples)])


def bootstrap_interval(
    sums: Floats,
    statistic: Callable[[Floats], Floats],
    *,
    rng: np.random.Generator,
    level: float,
    samples: int,
) -> tuple[float, float]:
    """Percentile interval of a statistic of sums over groups."""
    values = statistic(resampled_sums(sums, rng=rng, samples=samples))
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def reliability(
    probability: Floats, outcome: Floats, *, weight: Floats | None = None, classes: int = 10
) -> pd.DataFrame:
    """One row per class of equally many cases, from the least to the most likely.

    Columns: `cases`, `forecast` (mean probability), `actual` (share won), `actual_low`, `actual_high`
    (Wilson's 95% interval).
    """
    from pipeline.models.pooling import wilson_interval

    weights = np.ones(len(outcome)) if weight is None else weight
    order = np.argsort(probability, kind="stable")
    position = np.minimum((np.arange(len(order)) * classes) // max(len(order), 1), classes - 1)
    frame = pd.DataFrame({
        "class": position, "weight": weights[order],
        "forecast": (probability * weights)[order], "actual": (outcome * weights)[order],
    })  # fmt: skip
    table = frame.groupby("class").agg(
        cases=("weight", "size"),
        weight=("weight", "sum"),
        forecast=("forecast", "sum"),
        actual=("actual", "sum"),
    )
    table["forecast"] /= table["weight"]
    table["actual"] /= table["weight"]
    low, high = wilson_interval(table["actual"] * table["cases"], table["cases"])
    return table.assign(actual_low=low, actual_high=high).drop(columns="weight").reset_index(drop=True)


def calibration_error(probability: Floats, outcome: Floats, *, weight: Floats | None = None) -> float:
    """Mean distance of forecast and share won over ten classes, weighted by cases."""
    table = reliability(probability, outcome, weight=weight)
    gaps = (table["forecast"] - table["actual"]).abs()
    return float((gaps * table["cases"]).sum() / table["cases"].sum())
