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


def legend(axes: "Axes", entries: Sequence[Entry], room: float, left: float, above: float = 32.0) -> None:
    """Write the key `above` pixels over the panel, from the chart's left edge."""
    rows = rows_of(entries, room)
    for line_number, row in enumerate(rows):
        height = above + LINE * (len(rows) - 1 - line_number)
        for entry, name, offset in row:
            start = offset - left
            _mark(axes, entry, start, height)
            axes.annotate(
                name,
                (0, 1),
                xycoords="axes fraction",
                xytext=(start + KEY, height),
                textcoords="offset pixels",
                ha="left",
                va="baseline",
                fontsize=SMALL,
                color=light("ink"),
                annotation_clip=False,
            )


def _mark(axes: "Axes", entry: Entry, start: float, height: float) -> None:
    from matplotlib.patches import Rectangle
    from matplotlib.transforms import IdentityTransform

    breadth, rise, lift = (13.0, 2.6, 3.0) if entry.is_line else (11.0, 9.0, 0.0)
    panel = axes.get_window_extent()
    corner = (panel.x0 + start, panel.y1 + height + lift)
    patch = Rectangle(corner, breadth, rise, color=entry.colour, linewidth=0, clip_on=False)
    patch.set_transform(IdentityTransform())
    axes.add_artist(patch)
