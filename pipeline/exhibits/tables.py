"""Display tables, declared by columns: aligned figures, bars, intervals, sparklines, totals that add up."""

from collections.abc import Mapping, Sequence
from typing import Any, Unpack

import pandas as pd

from pipeline.exhibits.captions import Captions
from pipeline.exhibits.cells import Scale, cell, scale_of
from pipeline.exhibits.columns import Column, sheet_of, units_of
from pipeline.exhibits.exhibit import Table
from pipeline.exhibits.markup import escape, tag, token, width
from pipeline.exhibits.numerals import Unit, grouped
from pipeline.exhibits.reader import Reader

MOST_ROWS = 2000
"""Rows that the workbook gets of one table at most; a report is no archive."""

SHORT_EMS = 6.0
"""Words up to this width are never broken."""

MONTHS = frozenset({"month", "period"})

MOST_BEHIND = 60
"""Rows of the table behind a figure; the workbook has them all."""


def table(
    frame: pd.DataFrame,
    columns: Sequence[Column],
    reader: Reader,
    *,
    sort: str | Sequence[str] = "",
    ascending: bool = False,
    top: int | None = None,
    other: bool = True,
    total: bool | Mapping[str, Any] = False,
    **captions: Unpack[Captions],
) -> Table:
    """A display table, one row per row of `frame`.

    Args:
        frame: finished numbers in base units.
        columns: what to show, in order; the first names the row.
        reader: language and formats.
        sort: column(s) to order by; by default the frame's own order.
        ascending: smallest first.
        top: rows to show; the rest is summed up in one row `other (n)`; the workbook has all.
        other: whether to show that row.
        total: a row of totals: sums of the columns that add; a mapping gives the values of those that don't.
        captions: title, subtitle, note, ident, and what stands in place of a table without rows.
    """
    ordered = frame.sort_values(sort, ascending=ascending, kind="stable") if sort else frame
    ordered = ordered.reset_index(drop=True)
    units = units_of(columns, ordered, reader)
    scales = {column.name: scale_of(column, ordered) for column in columns}
    shown = ordered if top is None or len(ordered) <= top + 1 else ordered.head(top)
    body = [_row(row, columns, reader, units, scales) for row in shown.to_dict("records")]
    foot = _foot(ordered, shown, columns, reader, units, other=other, total=total)
    title, notes = (
        captions["title"],
        _notes(ordered, shown, columns, reader=reader, units=units, total=total, captions=captions),
    )
    ident = captions.get("ident") or token("table", title, *(column.label for column in columns))
    html = _compose(
        _head(columns, reader, units), body, foot, captions=captions, notes=notes, ident=ident, reader=reader
    )
    sheet = sheet_of(ordered.head(MOST_ROWS), columns, reader, title, notes)
    return Table(
        html=html,
        text=_plain(shown, columns, reader, units, title),
        title=title,
        ident=ident,
        sheets=(sheet,),
    )


def data_table(
    frame: pd.DataFrame, columns: Sequence[Column], reader: Reader, label: str, top: int = MOST_BEHIND
) -> str:
    """The plain table behind a figure, as markup."""
    plain = [
        Column(c.name, c.label, c.kind, low=c.low, high=c.high, dimension=c.dimension, hint=c.hint)
        for c in columns
    ]
    units = units_of(plain, frame, reader)
    rows = [_row(row, plain, reader, units, {}) for row in frame.head(top).to_dict("records")]
    if len(frame) > top:
        more = reader.text("table-more-rows", number=len(frame) - top)
        rows.append(tag("tr", f'<td colspan="{len(plain)}">{escape(more)}</td>'))
    return _grid(_head(plain, reader, units), rows, [], label)


def _head(columns: Sequence[Column], reader: Reader, units: Mapping[str, Unit | None]) -> str:
    heads = []
    for position, column in enumerate(columns):
        unit = units.get(column.name)
        hints = [column.hint] if column.hint else []
        if unit is not None:
            hints.insert(0, reader.unit_name(unit))
        small = tag("small", escape(", ".join(hints))) if hints else ""
        heads.append(tag("th", escape(column.label) + small, _alignment(column, position), scope="col"))
    return tag("tr", "".join(heads))


def _row(
    row: Mapping[Any, Any],
    columns: Sequence[Column],
    reader: Reader,
    units: Mapping[str, Unit | None],
    scales: Mapping[str, Scale | None],
) -> str:
    cells = []
    for position, column in enumerate(columns):
        content = cell(row, column, reader, units.get(column.name), scales.get(column.name))
        css = "qd-short" if _is_short(row, column, reader) else _alignment(column, position)
        cells.append(tag("th", content, css, scope="row") if position == 0 else tag("td", content, css))
    return tag("tr", "".join(cells))


