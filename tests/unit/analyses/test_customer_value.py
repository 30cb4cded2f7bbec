"""Customer value: small tables by hand, a simulated company with known truth, companies that lack data."""

import dataclasses
from datetime import date

import numpy as np
import pandas as pd
import pytest

from pipeline.analyses.customer_value import CustomerValue, analyse
from pipeline.analyses.customer_value.life_cycle import life_cycle
from pipeline.analyses.customer_value.potential import with_cells, with_potential
from pipeline.analyses.customer_value.purchases import Purchases
from pipeline.analyses.customer_value.repeat_sales import learned_rates, repeat_sales
from pipeline.analyses.customer_value.segments import segmented
from pipeline.analyses.customer_value.track import judged
from pipeline.book import Book
from pipeline.company import Company
from pipeline.company_demo import generate
from pipeline.findings import Missing
from pipeline.models.repeat_purchase.events import PurchaseEvents
from pipeline.parameters import Period, Scope
from pipeline.warehouse import Warehouse

LAST = date(2026, 10, 31)


def purchases(days_of, today, amounts=None):
    """Purchases of customers given as lists of days."""
    who = [number for number, days in enumerate(days_of) for _ in days]
    when = [day for days in days_of for day in days]
    events = PurchaseEvents.of(who, when, amounts or [100.0] * len(who))
    ids = pd.Index([f"c{number}" for number in range(len(days_of))])
    return Purchases(events, ids, pd.Timestamp("2024-01-01"), today)


class TestLifeCycle:
    def test_silence_is_counted_in_own_intervals(self):
        """c0 buys monthly, c1 yearly; both quiet for 130 days. Everybody's rhythm counts once."""
        monthly, yearly = list(range(0, 601, 30)), [0, 300, 600]
        found = life_cycle(purchases([monthly, yearly], 730)).set_index("customer_id")
        usual = (20 * np.log(30) + 2 * np.log(300)) / 22
        rhythm = np.exp((20 * np.log(30) + usual) / 21)
        assert found.loc["c0", "rhythm_days"] == pytest.approx(rhythm)
        assert found.loc["c0", "phase"] == "lost"
        assert found.loc["c1", "phase"] == "mature"

    def test_phases_by_story(self):
        steady = list(range(0, 1001, 50))
        growing = [0, 200, 400, 600, 700, 750, 800, 850, 900, 950, 1000]
        slowing = list(range(0, 881, 40))
        woken = [*range(0, 401, 40), 990]
        new = [950, 990]
        found = life_cycle(purchases([steady, growing, slowing, woken, new], 1010)).set_index("customer_id")
        assert found["phase"].tolist() == ["mature", "growing", "declining", "reactivated", "new"]

    def test_whom_the_model_holds_alive_is_not_lost(self):
        silent = purchases([list(range(0, 401, 40)), list(range(0, 601, 40))], 620)
        assert life_cycle(silent)["phase"].tolist() == ["lost", "mature"]
        alive = pd.Series([0.9, 0.9], index=["c0", "c1"])
        assert life_cycle(silent, alive)["phase"].tolist() == ["declining", "mature"]


class TestMatrix:
    def test_potential_is_the_wallet_less_our_share_and_never_negative(self):
        rows = pd.DataFrame(
            {
                "industry": ["a"] * 3,
                "amount_12_months": [30.0, 90.0, 0.0],
                "wallet_a_year": [100.0, 50.0, np.nan],
            }
        )
        found = with_potential(rows)
        assert found["potential"].tolist() == pytest.approx([100 - 30, 0, 30 + 0.8 * (90 - 30)])
        assert found["wallet_is_estimated"].tolist() == [False, False, True]

    def test_cells_by_hand(self):
        """Shares from the largest, own half counted: 0.3, 0.75, 0.95: high, medium, low."""
        rows = pd.DataFrame({"value_12_months": [60.0, 30.0, 10.0, 0.0], "potential": [9.0, 1.0, 8.0, 2.0]})
        found = with_cells(rows)
        assert found["value_level"].tolist() == ["high", "medium", "low", "low"]
        assert found["treatment"].tolist() == ["grow", "harvest", "nurture", "let-go"]


class TestRepeatSales:
    AS_OF = pd.Timestamp("2026-01-01")

    def lines(self):
        old, fresh = "2024-06-01", "2025-06-01"
        rows = [("a", "x", old), ("a", "y", fresh), ("b", "x", old), ("c", "x", old), ("c", "y", old)]
        table = pd.DataFrame(rows, columns=["customer_id", "product_line", "first_order_on"])
        table["first_order_on"] = pd.to_datetime(table["first_order_on"])
        return table.assign(last_order_on=table["first_order_on"], purchase_days=1, amount=50.0)

    def test_rates_by_hand(self):
        """Two customers had x and not y a year ago, one has bought y since; overall 1 of 2 as well."""
        rates = learned_rates(self.lines(), self.AS_OF)
        assert rates.loc["x", "y"] == pytest.approx((1 + 20 * 0.5) / (2 + 20))

    def test_proposals_by_hand(self):
        customers = pd.DataFrame(
            {
                "customer_id": ["a", "b", "c"],
                "purchases_12_months": [2.0, 1.0, 1.0],
                "probability_alive": [0.9] * 3,
            }
        )
        found = repeat_sales(self.lines(), customers, self.AS_OF, margin_rate=0.3)
        new = found.loc[found["kind"] == "new"]
        assert new[["customer_id", "product_line"]].to_numpy().tolist() == [["b", "y"]]
        assert new["expected_value"].iloc[0] == pytest.approx(11 / 22 * 50 * 0.3)
        again = found.loc[(found["kind"] == "again") & (found["customer_id"] == "a")]
        assert again["expected_value"].tolist() == pytest.approx([1.0 * 50 * 0.3] * 2)


def test_judgement_by_hand():
    actual, expected = np.array([4.0] + [0.0] * 9), np.array([2.0] + [0.0] * 9)
    found = judged(actual, expected)
    assert found["bias"] == pytest.approx(2 / 4 - 1)
    assert found["error"] == pytest.approx(np.sqrt(4 / 10))
    assert found["capture"] == 1
    assert found["rank"] == pytest.approx(1)


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
        from pipeline.exhibits import Reader, answers, findings
        from pipeline.exhibits import customer_value as show
        from pipeline.exhibits import customer_value_evidence as evidence

        reader = Reader.of(Company(), language)
        made = [
            show.value(result.value, reader, top=5),
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
        assert not [exhibit.title for exhibit in made if exhibit.left_out]


class TestLittleData:
    def book(self, folder, orders, as_of=LAST):
        warehouse = Warehouse.open(folder, url="")
        if len(orders):
            table = pd.DataFrame(orders, columns=["order_id", "customer_id", "ordered_on", "amount"])
            table["ordered_on"] = pd.to_datetime(table["ordered_on"]).astype("datetime64[s]")
            with warehouse.transaction():
                warehouse.replace("orders", table)
        return Book(warehouse, Company(), Period.containing(as_of, "month"), as_of=as_of)

    def test_a_short_history_is_refused_with_its_length(self, tmp_path):
        orders = [(f"o{n}", f"c{n % 40}", f"2026-0{6 + n % 3}-1{n % 9}", 100.0) for n in range(200)]
        found = analyse(self.book(tmp_path, orders, date(2026, 8, 31)))
        assert isinstance(found.value, Missing)
        assert found.value.reason == "customer-value-history-too-short"
        assert {name: fact.value for name, fact in vars(found.value)["values"].items()}["needed"] == 12
        assert not isinstance(found.pareto, Missing)
        assert not isinstance(found.phases, Missing)
