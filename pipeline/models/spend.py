"""Gamma-Gamma: what a customer spends per purchase, pulled toward what customers spend on the whole.

Amounts per purchase of one customer are Gamma(p, nu), the rate nu varies over customers as Gamma(q, gamma).
Sources: Fader, Hardie and Lee (2005), RFM and CLV: using iso-value curves; Fader and Hardie (2013), The
Gamma-Gamma model of monetary value, equations 1a, 2 and 5.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import digamma, gammaln
from scipy.stats import gamma as gamma_distribution

from pipeline.errors import ModelInputError, NotEnoughData
from pipeline.models.repeat_purchase.fitting import Estimate, LogLikelihood, maximise
from pipeline.models.repeat_purchase.patterns import FloatArray

PARAMETERS = ("p", "q", "gamma")
FEWEST_CUSTOMERS = 20


@dataclass(frozen=True)
class SpendModel:
    """A fitted Gamma-Gamma model.

    Attributes:
        estimate: p, q (both without unit) and gamma (in the unit of the amounts).
    """

    estimate: Estimate

    @property
    def mean_spend(self) -> float:
        """Mean amount per purchase of a customer of whom nothing is known; infinite for q <= 1."""
        p, q, gamma = self.estimate.parameters
        return float(p * gamma / (q - 1)) if q > 1 else float("inf")

    def expected_spend(self, purchases: ArrayLike, mean_spend: ArrayLike) -> FloatArray:
        """One expected amount per purchase per customer, given how often and how much it bought so far.

        Fader and Hardie (2013), equation 5: a weighted mean of the customer's own average and everyone's.
        Customers without a purchase get the mean of all.
        """
        p, _, _ = self.estimate.parameters
        shape, rate = self._posterior(purchases, mean_spend)
        return np.asarray(np.where(shape > 1, p * rate / np.where(shape > 1, shape - 1, 1.0), np.inf))

    def spend_quantile(self, purchases: ArrayLike, mean_spend: ArrayLike, level: float) -> FloatArray:
        """One quantile per customer of its own long-run mean amount per purchase."""
        p, _, _ = self.estimate.parameters
        shape, rate = self._posterior(purchases, mean_spend)
        return np.asarray(p * rate / gamma_distribution.ppf(1 - level, shape))

    def simulate_totals(
        self,
        purchases: ArrayLike,
        mean_spend: ArrayLike,
        future_purchases: FloatArray,
        random: np.random.Generator,
    ) -> FloatArray:
        """Totals spent: one row per customer, one column per draw, for given numbers of purchases."""
        p, _, _ = self.estimate.parameters
        shape, rate = self._posterior(purchases, mean_spend)
        own = random.gamma(np.broadcast_to(shape[:, None], future_purchases.shape)) / rate[:, None]
        return np.asarray(random.gamma(p * future_purchases) / np.maximum(own, 1e-300))

    def _posterior(self, purchases: ArrayLike, mean_spend: ArrayLike) -> tuple[FloatArray, FloatArray]:
        p, q, gamma = self.estimate.parameters
        x = np.asarray(purchases, dtype=np.float64)
        total = np.where(x > 0, x * np.nan_to_num(np.asarray(mean_spend, dtype=np.float64)), 0.0)
        return p * x + q, gamma + total


def fit_spend(purchases: ArrayLike, mean_spend: ArrayLike) -> SpendModel:
    """Fit to one number of purchases and one mean positive amount per customer.

    Source: Fader and Hardie (2013), equation 1a.

    Raises:
        ModelInputError: a purchase count below 1, or an amount that is not positive.
        NotEnoughData: fewer than 20 customers.
    """
    x, mean = np.asarray(purchases, dtype=np.float64), np.asarray(mean_spend, dtype=np.float64)
    if x.shape != mean.shape or x.ndim != 1:
        raise ModelInputError(f"purchases {x.shape} and mean_spend {mean.shape} must be equally long lists.")
    if not ((x >= 1) & np.isfinite(mean) & (mean > 0)).all():
        raise ModelInputError("spend needs customers with at least one purchase and a positive mean amount.")
    if x.size < FEWEST_CUSTOMERS:
        raise NotEnoughData(f"A spend model needs at least {FEWEST_CUSTOMERS} customers; there are {x.size}.")
    # amounts are measured in their own typical size, so that the search does not depend on the currency
    scale = float(np.exp(np.average(np.log(mean))))
    likelihood = _likelihood(x, mean / scale)
    starts = [np.array([2.0, 3.0, 2.0]), np.array([8.0, 4.0, 0.5])]
    scaled = maximise(PARAMETERS, likelihood, starts, size=x.size)
    values = scaled.parameters * np.array([1.0, 1.0, scale])
    log_likelihood = scaled.log_likelihood - x.size * float(np.log(scale))
    return SpendModel(Estimate(PARAMETERS, values, log_likelihood, scaled.log_covariance))


def _likelihood(x: FloatArray, mean: FloatArray) -> LogLikelihood:
    log_mean, log_x, total = np.log(mean), np.log(x), x * mean

    def log_likelihood(values: FloatArray) -> tuple[float, FloatArray]:
        p, q, gamma = (float(value) for value in values)
        px, log_rate = p * x, np.log(gamma + total)
        value = (
            gammaln(px + q) - gammaln(px) + px * (log_mean + log_x) - log_mean - (px + q) * log_rate
        ).sum() + x.size * (q * np.log(gamma) - gammaln(q))
        shared = digamma(px + q)
        gradient = np.array(
            [
                (x * (shared - digamma(px) + log_mean + log_x - log_rate)).sum(),
                (shared - log_rate).sum() + x.size * (np.log(gamma) - digamma(q)),
                x.size * q / gamma - ((px + q) / (gamma + total)).sum(),
            ]
        )
        return float(value), gradient * values

    return log_likelihood
