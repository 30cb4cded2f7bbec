"""Large sales are evened out: by hand, in what they add up to, and in what forecasts gain by it."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from pipeline.analyses.forecast.large_sales import days_to_learn, evened_out, evened_sums, given_back
from pipeline.analyses.forecast.monthly import forecast_leaves, leaves_to_learn
from pipeline.book import Book
from pipeline.company import Company
from pipeline.models.forecast import forecast_panel
from pipeline.parameters import Period
from pipeline.warehouse import Warehouse

LAST = date(2025, 11, 30)
MONTHS = pd.date_range("2021-01-01", LAST, freq="MS")
TAIL = 1.7


@pytest.fixture
def book_of(tmp_path_factory):
    """A book of given orders."""

    def make(orders: pd.DataFrame) -> Book:
        warehouse = Warehouse.open(tmp_path_factory.mktemp("data"), url="")
        with warehouse.transaction():
            warehouse.replace("orders", orders)
        return Book(warehouse, Company(), Period.containing(LAST, "month"), as_of=LAST)

    return make


def test_without_growth_every_month_gets_the_same_load():
    # 40 of 160 came beyond the cap: each month of 10 below it is worth 10 x 160 / 120.
    amounts = np.array([[10.0] * 11 + [50.0]])
    beyond = np.array([[0.0] * 11 + [40.0]])
    np.testing.assert_allclose(given_back(amounts, beyond, 0.0), 10 * 160 / 120)


def test_what_lies_beyond_grows_half_as_fast_as_the_rest():
    # Below the cap a year brings 4 times the one before; beyond it, half way in logarithms, 2 times.
    left = np.repeat([1.0, 4.0], 24)[None, :]
    evened = given_back(left + 1.0, np.ones((1, 48)), 0.0, latest=48)
    loads = (evened - left)[0]
    assert loads[-1] / loads[0] == pytest.approx(4 / 4**0.5)
    assert evened.sum() == pytest.approx(2 * 24 * 1 + 24 * 1 + 24 * 4)


def test_a_row_is_loaded_by_what_it_brought_and_pulled_to_all():
    left = np.full((2, 12), 10.0)
    beyond = np.array([[5.0] * 12, [0.0] * 12])
    own, pulled = (given_back(left + beyond, beyond, prior) - left for prior in (0.0, 1e12))
    assert own.sum(axis=1) == pytest.approx([60, 0])
    assert pulled.sum(axis=1) == pytest.approx([30, 30])


def test_a_row_is_pulled_to_others_of_its_kind():
    left = np.full((3, 12), 10.0)
    beyond = np.array([[6.0] * 12, [0.0] * 12, [0.0] * 12])
    kinds = np.array([0, 0, 1])
    evened = given_back(left + beyond, beyond, 120.0, kinds=kinds) - left
    # All: 72 beyond for 360 below, 1/5. The first kind: (72 + 120/5) / (240 + 120) = 4/15; the second
    # (120/5) / (120 + 120) = 1/10. Rows: (72 + 120 x 4/15) / 240, (120 x 4/15) / 240, (120/10) / 240.
    loads = np.array([13 / 30, 2 / 15, 1 / 20])
    np.testing.assert_allclose(evened[:, 0], 10 * loads * 72 / (120 * loads.sum()))


def test_sums_of_a_half_year_are_split_by_what_their_line_brings():
    sums = pd.DataFrame(
        {"business_line": ["A", "A", "B"], "amount": [16.0, 10.0, 10.0], "beyond": [6.0, 0.0, 0.0]}
    )
    # A cap of 1/2: priors of 10. All: 6 for 30. A: (6 + 2) / 30, B: 2 / 20.
    # Rows: (6 + 8/3) / 20, (8/3) / 20, 1 / 20
    loads = np.array([26 / 60, 8 / 60, 3 / 60])
    np.testing.assert_allclose(evened_sums(sums, 0.5), 10 + 6 * loads / loads.sum())


def test_nothing_beyond_the_cap_changes_nothing():
    amounts = np.array([[3.0, np.nan, 0.0, -1.0]])
    assert given_back(amounts, np.zeros((1, 4)), 10.0) is amounts


def test_a_year_of_credits_does_not_blow_up_what_is_given_back():
    left = np.concatenate([np.full(12, -1.0), np.full(36, 10.0)])[None, :]
    evened = given_back(left + 5.0, np.full((1, 48), 5.0), 0.0)
    assert evened[:, -36:].sum() == pytest.approx(36 * 15)
    # at the least a twentieth of the usual level: at most a load of 5 / 10 x (1 / 0.05)^(1/2), here near that
    assert (np.abs(evened[0, :12]) < 1 + 0.5 * 20**0.5).all()


@pytest.mark.parametrize("factor", [1e-4, 1e6])
def test_evening_out_does_not_depend_on_the_currency(factor):
    drawn = np.random.default_rng(2)
    left, beyond = drawn.gamma(2.0, 50.0, (4, 50)), drawn.gamma(0.2, 300.0, (4, 50))
    once = given_back(left + beyond, beyond, 400.0)
    again = given_back(factor * (left + beyond), factor * beyond, factor * 400.0)
    np.testing.assert_allclose(again, factor * once, rtol=1e-9)


def expected_orders(months: pd.DatetimeIndex) -> np.ndarray:
    """Orders a month: a season of quarters, and growth by a tenth a year."""
    season = np.array([0.7, 0.8, 1.3, 0.9, 1.0, 1.2, 0.9, 0.9, 1.2, 0.9, 1.0, 1.2])
    return 60 * season[months.month - 1] * 1.1 ** (np.arange(len(months)) / 12)


def heavy_tailed_orders(seed: int) -> pd.DataFrame:
    """Orders whose sizes are lognormal and have nothing to do with the month."""
    drawn = np.random.default_rng(seed)
    count = drawn.poisson(expected_orders(MONTHS))
    days = np.repeat(MONTHS, count) + pd.to_timedelta(drawn.integers(0, 28, count.sum()), unit="D")
    frame = pd.DataFrame({
        "order_id": [f"o{k}" for k in range(len(days))], "customer_id": "c", "ordered_on": days,
        "amount": np.round(1e4 * np.exp(drawn.normal(0.0, TAIL, len(days))), 2),
        "business_line": drawn.choice(["A", "B"], len(days)),
    })  # fmt: skip
    return frame.sort_values(["ordered_on", "order_id"], ignore_index=True)


def test_months_and_days_add_up_to_what_came_and_are_steadier(book_of):
    book = book_of(heavy_tailed_orders(1))
    leaves, evened = leaves_to_learn(book, "contracts")
    assert list(evened.dimensions.columns) == list(leaves.dimensions.columns) == ["business_line"]
    assert evened.amounts[:, -36:].sum() == pytest.approx(leaves.amounts[:, -36:].sum())
    luck = [(each.amounts.sum(axis=0) / expected_orders(MONTHS)).std() for each in (evened, leaves)]
    assert luck[0] < 0.5 * luck[1]
    daily, days = days_to_learn(book, "contracts")
    pd.testing.assert_frame_equal(daily, book.sales.by_period(every="day")[["period_start", "amount"]])
    latest = days["period_start"] > pd.Timestamp(LAST) - pd.Timedelta(days=3 * 365)
    came = daily[daily["period_start"].isin(days.loc[latest, "period_start"])]["amount"].sum()
    assert days.loc[latest, "amount"].sum() == pytest.approx(came)


def test_forecasts_of_heavy_tails_are_nearer_to_what_later_months_expect(book_of):
    """Known truth: what each of the next months is drawn from."""
    ahead = pd.date_range(MONTHS[0], periods=len(MONTHS) + 6, freq="MS")
    truth = expected_orders(ahead)[len(MONTHS) :] * 1e4 * np.exp(TAIL**2 / 2)
    errors: dict[str, list[float]] = {"as it came": [], "evened": []}
    for seed in range(6):
        book = book_of(heavy_tailed_orders(seed))
        leaves, evened = leaves_to_learn(book, "contracts")
        for name, learned in (("as it came", leaves), ("evened", evened)):
            made = forecast_leaves(leaves, 6, "", evened=learned, steps_back=(6, 12, 18, 24))
            errors[name].append(np.abs(made.expected.sum(axis=0) / truth - 1).mean())
    assert np.mean(errors["evened"]) < 0.75 * np.mean(errors["as it came"])


def test_intervals_hold_what_comes_and_not_what_was_evened_out():
    drawn = np.random.default_rng(4)
    steady = 100 + drawn.normal(0, 2, (60, 72))
    noisy = steady + drawn.normal(0, 40, (60, 72))
    made = forecast_panel(steady[:, :60], 12, outcomes=noisy[:, :60], boosting=False)
    plain = forecast_panel(steady[:, :60], 12, boosting=False)
    np.testing.assert_array_equal(made.expected, plain.expected)
    inside = (noisy[:, 60:] >= made.low[0.8]) & (noisy[:, 60:] <= made.high[0.8])
    assert 0.75 < inside.mean() < 0.85


def test_intervals_of_short_histories_hold_what_comes():
    drawn = np.random.default_rng(5)
    steady = 100 + drawn.normal(0, 2, (400, 36))
    noisy = steady + drawn.normal(0, 30, (400, 36))
    made = forecast_panel(steady[:, :24], 12, outcomes=noisy[:, :24], boosting=False)
    inside = (noisy[:, 24:] >= made.low[0.8]) & (noisy[:, 24:] <= made.high[0.8])
    assert 0.7 < inside.mean() < 0.95


def test_a_book_without_sales_stays_as_it_is(book_of):
    book = book_of(heavy_tailed_orders(1).iloc[:0])
    leaves, evened = leaves_to_learn(book, "contracts")
    assert evened is leaves
    assert not leaves.amounts.size
    assert days_to_learn(book, "contracts")[1].empty
    assert evened_out(book, ["contracts"]).empty


def test_a_book_of_credits_alone_has_no_cap(book_of):
    orders = heavy_tailed_orders(1).head(20).assign(amount=-5.0)
    book = book_of(orders)
    assert book.sales.cap(0.4) == 0
    assert days_to_learn(book, "contracts")[1]["amount"].sum() == -100
    assert evened_out(book, ["contracts"]).empty


def test_the_reader_is_told_how_much_was_evened_out(book_of):
    orders = heavy_tailed_orders(2)
    book = book_of(orders)
    told = evened_out(book, ["contracts"]).iloc[0]
    lately = orders[orders["ordered_on"] > pd.Timestamp(LAST) - pd.DateOffset(years=1)]["amount"]
    assert told["sales"] == (lately > told["cap"]).sum()
    assert told["beyond"] == pytest.approx((lately - told["cap"]).clip(lower=0).sum())
    assert told["share"] == pytest.approx(told["beyond"] / lately.sum())
    whole = orders["amount"]
    assert (whole - told["cap"]).clip(lower=0).sum() <= 0.4 * whole.sum()
    smaller = whole[whole < told["cap"]].max()
    assert (whole - smaller).clip(lower=0).sum() > 0.4 * whole.sum()
