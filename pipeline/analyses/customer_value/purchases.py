"""The book's purchase days as numbered events, and what each customer's own buying rhythm is."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from pipeline.book import Book
from pipeline.errors import NotEnoughData
from pipeline.models.repeat_purchase.events import CustomersAsOf, PurchaseEvents

DAYS_PER_MONTH = 365.25 / 12


@dataclass(frozen=True)
class Purchases:
    """Purchase days of a book.

    Attributes:
        events: customers and days as numbers.
        customer_ids: identifier of each customer number.
        first_day: the date of day 0.
        today: day number of the book's date.
    """

    events: PurchaseEvents
    customer_ids: pd.Index
    first_day: pd.Timestamp
    today: int

    @classmethod
    def of(cls, book: Book) -> "Purchases":
        """Read the book's purchase days.

        Raises:
            NotEnoughData: nothing was purchased.
        """
        days = book.sales.purchase_days()
        if days.empty:
            raise NotEnoughData("There are no purchases.")
        number, ids = pd.factorize(days["customer_id"], sort=True)
        first = days["ordered_on"].min()
        day = (days["ordered_on"] - first).dt.days.to_numpy()
        events = PurchaseEvents.of(number, day, days["amount"].to_numpy())
        return cls(events, pd.Index(ids), first, (pd.Timestamp(book.as_of) - first).days)

    @property
    def months(self) -> float:
        """Length of the history in months."""
        return self.today / DAYS_PER_MONTH

    @cached_property
    def now(self) -> CustomersAsOf:
        """Customers as of the book's date."""
        return self.events.cut(self.today)

    def ids(self, customers: np.ndarray) -> pd.Index:
        """Identifiers of customer numbers."""
        return self.customer_ids[customers]

    def rhythm_days(self) -> pd.DataFrame:
        """Each customer's usual days between purchases, one row per customer of `now`.

        Columns: rhythm_days, the geometric mean of its own intervals and, counted once, of the typical
        customer's (each customer counted once, so that a few busy ones do not set the rhythm of those who
        bought once); last_interval_days, the interval before its last purchase (NaN without one).
        """
        events = self.events
        repeat = (events.interval_days > 0) & (events.day <= self.today)
        who, logs = events.customer[repeat], np.log(events.interval_days[repeat])
        size = events.first_day.size
        count = np.bincount(who, minlength=size)
        own = np.bincount(who, weights=logs, minlength=size)
        again = count > 0
        usual = float((own[again] / count[again]).mean()) if again.any() else np.log(365.25)
        last = np.full(size, np.nan)
        last[who] = events.interval_days[repeat]
        customers = self.now.customers
        rhythm = np.exp((own[customers] + usual) / (count[customers] + 1))
        return pd.DataFrame({"rhythm_days": rhythm, "last_interval_days": last[customers]})
