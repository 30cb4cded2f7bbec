"""The analyses name the trouble that the demo company is known to have, and none where there is none."""

import datetime

import pytest

from pipeline.analyses import funnel, performance
from pipeline.analyses.funnel.outlook import stage_outlook
from pipeline.analyses.performance.gaps import residuals
from pipeline.analyses.performance.landing import run_rate_landing
from pipeline.book import Book
from pipeline.company import Company
from pipeline.company_demo import generate
from pipeline.parameters import Period
from pipeline.warehouse import Warehouse

CAUSES = ("too_few_deals", "slow_process", "falling_win_rate", "shrinking_deals", "one_deal")
SHAPES = ("top_heavy", "thin_top", "belly", "hollow", "column")
UNTIL = datetime.date(2026, 10, 31)
CUSTOMERS = 2500
OF_DEALS = ("customers", "people", "products", "opportunities", "opportunity_history")
OF_MONEY = (*OF_DEALS, "orders", "order_lines", "targets")


@pytest.fixture
def company_with(tmp_path):
    """A demo company's book, a plain outlook for its open deals, and the company."""
    opened = []

    def make(scenario, tables, customers=CUSTOMERS):
        company = generate(customers, UNTIL, scenario=scenario, only=tables)
        warehouse = Warehouse.open(tmp_path)
        opened.append(warehouse)
        with warehouse.transaction():
            for name, frame in company.tables.items():
                warehouse.replace(name, frame)
        book = Book(warehouse, Company(), Period.containing(UNTIL, "month"))
        deals = book.opportunities
        return book, stage_outlook(deals.stage_spells(), deals.as_they_stood(), UNTIL), company

    yield make
    for warehouse in opened:
        warehouse.close()


@pytest.mark.parametrize("scenario", CAUSES)
def test_the_main_cause_is_the_right_one(company_with, scenario):
    # In a smaller company one deal weighs less against the many that are due.
    customers = 4000 if scenario == "one_deal" else CUSTOMERS
    book, outlook, _ = company_with(scenario, OF_MONEY, customers)
    result = performance.analyse(book, landing=run_rate_landing(book), outlook=outlook)
    assert result.main_cause == scenario
    assert residuals(result.gaps).abs().max() < 0.01
    assert result.breaches.empty


@pytest.mark.parametrize("scenario", SHAPES)
def test_the_shape_is_the_right_one(company_with, scenario):
    book, outlook, _ = company_with(scenario, OF_DEALS)
    assert funnel.analyse(book, outlook=outlook).shape.name == scenario


def test_a_calm_company_has_no_cause_a_healthy_funnel_and_its_true_conversions(company_with):
    book, outlook, company = company_with("baseline", OF_MONEY)
    result = performance.analyse(book, landing=run_rate_landing(book), outlook=outlook)
    pipe = funnel.analyse(book, outlook=outlook)
    assert pipe.shape.name == "healthy"
    assert result.main_cause == ""
    truth = company.truth["stages"].set_index("stage")["moved_on"]
    found = pipe.stages.set_index("stage")["conversion"]
    for stage in found.index:
        assert found[stage] == pytest.approx(truth[stage], abs=0.05)
    gaps = result.gaps.loc[result.gaps["horizon"] == "year"]
    whole = gaps.loc[gaps["cut"] == "company", "gap"].iloc[0]
    for cut in ("market", "business_line", "department", "person"):
        assert gaps.loc[gaps["cut"] == cut, "gap"].sum() == pytest.approx(whole, abs=0.01)
