"""A matplotlib figure as inline SVG: text as text, colours as CSS variables, the same bytes every time."""

import base64
import io
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from pipeline.exhibits import palette
from pipeline.exhibits.markup import HIDDEN, token

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Canvas

WIDE, NARROW = 720, 340
"""Widths in pixels of a chart on a page and on a telephone."""

RASTER_DPI, RASTER_COLOURS = 144, 64
PNG = "data:image/png;base64,"
SVG = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}"
NUMBER = re.compile(r"-?\d*\.\d+(?:e-?\d+)?")
REFERENCE = re.compile(r"url\(#([^)]+)\)")
DEFAULTS = {
    "stroke-linejoin": "miter", "stroke-linecap": "butt", "opacity": "1", "fill-opacity": "1",
    "stroke-opacity": "1",
    "font-style": "normal", "font-variant": "normal", "font-weight": "400", "font-stretch": "normal",
    "line-height": "normal", "stroke-dashoffset": "0", "stroke-width": "1",
}  # fmt: skip
"""Declarations that say what holds anyway."""
DROPPED = {"font-family", "line-height", "font-stretch", "font-variant", "text-decoration"}

SETTINGS: Mapping[str, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "quarterdeck",
    "text.parse_math": False,
    "text.usetex": False,
    "axes.unicode_minus": True,
    "font.family": "DejaVu Sans",
    "font.size": 12,
    "path.simplify": True,
    "path.simplify_threshold": 0.2,
    "axes.formatter.useoffset": False,
}


@contextmanager
def drawing() -> Iterator[None]:
    """Settings under which every chart is drawn, whatever the session's own are."""
    import matplotlib as mpl

    with mpl.rc_context(), warnings.catch_warnings():
        mpl.rcdefaults()
        mpl.rcParams.update(SETTINGS)  # type: ignore[arg-type]
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        yield


