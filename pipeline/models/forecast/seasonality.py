"""Seasonal indices of a panel, shrunk toward the parent's (or toward none) as far as they are noise.

Classical decomposition, then James and Stein's shrinkage as in Miller and Williams, "Shrinkage
estimators of time series seasonal factors and their effect on forecasting accuracy" (International
Journal of Forecasting 2003), with recent years weighing more. Rows with zeros or negatives are
decomposed additively, in units of their own level.
"""

from dataclasses import dataclass

import numpy as np

from pipeline.models.forecast.panel import (
    SEASON,
    Array,
    Bools,
    Ints,
    history_months,
    level_of,
    phases,
)

YEARLY_DECAY = 0.7
"""Weight of a year relative to the next one."""
SHORT_MONTHS = 22
"""Below this no month was seen twice: noise and season cannot be told apart in the series itself."""
SHORT_TRUST = 0.4
"""Share of the own index that such a short series keeps."""
SMALLEST_SHARE = 0.02
"""A row with a month below this share of its level is decomposed additively."""
DAMPED_END = 0.5
"""Share of the last half year's slope by which the trend is carried to the ends."""


@dataclass(frozen=True)
class Seasonality:
    """Indices of a panel, one row per series.

    Attributes:
        index: series by 12; log factors for multiplicative rows, shares of the level otherwise;
            column 0 is the first month after the panel.
        trust: share (0 to 1) of the own index that was kept.
        noise: standard deviation of the irregular part, in the unit of `index`.
        is_multiplicative: True where the row was decomposed in logarithms.
        level: the unit of additive rows.
    """

    index: Array
    trust: Array
    noise: Array
    is_multiplicative: Bools
    level: Array

    def of_rows(self, rows: Ints) -> "Seasonality":
        """The seasonality of some of the rows."""
        return Seasonality(
            self.index[rows],
            self.trust[rows],
            self.noise[rows],
            self.is_multiplicative[rows],
            self.level[rows],
        )

    def removed(self, panel: Array) -> Array:
        """The panel without its seasons."""
        index = self.index[:, phases(panel.shape[1])]
        additive = panel - index * self.level[:, None]
        return np.where(self.is_multiplicative[:, None], panel * np.exp(-index), additive)

    def restored(self, forecast: Array) -> Array:
        """A forecast of the months after the panel with its seasons."""
        index = self.index[:, phases(0, forecast.shape[1])]
        additive = forecast + index * self.level[:, None]
        return np.where(self.is_multiplicative[:, None], np.maximum(forecast, 0) * np.exp(index), additive)


def seasonal_indices(
    panel: Array, parent: Ints | None = None, decay: float = YEARLY_DECAY, *, additive: bool = False
) -> Seasonality:
    """Estimate the seasonality of every series, one row per series.

    `parent` gives the row of each series' parent (-1: none): the target of the shrinkage, so that
    short and noisy series borrow the season of the whole they are part of. `additive` decomposes
    positive rows additively, too.
    """
    level = level_of(panel)
    known = np.where(np.isfinite(panel), panel, np.inf)
    positive: Bools = np.asarray((known > SMALLEST_SHARE * level[:, None]).all(axis=1))
    if additive:
        positive = np.zeros_like(positive)
    scaled = np.where(
        positive[:, None], np.log(np.where(positive[:, None], panel, 1.0)), panel / level[:, None]
    )
    own, variance, noise = _own_index(scaled - _trend(scaled), decay)
    short = history_months(panel) < SHORT_MONTHS
    index, trust = _shrunk(own, variance, short, np.zeros_like(own))
    if parent is not None:
        index, trust = _borrowed((own, variance, short), (index, trust), parent)
    return Seasonality(index, trust, noise, positive, level)


