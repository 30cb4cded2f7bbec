"""How far the truth may lie from the forecast.

From 36 months on: conformal. The errors of the same combination at several rolled-back origins, each in
units of its own predicted spread, are pooled over the panel, and their quantiles widen the forecast
(split conformal prediction with a difficulty estimate: Papadopoulos et al. 2008; Lei et al. 2018).
Under 36 months too few origins exist: the one-step errors, shrunk toward the panel's, spread with the root
of the horizon as those of a local level do (variance times 1 + a (h - 1)), under a curve with the tails of
Student's t on three degrees of freedom. The three numbers were measured on histories of 24 and 30 months
taken from the training part of the M3 monthly series.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.models.forecast.members import Members
from pipeline.models.forecast.panel import SEASON, Array, history_months, level_of
from pipeline.models.forecast.rolling import Origin

CONFORMAL_FROM_MONTHS = 36
MINIMUM_SCORES = 200
"""Fewer pooled scores than this carry no 95% quantile of their own."""
PRIOR_MONTHS = 12.0
"""Weight of the panel's error in the shrunken error of a series."""
MINIMUM_MONTHS_OF_AN_ORIGIN = 21
"""Origins with less history forecast worse than the present one will."""
SHORT_SCALE = 0.67
"""Half of what sets the width of a short history; the other half is what the panel showed lately."""
SHORT_JUDGED_BACK = (4, 6)
SHORT_GROWTH = 0.25
RIDGE = 1e-3


@dataclass(frozen=True)
class Spread:
    """Predicts the size of errors.

    Attributes:
        coefficients: of the logarithm of the absolute error; empty where normal intervals are used.
        scores: sorted absolute errors in units of the predicted size, of all origins.
        short_scale: factor of the intervals of short histories.
    """

    coefficients: Array
    scores: Array
    short_scale: float = SHORT_SCALE

    @property
    def is_conformal(self) -> bool:
        """True where the quantiles come from past errors and not from the normal curve."""
        return len(self.coefficients) > 0


def fit_spread(panel: Array, origins: Sequence[Origin], forecasts: Sequence[Array]) -> Spread:
    """Learn the size of errors from what the combination (`forecasts`, one per origin) missed."""
    nothing = Spread(np.array([]), np.array([]), _short_scale(origins, forecasts))
    if np.median(history_months(panel)) < CONFORMAL_FROM_MONTHS:
        return nothing
    table, missed = _missed(*_long_enough(origins, forecasts))
    if len(missed) < MINIMUM_SCORES:
        return nothing
    size = np.log(np.maximum(missed, np.quantile(missed[missed > 0], 0.01) if (missed > 0).any() else 1e-9))
    gram = table.T @ table + RIDGE * len(table) * np.eye(table.shape[1])
    coefficients: Array = np.asarray(np.linalg.solve(gram, table.T @ size), dtype=np.float64)
    return Spread(coefficients, np.sort(missed / np.exp(table @ coefficients)))


def half_width(spread: Spread, panel: Array, members: Members, horizon: int, level: float) -> Array:
    """Half the width of the interval that holds with probability `level`: series by months ahead."""
    scale = members.scale[:, None]
    if not spread.is_conformal:
        growth = np.sqrt(1 + SHORT_GROWTH * np.arange(horizon))[None, :]
        return np.asarray(
            spread.short_scale * _student_quantile(level) * shrunk_error(panel, members)[:, None] * growth
        )
    count = len(spread.scores)
    rank = min(int(np.ceil((count + 1) * level)), count) - 1
    size = np.exp(_predictors(panel, members, horizon) @ spread.coefficients)
    never_narrower = np.maximum.accumulate(size, axis=1)
    return np.asarray(spread.scores[rank] * never_narrower * scale)


def shrunk_error(panel: Array, members: Members) -> Array:
    """One-step error of each series in its own unit, pulled toward the panel's relative error."""
    level = level_of(panel)
    months = history_months(panel).astype(float)
    used = 2 + (SEASON - 1) * members.seasonality.trust
    freedom = np.maximum(months - used, 1.0)
    relative = (members.error / level) ** 2 * months / freedom
    usual = np.exp(np.median(np.log(relative + 1e-9)))
    pooled = (freedom * relative + PRIOR_MONTHS * usual) / (freedom + PRIOR_MONTHS)
    return np.asarray(np.sqrt(pooled) * level)


def _predictors(panel: Array, members: Members, horizon: int) -> Array:
    """Logarithms of what foretells the size of an error, relative to the seasonal naive error."""
    shape = (len(panel), horizon)
    scale = members.scale
    disagreement = np.abs(members.theta - members.damped) / scale[:, None] + 0.05
    of_series = [members.error / scale, level_of(panel) / scale]
    steps = np.log(np.arange(1.0, horizon + 1))[None, :]
    noise = np.log(members.error / level_of(panel) + 1e-3)[:, None]
    columns = [np.ones((1, 1)), steps, np.log(disagreement), noise * steps]
    columns += [np.log(each[:, None] + 1e-3) for each in of_series]
    return np.stack([np.broadcast_to(column, shape) for column in columns], axis=-1)


def _short_scale(origins: Sequence[Origin], forecasts: Sequence[Array]) -> float:
    """Geometric mean of the usual factor and the one that would have held 80% a few months ago."""
    held = []
    for origin, forecast in zip(origins, forecasts, strict=True):
        if origin.back in SHORT_JUDGED_BACK:
            missed = np.abs(origin.actual - forecast[:, : origin.steps])
            growth = np.sqrt(1 + SHORT_GROWTH * np.arange(origin.steps))[None, :]
            ratios = missed / (shrunk_error(origin.panel, origin.members)[:, None] * growth)
            held.append(ratios[np.isfinite(ratios)])
    ratios = np.concatenate(held) if held else np.array([])
    if len(ratios) < MINIMUM_SCORES:
        return SHORT_SCALE
    seen = float(np.quantile(ratios, 0.8)) / _student_quantile(0.8)
    return math.sqrt(SHORT_SCALE * min(max(seen, SHORT_SCALE / 2), SHORT_SCALE * 4))


def _student_quantile(level: float) -> float:
    """Two-sided quantile of Student's t on three degrees of freedom, by bisection."""
    low, high = 0.0, 1e4
    for _ in range(80):
        middle = (low + high) / 2
        x = middle / math.sqrt(3)
        inside = 2 / math.pi * (x / (1 + x * x) + math.atan(x))
        low, high = (middle, high) if inside < level else (low, middle)
    return (low + high) / 2


def _long_enough(
    origins: Sequence[Origin], forecasts: Sequence[Array]
) -> tuple[tuple[Origin, ...], tuple[Array, ...]]:
    kept = [
        (origin, forecast)
        for origin, forecast in zip(origins, forecasts, strict=True)
        if np.median(history_months(origin.panel)) >= MINIMUM_MONTHS_OF_AN_ORIGIN
    ]
    return tuple(origin for origin, _ in kept), tuple(forecast for _, forecast in kept)


def _missed(origins: Sequence[Origin], forecasts: Sequence[Array]) -> tuple[Array, Array]:
    tables, errors = [], []
    for origin, forecast in zip(origins, forecasts, strict=True):
        steps = origin.steps
        missed = np.abs(origin.actual - forecast[:, :steps]) / origin.members.scale[:, None]
        known = np.isfinite(missed)
        tables.append(_predictors(origin.panel, origin.members, forecast.shape[1])[:, :steps][known])
        errors.append(missed[known])
    return np.concatenate(tables) if tables else np.empty((0, 1)), np.concatenate(
        errors
    ) if errors else np.array([])
