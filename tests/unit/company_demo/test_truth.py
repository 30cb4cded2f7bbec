"""What the tables show agrees with what the demo company says is true."""

import datetime

import numpy as np
import pandas as pd
import pytest

from pipeline.company_demo import generate
from pipeline.company_demo.rhythm import Clock, number_of

UNTIL = datetime.date(2026, 10, 31)
TROUBLE = pd.Timestamp("2026-02-01")


@pytest.fixture(scope="module")
def company():
    return generate(customers=6000, until=UNTIL, seed=11)


@pytest.fixture(scope="module")
def small():
    names = ("baseline", "too_few_deals", "falling_win_rate", "shrinking_deals", "one_deal", "column")
    return {name: generate(customers=1500, until=UNTIL, seed=4, scenario=name) for name in names}


def _created_since(company, day):
    opportunities = company.tables["opportunities"]
    return opportunities.loc[opportunities["created_on"] >= day, "opportunity_id"]


def test_of_deals_given_a_chance_that_share_is_won(company):
    deals = company.truth["opportunities"]
    real = deals.loc[deals["outcome"].isin(["won", "lost"])]
    bins = pd.cut(real["chance"], [0, 0.25, 0.4, 0.55, 1])
    by_bin = real.groupby(bins, observed=True).agg(
        chance=("chance", "mean"), won=("outcome", lambda o: (o == "won").mean())
    )
    error = np.sqrt(by_bin["chance"] * (1 - by_bin["chance"]) / real.groupby(bins, observed=True).size())
    assert ((by_bin["won"] - by_bin["chance"]).abs() < 4 * error).all()


def test_purchases_follow_each_type_of_customer_s_rhythm(company):
    truth, orders = company.truth["customers"], company.tables["orders"]
    repeat = orders.loc[orders["opportunity_id"].isna() & (orders["amount"] > 0)]
    repeat = repeat.sort_values(["customer_id", "ordered_on"], kind="stable")
    clock = Clock(number_of(datetime.date(2020, 1, 1)), number_of(UNTIL))
    days = repeat["ordered_on"].to_numpy().astype("datetime64[D]").astype(np.int64)
    gaps = pd.Series(clock.steady(days), index=repeat.index).groupby(repeat["customer_id"]).diff().dropna()
    mine = truth.set_index("customer_id").loc[repeat.loc[gaps.index, "customer_id"]].reset_index()
    relative = gaps.to_numpy() / mine["mean_days_between"].to_numpy()
    for kind, k in (("frequent", 2.5), ("regular", 4.0)):
        chosen = relative[(mine["type"] == kind).to_numpy()]
        # Long gaps are cut off by the end of the history, so a little below the truth is right.
        assert chosen.mean() == pytest.approx(1.0, abs=0.06)
        assert chosen.std() == pytest.approx(1 / np.sqrt(k), abs=0.06)


def test_nobody_orders_after_dropping_out(company):
    orders = company.tables["orders"].merge(company.truth["customers"], on="customer_id")
    repeat = orders.loc[orders["opportunity_id"].isna() & (orders["amount"] > 0)]
    assert (repeat["ordered_on"] <= repeat["dropped_on"]).all()


def test_spend_per_purchase_is_the_customers_mean(company):
    orders = company.tables["orders"].merge(company.truth["customers"], on="customer_id")
    repeat = orders.loc[orders["opportunity_id"].isna() & (orders["amount"] > 0)]
    assert (repeat["amount"] / repeat["mean_spend"]).mean() == pytest.approx(1.0, abs=0.02)
    assert (repeat["amount"] / repeat["mean_spend"]).std() == pytest.approx(1 / np.sqrt(5.0), abs=0.02)


def test_invoices_are_paid_by_habit(company):
    invoices, payments = company.tables["invoices"], company.tables["payments"]
    first = payments.drop_duplicates("invoice_id").merge(invoices, on="invoice_id", suffixes=("", "_invoice"))
    first = first.merge(company.truth["customers"], on="customer_id")
    old = first.loc[(first["issued_on"] < "2026-01-01") & (first["amount"] > 0)]
    late = (old["paid_on"] - old["due_on"]).dt.days.groupby(old["payment_habit"]).mean()
    habits = company.truth["payment_habits"].set_index("habit")
    # Weekends move a payment to the Friday before: 3 days in 7 of a week, 0.43 days on average.
    np.testing.assert_allclose(late, habits.loc[late.index, "mean_days"] - 3 / 7, atol=1.5)


