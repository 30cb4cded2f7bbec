"""A reader's own targets in the proposed split: by hand, from files, and on random figures."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from pipeline.analyses.performance.override import overriding, read_override
from pipeline.analyses.performance.split import propose_split
from pipeline.company import Company
from pipeline.errors import UsageError

COMPANY = Company.model_validate(
    {
        "dimensions": {
            "market": [{"key": "East", "en": "East China", "zh": "华东"}, {"key": "South", "zh": "华南"}]
        }
    }
)
MONTHS = ("2027-01", "2027-02")


def proposed(total=1_000_000.0):
    history = pd.DataFrame(
        {
            "market": ["East", "East", "South"],
            "business_line": ["direct", "service", "direct"],
            "amount": [50.0, 20, 30],
        }
    )
    return propose_split(total, history, history, pd.Series({"2027-01": 0.4, "2027-02": 0.6}))


def own(*rows):
    frame = pd.DataFrame(rows, columns=["market", "business_line", "month", "amount", "share"])
    return frame.astype({"amount": "float64", "share": "float64"})


def by_unit(table):
    return table.groupby(["market", "business_line"])["proposed"].sum().to_dict()


def test_others_keep_their_proportions_and_fill_up_the_total():
    table = overriding(proposed(), own(("South", "direct", "", None, 0.1)))
    # South gets a tenth; the rest of 900,000 is split 50 : 20 as before.
    assert by_unit(table) == pytest.approx(
        {
            ("South", "direct"): 100_000,
            ("East", "direct"): 900_000 * 5 / 7,
            ("East", "service"): 900_000 * 2 / 7,
        },
        abs=100,
    )
    assert table["proposed"].sum() == 1_000_000
    south = table.loc[table["market"] == "South"]
    assert south["proposed"].tolist() == [40_000, 60_000]  # its season
    assert south["override"].tolist() == [40_000, 60_000]


def test_a_cell_and_its_unit_together():
    asked = own(("East", "direct", "", 600_000, None), ("East", "direct", "2027-01", 123_456, None))
    table = overriding(proposed(), asked).set_index(["market", "business_line", "month"])["proposed"]
    assert table["East", "direct", "2027-01"] == 123_456  # to the yuan, as asked
    assert table["East", "direct", "2027-02"] == 600_000 - 123_456
    assert table.sum() == 1_000_000


def test_nothing_asked_changes_nothing():
    pd.testing.assert_frame_equal(overriding(proposed(), own()), proposed())


figures = st.lists(st.integers(0, 160_000), min_size=6, max_size=6)


@settings(max_examples=40, deadline=None)
@given(figures, st.lists(st.booleans(), min_size=6, max_size=6).filter(lambda flags: not all(flags)))
def test_any_figures_below_the_total_are_kept_and_the_total_holds(amounts, chosen):
    table = proposed()
    rows = [
        (row.market, row.business_line, row.month, float(amount), None)
        for row, amount, flag in zip(table.itertuples(), amounts, chosen, strict=True)
        if flag
    ]
    result = overriding(table, own(*rows))
    assert result["proposed"].sum() == pytest.approx(1_000_000, abs=1e-6)
    assert (result["proposed"] >= -1e-6).all()
    cells = result.set_index(["market", "business_line", "month"])["proposed"]
    assert all(cells[row[:3]] == row[3] for row in rows)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([("West", "direct", "", 1.0, None)], "market 'West' is not in the proposal. Known: East, South"),
        ([("South", "service", "", 1.0, None)], "South / service is not in the proposal"),
        ([("South", "direct", "2027-05", 1.0, None)], "month '2027-05'"),
        ([("South", "direct", "", 1.0, None), ("South", "direct", "", 2.0, None)], "given twice"),
        ([("South", "direct", "", 1.0, 0.5)], "an amount or a share, not both"),
        (
            [("South", "direct", "", None, 0.7), ("East", "direct", "", None, 0.4)],
            "1,100,000, more than the total",
        ),
        ([("South", "direct", "", 10.0, None), ("South", "direct", "2027-01", 20.0, None)], "do not fit"),
        (
            [
                (m, line, "", 1_000.0, None)
                for m, line in (("East", "direct"), ("East", "service"), ("South", "direct"))
            ],
            "997,000 of the total of 1,000,000 is left over",
        ),
    ],
)
def test_faults_are_named(rows, message):
    with pytest.raises(UsageError, match=message):
        overriding(proposed(), own(*rows))


def test_a_csv_of_either_language(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("市场,业务线,月份,占比\n华东,direct,,12%\nSouth,direct,2027-01,\n", encoding="utf-8-sig")
    read = read_override(path, COMPANY)
    assert read.to_dict("records")[0] | {"amount": 0} == {
        "market": "East", "business_line": "direct", "month": "", "amount": 0, "share": 0.12,
    }  # fmt: skip
    assert len(read) == 1  # the row without a figure is left as computed


def test_the_proposals_own_sheet_comes_back(tmp_path):
    book = Workbook()
    book.active.append(["Something else"])
    sheet = book.create_sheet("Proposal")
    sheet.append(["Market", "Business line", "Month", "By formula", "Own figure", "Proposed target"])
    sheet.append(["East China", "direct", "2027-01-01", 199_850, "250,000", 199_900])
    sheet.append(["South", "direct", "2027-01-01", 120_000, None, 120_000])
    book.save(tmp_path / "own.xlsx")
    read = read_override(tmp_path / "own.xlsx", COMPANY)
    assert read[["market", "month", "amount"]].to_numpy().tolist() == [["East", "2027-01", 250_000.0]]


def test_a_reports_sheet_has_its_title_above_and_units_behind(tmp_path):
    book = Workbook()
    sheet = book.active
    sheet.append(["Proposal for 2027: CNY 27.2M"])
    sheet.append([])
    sheet.append(["市场", "业务线", "月份", "公式计算 (CNY)", "自定金额 (CNY)", "建议指标 (CNY)"])
    sheet.append(["华东", "direct", "2027-01", 199_850.5, 250_000, 199_900])
    book.save(tmp_path / "own.xlsx")
    read = read_override(tmp_path / "own.xlsx", COMPANY)
    assert read[["market", "month", "amount"]].to_numpy().tolist() == [["East", "2027-01", 250_000.0]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("market,amount\nEast,1\n", "no column business_line. Its columns: market, amount"),
        ("market,business_line\nEast,direct\n", "no column amount or share"),
        ("market,business_line,amount\nEast,direct,many\n", "line 2: amount is 'many'"),
        ("market,business_line,share\nEast,direct,-3%\n", "line 2: share is '-3%'"),
    ],
)
def test_files_that_cannot_be_read_say_why(tmp_path, text, message):
    (tmp_path / "own.csv").write_text(text)
    with pytest.raises(UsageError, match=message):
        read_override(tmp_path / "own.csv", COMPANY)


def test_no_file(tmp_path):
    with pytest.raises(UsageError, match="no such file"):
        read_override(tmp_path / "own.csv", COMPANY)
