"""Text into HTML: escaped, without characters that could turn a page around or hide what stands there."""

import hashlib
import html
import re
import unicodedata

HIDDEN = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]"
)
"""Controls, zero-width characters and bidirectional overrides, which names from a CRM may carry."""
LONE_SURROGATE = re.compile("[\ud800-\udfff]")
ELLIPSIS = "…"

ADVANCES = (
    224, 323, 474, 555, 555, 921, 680, 278, 338, 338, 467, 555, 278, 347, 278, 392, 555, 555, 555,
    555, 555, 555, 555, 555, 555, 555, 278, 278, 555, 555, 555, 474, 946, 608, 657, 638, 688, 589,
    552, 689, 728, 293, 535, 646, 543, 812, 723, 742, 633, 742, 635, 596, 599, 721, 575, 878, 573,
    531, 603, 338, 392, 338, 555, 559, 606, 563, 618, 510, 620, 554, 325, 564, 607, 275, 275, 552,
    284, 926, 610, 606, 620, 620, 388, 468, 377, 607, 521, 802, 498, 521, 475, 338, 270, 338, 555,
)  # fmt: skip
"""Widths of the printable ASCII characters in the page's font, in thousandths of its size (Noto Sans SC)."""


def clean(text: object) -> str:
    """Text on one line, without control characters and bidirectional overrides."""
    flat = " ".join(HIDDEN.sub("", LONE_SURROGATE.sub("\ufffd", str(text))).split())
    return unicodedata.normalize("NFC", flat)


def escape(text: object) -> str:
    """Clean text that is safe between tags and in quoted attributes."""
    return html.escape(clean(text), quote=True)


def isolate(text: object) -> str:
    """Free text from the data, escaped and kept from reordering what stands around it."""
    return f"<bdi>{escape(text)}</bdi>"


def tag(name: str, content: str, css_class: str = "", **attributes: str) -> str:
    """An element; `content` is markup already, attribute values are escaped here."""
    given = {"class": css_class, **{key.replace("_", "-"): value for key, value in attributes.items()}}
    written = "".join(f' {key}="{escape(value)}"' for key, value in given.items() if value)
    return f"<{name}{written}>{content}</{name}>"


def token(*parts: str) -> str:
    """A short identifier that depends on nothing but the parts."""
    return "q" + hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()[:10]


def width(text: str, size: float = 12.0) -> float:
    """Width of a line of text in pixels at a font size, without asking any font of the machine."""
    return sum(map(_advance, text)) * size / 1000


def shorten(text: object, room: float, size: float = 12.0) -> str:
    """Clean text, cut with an ellipsis where it would be wider than `room` pixels."""
    whole = clean(text)
    if width(whole, size) <= room:
        return whole
    kept, used = [], width(ELLIPSIS, size)
    for character in whole:
        used += _advance(character) * size / 1000
        if used > room:
            break
        kept.append(character)
    return "".join(kept).rstrip() + ELLIPSIS


def wrap(text: object, room: float, size: float = 12.0, lines: int = 2) -> list[str]:
    """Clean text on at most `lines` lines of `room` pixels; broken at spaces, or anywhere in Chinese."""
    words = re.findall(r"[^\s\u2e80-\u9fff\uff00-\uffef]+\s?|\s|[\u2e80-\u9fff\uff00-\uffef]", clean(text))
    rows = [""]
    for word in words:
        if rows[-1] and width((rows[-1] + word).rstrip(), size) > room and len(rows) < lines:
            rows.append("")
        rows[-1] += word
    return [shorten(row, room, size) for row in rows]


def _advance(character: str) -> int:
    code = ord(character)
    if 32 <= code < 127:
        return ADVANCES[code - 32]
    if unicodedata.combining(character):
        return 0
    return 1000 if unicodedata.east_asian_width(character) in "WF" else 600
