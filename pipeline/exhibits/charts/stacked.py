"""Horizontal stacks: what each whole is made of."""

from typing import TYPE_CHECKING, Any, Unpack

import pandas as pd

from pipeline.exhibits.captions import Captions
from pipeline.exhibits.charts.axes import ROW, SMALL, TEXT, bounds, figures_at_edge, fitted, is_narrow, panel
from pipeline.exhibits.charts.compose import compose
from pipeline.exhibits.charts.legend import LINE, Entry, legend, rows_of
from pipeline.exhibits.columns import Column
from pipeline.exhibits.exhibit import Figure
from pipeline.exhibits.markup import width
from pipeline.exhibits.palette import SERIES, light
from pipeline.exhibits.reader import Reader

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

LIGHT_TEXT = {"series1", "series2", "series3"}


def stacked(
    table: pd.DataFrame,
    reader: Reader,
    *,
    name: Column,
    part: Column,
    value: Column,
    as_share: bool = False,
    top: int = 25,
    **captions: Unpack[Captions],
) -> Figure:
    """One stack per name; names and parts in order of appearance.

    Args:
        table: one row per name and part; values not negative.
        reader: language and formats.
        name: names the stacks.
        part: names the parts, at most six.
        value: their lengths.
        as_share: draw every stack to the same length and write shares.
        top: stacks to draw; the rest stands in the data table.
        captions: title, subtitle, note, alt, ident, more.
    """

    def draw(chart_width: float) -> "Canvas":
        return _draw(
            table, reader, name, part=part, value=value, as_share=as_share, top=top, chart_width=chart_width
        )

    return compose(table, (name, part, value), reader, draw, captions)


def _draw(
    table: pd.DataFrame,
    reader: Reader,
    name: Column,
    *,
    part: Column,
    value: Column,
    as_share: bool,
    top: int,
    chart_width: float,
) -> "Canvas":
    names, parts = (list(dict.fromkeys(table[column.name])) for column in (name, part))
    names, parts = names[:top], parts[: len(SERIES)]
    wide = table.pivot_table(
        index=name.name, columns=part.name, values=value.name, aggfunc="sum", fill_value=0.0, sort=False
    )
    wide = wide.reindex(index=names, columns=parts, fill_value=0.0).clip(lower=0)
    sums = wide.sum(axis=1)
    drawn = wide.div(sums.where(sums > 0, 1.0), axis=0) if as_share else wide
    written = [reader.write(key, name.kind, dimension=name.dimension) for key in names]
    short, left = fitted(written, chart_width, 0.32)
    totals = [reader.write(total, value.kind) for total in sums]
    right = max(map(width, totals), default=0.0) + 14
    entries = [
        Entry(reader.write(key, part.kind, dimension=part.dimension), light(role))
        for key, role in zip(parts, SERIES, strict=False)
    ]
    top_room = 10 + LINE * len(rows_of(entries, chart_width - 8))
    figure, axes = panel(
        chart_width, top_room + 8 + ROW * len(names), left=left, right=right, top=top_room, bottom=8
    )
    span = bounds(drawn.sum(axis=1).tolist(), room=0)[1] if not as_share else 1.0
    axes.set_xlim(0, span)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xticks([])
    axes.set_yticks(range(len(names)), short)
    axes.tick_params(axis="y", labelsize=TEXT, labelcolor=light("ink"), pad=8)
    legend(axes, entries, chart_width - 8, left, above=8)
    _stacks(
        axes,
        drawn,
        wide,
        sums=sums,
        value=value,
        reader=reader,
        as_share=as_share,
        pixels=(chart_width - left - right) / span,
    )
    figures_at_edge(axes, totals, right)
    return figure


def _stacks(
    axes: "Axes",
    drawn: pd.DataFrame,
    wide: pd.DataFrame,
    *,
    sums: Any,
    value: Column,
    reader: Reader,
    as_share: bool,
    pixels: float,
) -> None:
    start = pd.Series(0.0, index=drawn.index)
    unit = reader.money_unit(wide.to_numpy().ravel()) if value.kind == "money" else None
    for key, role in zip(drawn.columns, SERIES, strict=False):
        axes.barh(
            range(len(drawn)),
            drawn[key],
            left=start,
            height=0.66,
            color=light(role),
            edgecolor=light("paper"),
            linewidth=1,
        )
        for place, (size, amount) in enumerate(zip(drawn[key], wide[key], strict=True)):
            total = float(sums.iloc[place]) or 1.0
            text = (
                reader.percent(amount / total, digits=0)
                if as_share
                else reader.write(amount, value.kind, unit=unit)
            )
            if amount > 0 and size * pixels > width(text, SMALL) + 8:
                colour = light("seq-ink-high" if role in LIGHT_TEXT else "seq-ink-low")
                axes.text(
                    float(start.iloc[place]) + size / 2,
                    place,
                    text,
                    ha="center",
                    va="center_baseline",
                    fontsize=SMALL,
                    color=colour,
                )
        start = start + drawn[key]


__all__ = ["is_narrow", "stacked"]
