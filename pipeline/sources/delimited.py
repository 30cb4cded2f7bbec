"""Delimited text: any delimiter, any encoding, title lines above the header, ragged lines set aside.

Regular files take pyarrow's fast path. A file with quoted line breaks, ragged lines or loose quotation
marks is read line by line, so that every message can name the true line.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pandas as pd

from pipeline.errors import SourceError
from pipeline.sources.encoding import to_utf8
from pipeline.sources.labelled import Labelled, RefusedLine, digest, distinct

DELIMITERS = (",", ";", "\t", "|", "，", "^")
SNIFFED_LINES = 50
TITLE_LINES = 20
FIELD_LIMIT = 10_000_000
SHOWN_CHARACTERS = 120
SEPARATOR_LINE = re.compile(r"sep=(.)$", re.IGNORECASE)


def read_delimited(data: bytes, origin: str, encoding: str = "", delimiter: str = "") -> Labelled:
    """Read delimited text.

    Raises:
        SourceError: empty, no text, or a quotation mark that is never closed.
    """
    text = to_utf8(data, origin, encoding)
    body = _unix_lines(text.data)
    if not body.strip():
        raise SourceError(f"{origin}: the file is empty.", "Export it again.")
    sample = _sample(body)
    declared = SEPARATOR_LINE.match(sample[0].strip()) if sample else None
    separator = delimiter or (declared[1] if declared else _delimiter(sample))
    header = _header_line(sample, separator, first=1 if declared else 0)
    frame, refused = _read(body, separator, header, origin)
    notes = (("encoding-guessed", text.encoding),) if text.is_guess else ()
    return Labelled(origin, frame, digest(data), tuple(refused), notes, separator)


def _unix_lines(data: bytes) -> bytes:
    if b"\r" not in data:
        return data
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _sample(body: bytes) -> list[str]:
    head = body[: 1 << 18].decode("utf-8", errors="ignore")
    return head.split("\n")[: SNIFFED_LINES + TITLE_LINES]


def _delimiter(sample: list[str]) -> str:
    """The delimiter that cuts most lines into the same number of fields, more fields being better."""
    return max(DELIMITERS, key=lambda candidate: _regularity(sample, candidate))


def _regularity(sample: list[str], delimiter: str) -> float:
    widths = Counter(len(fields) for fields in _fields(sample, delimiter) if any(fields))
    if not widths:
        return 0.0
    width, lines = max(widths.items(), key=lambda item: (item[1], item[0]))
    return 0.0 if width < 2 else lines / sum(widths.values()) + min(width, 50) / 100


def _fields(sample: list[str], delimiter: str) -> list[list[str]]:
    csv.field_size_limit(FIELD_LIMIT)
    try:
        return list(csv.reader(io.StringIO("\n".join(sample)), delimiter=delimiter))
    except csv.Error:
        return [line.split(delimiter) for line in sample]


def _header_line(sample: list[str], delimiter: str, first: int) -> int:
    """Number of lines above the header: titles, dates of export and blank lines have few fields."""
    rows = [_one_line(line, delimiter) for line in sample[first:]]
    filled = [sum(1 for field in row if field.strip()) for row in rows]
    wanted = usual_width(filled) * 0.6
    for number, count in enumerate(filled[:TITLE_LINES]):
        if count >= wanted:
            return first + number
    return first


def usual_width(filled: Sequence[int]) -> int:
    """How many fields the rows of the table have: the count that covers most cells."""
    counts = Counter(count for count in filled if count)
    return max(counts, key=lambda count: count * counts[count], default=1)


def _one_line(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return line.split(delimiter)


def _read(body: bytes, delimiter: str, header: int, origin: str) -> tuple[pd.DataFrame, list[RefusedLine]]:
    lines = body.count(b"\n") + (not body.endswith(b"\n"))
    frame = _read_regular(body, delimiter, header) if b"\x00" not in body else None
    if frame is not None and len(frame) == lines - header - 1:
        frame.index = pd.RangeIndex(header + 2, header + 2 + len(frame), name="line")
        return frame, []
    return _read_line_by_line(body.decode("utf-8"), delimiter, header, origin)


def _read_regular(body: bytes, delimiter: str, header: int) -> pd.DataFrame | None:
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    if len(delimiter.encode()) > 1:
        return None
    parse = arrow_csv.ParseOptions(delimiter=delimiter, ignore_empty_lines=False, newlines_in_values=False)
    try:
        names = distinct(next(csv.reader([_line(body, header)], delimiter=delimiter, strict=True)))
        read = arrow_csv.ReadOptions(skip_rows=header + 1, column_names=names, block_size=1 << 22)
        convert = arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
        )
        table = arrow_csv.read_csv(pa.py_buffer(body), read, parse, convert)
    except (ValueError, csv.Error, StopIteration):
        return None
    frame: pd.DataFrame = table.to_pandas()
    return frame


def _line(body: bytes, number: int) -> str:
    return body.split(b"\n", number + 1)[number].decode("utf-8")


def _read_line_by_line(
    text: str, delimiter: str, header: int, origin: str
) -> tuple[pd.DataFrame, list[RefusedLine]]:
    csv.field_size_limit(FIELD_LIMIT)
    rows, started = _strictly(text.replace("\x00", ""), delimiter, origin)
    labels: list[str] = []
    records: list[list[str]] = []
    numbers: list[int] = []
    refused: list[RefusedLine] = []
    for line, fields in zip(started, rows, strict=True):
        if line <= header:
            continue
        if not labels:
            labels = fields
        elif any(field.strip() for field in fields):
            _sort_out(
                line=line,
                fields=fields,
                width=len(labels),
                records=records,
                numbers=numbers,
                refused=refused,
            )
    frame = pd.DataFrame(records, columns=distinct(labels), dtype="str")
    frame.index = pd.Index(numbers, name="line", dtype="int64")
    return frame, refused


def _strictly(text: str, delimiter: str, origin: str) -> tuple[list[list[str]], list[int]]:
    """All records with the line on which each starts; loose quotation marks inside fields are let pass."""
    try:
        return _records(text, delimiter, strict=True)
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            raise SourceError(
                f"{origin}: a quotation mark opened on line {_open_quote(text, delimiter)} is never closed.",
                "Close it or double it, then import again.",
            ) from None
    try:
        return _records(text, delimiter, strict=False)
    except csv.Error as error:
        raise SourceError(f"{origin}: cannot be read as delimited text ({error}).") from None


def _records(text: str, delimiter: str, strict: bool) -> tuple[list[list[str]], list[int]]:
    reader: Any = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict)
    records, started, before = [], [], 0
    for fields in reader:
        records.append(fields)
        started.append(before + 1)
        before = reader.line_num
    return records, started


def _open_quote(text: str, delimiter: str) -> int:
    reader: Any = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 0
    try:
        for _ in reader:
            line = reader.line_num
    except csv.Error:
        pass
    return line + 1


def _sort_out(
    *,
    line: int,
    fields: list[str],
    width: int,
    records: list[list[str]],
    numbers: list[int],
    refused: list[RefusedLine],
) -> None:
    if len(fields) > width and not any(field.strip() for field in fields[width:]):
        fields = fields[:width]
    if len(fields) == width:
        records.append(fields)
        numbers.append(line)
        return
    rule = "too-many-fields" if len(fields) > width else "too-few-fields"
    shown = " | ".join(fields)[:SHOWN_CHARACTERS]
    refused.append(RefusedLine(line, rule, shown, f"{len(fields)}/{width}"))
