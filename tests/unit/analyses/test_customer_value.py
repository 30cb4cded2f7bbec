"""Customer value: the whole chapter on a simulated company with known truth, and companies that lack data."""

import dataclasses
from datetime import date

import numpy as np
import pandas as pd
import pytest

from pipeline.analyses.customer_value import CustomerValue, analyse
from pipeline.analyses.customer_value.margins import margins
from pipeline.analyses.customer_value.segments import segmented
from pipeline.analyses.customer_value.track import judged
from pipeline.analyses.customer_value.value import _total
from pipeline.book import Book
from pipeline.company import Company
from pipeline.company_demo import generate
from pipeline.findings import Missing
from pipeline.parameters import Period, Scope
from pipeline.warehouse import Warehouse

LAST = date(2026, 10, 31)


def small_book(folder, orders, as_of=LAST, lines=(), products=()):
    """A book of orders (order_id, customer_id, day, amount), lines and products."""
    warehouse = Warehouse.open(folder, url="")
    tables = {}
    if len(orders):
        table = pd.DataFrame(orders, columns=["order_id", "customer_id", "ordered_on", "amount"])
        table["ordered_on"] = pd.to_datetime(table["ordered_on"]).astype("datetime64[s]")
        tables["orders"] = table
    if len(lines):
        table = pd.DataFrame(lines, columns=["order_id", "product_id", "quantity", "amount"])
        days = tables["orders"].set_index("order_id")["ordered_on"]
        tables["order_lines"] = table.assign(line_number=1, ordered_on=table["order_id"].map(days))
        tables["products"] = pd.DataFrame(products, columns=["product_id", "product_line", "unit_cost"])
    with warehouse.transaction():
        for name, table in tables.items():
            warehouse.replace(name, table)
    return Book(warehouse, Company(), Period.containing(as_of, "month"), as_of=as_of)


class TestMargins:
    def test_rates_are_pulled_toward_the_company(self, tmp_path):
        """Lines of 60 and 140 at costs 30 and 130; c1 bought the first; typical 100, so a prior of 500."""
        found = margins(
            small_book(
                tmp_path,
                [("o1", "c1", "2026-01-05", 60.0), ("o2", "c2", "2026-01-05", 140.0)],
                lines=[("o1", "p1", 6.0, 60.0), ("o2", "p2", 13.0, 140.0)],
                products=[("p1", "x", 5.0), ("p2", "y", 10.0)],
            )
        )
        overall = 1 - (30 + 130) / 200
        assert found.overall == pytest.approx(overall)
        assert found.covered == 1
        prior = 5 * (60 + 140) / 2
        assert found.by_customer["c1"] == pytest.approx((30 + prior * overall) / (60 + prior))
        assert found.by_line["y"] == pytest.approx((10 + prior * overall) / (140 + prior))
        assert found.of_customers(pd.Series(["c1", "c9"])).tolist() == [found.by_customer["c1"], overall]

    def test_without_costs_the_rate_is_that_of_the_settings(self, tmp_path):
        found = margins(small_book(tmp_path, [("o1", "c1", "2026-01-05", 60.0)]))
        assert (found.overall, found.covered, found.is_measured) == (0.3, 0.0, False)

    def test_costs_of_few_sales_do_not_speak_for_all(self, tmp_path):
        found = margins(
            small_book(
                tmp_path,
                [("o1", "c1", "2026-01-05", 60.0), ("o2", "c2", "2026-01-05", 140.0)],
                lines=[("o1", "p1", 6.0, 60.0)],
                products=[("p1", "x", 5.0)],
            )
        )
        assert not found.is_measured


def test_judgement_by_hand():
    actual, expected = np.array([4.0] + [0.0] * 9), np.array([2.0] + [0.0] * 9)
    found = judged(actual, expected)
    assert found["bias"] == pytest.approx(2 / 4 - 1)
    assert found["error"] == pytest.approx(np.sqrt(4 / 10))
    assert found["capture"] == 1
    assert found["rank"] == pytest.approx(1)


def test_a_tenth_is_the_nearest_whole_number_of_customers():
    actual = np.array([3.0, 2.0, 1.0] + [1.0] * 13)
    assert judged(actual, np.arange(16.0, 0.0, -1))["capture"] == pytest.approx((3 + 2) / 19)


