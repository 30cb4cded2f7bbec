"""A one-line key above a chart, for those whose parts cannot carry their names."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from pipeline.exhibits.charts.axes import SMALL
from pipeline.exhibits.markup import shorten, width
from pipeline.exhibits.palette import light

if TYPE_CHECKING:
    from matplotlib.axes import Axes

KEY, GAP, LINE = 16.0, 16.0, 19.0


class Entry(NamedTuple):
    """A name and its colour; `is_line` draws a stroke in place of a patch."""

    name: str
    colour: str
    is_line: bool = False


def rows_of(entries: Sequence[Entry], room: float) -> list[list[tuple[Entry, str, float]]]:
    """The entries laid out on as few lines as fit the room: entry, shortened name, offset in pixels."""
    rows: list[list[tuple[Entry, str, float]]] = [[]]
    offset = 0.0
    for entry in entries:
        name = shorten(entry.name, room - KEY, SMALL)
        need = KEY + width(name, SMALL)
        if rows[-1] and offset + need > room:
            rows.append([])
            offset = 0.0
        rows[-1].append((entry, name, offset))
        offset += need + GAP
    return rows


def legend(axes: "Axes", entries: Sequence[Entry], room: float, left: float, above: float = 26.0) -> None:
    """Write the key `above` pixels over the panel, from the chart's left edge."""
    rows = rows_of(entries, room)
    for line_number, row in enumerate(rows):
        height = above + LINE * (len(rows) - 1 - line_number)
        for entry, name, offset in row:
            start = offset - left
            if entry.is_line:
                _mark(axes, "━", start, height, entry.colour, 11)
            else:
                _mark(axes, "■", start, height, entry.colour, 13)
            axes.annotate(
                name, (0, 1), xycoords="axes fraction", xytext=(start + KEY, height), textcoords="offset pixels",
                ha="left", va="baseline", fontsize=SMALL, color=light("ink"), annotation_clip=False,
            )  # fmt: skip


def _mark(axes: "Axes", sign: str, start: float, height: float, colour: str, size: float) -> None:
    from matplotlib.patches import Rectangle
    from matplotlib.transforms import ScaledTranslation

    breadth, rise = (11.0, 9.0) if sign == "■" else (13.0, 2.6)
    lift = height if sign == "■" else height + 3.0
    figure = axes.figure
    corner = ScaledTranslation(start / 72, lift / 72, figure.dpi_scale_trans)
    origin = ScaledTranslation(0, 1, axes.transAxes)
    patch = Rectangle((0, 0), breadth / 72, rise / 72, color=colour, linewidth=0, clip_on=False)
    patch.set_transform(figure.dpi_scale_trans + corner + origin)
    axes.add_artist(patch)
