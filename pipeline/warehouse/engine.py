"""What the store needs of an engine, and which engine a URL names."""

import re
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from pipeline.errors import WarehouseError

SCHEMES = "duckdb:///path/to/file, postgresql://user@host/database, spark://host:port/folder or spark-local"


class Engine(Protocol):
    """One place where tables live."""

    location: str
    """Where, for messages; never with a password."""

    @property
    def backend(self) -> Any:
        """The Ibis backend that reads."""

    def has(self, name: str) -> bool:
        """True if the table was ever written."""

    def table(self, name: str) -> Any:
        """The Ibis expression of a table that was written."""

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of a statement in the engine's own SQL."""

    def writing(self) -> AbstractContextManager[None]:
        """A transaction: all that is written inside becomes visible at once, or nothing does."""

    def replace(self, name: str, rows: pa.Table) -> None:
        """Make `rows` the whole content of a table."""

    def append(self, name: str, rows: pa.Table) -> None:
        """Add rows to a table."""

    def upsert(self, name: str, rows: pa.Table, key: tuple[str, ...]) -> None:
        """Add rows; those whose key is there already take their place."""

    def row_hash(self, columns: list[str]) -> str:
        """SQL of a whole number that stands for the values of `columns` in a row."""

    def close(self) -> None:
        """Let go of connections and files."""


def engine_for(folder: Path, url: str) -> Engine:
    """The engine that a URL names; the DuckDB file of `folder` when it is empty.

    Raises:
        WarehouseError: a URL of an unknown kind.
    """
    scheme = url.partition(":")[0].lower()
    if not url or scheme == "duckdb":
        from pipeline.warehouse.duckdb_file import DuckdbFile

        return DuckdbFile(_path(url) if url else folder / "warehouse.duckdb")
    if scheme in ("postgres", "postgresql"):
        from pipeline.warehouse.postgres import Postgres

        return Postgres(url)
    if scheme in ("spark", "spark-local"):
        from pipeline.warehouse.spark import Spark

        return Spark(folder, url)
    raise WarehouseError(f"{scheme!r} is no kind of warehouse.", f"Use one of {SCHEMES}.")


def _path(url: str) -> Path:
    """`duckdb:///srv/x` is /srv/x; on Windows `duckdb:///C:/x` is C:/x."""
    return Path(re.sub(r"^/(?=[A-Za-z]:)", "", url.removeprefix("duckdb://")))
