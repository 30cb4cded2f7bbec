"""Series that are mostly zero: the mean of a demand that comes now and then.

Teunter, Syntetos and Babai 2011 (European Journal of Operational Research): the probability of a sale
and its size are smoothed apart, so that a series that dies goes to zero.
"""

import numpy as np

from pipeline.models.forecast.panel import Array, Bools, row_mean

ZERO_SHARE = 0.4
"""A series with more zeros than this in its last two years is intermittent."""
RATES = (0.05, 0.1, 0.2, 0.3)


def is_intermittent(panel: Array) -> Bools:
    """True where a series has mostly zeros, one per row."""
    recent = panel[:, -24:]
    known = np.isfinite(recent)
    return np.asarray(((recent == 0) & known).sum(axis=1) > ZERO_SHARE * known.sum(axis=1))


def intermittent_level(panel: Array) -> Array:
    """Expected amount a month, one per series: mean over smoothing rates of probability times size."""
    return np.asarray(np.mean([_probability_times_size(panel, rate) for rate in RATES], axis=0))


def _probability_times_size(panel: Array, rate: float) -> Array:
    known = np.isfinite(panel)
    sells = known & (panel != 0)
    probability = row_mean(np.where(known, sells, np.nan))
    size = np.where(sells, panel, 0.0).sum(axis=1) / np.maximum(sells.sum(axis=1), 1)
    for column in range(panel.shape[1]):
        seen, sold = known[:, column], sells[:, column]
        value = np.where(seen, panel[:, column], 0.0)
        probability = np.where(seen, probability + rate * (sold - probability), probability)
        size = np.where(sold, size + rate * (value - size), size)
    return np.asarray(probability * size)
