"""The page's font: just the characters that a page uses, as WOFF inside the page.

Noto Sans SC has the Latin letters and figures as well as the Chinese ones, so that a page looks the
same on every machine, also on one without any font. It is used under the SIL Open Font License 1.1.

WOFF2 would be an eighth smaller; its compression takes a CPU second for the characters of a Chinese page,
WOFF's thirty milliseconds.
"""

import base64
import functools
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pipeline.company import Language

FAMILY = "Quarterdeck Sans"
SIMPLIFIED_CHINESE_FACE = "Noto Sans CJK SC"
FAMILY_BEYOND = "Quarterdeck Sans SC"
QUOTES = "“”‘’…—·×±"
LATIN = frozenset(map(chr, range(0x20, 0x7F))) | frozenset(QUOTES + "–−▲▼≥≤€£¥éèüöäßñçåøÉÖÜ")
FEATURES = ("kern", "halt", "chws")
NARROW = "pwid"
"""The feature with narrow forms of signs that are as wide as a Chinese character."""
DROPPED_TABLES = ("VORG", "vhea", "vmtx", "VVAR", "BASE", "DSIG", "STAT", "GSUB")
NAMES = (0, 1, 2, 13, 14)
"""Copyright, family, style and the licence with its address, by their numbers in a font's table of names."""


def font_faces(text: str, language: Language) -> str:
    """The `@font-face` rules with a text's characters; those the font lacks are left to the system.

    Latin letters and figures are one face, the same for every page of a language; what a page has
    beyond them (Chinese, mostly) is a second one.
    """
    latin = LATIN if language == "en" else LATIN - frozenset(QUOTES)
    rules = _rule(FAMILY, subset(latin, is_latin=language == "en"))
    beyond = frozenset(character for character in text if ord(character) > ord("~")) - latin
    if beyond:
        rules += _rule(FAMILY_BEYOND, subset(beyond))
    return rules


def _rule(family: str, font: bytes) -> str:
    packed = base64.b64encode(font).decode("ascii")
    return (
        f'@font-face{{font-family:"{family}";font-weight:100 900;font-display:block;'
        f'src:url(data:font/woff;base64,{packed}) format("woff")}}'
    )


@functools.lru_cache(maxsize=64)
def subset(characters: frozenset[str], *, is_latin: bool = False) -> bytes:
    """Noto Sans SC with these characters only, all weights, as WOFF; the same bytes for the same set.

    Quotation marks and dots are as wide as a Chinese character in this font; with `is_latin` they take
    the narrow forms that the font has beside them.
    """
    if not is_latin:
        return _packed(_cut(_whole_face(), characters))
    with_forms = _cut(_whole_face(), characters, features=(*FEATURES, NARROW), dropped=())
    return _packed(_cut(_face(_with_narrow_quotes(with_forms)), characters))


def _cut(
    face: Any,
    characters: Iterable[str],
    *,
    features: tuple[str, ...] = FEATURES,
    dropped: tuple[str, ...] = DROPPED_TABLES,
) -> bytes:
    from uharfbuzz import SubsetFlags, SubsetInput

    wanted = SubsetInput()
    wanted.unicode_set.set(map(ord, characters))
    wanted.layout_feature_tag_set.set(map(_tag, features))
    wanted.name_id_set.set(NAMES)
    wanted.drop_table_tag_set.update(map(_tag, dropped))
    wanted.flags = SubsetFlags.NOTDEF_OUTLINE
    return bytes(wanted.subset(face).blob.data)


def _tag(name: str) -> int:
    """A table's or feature's name of four letters as OpenType stores it."""
    return int.from_bytes(name.encode("ascii"), "big")


def _with_narrow_quotes(font: bytes) -> bytes:
    opened = _opened(font)
    narrow: dict[str, str] = {}
    rules = opened["GSUB"].table
    for feature in rules.FeatureList.FeatureRecord:
        if feature.FeatureTag == NARROW:
            for number in feature.Feature.LookupListIndex:
                for rule in rules.LookupList.Lookup[number].SubTable:
                    narrow |= getattr(getattr(rule, "ExtSubTable", rule), "mapping", {})
    for table in opened["cmap"].tables:
        if hasattr(table, "cmap"):
            for sign in map(ord, QUOTES):
                if sign in table.cmap:
                    table.cmap[sign] = narrow.get(table.cmap[sign], table.cmap[sign])
    return _saved(opened)


def _packed(font: bytes) -> bytes:
    opened = _opened(font)
    opened.flavor = "woff"
    return _saved(opened)


def _opened(font: bytes) -> Any:
    from fontTools.ttLib import TTFont

    return TTFont(io.BytesIO(font), lazy=True, recalcTimestamp=False, recalcBBoxes=False)


def _saved(font: Any) -> bytes:
    buffer = io.BytesIO()
    font.save(buffer, reorderTables=False)
    return buffer.getvalue()


def _face(font: bytes) -> Any:
    from uharfbuzz import Blob, Face

    return Face(Blob(font))


@functools.cache
def _whole_face() -> Any:
    """Simplified Chinese among the faces of the collection; the file is mapped, not read."""
    import manimgx_fonts_cjk
    from uharfbuzz import Blob, Face

    path = next(Path(manimgx_fonts_cjk.__file__).parent.glob("*.ttc"))
    blob = Blob.from_file_path(path)
    faces = (Face(blob, number) for number in range(Face(blob).count))
    return next(face for face in faces if face.get_name(1) == SIMPLIFIED_CHINESE_FACE)
