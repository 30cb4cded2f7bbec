"""A report's tables as an Excel workbook: typed cells, number formats, frozen heads, no formula at all."""

import datetime
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.exhibits.markup import clean
from pipeline.exhibits.reader import Reader
from pipeline.exhibits.sources import scope_name
from pipeline.parameters import Scope
from pipeline.publish.render.facts import ReportFacts
from pipeline.publish.render.sections import Document

FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
LONGEST_SHEET_NAME = 31
LONGEST_TEXT = 32_767
WIDEST = 60
FORMATS: Mapping[str, str] = {
    "money": "#,##0.00;[Red]-#,##0.00", "count": "#,##0;[Red]-#,##0", "number": "#,##0.###",
    "percent": "0.0%", "points": '+0.0%;-0.0%;0.0%', "ratio": "0.00", "p_value": "0.000", "days": "#,##0",
    "date": "yyyy-mm-dd", "week": "yyyy-mm-dd",
}  # fmt: skip
DATES = ("date", "week")


def write_workbook(document: Document, output: Path, reader: Reader, facts: ReportFacts) -> Path | None:
    """One sheet per table behind the report, a list of them in front and the provenance at the end.

    Every text is written as text, also where it begins with `=`, `+`, `-` or `@`. The file's own dates are
    those of the data, so that the same report gives the same bytes.

    Returns:
        the file, or nothing when the report has no table.
    """
    sheets = [
        sheet for block in document.exhibits for sheet in block.record.get("sheets", ()) if sheet["columns"]
    ]
    if not sheets:
        return None
    import xlsxwriter

    output.parent.mkdir(parents=True, exist_ok=True)
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "in_memory": True,
    }
    with xlsxwriter.Workbook(str(output), options) as book:
        book.set_properties(
            {"title": document.title, "created": datetime.datetime.combine(facts.as_of, datetime.time())}
        )
        styles = _Styles(book)
        names = sheet_names(
            [
                reader.text("workbook-contents"),
                *(sheet["title"] for sheet in sheets),
                reader.text("workbook-provenance"),
            ]
        )
        _contents(
            book.add_worksheet(names[0]), document, sheets, names=names[1:-1], reader=reader, styles=styles
        )
        for name, sheet in zip(names[1:-1], sheets, strict=True):
            _sheet(book.add_worksheet(name), sheet, styles)
        _provenance(book.add_worksheet(names[-1]), reader, facts, styles)
    return output


def sheet_names(titles: Sequence[str]) -> list[str]:
    """Names that Excel accepts: at most 31 characters, no forbidden ones, none twice whatever the case."""
    taken: set[str] = set()
    names = []
    for place, title in enumerate(titles):
        plain = FORBIDDEN.sub(" ", clean(title)).strip() or f"Sheet {place + 1}"
        name, number = plain[:LONGEST_SHEET_NAME].strip(), 2
        while name.casefold() in taken or name.casefold() == "history":
            tail = f" {number}"
            name, number = plain[: LONGEST_SHEET_NAME - len(tail)].strip() + tail, number + 1
        taken.add(name.casefold())
        names.append(name)
    return names


class _Styles:
    """The cell formats of one workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.title = book.add_format({"bold": True, "font_size": 13})
        self.head = book.add_format(
            {"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom", "bg_color": "#E9EBEE"}
        )
        self.note = book.add_format({"italic": True, "font_color": "#555C66"})
        self.text = book.add_format({"valign": "top"})
        self._kinds: dict[str, Any] = {}

    def of(self, kind: str) -> Any:
        """Format of a kind's cells."""
        if kind not in FORMATS:
            return self.text
        if kind not in self._kinds:
            self._kinds[kind] = self.book.add_format({"num_format": FORMATS[kind], "valign": "top"})
        return self._kinds[kind]


