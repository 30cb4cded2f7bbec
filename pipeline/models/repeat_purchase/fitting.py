"""Maximum likelihood with exact gradients, and intervals from the curvature.

Parameters are positive and are searched as logarithms, which keeps them in their domain, makes the
search independent of the unit of time and gives intervals that never cross zero.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.stats import norm

from pipeline.errors import NotEnoughData
from pipeline.models.repeat_purchase.patterns import FloatArray

LogLikelihood = Callable[[FloatArray], tuple[float, FloatArray]]
"""Natural parameters -> (log-likelihood, its gradient with respect to their logarithms)."""

LARGEST_LOGARITHM = 12.0
"""Parameters beyond e^12 (or below e^-12) say that the data do not tell: the search stays inside."""

GRADIENT_TOLERANCE = 1e-8
ACCEPTED_GRADIENT = 1e-4
DIFFERENCE_STEP = 1e-4


@dataclass(frozen=True)
class Estimate:
    """Fitted positive parameters with their uncertainty.

    Attributes:
        names: parameter names.
        parameters: estimates, in the order of `names`.
        log_likelihood: at the estimates.
        log_covariance: covariance of the logarithms of the parameters (inverse observed information).
    """

    names: tuple[str, ...]
    parameters: FloatArray
    log_likelihood: float
    log_covariance: FloatArray

    def __getitem__(self, name: str) -> float:
        return float(self.parameters[self.names.index(name)])

    @property
    def standard_errors(self) -> FloatArray:
        """Standard errors of the logarithms; infinite where the data do not determine a parameter."""
        return np.sqrt(np.diag(self.log_covariance))

    def interval(self, name: str, level: float = 0.95) -> tuple[float, float]:
        """Wald interval on the logarithmic scale, returned on the natural one."""
        place = self.names.index(name)
        half_width = norm.ppf(0.5 + level / 2) * self.standard_errors[place]
        with np.errstate(over="ignore"):
            low, high = self.parameters[place] * np.exp(np.array([-half_width, half_width]))
        return float(low), float(high)

    def draws(self, count: int, random: np.random.Generator) -> FloatArray:
        """One row per draw of the parameters from their large-sample distribution."""
        if not np.isfinite(self.log_covariance).all():
            return np.tile(self.parameters, (count, 1))
        logs = random.multivariate_normal(np.log(self.parameters), self.log_covariance, size=count)
        return np.asarray(np.exp(np.clip(logs, -LARGEST_LOGARITHM, LARGEST_LOGARITHM)))


def maximise(
    names: tuple[str, ...],
    log_likelihood: LogLikelihood,
    starts: list[FloatArray],
    *,
    size: int,
    thorough: bool = False,
    coarse: LogLikelihood | None = None,
    coarse_size: int = 0,
) -> Estimate:
    """The best maximum reached from several starting points.

    Args:
        names: parameter names.
        log_likelihood: of the whole data.
        starts: starting points, natural parameters.
        size: number of customers behind `log_likelihood`; scales the convergence test.
        thorough: try every start even if the first leads to a maximum inside the box.
        coarse: the likelihood of a sample. When given, the starts are searched on it and only the best
            end point, with its curvature, is handed on to the whole data.
        coarse_size: number of customers behind `coarse`.

    Raises:
        NotEnoughData: no start leads to a finite maximum.
    """
    first = coarse or log_likelihood
    first_size = coarse_size if coarse else size
    best, value = _best_of(first, starts, first_size, thorough)
    if coarse:
        curvature = _information(coarse, best, coarse_size)
        best, value = _search(log_likelihood, best, size, _inverse_or_none(curvature))
    information = _information(log_likelihood, best, size)
    best, value = _newton_step(log_likelihood, best, value, information, size)
    covariance = _covariance(information * size)
    return Estimate(names, np.exp(best), value * size, covariance)


def _best_of(
    log_likelihood: LogLikelihood, starts: list[FloatArray], size: int, thorough: bool
) -> tuple[FloatArray, float]:
    """The best end point; unless thorough, later starts are tried only if an end lies on the border."""
    best, value = np.log(starts[0]), -np.inf
    for start in starts:
        end, reached = _search(log_likelihood, np.log(start), size)
        if reached > value:
            best, value = end, reached
        if not thorough and np.isfinite(value) and np.abs(best).max() < LARGEST_LOGARITHM - 1:
            break
    if not np.isfinite(value):
        raise NotEnoughData("The repeat-purchase model has no finite likelihood on these customers.")
    return best, value


def _search(
    log_likelihood: LogLikelihood, start: FloatArray, size: int, inverse: FloatArray | None = None
) -> tuple[FloatArray, float]:
    """Quasi-Newton search in the logarithms, from a known curvature if there is one; then in a box."""

    def objective(logs: FloatArray) -> tuple[float, FloatArray]:
        inside = np.clip(logs, -LARGEST_LOGARITHM, LARGEST_LOGARITHM)
        value, gradient = log_likelihood(np.exp(inside))
        return -value / size, -gradient / size

    end = minimize(
        objective,
        start,
        jac=True,
        method="BFGS",
        options={
            "gtol": GRADIENT_TOLERANCE * 100,
            "hess_inv0": np.eye(start.size) if inverse is None else inverse,
            "maxiter": 200,
        },
    )
    inside = np.abs(end.x).max() < LARGEST_LOGARITHM - 1
    if inside and np.isfinite(end.fun) and np.abs(end.jac).max() < ACCEPTED_GRADIENT:
        return np.asarray(end.x), -float(end.fun)
    end = minimize(
        objective,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=[(-LARGEST_LOGARITHM, LARGEST_LOGARITHM)] * start.size,
        options={"maxiter": 500, "maxls": 40, "ftol": 1e-12, "gtol": GRADIENT_TOLERANCE},
    )
    value = -float(end.fun)
    return np.asarray(end.x), value if np.isfinite(value) else -np.inf


def _information(log_likelihood: LogLikelihood, logs: FloatArray, size: int) -> FloatArray:
    """Observed information per customer: central differences of the exact gradient."""
    columns = []
    for place in range(logs.size):
        step = np.zeros_like(logs)
        step[place] = DIFFERENCE_STEP
        _, above = log_likelihood(np.exp(logs + step))
        _, below = log_likelihood(np.exp(logs - step))
        columns.append((below - above) / (2 * DIFFERENCE_STEP))
    matrix = np.array(columns) / size
    return np.asarray((matrix + matrix.T) / 2)


def _newton_step(
    log_likelihood: LogLikelihood, logs: FloatArray, value: float, information: FloatArray, size: int
) -> tuple[FloatArray, float]:
    """One exact step from where the search stopped; kept only if it improves the likelihood."""
    inverse = _inverse_or_none(information)
    if inverse is None:
        return logs, value
    _, gradient = log_likelihood(np.exp(logs))
    moved = logs + inverse @ (gradient / size)
    if np.abs(moved).max() > LARGEST_LOGARITHM:
        return logs, value
    reached, _ = log_likelihood(np.exp(moved))
    return (moved, reached / size) if reached / size >= value else (logs, value)


def _inverse_or_none(information: FloatArray) -> FloatArray | None:
    if not np.isfinite(information).all() or np.linalg.eigvalsh(information)[0] <= 0:
        return None
    inverse = np.linalg.inv(information)
    return np.asarray((inverse + inverse.T) / 2)


def _covariance(information: FloatArray) -> FloatArray:
    """Inverse information; all infinite when the likelihood is flat in some direction."""
    inverse = _inverse_or_none(information)
    return np.full_like(information, np.inf) if inverse is None else inverse
