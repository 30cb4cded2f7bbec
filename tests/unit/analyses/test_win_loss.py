"""The chapter as a whole: a company reckoned by hand, a small demo company, later books, strange tables."""

import sys
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from pipeline.analyses import win_loss
from pipeline.analyses.win_loss.rates import closed_deals, segment_rates
from pipeline.analyses.win_loss.record import matured_forecasts, ways_compared
from pipeline.book import Book
from pipeline.company import Company
from pipeline.company_demo import generate
from pipeline.findings import Missing
from pipeline.parameters import Period, Scope
from pipeline.warehouse import Warehouse

sys.path.insert(0, str(Path(__file__).parents[1] / "book"))
from random_company import cut
from small_company import frame

UNTIL, EARLIER = date(2026, 10, 31), date(2025, 10, 31)


def book_of(warehouse: Warehouse, as_of: date) -> Book:
    return Book(warehouse, Company(), Period.containing(as_of, "month"), as_of=as_of)


@pytest.fixture(scope="module")
def warehouse_of(tmp_path_factory):
    statements: dict[object, object] = {}

    def make(tables: dict[str, pd.DataFrame]) -> Warehouse:
        warehouse = Warehouse.open(tmp_path_factory.mktemp("data"), url="")
        warehouse.statements = statements  # the same questions, compiled once
        with warehouse.transaction():
            for name, table in tables.items():
                warehouse.replace(name, table)
        return warehouse

    return make


HISTORY = "opportunity_id change_number changed_on known_on outcome stage amount expected_close_on rep_id"


def by_hand() -> dict[str, pd.DataFrame]:
    """Eight deals: two won, three lost (one last year), one invalid, two open, one of them since long ago."""
    opened, closed = [], []
    for number, (created, ended, outcome, stage, amount) in enumerate(
        [
            ("2026-03-01", "2026-06-10", "won", "tender", 100.0),
            ("2026-03-01", "2026-06-12", "lost", "tender", 300.0),
            ("2026-04-01", "2026-06-20", "lost", "lead", 100.0),
            ("2026-04-01", "2026-06-21", "invalid", "lead", 900.0),
            ("2025-11-01", "2026-02-01", "won", "proposal", 500.0),
            ("2025-01-01", "2025-06-15", "lost", "tender", 50.0),
            ("2026-05-01", None, "open", "tender", 200.0),
            ("2024-05-01", None, "open", "lead", 40.0),
        ],
        start=1,
    ):
        key, day = f"d{number}", "2026-07-01"
        opened.append((key, 1, created, created, "open", stage, amount, day, "p1"))
        if ended:
            closed.append((key, 2, ended, ended, outcome, stage, amount, day, "p1"))
    deals = frame(
        "opportunity_id name customer_id created_on source reasons_known_on reason_rep reason_customer "
        "competitor",
        *[
            (row[0], f"Deal {row[0]}", "c1", row[2], source, known, rep, customer, rival)
            for row, (source, known, rep, customer, rival) in zip(
                opened,
                [
                    ("fair", "2026-06-10", "product", None, None),
                    ("fair", "2026-06-12", "价格太高", "预算取消", "Rival"),
                    ("web", "2026-06-20", "Price", "too expensive", "Rival"),
                    ("web", None, None, None, None),
                    ("fair", None, None, None, None),
                    ("web", None, None, None, None),
                    ("web", None, None, None, None),
                    ("fair", None, None, None, None),
                ],
                strict=True,
            )
        ],
    )
    people = frame("person_id name role department market", ("p1", "Ada", "rep", "Sales", "East"))
    customers = frame("customer_id name industry market rep_id", ("c1", "Alpha", "steel", "East", "p1"))
    return {
        "people": people,
        "customers": customers,
        "opportunities": deals,
        "opportunity_history": frame(HISTORY, *opened, *closed),
    }


@pytest.fixture(scope="module")
def small(warehouse_of):
    return win_loss.analyse(book_of(warehouse_of(by_hand()), date(2026, 6, 30)))


