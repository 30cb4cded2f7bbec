"""Rates of many small groups, each pulled toward the whole as far as its own cases do not speak.

Model: cases won in a group are binomial with the group's own rate; rates come from a beta distribution
with the mean and spread of all groups. Both are integrated over a grid, so that with few groups the
intervals know how uncertain the spread is (Gelman 2006, "Prior distributions for variance parameters",
Bayesian Analysis 1; Gelman et al., Bayesian Data Analysis, 3rd ed., section 5.3). The interval to bet on
is the posterior predictive one, for the rate of the group's *next* cases; Wilson's (1927) only describes
the past.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special, stats

from pipeline.errors import ModelInputError, NotEnoughData

SPREAD_SCALE = 0.25
"""Scale of the half-Cauchy prior on the standard deviation of rates between groups."""
GRID_SPREADS = 60
GRID_MEANS = 31
NEGLIGIBLE = 1e-5


@dataclass(frozen=True)
class PooledRates:
    """What groups have in common, and each group's rate given that.

    `rates` has one row per group in the order given: the columns of the input and

    - `raw_rate`: won / closed (empty without closed cases), `wilson_low`, `wilson_high`
    - `rate`, `rate_low`, `rate_high`: shrunken rate and credible interval of the group's true rate
    - `next_low`, `next_high`: predictive interval of the rate of its next `next_cases` cases
    - `own_weight`: share of the group's own cases in its shrunken rate (0 to 1)
    """

    rates: pd.DataFrame
    mean_rate: float
    spread: float
    """Standard deviation of true rates between groups, in rate points (0 to 1)."""
    difference_p_value: float
    """Chi-square test that all groups have one rate."""


def pool_rates(
    groups: pd.DataFrame, *, level: float = 0.95, next_cases: pd.Series | None = None
) -> PooledRates:
    """Shrink the rates of groups toward their common distribution.

    Args:
        groups: one row per group with whole numbers `won` and `closed` (won + lost); other columns are kept.
        level: of all intervals.
        next_cases: number of cases in each group's next period; as many as it had before, if not given.

    Raises:
        NotEnoughData: no closed case at all.
        ModelInputError: negative counts or more won than closed.
    """
    won, closed = _counts(groups)
    ahead = np.maximum(closed if next_cases is None else next_cases.to_numpy(dtype=float), 1.0)
    grid = _posterior_grid(won, closed)
    mean, variance, own = _group_posteriors(won, closed, grid)
    low, high = (1 - level) / 2, (1 + level) / 2
    alpha, beta = _matching_beta(mean, variance)
    wilson = wilson_interval(won, closed, level=level)
    raw = np.divide(won, closed, out=np.full(len(won), np.nan), where=closed > 0)
    rates = groups.assign(
        raw_rate=raw,
        wilson_low=wilson[0],
        wilson_high=wilson[1],
        rate=mean,
        rate_low=stats.beta.ppf(low, alpha, beta),
        rate_high=stats.beta.ppf(high, alpha, beta),
        next_low=stats.betabinom.ppf(low, ahead, alpha, beta) / ahead,
        next_high=stats.betabinom.ppf(high, ahead, alpha, beta) / ahead,
        own_weight=own,
    )
    weights, means, spreads = grid["weight"], grid["mean"], grid["spread"]
    return PooledRates(
        rates, float(weights @ means), float(weights @ spreads), homogeneity_p_value(won, closed)
    )


def wilson_interval(
    won: npt.ArrayLike, closed: npt.ArrayLike, *, level: float = 0.95
) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Wilson's score interval of a rate in the past (0 to 1 without cases)."""
    successes, trials = np.asarray(won, dtype=float), np.asarray(closed, dtype=float)
    z = stats.norm.ppf((1 + level) / 2)
    n = np.maximum(trials, 1e-12)
    centre = (successes + z**2 / 2) / (n + z**2)
    half = z / (n + z**2) * np.sqrt(np.maximum(successes * (n - successes) / n, 0) + z**2 / 4)
    empty = trials <= 0
    return np.where(empty, 0.0, np.maximum(centre - half, 0)), np.where(
        empty, 1.0, np.minimum(centre + half, 1)
    )


