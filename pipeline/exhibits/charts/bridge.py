"""A bridge (waterfall): from one total to another through the steps between."""

from typing import TYPE_CHECKING, Unpack

import pandas as pd

from pipeline.exhibits.captions import Captions
from pipeline.exhibits.charts.axes import (
    ROW,
    SMALL,
    TEXT,
    bounds,
    category_text,
    figures_at_edge,
    fitted,
    panel,
)
from pipeline.exhibits.charts.compose import compose
from pipeline.exhibits.columns import Column
from pipeline.exhibits.exhibit import Figure
from pipeline.exhibits.markup import width
from pipeline.exhibits.palette import light
from pipeline.exhibits.reader import Reader

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas


def bridge(
    table: pd.DataFrame,
    reader: Reader,
    *,
    name: Column,
    value: Column,
    is_total: str = "is_total",
    **captions: Unpack[Captions],
) -> Figure:
    """Horizontal steps, read from the top: totals start at zero, the others add to what stands above.

    Args:
        table: one row per total or step, in order.
        reader: language and formats.
        name: names the rows.
        value: totals, and signed steps between them.
        is_total: boolean column.
        captions: title, subtitle, note, alt, ident, more.
    """

    def draw(chart_width: float) -> "Canvas":
        return _draw(
            table.reset_index(drop=True),
            reader,
            name,
            value=value,
            is_total=is_total,
            chart_width=chart_width,
        )

    return compose(table, (name, value), reader, draw, captions)


def _draw(
    table: pd.DataFrame, reader: Reader, name: Column, *, value: Column, is_total: str, chart_width: float
) -> "Canvas":
    flags = table[is_total].astype(bool).tolist()
    spans = _spans(table[value.name].fillna(0.0).tolist(), flags)
    short, left = fitted(category_text(table, name, reader), chart_width, 0.36)
    texts = [
        _step(amount, flag, value, reader) for amount, flag in zip(table[value.name], flags, strict=True)
    ]
    right = max(width(text, SMALL) for text in texts) + 14
    figure, axes = panel(chart_width, 14 + (ROW + 3) * len(table), left=left, right=right, top=6, bottom=8)
    axes.set_xlim(*bounds([end for span in spans for end in span], room=0.02))
    axes.set_ylim(len(table) - 0.5, -0.5)
    axes.set_xticks([])
    axes.set_yticks(range(len(table)), short)
    axes.tick_params(axis="y", labelsize=TEXT, labelcolor=light("ink"), pad=8)
    axes.axvline(0, color=light("axis"), linewidth=1, zorder=1)
    _bars(axes, spans, flags)
    figures_at_edge(axes, texts, right, flags)
    return figure


def _spans(values: list[float], flags: list[bool]) -> list[tuple[float, float]]:
    """Start and end of each bar."""
    spans, level = [], 0.0
    for value, total in zip(values, flags, strict=True):
        start = 0.0 if total else level
        level = value if total else level + value
        spans.append((start, level))
    return spans


def _bars(axes: "Axes", spans: list[tuple[float, float]], flags: list[bool]) -> None:
    for place, ((start, end), total) in enumerate(zip(spans, flags, strict=True)):
        role = "main" if total else "good" if end >= start else "bad"
        axes.barh(place, end - start, left=start, height=0.64, color=light(role), zorder=2)
        if place + 1 < len(spans):
            axes.vlines(end, place + 0.32, place + 0.68, color=light("axis"), linewidth=1)


def _step(amount: float, total: bool, value: Column, reader: Reader) -> str:
    if total or value.kind not in {"money", "count"}:
        return reader.write(amount, value.kind)
    return reader.money(amount, signed=True) if value.kind == "money" else reader.count(amount, signed=True)
