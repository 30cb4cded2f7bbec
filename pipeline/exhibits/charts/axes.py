"""What all charts share: a panel in pixels, quiet axes, ticks in the reader's formats, direct labels."""

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pipeline.exhibits.columns import Column
from pipeline.exhibits.markup import shorten, width
from pipeline.exhibits.numerals import Unit
from pipeline.exhibits.palette import light
from pipeline.exhibits.reader import Reader
from pipeline.exhibits.svg import canvas

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

TEXT, SMALL = 12.5, 11.5
"""Sizes of text in pixels; the smallest that reads well on a telephone."""
NARROW_BELOW = 500
ROW = 27.0


def is_narrow(chart_width: float) -> bool:
    """Whether the chart is the one for telephones."""
    return chart_width < NARROW_BELOW


def panel(
    chart_width: float,
    chart_height: float,
    *,
    left: float,
    right: float = 14,
    top: float = 12,
    bottom: float = 28,
) -> tuple["Canvas", "Axes"]:
    """A figure and its axes with margins in pixels, without spines or ticks."""
    figure = canvas(chart_width, chart_height)
    span = max(1 - (left + right) / chart_width, 0.05)
    rise = max(1 - (top + bottom) / chart_height, 0.05)
    axes = figure.add_axes((left / chart_width, bottom / chart_height, span, rise))
    axes.patch.set_visible(False)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.tick_params(length=0, labelsize=SMALL, labelcolor=light("soft"), pad=6)
    axes.set_axisbelow(True)
    return figure, axes


def ticks_of(low: float, high: float, most: int = 5) -> list[float]:
    """Round tick positions that span the values."""
    from matplotlib.ticker import MaxNLocator

    if not high > low:
        high = low + (abs(low) or 1.0)
    return [float(tick) for tick in MaxNLocator(most, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)]


def bounds(values: Sequence[float], *, from_zero: bool = True, room: float = 0.06) -> tuple[float, float]:
    """Limits that hold the finite values, zero if asked, and some air; never of width zero."""
    finite = [float(value) for value in values if value is not None and math.isfinite(value)]
    low, high = min(finite, default=0.0), max(finite, default=1.0)
    if from_zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if high == low:
        low, high = (0.0, 1.0) if high == 0 else (low - abs(low) * 0.5, high + abs(high) * 0.5)
    air = (high - low) * room
    return (low - air if low < 0 or not from_zero else low), (
        high + air if high > 0 or not from_zero else high
    )


def tick_writer(
    column: Column, reader: Reader, ticks: Sequence[float], unit: Unit | None
) -> Callable[[float], str]:
    """How a value axis writes its ticks: as few decimals as tell them apart."""
    step = min((abs(b - a) for a, b in pairwise(ticks) if b != a), default=1.0)
    if column.kind == "money" and unit is not None:
        digits = _digits(step / unit.worth)
        return lambda value: reader.number(value / unit.worth, digits)
    if column.kind == "percent":
        digits = _digits(step * 100)
        return lambda value: reader.number(value * 100, digits) + "%"
    digits = _digits(step * (100 if column.kind == "points" else 1))
    factor = 100 if column.kind == "points" else 1
    return lambda value: reader.number(value * factor, digits)


def value_axis(
    axes: "Axes", column: Column, reader: Reader, unit: Unit | None, *, which: str = "y", most: int = 5
) -> float:
    """Grid, ticks and labels of the value axis; returns the width in pixels that the labels need."""
    low, high = axes.get_ylim() if which == "y" else axes.get_xlim()
    ticks = [tick for tick in ticks_of(low, high, most) if low - 1e-9 <= tick <= high + 1e-9]
    if column.kind == "count" or (unit is not None and unit.worth == 1):
        ticks = [tick for tick in ticks if float(tick).is_integer()]
    write = tick_writer(column, reader, ticks, unit)
    labels = [write(tick) for tick in ticks]
    axis = axes.yaxis if which == "y" else axes.xaxis
    axis.set_ticks(ticks, labels)
    axes.grid(visible=True, axis="y" if which == "y" else "x", color=light("rule"), linewidth=1)
    if low < 0 < high:
        (axes.axhline if which == "y" else axes.axvline)(0, color=light("axis"), linewidth=1, zorder=1)
    return max((width(label, SMALL) for label in labels), default=20.0)


def label_room(column: Column, reader: Reader, values: Sequence[float], unit: Unit | None) -> float:
    """Left margin that the labels of a value axis over these values need."""
    low, high = bounds(values)
    ticks = ticks_of(low, high)
    write = tick_writer(column, reader, ticks, unit)
    return max(width(write(tick), SMALL) for tick in ticks) + 10


def unit_label(axes: "Axes", text: str, left: float) -> None:
    """The value axis' unit above its topmost label, flush with the chart's left edge."""
    if text:
        axes.annotate(
            text,
            (0, 1),
            xycoords="axes fraction",
            xytext=(-left, 9),
            textcoords="offset pixels",
            ha="left",
            va="bottom",
            fontsize=SMALL,
            color=light("soft"),
            annotation_clip=False,
        )


