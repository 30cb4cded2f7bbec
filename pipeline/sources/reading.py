"""From a path or address to labelled frames."""

from collections.abc import Iterator

from pipeline.errors import SourceError
from pipeline.sources.columnar import PARQUET_MARK, read_parquet
from pipeline.sources.database import is_database, read_database
from pipeline.sources.delimited import read_delimited
from pipeline.sources.labelled import Labelled
from pipeline.sources.locations import Located, fetch, locate
from pipeline.sources.workbook import OLE, read_workbook

ZIP_MARK = b"PK\x03\x04"
FOREIGN = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"SQLite format 3", "an SQLite database: name it sqlite:///path"),
)


def read(location: str, encoding: str = "", delimiter: str = "") -> Iterator[Labelled | SourceError]:
    """Read everything at a location, one labelled frame per file, sheet or table.

    A file that cannot be read comes as the error that says why, so that the others still come.

    Raises:
        SourceError: there is nothing at the location.
    """
    if is_database(location):
        yield from read_database(location)
        return
    for place in locate(location):
        try:
            for located in fetch(place):
                yield from _read_file(located, encoding, delimiter)
        except SourceError as error:
            yield error


def _read_file(located: Located, encoding: str, delimiter: str) -> Iterator[Labelled | SourceError]:
    name, data = located
    try:
        _refuse_foreign(name, data)
        if data.startswith(PARQUET_MARK):
            yield read_parquet(data, name)
        elif data.startswith((ZIP_MARK, OLE)) or name.lower().endswith((".xlsx", ".xlsm")):
            yield from read_workbook(data, name)
        else:
            yield read_delimited(data, name, encoding, delimiter)
    except SourceError as error:
        yield error


def _refuse_foreign(name: str, data: bytes) -> None:
    if not data:
        raise SourceError(f"{name}: the file is empty.", "Export it again.")
    for mark, kind in FOREIGN:
        if data.startswith(mark):
            raise SourceError(f"{name}: is {kind}, not a table.", "Export it as CSV, Excel or Parquet.")
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<html", b"<!doctype html", b"<table", b"<?xml")):
        raise SourceError(
            f"{name}: is a web page or XML, not a table.", "Export it as CSV, or save it as .xlsx in Excel."
        )
    if head.startswith((b"{", b"[{")):
        raise SourceError(f"{name}: is JSON, not a table.", "Export it as CSV, Excel or Parquet.")
