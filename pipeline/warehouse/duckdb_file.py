"""A warehouse in one DuckDB file.

Readers attach the file read-only, so any number of kernels read at once. A writer works on a copy
that takes the file's place when it is complete: readers are never blocked, those who have the old
file open go on reading it, and a killed writer leaves nothing but a copy that the next one removes.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline.errors import WarehouseError
from pipeline.files import replace_file
from pipeline.warehouse.lock import only_writer
from pipeline.warehouse.schema import ARROW_TYPES, arrow_schema

SQL_TYPES = {kind: name for name, kind in ARROW_TYPES.items()}
DUCKDB_TYPES = {
    "string": "VARCHAR", "date": "DATE", "float64": "DOUBLE", "int64": "BIGINT", "boolean": "BOOLEAN",
}  # fmt: skip


class DuckdbFile:
    """The engine of a DuckDB file; the file comes into being with the first transaction."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self.location = str(path)
        self._reader: Any = None
        self._writer: Any = None

    @property
    def backend(self) -> Any:
        """The connection of the running transaction, else one that reads the file."""
        if self._writer is not None:
            return self._writer
        if self._reader is None:
            self._reader = _connect(self.path if self.path.exists() else None, read_only=True)
        return self._reader

    def has(self, name: str) -> bool:
        """True if the table was ever written."""
        if self._writer is None and not self.path.exists():
            return False
        found = "SELECT count(*) FROM duckdb_tables() WHERE database_name = 'warehouse' AND table_name = "
        return bool(self.query(f"{found}'{name}'")[0][0])

    def table(self, name: str) -> Any:
        """The Ibis expression of a table that was written."""
        return self.backend.table(name)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of a statement in DuckDB's SQL."""
        rows: list[tuple[Any, ...]] = self.backend.raw_sql(sql).fetchall()
        return rows

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Work on a copy of the file; it replaces the file when the block ends without an error."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with only_writer(self.path):
            draft = self.path.with_name(self.path.name + ".writing")
            _remove(draft)
            if self.path.exists():
                shutil.copyfile(self.path, draft)
            try:
                self._writer = _connect(draft, read_only=False)
                yield
                self._writer.raw_sql("CHECKPOINT warehouse")
                self._disconnect()
                _put_in_place(draft, self.path)
            finally:
                self._disconnect()
                _remove(draft)

    def replace(self, name: str, rows: pa.Table) -> None:
        """Make `rows` the whole content of a table."""
        self.backend.raw_sql(f'DROP TABLE IF EXISTS "{name}"')
        self.append(name, rows)

    def append(self, name: str, rows: pa.Table) -> None:
        """Add rows to a table."""
        if not self.has(name):
            self.backend.raw_sql(f'CREATE TABLE "{name}" ({", ".join(_columns(name).values())})')
        for column in _columns(name).keys() - self._columns_there(name):
            self.backend.raw_sql(f'ALTER TABLE "{name}" ADD COLUMN {_columns(name)[column]}')
        if rows.num_rows == 0:
            return
        with self._incoming(rows):
            self.backend.raw_sql(f'INSERT INTO "{name}" BY NAME SELECT * FROM incoming')  # noqa: S608

    def upsert(self, name: str, rows: pa.Table, key: tuple[str, ...]) -> None:
        """Add rows; those whose key is there already take their place."""
        if self.has(name):
            same = " AND ".join(f'"{name}"."{k}" IS NOT DISTINCT FROM incoming."{k}"' for k in key)
            with self._incoming(rows):
                self.backend.raw_sql(f'DELETE FROM "{name}" USING incoming WHERE {same}')  # noqa: S608
        self.append(name, rows)

    def row_hash(self, columns: list[str]) -> str:
        """DuckDB's hash of several values."""
        return f"hash({', '.join(columns)})"

    def close(self) -> None:
        """Let go of the file."""
        self._disconnect()

    def _columns_there(self, name: str) -> set[str]:
        there = f"SELECT column_name FROM duckdb_columns() WHERE table_name = '{name}' "  # noqa: S608
        return {str(row[0]) for row in self.query(there + "AND database_name = 'warehouse'")}

    @contextmanager
    def _incoming(self, rows: pa.Table) -> Iterator[None]:
        connection = self.backend.con
        connection.register("incoming", rows)
        try:
            yield
        finally:
            connection.unregister("incoming")

    def _disconnect(self) -> None:
        for backend in (self._writer, self._reader):
            if backend is not None:
                backend.disconnect()
        self._writer = self._reader = None


def _connect(path: Path | None, *, read_only: bool) -> Any:
    import duckdb
    import ibis

    spill = Path(tempfile.gettempdir()) / f"quarterdeck-spill-{os.getpid()}"
    backend = ibis.duckdb.connect(temp_directory=str(spill))
    if path is None:
        return backend
    quoted = str(path).replace("'", "''")
    try:
        backend.raw_sql(f"ATTACH '{quoted}' AS warehouse{' (READ_ONLY)' if read_only else ''}")
        backend.raw_sql("USE warehouse")
    except duckdb.Error as error:
        backend.disconnect()
        raise _explained(path, error) from None
    return backend


def _put_in_place(draft: Path, path: Path) -> None:
    try:
        replace_file(draft, path)
    except PermissionError as error:
        raise WarehouseError(
            f"{path} can't be replaced ({error}).",
            "On Windows no other program may have it open: close notebooks that read it and try again.",
        ) from None


def _explained(path: Path, error: Exception) -> WarehouseError:
    if "lock" in str(error).lower():
        return WarehouseError(
            f"{path} is opened for writing by another program ({_first_line(error)}).",
            "Close it there and try again.",
        )
    return WarehouseError(
        f"{path} cannot be opened as a DuckDB file ({_first_line(error)}).",
        "Remove it and import again, or restore it from a backup.",
    )


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]


def _columns(name: str) -> dict[str, str]:
    """Definitions of a table's columns by their names."""
    return {
        field.name: f'"{field.name}" {DUCKDB_TYPES[SQL_TYPES[field.type]]}' for field in arrow_schema(name)
    }


def _remove(draft: Path) -> None:
    for path in (draft, draft.with_name(draft.name + ".wal")):
        with suppress(FileNotFoundError):
            path.unlink()
