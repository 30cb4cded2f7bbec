import io
from pathlib import Path

import manimgx_fonts_cjk
from fontTools.ttLib import TTFont

from pipeline.publish.render import fonts


def _face(data):
    return TTFont(io.BytesIO(data))


def test_just_the_characters_used_are_in_the_font():
    cmap = _face(fonts.subset(frozenset("华东ab"))).getBestCmap()
    assert {chr(code) for code in cmap} == set("华东ab")


def test_the_licence_travels_with_the_font():
    names = _face(fonts.subset(frozenset("ab")))["name"]
    assert "Open Font License" in names.getDebugName(13)


def test_the_same_characters_give_the_same_bytes():
    fonts.subset.cache_clear()
    one = fonts.subset(frozenset("华东"))
    fonts.subset.cache_clear()
    assert fonts.subset(frozenset("东华")) == one


def test_a_page_of_latin_letters_is_small():
    assert len(fonts.subset(fonts.LATIN, is_latin=True)) < 20_000


def test_latin_pages_get_narrow_quotation_marks():
    wide, narrow = (_face(fonts.subset(frozenset("’“"), is_latin=latin)) for latin in (False, True))
    for sign in map(ord, "’“"):
        assert narrow["hmtx"][narrow.getBestCmap()[sign]][0] < wide["hmtx"][wide.getBestCmap()[sign]][0]


def test_characters_that_the_font_lacks_are_left_out():
    assert fonts.subset(frozenset("a\U0001f680")) == fonts.subset(frozenset("a"))


def test_widths_of_latin_letters_are_those_by_which_charts_are_laid_out():
    from fontTools.varLib.instancer import instantiateVariableFont

    from pipeline.exhibits.markup import ADVANCES

    face = instantiateVariableFont(_face(fonts.subset(frozenset(map(chr, range(32, 127))))), {"wght": 400})
    cmap, widths = face.getBestCmap(), face["hmtx"]
    assert tuple(widths[cmap[code]][0] for code in range(32, 127)) == ADVANCES


def test_a_page_without_chinese_has_one_face_and_one_with_it_two():
    assert fonts.font_faces("Plain words, “quoted”.", "en").count("@font-face") == 1
    assert fonts.font_faces("华东 East", "en").count("@font-face") == 2


def test_the_latin_face_is_the_same_for_every_page():
    one, two = (fonts.font_faces(text, "en") for text in ("abc", "xyz"))
    assert one == two


def test_what_harfbuzz_cuts_is_what_fonttools_would():
    """The same outlines, at the ends of the range of weights, as a second implementation leaves."""
    from fontTools.pens.recordingPen import DecomposingRecordingPen
    from fontTools.subset import Options, Subsetter

    ours = _face(fonts.subset(frozenset("华A’")))
    path = next(Path(manimgx_fonts_cjk.__file__).parent.glob("*.ttc"))
    theirs = TTFont(path, fontNumber=2, lazy=True)
    subsetter = Subsetter(Options(layout_features=["kern", "halt", "chws"], notdef_outline=True))
    subsetter.populate(unicodes=[ord(character) for character in "华A’"])
    subsetter.subset(theirs)
    for weight in (100, 400, 900):
        drawn = []
        for font in (ours, theirs):
            glyphs, pens = font.getGlyphSet(location={"wght": weight}), []
            for code in sorted(font.getBestCmap()):
                pen = DecomposingRecordingPen(glyphs)
                glyphs[font.getBestCmap()[code]].draw(pen)
                pens.append((chr(code), glyphs[font.getBestCmap()[code]].width, pen.value))
            drawn.append(pens)
        assert drawn[0] == drawn[1]
