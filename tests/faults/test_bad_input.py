"""What a user is told about bad input: one small file per case, the message, and how many rows were accepted.

No case may end in a traceback, lose a row without a line that says so, or load a wrong number.
"""

# ruff: noqa: E501 - exports are typed as they come

import datetime
import gzip
import io
import sqlite3
import zipfile
from dataclasses import dataclass, field

import pandas as pd
import pytest

from pipeline.company import company_from
from pipeline.errors import QuarterdeckError
from pipeline.intake import import_data
from pipeline.warehouse import Warehouse

TODAY = datetime.date(2026, 11, 22)
COMPANY = company_from({"money": {"currency": "CNY"}})
DEALS = "opportunity_id,account,owner,stage,created_on,close_date,amount"
GOOD_DEAL = "D1,Acme,Ann,lead,2026-01-05,2026-12-01,1000"
LINES = "order_id,order_date,customer_id,product_id,quantity,unit_price"
GOOD_LINE = "S1,2026-03-01,C1,P1,2,10"
CUSTOMERS = "customer_id,name,industry,employees"


@dataclass(frozen=True)
class Case:
    name: str
    content: object
    message: str
    accepted: int
    file: str = "deals.csv"
    mapping: str = ""
    exported_on: datetime.date | None = None
    also: dict = field(default_factory=dict)


def deals(*rows, header=DEALS):
    return "\n".join([header, GOOD_DEAL, *rows]) + "\n"


def lines(*rows, header=LINES):
    return "\n".join([header, GOOD_LINE, *rows]) + "\n"


def customers(*rows):
    return "\n".join([CUSTOMERS, "C1,Acme,steel,10", *rows]) + "\n"


def workbook(*sheets):
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def parquet(frame):
    buffer = io.BytesIO()
    frame.to_parquet(buffer)
    return buffer.getvalue()