def _is_short(row: Mapping[Any, Any], column: Column, reader: Reader) -> bool:
    """Whether it is a month, or a word so short that no page may break it (sign by sign, in Chinese)."""
    if column.kind in MONTHS:
        return True
    if column.kind not in {"label", "text"} or column.shape not in {"plain", "status"}:
        return False
    text = reader.write(row[column.name], column.kind, dimension=column.dimension)
    return width(text, 1.0) <= SHORT_EMS


def _alignment(column: Column, position: int) -> str:
    """Figures stand at the right, but for those that name the rows."""
    return "qd-number" if column.is_numeric and position else ""


def _foot(
    frame: pd.DataFrame,
    shown: pd.DataFrame,
    columns: Sequence[Column],
    reader: Reader,
    units: Mapping[str, Unit | None],
    *,
    other: bool,
    total: bool | Mapping[str, Any],
) -> list[str]:
    rows = []
    rest = frame.iloc[len(shown) :]
    if len(rest) and other:
        name = reader.text("table-other", number=len(rest))
        rows.append(_sum_row(name, rest, columns, reader=reader, units=units, given={}, css="qd-other"))
    if total is not False:
        given = total if isinstance(total, Mapping) else {}
        rows.append(
            _sum_row(
                reader.text("table-total"),
                frame,
                columns,
                reader=reader,
                units=units,
                given=given,
                css="qd-total",
            )
        )
    return rows


def _sum_row(
    name: str,
    frame: pd.DataFrame,
    columns: Sequence[Column],
    *,
    reader: Reader,
    units: Mapping[str, Unit | None],
    given: Mapping[str, Any],
    css: str,
) -> str:
    cells = [tag("th", escape(name), scope="row")]
    for column in columns[1:]:
        value = given.get(column.name, frame[column.name].sum() if column.adds else None)
        text = "" if value is None else escape(reader.write(value, column.kind, unit=units.get(column.name)))
        cells.append(tag("td", text, "qd-number" if column.is_numeric else ""))
    return tag("tr", "".join(cells), css)


def _notes(
    frame: pd.DataFrame,
    shown: pd.DataFrame,
    columns: Sequence[Column],
    *,
    reader: Reader,
    units: Mapping[str, Unit | None],
    total: bool | Mapping[str, Any],
    captions: Captions,
) -> list[str]:
    notes = [captions["note"]] if captions.get("note") else []
    if total is not False and any(_rounding_shows(frame, shown, column, units) for column in columns[1:]):
        notes.append(reader.text("table-rounding"))
    return notes


def _rounding_shows(
    frame: pd.DataFrame, shown: pd.DataFrame, column: Column, units: Mapping[str, Unit | None]
) -> bool:
    unit = units.get(column.name)
    if not column.adds or unit is None:
        return False
    worth, digits = unit.worth, unit.decimals
    rest = float(frame[column.name].iloc[len(shown) :].sum())
    parts = [*shown[column.name].fillna(0), rest]
    of_parts = sum(round(float(part) / worth, digits) for part in parts)
    return grouped(of_parts, digits) != grouped(float(frame[column.name].sum()) / worth, digits)


def _compose(
    head: str,
    body: list[str],
    foot: list[str],
    *,
    captions: Captions,
    notes: list[str],
    ident: str,
    reader: Reader,
) -> str:
    title = tag("p", escape(captions["title"]), "qd-title")
    subtitle = tag("p", escape(captions["subtitle"]), "qd-subtitle") if captions.get("subtitle") else ""
    if body:
        grid = _grid(head, body, foot, captions["title"])
    else:
        grid = tag("p", escape(captions.get("empty") or reader.text("exhibit-empty")), "qd-empty")
    notes_html = "".join(tag("p", escape(text), "qd-note") for text in notes)
    caption = tag("figcaption", title + subtitle)
    return tag("figure", caption + grid + notes_html, "qd-exhibit qd-table", id=ident)


def _grid(head: str, body: list[str], foot: list[str], label: str) -> str:
    feet = tag("tfoot", "".join(foot)) if foot else ""
    grid = tag("table", tag("thead", head) + tag("tbody", "".join(body)) + feet)
    return f'<div class="qd-scroll" role="region" tabindex="0" aria-label="{escape(label)}">{grid}</div>'


def _plain(
    frame: pd.DataFrame,
    columns: Sequence[Column],
    reader: Reader,
    units: Mapping[str, Unit | None],
    title: str,
) -> str:
    heads = [column.label for column in columns if column.shape != "sparkline"]
    lines = [heads] + [
        [
            reader.write(
                row[column.name], column.kind, unit=units.get(column.name), dimension=column.dimension
            )
            for column in columns
            if column.shape != "sparkline"
        ]
        for row in frame.head(40).to_dict("records")
    ]
    widths = [max(int(width(line[at], 2)) for line in lines) for at in range(len(heads))]
    padded = [
        "  ".join(text + " " * (room - int(width(text, 2))) for text, room in zip(line, widths, strict=True))
        for line in lines
    ]
    return "\n".join([title, "", *(line.rstrip() for line in padded)])
