"""The table of what moved the key figures."""

import re

from pipeline.exhibits.change_parts import change_parts

RECORDS = [
    {"name": "landing_year", "label": "Expected landing, year", "value": 611e6},
    {"name": "win_rate", "label": "Win rate", "value": 0.34},
    {"name": "wins", "label": "Deals won", "value": 56.0},
]
BEFORE = {"landing_year": 609e6, "win_rate": 0.36}
PARTS = {
    "landing_year": {"by_new_data": 3e6, "by_corrected_data": -1e6, "by_definition": 0.0, "by_code": 0.0},
    "win_rate": {"by_new_data": -0.02, "by_corrected_data": 0.0, "by_definition": 0.0, "by_code": 0.0},
}


def texts(html, tag):
    return [re.sub("<[^>]*>", "", cell) for cell in re.findall(f"<{tag}[ >].*?</{tag}>", html)]


def test_each_change_stands_in_parts_and_causes_that_moved_nothing_are_left_out(en):
    html = change_parts(RECORDS, BEFORE, PARTS, "Sep 2026", en)
    assert texts(html, "th") == [
        "Key figure", "Sep 2026", "This report", "New data", "Corrected data",
        "Expected landing, year", "Win rate",
    ]  # fmt: skip
    assert texts(html, "td") == [
        "CNY 609M", "CNY 611M", "+CNY 3.00M", "−CNY 1.00M", "36%", "34%", "−2.0 points", "0.0 points",
    ]  # fmt: skip


def test_without_parts_there_is_no_table(en):
    assert change_parts(RECORDS, BEFORE, {}, "Sep 2026", en) == ""