def figures_at_edge(axes: "Axes", texts: Sequence[str], right: float, bold: Sequence[bool] = ()) -> None:
    """Each row's figure in the right margin, flush with the chart's edge; rows are at 0, 1, 2, ..."""
    weights = [bold and bold[place] for place in range(len(texts))]
    for place, (text, is_bold) in enumerate(zip(texts, weights, strict=True)):
        axes.annotate(
            text,
            (1, place),
            xycoords=("axes fraction", "data"),
            xytext=(right - 4, 0),
            textcoords="offset pixels",
            ha="right",
            va="center_baseline",
            fontsize=SMALL,
            fontweight="bold" if is_bold else "normal",
            color=light("ink"),
            annotation_clip=False,
        )


def axis_title(column: Column, reader: Reader, unit: Unit | None) -> str:
    """What a value axis measures: the column's name with its unit."""
    if unit is None:
        return column.label
    return reader.text("axis-with-unit", name=column.label, unit=reader.unit_name(unit))


def time_axis(
    axes: "Axes", moments: Sequence[Any], column: Column, reader: Reader, chart_width: float
) -> None:
    """Labels under a time axis whose positions are 0, 1, 2, ...; years where they begin."""
    number = len(moments)
    if number == 0:
        return
    room = 62.0 if column.kind != "month" else (52.0 if reader.language == "zh" else 44.0)
    step = max(1, math.ceil(number * room / max(chart_width - 90, 1)))
    if column.kind == "month" and step > 1:
        step = next((nice for nice in (2, 3, 6, 12, 24, 36, 60) if nice >= step), step)
    offset = _first_tick(moments, step, column)
    places = list(range(offset, number, step))
    labels = [_moment(moments, place, places, column, reader) for place in places]
    if any("\n" in label for label in labels):
        labels = [label if "\n" in label else f"{label}\n " for label in labels]
    axes.set_xticks(places, labels)


def moments_of(table: pd.DataFrame, column: Column) -> list[Any]:
    """The distinct moments of a time column in order."""
    return sorted(table[column.name].dropna().unique())


def category_text(table: pd.DataFrame, column: Column, reader: Reader) -> list[str]:
    """The names of the rows as the reader reads them."""
    return [reader.write(value, column.kind, dimension=column.dimension) for value in table[column.name]]


def spread(positions: Sequence[float], gap: float, most: float = math.inf) -> list[float]:
    """Positions moved apart as little as needed for at least `gap` between neighbours, none beyond `most`."""
    order = np.argsort(positions, kind="stable")
    placed = np.asarray(positions, dtype=float)[order]
    for _ in range(200):
        overlaps = gap - np.diff(placed)
        if not (overlaps > 1e-6).any():
            break
        push = np.clip(overlaps, 0, None) / 2
        placed[:-1] -= push
        placed[1:] += push
    result = np.empty_like(placed)
    result[order] = placed - max(float(placed.max()) - most, 0.0)
    return [float(value) for value in result]


def fitted(
    names: Sequence[str], chart_width: float, share: float = 0.36, size: float = TEXT
) -> tuple[list[str], float]:
    """Row names cut to a share of the chart's width, and the margin that they need."""
    room = min(max((width(name, size) for name in names), default=0.0), chart_width * share)
    return [shorten(name, room + 1, size) for name in names], room + 12


def _digits(step: float) -> int:
    if step <= 0 or not math.isfinite(step):
        return 0
    digits = 0
    while digits < 6 and abs(step * 10**digits - round(step * 10**digits)) > 1e-6 * 10**digits:
        digits += 1
    return digits


def _first_tick(moments: Sequence[Any], step: int, column: Column) -> int:
    if column.kind != "month" or step == 1:
        return (len(moments) - 1) % step
    months = [_stamp(moment).month for moment in moments]
    return next((place for place, month in enumerate(months) if (month - 1) % min(step, 12) == 0), 0)


def _moment(moments: Sequence[Any], place: int, places: Sequence[int], column: Column, reader: Reader) -> str:
    if column.kind not in {"month", "date", "week"}:
        return reader.write(moments[place], column.kind, dimension=column.dimension)
    stamp = _stamp(moments[place])
    first = place == places[0]
    previous = stamp if first else _stamp(moments[places[places.index(place) - 1]])
    year = f"\n{stamp.year}" if first or stamp.year != previous.year else ""
    if column.kind == "month":
        return reader.month(stamp, short=True) + year
    return (f"{stamp.month}月{stamp.day}日" if reader.language == "zh" else f"{stamp.day} {stamp:%b}") + year


def _stamp(moment: Any) -> pd.Timestamp:
    return moment.start_time if isinstance(moment, pd.Period) else pd.Timestamp(moment)
