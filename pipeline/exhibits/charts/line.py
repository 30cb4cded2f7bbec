"""Lines over time with intervals, forecasts dashed, names at the lines' ends."""

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
import pandas as pd

from pipeline.exhibits.captions import Captions
from pipeline.exhibits.charts.axes import (
    SMALL,
    TEXT,
    axis_title,
    bounds,
    is_narrow,
    label_room,
    moments_of,
    panel,
    spread,
    time_axis,
    unit_label,
    value_axis,
)
from pipeline.exhibits.charts.compose import compose
from pipeline.exhibits.columns import Column, unit_of
from pipeline.exhibits.exhibit import Figure
from pipeline.exhibits.markup import shorten, width
from pipeline.exhibits.palette import SERIES, light
from pipeline.exhibits.reader import Reader

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

MOST_LINES = len(SERIES)
MARKERS = ("o", "s", "^", "D", "v", "P")


def line(
    table: pd.DataFrame,
    reader: Reader,
    *,
    moment: Column,
    value: Column,
    group: Column | None = None,
    forecast_from: datetime.date | None = None,
    reference: tuple[float, str] | None = None,
    from_zero: bool = True,
    step: bool = False,
    **captions: Unpack[Captions],
) -> Figure:
    """Lines, one per group; an interval (`value.low`, `value.high`) is drawn as a band.

    Args:
        table: one row per moment and group.
        reader: language and formats.
        moment: what runs to the right: months, weeks, dates, numbers or ordered classes.
        value: heights, with interval where known.
        group: splits into lines, at most six; the first is drawn strongest.
        forecast_from: moments from this day on are forecasts: dashed, on a shaded ground.
        reference: a value and its name, drawn across.
        from_zero: whether the value axis contains zero.
        step: hold each value until the next moment (survival curves).
        captions: title, subtitle, note, alt, ident, more.
    """

    def draw(chart_width: float) -> "Canvas":
        return _draw(
            table,
            reader,
            moment,
            value=value,
            group=group,
            forecast_from=forecast_from,
            reference=reference,
            chart_width=chart_width,
            from_zero=from_zero,
            step=step,
        )

    return compose(table, (moment, group, value), reader, draw, captions)


def _draw(
    table: pd.DataFrame,
    reader: Reader,
    moment: Column,
    *,
    value: Column,
    group: Column | None,
    forecast_from: datetime.date | None,
    reference: tuple[float, str] | None,
    chart_width: float,
    from_zero: bool,
    step: bool,
) -> "Canvas":
    unit = unit_of(value, table, reader)
    moments = moments_of(table, moment)
    place_of = {when: place for place, when in enumerate(moments)}
    lines = _lines(table, group, reader)
    columns = [column for column in (value.name, value.low, value.high) if column]
    spots = [float(v) for column in columns for v in table[column].dropna()] + (
        [reference[0]] if reference else []
    )
    left = label_room(value, reader, spots, unit)
    names = [shorten(name, chart_width * 0.26, TEXT) for name, _ in lines] if group else []
    right = max((width(name, TEXT) for name in names), default=0.0) + (18 if names else 14)
    height = 250.0 if is_narrow(chart_width) else 300.0
    figure, axes = panel(chart_width, height, left=left, right=right, top=30, bottom=40)
    axes.set_xlim(-0.4, max(len(moments) - 0.6, 0.6))
    axes.set_ylim(*bounds(spots, from_zero=from_zero))
    value_axis(axes, value, reader, unit)
    unit_label(axes, axis_title(value, reader, unit), left)
    split = _split(moments, forecast_from)
    if forecast_from is not None and split < len(moments):
        _ground(axes, split, len(moments), reader)
    ends = []
    for rank, (_, part) in enumerate(lines):
        xs = [place_of[when] for when in part[moment.name]]
        ends.append(
            _line(axes, xs, part, value=value, rank=rank, split=split, step=step, alone=group is None)
        )
    if names:
        _end_labels(axes, names, ends, height - 70)
    if reference is not None:
        _reference(axes, reference)
    time_axis(axes, moments, moment, reader, chart_width)
    return figure


def _lines(table: pd.DataFrame, group: Column | None, reader: Reader) -> list[tuple[str, pd.DataFrame]]:
    if group is None:
        return [("", table)]
    keys = list(dict.fromkeys(table[group.name]))[:MOST_LINES]
    return [
        (reader.write(key, group.kind, dimension=group.dimension), table[table[group.name] == key])
        for key in keys
    ]


