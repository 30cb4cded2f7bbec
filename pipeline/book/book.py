"""`Book`: what was known at the end of a day, of one scope."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Self

from pipeline.book.activities import Activities
from pipeline.book.customers import Customers
from pipeline.book.inputs import Grid, Quotas, Scorecards, Service
from pipeline.book.knowledge import Knowledge
from pipeline.book.money import Money
from pipeline.book.opportunities import Opportunities
from pipeline.book.people import People
from pipeline.book.products import Products
from pipeline.book.sales import Sales
from pipeline.book.targets import Targets
from pipeline.company import Company
from pipeline.errors import UsageError
from pipeline.parameters import COMPANY_SCOPE, Period, Scope
from pipeline.warehouse import Warehouse

NOT_IN_NUMBERS = {"schedule", "delivery", "mapping"}
"""Settings of the company that no number depends on."""


@dataclass(frozen=True, eq=False)
class Book:
    """The book of business as of the last day of a period, in a scope.

    Each section is a door to one subject; its methods answer with pandas frames. `cache_folder` is where
    analyses keep what can be recomputed; None keeps nothing.
    """

    warehouse: Warehouse
    company: Company
    period: Period
    scope: Scope = COMPANY_SCOPE
    as_of: date = date.max
    cache_folder: Path | None = None
    _earlier: dict[date, Self] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        if self.as_of == date.max:
            object.__setattr__(self, "as_of", self.period.last)

    @cached_property
    def knowledge(self) -> Knowledge:
        """What was known at the book's date; for the book's own use."""
        return Knowledge(self.warehouse, self.as_of, self._settings)

    @cached_property
    def sales(self) -> Sales:
        """Contracts, collections, purchases."""
        return Sales(self)

    @cached_property
    def customers(self) -> Customers:
        """Customers and prospects."""
        return Customers(self)

    @cached_property
    def opportunities(self) -> Opportunities:
        """Opportunities and their history."""
        return Opportunities(self)

    @cached_property
    def people(self) -> People:
        """People of the sales organisation."""
        return People(self)

    @cached_property
    def products(self) -> Products:
        """Products."""
        return Products(self)

    @cached_property
    def money(self) -> Money:
        """Invoices, exposure, credit terms."""
        return Money(self)

    @cached_property
    def activities(self) -> Activities:
        """Visits, calls and so on."""
        return Activities(self)

    @cached_property
    def targets(self) -> Targets:
        """Targets in force."""
        return Targets(self)

    @cached_property
    def service(self) -> Service:
        """Service tickets."""
        return Service(self)

    @cached_property
    def grid(self) -> Grid:
        """The market grid."""
        return Grid(self)

    @cached_property
    def quotas(self) -> Quotas:
        """Quotas."""
        return Quotas(self)

    @cached_property
    def scorecards(self) -> Scorecards:
        """Points entered by hand."""
        return Scorecards(self)

    @cached_property
    def whole(self) -> Self:
        """The book of the whole company at the same date."""
        return self if self.scope.is_company else self.scoped(COMPANY_SCOPE)

    def scoped(self, scope: Scope) -> Self:
        """The book of another scope at the same date."""
        other = replace(self, scope=scope)
        other.__dict__["knowledge"] = self.knowledge
        return other

    def at(self, day: date) -> Self:
        """The book as it could have been opened at the end of an earlier day, in the same scope.

        Its period is of the same kind and contains the day; of its own date it is the book itself.

        Raises:
            UsageError: a day after this book's date.
        """
        if day > self.as_of:
            raise UsageError(
                f"{day} is after {self.as_of}, the date of the book.", "Open a book of a later period."
            )
        period = Period.containing(day, self.period.kind)
        if day == self.as_of and period == self.period:
            return self
        if day not in self._earlier:
            self._earlier[day] = replace(self, as_of=day, period=period)
        return self._earlier[day]

    def has(self, *tables: str) -> bool:
        """True if each of the tables has a known row (in the whole company)."""
        return self.knowledge.has(*tables)

    def rows(self, table: str) -> int:
        """Number of known rows of a table (in the whole company)."""
        return self.knowledge.rows(table)

    def missing(self, *tables: str) -> tuple[str, ...]:
        """Those of the tables that have no known row."""
        return tuple(table for table in tables if not self.has(table))

    @property
    def first_day(self) -> date | None:
        """Day of the first order, payment, change of a deal or activity known; None without any."""
        days = self.knowledge.event_days
        return days[0] if days else None

    @property
    def last_day(self) -> date | None:
        """Day of the last order, payment, change of a deal or activity known; None without any."""
        days = self.knowledge.event_days
        return days[-1] if days else None

    @property
    def data_fingerprint(self) -> str:
        """Hash of all that is known at the book's date."""
        return self.knowledge.fingerprint

    @cached_property
    def fingerprint(self) -> str:
        """Hash of all that is known at the book's date and of the settings that numbers depend on.

        The same for every scope; what became known later does not change it.
        """
        return hashlib.sha256(f"{self.knowledge.fingerprint}\n{self._settings}".encode()).hexdigest()

    @cached_property
    def _settings(self) -> str:
        return hashlib.sha256(self.company.model_dump_json(exclude=NOT_IN_NUMBERS).encode()).hexdigest()
