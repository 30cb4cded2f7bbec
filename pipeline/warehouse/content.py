"""A digest of each table's rows by the day on which they became known.

Sums of row hashes do not depend on the order of rows, and a day's digest does not depend on what became
known later; so the fingerprint of everything known at a date is a look-up, and it is the same whether or
not later rows are in the warehouse.
"""

import hashlib
from datetime import date
from typing import Any

import pandas as pd

from pipeline import catalog
from pipeline.warehouse.engine import Engine
from pipeline.warehouse.schema import CONTENT

UNDATED = ""
"""The day of rows and values without history."""


def measure(engine: Engine, name: str) -> pd.DataFrame:
    """One row per day of a written table: table_name, day (ISO text), rows, digest."""
    rows = [row for sql in _statements(engine, name) for row in engine.query(sql)]
    days: dict[str, tuple[int, int]] = {}
    for day, count, digest in rows:
        known_rows, known_digest = days.get(day or UNDATED, (0, 0))
        days[day or UNDATED] = (known_rows + int(count), known_digest + int(digest or 0))
    return pd.DataFrame(
        [(name, day, count, str(digest)) for day, (count, digest) in sorted(days.items())],
        columns=["table_name", "day", "rows", "digest"],
    )


def fingerprint(content: pd.DataFrame, as_of: date | None = None) -> str:
    """Hash of all that `content` lists up to `as_of` (of everything when None)."""
    known = content if as_of is None else content[content["day"] <= as_of.isoformat()]
    known = known.sort_values(["table_name", "day"])[["table_name", "day", "rows", "digest"]]
    text = known.to_csv(index=False, header=False, lineterminator="\n")
    return hashlib.sha256(text.encode()).hexdigest()


def stored(engine: Engine, name: str) -> pd.DataFrame | None:
    """What was measured when the table was written; None where another program wrote it."""
    if not engine.has(CONTENT):
        return None
    found = engine.query(f"SELECT * FROM {CONTENT} WHERE table_name = '{name}'")  # noqa: S608
    return pd.DataFrame(found, columns=["table_name", "day", "rows", "digest"]) if found else None


def _statements(engine: Engine, name: str) -> list[str]:
    declared = catalog.table(name)
    lasting = [c.name for c in declared.columns if not c.known_with]
    known = declared.known_on
    statements = [_statement(engine, name, known, lasting, count="count(*)")]
    for day in dict.fromkeys(c.known_with for c in declared.columns if c.known_with):
        late = [c.name for c in declared.columns if c.known_with == day]
        when = f"CASE WHEN {day} < {known} THEN {known} ELSE {day} END" if known else day
        statements.append(
            _statement(engine, name, when, [*declared.key, *late], count="0", where=f"{day} IS NOT NULL")
        )
    return statements


def _statement(
    engine: Engine, name: str, day: str, columns: list[str], *, count: str, where: str = ""
) -> str:
    text = f"CAST({day} AS VARCHAR(10))" if day else "''"
    condition = f" WHERE {where}" if where else ""
    return (
        f"SELECT {text} AS day, {count}, CAST(sum({engine.row_hash(columns)}) AS VARCHAR(60)) "  # noqa: S608
        f"FROM {name}{condition} GROUP BY 1"
    )


def empty() -> pd.DataFrame:
    """No table measured."""
    columns: dict[str, Any] = {"table_name": "str", "day": "str", "rows": "int64", "digest": "str"}
    return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in columns.items()})
