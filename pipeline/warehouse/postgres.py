"""A warehouse in a PostgreSQL database; its tables stand in the schema that the URL names."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pyarrow as pa

from pipeline.errors import WarehouseError
from pipeline.warehouse.address import without_password
from pipeline.warehouse.schema import ARROW_TYPES, arrow_schema

SQL_TYPES = {kind: name for name, kind in ARROW_TYPES.items()}
POSTGRES_TYPES = {
    "string": "TEXT", "date": "DATE", "float64": "DOUBLE PRECISION", "int64": "BIGINT", "boolean": "BOOLEAN",
}  # fmt: skip
WRITERS_LOCK = 7_305_477_013
"""Number of the advisory lock that writers take; any number that nobody else takes."""
DEFAULT_SCHEMA = "quarterdeck"
ROWS_A_BATCH = 50_000


class Postgres:
    """The engine of a PostgreSQL database: `postgresql://user@host:port/database/schema`."""

    def __init__(self, url: str) -> None:
        self.location = without_password(url)
        self._dsn, self._schema = _dsn_and_schema(url)
        self._backend: Any = None

    @property
    def backend(self) -> Any:
        """The Ibis backend; its connection also writes, inside `writing` in one transaction."""
        if self._backend is None:
            self._backend = self._connect()
        return self._backend

    def has(self, name: str) -> bool:
        """True if the table was ever written."""
        found = self.query(f'SELECT to_regclass(\'"{self._schema}"."{name}"\') IS NOT NULL')
        return bool(found[0][0])

    def table(self, name: str) -> Any:
        """The Ibis expression of a table that was written."""
        return self.backend.table(name, database=self._schema)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of a statement in PostgreSQL's SQL."""
        with self.backend.con.cursor() as cursor:
            rows: list[tuple[Any, ...]] = cursor.execute(sql).fetchall()
        return rows

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One database transaction; a second writer is refused."""
        with self.backend.con.transaction():
            if not self.query(f"SELECT pg_try_advisory_xact_lock({WRITERS_LOCK})")[0][0]:
                raise WarehouseError(
                    f"{self.location} is being written by another program.",
                    "Wait until it has finished and try again.",
                )
            self._run(f'CREATE SCHEMA IF NOT EXISTS "{self._schema}"')
            yield

    def replace(self, name: str, rows: pa.Table) -> None:
        """Make `rows` the whole content of a table."""
        self._run(f'DROP TABLE IF EXISTS "{name}"')
        self.append(name, rows)

    def append(self, name: str, rows: pa.Table) -> None:
        """Add rows to a table."""
        self._run(f'CREATE TABLE IF NOT EXISTS "{self._schema}"."{name}" ({", ".join(_columns(name))})')
        for column in _columns(name):
            self._run(f'ALTER TABLE "{self._schema}"."{name}" ADD COLUMN IF NOT EXISTS {column}')
        self._copy(name, rows)

    def upsert(self, name: str, rows: pa.Table, key: tuple[str, ...]) -> None:
        """Add rows; those whose key is there already take their place."""
        if self.has(name):
            same = " AND ".join(f'old."{k}" IS NOT DISTINCT FROM new."{k}"' for k in key)
            self._run(f"CREATE TEMP TABLE incoming ({', '.join(_columns(name))}) ON COMMIT DROP")
            self._copy("incoming", rows)
            self._run(f'DELETE FROM "{name}" AS old USING incoming AS new WHERE {same}')  # noqa: S608
            self._run("DROP TABLE incoming")
        self.append(name, rows)

    def row_hash(self, columns: list[str]) -> str:
        """PostgreSQL's 64-bit hash of a row's text."""
        return f"hashtextextended(ROW({', '.join(columns)})::text, 0)"

    def close(self) -> None:
        """Close the connection."""
        if self._backend is not None:
            self._backend.disconnect()
        self._backend = None

    def _connect(self) -> Any:
        try:
            import ibis
            import psycopg
        except ImportError:
            raise WarehouseError(
                "PostgreSQL needs a library that is not installed.", "Install `quarterdeck[postgres]`."
            ) from None
        try:
            connection = psycopg.connect(self._dsn, autocommit=True)
            backend = ibis.postgres.from_connection(connection)
        except psycopg.Error as error:
            reason = str(error).strip().splitlines()[0]
            raise WarehouseError(
                f"{self.location} cannot be reached ({reason}).",
                "Check the address, the user and that the server runs.",
            ) from None
        backend.raw_sql(f'SET search_path TO "{self._schema}"')
        return backend

    def _run(self, sql: str) -> None:
        with self.backend.con.cursor() as cursor:
            cursor.execute(sql)

    def _copy(self, name: str, rows: pa.Table) -> None:
        columns = ", ".join(f'"{column}"' for column in rows.column_names)
        with (
            self.backend.con.cursor() as cursor,
            cursor.copy(f'COPY "{name}" ({columns}) FROM STDIN') as copy,
        ):
            for batch in rows.to_batches(max_chunksize=ROWS_A_BATCH):
                for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                    copy.write_row(row)


def _dsn_and_schema(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    database, _, schema = parts.path.strip("/").partition("/")
    return urlunsplit(parts._replace(path=f"/{database}")), schema or DEFAULT_SCHEMA


def _columns(name: str) -> list[str]:
    return [f'"{field.name}" {POSTGRES_TYPES[SQL_TYPES[field.type]]}' for field in arrow_schema(name)]
