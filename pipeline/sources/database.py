"""Tables of a database, read through its URL.

A URL may hold a password, so nothing but scheme and database name ever reaches a message or a record;
`$NAME` in a URL is taken from the environment.
"""

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pandas as pd

from pipeline.errors import SourceError
from pipeline.sources.labelled import Labelled, distinct
from pipeline.sources.typed import text_frame

SCHEMES = ("sqlite", "duckdb", "postgres", "postgresql", "mysql", "mssql", "snowflake", "bigquery", "trino")


def is_database(location: str) -> bool:
    """Whether a location is the URL of a database."""
    return urlsplit(location).scheme.lower() in SCHEMES


def read_database(location: str) -> Iterator[Labelled]:
    """Read every table and view of a database that can be listed.

    Raises:
        SourceError: it cannot be reached or read; the message never shows the URL.
    """
    scheme = urlsplit(location).scheme.lower()
    shown = f"{scheme}:{Path(urlsplit(location).path).stem}"
    try:
        reader = _read_sqlite if scheme == "sqlite" else _read_by_ibis
        for name, frame in reader(os.path.expandvars(location)):
            frame.index = pd.RangeIndex(1, 1 + len(frame), name="line")
            yield Labelled(f"{shown}[{name}]", frame, _digest(frame))
    except SourceError:
        raise
    except Exception as error:
        # Drivers raise families of their own and put the URL, password and all, into the text.
        raise SourceError(
            f"{shown}: the database cannot be read ({type(error).__name__}).",
            "Check the address, the driver, and that the account may read the tables.",
        ) from None


def _read_sqlite(location: str) -> Iterator[tuple[str, pd.DataFrame]]:
    path = Path(location.removeprefix("sqlite:///"))
    if not path.is_file():
        raise SourceError(f"{path.name}: there is no such database.", "Check the path.")
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    try:
        query = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'"
        for (name,) in connection.execute(f"{query} ORDER BY name").fetchall():
            quoted = str(name).replace('"', '""')
            rows = connection.execute(f'SELECT * FROM "{quoted}"')  # noqa: S608 - name comes from the schema
            labels = distinct([column[0] for column in rows.description])
            yield name, text_frame(rows.fetchall(), labels)
    finally:
        connection.close()


def _read_by_ibis(location: str) -> Iterator[tuple[str, pd.DataFrame]]:
    import ibis

    connection: Any = ibis.connect(location)
    try:
        for name in sorted(connection.list_tables()):
            table = connection.table(name).to_pyarrow()
            columns = zip(*(column.to_pylist() for column in table.columns), strict=True)
            yield name, text_frame(columns, distinct(table.column_names))
    finally:
        connection.disconnect()


def _digest(frame: pd.DataFrame) -> str:
    import hashlib

    whole = hashlib.sha256("\x1f".join(frame.columns).encode())
    whole.update(pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes())
    return whole.hexdigest()
