"""Names for expressions: views that later expressions are made of.

Ibis takes longer to write one large statement than the engine takes to answer it, and a replay asks the
same at many dates. So building blocks are views, and the statement of a view is written once: for another
date the days in it are replaced (`marks`), and so is the number that a question may be given.
"""

import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pipeline.book.marks import distances, holds_day, holds_number, marked, unmarked, with_number
from pipeline.warehouse import Warehouse

VIEW, NAME, NUMBER = "\u00a7view\u00a7", "\u00a7name\u00a7", "\u00a7number\u00a7"


@dataclass(frozen=True)
class Statement:
    """A view's statement with marks for what differs, labels of the views it is made of, and its facts."""

    sql: str
    schema: Any
    needs: tuple[str, ...]
    facts: Any


@dataclass
class Names:
    """The named expressions of one warehouse at one date; `shape` tells apart what is built differently."""

    warehouse: Warehouse
    as_of: date
    shape: str
    _views: dict[tuple[str, float | None], tuple[Any, Any]] = field(default_factory=dict)
    _backend: Any = None
    _needs: list[list[str]] = field(default_factory=list)

    def named(
        self,
        label: str,
        build: Callable[[], Any],
        facts: Callable[[], Any],
        number: float | None = None,
    ) -> tuple[Any, Any]:
        """The view of an expression and its facts, made when first asked for.

        An expression that depends on a `number` is built with `ANY_NUMBER` in its place.
        """
        self._forget_closed_connection()
        if self._needs:
            if number is not None:
                raise ValueError(f"{label}: what other views are made of cannot depend on a number.")
            self._needs[-1].append(label)
        if (label, number) not in self._views:
            key = self._key(label, number)
            statement = self.warehouse.statements.get((self.shape, key))
            statement = statement or self._write(label, key, build, facts)
            self._views[label, number] = self._fill(key, statement, number)
        return self._views[label, number]

    def _forget_closed_connection(self) -> None:
        if self._backend is not self.warehouse.backend:
            self._views.clear()
            self._backend = self.warehouse.backend

    def _key(self, label: str, number: float | None = None) -> str:
        """A label as other dates and numbers have it too."""
        key = marked(label, self.as_of, distances(label, self.as_of))
        return key if number is None else key + NUMBER

    def _write(self, label: str, key: str, build: Callable[[], Any], facts: Callable[[], Any]) -> Statement:
        self._needs.append([])
        try:
            expression = build()
        finally:
            needs = self._needs.pop()
        sql = self._without_names(self._backend.compile(expression))
        if key.endswith(NUMBER) and not holds_number(sql):
            raise ValueError(f"{label}: the expression was built without the number that it depends on.")
        known = distances(label, self.as_of)
        sql, *others = (marked(text, self.as_of, known) for text in (sql, *needs))
        statement = Statement(sql, expression.schema(), tuple(others), facts())
        if self._is_good_for_other_dates(statement, needs):
            self.warehouse.statements[self.shape, key] = statement
        return statement

    def _is_good_for_other_dates(self, statement: Statement, needs: list[str]) -> bool:
        """False if it or a view it is made of depends on a day that the label does not tell.

        Nobody knows whether such a day moves with the book's date or stays.
        """
        if any(holds_day(text) for text in (statement.sql, *statement.needs)):
            return False
        return all((self.shape, self._key(need)) in self.warehouse.statements for need in needs)

    def _fill(self, key: str, statement: Statement, number: float | None) -> tuple[Any, Any]:
        for need in statement.needs:
            self.named(unmarked(need, self.as_of), _unbuilt, _unbuilt)
        sql = self._with_names(with_number(unmarked(statement.sql, self.as_of), number))
        slug = re.sub("[^a-z]+", "_", key.lower())[:20]
        told_apart = zlib.crc32((key if number is None else f"{key}{number!r}").encode())
        name = f"{slug}_{told_apart:08x}{self._suffix}"
        return self.warehouse.view(name, sql, statement.schema), statement.facts

    @property
    def _suffix(self) -> str:
        """What names of views end with; their labels' other days are in them by distance only."""
        return f"_{self.as_of:%Y%m%d}"

    def _without_names(self, sql: str) -> str:
        return re.sub(rf"{self.warehouse.prefix}(\w+){self._suffix}\b", rf"{VIEW}\1{NAME}", sql)

    def _with_names(self, sql: str) -> str:
        return sql.replace(NAME, self._suffix).replace(VIEW, self.warehouse.prefix)


def _unbuilt() -> Any:
    raise KeyError("a statement needs a view whose own statement was never written")