def zipped(name, content):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
FILES = [
    Case("empty file", "", "the file is empty", 0),
    Case("only blank lines", "\n\n  \n", "the file is empty", 0),
    Case("headers only", DEALS + "\n", "0 rows of opportunities", 0),
    Case("binary garbage", bytes(range(256)) * 8, "binary data, not a table", 0),
    Case("NUL bytes throughout", b"\x00\x01\x02\x00" * 300, "binary data, not a table", 0),
    Case("one NUL byte in a text", deals("D2,Ac\x00me,Ann,lead,2026-01-05,2026-12-01,5"), "2 rows of opportunities", 2),
    Case("a picture", b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "is a picture, not a table", 0),
    Case("a PDF", b"%PDF-1.7 something", "is a PDF document", 0),
    Case("a web page called xls", "<html><table><tr><td>1</td></tr></table></html>", "is a web page", 0, "report.xls"),
    Case("JSON", '[{"id": 1}]', "is JSON, not a table", 0, "deals.csv"),
    Case("old Excel", OLE, "is an old Excel file (.xls)", 0, "deals.xls"),
    Case("password on Excel", OLE + "EncryptedPackage".encode("utf-16-le"), "protected by a password", 0, "deals.xlsx"),
    Case("damaged Excel", b"PK\x03\x04 and then nothing", "no readable Excel file", 0, "deals.xlsx"),
    Case("text called xlsx", deals(), "no readable Excel file", 0, "deals.xlsx"),
    Case("Excel without any cell", workbook(("Sheet1", [])), "no sheet holds a table", 0, "deals.xlsx"),
    Case("damaged Parquet", b"PAR1 and then nothing", "no readable Parquet file", 0, "deals.parquet"),
    Case("truncated gzip", gzip.compress(deals().encode() * 50)[:60], "cut off or damaged", 0, "deals.csv.gz"),
    Case("damaged zip", b"no archive at all", "the archive cannot be opened", 0, "deals.zip"),
    Case("a zip of CSV", zipped("deals.csv", deals()), "1 rows of opportunities", 1, "deals.zip"),
    Case("nothing that we know", "colour,shape\nred,round\n", "no table was recognised", 0, "things.csv"),
    Case("open quotation mark", deals('D2,"Acme,Ann,lead,2026-01-05,2026-12-01,5'), "opened on line 3 is never closed", 0),
    Case("broken UTF-16", b"\xff\xfea\x00b", "utf-16 text", 0),
    Case("wrong encoding in the mapping", "客户编号,行业\n甲,乙\n".encode("gb18030"), "is not utf-8 text", 0, "客户.csv",
         'encoding = "utf-8"'),
    Case("unknown encoding", deals(), "there is no encoding 'klingon'", 0, mapping='encoding = "klingon"'),
]  # fmt: skip
LABELS = [
    Case("required column missing", "opportunity_id,stage,amount\nD1,lead,5\n", "no column means `created_on`", 0),
    Case("amount of orders missing", "order_id,order_date,customer\nS1,2026-01-01,C1\n", "no column means `amount`", 0,
         "orders.csv"),
    Case("two columns of one name that differ", "opportunity_id,stage,created_on,amount,amount\nD1,lead,2026-01-01,1,2\n",
         "two columns are called 'amount' and differ", 0),
    Case("two columns of one name that agree", "opportunity_id,stage,created_on,amount,amount\nD1,lead,2026-01-01,1,1\n",
         "1 rows of opportunities", 1),
    Case("unnamed columns", "opportunity_id,stage,created_on,,\nD1,lead,2026-01-01,x,y\n", "1 rows of opportunities", 1),
    Case("title lines above the header", "Monthly export\nmade by Ann\n" + deals(), "1 rows of opportunities", 1),
    Case("unknown column in the mapping", deals(), "unknown column `ammount`. Did you mean `amount`?", 0,
         mapping='[opportunities.columns]\nammount = "x"'),
    Case("unknown section in the mapping", deals(), "unknown section `oportunities`. Did you mean `opportunities`?", 0,
         mapping='[oportunities]\nopened_as = "lead"'),
    Case("unknown setting in the mapping", deals(), "unknown setting `curency`. Did you mean `currency`?", 0,
         mapping='curency = "CNY"'),
    Case("unknown key in a section", deals(), "opened", 0, mapping='[opportunities]\nopened = "lead"'),
    Case("mapping that is no TOML", deals(), "is not valid TOML", 0, mapping="[opportunities"),
    Case("unknown unit in the mapping", deals(), "unknown unit 'bushel'", 0,
         mapping='[opportunities.units]\namount = "bushel"'),
    Case("currency that is no code", deals(), "currency", 0, mapping='currency = "yuan"'),
]  # fmt: skip
SHAPES = [
    Case("line with too many fields", deals("D2,Acme,Inc,Ann,lead,2026-01-05,2026-12-01,5"), "more fields than the header", 1),
    Case("line with too few fields", deals("D2,Acme"), "fewer fields than the header", 1),
    Case("trailing delimiters", deals("D2,Acme,Ann,lead,2026-01-05,2026-12-01,5,,"), "2 rows of opportunities", 2),
    Case("mixed delimiters", deals("D2;Acme;Ann;lead;2026-01-05;2026-12-01;5"), "fewer fields than the header", 1),
    Case("blank rows between", deals(",,,,,,", "", "D2,Acme,Ann,lead,2026-01-05,2026-12-01,5"), "2 rows of opportunities", 2),
    Case("line break inside a text", deals('D2,"Acme\nInc",Ann,nonsense,2026-01-05,2026-12-01,5'),
         "first on line 3 [nonsense]", 2),
    Case("semicolons", deals().replace(",", ";"), "1 rows of opportunities", 1),
    Case("tabs", deals().replace(",", "\t"), "1 rows of opportunities", 1),
    Case("bars", deals().replace(",", "|"), "1 rows of opportunities", 1),
    Case("old Mac line ends", deals().replace("\n", "\r"), "1 rows of opportunities", 1),
    Case("UTF-16 with mark", deals().encode("utf-16"), "1 rows of opportunities", 1),
    Case("UTF-16 without mark", deals().encode("utf-16-le"), "1 rows of opportunities", 1),
    Case("UTF-8 with mark", b"\xef\xbb\xbf" + deals().encode(), "1 rows of opportunities", 1),
    Case("GB18030 without mark", "客户编号,客户名称,行业\nC1,沈阳机床厂,机械制造\n".encode("gb18030"),
         "the encoding was not marked; read as gb18030", 1, "客户.csv"),
    Case("GB18030 with mark", b"\x84\x31\x95\x33" + "客户编号,客户名称,行业\nC1,沈阳,机械\n".encode("gb18030"),
         "1 rows of customers", 1, "客户.csv"),
    Case("Western letters without mark", customers("C2,Müller & Söhne,Möbel,5").encode("cp1252"),
         "the encoding was not marked; read as cp1252", 2, "customers.csv"),
    Case("a sheet beside one that is no table", workbook(("Deals", [DEALS.split(","), GOOD_DEAL.split(",")]),
         ("Notes", [["hello"], ["world"]])), "book.xlsx[Notes]: not recognised", 1, "book.xlsx"),
]  # fmt: skip
VALUES = [
    Case("text for an amount", deals("D2,Acme,Ann,lead,2026-01-05,2026-12-01,plenty"), "amount is not a number", 2),
    Case("text for a quantity's price", lines("S2,2026-03-01,C1,P1,2,ten"), "unit_price is not a number", 1, "lines.csv"),
    Case("huge amount", deals("D2,Acme,Ann,lead,2026-01-05,2026-12-01,9e99"), "larger than any real amount", 2),
    Case("infinite amount", deals("D2,Acme,Ann,lead,2026-01-05,2026-12-01,inf"), "amount is not a number", 2),
    Case("error of a formula", deals("D2,Acme,Ann,lead,2026-01-05,2026-12-01,#REF!"), "error of a spreadsheet formula", 2),
    Case("another currency", deals("D2,Acme,Ann,lead,2026-01-05,2026-12-01,$500"), "in another currency", 2),
    Case("a column of another currency", deals("D2,Acme,Ann,lead,2026-01-05,2026-12-01,5,USD",
         header=DEALS + ",currency").replace("1000", "1000,CNY"), "in another currency", 1),
    Case("numbers of both styles", deals('D2,A,B,lead,2026-01-05,2026-12-01,"1.234,50"',
         'D3,A,B,lead,2026-01-05,2026-12-01,"1,234.50"', 'D4,A,B,lead,2026-01-05,2026-12-01,"1,234"'),
         "can be read in two ways", 4),
    Case("a thousand or one and a bit", DEALS.replace(",", ";") + "\n" + "D2;A;B;lead;2026-01-05;2026-12-01;1.234\n",
         "can be read in two ways", 1),
    Case("decimal commas proved elsewhere in the file", LINES.replace(",", ";")
         + "\nS1;2026-03-01;C1;P1;2,5;1.234\n", "1 rows of order_lines", 1, "lines.csv"),
    Case("half an employee", customers("C2,Beta,steel,2.5"), "employees is not a whole number", 2, "customers.csv"),
    Case("negative employees", customers("C2,Beta,steel,-5"), "employees is below what is possible", 2, "customers.csv"),
    Case("probability above 100%", deals("D2,A,B,lead,2026-01-05,2026-12-01,5,180",
         header=DEALS + ",probability").replace("1000", "1000,50"), "probability is above what is possible", 2),
    Case("an id that a spreadsheet cut off", lines("4.89E+11,2026-03-01,C1,P1,2,10"), "cut off by a spreadsheet", 1,
         "lines.csv"),
    Case("an id longer than a page", lines("S" * 3000 + ",2026-03-01,C1,P1,2,10"), "longer than 2,000 characters", 1,
         "lines.csv"),
    Case("unknown stage", deals("D2,Acme,Ann,wooing,2026-01-05,2026-12-01,5"), "none of the company's", 2),
    Case("unknown status", deals("D2,Acme,Ann,lead,2026-01-05,2026-12-01,5,mystery", header=DEALS + ",status").replace(
         "1000", "1000,open"), "neither open nor won", 1),
    Case("unknown grade", "customer_id,name,grade\nC1,Acme,A\nC2,Beta,Z\n", "not in its list", 2, "customers.csv"),
    Case("unknown kind of activity", "activity_id,kind,done_on,customer_id\nA1,fax,2026-01-05,C1\n", 'loaded as "other"', 1,
         "activities.csv"),
    Case("a metric that nobody knows", "period,metric,amount\n2026-10,contracts,5\n2026-10,smiles,5\n", "not in its list", 1,
         "targets.csv"),
    Case("a period that is none", "period,metric,amount\n2026-10,contracts,5\nsoon,contracts,5\n",
         "no month, quarter or year", 1, "targets.csv"),
    Case("neither yes nor no", "customer_id,name,key account\nC1,A,yes\nC2,B,perhaps\n", "neither yes nor no", 2,
         "customers.csv"),
]  # fmt: skip
DAYS = [
    Case("a day that does not exist", deals("D2,Acme,Ann,lead,2026-02-30,2026-12-01,5"), "a day that does not exist", 1),
    Case("no date at all", deals("D2,Acme,Ann,lead,yesterday,2026-12-01,5"), "created_on is not a date", 1),
    Case("an optional date that is none", deals("D2,Acme,Ann,lead,2026-01-05,someday,5"), "close_date is not a date", 2),
    Case("a day and month that can be exchanged", "order_id,order_date,amount\nS1,03/04/2026,5\n",
         'Say dates = "d/m/y" or "m/d/y"', 0, "orders.csv"),
    Case("both orders of day and month", "order_id,order_date,amount\nS1,13/04/2026,5\nS2,04/13/2026,5\nS3,04/05/2026,5\n",
         "can mean two days", 2, "orders.csv"),
    Case("an event of the future", "order_id,order_date,amount\nS1,2026-01-04,5\nS2,2031-01-04,5\n",
         "lies after the day of the export", 1, "orders.csv"),
    Case("an event after the stated export", "order_id,order_date,amount\nS1,2026-01-04,5\nS2,2026-02-04,5\n",
         "lies after the day of the export", 1, "orders.csv", exported_on=datetime.date(2026, 1, 31)),
    Case("the year 1026", "order_id,order_date,amount\nS1,2026-01-04,5\nS2,1026-01-04,5\n", "before 1900", 1, "orders.csv"),
    Case("a plan for the year 2150", deals("D2,Acme,Ann,lead,2026-01-05,2150-12-01,5"), "more than 30 years ahead", 2),
    Case("closed without a date", deals("D2,Acme,Ann,won,2026-01-05,,5"), "no closing day is given", 1),
    Case("closed before it was created", deals("D2,Acme,Ann,won,2026-05-05,2026-04-01,5"), "created on its closing day", 2),
    Case("open without a day of creation", deals("D2,Acme,Ann,lead,,2026-12-01,5"), "counted from the day of the export", 2),
    Case("closed without a day of creation", deals("D2,Acme,Ann,won,,2026-04-01,5"), "created_on is empty", 1),
    Case("due before it was issued", "invoice_id,invoice_date,due_date,amount\nI1,2026-03-01,2026-02-01,5\n",
         "lies before the invoice day", 1, "invoices.csv"),
    Case("delivered before it was shipped", "shipment_id,order_id,shipped_on,delivered_on\nH1,S1,2026-03-05,2026-03-01\n",
         "lies before the shipment", 1, "shipments.csv"),
]  # fmt: skip
ROWS = [
    Case("the same key twice, saying different things", deals("D1,Other,Ann,lead,2026-01-05,2026-12-01,7"),
         "says something else", 1),
    Case("the same row twice", deals(GOOD_DEAL), "repeats an earlier one exactly", 1),
    Case("an empty key", deals(",Acme,Ann,lead,2026-01-05,2026-12-01,5"), "opportunity_id is empty", 1),
    Case("an order without a day", "order_id,order_date,amount\nS1,2026-01-04,5\nS2,,5\n", "ordered_on is empty", 1,
         "orders.csv"),
    Case("an order without an amount", "order_id,order_date,amount\nS1,2026-01-04,5\nS2,2026-01-05,\n", "amount is empty", 1,
         "orders.csv"),
    Case("a quotation among orders", "order_id,order_date,amount,status\nS1,2026-01-04,5,sale\nS2,2026-01-04,5,Quotation\n",
         "a draft or a quotation", 1, "orders.csv"),
    Case("a cancelled invoice", "invoice_id,invoice_date,amount,status\nI1,2026-03-01,5,paid\nI2,2026-03-01,5,cancelled\n",
         "it was cancelled", 1, "invoices.csv"),
    Case("an activity that is only planned", "activity_id,kind,done_on,done\nA1,call,2026-01-05,yes\nA2,call,2026-01-06,no\n",
         "has not taken place", 1, "activities.csv"),
    Case("a target below zero", "period,metric,amount\n2026-10,contracts,5\n2026-11,contracts,-5\n",
         "amount is below what is possible", 1, "targets.csv"),
    Case("orphans", deals("D2,Nobody,Ann,lead,2026-01-05,2026-12-01,5"),
         "opportunities.customer_id: 1 references to something that is in no master file (Nobody)", 3,
         also={"accounts.csv": "account,sector\nAcme,steel\n"}),
    Case("negative orders are returns", "order_id,order_date,amount\nS1,2026-01-04,5\nS2,2026-01-05,(3)\n",
         "2 rows of orders", 2, "orders.csv"),
]  # fmt: skip
HOSTILE = [
    Case("a formula as a name", deals('D2,"=HYPERLINK(""x"",""y"")",Ann,lead,2026-01-05,2026-12-01,5'),
         "2 rows of opportunities", 2),
    Case("a script as a name", deals("D2,<script>alert(1)</script>,Ann,lead,2026-01-05,2026-12-01,5"),
         "2 rows of opportunities", 2),
    Case("a script as a file's label", deals().replace("amount", "<img src=x>"), "1 rows of opportunities", 1),
    Case("text that turns its direction", deals("D2,Ac\u202eme,Ann,lead,2026-01-05,2026-12-01,5"),
         "2 rows of opportunities", 2),
    Case("a quotation mark of SQL", deals("D'; DROP TABLE orders; --,Acme,Ann,lead,2026-01-05,2026-12-01,5"),
         "2 rows of opportunities", 2),
    Case("braces of a message", deals("D2,Acme,Ann,{ $x },2026-01-05,2026-12-01,5"), "none of the company's", 2),
]  # fmt: skip
CASES = [*FILES, *LABELS, *SHAPES, *VALUES, *DAYS, *ROWS, *HOSTILE]


