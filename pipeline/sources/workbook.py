"""Excel workbooks: every visible sheet that holds a table."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import pandas as pd

from pipeline.errors import SourceError
from pipeline.sources.delimited import usual_width
from pipeline.sources.labelled import Labelled, RefusedLine, digest, distinct
from pipeline.sources.typed import as_text

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PASSWORD_MARK = "EncryptedPackage".encode("utf-16-le")
TITLE_ROWS = 20


def read_workbook(data: bytes, origin: str) -> Iterator[Labelled]:
    """Read each visible sheet of an Excel file; sheets without any cell are passed over.

    Raises:
        SourceError: old `.xls`, protected by a password, or damaged.
    """
    if data.startswith(OLE):
        _refuse_ole(data, origin)
    found = False
    for title, rows in _sheets(data, origin):
        labelled = _labelled(rows, f"{origin}[{title}]", digest(data))
        if labelled is not None:
            found = True
            yield labelled
    if not found:
        raise SourceError(f"{origin}: no sheet holds a table.", "Export it again.")


def _refuse_ole(data: bytes, origin: str) -> None:
    if PASSWORD_MARK in data:
        raise SourceError(
            f"{origin}: is protected by a password.", "Open it in Excel and save it without the password."
        )
    raise SourceError(f"{origin}: is an old Excel file (.xls).", "Save it as .xlsx or CSV.")


def _sheets(data: bytes, origin: str) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    import openpyxl

    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        for sheet in book.worksheets:
            if sheet.sheet_state == "visible":
                yield sheet.title, list(sheet.iter_rows(values_only=True))
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, EOFError, SyntaxError, TypeError) as error:
        raise SourceError(
            f"{origin}: is no readable Excel file ({_short(error)}).", "Open it in Excel and save it again."
        ) from None


def _short(error: Exception) -> str:
    return str(error).split("\n", maxsplit=1)[0][:100] or type(error).__name__


def _labelled(rows: list[tuple[Any, ...]], origin: str, sha256: str) -> Labelled | None:
    texts = [[as_text(value) for value in row] for row in rows]
    header = _header(texts)
    if header is None:
        return None
    labels = texts[header]
    while labels and not labels[-1].strip():
        labels = labels[:-1]
    body = [(number, row) for number, row in enumerate(texts[header + 1 :], header + 2) if any(row)]
    refused = tuple(
        RefusedLine(
            number, "too-many-fields", " | ".join(filter(None, row))[:120], f"{len(row)}/{len(labels)}"
        )
        for number, row in body
        if any(row[len(labels) :])
    )
    kept = [(number, row) for number, row in body if not any(row[len(labels) :])]
    records = [row[: len(labels)] + [""] * (len(labels) - len(row)) for _, row in kept]
    frame = pd.DataFrame(records, columns=distinct(labels), dtype="str")
    frame.index = pd.Index([number for number, _ in kept], name="line", dtype="int64")
    return Labelled(origin, frame, sha256, refused)


def _header(rows: list[list[str]]) -> int | None:
    """The first row that is about as wide as the table below it; titles above it are narrow."""
    filled = [sum(1 for cell in row if cell.strip()) for row in rows[: TITLE_ROWS * 3]]
    if not any(filled):
        return None
    wanted = usual_width(filled) * 0.6
    return next((n for n, count in enumerate(filled[:TITLE_ROWS]) if count >= wanted), None)
