"""Distinct purchase patterns: what a repeat-purchase model needs to know of a customer, once per pattern.

Everything a "buy till you die" model uses of a customer is three whole numbers: how many days with a
repeat purchase (frequency), the days from the first purchase to the last (recency) and to the date of
the analysis (age). Many customers share them, so a likelihood is computed per distinct pattern.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipeline.errors import ModelInputError

DENSE_TABLE_SLOTS = 1 << 25
"""Up to this many possible patterns are counted in a table; beyond it the keys are sorted."""

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class PurchasePatterns:
    """One entry per distinct (frequency, recency, age); times in whole days.

    Attributes:
        frequency: days with a repeat purchase (the first purchase is not counted).
        recency_days: days from the first to the last purchase; 0 without a repeat purchase.
        age_days: days from the first purchase to the end of the observation.
        customers: how many customers have the pattern.
        of_customer: for each customer in the order given, the position of its pattern.
    """

    frequency: IntArray
    recency_days: IntArray
    age_days: IntArray
    customers: IntArray
    of_customer: IntArray

    @property
    def customer_count(self) -> int:
        """Number of customers behind the patterns."""
        return int(self.customers.sum())

    @property
    def repeater_count(self) -> int:
        """Number of customers with at least one repeat purchase."""
        return int(self.customers[self.frequency > 0].sum())

    def per_customer(self, values: FloatArray) -> FloatArray:
        """Values given per pattern, repeated for each customer in the order given at the start."""
        return values[self.of_customer]


def distinct_patterns(frequency: ArrayLike, recency_days: ArrayLike, age_days: ArrayLike) -> PurchasePatterns:
    """Customers -> their distinct patterns.

    Args:
        frequency: one whole number >= 0 per customer.
        recency_days: one whole number of days per customer, between 0 and its age.
        age_days: one whole number of days per customer.

    Raises:
        ModelInputError: lengths differ, values are negative or not whole, the last purchase lies after
            the end, or frequency and recency contradict each other.
    """
    x, recency, age = (
        _whole_numbers(values, name)
        for values, name in (
            (frequency, "frequency"),
            (recency_days, "recency_days"),
            (age_days, "age_days"),
        )
    )
    _check(x, recency, age)
    recencies, ages = int(recency.max()) + 1, int(age.max()) + 1
    key = (x * recencies + recency) * ages + age
    keys, customers, of_customer = _count(key, int(x.max() + 1) * recencies * ages)
    rest, pattern_age = np.divmod(keys, ages)
    pattern_x, pattern_recency = np.divmod(rest, recencies)
    return PurchasePatterns(pattern_x, pattern_recency, pattern_age, customers, of_customer)


def _whole_numbers(values: ArrayLike, name: str) -> IntArray:
    array = np.asarray(values)
    if array.ndim != 1 or array.size == 0:
        raise ModelInputError(f"{name} must be a list of numbers, one per customer; got shape {array.shape}.")
    if not np.issubdtype(array.dtype, np.number) or not np.isfinite(array).all():
        raise ModelInputError(f"{name} must be finite numbers.")
    whole = array.astype(np.int64)
    if array.dtype.kind == "f" and not np.array_equal(whole, array):
        raise ModelInputError(f"{name} must be whole numbers (count days, not weeks).")
    return whole


def _check(x: IntArray, recency: IntArray, age: IntArray) -> None:
    if not x.size == recency.size == age.size:
        raise ModelInputError(
            "frequency, recency_days and age_days must be equally long; "
            f"got {x.size}, {recency.size}, {age.size}."
        )
    if min(x.min(), recency.min(), age.min()) < 0:
        raise ModelInputError("frequency, recency_days and age_days must not be negative.")
    if (recency > age).any():
        raise ModelInputError("recency_days must not exceed age_days: a last purchase lies after the end.")
    if ((x == 0) != (recency == 0)).any():
        raise ModelInputError(
            "recency_days must be 0 exactly where frequency is 0 (count purchase days once)."
        )


def _count(key: IntArray, slots: int) -> tuple[IntArray, IntArray, IntArray]:
    if slots > DENSE_TABLE_SLOTS:
        keys, of_customer, customers = np.unique(key, return_inverse=True, return_counts=True)
        return keys, customers.astype(np.int64), of_customer.astype(np.int64)
    table = np.bincount(key, minlength=slots)
    keys = np.flatnonzero(table)
    customers = table[keys]
    table[keys] = np.arange(keys.size)
    return keys.astype(np.int64), customers.astype(np.int64), table[key].astype(np.int64)
