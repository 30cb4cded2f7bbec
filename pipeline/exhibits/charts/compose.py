"""From a drawing to a `Figure`: title, chart at two widths, notes, and the data behind `<details>`."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.exhibits.captions import Captions
from pipeline.exhibits.columns import Column, sheet_of
from pipeline.exhibits.exhibit import Figure
from pipeline.exhibits.markup import clean, escape, tag, token
from pipeline.exhibits.reader import Reader
from pipeline.exhibits.svg import both_widths
from pipeline.exhibits.tables import MOST_ROWS, data_table

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Canvas

Draw = Callable[[float], "Canvas"]


def compose(
    table: pd.DataFrame, columns: Sequence[Column | None], reader: Reader, draw: Draw, captions: Captions
) -> Figure:
    """The figure that `draw(width in pixels)` makes of a table.

    An empty table gives a figure that says there is nothing to show, never an empty frame.

    Args:
        table: what is drawn.
        columns: what stands in the data table; `None` entries are skipped.
        reader: language and formats.
        draw: returns the drawing at a width in pixels.
        captions: the words around it.
    """
    present = [column for column in [*columns, *captions.get("more", ())] if column is not None]
    title, subtitle, note = captions["title"], captions.get("subtitle", ""), captions.get("note", "")
    ident = captions.get("ident") or token("figure", title, subtitle, *(column.label for column in present))
    alt = captions.get("alt") or _alt(table, present, reader, title, subtitle)
    if table.empty:
        chart = tag("p", escape(reader.text("exhibit-empty")), "qd-empty")
        details = ""
    else:
        chart = tag("div", both_widths(draw, clean(alt)), "qd-chart")
        summary = tag("summary", escape(reader.text("figure-data")))
        details = tag("details", summary + data_table(table, present, reader, title), "qd-data")
    caption = tag("p", escape(title), "qd-title") + (
        tag("p", escape(subtitle), "qd-subtitle") if subtitle else ""
    )
    foot = tag("p", escape(note), "qd-note") if note else ""
    html = tag(
        "figure", tag("figcaption", caption) + chart + foot + details, "qd-exhibit qd-figure", id=ident
    )
    sheet = sheet_of(table.head(MOST_ROWS), present, reader, title, [subtitle, note])
    return Figure(html=html, text=f"{title}\n{alt}", title=title, ident=ident, sheets=(sheet,))


def _alt(table: pd.DataFrame, columns: Sequence[Column], reader: Reader, title: str, subtitle: str) -> str:
    parts = [title.rstrip(".。"), subtitle.rstrip(".。")] if subtitle else [title.rstrip(".。")]
    value = next((column for column in columns if column.is_numeric), None)
    if value is not None and not table.empty and table[value.name].notna().any():
        name = columns[0]
        parts += [
            _extreme(
                "alt-highest", int(table[value.name].argmax()), table, name=name, value=value, reader=reader
            )
        ]
        if len(table) > 1:
            parts += [
                _extreme(
                    "alt-lowest",
                    int(table[value.name].argmin()),
                    table,
                    name=name,
                    value=value,
                    reader=reader,
                )
            ]
    stop = "。" if reader.language == "zh" else ". "
    return (stop.join(parts) + stop).strip()


def _extreme(
    key: str, place: int, table: pd.DataFrame, *, name: Column, value: Column, reader: Reader
) -> str:
    row = table.iloc[place]
    written = reader.write(row[name.name], name.kind, dimension=name.dimension)
    return reader.text(key, name=written, value=reader.write(row[value.name], value.kind))
