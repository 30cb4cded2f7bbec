import io
import re
import tomllib
from pathlib import Path

import openpyxl
import pytest

from pipeline.errors import SourceError
from pipeline.sources import detect_crm, layers, match, read
from pipeline.sources.delimited import read_delimited
from pipeline.sources.labels import bracketed, fold, fold_without_unit
from pipeline.sources.mapping import mapping_from, shipped


def test_labels_fold_case_blanks_width_and_signs():
    same = ["Deal - Title", "deal_title", "ＤＥＡＬ　ＴＩＴＬＥ", "\ufeffdeal title", "Deal: Title"]
    assert {fold(label) for label in same} == {"dealtitle"}
    assert fold_without_unit("预计金额（万元）") == "预计金额"
    assert bracketed("Amount (USD)") == ("USD",)


def test_lines_are_those_of_the_file_also_after_blank_and_broken_lines():
    text = 'Report\n\nid,name,amount\n1,a,5\n\n2,"b\nc",6\n3,d\n4,e,7\n'
    read_file = read_delimited(text.encode(), "x.csv")
    assert read_file.frame.index.tolist() == [4, 6, 9]
    assert [(line.line, line.rule) for line in read_file.refused] == [(8, "too-few-fields")]


def test_the_fast_and_the_careful_path_read_the_same():
    rows = [f'{n},"name {n}, x",{n * 1.5}' for n in range(50)]
    fast = read_delimited("\n".join(["id,name,amount", *rows]).encode(), "x.csv")
    slow = read_delimited("\n".join(["id,name,amount", *rows, '50,"two\nlines",1']).encode(), "x.csv")
    assert fast.frame.equals(slow.frame.iloc[:-1])
    assert fast.frame.dtypes.tolist() == slow.frame.dtypes.tolist()


def test_a_line_that_names_its_separator_is_believed():
    assert list(read_delimited(b"sep=;\na;b\n1,5;2\n", "x.csv").frame.columns) == ["a", "b"]


def test_workbooks_keep_sheets_dates_and_whole_numbers(tmp_path):
    import datetime

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Orders"
    for row in [["Orders of October"], [], ["order_id", "order_date", "amount"]]:
        sheet.append(row)
    sheet.append([1001.0, datetime.datetime(2026, 10, 31), 12.5])
    book.create_sheet("Hidden").sheet_state = "hidden"
    buffer = io.BytesIO()
    book.save(buffer)
    (tmp_path / "book.xlsx").write_bytes(buffer.getvalue())
    (found,) = read(str(tmp_path))
    assert found.origin == "book.xlsx[Orders]"
    assert found.frame.to_dict("index") == {
        4: {"order_id": "1001", "order_date": "2026-10-31", "amount": "12.5"}
    }


def test_folders_are_read_in_order_and_without_what_is_no_table(tmp_path):
    for name in ("b.csv", "a.csv", "notes.md", "~$a.xlsx", ".hidden.csv"):
        (tmp_path / name).write_text("x,y\n1,2\n", encoding="utf-8")
    assert [found.origin for found in read(str(tmp_path))] == ["a.csv", "b.csv"]


def test_the_users_mapping_stands_above_the_shipped_ones(tmp_path):
    (tmp_path / "own.toml").write_text(
        '[customers]\nfiles = ["kunden*"]\ncolumns.name = "Firma"\n', encoding="utf-8"
    )
    (tmp_path / "kunden.csv").write_text("customer_id,Firma,name\n1,Acme,other\n", encoding="utf-8")
    (source,) = read(str(tmp_path / "kunden.csv"))
    found = match(source, layers(str(tmp_path / "own.toml")))
    assert found.columns["name"] == "Firma"
    assert found.how == {"name": "own", "customer_id": "catalog"}
    assert found.unused == ("name",)


def test_plain_labels_are_no_systems(tmp_path):
    (tmp_path / "customers.csv").write_text("customer_id,name,industry\nC1,Acme,steel\n", encoding="utf-8")
    (tmp_path / "invoices.csv").write_text(
        "invoice_id,customer_id,Invoice Date,Due Date,Total\nI1,C1,2026-03-01,2026-04-01,5\n",
        encoding="utf-8",
    )
    sources = list(read(str(tmp_path)))
    assert detect_crm(sources) == ""
    customers, invoices = (match(source, layers("odoo")) for source in sources)
    assert customers.columns == {"customer_id": "customer_id", "name": "name", "industry": "industry"}
    assert invoices.columns["amount"] == "Total"


def test_ignored_files_are_left_alone(tmp_path):
    (tmp_path / "own.toml").write_text('ignore = ["old_*"]\n', encoding="utf-8")
    (tmp_path / "old_customers.csv").write_text("customer_id,name\n1,Acme\n", encoding="utf-8")
    (source,) = read(str(tmp_path / "old_customers.csv"))
    assert match(source, layers(str(tmp_path / "own.toml"))) is None


@pytest.mark.parametrize("name", sorted(shipped()))
def test_shipped_mappings_name_only_real_stages_and_columns(name):
    stages = {"lead", "qualified", "proposal", "tender", "negotiation", "contract", "won", "lost", "invalid"}
    section = shipped()[name].section("opportunities")
    assert set(section.values.get("stage", {}).values()) <= stages
    assert set(section.values.get("outcome", {}).values()) <= {"open", "won", "lost", "invalid"}


def test_a_mapping_with_a_wrong_value_names_it():
    with pytest.raises(SourceError, match=r"dates"):
        mapping_from({"dates": "sometimes"}, "own.toml")


def test_the_mapping_of_the_documentation_is_right():
    text = (Path(__file__).parents[3] / "docs" / "importing.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```toml\n(.*?)```", text, flags=re.DOTALL)
    mapping = mapping_from(tomllib.loads(block), "docs/importing.md")
    assert mapping.section("opportunities").columns["reason_rep"] == ("Grund", "Verlustgrund")
