"""A table of coloured cells: two dimensions, one measure, the figure written in each cell."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
import pandas as pd

from pipeline.exhibits.captions import Captions
from pipeline.exhibits.charts.axes import SMALL, TEXT, fitted, is_narrow, panel
from pipeline.exhibits.charts.compose import compose
from pipeline.exhibits.columns import Column, unit_of
from pipeline.exhibits.exhibit import Figure
from pipeline.exhibits.markup import shorten, width
from pipeline.exhibits.numerals import ABSENT
from pipeline.exhibits.palette import DIVERGING, SEQUENTIAL, light
from pipeline.exhibits.reader import Reader

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

MOST_ROWS, MOST_COLUMNS = 30, 24
CELL = 28.0


def heat(
    table: pd.DataFrame,
    reader: Reader,
    *,
    row: Column,
    column: Column,
    value: Column,
    center: float | None = None,
    cases: Column | None = None,
    write: bool = True,
    **captions: Unpack[Captions],
) -> Figure:
    """A heat map from a long table; rows and columns in order of appearance, absent cells blank.

    Args:
        table: one row per cell.
        reader: language and formats.
        row: names the rows.
        column: names the columns.
        value: colours the cells.
        center: the value of the pale middle of a two-sided scale; without it the scale has one side.
        cases: number of cases, in the data table.
        write: whether to write the figure in each cell, where it fits.
        captions: title, subtitle, note, alt, ident, more.
    """
    beyond = len(table[row.name].unique()) - MOST_ROWS if len(table) else 0
    if beyond > 0:
        hint = reader.text("figure-more", number=beyond)
        captions["note"] = f"{hint} {captions.get('note', '')}".strip()

    def draw(chart_width: float) -> "Canvas":
        return _draw(
            table,
            reader,
            row,
            column=column,
            value=value,
            center=center,
            write=write,
            chart_width=chart_width,
        )

    return compose(table, (row, column, value, cases), reader, draw, captions)


def _draw(
    table: pd.DataFrame,
    reader: Reader,
    row: Column,
    *,
    column: Column,
    value: Column,
    center: float | None,
    write: bool,
    chart_width: float,
) -> "Canvas":
    rows = list(dict.fromkeys(table[row.name]))[:MOST_ROWS]
    heads = list(dict.fromkeys(table[column.name]))[:MOST_COLUMNS]
    grid = _grid(table, row.name, column.name, value=value.name, rows=rows, heads=heads)
    names = [reader.write(key, row.kind, dimension=row.dimension) for key in rows]
    tops = [_head(key, column, reader) for key in heads]
    short, left = fitted(names, chart_width, 0.3)
    cell_width = (chart_width - left - 4) / max(len(heads), 1)
    turned = max(map(width, tops), default=0) > cell_width - 4
    head_room = min(max((width(text, SMALL) for text in tops), default=0.0), 90.0) + 12 if turned else 24.0
    figure, axes = panel(
        chart_width, head_room + CELL * len(rows) + 6, left=left, right=4, top=head_room, bottom=6
    )
    levels = _levels(grid, center)
    _cells(axes, levels, center is not None)
    axes.set_xlim(0, len(heads))
    axes.set_ylim(len(rows), 0)
    axes.set_yticks([place + 0.5 for place in range(len(rows))], short)
    axes.xaxis.tick_top()
    cut = [shorten(text, 90 if turned else cell_width, SMALL) for text in tops]
    side: dict[str, Any] = {"rotation": 90, "ha": "center", "va": "bottom"} if turned else {}
    axes.set_xticks([place + 0.5 for place in range(len(heads))], cut, **side)
    axes.tick_params(axis="y", labelsize=TEXT, labelcolor=light("ink"))
    axes.tick_params(axis="x", labelsize=SMALL, labelcolor=light("soft"))
    if write:
        unit = unit_of(value, table, reader)
        _figures(
            axes,
            grid,
            levels,
            cell_width=cell_width,
            write=lambda v: reader.write(v, value.kind, unit=unit),
            strong={4, 5, 6} if center is None else {0, 6},
            narrow=is_narrow(chart_width),
        )
    return figure


def _head(key: Any, column: Column, reader: Reader) -> str:
    if column.kind == "month":
        return reader.month(key, short=True)
    return reader.write(key, column.kind, dimension=column.dimension)


def _grid(
    table: pd.DataFrame, row: str, column: str, *, value: str, rows: Sequence[Any], heads: Sequence[Any]
) -> np.ndarray:
    grid = np.full((len(rows), len(heads)), np.nan)
    at_row, at_head = ({key: at for at, key in enumerate(keys)} for keys in (rows, heads))
    for name, head, amount in table[[row, column, value]].itertuples(index=False):
        if name in at_row and head in at_head and amount is not None:
            grid[at_row[name], at_head[head]] = float(amount)
    return grid


def _levels(grid: np.ndarray, center: float | None) -> np.ndarray:
    """Step of the colour scale for each cell, 0 to 6; -1 where there is no value."""
    finite = grid[np.isfinite(grid)]
    if finite.size == 0:
        return np.full(grid.shape, -1)
    if center is None:
        low, high = float(finite.min()), float(finite.max())
        share = (grid - low) / (high - low) if high > low else np.where(np.isfinite(grid), 0.5, np.nan)
    else:
        reach = float(np.abs(finite - center).max()) or 1.0
        share = (grid - center) / (2 * reach) + 0.5
    steps = np.where(np.isfinite(share), np.clip(np.floor(np.nan_to_num(share) * 7), 0, 6), -1)
    return steps.astype(int)


def _cells(axes: "Axes", levels: np.ndarray, two_sided: bool) -> None:
    from matplotlib.collections import PolyCollection

    scale = DIVERGING if two_sided else SEQUENTIAL
    for step, role in enumerate(scale):
        squares = [
            [(x + 0.02, y + 0.04), (x + 0.98, y + 0.04), (x + 0.98, y + 0.96), (x + 0.02, y + 0.96)]
            for y, x in zip(*np.where(levels == step), strict=True)
        ]
        if squares:
            axes.add_collection(
                PolyCollection(squares, facecolors=light(role), edgecolors="none", linewidths=0)
            )


def _figures(
    axes: "Axes",
    grid: np.ndarray,
    levels: np.ndarray,
    *,
    cell_width: float,
    write: Any,
    strong: set[int],
    narrow: bool,
) -> None:
    size = 10.5 if narrow else SMALL
    for (y, x), amount in np.ndenumerate(grid):
        text = write(amount) if math.isfinite(amount) else ABSENT
        if width(text, size) > cell_width - 3:
            continue
        role = "soft" if levels[y, x] < 0 else "seq-ink-high" if levels[y, x] in strong else "seq-ink-low"
        axes.text(x + 0.5, y + 0.5, text, ha="center", va="center_baseline", fontsize=size, color=light(role))
