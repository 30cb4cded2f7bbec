"""The difference of two products, split exactly over their factors.

Shapley's value averages over every order in which the factors could change, so no order matters and
the parts add up (Shapley 1953; for products Sun 1998). The logarithmic mean Divisia index (Ang 2005,
equation 5) does the same by logarithms; it needs positive factors, so rows with a zero or a minus go
to Shapley.
"""

from itertools import combinations
from math import factorial

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipeline.errors import ModelInputError

Floats = NDArray[np.float64]
MOST_FACTORS = 8
"""Shapley looks at every subset of factors: 256 products for eight of them."""


def shapley(before: ArrayLike, after: ArrayLike) -> Floats:
    """What each factor contributes to `product(after) - product(before)`.

    One row per case and one column per factor in both arguments and in the answer; a row of the answer
    sums to that row's difference. Zeros and negative factors are allowed.

    Raises:
        ModelInputError: shapes differ, a value is not finite, or there are more than eight factors.
    """
    first, last = _checked(before, after)
    number = first.shape[1]
    parts = np.zeros_like(first)
    for factor in range(number):
        others = [other for other in range(number) if other != factor]
        step = last[:, factor] - first[:, factor]
        for size in range(number):
            weight = factorial(size) * factorial(number - size - 1) / factorial(number)
            for changed in combinations(others, size):
                kept = [other for other in others if other not in changed]
                rest = last[:, list(changed)].prod(axis=1) * first[:, kept].prod(axis=1)
                parts[:, factor] += weight * step * rest
    return parts


def lmdi(before: ArrayLike, after: ArrayLike) -> Floats:
    """As `shapley`, by logarithmic means; the contributions are proportional to each factor's log change.

    Raises:
        ModelInputError: as `shapley`.
    """
    first, last = _checked(before, after)
    positive = (first > 0).all(axis=1) & (last > 0).all(axis=1)
    parts = np.zeros_like(first)
    parts[~positive] = shapley(first[~positive], last[~positive])
    changes = np.log(last[positive] / first[positive])
    mean = _logarithmic_mean(first[positive].prod(axis=1), last[positive].prod(axis=1))
    parts[positive] = mean[:, None] * changes
    return parts


def _logarithmic_mean(first: Floats, last: Floats) -> Floats:
    """(last - first) / ln(last / first), and their common value where the two are nearly equal."""
    logs = np.log(last / first)
    near = np.abs(logs) < 1e-6
    safe = np.where(near, 1.0, logs)
    # The series of the mean around equality: geometric mean times (1 + logs² / 24).
    return np.where(near, np.sqrt(first * last) * (1 + logs**2 / 24), (last - first) / safe)


def _checked(before: ArrayLike, after: ArrayLike) -> tuple[Floats, Floats]:
    first, last = (np.atleast_2d(np.asarray(values, dtype=np.float64)) for values in (before, after))
    if first.shape != last.shape:
        raise ModelInputError(f"before has the shape {first.shape} and after {last.shape}; they must agree.")
    if first.shape[1] > MOST_FACTORS:
        raise ModelInputError(f"{first.shape[1]} factors are more than {MOST_FACTORS}.")
    if not (np.isfinite(first).all() and np.isfinite(last).all()):
        raise ModelInputError("Factors must be finite; fill in what a group without deals would have had.")
    return first, last
