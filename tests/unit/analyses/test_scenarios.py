"""The notebooks' tables name the trouble that the demo company is known to have."""

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

CAUSES = {
    "too_few_deals": "too_few_deals",
    "slow_process": "slow_process",
    "falling_win_rate": "falling_win_rate",
    "shrinking_deals": "shrinking_deals",
    "one_deal": "one_deal",
}
SHAPES = ("top_heavy", "thin_top", "belly", "hollow", "column")
UNTIL = datetime.date(2026, 10, 31)


@pytest.fixture
def analysed(tmp_path):
    def run(scenario):
        company = generate(customers=4000, until=UNTIL, scenario=scenario)
        warehouse = Warehouse.open(tmp_path)
        with warehouse.transaction():
            for name, frame in company.tables.items():
                warehouse.replace(name, frame)
        book = Book(warehouse, Company(), Period.containing(UNTIL, "month"))
        deals = book.opportunities
        outlook = stage_outlook(deals.stage_spells(), deals.as_they_stood(), UNTIL)
        results = (
            performance.analyse(book, landing=run_rate_landing(book), outlook=outlook),
            funnel.analyse(book, outlook=outlook),
            company,
        )
        warehouse.close()
        return results

    return run


@pytest.mark.slow
@pytest.mark.parametrize("scenario", CAUSES)
def test_the_main_cause_is_the_right_one(analysed, scenario):
    result, _, _ = analysed(scenario)
    assert result.main_cause == CAUSES[scenario]
    assert residuals(result.gaps).abs().max() < 0.01
    assert result.breaches.empty


@pytest.mark.slow
@pytest.mark.parametrize("scenario", SHAPES)
def test_the_shape_is_the_right_one(analysed, scenario):
    _, result, _ = analysed(scenario)
    assert result.shape.name == scenario


@pytest.mark.slow
def test_a_calm_company_has_a_healthy_funnel_and_its_true_conversions(analysed):
    result, pipe, company = analysed("baseline")
    assert pipe.shape.name == "healthy"
    assert result.main_cause == ""
    truth = company.truth["stages"].set_index("stage")["moved_on"]
    found = pipe.stages.set_index("stage")["conversion"]
    for stage in found.index:
        assert found[stage] == pytest.approx(truth[stage], abs=0.05)
    gaps = result.gaps.loc[result.gaps["horizon"] == "year"]
    whole = gaps.loc[gaps["cut"] == "company", "gap"].iloc[0]
    for cut in ("market", "business_line"):
        assert gaps.loc[gaps["cut"] == cut, "gap"].sum() == pytest.approx(whole, abs=0.01)
