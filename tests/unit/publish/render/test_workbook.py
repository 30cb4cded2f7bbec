import math

import openpyxl
import pandas as pd
import pytest

from pipeline.exhibits.columns import Column
from pipeline.exhibits.specimen_data import HOSTILE
from pipeline.exhibits.tables import table
from pipeline.publish.render import render_report
from pipeline.publish.render.workbook import sheet_names

FORMULAS = ('=cmd|"/c calc"!A0', "+1+1", "-2+3", "@SUM(1)", "\t=1", "http://example.invalid")


@pytest.fixture(scope="module")
def workbook(write, en, company, facts, tmp_path_factory):
    tmp_path = tmp_path_factory.mktemp("book")
    frame = pd.DataFrame(
        {
            "name": [*FORMULAS, *HOSTILE],
            "amount": [1e6 / 3] * 13 + [math.nan],
            "rate": 0.25,
            "day": pd.Timestamp("2026-10-05"),
        }
    )
    columns = [
        Column("name", "=Name"), Column("amount", "Contracts", "money"), Column("rate", "Rate", "percent"),
        Column("day", "Day", "date"),
    ]  # fmt: skip
    shown = table(frame, columns, en, title="=1+1: [a]/b*c?", note="A note.", top=3)
    executed = write([("Part", "c", [shown, shown])])
    report = render_report(executed, tmp_path / "r.html", company=company, language="en", facts=facts)
    return openpyxl.load_workbook(report.workbook)


def test_no_cell_is_a_formula_or_a_link(workbook):
    for sheet in workbook.worksheets[1:]:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", (sheet.title, cell.coordinate)
                assert cell.hyperlink is None


def test_all_rows_are_there_typed_and_formatted(workbook):
    sheet = workbook.worksheets[1]
    assert [cell.value for cell in sheet[3]] == ["=Name", "Contracts (CNY)", "Rate", "Day"]
    assert sheet["A4"].value == FORMULAS[0]
    assert sheet["B4"].value == pytest.approx(1e6 / 3)
    assert sheet["B4"].number_format.startswith("#,##0.00")
    assert sheet["C4"].number_format == "0.0%"
    assert sheet["D4"].is_date
    assert sheet["B17"].value is None
    assert sheet.max_row == 3 + len(FORMULAS) + len(HOSTILE) + 2
    assert sheet.freeze_panes == "B4"


def test_contents_and_provenance(workbook):
    names = workbook.sheetnames
    assert [names[0], names[-1]] == ["Contents", "Provenance"]
    contents = workbook.worksheets[0]
    assert [contents["A4"].value, contents["C4"].value] == [names[1], 14]
    values = [cell.value for cell in workbook.worksheets[-1]["B"]]
    assert "East market" in values
    assert "f" * 64 in values


def test_sheet_names_are_what_excel_accepts():
    names = sheet_names(["A" * 40, "a" * 40, "x/y:z", "", "History", "History"])
    assert all(0 < len(name) <= 31 for name in names)
    assert len({name.casefold() for name in names}) == 6
    assert not set("[]:*?/\\") & set("".join(names))
    assert "history" not in {name.casefold() for name in names}
