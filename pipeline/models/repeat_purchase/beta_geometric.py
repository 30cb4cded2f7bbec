"""Customers who may stop after any purchase: BG/NBD, MBG/NBD and their regular-rhythm versions.

One family, two switches. Purchases follow each other at intervals that are Erlang-k distributed (k = 1:
at random; larger k: more like clockwork) at a rate that varies over customers as Gamma(r, alpha). After
every repeat purchase a customer drops out with a probability that varies as Beta(a, b); in the modified
(MBG) models also after the first purchase.

Sources: Fader, Hardie and Lee (2005), "Counting your customers" the easy way, equation 6; Batislam,
Denizel and Filiztekin (2007), equation 7; Reutterer, Platzer and Schroeder (2021), Leveraging purchase
regularity for predicting customer behavior the easy way, section 3.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import betaln, digamma, gammaln

from pipeline.models.repeat_purchase.patterns import FloatArray, IntArray, PurchasePatterns

PARAMETERS = ("r", "alpha", "a", "b")
CHUNK = 8_192
"""Patterns taken at once: what is computed of so many stays in the cache."""


@dataclass(frozen=True)
class BetaGeometricLikelihood:
    """The log-likelihood of the family on fixed patterns, with what does not depend on parameters done once.

    Logarithms of times are taken once per distinct time, gamma functions once per distinct frequency.
    """

    regularity: int
    drops_after_first: bool
    customers: FloatArray
    frequency: FloatArray
    frequency_at: IntArray
    counts: FloatArray
    count_customers: FloatArray
    recency: FloatArray
    recency_at: IntArray
    age: FloatArray
    age_at: IntArray
    constant: float

    @classmethod
    def of(
        cls,
        patterns: PurchasePatterns,
        *,
        regularity: int,
        drops_after_first: bool,
        time_unit_days: float,
        sum_log_interval_days: float,
    ) -> "BetaGeometricLikelihood":
        """Prepare the likelihood of `patterns`, with times in units of `time_unit_days`."""
        counts, frequency_at = np.unique(patterns.frequency, return_inverse=True)
        recency, recency_at = np.unique(patterns.recency_days, return_inverse=True)
        age, age_at = np.unique(patterns.age_days, return_inverse=True)
        customers = patterns.customers.astype(np.float64)
        repeats = float(patterns.customers @ patterns.frequency)
        log_intervals = sum_log_interval_days - repeats * np.log(time_unit_days)
        return cls(
            regularity,
            drops_after_first,
            customers,
            patterns.frequency.astype(np.float64),
            frequency_at,
            counts.astype(np.float64),
            np.asarray(np.bincount(frequency_at, weights=customers), dtype=np.float64),
            recency / time_unit_days,
            recency_at,
            age / time_unit_days,
            age_at,
            (regularity - 1) * log_intervals - repeats * float(gammaln(regularity)),
        )

    def __call__(self, values: FloatArray) -> tuple[float, FloatArray]:
        """Log-likelihood and its gradient with respect to the logarithms of (r, alpha, a, b)."""
        r, alpha, a, b = (float(value) for value in values)
        by_count, count_gradient = self._count_terms(r, alpha, a, b)
        by_pattern, pattern_gradient = self._pattern_terms(r, alpha, a, b)
        gradient = (count_gradient + pattern_gradient) * values
        return self.constant + by_count + by_pattern, gradient

    def _count_terms(self, r: float, alpha: float, a: float, b: float) -> tuple[float, FloatArray]:
        """What depends on the frequency alone."""
        weight, tosses = self.count_customers, self.counts + self.drops_after_first
        shape = r + self.regularity * self.counts
        total = weight @ (
            r * np.log(alpha) + gammaln(shape) - gammaln(r) + betaln(a, b + tosses) - betaln(a, b)
        )
        both = digamma(a + b) - digamma(a + b + tosses)
        gradient = np.array(
            [
                weight @ (np.log(alpha) + digamma(shape) - digamma(r)),
                weight.sum() * r / alpha,
                weight @ both,
                weight @ (both + digamma(b + tosses) - digamma(b)),
            ]
        )
        return float(total), gradient

    def _pattern_terms(self, r: float, alpha: float, a: float, b: float) -> tuple[float, FloatArray]:
        """Log of (alive + dead), relative to the first alive term, and its gradient."""
        total, gradient, dead = 0.0, np.zeros(4), np.zeros(self.counts.size)
        times, log_odds = _Times.of(alpha + self.age, alpha + self.recency), self._log_dead_odds(a, b)
        for first in range(0, self.customers.size, CHUNK):
            part = slice(first, first + CHUNK)
            value, slope, dead_by_count = self._chunk_terms(r, part, times, log_odds)
            total += value
            gradient[:2] += slope
            dead += dead_by_count
        gradient[2:] = dead.sum() / a, -(dead / self._tosses_before_last(b)).sum()
        return total, gradient

    def _chunk_terms(
        self, r: float, part: slice, times: "_Times", log_odds: FloatArray
    ) -> tuple[float, FloatArray, FloatArray]:
        """The sum over some patterns, its slope in (r, alpha), and the expected dead by frequency."""
        log_age, inverse_age = times.log_age[self.age_at[part]], times.inverse_age[self.age_at[part]]
        log_ratio = log_age - times.log_recency[self.recency_at[part]]
        shape = r + self.regularity * self.frequency[part]
        survived, in_r, in_alpha = self._quiet_since(part, shape, inverse_age)
        log_dead = log_odds[self.frequency_at[part]] + shape * log_ratio - survived
        tail = np.exp(-np.abs(log_dead))
        total = np.maximum(log_dead, 0) + np.log1p(tail) + survived - shape * log_age
        weight = self.customers[part]
        weight_dead = weight * np.where(log_dead > 0, 1.0, tail) / (1 + tail)
        weight_alive = weight - weight_dead
        inverse_recency = times.inverse_recency[self.recency_at[part]]
        slope = np.array(
            [
                weight_dead @ log_ratio - weight @ log_age + weight_alive @ in_r,
                weight_alive @ (in_alpha - shape * inverse_age) - weight_dead @ (shape * inverse_recency),
            ]
        )
        dead = np.asarray(
            np.bincount(self.frequency_at[part], weights=weight_dead, minlength=self.counts.size),
            dtype=np.float64,
        )
        return float(weight @ total), slope, dead

    def _quiet_since(
        self, part: slice, shape: FloatArray, inverse_age: FloatArray
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Log of sum over phases j < k of (shape)_j / j! z^j, and its derivatives by r and alpha.

        z is the share of (alpha + age) that passed since the last purchase; for k = 1 the sum is 1.
        """
        if self.regularity == 1:
            nothing = np.zeros_like(shape)
            return nothing, nothing, nothing
        z = (self.age[self.age_at[part]] - self.recency[self.recency_at[part]]) * inverse_age
        term, harmonic = np.ones_like(z), np.zeros_like(z)
        total, in_r, in_alpha = np.ones_like(z), np.zeros_like(z), np.zeros_like(z)
        for phase in range(1, self.regularity):
            harmonic = harmonic + 1 / (shape + phase - 1)
            term = term * z * (shape + phase - 1) / phase
            total = total + term
            in_r = in_r + term * harmonic
            in_alpha = in_alpha - phase * term * inverse_age
        return np.log(total), in_r / total, in_alpha / total

    def _log_dead_odds(self, a: float, b: float) -> FloatArray:
        """Per distinct frequency: log odds of the last toss; impossible where there was no toss."""
        odds = np.log(a) - np.log(self._tosses_before_last(b))
        return np.where(self.counts + self.drops_after_first > 0, odds, -np.inf)

    def _tosses_before_last(self, b: float) -> FloatArray:
        tosses = self.counts + self.drops_after_first
        return np.where(tosses > 0, b + tosses - 1, 1.0)


@dataclass(frozen=True)
class _Times:
    """Logarithms and inverses, one per distinct time."""

    log_age: FloatArray
    inverse_age: FloatArray
    log_recency: FloatArray
    inverse_recency: FloatArray

    @classmethod
    def of(cls, age: FloatArray, recency: FloatArray) -> "_Times":
        return cls(np.log(age), 1 / age, np.log(recency), 1 / recency)