def canvas(width: float, height: float) -> "Canvas":
    """An empty transparent figure of a size in pixels (one point is one pixel)."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width / 72, height / 72), dpi=72, facecolor="none", edgecolor="none")


def both_widths(draw: Callable[[float], "Canvas"], alt: str) -> str:
    """A chart for the page and one for the telephone; the style rules show the one that fits."""
    wide, narrow = draw_inline(draw, WIDE, alt), draw_inline(draw, NARROW, alt)
    return wide.replace("<svg ", '<svg class="qd-wide" ', 1) + narrow.replace(
        "<svg ", '<svg class="qd-narrow" ', 1
    )


def draw_inline(draw: Callable[[float], "Canvas"], width: float, alt: str) -> str:
    """Call `draw(width in pixels)` under our settings and return the figure as inline SVG."""
    with drawing():
        return inline(draw(width), alt)


def inline(figure: "Canvas", alt: str) -> str:
    """A matplotlib figure as an `<svg>` element that can stand in any page.

    Args:
        figure: drawn with the palette's light colours, at 72 dots an inch.
        alt: what the figure shows, for those who don't see it.
    """
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        metadata = {"Date": None, "Creator": None, "Format": None, "Type": None}
        figure.savefig(buffer, format="svg", metadata=metadata, transparent=True, dpi=RASTER_DPI)
    text = HIDDEN.sub("", buffer.getvalue().decode("utf-8"))
    root = ElementTree.fromstring(text)  # noqa: S314 - our own drawing, not a stranger's file
    _strip(root)
    _rename(root)
    return _serialise(root, alt)


def _strip(root: ElementTree.Element) -> None:
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in {f"{SVG}metadata", f"{SVG}style"} or (
                child.tag == f"{SVG}defs" and not len(child)
            ):
                parent.remove(child)
    for element in root.iter():
        _compact(element)
    _drop_background(root)
    while _collapse(root):
        pass


def _compact(element: ElementTree.Element) -> None:
    if style := element.attrib.pop("style", ""):
        kept = _style(style)
        if kept:
            element.set("style", kept)
    for name in ("d", "transform", "x", "y", "width", "height", "points"):
        if name in element.attrib and element.tag != f"{SVG}svg":
            element.set(name, _round(element.attrib[name]))
    if href := element.attrib.pop(f"{XLINK}href", ""):
        element.set("href", href if href.startswith("#") else _fewer_colours(href))


def _fewer_colours(uri: str) -> str:
    """A rasterised layer with as many colours as its points need: a quarter of the bytes."""
    from PIL import Image

    packed = base64.b64decode(uri.partition("base64,")[2])
    buffer = io.BytesIO()
    picture = Image.open(io.BytesIO(packed)).convert("RGBA")
    picture.quantize(RASTER_COLOURS, method=Image.Quantize.FASTOCTREE).save(buffer, "PNG", optimize=True)
    return PNG + base64.b64encode(buffer.getvalue()).decode("ascii")


def _style(style: str) -> str:
    kept = []
    for declaration in style.split(";"):
        name, _, value = (part.strip() for part in declaration.partition(":"))
        if name == "font":
            kept += _font(value)
        elif name and name not in DROPPED and DEFAULTS.get(name) != value:
            kept.append(f"{name}:{_colour(value)}")
    return ";".join(kept)


def _font(shorthand: str) -> list[str]:
    size = re.search(r"([\d.]+)px", shorthand)
    weight = re.match(r"(?:(?:italic|oblique)\s+)?(bold|[5-9]00)\b", shorthand)
    return ([f"font-size:{float(size[1]):g}px"] if size else []) + (["font-weight:700"] if weight else [])


def _colour(value: str) -> str:
    return _variables().get(value.lower(), value)


def _variables() -> dict[str, str]:
    return {colour.light: palette.variable(role) for role, colour in palette.COLOURS.items()}


def _round(value: str) -> str:
    return " ".join(NUMBER.sub(lambda found: f"{round(float(found[0]), 1):g}", value).split())


def _drop_background(root: ElementTree.Element) -> None:
    for parent in list(root.iter()):
        for child in list(parent):
            style = child.get("style", "")
            if child.tag == f"{SVG}path" and style == "fill:none" and "clip-path" not in child.attrib:
                parent.remove(child)


def _collapse(root: ElementTree.Element) -> bool:
    """Take away empty groups and unwrap groups that say nothing; true when something changed."""
    changed = False
    for parent in list(root.iter()):
        for position, child in reversed(list(enumerate(list(parent)))):
            bare = child.tag == f"{SVG}g" and not set(child.attrib) - {"id"}
            if bare and parent.tag != f"{SVG}defs":
                parent[position : position + 1] = list(child)
                changed = True
    return changed


def _rename(root: ElementTree.Element) -> None:
    used = set()
    for element in root.iter():
        for value in element.attrib.values():
            used |= set(REFERENCE.findall(value))
        if element.get("href", "").startswith("#"):
            used.add(element.attrib["href"][1:])
    prefix = token(ElementTree.tostring(root, encoding="unicode"))
    names = {name: f"{prefix}-{position}" for position, name in enumerate(sorted(used))}
    for element in root.iter():
        if "id" in element.attrib:
            name = element.attrib.pop("id")
            if name in names:
                element.set("id", names[name])
        for key, value in list(element.attrib.items()):
            if "url(#" in value:
                element.set(key, REFERENCE.sub(lambda found: f"url(#{names[found[1]]})", value))
        if element.get("href", "").startswith("#"):
            element.set("href", f"#{names[element.attrib['href'][1:]]}")


def _serialise(root: ElementTree.Element, alt: str) -> str:
    for element in root.iter():
        element.tag = element.tag.removeprefix(SVG)
        element.text = element.text if element.tag == "text" else (element.text or "").strip() or None
        element.tail = None
    width, height = (float(root.attrib.pop(name).removesuffix("pt")) for name in ("width", "height"))
    root.attrib.clear()
    root.attrib.update(
        {"viewBox": f"0 0 {width:g} {height:g}", "role": "img", "aria-label": HIDDEN.sub("", alt)}
    )
    return ElementTree.tostring(root, encoding="unicode", short_empty_elements=True)
