"""Poisson regression with a log link and a ridge, by Newton's method.

Source: McCullagh and Nelder (1989), Generalized linear models, chapter 6.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pipeline.errors import NotEnoughData
from pipeline.models.repeat_purchase.patterns import FloatArray

LARGEST_LOG_MEAN = 12.0
STEPS = 60


@dataclass(frozen=True)
class PoissonRegression:
    """Fitted coefficients on standardised features.

    Attributes:
        center: mean of each feature in training.
        scale: standard deviation of each feature in training.
        intercept: log mean at the center.
        slopes: one per feature.
    """

    center: FloatArray
    scale: FloatArray
    intercept: float
    slopes: FloatArray

    def predict(self, features: FloatArray) -> FloatArray:
        """One expected count per row of features."""
        log_mean = self.intercept + (features - self.center) / self.scale @ self.slopes
        return np.asarray(np.exp(np.minimum(log_mean, LARGEST_LOG_MEAN)))


def fit_poisson_regression(
    features: FloatArray, counts: FloatArray, *, ridge: float = 1e-3
) -> PoissonRegression:
    """Fit to one row of features and one count per case; `ridge` is per case, on standardised slopes.

    Raises:
        NotEnoughData: no case has a positive count.
    """
    if counts.sum() <= 0:
        raise NotEnoughData("A Poisson regression needs at least one positive count.")
    center = features.mean(axis=0)
    spread = features.std(axis=0)
    scale = np.where(spread > 1e-12, spread, 1.0)
    design = np.column_stack([np.ones(counts.size), (features - center) / scale])
    penalty = np.full(design.shape[1], ridge * counts.size)
    penalty[0] = 0.0
    beta = np.zeros(design.shape[1])
    beta[0] = np.log(counts.mean())

    def loss_at(moved: FloatArray) -> float:
        return _loss(design, counts, penalty, moved)

    loss = loss_at(beta)
    for _ in range(STEPS):
        mean = np.exp(np.minimum(design @ beta, LARGEST_LOG_MEAN))
        gradient = design.T @ (mean - counts) + penalty * beta
        curvature = (design * mean[:, None]).T @ design + np.diag(penalty + 1e-9)
        step = np.linalg.solve(curvature, gradient)
        before = loss
        beta, loss = _descended(loss_at, beta, step, loss)
        if before - loss < 1e-9 * counts.size:
            break
    return PoissonRegression(center, scale, float(beta[0]), beta[1:])


def _loss(design: FloatArray, counts: FloatArray, penalty: FloatArray, beta: FloatArray) -> float:
    log_mean = np.minimum(design @ beta, LARGEST_LOG_MEAN)
    return float((np.exp(log_mean) - counts * log_mean).sum() + penalty @ beta**2 / 2)


def _descended(
    loss_at: Callable[[FloatArray], float], beta: FloatArray, step: FloatArray, loss: float
) -> tuple[FloatArray, float]:
    """The step, halved until the loss falls, and the loss reached."""
    for halving in range(20):
        moved = beta - step / 2**halving
        reached = loss_at(moved)
        if reached < loss:
            return moved, reached
    return beta, loss
