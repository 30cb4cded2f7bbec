"""Every building block with usual and extreme data: it draws, harmlessly, the same each time."""

import datetime
import re
import xml.etree.ElementTree as ElementTree

import pandas as pd
import pytest

from pipeline.exhibits import charts
from pipeline.exhibits.columns import Column
from pipeline.exhibits.specimen_data import HOSTILE
from pipeline.exhibits.specimens import specimens

NAME = Column("name", "Customer")
AMOUNT = Column("amount", "Contracts", "money", low="low", high="high")
TABLE = pd.DataFrame({"name": ["A", "B"], "amount": [3e6, 1e6], "low": [2e6, 0.5e6], "high": [4e6, 2e6]})


@pytest.fixture(scope="module")
def shown(en):
    return list(specimens(en))


def _svgs(html):
    return re.findall(r"<svg class=.qd-(?:wide|narrow).*?</svg>", html, re.S)


def test_every_figure_with_data_has_a_wide_and_a_narrow_drawing_and_its_data(shown):
    for kind, shape, exhibit in shown:
        if exhibit.kind != "figure" or shape == "empty":
            continue
        assert len(_svgs(exhibit.html)) == 2, (kind, shape)
        assert '<details class="qd-data">' in exhibit.html
        assert exhibit.sheets[0].columns


def test_every_empty_figure_says_so(shown, en):
    empty = [exhibit for _, shape, exhibit in shown if shape == "empty" and exhibit.kind == "figure"]
    assert len(empty) >= 10
    assert all(en.text("exhibit-empty") in exhibit.html and "<svg" not in exhibit.html for exhibit in empty)


def test_drawings_are_well_formed_without_script_style_element_or_outer_reference(shown):
    for kind, shape, exhibit in shown:
        for svg in _svgs(exhibit.html):
            root = ElementTree.fromstring(svg)
            tags = {element.tag.split("}")[-1] for element in root.iter()}
            assert not tags & {"script", "style", "foreignObject", "a", "use-external", "metadata"}, (
                kind,
                shape,
            )
            for element in root.iter():
                assert not [name for name in element.attrib if name.startswith("on")]
                href = element.get("href", "#")
                assert href.startswith(("#", "data:image/png;base64,")), href
            assert "font-family" not in svg
            assert not re.search(r"nan|inf", " ".join(re.findall(r'(?: d| x| y|points)="([^"]*)"', svg)))


def test_hostile_names_never_become_markup(shown):
    for _, shape, exhibit in shown:
        if shape == "hostile":
            assert "<script" not in exhibit.html
            assert "<svg onload" not in exhibit.html
            assert "\u202e" not in exhibit.html
            assert "\u2066" not in exhibit.html


def test_text_stays_text_and_mathematics_is_not_typeset(shown):
    bars = next(exhibit for kind, shape, exhibit in shown if (kind, shape) == ("bars", "hostile"))
    assert any("\\frac{a}{b}" in text for text in re.findall(r"<text[^>]*>([^<]*)</text>", bars.html))
    assert HOSTILE[4] in bars.sheets[0].rows[4][0]


def test_colours_are_variables(shown):
    for _, shape, exhibit in shown:
        if exhibit.kind == "figure" and shape == "usual":
            for svg in _svgs(exhibit.html):
                assert not re.search(r"(?:fill|stroke):\s*#", svg)
                assert "var(--qd-" in svg


def test_identifiers_of_the_two_drawings_differ(shown):
    for _, _, exhibit in shown:
        names = re.findall(r'\bid="([^"]+)"', exhibit.html)
        assert len(names) == len(set(names))


def test_the_same_table_gives_the_same_bytes(en):
    drawn = [charts.bars(TABLE, en, name=NAME, value=AMOUNT, title="t").html for _ in range(2)]
    drawn += [charts.forest(TABLE, en, name=NAME, value=AMOUNT, title="t").html for _ in range(2)]
    assert drawn[0] == drawn[1]
    assert drawn[2] == drawn[3]


def test_many_points_are_rasterised_and_small(shown):
    many = next(exhibit for kind, shape, exhibit in shown if (kind, shape) == ("scatter", "many"))
    assert "data:image/png;base64," in many.html
    assert len(many.html) < 400_000


def test_a_usual_figure_is_small(shown):
    sizes = {(kind, shape): len(exhibit.html) for kind, shape, exhibit in shown if shape == "usual"}
    assert max(sizes.values()) < 90_000, sizes


def test_alt_text_says_what_is_shown_and_the_extremes(en):
    html = charts.bars(
        TABLE, en, name=NAME, value=AMOUNT, title="Two customers bring it all.", subtitle="October"
    ).html
    alt = re.search(r'aria-label="([^"]*)"', _svgs(html)[0])[1]
    assert alt == "Two customers bring it all. October. Highest: A, CNY 3.00M. Lowest: B, CNY 1.00M."


def test_intervals_are_written_beside_the_bars_on_a_page(en):
    wide, narrow = _svgs(charts.bars(TABLE, en, name=NAME, value=AMOUNT, title="t").html)
    assert "3.00 (2.00 to 4.00)" in wide
    assert "CNY M" in wide
    assert "CNY 3.00M" in narrow


def test_bars_beyond_the_top_are_announced(en):
    many = pd.DataFrame({"name": [str(at) for at in range(40)], "amount": 1.0, "low": 1.0, "high": 1.0})
    figure = charts.bars(many, en, name=NAME, value=AMOUNT, top=25, title="t")
    assert "15 more stand in the data below." in figure.html
    assert len(figure.sheets[0].rows) == 40


def test_a_forecast_is_marked(reader):
    months = pd.DataFrame(
        {"month": pd.date_range("2026-01-01", periods=6, freq="MS"), "amount": 1e6, "low": 5e5, "high": 2e6}
    )
    figure = charts.line(
        months,
        reader,
        moment=Column("month", "M", "month"),
        value=AMOUNT,
        forecast_from=datetime.date(2026, 5, 1),
        title="t",
    )
    assert reader.text("chart-forecast") in figure.html
    assert "stroke-dasharray" in figure.html


def test_the_frame_is_left_as_it_was(en):
    before = TABLE.copy(deep=True)
    charts.bars(TABLE, en, name=NAME, value=AMOUNT, title="t")
    charts.forest(TABLE, en, name=NAME, value=AMOUNT, title="t")
    pd.testing.assert_frame_equal(TABLE, before)


def test_of_too_many_groups_the_first_and_the_last_are_drawn(en):
    names = [f"g{place:02}" for place in range(40)]
    groups = pd.DataFrame({"group": names, "rate": [0.9 - 0.02 * place for place in range(40)]})
    html = charts.forest(
        groups, en, name=Column("group", "Group"), value=Column("rate", "Rate", "percent"), top=4,
        both_ends=True, title="t",
    ).html  # fmt: skip
    drawn = html.partition("<details")[0]
    assert [name for name in names if f">{name}<" in drawn] == ["g00", "g01", "g38", "g39"]
    assert "36 more between them stand in the data below" in html
