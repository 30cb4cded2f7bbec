"""Who moved from where to where: two columns of blocks with ribbons between them."""

from typing import TYPE_CHECKING, Any, Unpack

import pandas as pd

from pipeline.exhibits.captions import Captions
from pipeline.exhibits.charts.axes import SMALL, is_narrow, panel
from pipeline.exhibits.charts.compose import compose
from pipeline.exhibits.columns import Column
from pipeline.exhibits.exhibit import Figure
from pipeline.exhibits.markup import shorten, width
from pipeline.exhibits.palette import light
from pipeline.exhibits.reader import Reader

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

BLOCK = 0.025
Blocks = dict[Any, tuple[float, float]]


def flow(
    table: pd.DataFrame,
    reader: Reader,
    *,
    source: Column,
    target: Column,
    value: Column,
    **captions: Unpack[Captions],
) -> Figure:
    """Ribbons between sources on the left and targets on the right, as thick as their value.

    What stays where it was is pale, so that the moves stand out.

    Args:
        table: one row per pair, values not negative.
        reader: language and formats.
        source: names the left blocks, in order of appearance.
        target: names the right blocks, in order of appearance.
        value: thickness.
        captions: title, subtitle, note, alt, ident, more.
    """

    def draw(chart_width: float) -> "Canvas":
        return _draw(
            table[table[value.name] > 0], reader, source, target=target, value=value, chart_width=chart_width
        )

    return compose(table, (source, target, value), reader, draw, captions)


def _draw(
    table: pd.DataFrame, reader: Reader, source: Column, *, target: Column, value: Column, chart_width: float
) -> "Canvas":
    lefts, rights = (list(dict.fromkeys(table[column.name])) for column in (source, target))
    rights.sort(key=lambda key: lefts.index(key) if key in lefts else len(lefts))
    blocks = max(len(lefts), len(rights), 1)
    height = max(220.0, 34.0 * blocks + 40)
    share = 0.27 if is_narrow(chart_width) else 0.24
    left_text, right_text = (
        _texts(table, column, value, keys=keys, reader=reader, room=chart_width * share)
        for column, keys in ((source, lefts), (target, rights))
    )
    left = max((width(text, SMALL) for text in left_text), default=10.0) + 10
    right = max((width(text, SMALL) for text in right_text), default=10.0) + 10
    figure, axes = panel(chart_width, height, left=left, right=right, top=26, bottom=8)
    axes.set_xlim(0, 1)
    axes.set_ylim(1, 0)
    axes.set_xticks([])
    axes.set_yticks([])
    gap = min(0.35 / blocks, 26.0 / height)
    left_blocks, right_blocks = (
        _blocks(table.groupby(column.name, sort=False)[value.name].sum().reindex(keys), gap, blocks)
        for column, keys in ((source, lefts), (target, rights))
    )
    _ribbons(axes, table, source, target=target, value=value, lefts=left_blocks, rights=right_blocks)
    _side(axes, left_blocks, left_text, across=0.0, side="right", shift=-7)
    _side(axes, right_blocks, right_text, across=1.0 - BLOCK, side="left", shift=7)
    for head, across, side in ((source.label, -left, "left"), (target.label, right, "right")):
        axes.annotate(
            shorten(head, chart_width * 0.45, SMALL),
            (0 if side == "left" else 1, 1),
            xycoords="axes fraction",
            xytext=(across, 10),
            textcoords="offset pixels",
            ha=side,
            va="bottom",
            fontsize=SMALL,
            color=light("soft"),
            annotation_clip=False,
        )
    return figure


def _texts(
    table: pd.DataFrame, column: Column, value: Column, *, keys: list[Any], reader: Reader, room: float
) -> list[str]:
    sums = table.groupby(column.name, sort=False)[value.name].sum()
    texts = []
    for key in keys:
        amount = reader.write(float(sums[key]), value.kind)
        name = reader.write(key, column.kind, dimension=column.dimension)
        texts.append(f"{shorten(name, max(room - width(amount, SMALL) - 6, 30), SMALL)} {amount}")
    return texts


def _blocks(sums: "pd.Series[float]", gap: float, blocks: int) -> Blocks:
    total = float(sums.sum()) or 1.0
    scale = (1 - gap * (blocks - 1)) / total
    spots: Blocks = {}
    top = (gap * (blocks - len(sums))) / 2
    for key, amount in sums.items():
        spots[key] = (top, top + float(amount) * scale)
        top = spots[key][1] + gap
    return spots


def _ribbons(
    axes: "Axes",
    table: pd.DataFrame,
    source: Column,
    *,
    target: Column,
    value: Column,
    lefts: Blocks,
    rights: Blocks,
) -> None:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    total = float(table[value.name].sum()) or 1.0
    scale = sum(end - start for start, end in lefts.values()) / total
    used_left, used_right = ({key: start for key, (start, _) in blocks.items()} for blocks in (lefts, rights))
    for row in table.to_dict("records"):
        begin, end, thick = row[source.name], row[target.name], float(row[value.name]) * scale
        a, b = used_left[begin], used_right[end]
        used_left[begin], used_right[end] = a + thick, b + thick
        x0, x1 = BLOCK, 1 - BLOCK
        points = [
            (x0, a),
            (0.5, a),
            (0.5, b),
            (x1, b),
            (x1, b + thick),
            (0.5, b + thick),
            (0.5, a + thick),
            (x0, a + thick),
            (x0, a),
        ]
        codes = [
            Path.MOVETO,
            Path.CURVE4,
            Path.CURVE4,
            Path.CURVE4,
            Path.LINETO,
            Path.CURVE4,
            Path.CURVE4,
            Path.CURVE4,
            Path.CLOSEPOLY,
        ]
        stays = begin == end
        axes.add_patch(
            PathPatch(
                Path(points, codes),
                facecolor=light("muted" if stays else "main"),
                alpha=0.3 if stays else 0.42,
                linewidth=0,
            )
        )


def _side(axes: "Axes", blocks: Blocks, texts: list[str], *, across: float, side: str, shift: float) -> None:
    from matplotlib.patches import Rectangle

    for (start, end), text in zip(blocks.values(), texts, strict=True):
        axes.add_patch(
            Rectangle((across, start), BLOCK, max(end - start, 0.002), facecolor=light("main"), linewidth=0)
        )
        axes.annotate(
            text,
            (across if side == "right" else across + BLOCK, (start + end) / 2),
            xytext=(shift, 0),
            textcoords="offset pixels",
            ha=side,
            va="center_baseline",
            fontsize=SMALL,
            color=light("ink"),
            annotation_clip=False,
        )