@pytest.fixture(scope="module")
def empty_warehouse(tmp_path_factory):
    return Warehouse.open(tmp_path_factory.mktemp("nothing"), "")


def write(folder, case):
    contents = {case.file: case.content, **case.also}
    for name, content in contents.items():
        data = content if isinstance(content, bytes) else str(content).encode("utf-8")
        (folder / name).write_bytes(data)
    if not case.mapping:
        return ""
    (folder.parent / "own.toml").write_text(case.mapping, encoding="utf-8")
    return str(folder.parent / "own.toml")


def outcome(case, folder, warehouse, dry_run=True):
    """The text that the user gets, and the report where there is one."""
    folder.mkdir()
    mapping = write(folder, case)
    try:
        report = import_data(
            [str(folder)], warehouse, COMPANY,
            today=TODAY, mapping=mapping, exported_on=case.exported_on, dry_run=dry_run,
        )  # fmt: skip
    except QuarterdeckError as error:
        return str(error), None
    return report.to_text(), report


@pytest.fixture(scope="module")
def told(tmp_path_factory, empty_warehouse):
    """Run each case once, whichever test asks first."""
    runs = {}

    def run(case):
        if case.name not in runs:
            folder = tmp_path_factory.mktemp("case") / "exports"
            runs[case.name] = outcome(case, folder, empty_warehouse)
        return runs[case.name]

    return run


