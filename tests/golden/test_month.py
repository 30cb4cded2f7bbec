"""One month of a small demo company from the generator's tables to the published pages, recounted by hand."""

import datetime
import json
import re
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from pipeline.cli import quarterdeck
from pipeline.company_demo import generate
from pipeline.publish.render import find_chromium, print_pdf

UNTIL = datetime.date(2026, 10, 31)
FIRST = datetime.date(2026, 10, 1)
CUSTOMERS, SEED = 400, 11
LARGEST_PAGE = 1_000_000

pytestmark = pytest.mark.timeout(1200)


def _call(*arguments: str) -> dict:
    result = CliRunner().invoke(quarterdeck, [*arguments, "--json"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    folder = tmp_path_factory.mktemp("golden")
    data, reports = folder / "data", folder / "reports"
    _call(
        "demo", "--customers", str(CUSTOMERS), "--seed", str(SEED), "--until", "2026-10", "--data", str(data)
    )
    _call("review", "2026-10", "--data", str(data), "--reports", str(reports))
    return data, reports


@pytest.fixture(scope="module")
def headlines(published):
    return json.loads((published[1] / "2026-10/company/run.json").read_text())["headlines"]


@pytest.fixture(scope="module")
def tables():
    return generate(customers=CUSTOMERS, until=UNTIL, seed=SEED).tables


def _days(frame, *columns):
    """Rows as tuples with dates in place of timestamps."""
    for row in frame[list(columns)].itertuples(index=False):
        yield tuple(value if pd.isna(value) or not hasattr(value, "date") else value.date() for value in row)


def _in_month(day) -> bool:
    return not pd.isna(day) and FIRST <= day <= UNTIL


def test_wins_losses_and_win_rate_are_those_of_deals_closed_in_the_month(headlines, tables):
    last = {}
    rows = sorted(
        _days(
            tables["opportunity_history"],
            "opportunity_id",
            "change_number",
            "known_on",
            "changed_on",
            "outcome",
        )
    )
    for deal, _, known, changed, outcome in rows:
        if known <= UNTIL:
            last[deal] = (changed, outcome)
    won = sum(1 for changed, outcome in last.values() if outcome == "won" and _in_month(changed))
    lost = sum(1 for changed, outcome in last.values() if outcome == "lost" and _in_month(changed))
    assert headlines["wins"] == won
    assert headlines["losses"] == lost
    assert headlines["win_rate"] == pytest.approx(won / (won + lost))


def test_contracts_and_collections_are_the_months_sums(headlines, tables):
    signed = sum(
        amount
        for day, amount, cancelled in _days(tables["orders"], "ordered_on", "amount", "cancelled_on")
        if _in_month(day) and (pd.isna(cancelled) or cancelled > UNTIL)
    )
    paid = sum(amount for day, amount in _days(tables["payments"], "paid_on", "amount") if _in_month(day))
    assert headlines["contracts_cny"] == pytest.approx(signed, abs=0.01)
    assert headlines["collections_cny"] == pytest.approx(paid, abs=0.01)


def test_active_customers_bought_in_the_last_twelve_months(headlines, tables):
    since = datetime.date(2025, 11, 1)
    by_day = {}
    for customer, day, amount, cancelled in _days(
        tables["orders"], "customer_id", "ordered_on", "amount", "cancelled_on"
    ):
        if day <= UNTIL and (pd.isna(cancelled) or cancelled > UNTIL):
            by_day[customer, day] = by_day.get((customer, day), 0.0) + amount
    active = {customer for (customer, day), amount in by_day.items() if day >= since and amount > 0}
    assert headlines["active_customers"] == len(active)


def test_every_notebook_became_a_page_that_loads_nothing(published):
    folder = published[1] / "2026-10/company"
    notebooks = {path.stem for path in (Path(__file__).parents[2] / "notebooks").glob("*.ipynb")}
    pages = {path.stem: path for path in folder.glob("*.html")}
    assert notebooks <= set(pages)
    for page in pages.values():
        html = page.read_text(encoding="utf-8")
        assert page.stat().st_size < LARGEST_PAGE, page.name
        assert "<script" not in html.lower(), page.name
        assert "Content-Security-Policy" in html, page.name
        assert "Traceback" not in html, page.name
    assert (published[1] / "index.html").is_file()


def test_the_same_review_again_does_nothing_new(published):
    data, reports = published
    record = reports / "2026-10/company/run.json"
    before = record.read_bytes()
    _call("review", "2026-10", "--data", str(data), "--reports", str(reports))
    assert record.read_bytes() == before


def test_the_executive_page_prints_on_one_sheet(published, tmp_path):
    if find_chromium() is None:
        pytest.skip("no Chromium on the search path")
    printed = print_pdf(published[1] / "2026-10/company/executive_summary.html", tmp_path / "page.pdf")
    assert len(re.findall(rb"/Type\s*/Page\b", printed.read_bytes())) == 1


def test_a_readers_own_figures_go_through_the_command_and_back(published):
    data, reports = published
    own = "market,business_line,month,amount\nEast,direct,2027-03,123456\n"
    (data / "own.csv").write_text(own, encoding="utf-8")

    def proposal(override: str) -> pd.DataFrame:
        settings = ("--set", "period=2026-10", "--set", f"override={override}")
        made = _call("run", "performance", *settings, "--data", str(data), "--reports", str(reports))
        workbook = Path(made["page"]).with_suffix(".xlsx")
        with pd.ExcelFile(workbook) as book:
            sheet = next(str(name) for name in book.sheet_names if str(name).startswith("Proposal"))
            rows = pd.read_excel(book, sheet_name=sheet, header=2)
        (data / "back.xlsx").write_bytes(workbook.read_bytes())
        rows.columns = [str(label).removesuffix(" (CNY)") for label in rows.columns]
        return rows.set_index(["Market", "Business line", "Month"])

    first, cell = proposal("own.csv"), ("East", "Direct", "2027-03")
    assert first.loc[cell, "Own figure"] == first.loc[cell, "Proposed target"] == 123_456
    assert first["Own figure"].notna().sum() == 1
    whole = first["By formula"].sum()
    assert first["Proposed target"].sum() == pytest.approx(whole, abs=100)  # rounded to hundreds
    again = proposal("back.xlsx")  # the report's own sheet, handed back as it is
    assert (again["Proposed target"] - first["Proposed target"]).abs().max() < 0.01
