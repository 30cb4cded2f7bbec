"""Dots with intervals, one row per group: rates with few cases, odds ratios, effects."""

import math
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
    value_axis,
)
from pipeline.exhibits.charts.bars import reference_line
from pipeline.exhibits.charts.compose import compose
from pipeline.exhibits.columns import Column, unit_of
from pipeline.exhibits.exhibit import Figure
from pipeline.exhibits.markup import width
from pipeline.exhibits.palette import light
from pipeline.exhibits.reader import Reader

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas


def forest(
    table: pd.DataFrame,
    reader: Reader,
    *,
    name: Column,
    value: Column,
    cases: Column | None = None,
    beside: Column | None = None,
    reference: tuple[float, str] | None = None,
    log: bool = False,
    top: int = 30,
    both_ends: bool = False,
    **captions: Unpack[Captions],
) -> Figure:
    """Dots with intervals in the frame's order; an interval that excludes the reference is set off.

    Args:
        table: one row per group.
        reader: language and formats.
        name: names the rows.
        value: the estimate with `low` and `high`.
        cases: number of cases, written beside the name.
        beside: a second figure of the same unit, drawn as an open dot (a raw rate beside a shrunken one).
        reference: a value and its name: the mean of all, or 1 for ratios.
        log: a logarithmic axis, for ratios; values must be positive.
        top: rows to draw; the rest stands in the data table.
        both_ends: draw the first and the last of too many rows, in place of the first alone.
        captions: title, subtitle, note, alt, ident, more.
    """
    cut = top // 2 if both_ends and len(table) > top else None
    shown = table.head(top) if cut is None else pd.concat([table.head(cut), table.tail(top - cut)])
    shown = shown.reset_index(drop=True)
    if len(table) > len(shown):
        hint = reader.text(
            "figure-more" if cut is None else "figure-more-between", number=len(table) - len(shown)
        )
        captions["note"] = f"{hint} {captions.get('note', '')}".strip()

    def draw(chart_width: float) -> "Canvas":
        return _draw(
            shown,
            reader,
            name,
            value=value,
            cases=cases,
            beside=beside,
            reference=reference,
            log=log,
            cut=cut,
            chart_width=chart_width,
        )

    return compose(table, (name, value, cases, beside), reader, draw, captions)


def _draw(
    table: pd.DataFrame,
    reader: Reader,
    name: Column,
    *,
    value: Column,
    cases: Column | None,
    beside: Column | None,
    reference: tuple[float, str] | None,
    log: bool,
    cut: int | None,
    chart_width: float,
) -> "Canvas":
    unit = unit_of(value, table, reader)
    names = category_text(table, name, reader)
    tails = (
        [f" ({reader.count(number)})" for number in table[cases.name]]
        if cases is not None
        else [""] * len(names)
    )
    tail_room = max(map(width, tails), default=0.0)
    short, left = fitted(
        names, chart_width, (0.42 if is_narrow(chart_width) else 0.36) - tail_room / chart_width
    )
    left += tail_room
    figures = [reader.write(amount, value.kind) for amount in table[value.name]]
    right = max((width(text, SMALL) for text in figures), default=0.0) + 16
    top = 26.0 if reference is not None else 6.0
    height = top + 30 + ROW * len(table)
    figure, axes = panel(chart_width, height, left=left, right=right, top=top, bottom=30)
    ends = [value.low, value.high] if value.low and value.high else []
    ends += [beside.name] if beside is not None else []
    spots = [float(v) for column in [value.name, *ends] for v in table[column].dropna() if math.isfinite(v)]
    spots += [reference[0]] if reference is not None else []
    _limits(axes, spots, log, value.kind == "percent")
    axes.set_ylim(len(table) - 0.5, -0.5)
    if log:
        _log_ticks(axes, reader)
    else:
        value_axis(axes, value, reader, unit, which="x", most=3 if is_narrow(chart_width) else 6)
    axes.set_yticks(range(len(table)), [a + b for a, b in zip(short, tails, strict=True)])
    axes.tick_params(axis="y", labelsize=TEXT, labelcolor=light("ink"), pad=8)
    _dots(axes, table, value, reference)
    if beside is not None:
        (dots,) = axes.plot(table[beside.name], range(len(table)), "o", markersize=5, zorder=5)
        dots.set(markerfacecolor="none", markeredgecolor=light("ink"))
    figures_at_edge(axes, figures, right)
    if reference is not None:
        reference_line(axes, reference)
    if cut is not None:
        axes.axhline(cut - 0.5, color=light("soft"), linewidth=1, linestyle=(0, (1, 2)))
    return figure


def _limits(axes: "Axes", spots: list[float], log: bool, is_share: bool) -> None:
    if log:
        positive = [spot for spot in spots if spot > 0]
        low, high = min(positive, default=0.5), max(positive, default=2.0)
        axes.set_xscale("log")
        axes.set_xlim(min(low, 0.8) / 1.1, max(high, 1.25) * 1.1)
        return
    low, high = bounds(spots, from_zero=False, room=0.05)
    axes.set_xlim(max(low, -0.01) if is_share and min(spots, default=0.0) >= 0 else low, high)


def _log_ticks(axes: "Axes", reader: Reader) -> None:
    low, high = axes.get_xlim()
    candidates = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100]
    ticks = [tick for tick in candidates if low <= tick <= high]
    axes.set_xticks(ticks, [reader.number(tick) for tick in ticks])
    axes.set_xticks([], minor=True)
    axes.grid(visible=True, axis="x", color=light("rule"), linewidth=1)


def _dots(axes: "Axes", table: pd.DataFrame, value: Column, reference: tuple[float, str] | None) -> None:
    for place, row in enumerate(table.to_dict("records")):
        amount = row[value.name]
        if amount is None or not math.isfinite(amount):
            continue
        colour = light("main")
        if value.low and value.high:
            low, high = row[value.low], row[value.high]
            if reference is not None and (low > reference[0] or high < reference[0]):
                colour = light("good" if low > reference[0] else "bad")
            elif reference is not None:
                colour = light("axis")
            axes.hlines(place, low, high, color=colour, linewidth=2.4, zorder=3)
        axes.plot([amount], [place], "o", color=colour, markersize=7.5, zorder=4)
