"""Pareto/NBD: customers buy at random until they silently leave, whenever that is.

Source: Schmittlein, Morrison and Colombo (1987); Fader and Hardie (2005), A note on deriving the
Pareto/NBD model and related expressions, equations 15 to 18 and 41.

The part of the likelihood in which the customer has left is an integral over the moment of leaving. It
is taken by Gauss-Legendre quadrature rather than by hypergeometric functions: it stays exact where those
lose their digits, and differentiates under the integral sign, which gives the exact gradient.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import digamma, gammaln, roots_legendre

from pipeline.models.repeat_purchase.fitting import Estimate
from pipeline.models.repeat_purchase.patterns import FloatArray, PurchasePatterns

PARAMETERS = ("r", "alpha", "s", "beta")
NODES = 16
CROWDING = 4
"""Nodes are crowded toward the far end by this power, where the integrand changes fastest."""
CHUNK = 1_000
"""Patterns taken at once: the nodes of so many stay in the cache."""


@dataclass(frozen=True)
class ParetoLikelihood:
    """The log-likelihood of the Pareto/NBD on fixed patterns."""

    customers: FloatArray
    frequency: FloatArray
    recency: FloatArray
    age: FloatArray

    @classmethod
    def of(cls, patterns: PurchasePatterns, *, time_unit_days: float) -> "ParetoLikelihood":
        """Prepare the likelihood of `patterns`, with times in units of `time_unit_days`."""
        return cls(
            patterns.customers.astype(np.float64),
            patterns.frequency.astype(np.float64),
            patterns.recency_days / time_unit_days,
            patterns.age_days / time_unit_days,
        )

    def __call__(self, values: FloatArray) -> tuple[float, FloatArray]:
        """Log-likelihood and its gradient with respect to the logarithms of (r, alpha, s, beta)."""
        total, gradient = 0.0, np.zeros(4)
        for first in range(0, self.customers.size, CHUNK):
            part = slice(first, first + CHUNK)
            weight = self.customers[part]
            value, slope, _ = _pattern_terms(values, self.frequency[part], self.recency[part], self.age[part])
            total += float(weight @ value)
            gradient += slope @ weight
        return total, gradient * values


@dataclass(frozen=True)
class ParetoModel:
    """A fitted Pareto/NBD.

    Attributes:
        estimate: r, alpha, s, beta (alpha and beta in units of `time_unit_days`).
        time_unit_days: days in the unit of time.
    """

    estimate: Estimate
    time_unit_days: float
    name: str = "Pareto/NBD"

    def with_values(self, values: FloatArray) -> "ParetoModel":
        """The same model at other parameter values."""
        moved = Estimate(
            self.estimate.names, values, self.estimate.log_likelihood, self.estimate.log_covariance
        )
        return ParetoModel(moved, self.time_unit_days)

    def probability_alive(self, patterns: PurchasePatterns) -> FloatArray:
        """One probability per pattern that the customer is still active at the end of the observation."""
        times = patterns.recency_days / self.time_unit_days, patterns.age_days / self.time_unit_days
        _, _, alive = _pattern_terms(self.estimate.parameters, patterns.frequency.astype(np.float64), *times)
        return alive

    def expected_purchases(self, patterns: PurchasePatterns, horizon_days: float) -> FloatArray:
        """One expected number of purchases per pattern in the next `horizon_days`."""
        r, alpha, s, beta = self.estimate.parameters
        age = patterns.age_days / self.time_unit_days
        log_growth = np.log1p(horizon_days / self.time_unit_days / (beta + age))
        # (1 - growth^(1 - s)) / (s - 1), whose limit at s = 1 is the logarithm of the growth
        exponent = (1 - s) * log_growth
        small = np.abs(exponent) < 1e-8
        lifetime = log_growth * np.where(small, 1.0, np.expm1(exponent) / np.where(small, 1.0, exponent))
        mean = (r + patterns.frequency) * (beta + age) / (alpha + age) * lifetime
        return np.asarray(self.probability_alive(patterns) * mean)

    def simulate_purchases(
        self, patterns: PurchasePatterns, horizon_days: float, draws: int, random: np.random.Generator
    ) -> FloatArray:
        """One row per customer, one column per draw: purchases in the next `horizon_days`."""
        r, alpha, s, beta = self.estimate.parameters
        at = patterns.of_customer
        age = (patterns.age_days / self.time_unit_days)[at, None]
        size = (at.size, draws)
        alive = random.random(size) < self.probability_alive(patterns)[at, None]
        rate = random.gamma(np.broadcast_to((r + patterns.frequency)[at, None], size)) / (alpha + age)
        leaving = random.gamma(s, size=size) / (beta + age)
        stays = random.exponential(size=size) / np.maximum(leaving, 1e-300)
        purchases = random.poisson(rate * np.minimum(stays, horizon_days / self.time_unit_days))
        return np.where(alive, purchases, 0).astype(float)


def _pattern_terms(
    values: FloatArray, x: FloatArray, recency: FloatArray, age: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Per pattern: log-likelihood, its gradient (4 rows), probability of being alive."""
    r, alpha, s, beta = (float(value) for value in values)
    log_alive = -(r + x) * np.log(alpha + age) - s * np.log(beta + age)
    log_dead, dead_slope = _left_before_end(values, x, recency, age)
    either = np.logaddexp(log_alive, log_dead)
    alive = np.exp(log_alive - either)
    alive_slope = np.array(
        [-np.log(alpha + age), -(r + x) / (alpha + age), -np.log(beta + age), -s / (beta + age)]
    )
    common = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta)
    slope = alive * alive_slope + (1 - alive) * dead_slope
    slope[0] += digamma(r + x) - digamma(r) + np.log(alpha)
    slope[1] += r / alpha
    slope[2] += np.log(beta)
    slope[3] += s / beta
    return common + either, slope, alive


