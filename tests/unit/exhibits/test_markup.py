import html

import pytest

from pipeline.exhibits import markup
from pipeline.exhibits.specimen_data import HOSTILE


@pytest.mark.parametrize("name", HOSTILE)
def test_escaped_text_has_no_tag_and_no_quote(name):
    escaped = markup.escape(name)
    assert not set(escaped) & set("<>\"'")
    assert html.unescape(escaped) == markup.clean(name)


def test_bidirectional_overrides_and_controls_are_taken_out():
    assert markup.clean("Right\u202eto\u2066left\u200b\x00\x1b[31m") == "Righttoleft[31m"
    assert markup.clean("two\n lines\t here") == "two lines here"
    assert markup.clean("lone \ud800 surrogate") == "lone \ufffd surrogate"


def test_letters_that_are_composed_or_not_are_the_same():
    assert markup.clean("e\u0301") == "\u00e9"


def test_width_counts_chinese_double_and_combining_marks_not():
    assert markup.width("中文", 10) == 20
    assert markup.width("a\u0323", 10) == markup.width("a", 10)
    assert markup.width("WWW", 10) > markup.width("iii", 10)


def test_shorten_fits_the_room():
    for room in (20, 60, 200):
        short = markup.shorten("上海 A rather long name of a customer", room)
        assert markup.width(short) <= room + 1e-9
    assert markup.shorten("short", 200) == "short"


def test_wrap_breaks_chinese_anywhere_and_english_at_spaces():
    assert markup.wrap("甲乙丙丁", 24, 12, lines=2) == ["甲乙", "丙丁"]
    assert markup.wrap("one two", markup.width("one t"), 12) == ["one", "two"]


def test_token_depends_on_the_parts_and_their_borders():
    assert markup.token("a", "bc") == markup.token("a", "bc") != markup.token("ab", "c")
    assert markup.token("x")[0].isalpha()


def test_tag_leaves_out_empty_attributes_and_escapes_the_rest():
    assert markup.tag("p", "x", "", aria_label='say "no"') == '<p aria-label="say &quot;no&quot;">x</p>'