def test_a_total_is_as_wide_as_the_simulated_sums_about_their_median():
    table = pd.DataFrame({"value_12_months": [60.0, 40.0], "lifetime_value": [120.0, 80.0]})
    total = _total(table, np.linspace(50.0, 250.0, 201), 0.1).iloc[0]  # quantiles 70, 150, 230
    assert total["value_12_months_low"] == pytest.approx(100 * 70 / 150)
    assert total["value_12_months_high"] == pytest.approx(100 * 230 / 150)
    assert total["lifetime_value_high"] == pytest.approx(200 * 230 / 150)


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    company = generate(customers=900, until=LAST, seed=5)
    warehouse = Warehouse.open(tmp_path_factory.mktemp("demo"), url="")
    with warehouse.transaction():
        for name, table in company.tables.items():
            warehouse.replace(name, table)
    return Book(warehouse, Company(), Period.containing(LAST, "month"), as_of=LAST), company.truth


@pytest.fixture(scope="module")
def result(demo) -> CustomerValue:
    return analyse(demo[0])


class TestSimulatedCompany:
    def test_nothing_is_left_out(self, result):
        missing = [f.name for f in dataclasses.fields(result) if isinstance(getattr(result, f.name), Missing)]
        assert missing == []

    def test_tables_cover_every_customer_once(self, result):
        traded = int(result.headlines["customers"])
        assert result.phases["customers"].sum() == len(result.customers)
        assert result.rfm["customers"].sum() == traded
        assert result.matrix["customers"].sum() == traded
        assert result.segments["customers"].sum() == traded
        assert result.customers["customer_id"].is_unique
        total = result.value["value_12_months"].sum()
        assert total == pytest.approx(result.headlines["value_12_months_cny"])

    def test_who_is_alive_is_told_from_who_left(self, demo, result):
        """Of customers said to be active with some chance, about that share is; ranks agree."""
        truth = demo[1]["customers"].set_index("customer_id")["is_alive"]
        rows = result.value.assign(truth=result.value["customer_id"].map(truth).astype(float))
        assert rows["probability_alive"].mean() == pytest.approx(rows["truth"].mean(), abs=0.08)
        sure = rows.loc[rows["probability_alive"] > 0.9, "truth"].mean()
        gone = rows.loc[rows["probability_alive"] < 0.2, "truth"].mean()
        assert sure > 0.8
        assert gone < 0.1

    def test_forecasts_beat_the_naive_one(self, result):
        by = result.track_summary.set_index("method")
        assert by.loc["forecast", "error"] < 0.95 * by.loc["same_as_last", "error"]
        assert by.loc["forecast", "bias"] < 0.12

    def test_segments_stay_put_and_the_past_is_not_rewritten(self, demo):
        book = demo[0]
        now, earlier = segmented(book), segmented(book.at(date(2026, 9, 30)))
        assert now.moved_a_month < 0.15
        assert now.bounced <= 0.02
        end = pd.Timestamp("2026-09-30")
        then = now.labels.loc[now.labels["month_end"] == end].reset_index(drop=True)
        last = earlier.labels.loc[earlier.labels["month_end"] == end].reset_index(drop=True)
        assert then["customer_id"].equals(last["customer_id"])
        # an order cancelled in October changes what September is seen to have been, for a customer or two
        assert (then["segment"] == last["segment"]).mean() > 0.99

    def test_a_scope_shows_its_own_customers_with_the_company_s_values(self, demo, result):
        part = analyse(demo[0].scoped(Scope.parse("market=East")))
        assert 0 < len(part.customers) < len(result.customers)
        assert set(part.customers["customer_id"]) == set(
            demo[0].scoped(Scope.parse("market=East")).customers.all()["customer_id"]
        )
        values = result.value.set_index("customer_id")["value_12_months"]
        own = part.value.set_index("customer_id")["value_12_months"]
        pd.testing.assert_series_equal(own, values.reindex(own.index))

    @pytest.mark.parametrize("language", ["en", "zh"])
    def test_every_exhibit_draws(self, result, language):
        assert not [exhibit.title for exhibit in drawn(result, language) if exhibit.left_out]