def test_every_win_rate_by_hand(small):
    rates = small.rates.set_index("definition")
    assert rates.loc["count", "rate"] == pytest.approx(1 / 3)
    assert rates.loc["count", "before"] == 0.0  # June 2025: one lost
    assert rates.loc["amount", "rate"] == pytest.approx(100 / (100 + 300 + 100))
    assert rates.loc["count_year_to_date", "rate"] == pytest.approx(2 / 4)
    assert rates.loc["amount_year_to_date", "rate"] == pytest.approx(600 / 1000)
    assert rates.loc["cohort_12_months", "rate"] == pytest.approx(2 / 4)
    assert rates.loc["with_invalid", "rate"] == pytest.approx(2 / 5)
    assert np.isnan(rates.loc["from_qualified", "rate"])  # one stage per deal: no history tells who went on
    assert small.headlines["wins"] == 1
    assert small.headlines["losses"] == 2
    assert small.headlines["open_deals"] == 2


def test_reasons_by_hand_in_two_languages(small):
    lost = small.reasons.loc[small.reasons["outcome"] == "lost"].set_index("reason")
    assert lost.loc["price", ["deals_rep", "deals_customer"]].tolist() == [2, 1]
    assert lost.loc["price", "amount"] == 300 + 100
    assert lost.loc["timing_budget", "deals_customer"] == 1
    said = small.reason_agreement.set_index("reason").loc["price"]
    assert (said["deals"], said["agreed"], said["customers_said"]) == (2, 1, "timing_budget")
    pairs = small.reason_pairs.set_index(["rep", "customer"])["deals"]
    assert pairs.to_dict() == {("price", "price"): 1, ("price", "timing_budget"): 1}


def test_few_deals_are_said_to_be_few_and_stages_speak(small):
    assert small.model_card["verdict"].item() == "too few"
    listed = small.open_deals.set_index("opportunity_id")
    assert set(listed.index) == {"d7", "d8"}
    assert (listed["method"] == "stage rates").all()
    assert listed["probability"].between(0.05, 0.95).all()
    assert listed.loc["d8", "is_stale"]
    assert not listed.loc["d7", "is_stale"]
    assert isinstance(small.drivers, Missing)


def test_a_rival_is_counted_where_reasons_are_known(small):
    rivals = small.segments.loc[small.segments["dimension"] == "competitor"].set_index("segment")
    assert rivals.loc["Rival", ["won", "closed"]].tolist() == [0, 2]
    assert rivals.loc["", ["won", "closed"]].tolist() == [1, 1]
    assert rivals.loc["Rival", "raw_rate"] == 0.0 < rivals.loc["Rival", "rate"]


@pytest.fixture(scope="module")
def demo():
    return generate(customers=1200, until=UNTIL)


@pytest.fixture(scope="module")
def full(demo, warehouse_of):
    return warehouse_of(demo.tables)


@pytest.fixture(scope="module")
def known_then(demo, warehouse_of):
    """The demo company as it could have been exported a year earlier."""
    return warehouse_of(cut(demo.tables, EARLIER))


@pytest.fixture(scope="module")
def result(full):
    return win_loss.analyse(book_of(full, EARLIER))


@pytest.mark.slow
def test_a_later_book_cut_at_the_same_date_gives_identical_answers(known_then, full, result):
    own = win_loss.analyse(book_of(known_then, EARLIER))
    for name in type(result).__dataclass_fields__:
        first, second = getattr(result, name), getattr(own, name)
        if isinstance(first, pd.DataFrame):
            assert_frame_equal(first, second, check_exact=True, obj=name)
        else:
            assert first == second, name
    assert len(result.open_deals) > 50


@pytest.mark.slow
def test_a_scope_lists_its_own_deals_with_the_companys_probabilities(full, result):
    own = win_loss.deal_probabilities(book_of(full, EARLIER).scoped(Scope.parse("market=East")))
    whole = result.open_deals.set_index("opportunity_id")
    mine = whole.loc[whole["market"] == "East"]
    assert set(own["opportunity_id"]) == set(mine.index)
    found = own.set_index("opportunity_id")["probability"]
    assert (found - mine["probability"].reindex(found.index)).abs().max() < 1e-12


