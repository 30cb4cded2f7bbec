"""The concentration curve: which share of the items brings which share of the value."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Unpack

import numpy as np
import pandas as pd

from pipeline.exhibits.captions import Captions
from pipeline.exhibits.charts.axes import SMALL, TEXT, is_narrow, panel, unit_label, value_axis
from pipeline.exhibits.charts.compose import compose
from pipeline.exhibits.columns import Column
from pipeline.exhibits.exhibit import Figure
from pipeline.exhibits.markup import shorten
from pipeline.exhibits.palette import light
from pipeline.exhibits.reader import Reader

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Canvas

MOST_POINTS = 400


def pareto(
    table: pd.DataFrame,
    reader: Reader,
    *,
    share_of_items: Column,
    share_of_value: Column,
    marks: Sequence[tuple[float, float, str]] = (),
    **captions: Unpack[Captions],
) -> Figure:
    """A curve of cumulative shares against the line of equal shares.

    Args:
        table: one row per item from the largest down, both columns cumulative shares of 0 to 1.
        reader: language and formats.
        share_of_items: runs to the right.
        share_of_value: runs up.
        marks: points to name on the curve: both shares and a text ("20% of customers: 81%").
        captions: title, subtitle, note, alt, ident, more.
    """

    def draw(chart_width: float) -> "Canvas":
        return _draw(
            table, reader, share_of_items, share_of_value=share_of_value, marks=marks, chart_width=chart_width
        )

    return compose(table, (share_of_items, share_of_value), reader, draw, captions)


def _draw(
    table: pd.DataFrame,
    reader: Reader,
    share_of_items: Column,
    *,
    share_of_value: Column,
    marks: Sequence[tuple[float, float, str]],
    chart_width: float,
) -> "Canvas":
    left, height = 46.0, 270.0 if is_narrow(chart_width) else 330.0
    figure, axes = panel(chart_width, height, left=left, right=18, top=30, bottom=48)
    x = np.concatenate([[0.0], table[share_of_items.name].to_numpy(dtype=float)])
    y = np.concatenate([[0.0], table[share_of_value.name].to_numpy(dtype=float)])
    if len(x) > MOST_POINTS:
        kept = np.unique(np.linspace(0, len(x) - 1, MOST_POINTS).astype(int))
        x, y = x[kept], y[kept]
    axes.set_xlim(0, 1)
    axes.set_ylim(0, max(1.0, float(np.nanmax(y))) * 1.02)
    value_axis(axes, share_of_value, reader, None)
    value_axis(axes, share_of_items, reader, None, which="x", most=5)
    axes.grid(visible=False, axis="x")
    unit_label(axes, share_of_value.label, left)
    axes.set_xlabel(share_of_items.label, fontsize=SMALL, color=light("soft"), labelpad=6)
    axes.plot([0, 1], [0, 1], color=light("axis"), linewidth=1, linestyle=(0, (2, 3)))
    axes.fill_between(x, y, x, color=light("band2"), linewidth=0)
    axes.plot(x, y, color=light("main"), linewidth=2.6, solid_capstyle="round")
    for across, up, text in marks:
        axes.plot([across], [up], "o", color=light("accent"), markersize=7, zorder=5)
        room = (1 - across) * (chart_width - left - 18) - 12
        axes.annotate(
            shorten(text, max(room, 60), TEXT),
            (across, up),
            xytext=(10, -4),
            textcoords="offset pixels",
            ha="left",
            va="top",
            fontsize=TEXT,
            color=light("ink"),
        )
    return figure
