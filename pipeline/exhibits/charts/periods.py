"""Upright columns over time or over ordered classes, with targets and the same period a year before."""

from typing import TYPE_CHECKING, Unpack

import pandas as pd

from pipeline.exhibits.captions import Captions
from pipeline.exhibits.charts.axes import (
    SMALL,
    axis_title,
    bounds,
    is_narrow,
    label_room,
    panel,
    time_axis,
    unit_label,
    value_axis,
)
from pipeline.exhibits.charts.compose import compose
from pipeline.exhibits.charts.legend import LINE, Entry, legend, rows_of
from pipeline.exhibits.columns import Column, unit_of
from pipeline.exhibits.exhibit import Figure
from pipeline.exhibits.palette import light
from pipeline.exhibits.reader import Reader

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Canvas

FEWEST = 6
"""Columns for which there is room at least, so that one alone is no wall."""


def periods(
    table: pd.DataFrame,
    reader: Reader,
    *,
    moment: Column,
    value: Column,
    target: Column | None = None,
    compare: Column | None = None,
    highlight: str = "",
    **captions: Unpack[Captions],
) -> Figure:
    """One column per row, in the frame's order.

    Args:
        table: one row per moment or class, in order.
        reader: language and formats.
        moment: names the columns: months, weeks, or the classes of a histogram.
        value: their heights, with interval where known.
        target: a mark across each column.
        compare: pale columns behind, such as the same month a year before.
        highlight: boolean column; true columns are set off, the others pale (the month of the report).
        captions: title, subtitle, note, alt, ident, more.
    """

    def draw(chart_width: float) -> "Canvas":
        return _draw(
            table.reset_index(drop=True),
            reader,
            moment,
            value=value,
            target=target,
            compare=compare,
            highlight=highlight,
            chart_width=chart_width,
        )

    return compose(table, (moment, value, target, compare), reader, draw, captions)


def _draw(
    table: pd.DataFrame,
    reader: Reader,
    moment: Column,
    *,
    value: Column,
    target: Column | None,
    compare: Column | None,
    highlight: str,
    chart_width: float,
) -> "Canvas":
    drawn = [column.name for column in (value, target, compare) if column is not None]
    drawn += [end for end in (value.low, value.high) if end]
    spots = [float(v) for name in drawn for v in table[name].dropna()]
    unit = reader.money_unit(spots) if value.kind == "money" else unit_of(value, table, reader)
    left = label_room(value, reader, spots, unit)
    entries = _entries(value, target, compare)
    top = 30.0 + (LINE * len(rows_of(entries, chart_width - 20)) + 6 if entries else 0)
    height = (190.0 if is_narrow(chart_width) else 240.0) + top
    figure, axes = panel(chart_width, height, left=left, right=10, top=top, bottom=40)
    places = list(range(len(table)))
    spare = max(FEWEST - len(table), 0) / 2
    axes.set_xlim(-0.6 - spare, len(table) - 0.4 + spare)
    axes.set_ylim(*bounds(spots))
    value_axis(axes, value, reader, unit)
    unit_label(axes, axis_title(value, reader, unit), left)
    breadth = 0.5 if compare is not None else 0.7
    if compare is not None:
        axes.bar(
            [place - 0.16 for place in places],
            table[compare.name].fillna(0),
            width=breadth,
            color=light("muted"),
        )
    flags = table[highlight].fillna(value=False).astype(bool) if highlight else [True] * len(table)
    colours = [light("main") if flag else light("series5") for flag in flags]
    shift = 0.12 if compare is not None else 0.0
    axes.bar(
        [place + shift for place in places],
        table[value.name].fillna(0),
        width=breadth,
        color=colours,
        zorder=3,
    )
    if value.low and value.high:
        spine = [place + shift for place in places]
        axes.vlines(spine, table[value.low], table[value.high], color=light("paper"), linewidth=4, zorder=4)
        axes.vlines(spine, table[value.low], table[value.high], color=light("ink"), linewidth=1.5, zorder=4)
    if target is not None:
        half = 0.38
        axes.hlines(
            table[target.name],
            [p + shift - half for p in places],
            [p + shift + half for p in places],
            color=light("accent"),
            linewidth=2.4,
            zorder=5,
        )
    if entries:
        legend(axes, entries, chart_width - 20, left)
    time_axis(axes, list(table[moment.name]), moment, reader, chart_width)
    axes.tick_params(axis="x", labelsize=SMALL)
    return figure


def _entries(value: Column, target: Column | None, compare: Column | None) -> list[Entry]:
    if target is None and compare is None:
        return []
    entries = [Entry(value.label, light("main"))]
    if compare is not None:
        entries.append(Entry(compare.label, light("muted")))
    if target is not None:
        entries.append(Entry(target.label, light("accent"), is_line=True))
    return entries
