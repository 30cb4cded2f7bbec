"""Ranked horizontal bars with intervals, numbers of cases, targets and a reference line."""

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
    is_narrow,
    panel,
)
from pipeline.exhibits.charts.compose import compose
from pipeline.exhibits.columns import Column, unit_of
from pipeline.exhibits.exhibit import Figure
from pipeline.exhibits.markup import width
from pipeline.exhibits.numerals import ABSENT, Unit
from pipeline.exhibits.palette import light
from pipeline.exhibits.reader import Reader

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas


def bars(
    table: pd.DataFrame,
    reader: Reader,
    *,
    name: Column,
    value: Column,
    cases: Column | None = None,
    target: Column | None = None,
    highlight: str = "",
    reference: tuple[float, str] | None = None,
    top: int = 25,
    **captions: Unpack[Captions],
) -> Figure:
    """Horizontal bars, one per row, in the frame's order; negative values point left.

    Args:
        table: one row per bar.
        reader: language and formats.
        name: names the bars.
        value: their lengths; with `low` and `high`, the interval is drawn and written.
        cases: number of cases behind each bar, written beside its name.
        target: a mark on each bar.
        highlight: boolean column; true bars are set off, the others pale.
        reference: a value and its name, drawn as a line across (the company's mean).
        top: bars to draw; the rest stands in the data table.
        captions: title, subtitle, note, alt, ident, more.
    """
    shown = table.head(top).reset_index(drop=True)
    more = len(table) - len(shown)
    if more:
        hint = reader.text("figure-more", number=more)
        captions["note"] = f"{hint} {captions.get('note', '')}".strip()

    def draw(chart_width: float) -> "Canvas":
        return _draw(
            shown,
            reader,
            name,
            value=value,
            cases=cases,
            target=target,
            highlight=highlight,
            reference=reference,
            chart_width=chart_width,
        )

    return compose(table, (name, value, cases, target), reader, draw, captions)


def _draw(
    table: pd.DataFrame,
    reader: Reader,
    name: Column,
    *,
    value: Column,
    cases: Column | None,
    target: Column | None,
    highlight: str,
    reference: tuple[float, str] | None,
    chart_width: float,
) -> "Canvas":
    unit = unit_of(value, table, reader)
    names = category_text(table, name, reader)
    tails = (
        [f" ({reader.count(number)})" for number in table[cases.name]]
        if cases is not None
        else [""] * len(names)
    )
    share = 0.40 if is_narrow(chart_width) else 0.34
    tail_room = max(map(width, tails), default=0.0)
    short, left = fitted(names, chart_width, share - tail_room / chart_width)
    left += tail_room
    figures = [
        _written(row, value, reader, unit, with_ends=_has_ends(value, chart_width))
        for row in table.to_dict("records")
    ]
    right = max(width(text, SMALL) for text in figures) + 16
    unit_head = reader.unit_name(unit) if unit is not None and _has_ends(value, chart_width) else ""
    top = 26 if reference is not None or unit_head else 6
    figure, axes = panel(chart_width, top + 8 + ROW * len(table), left=left, right=right, top=top, bottom=8)
    _bars(axes, table, value, target, highlight)
    columns = [value.name, *(c for c in (value.low, value.high, target.name if target else "") if c)]
    spots = [float(v) for column in columns for v in table[column].dropna()]
    axes.set_xlim(*bounds([*spots, *([reference[0]] if reference else [])], room=0.02))
    axes.set_ylim(len(table) - 0.5, -0.5)
    axes.set_xticks([])
    axes.set_yticks(range(len(table)), [a + b for a, b in zip(short, tails, strict=True)])
    axes.tick_params(axis="y", labelsize=TEXT, labelcolor=light("ink"), pad=8)
    if min(spots, default=0) < 0:
        axes.axvline(0, color=light("axis"), linewidth=1)
    figures_at_edge(axes, figures, right)
    if unit_head:
        axes.annotate(
            unit_head,
            (1, 1),
            xycoords="axes fraction",
            xytext=(right - 4, 5),
            textcoords="offset pixels",
            ha="right",
            va="bottom",
            fontsize=SMALL,
            color=light("soft"),
            annotation_clip=False,
        )
    if reference is not None:
        reference_line(axes, reference)
    return figure


def _has_ends(value: Column, chart_width: float) -> bool:
    return bool(value.low and value.high) and not is_narrow(chart_width)


def reference_line(axes: "Axes", reference: tuple[float, str]) -> None:
    """A dashed line across the bars with its name above, kept inside the panel."""
    position, text = reference
    axes.axvline(position, color=light("accent"), linewidth=1.2, linestyle=(0, (4, 3)), zorder=4)
    low, high = axes.get_xlim()
    share = (position - low) / (high - low)
    side = "left" if share < 0.33 else "right" if share > 0.67 else "center"
    axes.annotate(
        text,
        (position, 1),
        xycoords=("data", "axes fraction"),
        xytext=(0, 5),
        textcoords="offset pixels",
        ha=side,
        va="bottom",
        fontsize=SMALL,
        color=light("accent"),
        annotation_clip=False,
    )


def _bars(axes: "Axes", table: pd.DataFrame, value: Column, target: Column | None, highlight: str) -> None:
    places = range(len(table))
    flags = (
        table[highlight].fillna(value=False).astype(bool)
        if highlight
        else pd.Series(data=True, index=table.index)
    )
    amounts = table[value.name].fillna(0.0)
    colours = [
        light("bad" if amount < 0 else "main") if flag else light("muted")
        for flag, amount in zip(flags, amounts, strict=True)
    ]
    axes.barh(places, amounts, height=0.62, color=colours, zorder=2)
    if value.low and value.high:
        axes.hlines(
            places, table[value.low], table[value.high], color=light("paper"), linewidth=4.5, zorder=3
        )
        axes.hlines(places, table[value.low], table[value.high], color=light("ink"), linewidth=1.6, zorder=3)
    if target is not None:
        for place, mark in zip(places, table[target.name], strict=True):
            axes.vlines(mark, place - 0.42, place + 0.42, color=light("ink"), linewidth=2.4, zorder=4)


def _written(row: dict, value: Column, reader: Reader, unit: Unit | None, *, with_ends: bool) -> str:  # type: ignore[type-arg]
    text = reader.write(row[value.name], value.kind)
    if not with_ends or text == ABSENT:
        return text
    low, high = (reader.write(row[end], value.kind, unit=unit) for end in (value.low, value.high))
    interval = reader.text("format-interval", low=low, high=high)
    return reader.text(
        "format-with-interval", value=reader.write(row[value.name], value.kind, unit=unit), interval=interval
    )
