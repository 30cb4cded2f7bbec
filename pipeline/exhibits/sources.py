"""Provenance: which data, as of when, for whom, so that a reader can ask for the same again."""

import datetime
from typing import Any, Protocol

from pipeline import catalog
from pipeline.exhibits.exhibit import Note, Sheet
from pipeline.exhibits.markup import clean, escape, tag
from pipeline.exhibits.reader import Reader


class Keyed(Protocol):
    """A period or scope: it has a written form."""

    @property
    def key(self) -> str:
        """As it is written: `2026-10`, `market=East`."""


class Facts(Protocol):
    """What provenance needs to know of a book."""

    @property
    def period(self) -> Any:
        """The period of the report."""

    @property
    def scope(self) -> Any:
        """Whom the report shows."""

    @property
    def as_of(self) -> datetime.date:
        """Last day that is known."""

    @property
    def data_fingerprint(self) -> str:
        """Digest of everything the book can see."""

    def rows(self, table: str, /) -> int:
        """Number of known rows of a table."""


def provenance(book: Facts, reader: Reader) -> Note:
    """Period, scope, as-of date, the fingerprint of its data and the rows of every table that has some."""
    entries = [
        (reader.text("provenance-as-of"), reader.date(book.as_of)),
        (reader.text("provenance-period"), reader.period(book.period.key)),
        (reader.text("provenance-scope"), scope_name(book.scope, reader)),
        (reader.text("provenance-fingerprint"), book.data_fingerprint[:16]),
    ]
    counted = [
        (name, table.label(reader.language), int(book.rows(name))) for name, table in catalog.tables().items()
    ]
    filled = [(name, label, rows) for name, label, rows in counted if rows]
    absent = [label for _, label, rows in counted if not rows]
    if filled:
        listed = reader.text("list-separator").join(
            f"{label} {reader.count(rows)}" for _, label, rows in filled
        )
        entries.append((reader.text("provenance-tables"), listed))
    if absent:
        entries.append((reader.text("provenance-absent"), reader.text("list-separator").join(absent)))
    pairs = "".join(tag("dt", escape(name)) + tag("dd", escape(value)) for name, value in entries)
    text = "\n".join(f"{name}: {clean(value)}" for name, value in entries)
    columns = (
        {"label": reader.text("provenance-name"), "kind": "text", "unit": ""},
        {"label": reader.text("provenance-value"), "kind": "text", "unit": ""},
    )
    title = reader.text("provenance-title")
    sheet = Sheet(title, columns, tuple((name, clean(value)) for name, value in entries))
    html = tag("div", tag("dl", pairs), "qd-exhibit qd-provenance")
    return Note(html=html, text=text, title=title, sheets=(sheet,), kind="provenance")


def scope_name(scope: Any, reader: Reader) -> str:
    """A scope in words: `whole company`, `East market`."""
    dimension, value = scope.dimension, scope.value
    if not dimension:
        return reader.text("scope-company")
    return reader.text(f"scope-{dimension}".replace("_", "-"), name=reader.label(dimension, value))
