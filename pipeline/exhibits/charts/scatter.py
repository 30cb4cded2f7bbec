"""Points by two measures, sized and coloured by two more; the notable ones named, many rasterised."""

import math
from typing import TYPE_CHECKING, Unpack

import numpy as np
import pandas as pd

from pipeline.exhibits.captions import Captions
from pipeline.exhibits.charts.axes import (
    SMALL,
    axis_title,
    bounds,
    is_narrow,
    label_room,
    panel,
    unit_label,
    value_axis,
)
from pipeline.exhibits.charts.compose import compose
from pipeline.exhibits.charts.legend import LINE, Entry, legend, rows_of
from pipeline.exhibits.columns import Column, unit_of
from pipeline.exhibits.exhibit import Figure
from pipeline.exhibits.markup import shorten, width
from pipeline.exhibits.palette import MIDTONES, SERIES, light
from pipeline.exhibits.reader import Reader

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

RASTERISED_ABOVE = 400
MARKERS = ("o", "s", "^", "D", "v", "P")


def scatter(
    table: pd.DataFrame,
    reader: Reader,
    *,
    x: Column,
    y: Column,
    size: Column | None = None,
    group: Column | None = None,
    name: Column | None = None,
    label_top: int = 8,
    splits: tuple[float, float] | None = None,
    quadrants: tuple[str, str, str, str] = ("", "", "", ""),
    **captions: Unpack[Captions],
) -> Figure:
    """Points or bubbles, one per row.

    Args:
        table: one row per point.
        reader: language and formats.
        x: runs to the right.
        y: runs up.
        size: area of the bubbles.
        group: colours and shapes, at most six, in order of appearance.
        name: names the points; the `label_top` largest (by size, else by y) carry it.
        label_top: how many points to name.
        splits: two values that part the panel into quadrants.
        quadrants: their names: top left, top right, bottom left, bottom right.
        captions: title, subtitle, note, alt, ident, more.
    """

    def draw(chart_width: float) -> "Canvas":
        return _draw(
            table,
            reader,
            x,
            y=y,
            size=size,
            group=group,
            name=name,
            label_top=label_top,
            splits=splits,
            quadrants=quadrants,
            chart_width=chart_width,
        )

    return compose(table, (name, group, x, y, size), reader, draw, captions)


def _draw(
    table: pd.DataFrame,
    reader: Reader,
    x: Column,
    *,
    y: Column,
    size: Column | None,
    group: Column | None,
    name: Column | None,
    label_top: int,
    splits: tuple[float, float] | None,
    quadrants: tuple[str, str, str, str],
    chart_width: float,
) -> "Canvas":
    unit_x, unit_y = unit_of(x, table, reader), unit_of(y, table, reader)
    spots_x, spots_y = ([float(v) for v in table[c.name].dropna()] for c in (x, y))
    left = label_room(y, reader, spots_y, unit_y)
    entries = _entries(table, group, reader)
    rows = len(rows_of(entries, chart_width - 16)) if entries else 0
    height = (300.0 if is_narrow(chart_width) else 400.0) + rows * LINE
    figure, axes = panel(
        chart_width, height, left=left, right=18, top=30 + (rows * LINE + 6 if rows else 0), bottom=46
    )
    axes.set_xlim(*bounds([*spots_x, *(splits[:1] if splits else ())]))
    axes.set_ylim(*bounds([*spots_y, *(splits[1:] if splits else ())]))
    value_axis(axes, y, reader, unit_y)
    value_axis(axes, x, reader, unit_x, which="x", most=3 if is_narrow(chart_width) else 6)
    unit_label(axes, axis_title(y, reader, unit_y), left)
    axes.set_xlabel(axis_title(x, reader, unit_x), fontsize=SMALL, color=light("soft"), labelpad=5)
    if entries:
        legend(axes, entries, chart_width - 16, left)
    if splits is not None:
        _quadrants(axes, splits, quadrants, (chart_width - left) * 0.42)
    _points(axes, table, x, y=y, size=size, group=group)
    if name is not None and len(table) <= RASTERISED_ABOVE:
        few = label_top // 2 if is_narrow(chart_width) else label_top
        _names(axes, table, x, y=y, size=size, name=name, reader=reader, few=few, room=(chart_width, left))
    return figure


