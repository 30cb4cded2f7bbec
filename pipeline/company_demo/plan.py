"""The span and the seed of one simulation; every part draws from its own generator."""

import datetime
import zlib
from dataclasses import dataclass

import numpy as np

from pipeline.company_demo.rhythm import first_of_month, month_number, number_of
from pipeline.company_demo.scenarios import Scenario

YEARS = 5
WARM_UP_DAYS = 300
FUTURE_MONTHS = 14
COURSE_OF_EVENTS = frozenset({
    "activities", "invoices", "journeys", "known days", "lines", "opportunities", "orders", "payments",
    "reasons", "shipments", "targets", "tickets",
})  # fmt: skip
"""Parts that happen to the company; the others are the company itself."""


@dataclass(frozen=True)
class Plan:
    """What is simulated: `first` to `last` is known, and the truth goes on to `horizon`.

    `seed` draws the company (its people, products, customers and how they behave) and what happens to it;
    another `luck` keeps the company and draws anew what happens.
    """

    customers: int
    until: datetime.date
    seed: int
    scenario: Scenario
    years: int = YEARS
    luck: int = 0

    @property
    def last(self) -> int:
        """The last known day: `until`."""
        return number_of(self.until)

    @property
    def first(self) -> int:
        """The first day of the history."""
        month = int(month_number(np.array([self.last + 1]))[0]) - 12 * self.years
        return int(first_of_month(np.array([month]))[0])

    @property
    def horizon(self) -> int:
        """The last simulated day, after the known ones, so that forecasts have a truth to meet."""
        month = int(month_number(np.array([self.last + 1]))[0]) + FUTURE_MONTHS
        return int(first_of_month(np.array([month]))[0]) - 1

    @property
    def trouble_starts(self) -> int:
        """The first day on which the scenario differs from the baseline."""
        month = int(month_number(np.array([self.last + 1]))[0]) - self.scenario.months
        return int(first_of_month(np.array([month]))[0])

    def generator(self, part: str) -> np.random.Generator:
        """The random numbers of one part, the same whatever the other parts draw."""
        luck = [self.luck] if self.luck and part in COURSE_OF_EVENTS else []
        return np.random.default_rng([self.seed, zlib.crc32(part.encode()), *luck])