def _left_before_end(
    values: FloatArray, x: FloatArray, recency: FloatArray, age: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Log of the integral over leaving times u of s (alpha+u)^-(r+x) (beta+u)^-(s+1), and its gradient.

    The substitution w = (base / (base + u - recency))^(r+x+s) turns the integrand into a constant when
    alpha = beta and into a slowly varying function otherwise.
    """
    r, alpha, s, beta = (float(value) for value in values)
    nodes, weights = roots_legendre(NODES)
    place, weights = (nodes + 1) / 2, weights / 2
    power = r + x + s
    base = (power + 1) / ((r + x) / (alpha + recency) + (s + 1) / (beta + recency))
    w_end = np.exp(-power * np.log1p((age - recency) / base))
    log_w = np.log(w_end + (1 - w_end) * (place**CROWDING)[:, None])
    stretch = np.exp(log_w / -power)
    from_alpha = base * (stretch - 1) + (alpha + recency)
    from_beta = from_alpha + (beta - alpha)
    log_alpha, log_beta = np.log(from_alpha), np.log(from_beta)
    logs = log_w * (-1 - 1 / power) - (r + x) * log_alpha - (s + 1) * log_beta
    top = logs.max(axis=0)
    mass = np.exp(logs - top) * (weights * CROWDING * place ** (CROWDING - 1))[:, None]
    integral = mass.sum(axis=0)

    def mean(values: FloatArray) -> FloatArray:
        return np.asarray(np.einsum("ij,ij->j", mass, values) / integral)

    slope = np.array(
        [
            -mean(log_alpha),
            -(r + x) * mean(1 / from_alpha),
            1 / s - mean(log_beta),
            -(s + 1) * mean(1 / from_beta),
        ]
    )
    with np.errstate(divide="ignore"):
        log_integral = np.log(s * base / power) + top + np.log(integral) + np.log1p(-w_end)
    return log_integral, slope
