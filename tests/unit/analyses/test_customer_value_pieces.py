"""The pieces of customer value on small tables by hand: life cycle, matrix, proposals, amounts, margins."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from pipeline.analyses.customer_value.amounts import _ratios, expected_amounts
from pipeline.analyses.customer_value.life_cycle import life_cycle
from pipeline.analyses.customer_value.margins import Margins
from pipeline.analyses.customer_value.potential import with_cells, with_potential
from pipeline.analyses.customer_value.purchases import Purchases
from pipeline.analyses.customer_value.repeat_sales import (
    beats_chance,
    learned_rates,
    rates_held_against,
    repeat_sales,
    window_days,
)
from pipeline.models.repeat_purchase.events import PurchaseEvents

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
        """c0 buys monthly, c1 yearly; both quiet for 130 days. The typical customer's rhythm counts once."""
        monthly, yearly = list(range(0, 601, 30)), [0, 300, 600]
        found = life_cycle(purchases([monthly, yearly], 730)).set_index("customer_id")
        usual = (np.log(30) + np.log(300)) / 2
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

    def test_who_is_likely_to_buy_within_a_year_is_not_lost(self):
        silent = purchases([list(range(0, 401, 40)), list(range(0, 601, 40))], 620)
        assert life_cycle(silent)["phase"].tolist() == ["lost", "mature"]
        likely = pd.Series([0.9, 0.9], index=["c0", "c1"])
        assert life_cycle(silent, likely)["phase"].tolist() == ["declining", "mature"]


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
        assert found["wallet"].tolist() == pytest.approx([100, 90, 30 + 0.8 * (90 - 30)])
        assert found["wallet_is_outgrown"].tolist() == [False, True, False]

    def test_cells_by_hand(self):
        """Shares from the largest, own half counted: 0.3, 0.75, 0.95: high, medium, low."""
        rows = pd.DataFrame({"value_12_months": [60.0, 30.0, 10.0, 0.0], "potential": [9.0, 1.0, 8.0, 2.0]})
        found = with_cells(rows)
        assert found["value_level"].tolist() == ["high", "medium", "low", "low"]
        assert found["treatment"].tolist() == ["grow", "harvest", "nurture", "let-go"]


class TestRepeatSales:
    START, END = pd.Timestamp("2025-01-01"), pd.Timestamp("2026-01-01")

    def lines(self):
        old, fresh = "2024-06-01", "2025-06-01"
        rows = [("a", "x", old), ("a", "y", fresh), ("b", "x", old), ("c", "x", old), ("c", "y", old)]
        table = pd.DataFrame(rows, columns=["customer_id", "product_line", "first_order_on"])
        table["first_order_on"] = pd.to_datetime(table["first_order_on"])
        return table.assign(last_order_on=table["first_order_on"], purchase_days=1, amount=50.0)

    def rates(self):
        return learned_rates(self.lines(), pd.Series({"a": 2.0, "b": 2.0, "c": 1.0}), self.START, self.END)

    def test_rates_by_hand(self):
        """Two had x and not y and were expected to buy twice each; one began y: 2 (1 - e^-2r) = 1."""
        rates = self.rates()
        assert rates.base["y"] == pytest.approx(np.log(2) / 2)
        assert rates.base["x"] == 0
        # buyers and expected ones agree among all, so they agree among those who had x
        assert rates.multiples.loc["x", "y"] == pytest.approx((1 + 10) / (1 + 10))

    def test_a_line_that_goes_with_another_is_learned(self):
        """Of 200 customers with x all begin y, of 200 with z none: 200 and 0 against 100 expected each."""
        old, fresh = pd.Timestamp("2024-06-01"), pd.Timestamp("2025-06-01")
        rows = [(n, "x" if n < 200 else "z", old) for n in range(400)] + [(n, "y", fresh) for n in range(200)]
        lines = pd.DataFrame(rows, columns=["customer_id", "product_line", "first_order_on"])
        rates = learned_rates(lines, pd.Series(1.0, index=range(400)), self.START, self.END)
        assert rates.multiples.loc["x", "y"] == pytest.approx((200 + 10) / (100 + 10))
        assert rates.multiples.loc["z", "y"] == pytest.approx((0 + 10) / (100 + 10))
        check = rates_held_against(lines, pd.Series(1.0, index=range(400)), rates, self.START, self.END)
        of_y = check.set_index("product_line").loc["y"]
        assert (of_y["customers"], of_y["actual"], of_y["by_lot"]) == (400, 200, 40)
        assert of_y["first_fifth"] == 80
        assert of_y["lift"] == pytest.approx(2)
        assert beats_chance(check)

    def test_chance_alone_proposes_nothing(self):
        rows = [("y", 500, 100.0, 100.0, 1.0, 21.0, 20.0)]
        columns = ["product_line", "customers", "expected", "actual", "lift", "first_fifth", "by_lot"]
        assert not beats_chance(pd.DataFrame(rows, columns=columns))
        assert beats_chance(pd.DataFrame(rows, columns=columns).assign(first_fifth=28.0))
        assert not beats_chance(pd.DataFrame(columns=columns))

    def test_proposals_by_hand(self):
        """b has x alone and is expected to buy once: 1 - e^-r of y; margin 0.3, of line y 0.5."""
        customers = pd.DataFrame({"customer_id": ["a", "b", "c"], "purchases_12_months": [2.0, 1.0, 1.0]})
        margins = Margins(0.3, 1.0, pd.Series(dtype=float), pd.Series({"y": 0.5}))
        found = repeat_sales(self.lines(), customers, self.END, self.rates(), margins)
        new = found.loc[found["kind"] == "new"]
        assert new[["customer_id", "product_line"]].to_numpy().tolist() == [["b", "y"]]
        chance = 1 - np.exp(-np.log(2) / 2)
        assert new["probability"].iloc[0] == pytest.approx(chance)
        assert new["expected_value"].iloc[0] == pytest.approx(chance * 50 * 0.5)
        again = found.loc[(found["kind"] == "again") & (found["customer_id"] == "a")]
        assert again["expected_value"].tolist() == pytest.approx([1.0 * 50 * 0.5, 1.0 * 50 * 0.3])

    def test_windows_fit_three_times_into_the_history(self):
        assert window_days(3 * 364) == 364
        assert window_days(3 * 364 - 1) == 182


class TestAmounts:
    def test_corrections_by_hand(self):
        """Once: 100 came where 50 were expected, prior 50: 150 / 100. Again: nothing was seen: 1."""
        assert _ratios([np.array([[100.0, 0], [50.0, 0]])], 50.0).tolist() == [1.5, 1.0]
        assert _ratios([], 50.0).tolist() == [1.0, 1.0]

    def test_large_first_purchases_do_not_raise_what_later_ones_bring(self):
        """A project of 300, then monthly refills of 100: 100 is to be expected, not their mean."""
        days = [list(range(number % 7, 700, 28 + number % 9)) for number in range(60)]
        sizes = [size for own in days for size in [300.0, *[100.0] * (len(own) - 1)]]
        found = expected_amounts(purchases(days, 705, sizes), 182)
        assert found.windows == 4
        assert found.correction.mean() < 0.95
        assert found.expected.mean() == pytest.approx(100, rel=0.1)
