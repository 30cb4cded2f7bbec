"""Logistic regression whose estimates exist even when a field separates won from lost perfectly.

Firth (1993), "Bias reduction of maximum likelihood estimates", Biometrika 80: the log-likelihood is
penalised by half the log-determinant of the information. Intervals are profile intervals of the penalised
likelihood and tests are penalised likelihood-ratio tests (Heinze and Schemper 2002, Statistics in
Medicine 21), since Wald intervals fail exactly where Firth's estimate is needed.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats
from scipy.optimize import brentq

from pipeline.errors import ModelInputError

MAX_STEPS = 100
TOLERANCE = 1e-8
LONGEST_STEP = 5.0
SMALLEST_GAIN = 1e-9
WIDEST_LOG_ODDS = 50.0

Floats = npt.NDArray[Any]


@dataclass(frozen=True)
class FirthLogit:
    """A fitted model; all arrays in the order of the design's columns."""

    design: Floats
    outcome: Floats
    coefficients: Floats
    covariance: Floats
    penalised_log_likelihood: float

    def interval(self, column: int, *, level: float = 0.95) -> tuple[float, float]:
        """Profile interval of one coefficient."""
        limit = self.penalised_log_likelihood - stats.chi2.ppf(level, 1) / 2
        return self._bound(column, limit, -1.0), self._bound(column, limit, 1.0)

    def p_value(self, columns: list[int]) -> float:
        """Penalised likelihood-ratio test that all coefficients of `columns` are zero."""
        without = dict.fromkeys(columns, 0.0)
        restricted = _maximise(self.design, self.outcome, without, self.coefficients)[1]
        statistic = max(2 * (self.penalised_log_likelihood - restricted), 0.0)
        return float(stats.chi2.sf(statistic, len(columns)))

    def _bound(self, column: int, limit: float, direction: float) -> float:
        centre = float(self.coefficients[column])
        step = direction * 2 * float(np.sqrt(self.covariance[column, column]))

        def above(value: float) -> float:
            return _maximise(self.design, self.outcome, {column: value}, self.coefficients)[1] - limit

        far = centre + step
        while above(far) > 0 and abs(far) < WIDEST_LOG_ODDS:
            far += step
        if above(far) > 0:
            return direction * np.inf
        return float(brentq(above, centre, far, xtol=1e-4))


def fit_firth(design: Floats, outcome: Floats) -> FirthLogit:
    """Fit P(outcome) = logistic(design @ coefficients); the design holds its own column of ones.

    Args:
        design: one row per case, finite, of full column rank.
        outcome: 0 or 1 per case.

    Raises:
        ModelInputError: not finite, not 0/1, more columns than rows, or columns that repeat each other.
    """
    matrix, result = np.asarray(design, dtype=float), np.asarray(outcome, dtype=float)
    if matrix.ndim != 2 or len(matrix) != len(result) or not np.isfinite(matrix).all():
        raise ModelInputError("Firth's logit needs a finite design with one row per outcome.")
    if not np.isin(result, (0.0, 1.0)).all():
        raise ModelInputError("Firth's logit needs outcomes of 0 or 1.")
    if np.linalg.matrix_rank(matrix) < matrix.shape[1]:
        raise ModelInputError(
            "Columns of the design repeat each other.", "Leave out one level of each field."
        )
    coefficients, likelihood = _maximise(matrix, result)
    covariance = np.linalg.inv(_point(matrix, result, coefficients).information)
    return FirthLogit(matrix, result, coefficients, covariance, likelihood)


@dataclass(frozen=True)
class _Point:
    """The penalised likelihood at some coefficients, with what the next Newton step needs."""

    beta: Floats
    chances: Floats
    information: Floats
    value: float


def _maximise(
    design: Floats, outcome: Floats, fixed: dict[int, float] | None = None, start: Floats | None = None
) -> tuple[Floats, float]:
    """Newton steps on the modified score, halved until the penalised likelihood rises."""
    fixed = fixed or {}
    beta = np.zeros(design.shape[1]) if start is None else start.copy()
    free = np.array([j for j in range(design.shape[1]) if j not in fixed], dtype=int)
    for column, value in fixed.items():
        beta[column] = value
    here = _point(design, outcome, beta)
    for _ in range(MAX_STEPS):
        leverage = _leverage(design, here)
        score = design.T @ (outcome - here.chances + leverage * (0.5 - here.chances))
        if not free.size or np.abs(score[free]).max() < TOLERANCE * len(outcome):
            break
        step = np.linalg.solve(here.information[np.ix_(free, free)], score[free])
        step *= min(1.0, LONGEST_STEP / max(np.abs(step).max(), 1e-12))
        there = _higher(design, outcome, here, free, step)
        if there is None:
            break
        gain, here = there.value - here.value, there
        if gain < SMALLEST_GAIN:
            break
    return here.beta, here.value


def _higher(design: Floats, outcome: Floats, here: _Point, free: Floats, step: Floats) -> _Point | None:
    """The point after the step, halved until it is higher; None where no step is."""
    for _ in range(25):
        trial = here.beta.copy()
        trial[free] += step
        there = _point(design, outcome, trial)
        if there.value > here.value:
            return there
        step = step / 2
    return None


def _point(design: Floats, outcome: Floats, beta: Floats) -> _Point:
    score = design @ beta
    chances = np.asarray(1 / (1 + np.exp(-np.clip(score, -35, 35))))
    information = (design * (chances * (1 - chances))[:, None]).T @ design
    likelihood = float((outcome * score - np.logaddexp(0, score)).sum())
    value = likelihood + 0.5 * float(np.linalg.slogdet(information)[1])
    return _Point(beta, chances, information, value)


def _leverage(design: Floats, point: _Point) -> Floats:
    solved = np.linalg.solve(point.information, design.T).T
    return np.asarray((design * solved).sum(axis=1) * point.chances * (1 - point.chances))