class TestLittleData:
    """Whatever a company lacks, the chapter says so and shows the rest."""

    def days(self, customers=60, every=30, amount=lambda number: 100.0 + number):
        """Orders of customers who buy at their own distances for two years, some of them once."""
        start = pd.Timestamp("2024-01-03")
        orders = []
        for number in range(customers):
            for turn in range(0 if number % 4 == 0 else 2, 1 if number % 4 == 0 else 22):
                day = start + pd.Timedelta(days=number % 9 + turn * (every + number % 5))
                orders.append((f"o{len(orders)}", f"c{number}", day, amount(number)))
        return orders

    def test_an_empty_company_is_told_so(self, tmp_path):
        found = analyse(small_book(tmp_path, []))
        missing = {f.name for f in dataclasses.fields(found) if isinstance(getattr(found, f.name), Missing)}
        assert {"value", "rfm", "pareto", "phases", "segments", "track", "repeat_sales", "cohorts"} <= missing
        assert found.headlines["customers"] == 0
        assert found.findings == ()

    def test_a_short_history_is_refused_with_its_length(self, tmp_path):
        orders = [(f"o{n}", f"c{n % 40}", f"2026-0{6 + n % 3}-1{n % 9}", 100.0) for n in range(200)]
        found = analyse(small_book(tmp_path, orders, date(2026, 8, 31)))
        for name in ("value", "track"):
            refusal = getattr(found, name)
            assert isinstance(refusal, Missing)
            assert refusal.reason == "customer-value-history-too-short"
        assert {key: fact.value for key, fact in found.value.values.items()} == {  # noqa: PD011
            "months": 2.7,
            "needed": 12,
        }
        assert not isinstance(found.pareto, Missing)
        assert not isinstance(found.phases, Missing)
        # no forecast: sums of expected margin are empty, not those of past amounts
        assert found.phases["value_12_months"].isna().all()
        assert set(found.grades["proposed_grade"]) <= {"A", "B"}
        assert "top-amount" in set(found.customers["reason"])

    def test_one_customer(self, tmp_path):
        orders = [
            (f"o{n}", "c1", pd.Timestamp("2024-01-01") + pd.Timedelta(days=30 * n), 50.0) for n in range(30)
        ]
        found = analyse(small_book(tmp_path, orders))
        assert isinstance(found.value, Missing)
        assert found.value.reason == "customer-value-too-few-repeats"
        assert isinstance(found.segments, Missing)
        assert found.customers["phase"].tolist() == ["lost"]
        assert found.pareto_levels["share_of_value"].tolist() == [1.0] * len(found.pareto_levels)

    def test_returns_alone_make_no_customer(self, tmp_path):
        orders = [(f"o{n}", f"c{n % 9}", "2025-03-04", -10.0) for n in range(60)]
        found = analyse(small_book(tmp_path, orders))
        assert found.headlines["customers"] == 0
        assert isinstance(found.value, Missing)

    @pytest.mark.parametrize(
        "amount", [lambda number: 100.0, lambda number: 1e11 + number, lambda number: 0.01]
    )
    def test_amounts_all_equal_huge_or_tiny(self, tmp_path, amount):
        found = analyse(small_book(tmp_path, self.days(amount=amount), date(2026, 1, 31)))
        assert not isinstance(found.value, Missing)
        values = found.value[
            ["value_12_months", "lifetime_value", "value_12_months_low", "value_12_months_high"]
        ]
        assert np.isfinite(values.to_numpy()).all()
        assert (values["value_12_months_low"] <= values["value_12_months_high"]).all()
        each = amount(1)
        bought = found.value.loc[found.value["purchase_days"] > 10, "spend"]
        assert bought.to_numpy() == pytest.approx(each, rel=0.05)

    @pytest.mark.parametrize("orders", ["none", "short", "one"])
    def test_the_page_of_a_company_that_lacks_data_draws(self, tmp_path, orders):
        made = {
            "none": [],
            "short": [(f"o{n}", f"c{n % 40}", f"2026-0{6 + n % 3}-1{n % 9}", 100.0) for n in range(200)],
            "one": [("o1", "c1", "2024-05-06", 5.0)],
        }[orders]
        assert len(drawn(analyse(small_book(tmp_path, made, date(2026, 8, 31))), "en")) == 21


def drawn(result, language):
    """Every exhibit of the notebook."""
    from pipeline.exhibits import Reader, answers, findings
    from pipeline.exhibits import customer_value as show
    from pipeline.exhibits import customer_value_evidence as evidence

    reader = Reader.of(Company(), language)
    return [
        show.value(result.value, result.margin, reader, top=5),
        show.rfm(result.rfm, reader),
        show.pareto(result.pareto, result.pareto_levels, reader),
        show.phases(result.phases, reader),
        show.at_risk(result.at_risk, reader, top=5),
        show.matrix(result.matrix, reader),
        show.grades(result.grades, reader),
        show.grade_differences(result.grade_differences, reader, top=5),
        show.segments(result.segments, reader),
        show.segment_moves(result.segment_moves, result.segment_facts, reader),
        evidence.segment_counts(result.segment_counts, reader),
        show.repeat_lines(result.repeat_lines, reader),
        show.repeat_sales(result.repeat_sales, reader, top=5),
        evidence.repeat_check(result.repeat_sales_check, reader),
        evidence.retention(result.cohorts, reader),
        evidence.track(result.track, reader),
        evidence.track_summary(result.track_summary, reader),
        evidence.ways(result.ways, reader),
        evidence.parameters(result.parameters, reader),
        answers(result.findings, reader),
        findings(result.findings, reader),
    ]