def _contents(
    sheet: Any,
    document: Document,
    sheets: Sequence[Mapping[str, Any]],
    *,
    names: Sequence[str],
    reader: Reader,
    styles: _Styles,
) -> None:
    sheet.write_string(0, 0, clean(document.title), styles.title)
    for place, key in enumerate(("workbook-sheet", "workbook-shows", "workbook-rows")):
        sheet.write_string(2, place, reader.text(key), styles.head)
    for row, (name, entry) in enumerate(zip(names, sheets, strict=True), start=3):
        sheet.write_url(row, 0, f"internal:'{name}'!A1", string=name)
        sheet.write_string(row, 1, clean(entry["title"]))
        sheet.write_number(row, 2, len(entry["rows"]))
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 80)
    sheet.freeze_panes(3, 0)


def _sheet(sheet: Any, entry: Mapping[str, Any], styles: _Styles) -> None:
    sheet.write_string(0, 0, clean(entry["title"]), styles.title)
    head = 2
    for place, column in enumerate(entry["columns"]):
        unit = f" ({column['unit']})" if column.get("unit") else ""
        sheet.write_string(head, place, clean(column["label"]) + unit, styles.head)
        sheet.set_column(place, place, _breadth(column, entry["rows"], place))
    for at, row in enumerate(entry["rows"], start=head + 1):
        for place, (value, column) in enumerate(zip(row, entry["columns"], strict=True)):
            _cell(sheet, at, place, value=value, kind=column["kind"], styles=styles)
    end = head + len(entry["rows"])
    if entry["rows"]:
        sheet.autofilter(head, 0, end, len(entry["columns"]) - 1)
    for line, text in enumerate(entry.get("notes", ()), start=end + 2):
        sheet.write_string(line, 0, clean(text), styles.note)
    sheet.freeze_panes(head + 1, 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(head)


def _cell(sheet: Any, row: int, column: int, *, value: Any, kind: str, styles: _Styles) -> None:
    if value is None:
        return
    if kind in DATES and isinstance(value, str):
        try:
            sheet.write_datetime(row, column, datetime.datetime.fromisoformat(value), styles.of(kind))
        except ValueError:
            sheet.write_string(row, column, clean(value), styles.text)
    elif isinstance(value, bool) or not isinstance(value, int | float):
        sheet.write_string(row, column, clean(value)[:LONGEST_TEXT], styles.text)
    else:
        sheet.write_number(row, column, value, styles.of(kind))


def _breadth(column: Mapping[str, Any], rows: Sequence[Sequence[Any]], place: int) -> float:
    longest = max((_length(str(row[place])) for row in rows[:200] if row[place] is not None), default=0)
    head = min(_length(column["label"]), 22)
    if column["kind"] in FORMATS:
        longest = min(longest + 4, 18)
    return float(min(max(head, longest, 8) + 2, WIDEST))


def _length(text: str) -> int:
    if text.isascii():
        return len(text)
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)


def _provenance(sheet: Any, reader: Reader, facts: ReportFacts, styles: _Styles) -> None:
    scope = scope_name(Scope(facts.scope_dimension, facts.scope_value), reader)
    pairs = [
        (reader.text("page-period"), reader.period(facts.period_key)),
        (reader.text("page-scope"), scope),
        (reader.text("provenance-as-of"), reader.date(facts.as_of)),
        (reader.text("page-run"), facts.run_id),
        (reader.text("page-notebook"), facts.notebook),
        (reader.text("page-fingerprint"), facts.fingerprint),
        *((name, number) for name, number in facts.versions.items()),
        *((name, reader.count(rows)) for name, rows in facts.rows.items()),
        (reader.text("page-rebuild"), facts.rebuild_command),
    ]
    for place, key in enumerate(("workbook-fact", "workbook-value")):
        sheet.write_string(0, place, reader.text(key), styles.head)
    for row, (name, value) in enumerate(((name, value) for name, value in pairs if value), start=1):
        sheet.write_string(row, 0, clean(name))
        sheet.write_string(row, 1, clean(value))
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 70)
    sheet.freeze_panes(1, 0)