def test_there_are_at_least_sixty_cases():
    assert len({case.name for case in CASES}) == len(CASES) >= 60


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_message_and_accepted_rows(case, told):
    text, report = told(case)
    assert case.message in text
    accepted = 0 if report is None else report.files["rows_accepted"].sum()
    assert accepted == case.accepted


@pytest.mark.parametrize("case", [*SHAPES, *VALUES, *DAYS, *ROWS], ids=lambda case: case.name)
def test_every_row_is_loaded_or_listed(case, told):
    _, report = told(case)
    files = report.files[report.files["status"] == "loaded"]
    assert (files["rows_read"] == files["rows_accepted"] + files["rows_refused"]).all()
    refused = report.quarantine[report.quarantine["action"] == "row-refused"]
    assert refused.groupby("file")["line"].nunique().sum() == files["rows_refused"].sum()
    assert report.quarantine["value"].map(type).eq(str).all()


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("case", [*VALUES, *DAYS, *ROWS], ids=lambda case: case.name)
def test_messages_exist_in_both_languages(case, language, told):
    _, report = told(case)
    text = report.to_text(language)
    for rule in set(report.quarantine["rule"]):
        assert f": {rule}" not in text


def test_good_rows_of_hostile_files_reach_the_warehouse_as_they_are(tmp_path):
    warehouse = Warehouse.open(tmp_path / "data", "")
    for number, case in enumerate(HOSTILE):
        outcome(case, tmp_path / f"exports{number}", warehouse, dry_run=False)
    names = set(warehouse.frame("customers")["customer_id"])
    assert {"<script>alert(1)</script>", '=HYPERLINK("x","y")', "Acme"} <= names
    assert not any("\u202e" in name for name in names)
    assert "D'; DROP TABLE orders; --" in set(warehouse.frame("opportunities")["opportunity_id"])


