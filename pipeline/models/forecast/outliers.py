"""One-off months: found against the rest of the series, limited for the models, and listed for the reader."""

import numpy as np

from pipeline.models.forecast.panel import Array, Bools, history_months
from pipeline.models.forecast.seasonality import seasonal_indices

LIMIT = 6.0
"""Median absolute deviations (as standard deviations) beyond which a month is one-off."""
WINDOW_MONTHS = 13
MINIMUM_MONTHS = 18


def limited_outliers(panel: Array) -> tuple[Array, Bools]:
    """The panel with one-off months moved to the limit, and which months those are.

    A month is compared with the median of the 13 months around it, after the season is taken out. Series
    under 18 months, and series that are mostly zero, stay as they are.
    """
    plain = seasonal_indices(panel).removed(panel)
    centre = _rolling_median(plain)
    distance = plain - centre
    usual = 1.4826 * _row_median(np.abs(distance))
    limit = LIMIT * usual[:, None]
    eligible = (history_months(panel) >= MINIMUM_MONTHS) & (usual > 0)
    one_off = np.isfinite(distance) & (np.abs(distance) > limit) & eligible[:, None]
    excess = np.where(one_off, distance - np.sign(distance) * limit, 0.0)
    ratio = np.where(plain != 0, panel / np.where(plain != 0, plain, 1.0), 1.0)
    return np.where(one_off, panel - excess * np.maximum(ratio, 0.0), panel), one_off


def _rolling_median(values: Array) -> Array:
    half = WINDOW_MONTHS // 2
    padded = np.pad(values, ((0, 0), (half, half)), constant_values=np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(padded, WINDOW_MONTHS, axis=1)
    return _median(windows)


def _row_median(values: Array) -> Array:
    return _median(values)


def _median(values: Array) -> Array:
    """Median of the known values along the last axis, NaN where there are none."""
    ordered = np.sort(values, axis=-1)
    count = np.isfinite(ordered).sum(axis=-1)
    lower, upper = np.maximum((count - 1) // 2, 0), count // 2
    upper = np.minimum(upper, np.maximum(count - 1, 0))
    picked = [np.take_along_axis(ordered, k[..., None], axis=-1)[..., 0] for k in (lower, upper)]
    return np.where(count > 0, (picked[0] + picked[1]) / 2, np.nan)
