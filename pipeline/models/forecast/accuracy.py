"""How good a forecast was: errors, bias, coverage, interval score, skill.

One row per series in, one number per series out (`nan` where nothing could be compared), so that the
caller decides how to average. Sources: MASE, Hyndman and Koehler 2006; sMAPE in the M3 form of
Makridakis and Hibon 2000 (0 to 200); interval score, Gneiting and Raftery 2007, equation 43.
"""

import numpy as np

from pipeline.models.forecast.panel import Array, naive_scale, row_mean


def mase(actual: Array, forecast: Array, history: Array) -> Array:
    """Mean absolute error over that of the in-sample seasonal naive forecast; below 1 is better than it."""
    return row_mean(np.abs(actual - forecast)) / naive_scale(history)


def smape(actual: Array, forecast: Array) -> Array:
    """Symmetric mean absolute percentage error, 0 to 200."""
    size = (np.abs(actual) + np.abs(forecast)) / 2
    return 100 * row_mean(np.where(size > 0, np.abs(actual - forecast) / np.where(size > 0, size, 1.0), 0.0))


def wape(actual: Array, forecast: Array) -> float:
    """Sum of absolute errors over sum of absolute actuals, all together; `nan` if nothing was sold."""
    known = np.isfinite(actual) & np.isfinite(forecast)
    sold = float(np.abs(actual[known]).sum())
    return float(np.abs(actual[known] - forecast[known]).sum()) / sold if sold > 0 else float("nan")


def bias(actual: Array, forecast: Array) -> float:
    """Forecast less actual over actual, of everything together; positive: too high."""
    known = np.isfinite(actual) & np.isfinite(forecast)
    sold = float(np.abs(actual[known]).sum())
    return float((forecast[known] - actual[known]).sum()) / sold if sold > 0 else float("nan")


def coverage(actual: Array, low: Array, high: Array) -> float:
    """Share of actuals within their interval, 0 to 1."""
    known = np.isfinite(actual) & np.isfinite(low) & np.isfinite(high)
    inside = (actual >= low) & (actual <= high)
    return float(inside[known].mean()) if known.any() else float("nan")


def interval_score(actual: Array, low: Array, high: Array, level: float) -> Array:
    """Width plus 2/(1 - level) times what lies outside; lower is better, in the unit of the values."""
    outside = np.maximum(low - actual, 0.0) + np.maximum(actual - high, 0.0)
    return row_mean(high - low + 2 / (1 - level) * outside)


def skill(error: float, error_of_baseline: float) -> float:
    """Share of the baseline's error that was avoided; negative if the baseline wins."""
    return 1 - error / error_of_baseline if error_of_baseline > 0 else float("nan")