def test_a_missing_path_a_broken_address_and_an_unreachable_database(tmp_path, empty_warehouse):
    for location, message in [
        (str(tmp_path / "nowhere"), "there is no such file or folder"),
        (str(tmp_path), "the folder holds no table"),
        ("http://127.0.0.1:9/deals.csv", "cannot be read"),
        (f"sqlite:///{tmp_path}/none.db", "there is no such database"),
        ("postgres://ann:secret@127.0.0.1:9/crm", "the database cannot be read"),
    ]:
        with pytest.raises(QuarterdeckError) as raised:
            import_data([location], empty_warehouse, COMPANY, today=TODAY)
        assert message in str(raised.value)
        assert "secret" not in str(raised.value)


def test_an_unknown_mapping_names_the_nearest(tmp_path, empty_warehouse):
    (tmp_path / "deals.csv").write_text(deals(), encoding="utf-8")
    with pytest.raises(QuarterdeckError, match="Did you mean `salesforce`"):
        import_data([str(tmp_path)], empty_warehouse, COMPANY, today=TODAY, mapping="salesfroce")


def test_one_bad_file_does_not_keep_the_others_out(tmp_path, empty_warehouse):
    (tmp_path / "a.csv").write_text("", encoding="utf-8")
    (tmp_path / "deals.csv").write_text(deals(), encoding="utf-8")
    report = import_data([str(tmp_path)], empty_warehouse, COMPANY, today=TODAY, dry_run=True)
    assert dict(zip(report.files["file"], report.files["status"], strict=True)) == {
        "a.csv": "refused", "deals.csv": "loaded",
    }  # fmt: skip
    assert report.exit_code == 1


def test_a_database_is_read_like_files(tmp_path, empty_warehouse):
    with sqlite3.connect(tmp_path / "crm.db") as connection:
        connection.execute("CREATE TABLE accounts (account TEXT, sector TEXT)")
        connection.execute("INSERT INTO accounts VALUES ('Acme', 'steel')")
    report = import_data(
        [f"sqlite:///{tmp_path}/crm.db"], empty_warehouse, COMPANY, today=TODAY, dry_run=True
    )
    assert list(report.files["table_name"]) == ["customers"]


def test_parquet_is_read_like_csv(tmp_path, empty_warehouse):
    frame = pd.DataFrame(
        {
            "order_id": [1001.0, 1002.0],
            "order_date": [datetime.datetime(2026, 1, 4), datetime.datetime(2026, 1, 5, 10, 30)],
            "amount": [10.5, None],
        }
    )
    (tmp_path / "orders.parquet").write_bytes(parquet(frame))
    report = import_data([str(tmp_path)], empty_warehouse, COMPANY, today=TODAY, dry_run=True)
    assert report.files["rows_accepted"].tolist() == [1]
