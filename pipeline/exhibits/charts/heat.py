"""A table of coloured cells: two dimensions, one measure, the figure written in each cell."""

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
from pipeline.exhibits.palette import DIVERGING, SEQUENTIAL, light
from pipeline.exhibits.reader import Reader

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

MOST_ROWS, MOST_COLUMNS = 30, 24
CELL = 28.0
HEAD = 120.0
"""Room for the columns' names where they stand upright."""


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
    head_room = min(max((width(text, SMALL) for text in tops), default=0.0), HEAD) + 12 if turned else 24.0
    unit = unit_of(value, table, reader)
    size = 10.5 if is_narrow(chart_width) else SMALL
    texts = [[reader.write(v, value.kind, unit=unit) for v in line] for line in grid.tolist()]
    fits = write and all(width(text, size) <= cell_width - 3 for line in texts for text in line)
    foot = 6.0 if fits else 30.0
    height = head_room + CELL * len(rows) + foot
    figure, axes = panel(chart_width, height, left=left, right=4, top=head_room, bottom=foot)
    levels = _levels(grid, center)
    _cells(axes, levels, center is not None)
    axes.set_xlim(0, len(heads))
    axes.set_ylim(len(rows), 0)
    axes.set_yticks([place + 0.5 for place in range(len(rows))], short)
    axes.xaxis.tick_top()
    cut = [shorten(text, HEAD if turned else cell_width, SMALL) for text in tops]
    side: dict[str, Any] = {"rotation": 90, "ha": "center", "va": "bottom"} if turned else {}
    axes.set_xticks([place + 0.5 for place in range(len(heads))], cut, **side)
    axes.tick_params(axis="y", labelsize=TEXT, labelcolor=light("ink"))
    axes.tick_params(axis="x", labelsize=SMALL, labelcolor=light("soft"))
    if fits:
        _figures(axes, texts, levels, strong={4, 5, 6} if center is None else {0, 6}, size=size)
    elif np.isfinite(grid).any():
        ends = _ends_of(grid, center)
        _key(axes, [reader.write(end, value.kind) for end in ends], two_sided=center is not None)
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


def _ends_of(grid: np.ndarray, center: float | None) -> tuple[float, float]:
    """The values at both ends of the colour scale."""
    finite = grid[np.isfinite(grid)]
    if center is None:
        return float(finite.min()), float(finite.max())
    reach = float(np.abs(finite - center).max()) or 1.0
    return center - reach, center + reach


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
    import seaborn as sns
    from matplotlib.colors import ListedColormap

    if not (levels >= 0).any():
        return
    steps = DIVERGING if two_sided else SEQUENTIAL
    sns.heatmap(
        levels,
        mask=levels < 0,
        cmap=ListedColormap([light(role) for role in steps]),
        vmin=-0.5,
        vmax=len(steps) - 0.5,
        cbar=False,
        linewidths=1.5,
        linecolor=light("paper"),
        xticklabels=False,
        yticklabels=False,
        ax=axes,
    )


def _figures(
    axes: "Axes", texts: Sequence[Sequence[str]], levels: np.ndarray, *, strong: set[int], size: float
) -> None:
    for (y, x), level in np.ndenumerate(levels):
        role = "soft" if level < 0 else "seq-ink-high" if int(level) in strong else "seq-ink-low"
        centre: dict[str, Any] = {"ha": "center", "va": "center_baseline"}
        axes.text(x + 0.5, y + 0.5, texts[y][x], fontsize=size, color=light(role), **centre)


def _key(axes: "Axes", ends: Sequence[str], *, two_sided: bool) -> None:
    """The colour scale with the values at its ends, below a map whose cells are too small for figures."""
    from matplotlib.patches import Rectangle
    from matplotlib.transforms import IdentityTransform

    panel_box = axes.get_window_extent()
    start = panel_box.x0 + width(ends[0], SMALL) + 8
    scale = DIVERGING if two_sided else SEQUENTIAL
    for step, role in enumerate(scale):
        patch = Rectangle((start + step * 16, panel_box.y0 - 21), 16, 9, color=light(role), linewidth=0)
        patch.set_transform(IdentityTransform())
        patch.set_clip_on(False)
        axes.add_artist(patch)
    after = start - panel_box.x0 + len(scale) * 16 + 8
    for text, offset in zip(ends, (0.0, after), strict=True):
        axes.annotate(
            text,
            (0, 0),
            xycoords="axes fraction",
            xytext=(offset, -20),
            textcoords="offset pixels",
            ha="left",
            va="baseline",
            fontsize=SMALL,
            color=light("soft"),
            annotation_clip=False,
        )
