"""What a fitted (M)BG/CNBD-k model says of customers: still active, future purchases, and their spread.

Given that a customer is active, the phases of the Erlang clock that ticked since the last purchase are
known up to a distribution over 0 ... k-1; from there the next purchases are counts of a Gamma-mixed
Poisson process, so that expectations are finite sums of negative binomial tails: exact for every k, and
equal to the Gauss hypergeometric form of Fader, Hardie and Lee (2005), equation 10, for k = 1.
"""

from dataclasses import dataclass
from itertools import count

import numpy as np
from scipy.special import gammaln

from pipeline.models.repeat_purchase.fitting import Estimate
from pipeline.models.repeat_purchase.patterns import FloatArray, IntArray, PurchasePatterns

NEGLIGIBLE_TAIL = 1e-11


@dataclass(frozen=True)
class BetaGeometricModel:
    """A fitted member of the (M)BG/CNBD-k family.

    Attributes:
        estimate: r, alpha (in units of `time_unit_days`), a, b.
        regularity: k of the Erlang intervals between purchases.
        drops_after_first: whether a customer may leave right after the first purchase (the M of MBG).
        time_unit_days: days in the unit of time that `alpha` is measured in.
    """

    estimate: Estimate
    regularity: int
    drops_after_first: bool
    time_unit_days: float

    @property
    def name(self) -> str:
        """Name of the model in the literature."""
        stem = "MBG" if self.drops_after_first else "BG"
        return f"{stem}/NBD" if self.regularity == 1 else f"{stem}/CNBD-{self.regularity}"

    def with_values(self, values: FloatArray) -> "BetaGeometricModel":
        """The same model at other parameter values (a draw from their uncertainty, say)."""
        moved = Estimate(
            self.estimate.names, values, self.estimate.log_likelihood, self.estimate.log_covariance
        )
        return BetaGeometricModel(moved, self.regularity, self.drops_after_first, self.time_unit_days)

    def probability_alive(self, patterns: PurchasePatterns) -> FloatArray:
        """One probability per pattern that the customer is still active at the end of the observation."""
        _, _, a, b = self.estimate.parameters
        shape, rate, _ = self._posterior(patterns)
        tosses = patterns.frequency + self.drops_after_first
        first_alive = self._log_phase_terms(patterns)
        survived = np.logaddexp.reduce(first_alive, axis=0)
        recency = self.estimate["alpha"] + patterns.recency_days / self.time_unit_days
        odds = np.log(a) - np.log(np.where(tosses > 0, b + tosses - 1, 1.0))
        log_dead = np.where(tosses > 0, odds + shape * (np.log(rate) - np.log(recency)), -np.inf)
        return np.asarray(1 / (1 + np.exp(np.clip(log_dead - survived, -700, 700))))

    def expected_purchases(self, patterns: PurchasePatterns, horizon_days: float) -> FloatArray:
        """One expected number of purchases per pattern in the next `horizon_days`."""
        _, _, a, _ = self.estimate.parameters
        shape, rate, stay = self._posterior(patterns)
        phases = self._phase_probabilities(patterns)
        horizon = horizon_days / self.time_unit_days
        expected = np.zeros(shape.size)
        for phase in range(self.regularity):
            given_phase = _expected_if_alive(
                shape + phase, rate, stay, horizon=horizon, a=a, k=self.regularity, phase=phase
            )
            expected += phases[phase] * given_phase
        return self.probability_alive(patterns) * expected

    def simulate_purchases(
        self, patterns: PurchasePatterns, horizon_days: float, draws: int, random: np.random.Generator
    ) -> FloatArray:
        """One row per customer, one column per draw: purchases in the next `horizon_days`."""
        _, _, a, _ = self.estimate.parameters
        at = patterns.of_customer
        shape, rate, stay = self._posterior(patterns)
        size = (at.size, draws)
        alive = random.random(size) < self.probability_alive(patterns)[at, None]
        phases = self._phase_probabilities(patterns).cumsum(axis=0)[:, at]
        phase = (random.random(size)[None] > phases[:, :, None]).sum(axis=0).clip(max=self.regularity - 1)
        purchase_rate = random.gamma(shape[at, None] + phase) / rate[at, None]
        ticks = random.poisson(purchase_rate * horizon_days / self.time_unit_days)
        drop = random.beta(a, stay[at, None], size=size)
        until_drop = random.geometric(np.maximum(drop, 1e-12))
        return np.where(alive, np.minimum((ticks + phase) // self.regularity, until_drop), 0).astype(float)

    def _posterior(self, patterns: PurchasePatterns) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Shape and rate of the purchase rate (phase 0), and the second parameter of dropout, if alive."""
        r, alpha, _, b = self.estimate.parameters
        shape = r + self.regularity * patterns.frequency
        rate = alpha + patterns.age_days / self.time_unit_days
        return shape, rate, b + patterns.frequency + self.drops_after_first

    def _log_phase_terms(self, patterns: PurchasePatterns) -> FloatArray:
        """One row per phase: log weight of having ticked so often since the last purchase."""
        shape, rate, _ = self._posterior(patterns)
        quiet = (patterns.age_days - patterns.recency_days) / self.time_unit_days
        with np.errstate(divide="ignore"):
            log_share = np.log(quiet / rate)
        rows = [np.zeros_like(shape)]
        for phase in range(1, self.regularity):
            weight = gammaln(shape + phase) - gammaln(shape) - gammaln(phase + 1)
            rows.append(weight + phase * log_share)
        return np.array(rows)

    def _phase_probabilities(self, patterns: PurchasePatterns) -> FloatArray:
        logs = self._log_phase_terms(patterns)
        weights = np.exp(logs - logs.max(axis=0))
        return np.asarray(weights / weights.sum(axis=0))


def _expected_if_alive(
    shape: FloatArray, rate: FloatArray, stay: FloatArray, *, horizon: float, a: float, k: int, phase: int
) -> FloatArray:
    """Sum over n of P(no dropout in n-1 tosses) P(at least n k - phase ticks within the horizon)."""
    total = np.zeros(shape.size)
    at: IntArray = np.arange(shape.size, dtype=np.int64)
    log_share: FloatArray = np.log(horizon / (rate + horizon))
    log_mass: FloatArray = shape * np.log(rate / (rate + horizon))
    tail: FloatArray = np.ones(shape.size)
    kept: FloatArray = np.ones(shape.size)
    purchases = 0
    for ticks in count(1):
        tail = tail - np.exp(log_mass)
        log_mass = log_mass + np.log((shape + ticks - 1) / ticks) + log_share
        if (ticks + phase) % k:
            continue
        total[at] += kept * np.maximum(tail, 0)
        kept = kept * (stay + purchases) / (a + stay + purchases)
        purchases += 1
        going = kept * tail > NEGLIGIBLE_TAIL
        if not going.any():
            break
        if going.mean() < 0.8:
            at, shape, stay, kept = at[going], shape[going], stay[going], kept[going]
            log_share, log_mass, tail = log_share[going], log_mass[going], tail[going]
    return total
