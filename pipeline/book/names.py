"""Names for expressions: views that later expressions are made of.

Ibis takes longer to write one large statement than the engine takes to answer it, and a replay asks the
same at many dates. So building blocks are views, and the statement of a view is written once: for another
date the date in it is replaced.
"""

import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pipeline.warehouse import Warehouse

VIEW = "\u00a7view\u00a7"
ANY_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Statement:
    """A view's statement with markers for what differs, the views it is made of, and its facts."""

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
    _views: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    _backend: Any = None
    _needs: list[list[str]] = field(default_factory=list)

    def named(self, label: str, build: Callable[[], Any], facts: Callable[[], Any]) -> tuple[Any, Any]:
        """The view of an expression and its facts, made when first asked for."""
        self._forget_closed_connection()
        if self._needs:
            self._needs[-1].append(label)
        if label not in self._views:
            known = self.warehouse.statements.get((self.shape, label))
            self._views[label] = self._fill(label, known or self._write(label, build, facts))
        return self._views[label]

    def _forget_closed_connection(self) -> None:
        if self._backend is not self.warehouse.backend:
            self._views.clear()
            self._backend = self.warehouse.backend

    def _write(self, label: str, build: Callable[[], Any], facts: Callable[[], Any]) -> Statement:
        self._needs.append([])
        try:
            expression = build()
        finally:
            needs = self._needs.pop()
        sql = self._backend.compile(expression).replace(self.warehouse.prefix, VIEW)
        if ANY_DAY.search(label):  # other days than the book's are in it: good for this date only
            return Statement(sql, expression.schema(), tuple(needs), facts())
        for marker, day in _days(self.as_of).items():
            sql = sql.replace(day, marker)
        statement = Statement(sql, expression.schema(), tuple(needs), facts())
        self.warehouse.statements[self.shape, label] = statement
        return statement

    def _fill(self, label: str, statement: Statement) -> tuple[Any, Any]:
        for need in statement.needs:
            self.named(need, _unbuilt, _unbuilt)
        sql = statement.sql
        for marker, day in _days(self.as_of).items():
            sql = sql.replace(marker, day)
        sql = sql.replace(VIEW, self.warehouse.prefix)
        slug = re.sub("[^a-z]+", "_", label.lower())[:20]
        name = f"{slug}_{zlib.crc32(label.encode()):08x}_{self.as_of:%Y%m%d}"
        return self.warehouse.view(name, sql, statement.schema), statement.facts


def _days(day: date) -> dict[str, str]:
    """The ways in which engines and names of views write a day, by what stands for it in a statement."""
    return {
        "\u00a7iso\u00a7": day.isoformat(),
        "\u00a7made\u00a7": f"({day.year}, {day.month}, {day.day})",
        "\u00a7name\u00a7": f"_{day:%Y%m%d}",
    }


def _unbuilt() -> Any:
    raise KeyError("a statement needs a view whose own statement was never written")
