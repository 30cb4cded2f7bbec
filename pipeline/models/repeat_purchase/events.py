"""The log of purchase days, and what it looked like on any earlier day.

A backtest must see only what was known then: `cut` summarises customers as of a day, `counts` says what
they did afterwards.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from pipeline.errors import ModelInputError, NotEnoughData
from pipeline.models.repeat_purchase.patterns import FloatArray, IntArray, PurchasePatterns, distinct_patterns


@dataclass(frozen=True)
class CustomersAsOf:
    """Customers with a purchase up to a day, one entry each.

    Attributes:
        day: the day.
        customers: customer numbers, ascending.
        frequency: days with a repeat purchase.
        recency_days: days from first to last purchase.
        age_days: days from the first purchase to `day`.
        mean_amount: mean amount of a purchase day, the first one included.
        sum_log_interval_days: sum of the logarithms of all intervals between purchase days.
    """

    day: int
    customers: IntArray
    frequency: IntArray
    recency_days: IntArray
    age_days: IntArray
    mean_amount: FloatArray
    sum_log_interval_days: float

    @cached_property
    def patterns(self) -> PurchasePatterns:
        """The distinct patterns of these customers."""
        return distinct_patterns(self.frequency, self.recency_days, self.age_days)

    @property
    def days_quiet(self) -> IntArray:
        """Days since the last purchase."""
        return self.age_days - self.recency_days


@dataclass(frozen=True)
class PurchaseEvents:
    """One entry per customer and day with a purchase, sorted by customer and day.

    Attributes:
        customer: customer number, 0 ... n-1.
        day: whole day number; 0 is the first day of the log.
        amount: amount of the day.
        interval_days: days since the customer's purchase before; 0 for the first.
    """

    customer: IntArray
    day: IntArray
    amount: FloatArray
    interval_days: IntArray

    @classmethod
    def of(cls, customer: ArrayLike, day: ArrayLike, amount: ArrayLike | None = None) -> "PurchaseEvents":
        """Sort events; several of one customer and day become one.

        Raises:
            ModelInputError: lengths differ or numbers are negative.
            NotEnoughData: there are no events.
        """
        who, when = np.asarray(customer, dtype=np.int64), np.asarray(day, dtype=np.int64)
        value = np.ones(who.size) if amount is None else np.asarray(amount, dtype=np.float64)
        if not who.shape == when.shape == value.shape:
            raise ModelInputError(f"customer {who.shape}, day {when.shape}, amount {value.shape} must match.")
        if who.size == 0:
            raise NotEnoughData("There are no purchases.")
        if min(who.min(), when.min()) < 0:
            raise ModelInputError("customer numbers and days must not be negative.")
        width = int(when.max()) + 1
        keys, place = np.unique(who * width + when, return_inverse=True)
        who, when = np.divmod(keys, width)
        total = np.asarray(np.bincount(place, weights=value), dtype=np.float64)
        interval = np.where(np.diff(who, prepend=-1) == 0, np.diff(when, prepend=0), 0)
        return cls(who, when, total, interval)

    @cached_property
    def first_day(self) -> IntArray:
        """Day of the first purchase per customer number (-1 for numbers without any)."""
        first = np.full(int(self.customer.max()) + 1, -1, dtype=np.int64)
        is_first = self.interval_days == 0
        first[self.customer[is_first]] = self.day[is_first]
        return first

    @cached_property
    def per_day(self) -> IntArray:
        """Purchases up to and including each day, cumulated."""
        return np.bincount(self.day).cumsum().astype(np.int64)

    def total(self, after: int, until: int) -> int:
        """Purchases in (after, until]."""
        last = self.per_day.size - 1
        low = self.per_day[min(after, last)] if after >= 0 else 0
        high = self.per_day[min(until, last)] if until >= 0 else 0
        return int(high - low)

    def total_of_existing(self, origin: int, until: int) -> int:
        """Purchases in (origin, until] of customers who had bought by `origin`."""
        inside = (self.day > origin) & (self.day <= until)
        return int((self.first_day[self.customer[inside]] <= origin).sum())

    def cut(self, day: int) -> CustomersAsOf:
        """Customers as of the end of `day`.

        Raises:
            NotEnoughData: nobody had bought by then.
        """
        known = self.day <= day
        if not known.any():
            raise NotEnoughData(f"Nobody had bought by day {day}.")
        who, when, interval = self.customer[known], self.day[known], self.interval_days[known]
        starts = np.flatnonzero(interval == 0)
        ends = np.append(starts[1:], who.size) - 1
        size = ends - starts + 1
        return CustomersAsOf(
            day=day,
            customers=who[starts],
            frequency=size - 1,
            recency_days=when[ends] - when[starts],
            age_days=day - when[starts],
            mean_amount=np.add.reduceat(self.amount[known], starts) / size,
            sum_log_interval_days=float(np.log(interval[interval > 0]).sum()),
        )

    def counts(self, after: int, until: int, customers: IntArray) -> FloatArray:
        """Purchases in (after, until], one number per customer given."""
        inside = (self.day > after) & (self.day <= until)
        found = np.bincount(self.customer[inside], minlength=self.first_day.size)
        return found[customers].astype(np.float64)

    def amounts(self, after: int, until: int, customers: IntArray) -> FloatArray:
        """Amount of the purchases in (after, until], one number per customer given."""
        inside = (self.day > after) & (self.day <= until)
        found = np.bincount(self.customer[inside], weights=self.amount[inside], minlength=self.first_day.size)
        return np.asarray(found[customers], dtype=np.float64)