def _trend(scaled: Array) -> Array:
    """Centred 2x12 moving average, carried to both ends; the mean where there is none."""
    columns = scaled.shape[1]
    trend = np.full_like(scaled, np.nan)
    if columns > SEASON:
        weights = np.r_[0.5, np.ones(SEASON - 1), 0.5] / SEASON
        windows = np.lib.stride_tricks.sliding_window_view(scaled, SEASON + 1, axis=1)
        trend[:, SEASON // 2 : columns - SEASON // 2] = windows @ weights
    known = np.isfinite(trend)
    flat = ~known.any(axis=1)
    trend[flat] = np.nanmean(scaled[flat], axis=1, keepdims=True)
    known[flat] = True
    return _carried(trend, known)


def _carried(trend: Array, known: Bools) -> Array:
    columns = trend.shape[1]
    time = np.arange(columns)[None, :]
    first = known.argmax(axis=1)[:, None]
    last = columns - 1 - known[:, ::-1].argmax(axis=1)[:, None]
    for here, there in ((last, np.maximum(last - 6, first)), (first, np.minimum(first + 6, last))):
        at = np.take_along_axis(trend, here, axis=1)
        gap = here - there
        slope = (at - np.take_along_axis(trend, there, axis=1)) / np.where(gap == 0, 1, gap)
        outside = time > last if here is last else time < first
        trend = np.where(outside, at + DAMPED_END * slope * (time - here), trend)
    return trend


def _own_index(detrended: Array, decay: float) -> tuple[Array, Array, Array]:
    """Weighted mean per season, the variance of these means by noise alone, and the noise itself."""
    rows, columns = detrended.shape
    padded = -columns % SEASON
    cube = np.concatenate([np.full((rows, padded), np.nan), detrended], axis=1).reshape(rows, -1, SEASON)
    known = np.isfinite(cube)
    weights = known * (decay ** np.arange(cube.shape[1])[::-1])[None, :, None]
    total = weights.sum(axis=1)
    means = np.where(known, cube * weights, 0.0).sum(axis=1) / np.where(total == 0, 1.0, total)
    squares = np.where(known, (cube - means[:, None, :]) ** 2, 0.0).sum(axis=(1, 2))
    freedom = np.maximum(known.sum(axis=(1, 2)) - SEASON - 2, 1)
    effective = total**2 / np.maximum((weights**2).sum(axis=1), 1e-12)
    noise_variance = squares / freedom
    variance = (noise_variance[:, None] / np.maximum(effective, 1)).mean(axis=1)
    return means - means.mean(axis=1, keepdims=True), variance, np.sqrt(noise_variance)


def _shrunk(own: Array, variance: Array, short: Bools, target: Array) -> tuple[Array, Array]:
    """James and Stein: keep 1 - (S - 3)/(S - 1) x noise variance / observed variance about the target."""
    observed = ((own - target) ** 2).sum(axis=1) / (SEASON - 1)
    share = 1 - (SEASON - 3) / (SEASON - 1) * variance / np.maximum(observed, 1e-12)
    trust = np.where(short, SHORT_TRUST, np.clip(share, 0.0, 1.0))
    return target + trust[:, None] * (own - target), trust


def _borrowed(
    estimate: tuple[Array, Array, Bools], alone: tuple[Array, Array], parent: Ints
) -> tuple[Array, Array]:
    """Shrink toward the parent's index instead of toward none, from the top down."""
    own, variance, short = estimate
    index, trust = alone
    child = parent >= 0
    for _ in range(_depth(parent)):
        target = np.where(child[:, None], index[np.maximum(parent, 0)], 0.0)
        closer, kept = _shrunk(own, variance, short, target)
        kept = np.where(short, 0.0, kept)
        closer = np.where(short[:, None], target, closer)
        index = np.where(child[:, None], closer, index)
        trust = np.where(child, kept, trust)
    return index, trust


def _depth(parent: Ints) -> int:
    depth, row = 0, parent.copy()
    while (row >= 0).any() and depth < 12:
        row = np.where(row >= 0, parent[np.maximum(row, 0)], -1)
        depth += 1
    return depth
