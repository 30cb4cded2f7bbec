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
        restricted = _maximise(self.design, self.outcome, fixed=dict.fromkeys(columns, 0.0))[1]
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
    covariance = np.linalg.inv(_information(matrix, coefficients)[0])
    return FirthLogit(matrix, result, coefficients, covariance, likelihood)


def _maximise(
    design: Floats, outcome: Floats, fixed: dict[int, float] | None = None, start: Floats | None = None
) -> tuple[Floats, float]:
    """Newton steps on the modified score, halved until the penalised likelihood rises."""
    fixed = fixed or {}
    beta = np.zeros(design.shape[1]) if start is None else start.copy()
    free = np.array([j for j in range(design.shape[1]) if j not in fixed], dtype=int)
    for column, value in fixed.items():
        beta[column] = value
    value = _penalised(design, outcome, beta)
    for _ in range(MAX_STEPS):
        information, chances, leverage = _information(design, beta)
        score = design.T @ (outcome - chances + leverage * (0.5 - chances))
        if not free.size or np.abs(score[free]).max() < TOLERANCE * len(outcome):
            break
        step = np.linalg.solve(information[np.ix_(free, free)], score[free])
        step *= min(1.0, LONGEST_STEP / max(np.abs(step).max(), 1e-12))
        beta, value, moved = _line_search(design, outcome, beta, (free, step), value)
        if not moved:
            break
    return beta, value


def _line_search(
    design: Floats, outcome: Floats, beta: Floats, move: tuple[Floats, Floats], value: float
) -> tuple[Floats, float, bool]:
    free, step = move
    for _ in range(25):
        trial = beta.copy()
        trial[free] += step
        found = _penalised(design, outcome, trial)
        if found >= value:
            return trial, found, found - value > 1e-10
        step = step / 2
    return beta, value, False


def _information(design: Floats, beta: Floats) -> tuple[Floats, Floats, Floats]:
    chances = _chances(design, beta)
    spread = chances * (1 - chances)
    information = (design * spread[:, None]).T @ design
    solved = np.linalg.solve(information, design.T).T
    return information, chances, (design * solved).sum(axis=1) * spread


def _penalised(design: Floats, outcome: Floats, beta: Floats) -> float:
    score = design @ beta
    likelihood = float((outcome * score - np.logaddexp(0, score)).sum())
    chances = _chances(design, beta)
    _, log_determinant = np.linalg.slogdet((design * (chances * (1 - chances))[:, None]).T @ design)
    return likelihood + 0.5 * float(log_determinant)


def _chances(design: Floats, beta: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(design @ beta, -35, 35))))
