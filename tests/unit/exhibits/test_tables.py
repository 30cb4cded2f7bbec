import math
import re

import pandas as pd

from pipeline.exhibits.columns import Column
from pipeline.exhibits.tables import table

MARKET = Column("market", "Market", "label", dimension="market")
AMOUNT = Column("amount", "Contracts", "money", adds=True)


def _frame(amounts):
    return pd.DataFrame({"market": ["East", "North", "South", "West"][: len(amounts)], "amount": amounts})


def _cells(html, part):
    body = re.search(f"<{part}>(.*?)</{part}>", html, re.S)[1]
    rows = re.findall(r"<tr.*?>(.*?)</tr>", body)
    return [
        [re.sub("<[^>]+>", "", cell) for cell in re.findall(r"<t[hd].*?>(.*?)</t[hd]>", row)] for row in rows
    ]


def test_rows_in_one_unit_named_in_the_head(en):
    shown = table(_frame([3.2e6, 4e5]), [MARKET, AMOUNT], en, title="t")
    assert _cells(shown.html, "thead") == [["Market", "ContractsCNY M"]]
    assert _cells(shown.html, "tbody") == [["East", "3.20"], ["North", "0.40"]]


def test_labels_and_units_in_chinese(zh):
    shown = table(_frame([3.2e6, 4e5]), [MARKET, Column("amount", "合同额", "money")], zh, title="t")
    assert _cells(shown.html, "thead") == [["Market", "合同额万元"]]
    assert _cells(shown.html, "tbody") == [["华东", "320"], ["华北", "40"]]


def test_top_and_others_add_up_to_the_total(en):
    shown = table(
        _frame([1e6, 5e6, 2e6, 3e6]), [MARKET, AMOUNT], en, sort="amount", top=2, total=True, title="t"
    )
    assert [row[1] for row in _cells(shown.html, "tbody")] == ["5.00", "3.00"]
    assert _cells(shown.html, "tfoot") == [["2 others", f"{1 + 2:.2f}"], ["Total", f"{1 + 5 + 2 + 3:.2f}"]]


def test_one_row_too_many_is_shown_rather_than_called_other(en):
    shown = table(_frame([1e6, 2e6, 3e6]), [MARKET, AMOUNT], en, top=2, title="t")
    assert len(_cells(shown.html, "tbody")) == 3


def test_totals_that_do_not_add_are_given(en):
    rate = Column("rate", "Win rate", "percent")
    frame = _frame([1e6, 3e6]).assign(rate=[0.2, 0.6])
    shown = table(frame, [MARKET, AMOUNT, rate], en, total={"rate": 0.5}, title="t")
    assert _cells(shown.html, "tfoot") == [["Total", "4.00", "50%"]]
    blank = table(frame, [MARKET, AMOUNT, rate], en, total=True, title="t")
    assert _cells(blank.html, "tfoot") == [["Total", "4.00", ""]]


def test_a_note_says_when_rounding_shows(en):
    off = table(_frame([1.004e6, 1.004e6]), [MARKET, AMOUNT], en, total=True, title="t")
    exact = table(_frame([1e6, 1e6]), [MARKET, AMOUNT], en, total=True, title="t")
    # 1.00 + 1.00 shows as 2.01
    assert "Figures are rounded" in off.html
    assert "Figures are rounded" not in exact.html


def test_small_money_columns_get_their_own_unit(en):
    frame = _frame([3e6, 4e6]).assign(fee=[900.0, 100.0], near=[4e5, 9e5])
    columns = [MARKET, AMOUNT, Column("fee", "Fee", "money"), Column("near", "Near", "money")]
    shown = table(frame, columns, en, title="t")
    assert _cells(shown.html, "thead")[0][1:] == ["ContractsCNY M", "FeeCNY", "NearCNY M"]
    assert _cells(shown.html, "tbody")[0][1:] == ["3.00", "900", "0.40"]


def test_intervals_are_written(en):
    rate = Column("rate", "Win rate", "percent", "interval", low="low", high="high")
    frame = pd.DataFrame({"market": ["East"], "rate": [0.5], "low": [0.4], "high": [0.6]})
    assert _cells(table(frame, [MARKET, rate], en, title="t").html, "tbody") == [["East", "50%40% to 60%"]]


