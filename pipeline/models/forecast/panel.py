"""A panel of monthly series as one array: rows are series, columns months, the last column the latest month.

Series that begin later have missing values (NaN) on the left. All models of this room take and give
such arrays, so that a thousand series cost one pass of array arithmetic.
"""

import numpy as np
import numpy.typing as npt

from pipeline.errors import ModelInputError

Array = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

SEASON = 12
"""Months after which a season returns."""
CHUNK_ROWS = 400
"""Rows filtered together: small enough for the processor's cache."""


def checked_panel(values: npt.ArrayLike) -> Array:
    """The panel as a float array, one row per series.

    Raises:
        ModelInputError: not two-dimensional, infinite values, or a row without any value or whose
            last month is missing.
    """
    panel = np.array(values, dtype=np.float64)
    if panel.ndim != 2 or panel.size == 0:
        raise ModelInputError(f"values: needs series by months, two-dimensional; got shape {panel.shape}.")
    if np.isinf(panel).any():
        raise ModelInputError("values: contains infinite numbers.")
    if np.isnan(panel[:, -1]).any():
        row = int(np.isnan(panel[:, -1]).argmax())
        raise ModelInputError(f"values: row {row} has no value in the last month; every series ends there.")
    return panel


def first_column(panel: Array) -> Ints:
    """Column of the first known month, one per series."""
    return np.asarray(np.isfinite(panel).argmax(axis=1).astype(np.int64))


def history_months(panel: Array) -> Ints:
    """Months from the first known one to the last column, one per series."""
    return np.asarray(panel.shape[1] - first_column(panel))


def phases(columns: int, ahead: int = 0) -> Ints:
    """Season (0 to 11) of each of `columns` months; the first month after the panel has season 0.

    With `ahead` the seasons of that many months after the panel.
    """
    steps = np.arange(ahead) if ahead else np.arange(columns) - columns
    return (steps % SEASON).astype(np.int64)


def level_of(panel: Array) -> Array:
    """Mean absolute value per series over its last 24 months, never zero: the unit of scale-free work."""
    recent = np.abs(panel[:, -2 * SEASON :])
    level = row_mean(recent)
    whole = row_mean(np.abs(panel))
    level = np.where(level > 0, level, whole)
    return np.where(level > 0, level, 1.0)


def row_mean(values: Array) -> Array:
    """Mean of the known values of each row; 0 where a row has none."""
    known = np.isfinite(values)
    counts = known.sum(axis=1)
    return np.asarray(np.where(known, values, 0.0).sum(axis=1) / np.maximum(counts, 1))


def naive_scale(panel: Array) -> Array:
    """Mean absolute error of the in-sample seasonal naive forecast (of the naive one under 18 months).

    One positive number per series; the denominator of MASE (Hyndman and Koehler 2006).
    """
    yearly = np.abs(panel[:, SEASON:] - panel[:, :-SEASON])
    monthly = np.abs(np.diff(panel, axis=1))
    enough = np.isfinite(yearly).sum(axis=1) >= SEASON // 2
    scale = np.where(enough, row_mean(yearly), row_mean(monthly))
    return np.maximum(scale, 1e-3 * level_of(panel))