def test_yearly_plans_are_met_more_or_less(company):
    targets, orders = company.tables["targets"], company.tables["orders"]
    plan = targets.loc[(targets["market"] == "") & (targets["metric"] == "contracts")].set_index("period")[
        "amount"
    ]
    net = orders.loc[orders["cancelled_on"].isna()]
    actual = net.groupby(net["ordered_on"].dt.year)["amount"].sum()
    for year in (2022, 2023, 2024, 2025):
        assert 0.8 < actual[year] / plan[str(year)] < 1.2


def test_chinese_new_year_is_slow_and_quarter_ends_are_busy(company):
    orders = company.tables["orders"]
    by_day = (
        orders.groupby("ordered_on").size().reindex(pd.date_range("2022-01-01", "2026-09-30"), fill_value=0)
    )
    new_year = by_day["2026-02-12":"2026-02-25"].mean()
    quarter_end = by_day["2026-09-19":"2026-09-30"].mean()
    assert new_year < 0.4 * by_day["2026"].mean()
    assert quarter_end > 1.25 * by_day["2026"].mean()


def test_too_few_deals_halves_what_is_created(small):
    since = pd.Timestamp("2025-11-01")
    ratio = len(_created_since(small["too_few_deals"], since)) / len(_created_since(small["baseline"], since))
    assert ratio == pytest.approx(0.5, abs=0.07)


def test_shrinking_deals_halves_amounts(small):
    def median(company):
        history = company.tables["opportunity_history"].drop_duplicates("opportunity_id")
        return history.loc[
            history["opportunity_id"].isin(_created_since(company, "2025-11-01")), "amount"
        ].median()

    assert median(small["shrinking_deals"]) / median(small["baseline"]) == pytest.approx(0.5, abs=0.05)


def test_falling_win_rate_lowers_chances_only_of_recent_deals(small):
    def mean_log_odds(company, first, last):
        deals = company.tables["opportunities"].merge(company.truth["opportunities"], on="opportunity_id")
        return deals.loc[deals["created_on"].between(first, last), "log_odds"].mean()

    calm, troubled = small["baseline"], small["falling_win_rate"]
    before = [mean_log_odds(company, "2022-01-01", "2025-08-01") for company in (calm, troubled)]
    after = [mean_log_odds(company, "2025-10-01", "2026-10-31") for company in (calm, troubled)]
    assert before[1] == pytest.approx(before[0], abs=0.02)
    assert after[1] - after[0] == pytest.approx(-1.1, abs=0.02)


def test_one_deal_dominates_what_is_open(small):
    history = small["one_deal"].tables["opportunity_history"].drop_duplicates("opportunity_id", keep="last")
    waiting = history.loc[(history["outcome"] == "open") & (history["stage"] == "negotiation"), "amount"]
    assert waiting.max() / waiting.sum() > 0.4


def test_in_a_column_no_recent_lead_is_judged(small):
    column = small["column"]
    history = column.tables["opportunity_history"]
    mine = history.loc[history["opportunity_id"].isin(_created_since(column, TROUBLE))]
    assert set(mine.loc[mine["outcome"] == "lost", "stage"]) <= {"negotiation"}
    assert not (mine["outcome"] == "invalid").any()


def test_future_continues_the_past(company):
    future = company.truth["future"]
    assert (future["month"] > pd.Timestamp(UNTIL)).all()
    next_year = (
        future.loc[(future["metric"] == "contracts"), ["month", "amount"]].groupby("month")["amount"].sum()
    )
    orders = company.tables["orders"]
    last_year = orders.loc[orders["ordered_on"] > "2025-10-31", "amount"].sum()
    assert next_year.iloc[:12].sum() == pytest.approx(last_year, rel=0.2)