def homogeneity_p_value(won: npt.ArrayLike, closed: npt.ArrayLike) -> float:
    """Chance of groups differing at least so much if all had one rate (Pearson's chi-square)."""
    trials = np.asarray(closed, dtype=float)
    successes = np.asarray(won, dtype=float)[trials > 0]
    trials = trials[trials > 0]
    pooled = successes.sum() / trials.sum() if trials.size else 0.0
    if trials.size < 2 or pooled in (0.0, 1.0):
        return 1.0
    expected = trials * pooled
    statistic = ((successes - expected) ** 2 / (expected * (1 - pooled))).sum()
    return float(stats.chi2.sf(statistic, trials.size - 1))


def _counts(groups: pd.DataFrame) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    missing = {"won", "closed"} - set(groups.columns)
    if missing:
        raise ModelInputError(f"pool_rates needs the columns {sorted(missing)}.")
    won = groups["won"].to_numpy(dtype=float)
    closed = groups["closed"].to_numpy(dtype=float)
    if (won < 0).any() or (won > closed).any() or not np.isfinite(closed).all():
        raise ModelInputError("Each group needs 0 <= won <= closed.")
    if closed.sum() == 0:
        raise NotEnoughData("No closed case in any group: there is no rate to pool.")
    return won, closed


def _posterior_grid(won: npt.NDArray[Any], closed: npt.NDArray[Any]) -> dict[str, npt.NDArray[Any]]:
    """Weights of (mean, spread) of the beta distribution of rates, on a grid."""
    pooled = (won.sum() + 0.5) / (closed.sum() + 1)
    busy = closed > 0
    raw = won[busy] / closed[busy]
    error = np.sqrt(pooled * (1 - pooled) / closed.sum() + np.var(raw) / max(busy.sum(), 1)) + 1e-3
    means = np.clip(pooled + error * np.linspace(-4, 4, GRID_MEANS), 1e-4, 1 - 1e-4)
    spreads = np.geomspace(1e-3, 0.45, GRID_SPREADS)
    mean, spread = (part.ravel() for part in np.meshgrid(means, spreads))
    concentration = mean * (1 - mean) / spread**2 - 1
    possible = concentration > 0.1
    mean, spread, concentration = mean[possible], spread[possible], concentration[possible]
    prior = -np.log1p((spread / SPREAD_SCALE) ** 2) + np.log(spread)
    alpha, beta = mean * concentration, (1 - mean) * concentration
    score = prior - len(won[busy]) * special.betaln(alpha, beta)
    for successes, trials in zip(won[busy], closed[busy], strict=True):
        score += special.betaln(alpha + successes, beta + trials - successes)
    weight = np.exp(score - score.max())
    weight /= weight.sum()
    kept = weight > NEGLIGIBLE
    return {
        "weight": weight[kept] / weight[kept].sum(),
        "mean": mean[kept],
        "spread": spread[kept],
        "concentration": concentration[kept],
    }


def _group_posteriors(
    won: npt.NDArray[Any], closed: npt.NDArray[Any], grid: dict[str, npt.NDArray[Any]]
) -> tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any]]:
    """Mean and variance of each group's rate over the grid, and the weight of its own cases."""
    weight, concentration = grid["weight"], grid["concentration"]
    total = closed[:, None] + concentration
    means = (won[:, None] + grid["mean"] * concentration) / total
    mean = means @ weight
    variance = (means * (1 - means) / (total + 1)) @ weight + ((means - mean[:, None]) ** 2) @ weight
    return mean, variance, (closed[:, None] / total) @ weight


def _matching_beta(
    mean: npt.NDArray[Any], variance: npt.NDArray[Any]
) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    size = np.maximum(mean * (1 - mean) / np.maximum(variance, 1e-12) - 1, 1e-3)
    return mean * size, (1 - mean) * size
