"""The reliability diagram: of deals given 30%, do about 30% win?"""

from typing import TYPE_CHECKING, Unpack

import pandas as pd

from pipeline.exhibits.captions import Captions
from pipeline.exhibits.charts.axes import SMALL, is_narrow, panel, unit_label, value_axis
from pipeline.exhibits.charts.compose import compose
from pipeline.exhibits.columns import Column
from pipeline.exhibits.exhibit import Figure
from pipeline.exhibits.palette import light
from pipeline.exhibits.reader import Reader

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Canvas


def reliability(
    table: pd.DataFrame,
    reader: Reader,
    *,
    predicted: Column,
    observed: Column,
    cases: Column,
    **captions: Unpack[Captions],
) -> Figure:
    """Observed shares with intervals against predicted ones, with the number of cases below each.

    Args:
        table: one row per class of prediction.
        reader: language and formats.
        predicted: mean prediction, 0 to 1.
        observed: observed share with `low` and `high`.
        cases: number of cases in the class.
        captions: title, subtitle, note, alt, ident, more.
    """

    def draw(chart_width: float) -> "Canvas":
        return _draw(
            table.reset_index(drop=True),
            reader,
            predicted,
            observed=observed,
            cases=cases,
            chart_width=chart_width,
        )

    return compose(table, (predicted, observed, cases), reader, draw, captions)


def _draw(
    table: pd.DataFrame,
    reader: Reader,
    predicted: Column,
    *,
    observed: Column,
    cases: Column,
    chart_width: float,
) -> "Canvas":
    side = min(chart_width, 460.0)
    left, strip = 46.0, 46.0
    figure, axes = panel(
        chart_width, side * 0.86 + strip, left=left, right=chart_width - side + 16, top=30, bottom=48 + strip
    )
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    value_axis(axes, observed, reader, None)
    value_axis(axes, predicted, reader, None, which="x")
    unit_label(axes, observed.label, left)
    axes.set_xlabel(predicted.label, fontsize=SMALL, color=light("soft"), labelpad=5)
    axes.plot([0, 1], [0, 1], color=light("axis"), linewidth=1.2, linestyle=(0, (4, 3)), zorder=1)
    if observed.low and observed.high:
        axes.vlines(
            table[predicted.name],
            table[observed.low],
            table[observed.high],
            color=light("main"),
            linewidth=2,
            zorder=2,
        )
    axes.plot(table[predicted.name], table[observed.name], "o", color=light("main"), markersize=7, zorder=3)
    _cases(
        figure,
        table,
        predicted,
        cases=cases,
        reader=reader,
        place=axes.get_position().bounds,
        strip=strip,
        breadth=12 if is_narrow(chart_width) else 16,
    )
    return figure


def _cases(
    figure: "Canvas",
    table: pd.DataFrame,
    predicted: Column,
    *,
    cases: Column,
    reader: Reader,
    place: tuple[float, float, float, float],
    strip: float,
    breadth: float,
) -> None:
    pixels = figure.get_figheight() * 72
    below = figure.add_axes((place[0], 4 / pixels, place[2], (strip - 8) / pixels))
    below.set_axis_off()
    below.set_xlim(0, 1)
    most = float(table[cases.name].max()) or 1.0
    below.set_ylim(0, most)
    size = breadth / (place[2] * figure.get_figwidth() * 72)
    below.bar(table[predicted.name], table[cases.name], width=size, color=light("muted"))
    text = reader.text("chart-cases", name=cases.label, number=reader.count(float(table[cases.name].sum())))
    below.annotate(
        text,
        (0, 1),
        xycoords="axes fraction",
        xytext=(0, 1),
        textcoords="offset pixels",
        ha="left",
        va="bottom",
        fontsize=10.5,
        color=light("soft"),
        annotation_clip=False,
    )