def test_absent_values_are_dashes_everywhere(reader):
    change = Column("change", "Change", "money", "change")
    spark = Column("spark", "Trend", "number", "sparkline")
    frame = _frame([math.nan]).assign(change=math.nan, spark=[[]])
    columns = [MARKET, Column("amount", "A", "money", "bar"), change, spark]
    assert _cells(table(frame, columns, reader, title="t").html, "tbody")[0][1:] == ["–", "–", "–"]


def test_a_change_that_rounds_to_nothing_has_no_arrow(en):
    change = Column("change", "Change", "count", "change")
    frame = _frame([1.0, 1.0]).assign(change=[0.2, -3])
    first, second = (row[1] for row in _cells(table(frame, [MARKET, change], en, title="t").html, "tbody"))
    assert (first, second) == ("0", "−3 ▼")


def test_an_empty_frame_says_so(reader):
    shown = table(_frame([]), [MARKET, AMOUNT], reader, total=True, title="t")
    assert reader.text("exhibit-empty") in shown.html
    assert "<table" not in shown.html
    told = table(_frame([]), [MARKET, AMOUNT], reader, title="t", empty="None <of> them.")
    assert "None &lt;of&gt; them." in told.html
    assert reader.text("exhibit-empty") not in told.html


def test_the_workbook_gets_all_rows_unrounded_with_intervals_as_columns(en):
    rate = Column("rate", "Win rate", "percent", low="low", high="high")
    frame = _frame([1e6, 5e6, 2e6, 3e6]).assign(rate=1 / 3, low=0.25, high=math.nan)
    sheet = table(frame, [MARKET, AMOUNT, rate], en, top=1, title="Title", note="Note.").sheets[0]
    assert [column["label"] for column in sheet.columns] == [
        "Market",
        "Contracts",
        "Win rate",
        "Win rate (low)",
        "Win rate (high)",
    ]
    assert sheet.rows[1] == ("North", 5_000_000, 1 / 3, 0.25, None)
    assert len(sheet.rows) == 4
    assert sheet.notes == ("Note.",)


def test_hostile_names_are_text(en):
    frame = pd.DataFrame({"name": ["<script>alert(1)</script>", "a\u202eb"], "amount": [1.0, 2.0]})
    html = table(frame, [Column("name", "<b>Name</b>"), AMOUNT], en, title="<i>t</i>", note="<u>").html
    assert "<script" not in html
    assert "<b>Name" not in html
    assert "<i>t" not in html
    assert "\u202e" not in html


def test_the_scrolling_region_can_be_reached_by_keyboard_and_has_a_name(en):
    html = table(_frame([1e6]), [MARKET, AMOUNT], en, title="Contracts by market").html
    assert 'role="region" tabindex="0" aria-label="Contracts by market"' in html
    assert 'scope="row"' in html
    assert 'scope="col"' in html


def test_a_table_mostly_of_fractions_takes_the_next_smaller_unit(en, zh):
    frame = _frame([3e6, 4e5, 2e5])
    assert _cells(table(frame, [MARKET, AMOUNT], en, title="t").html, "thead")[0][1:] == ["ContractsCNY k"]
    assert _cells(table(frame, [MARKET, AMOUNT], en, title="t").html, "tbody")[0][1:] == ["3,000"]
    wide = _frame([3e8, 4e7, 2e7])
    assert _cells(table(wide, [MARKET, AMOUNT], zh, title="t").html, "thead")[0][1:] == ["Contracts万元"]


def test_figures_that_name_rows_stand_left_and_short_words_stay_whole(en):
    pairs = pd.DataFrame({"pair": [1, 2], "name": ["Won", "A much longer name of a deal"]})
    columns = [Column("pair", "Pair", "count"), Column("name", "Deal")]
    shown = table(pairs, columns, en, title="t").html
    assert '<th scope="row">1</th>' in shown
    assert '<td class="qd-short"><bdi>Won</bdi></td>' in shown
    assert "<td><bdi>A much longer name of a deal</bdi></td>" in shown
