"""What was known at the end of a day, by the catalogue's declarations; nothing else decides it.

A table's `known_on` says by which date a row is known, a column's `known_with` by which date its value
is. Tables without `known_on` have no history: their rows are taken as of today.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import pandas as pd

from pipeline import catalog
from pipeline.book.days import day_literal
from pipeline.book.names import Names
from pipeline.warehouse import Warehouse

EVENTS = {
    "orders": "ordered_on", "payments": "paid_on", "opportunity_history": "known_on", "activities": "done_on",
}  # fmt: skip
"""Tables whose rows are things that happened, with the day: they say how far the data reaches."""
TEXTS = ("id", "text", "choice", "period")


@dataclass(frozen=True)
class Knowledge:
    """The warehouse as it could have been read at the end of `as_of`.

    `settings` stands for the company's settings that expressions are made with.
    """

    warehouse: Warehouse
    as_of: date
    settings: str = ""

    @property
    def backend(self) -> Any:
        """The Ibis backend that answers expressions made of `table`."""
        return self.warehouse.backend

    def table(self, name: str) -> Any:
        """The rows of a table known by `as_of`; values not yet known are empty, empty text is ""."""
        return self.named(name, lambda: self._known(name)) if self.warehouse.has(name) else self._known(name)

    def named(self, label: str, build: Callable[[], Any]) -> Any:
        """An expression under a name, so that what is made of it stays small.

        `label` must say everything that the expression depends on besides the date. Days that it says as
        2026-05-02 are replaced with the book's date when the statement is used for another date.
        """
        return self.named_with(label, build, lambda: None)[0]

    def named_with(
        self, label: str, build: Callable[[], Any], facts: Callable[[], Any], number: float | None = None
    ) -> tuple[Any, Any]:
        """As `named`, and what `facts` says after building; both are remembered for other dates.

        With a `number` they are also remembered for other numbers: `build` must put `ANY_NUMBER` for it.
        """
        return self._names.named(label, build, facts, number)

    @cached_property
    def _names(self) -> Names:
        shape = f"{self.settings} {'orders' if self.has('orders') else 'deals'}"
        return Names(self.warehouse, self.as_of, shape)

    def _known(self, name: str) -> Any:
        declared = catalog.table(name)
        rows = known_by(name, self.warehouse.table(name), day_literal(self.as_of))
        texts = {
            column.name: rows[column.name].fill_null("")
            for column in declared.columns
            if column.type in TEXTS and not column.required
        }
        return rows.mutate(**texts)

    def rows(self, name: str) -> int:
        """Number of rows of a table known by `as_of`."""
        return int(self._content(name)["rows"].sum())

    def has(self, *names: str) -> bool:
        """True if each of the tables has a known row."""
        return all(self.rows(name) > 0 for name in names)

    def has_value(self, name: str, column: str) -> bool:
        """True if some known row of a table has a value in a column."""
        rows = self.table(name)
        filled = rows[column].notnull()
        if catalog.table(name).column(column).type in TEXTS:
            filled &= rows[column] != ""
        return bool(self.backend.to_pyarrow(filled.any()).as_py())

    @cached_property
    def event_days(self) -> tuple[date, ...]:
        """Days, in order, on which something happened in a table of `EVENTS`."""
        days = {day for name in EVENTS for day in self._content(name)["day"] if day}
        return tuple(date.fromisoformat(day) for day in sorted(days))

    @cached_property
    def fingerprint(self) -> str:
        """Hash of everything known; rows that became known later do not change it."""
        parts = [f"{name}:{self.warehouse.fingerprint(name, self.as_of)}" for name in catalog.tables()]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def _content(self, name: str) -> pd.DataFrame:
        content = self.warehouse.content(name)
        return content[content["day"] <= self.as_of.isoformat()]


def known_by(name: str, rows: Any, day: Any) -> Any:
    """The rows of a table, or of a join with its columns, that were known by `day`.

    `day` is an Ibis value: one day, or each row's own. Values not known by then become empty.
    """
    import ibis

    declared = catalog.table(name)
    if declared.known_on:
        rows = rows.filter(rows[declared.known_on] <= day)
    later = {
        column.name: ibis.ifelse(
            rows[column.known_with] <= day, rows[column.name], ibis.null(column.sql_type)
        )
        for column in declared.columns
        if column.known_with
    }
    return rows.mutate(**later)
