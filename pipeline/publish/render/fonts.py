"""The page's font: just the characters that a page uses, as WOFF2 inside the page.

Noto Sans SC has the Latin letters and figures as well as the Chinese ones, so that a page looks the
same on every machine, also on one without any font. It is used under the SIL Open Font License 1.1.
"""

import base64
import functools
import hashlib
import io
from pathlib import Path
from typing import Any

from pipeline.company import Language
from pipeline.publish.render.kept_fonts import kept, kept_path

FAMILY = "Quarterdeck Sans"
SIMPLIFIED_CHINESE_FACE = "Noto Sans CJK SC"
FAMILY_BEYOND = "Quarterdeck Sans SC"
QUOTES = "“”‘’…—·×±"
LATIN = frozenset(map(chr, range(0x20, 0x7F))) | frozenset(QUOTES + "–−▲▼≥≤€£¥éèüöäßñçåøÉÖÜ")
DROPPED_TABLES = ("VORG", "vhea", "vmtx", "VVAR", "BASE", "DSIG", "STAT", "GSUB")


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
        f'src:url(data:font/woff2;base64,{packed}) format("woff2")}}'
    )


@functools.lru_cache(maxsize=64)
def subset(characters: frozenset[str], *, is_latin: bool = False) -> bytes:
    """Noto Sans SC with these characters only, all weights, as WOFF2; the same bytes for the same set.

    Quotation marks and dots are as wide as a Chinese character in this font; with `is_latin` they take
    the narrow forms that the font has beside them. What is cut once and kept (`kept_fonts`) saves seconds a
    page and changes no byte.
    """
    source = _path()
    if is_latin:
        name = f"latin-{hashlib.sha256(''.join(sorted(characters)).encode()).hexdigest()[:16]}.woff2"
        return kept(name, source, lambda: _cut(_face(source), characters, is_latin=True, flavor="woff2"))
    if characters <= usual():
        usual_path = kept_path("usual.otf", source, lambda: _cut(_face(source), usual()))
        source = usual_path or source
    return _cut(_face(source), characters, flavor="woff2")


@functools.cache
def usual() -> frozenset[str]:
    """Signs and the characters of GB 2312: all but rare names stand in them."""
    signs = {*LATIN, *map(chr, (*range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x2000, 0x2700)))}
    signs |= {chr(code) for code in (*range(0x3000, 0x3040), *range(0xFF00, 0xFFF0))}
    rows = range(0xA1, 0xF8)
    pairs = (bytes((row, cell)).decode("gb2312", "ignore") for row in rows for cell in range(0xA1, 0xFF))
    return frozenset(signs | {character for character in pairs if character})


def _cut(
    font: Any, characters: frozenset[str], *, is_latin: bool = False, flavor: str | None = None
) -> bytes:
    from fontTools.subset import Options, Subsetter

    options = Options(
        layout_features=["kern", "halt", "chws"],
        name_IDs=[0, 1, 2, 13, 14],
        notdef_outline=True,
        hinting=True,
        drop_tables=[*Options().drop_tables, *DROPPED_TABLES],
    )
    if is_latin:
        _narrow_quotes(font)
    wanted = _available(font) & {ord(character) for character in characters}
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=sorted(wanted))
    subsetter.subset(font)
    font.flavor = flavor
    buffer = io.BytesIO()
    font.save(buffer, reorderTables=False)
    return buffer.getvalue()


def _narrow_quotes(font: Any) -> None:
    narrow: dict[str, str] = {}
    rules = font["GSUB"].table
    for feature in rules.FeatureList.FeatureRecord:
        if feature.FeatureTag == "pwid":
            for number in feature.Feature.LookupListIndex:
                for rule in rules.LookupList.Lookup[number].SubTable:
                    narrow |= getattr(getattr(rule, "ExtSubTable", rule), "mapping", {})
    for table in font["cmap"].tables:
        if hasattr(table, "cmap"):
            for sign in map(ord, QUOTES):
                if sign in table.cmap:
                    table.cmap[sign] = narrow.get(table.cmap[sign], table.cmap[sign])


def _available(font: Any) -> set[int]:
    return set(font.getBestCmap())


def _face(path: Path) -> Any:
    from fontTools.ttLib import TTFont

    number = _face_number(path) if path.suffix == ".ttc" else -1
    return TTFont(path, fontNumber=number, lazy=True, recalcTimestamp=False, recalcBBoxes=False)


def _path() -> Path:
    import manimgx_fonts_cjk

    return next(Path(manimgx_fonts_cjk.__file__).parent.glob("*.ttc"))


@functools.cache
def _face_number(path: Path) -> int:
    from fontTools.ttLib import TTCollection

    with TTCollection(path, lazy=True) as collection:
        names = [font["name"].getDebugName(1) for font in collection]
    return names.index(SIMPLIFIED_CHINESE_FACE)
