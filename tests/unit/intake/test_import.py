"""Loading again, overlapping files, references, masters, and the quality of what was loaded."""

import datetime
import json

import pytest
from click.testing import CliRunner

from pipeline.commands.intake import check as check_command
from pipeline.commands.intake import import_ as import_command
from pipeline.company import company_from, load_company
from pipeline.intake import import_data
from pipeline.intake.quality import quality
from pipeline.warehouse import Warehouse

TODAY = datetime.date(2026, 11, 22)
COMPANY = company_from({"money": {"currency": "CNY"}})
LINES = "order_id,line,order_date,customer_id,product_id,quantity,unit_price\n"


@pytest.fixture
def load(tmp_path):
    warehouse = Warehouse.open(tmp_path / "data", "")

    def run(files, company=COMPANY, **options):
        folder = tmp_path / f"exports{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
        return import_data([str(folder)], warehouse, company, today=TODAY, **options)

    run.warehouse = warehouse
    return run


def test_an_order_in_a_later_file_replaces_the_earlier_version_as_a_whole(load):
    load(
        {
            "lines.csv": LINES
            + "S1,1,2026-01-05,C1,P1,1,10\nS1,2,2026-01-05,C1,P2,1,20\nS2,1,2026-01-06,C1,P1,1,5\n"
        }
    )
    load({"lines.csv": LINES + "S1,1,2026-01-05,C1,P1,1,99\nS3,1,2026-01-07,C2,P1,1,7\n"})
    lines = load.warehouse.frame("order_lines")
    assert list(zip(lines["order_id"], lines["amount"], strict=True)) == [("S1", 99), ("S2", 5), ("S3", 7)]
    orders = load.warehouse.frame("orders").set_index("order_id")["amount"].to_dict()
    assert orders == {"S1": 99, "S2": 5, "S3": 7}
    assert load.warehouse.frame("customers")["customer_id"].tolist() == ["C1", "C2"]


def test_lines_beside_orders_do_not_make_orders_again(load):
    load(
        {
            "orders.csv": "order_id,order_date,customer_id,amount\nS1,2026-01-05,C1,28\n",
            "lines.csv": LINES
            + "S1,1,2026-01-05,C1,P1,1,10\nS1,2,2026-01-05,C1,P2,1,20\nS2,1,2026-01-06,C1,P1,1,5\n",
        }
    )
    orders = load.warehouse.frame("orders").set_index("order_id")["amount"].to_dict()
    assert orders == {"S1": 28, "S2": 5}


def test_the_same_file_again_changes_nothing_and_another_mapping_loads_it_anew(load, tmp_path):
    files = {"lines.csv": LINES + "S1,1,2026-01-05,C1,P1,1,10\n"}
    load(files)
    before = load.warehouse.fingerprint("orders")
    assert load(files).files["status"].tolist() == ["unchanged"]
    assert load.warehouse.fingerprint("orders") == before
    assert load.warehouse.rows("imports") == 1
    own = tmp_path / "own.toml"
    own.write_text('[order_lines.constants]\nchannel = "web"\n', encoding="utf-8")
    assert load(files, mapping=str(own)).files["status"].tolist() == ["loaded"]
    assert load.warehouse.frame("orders")["channel"].tolist() == ["web"]


def test_a_dry_run_writes_nothing(load):
    report = load({"lines.csv": LINES + "S1,1,2026-01-05,C1,P1,1,10\n"}, dry_run=True)
    assert not load.warehouse.has("orders")
    assert "product_id           <- product_id" in report.to_text()


def test_columns_that_a_later_master_lacks_keep_their_values(load):
    load({"customers.csv": "customer_id,name,industry\nC1,Acme,steel\nC2,Beta,paper\n"})
    load({"customers.csv": "customer_id,employees\nC1,50\n"})
    customers = load.warehouse.frame("customers").set_index("customer_id")
    assert customers.loc["C1", "industry"] == "steel"
    assert customers.loc["C1", "employees"] == 50
    assert customers.loc["C2", "name"] == "Beta"