def _entries(table: pd.DataFrame, group: Column | None, reader: Reader) -> list[Entry]:
    if group is None:
        return []
    keys = list(dict.fromkeys(table[group.name]))[: len(SERIES)]
    colours = _colours(len(table))
    return [
        Entry(reader.write(key, group.kind, dimension=group.dimension), colour)
        for key, colour in zip(keys, colours, strict=False)
    ]


def _colours(points: int) -> list[str]:
    return list(MIDTONES) if points > RASTERISED_ABOVE else [light(role) for role in SERIES]


def _points(
    axes: "Axes", table: pd.DataFrame, x: Column, *, y: Column, size: Column | None, group: Column | None
) -> None:
    many = len(table) > RASTERISED_ABOVE
    areas = _areas(table, size, many)
    keys = list(dict.fromkeys(table[group.name]))[: len(SERIES)] if group is not None else [None]
    for rank, key in enumerate(keys):
        chosen = np.ones(len(table), dtype=bool) if group is None else (table[group.name] == key).to_numpy()
        colour = light("main") if group is None and not many else _colours(len(table))[rank]
        axes.scatter(
            table[x.name][chosen],
            table[y.name][chosen],
            s=areas[chosen],
            c=colour,
            marker=MARKERS[rank],
            alpha=0.35 if many else 0.72,
            linewidths=0 if many else 0.8,
            edgecolors="none" if many else light("paper"),
            rasterized=many,
            zorder=3,
        )


def _areas(table: pd.DataFrame, size: Column | None, many: bool) -> np.ndarray:
    if size is None:
        return np.full(len(table), 10.0 if many else 34.0)
    amounts = table[size.name].fillna(0).clip(lower=0).to_numpy(dtype=float)
    return 8 + (120 if many else 520) * amounts / (amounts.max() or 1.0)


def _quadrants(
    axes: "Axes", splits: tuple[float, float], quadrants: tuple[str, str, str, str], room: float
) -> None:
    axes.axvline(splits[0], color=light("axis"), linewidth=1, linestyle=(0, (4, 3)))
    axes.axhline(splits[1], color=light("axis"), linewidth=1, linestyle=(0, (4, 3)))
    corners = (
        (0.01, 0.985, "left", "top"),
        (0.99, 0.985, "right", "top"),
        (0.01, 0.015, "left", "bottom"),
        (0.99, 0.015, "right", "bottom"),
    )
    for text, (across, up, side, edge) in zip(quadrants, corners, strict=True):
        if text:
            axes.annotate(
                shorten(text, room, SMALL),
                (across, up),
                xycoords="axes fraction",
                ha=side,
                va=edge,
                fontsize=SMALL,
                fontweight="bold",
                color=light("soft"),
                zorder=6,
            )


def _names(
    axes: "Axes",
    table: pd.DataFrame,
    x: Column,
    *,
    y: Column,
    size: Column | None,
    name: Column,
    reader: Reader,
    few: int,
    room: tuple[float, float],
) -> None:
    chart_width, left = room
    ranked = table.nlargest(few, (size or y).name)
    taken: list[tuple[float, float, float]] = []
    (x0, x1), (y0, y1) = axes.get_xlim(), axes.get_ylim()
    span, rise = chart_width - left - 18, axes.get_window_extent().height
    areas = _areas(ranked, size, many=False)
    for row, area in zip(ranked.to_dict("records"), areas, strict=True):
        gap = math.sqrt(area / math.pi) + 5
        if not (math.isfinite(row[x.name]) and math.isfinite(row[y.name])):
            continue
        text = shorten(
            reader.write(row[name.name], name.kind, dimension=name.dimension), chart_width * 0.24, SMALL
        )
        px, py = (row[x.name] - x0) / (x1 - x0) * span, (row[y.name] - y0) / (y1 - y0) * rise
        to_left = px > span * 0.7
        start = px - width(text, SMALL) - gap if to_left else px + gap
        if any(
            abs(py - other) < 13 and start < end and start + width(text, SMALL) > begin
            for begin, end, other in taken
        ):
            continue
        taken.append((start, start + width(text, SMALL), py))
        axes.annotate(
            text,
            (row[x.name], row[y.name]),
            xytext=(-gap if to_left else gap, 0),
            textcoords="offset pixels",
            ha="right" if to_left else "left",
            va="center_baseline",
            fontsize=SMALL,
            color=light("ink"),
            zorder=7,
        )
