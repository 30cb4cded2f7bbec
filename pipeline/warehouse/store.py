"""`Warehouse`: the tables of one data folder, wherever they live."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, Self

import pandas as pd

from pipeline import catalog
from pipeline.errors import WarehouseError
from pipeline.warehouse import content
from pipeline.warehouse.address import resolved_url
from pipeline.warehouse.engine import Engine, engine_for
from pipeline.warehouse.schema import CONTENT, SYSTEM_TABLES, arrow_schema, column_types, to_arrow, to_frame

URL_VARIABLE = "QUARTERDECK_WAREHOUSE"


class Warehouse:
    """Tables of the catalogue and of the warehouse itself, read through Ibis, written in transactions."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._content: dict[str, pd.DataFrame] = {}
        self._touched: set[str] | None = None
        self.statements: dict[tuple[str, str], Any] = {}
        self.prefix = f"view_{uuid.uuid4().hex[:8]}"

    @classmethod
    def open(cls, folder: Path, url: str | None = None) -> Self:
        """The warehouse of a data folder.

        Args:
            folder: where the default DuckDB file `warehouse.duckdb` stands.
            url: another place; None takes the environment's `QUARTERDECK_WAREHOUSE`. A password that the
                URL lacks is looked up in the operating system's keyring.

        Raises:
            WarehouseError: an unknown kind of URL, or a place that cannot be reached.
        """
        chosen = os.environ.get(URL_VARIABLE, "") if url is None else url
        return cls(engine_for(Path(folder), resolved_url(chosen)))

    @property
    def location(self) -> str:
        """Where the tables live, for messages; never with a password."""
        return self._engine.location

    @property
    def backend(self) -> Any:
        """The Ibis backend that answers expressions made of `table`."""
        return self._engine.backend

    def has(self, name: str) -> bool:
        """True if the table was ever written."""
        column_types(name)
        return self._engine.has(name)

    def table(self, name: str) -> Any:
        """The Ibis expression of a table, an empty one if nothing was ever written to it.

        Raises:
            WarehouseError: there is no such table.
        """
        import ibis

        types = column_types(name)
        if self._engine.has(name):
            found = self._engine.table(name)
            if found.columns == tuple(types):
                return found
            absent = {column: ibis.null(types[column]) for column in types if column not in found.columns}
            return found.mutate(**absent).select(*types)
        nothing = ibis.null("int64").name("nothing").as_table().filter(ibis.literal(False))
        return nothing.select(**{column: ibis.null(kind) for column, kind in types.items()})

    def view(self, label: str, sql: str, schema: Any) -> Any:
        """A temporary view of this connection, named `prefix` and label, as an Ibis expression."""
        from ibis.expr.operations import DatabaseTable, Namespace

        name = f"{self.prefix}_{label}"
        self.backend.raw_sql(f"CREATE OR REPLACE TEMPORARY VIEW {name} AS {sql}")
        return DatabaseTable(name=name, schema=schema, source=self.backend, namespace=Namespace()).to_expr()

    def frame(self, name: str) -> pd.DataFrame:
        """All rows of a table in the catalogue's dtypes, in the order of its key."""
        rows = to_frame(name, self.backend.to_pyarrow(self.table(name)))
        order = list(column_types(name)) if name in SYSTEM_TABLES else list(catalog.table(name).key)
        return rows.sort_values(order, kind="stable", ignore_index=True)

    def rows(self, name: str) -> int:
        """Number of rows."""
        if name in SYSTEM_TABLES:
            return int(self.backend.execute(self.table(name).count()))
        return int(self.content(name)["rows"].sum())

    @contextmanager
    def transaction(self) -> Iterator[Self]:
        """All that is written inside becomes visible when the block ends, or nothing if it raises.

        A transaction inside another one is part of it.

        Raises:
            WarehouseError: another process is writing.
        """
        if self._touched is not None:
            yield self
            return
        self._touched = set()
        try:
            with self._engine.writing():
                yield self
                self._complete()
                self._measure_touched()
        finally:
            self._touched = None
            self._content = {}

    def replace(self, name: str, frame: pd.DataFrame) -> None:
        """Make `frame` the whole content of a table; columns it lacks become empty.

        Raises:
            WarehouseError: an unknown table or column, or values of another type.
        """
        rows = to_arrow(name, frame)
        with self._touching(name):
            self._engine.replace(name, rows)

    def append(self, name: str, frame: pd.DataFrame) -> None:
        """Add the rows of `frame` without looking at keys."""
        rows = to_arrow(name, frame)
        with self._touching(name):
            self._engine.append(name, rows)

    def upsert(self, name: str, frame: pd.DataFrame, key: tuple[str, ...] | None = None) -> None:
        """Add the rows of `frame`; those whose key is there already take their place.

        Raises:
            WarehouseError: as `replace`, or a key that occurs twice in `frame`.
        """
        chosen = tuple(key or catalog.table(name).key)
        if frame.duplicated(subset=list(chosen)).any():
            first = frame.loc[frame.duplicated(subset=list(chosen)), list(chosen)].iloc[0].to_dict()
            raise WarehouseError(f"{name}: the key {first} occurs twice in what is to be written.")
        rows = to_arrow(name, frame)
        with self._touching(name):
            self._engine.upsert(name, rows, chosen)

    def exchange(self, name: str, frame: pd.DataFrame, by: tuple[str, ...]) -> None:
        """Put the rows of `frame` in place of all rows that share a value of `by` with one of them.

        For parts that are delivered whole: all lines of an order, the whole history of an opportunity.

        Raises:
            WarehouseError: as `replace`, or a key that occurs twice in `frame`.
        """
        key = list(catalog.table(name).key)
        if frame.duplicated(subset=key).any():
            raise WarehouseError(f"{name}: a key occurs twice in what is to be written.")
        rows = to_arrow(name, frame)
        with self._touching(name):
            self._engine.upsert(name, rows, by)

    def content(self, name: str) -> pd.DataFrame:
        """One row per day on which rows of a table became known: day (ISO text, "" undated), rows, digest."""
        if name not in self._content:
            self._content[name] = self._find_content(name)
        return self._content[name]

    def fingerprint(self, name: str, as_of: date | None = None) -> str:
        """Hash of a table's content, of what is known by `as_of` only when given; no scan of the table."""
        return content.fingerprint(self.content(name), as_of)

    def close(self) -> None:
        """Let go of connections and files."""
        self._engine.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _touching(self, name: str) -> Iterator[None]:
        with self.transaction():
            assert self._touched is not None
            yield
            self._touched.add(name)
            self._content.pop(name, None)

    def _find_content(self, name: str) -> pd.DataFrame:
        if not self.has(name):
            return content.empty()
        measured = None if self._touched and name in self._touched else content.stored(self._engine, name)
        return content.measure(self._engine, name) if measured is None else measured

    def _complete(self) -> None:
        """Give every table of the catalogue a place, so that questions about it have one text."""
        for name in catalog.tables():
            if not self._engine.has(name):
                self._engine.append(name, arrow_schema(name).empty_table())

    def _measure_touched(self) -> None:
        touched = sorted((self._touched or set()) - set(SYSTEM_TABLES))
        if not touched:
            return
        kept = self.frame(CONTENT) if self._engine.has(CONTENT) else content.empty()
        kept = kept[~kept["table_name"].isin(touched)]
        parts = [kept, *(content.measure(self._engine, name) for name in touched)]
        self._engine.replace(CONTENT, to_arrow(CONTENT, pd.concat(parts, ignore_index=True)))