def test_a_second_export_appends_what_changed(load):
    header = "opportunity_id,customer_id,owner,stage,created_on,close_date,amount\n"
    load(
        {
            "deals.csv": header
            + "D1,C1,Ann,tender,2026-03-01,2026-12-31,500\nD2,C1,Ann,lead,2026-03-01,2026-12-31,5\n"
        },
        exported_on=datetime.date(2026, 9, 30),
    )
    load(
        {
            "deals.csv": header
            + "D1,C1,Ann,won,2026-03-01,2026-10-15,480\nD2,C1,Ann,lead,2026-03-01,2026-12-31,5\n"
        },
        exported_on=datetime.date(2026, 10, 31),
    )
    history = load.warehouse.frame("opportunity_history")
    rows = [
        (r.opportunity_id, r.outcome, r.stage, f"{r.changed_on:%m-%d}", f"{r.known_on:%m-%d}")
        for r in history.itertuples()
    ]
    assert rows == [
        ("D1", "open", "", "03-01", "03-01"), ("D1", "open", "tender", "09-30", "09-30"),
        ("D1", "won", "tender", "10-15", "10-15"), ("D2", "open", "", "03-01", "03-01"),
        ("D2", "open", "lead", "09-30", "09-30"),
    ]  # fmt: skip


def test_an_opportunity_is_of_the_line_of_its_product(load):
    load(
        {
            "products.csv": "product,series,sales_price\nGTX Pro,GTX,5\n",
            "deals.csv": "opportunity_id,stage,created_on,product\nD1,lead,2026-03-01,GTXPro\n"
            "D2,lead,2026-03-01,\n",
        }
    )
    assert load.warehouse.frame("opportunities")["product_line"].tolist() == ["GTX", ""]


def test_an_older_export_says_nothing_new(load):
    header = "opportunity_id,stage,created_on,amount\n"
    load({"deals.csv": header + "D1,tender,2026-03-01,500\n"}, exported_on=datetime.date(2026, 10, 31))
    before = load.warehouse.fingerprint("opportunity_history")
    report = load({"deals.csv": header + "D1,lead,2026-03-01,300\n"}, exported_on=datetime.date(2026, 9, 30))
    assert "are known from a later export" in report.to_text()
    assert load.warehouse.fingerprint("opportunity_history") == before


def test_quality_names_what_is_wrong_and_what_lacks(load):
    company = company_from({"dimensions": {"industry": [{"key": "steel"}]}})
    load(
        {
            "customers.csv": "customer_id,name,industry\nC1,Acme,steel\nC2,Beta,stele\n",
            "invoices.csv": "invoice_id,customer_id,invoice_date,due_date,amount\n"
            "I1,C1,2026-03-01,2026-02-01,5\nI2,C9,2026-03-02,,5\n",
        },
        company=company,
        exported_on=datetime.date(2026, 3, 31),
    )
    report = quality(load.warehouse, company, TODAY)
    assert report.exit_code == 0
    assert report.orphans[["table_name", "column_name", "rows"]].to_numpy().tolist() == [
        ["invoices", "customer_id", 1]
    ]
    assert report.unknown_values[["dimension", "value", "rows"]].to_numpy().tolist() == [
        ["industry", "stele", 1]
    ]
    assert report.impossible_days[["column_name", "seen"]].to_numpy().tolist() == [
        ["due_on < issued_on", "1"]
    ]
    assert set(report.stale["table_name"]) == {"customers", "invoices"}
    filled = report.completeness.set_index(["table_name", "column_name"])["filled"]
    assert filled["invoices", "due_on"] == 1 / 2
    lacking = report.chapters.set_index("chapter")["missing"]
    assert lacking["performance"] == "targets, orders / opportunities"
    assert lacking["market_grid"] == "market_grid"
    json.dumps(report.to_json())
    assert "company.toml" in report.to_text("en")
    assert "company.toml" in report.to_text("zh")


def test_the_commands_write_a_starter_company_and_print_json(tmp_path):
    exports, data = tmp_path / "exports", tmp_path / "data"
    exports.mkdir()
    (exports / "own.toml").write_text('title = "Acme"\ncurrency = "USD"\ncountry = "US"\n', encoding="utf-8")
    (exports / "orders.csv").write_text("order_id,order_date,amount\nS1,2026-01-05,$5\n", encoding="utf-8")
    arguments = [str(exports), "--mapping", str(exports / "own.toml"), "--data", str(data), "--json"]
    result = CliRunner().invoke(import_command, arguments)
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["files"][0]["rows_accepted"] == 1
    company = load_company(data / "company.toml")
    assert (company.money.currency, company.calendar.country) == ("USD", "US")
    result = CliRunner().invoke(
        check_command, ["--data", str(data), "--json", "--reports", str(tmp_path / "r")]
    )
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["tables"][0]["table_name"] == "orders"
    assert (tmp_path / "r" / "check.json").is_file()
    assert "Quality of the data" in (tmp_path / "r" / "check.html").read_text(encoding="utf-8")


def test_checking_nothing_says_so(tmp_path):
    result = CliRunner().invoke(
        check_command, ["--data", str(tmp_path / "none"), "--reports", str(tmp_path / "r")]
    )
    assert result.exit_code == 1
    assert "Nothing is loaded yet" in result.output