def _split(moments: Sequence[Any], forecast_from: datetime.date | None) -> int:
    if forecast_from is None:
        return len(moments)
    start = pd.Timestamp(forecast_from)
    stamps = [when.start_time if isinstance(when, pd.Period) else pd.Timestamp(when) for when in moments]
    return next((place for place, stamp in enumerate(stamps) if stamp >= start), len(moments))


def _ground(axes: "Axes", split: int, number: int, reader: Reader) -> None:
    axes.axvspan(split - 0.5, number, color=light("panel"), linewidth=0, zorder=0)
    low, high = axes.get_xlim()
    start = max(split - 0.5, low)
    room = (high - start) / (high - low) * axes.get_window_extent().width
    is_late = room < width(reader.text("chart-forecast"), SMALL) + 8
    axes.annotate(
        reader.text("chart-forecast"),
        (start, 1),
        xycoords=("data", "axes fraction"),
        xytext=(-6 if is_late else 6, -4),
        textcoords="offset pixels",
        ha="right" if is_late else "left",
        va="top",
        fontsize=SMALL,
        color=light("soft"),
    )


def _line(
    axes: "Axes",
    xs: list[int],
    part: pd.DataFrame,
    *,
    value: Column,
    rank: int,
    split: int,
    step: bool,
    alone: bool,
) -> tuple[float, float]:
    """Draw one line and its band; returns where its name goes."""
    order = np.argsort(xs, kind="stable")
    x = np.asarray(xs)[order]
    y = part[value.name].to_numpy(dtype=float)[order]
    colour = light("main") if alone else light(SERIES[rank])
    style = "steps-post" if step else "default"
    if value.low and value.high:
        low, high = (part[end].to_numpy(dtype=float)[order] for end in (value.low, value.high))
        band = light("band") if alone else colour
        axes.fill_between(
            x,
            low,
            high,
            color=band,
            alpha=1 if alone else 0.16,
            linewidth=0,
            zorder=1,
            step="post" if step else None,
        )
        if len(x) == 1:
            axes.vlines(x, low, high, color=colour, linewidth=1.6)
    weight = 2.6 if rank == 0 else 2.0
    known = x < split
    axes.plot(
        x[known], y[known], color=colour, linewidth=weight, drawstyle=style, zorder=3, solid_capstyle="round"
    )
    ahead = x >= split - 1
    if (x >= split).any():
        axes.plot(
            x[ahead],
            y[ahead],
            color=colour,
            linewidth=weight,
            linestyle=(0, (3, 2)),
            drawstyle=style,
            zorder=3,
        )
    finite = np.isfinite(y)
    if not finite.any():
        return 0.0, float("nan")
    few = finite.sum() <= 16
    spots = finite if few and not step else np.flatnonzero(finite)[-1:]
    axes.plot(
        x[spots],
        y[spots],
        MARKERS[0 if alone else rank],
        color=colour,
        markersize=4.6,
        linestyle="none",
        zorder=4,
    )
    last = np.flatnonzero(finite)[-1]
    return float(x[last]), float(y[last])


def _end_labels(
    axes: "Axes", names: Sequence[str], ends: Sequence[tuple[float, float]], pixels: float
) -> None:
    low, high = axes.get_ylim()
    heights = [(y - low) / (high - low) * pixels if np.isfinite(y) else 0.0 for _, y in ends]
    placed = spread(heights, SMALL + 4, pixels)
    for name, moved, (_, y) in zip(names, placed, ends, strict=True):
        if np.isfinite(y):
            axes.annotate(
                name,
                (1, moved / pixels),
                xycoords="axes fraction",
                xytext=(10, 0),
                textcoords="offset pixels",
                ha="left",
                va="center_baseline",
                fontsize=TEXT,
                color=light("ink"),
                annotation_clip=False,
            )
    right = axes.get_xlim()[1]
    for rank, (moved, (x, y)) in enumerate(zip(placed, ends, strict=True)):
        if np.isfinite(y):
            axes.plot(
                [x, right],
                [y, low + moved / pixels * (high - low)],
                color=light(SERIES[rank]),
                linewidth=0.8,
                clip_on=False,
                zorder=2,
            )


def _reference(axes: "Axes", reference: tuple[float, str]) -> None:
    level, text = reference
    axes.axhline(level, color=light("accent"), linewidth=1.3, linestyle=(0, (4, 3)), zorder=2)
    axes.annotate(
        text,
        (0, level),
        xycoords=("axes fraction", "data"),
        xytext=(4, 4),
        textcoords="offset pixels",
        ha="left",
        va="bottom",
        fontsize=SMALL,
        color=light("accent"),
    )