@pytest.mark.slow
def test_the_company_is_learned_and_its_probabilities_hold(result):
    card = result.model_card.iloc[0]
    assert card["verdict"] in ("skill", "no skill")
    assert card["calibration_error"] < 0.10  # a few hundred deals; at 5,000 it is the benchmark's 0.03
    assert set(result.comparison["method"]) == {"logistic", "boosted", "base rate", "stage rates", "crm"}
    assert result.open_deals["probability"].between(0, 1).all()
    assert result.open_deals["p_won_year"].between(0, 1).all()
    assert (result.open_deals["p_won_8_weeks"] <= result.open_deals["p_won_year"] + 1e-12).all()
    named = result.open_deals[["raises", "lowers"]].ne("").any(axis=1)
    assert card["verdict"] == "no skill" or named.mean() > 0.9


@pytest.mark.slow
def test_effects_follow_the_seeded_ones(result, demo):
    truth = demo.truth["win_coefficients"].query("term == 'source'").set_index("level")["log_odds"]
    effects = result.driver_effects.query("field == 'source'").set_index("level")["effect"]
    assert effects.corr(truth.reindex(effects.index)) > 0.6  # some 500 deals; the best two are close


@pytest.mark.slow
def test_the_coming_weeks_add_up(result):
    weeks = result.eight_weeks
    assert len(weeks) == 8
    assert weeks["wins"].sum() == pytest.approx(result.open_deals["p_won_8_weeks"].sum())
    assert (weeks["week_start"].diff().dropna() == pd.Timedelta(days=7)).all()
    assert result.habits["week"].tolist() == list(range(1, 14))


@pytest.mark.slow
def test_shrunken_rates_predict_the_next_year_no_worse_than_raw_ones(full):
    segments = segment_rates(book_of(full, EARLIER))
    later = closed_deals(book_of(full, UNTIL), date(2025, 11, 1), UNTIL)
    errors = []
    for dimension, rates in segments.groupby("dimension"):
        if dimension == "competitor":
            continue
        own = rates.set_index("segment")
        known = later.loc[later[dimension].isin(own.index)]
        won, whole = known["is_won"].astype(float), own["won"].sum() / own["closed"].sum()
        forecasts = [known[dimension].map(own[name]).astype(float) for name in ("rate", "raw_rate")]
        scores = [float(((f - won) ** 2).mean()) for f in (*forecasts, pd.Series(whole, index=won.index))]
        errors.append((own["differs_p_value"].iloc[0] < 0.01, *scores))
    differ, shrunken, raw, pooled = (np.array(part) for part in zip(*errors, strict=True))
    assert shrunken.mean() < raw.mean()
    assert (shrunken - raw).max() < 0.003
    assert shrunken[differ].mean() < pooled[differ].mean()


def test_the_record_by_hand():
    day = pd.Timestamp("2026-01-31")
    record = pd.DataFrame({
        "origin": [day, day, day], "opportunity_id": list("abc"), "p_won": [0.5, 0.25, 0.25],
        "is_won": [True, False, False], "amount": [100.0, 200.0, np.nan],
        "earned": [120.0, 0.0, 0.0], "p_base": [0.5] * 3,
        "p_stage": [np.nan] * 3, "p_crm": [np.nan] * 3,
    })  # fmt: skip
    ways = ways_compared(record).set_index("method")
    assert ways.index.tolist() == ["closing hazard", "base rate"]
    assert ways.loc["closing hazard", "count_error"] == pytest.approx(0.0)
    assert ways.loc["base rate", "count_error"] == pytest.approx(0.5)
    assert ways.loc["closing hazard", "amount_error"] == pytest.approx(1 - (50 + 50) / 120)
    assert ways.loc["closing hazard", "brier"] == pytest.approx((0.5**2 + 2 * 0.25**2) / 3)
    sums = matured_forecasts(record).iloc[0]
    assert (sums["open_deals"], sums["wins_actual"], sums["amount_actual"]) == (3, 1, 120)
