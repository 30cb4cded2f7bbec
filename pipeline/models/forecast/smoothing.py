"""Exponential smoothing of a whole panel: the Theta method and a damped trend, averaged over parameters.

Every series is filtered with all parameters of a small grid at once; the forecasts are averaged with
weights from the one-step errors (likelihood to the power 1/2), which on short histories is steadier
than the single best parameter. Theta: Assimakopoulos and Nikolopoulos 2000 in the form of Hyndman and
Billah 2003 (simple smoothing with half the slope of the whole history). Damped trend: Gardner and
McKenzie 1985.
"""

from dataclasses import dataclass

import numpy as np

from pipeline.models.forecast.panel import CHUNK_ROWS, SEASON, Array, first_column, history_months

LEVEL_WEIGHTS = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.99)
DAMPED_LEVELS = (0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9)
DAMPED_TRENDS = (0.02, 0.05, 0.1, 0.2, 0.4)
DAMPING = (0.8, 0.9, 0.95, 0.98)
TEMPER = 0.5
"""Power of the likelihood in the average over the grid."""

SIMPLE_GRID = np.array([(alpha, 0.0, 0.0) for alpha in LEVEL_WEIGHTS])
DAMPED_GRID = np.array([(a, b, phi) for a in DAMPED_LEVELS for b in DAMPED_TRENDS for phi in DAMPING])


@dataclass(frozen=True)
class Smoothed:
    """States after the last month and weights of the grid: series by grid points."""

    level: Array
    trend: Array
    weight: Array
    error: Array
    """Standard deviation of the averaged one-step errors, one per series."""


def smooth(panel: Array, grid: Array, temper: float = TEMPER) -> Smoothed:
    """Filter every series with every (alpha, beta, phi) of `grid`; a missing month only moves on."""
    order = np.argsort(first_column(panel), kind="stable")
    parts = [_filtered(panel[rows], grid) for rows in np.array_split(order, -(-len(order) // CHUNK_ROWS))]
    back = np.argsort(order, kind="stable")
    level, trend, squares = (np.concatenate([part[k] for part in parts])[back] for k in range(3))
    months = history_months(panel)[:, None]
    floor = 1e-9 * np.nanmean(panel**2, axis=1)[:, None] + 1e-300
    mean_square = squares / months + floor
    score = -0.5 * temper * months * np.log(mean_square)
    weight = np.exp(score - score.max(axis=1, keepdims=True))
    weight /= weight.sum(axis=1, keepdims=True)
    return Smoothed(level, trend, weight, np.sqrt((weight * mean_square).sum(axis=1)))


def theta(panel: Array, horizon: int) -> Array:
    """Theta forecast of a panel without seasons, one row per series, one column per month ahead."""
    state = smooth(panel, SIMPLE_GRID)
    months = history_months(panel).astype(float)
    alpha = SIMPLE_GRID[:, 0]
    remaining = (1 - (1 - alpha)[None, :] ** months[:, None]) / alpha[None, :]
    drift = _whole_slope(panel) / 2
    steps = np.arange(horizon)[None, :] + (state.weight * remaining).sum(axis=1)[:, None]
    return np.asarray((state.weight * state.level).sum(axis=1)[:, None] + drift[:, None] * steps)


def damped(panel: Array, horizon: int) -> Array:
    """Damped-trend forecast of a panel without seasons, one row per series, one column per month ahead."""
    state = smooth(panel, DAMPED_GRID)
    growth = np.cumsum(DAMPED_GRID[:, 2][:, None] ** np.arange(1, horizon + 1)[None, :], axis=1)
    return np.asarray(
        (state.weight * state.level).sum(axis=1)[:, None] + (state.weight * state.trend) @ growth
    )


def level(panel: Array, horizon: int) -> Array:
    """Simple exponential smoothing of a panel without seasons: the same for every month ahead."""
    state = smooth(panel, SIMPLE_GRID)
    return np.repeat((state.weight * state.level).sum(axis=1)[:, None], horizon, axis=1)


def _whole_slope(panel: Array) -> Array:
    """Least-squares slope a month over the whole history, one per series."""
    known = np.isfinite(panel)
    count = np.maximum(known.sum(axis=1), 2)
    time = (
        np.arange(panel.shape[1])[None, :]
        - (known * np.arange(panel.shape[1])).sum(axis=1)[:, None] / count[:, None]
    )
    spread = (known * time**2).sum(axis=1)
    return np.asarray(np.where(known, time * panel, 0.0).sum(axis=1) / np.where(spread == 0, 1.0, spread))


def _filtered(panel: Array, grid: Array) -> tuple[Array, Array, Array]:
    """Level, trend and sum of squared one-step errors after the last month: series by grid points."""
    alpha, beta, phi = (grid[:, k][None, :] for k in range(3))
    first = first_column(panel)
    level, trend = (np.repeat(start[:, None], len(grid), axis=1) for start in _start(panel, first))
    trend = trend * (phi > 0)
    squares = np.zeros_like(level)
    for column in range(int(first.min()), panel.shape[1]):
        value = panel[:, column]
        started = (first <= column)[:, None]
        ahead = level + phi * trend
        error = np.where(np.isfinite(value), value, 0.0)[:, None] - ahead
        error *= np.isfinite(value)[:, None]
        if started.all():
            level, trend = ahead + alpha * error, phi * trend + (alpha * beta) * error
        else:
            level = np.where(started, ahead + alpha * error, level)
            trend = np.where(started, phi * trend + (alpha * beta) * error, trend)
        squares += error**2
    return level, trend, squares


def _start(panel: Array, first: np.ndarray) -> tuple[Array, Array]:
    """Level before the first month and trend: a line through the first two years (or what there is)."""
    months = int(max(min(2 * SEASON, (panel.shape[1] - first).min()), 1))
    window = np.take_along_axis(panel, first[:, None] + np.arange(months)[None, :], axis=1)
    centred = np.arange(months) - (months - 1) / 2
    known = np.isfinite(window)
    mean = np.where(known, window, 0.0).sum(axis=1) / known.sum(axis=1)
    spread = max(float((centred**2).sum()), 1.0)
    slope = np.where(known, (window - mean[:, None]) * centred, 0.0).sum(axis=1) / spread
    return mean - slope * (centred[-1] + 1), slope
