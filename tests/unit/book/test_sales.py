import itertools
from datetime import date, timedelta

import pandas as pd
import pytest
from conftest import book_at
from random_company import DAYS, FIRST, tables

from pipeline.errors import UsageError

JUNE = date(2026, 6, 30)


def cells(frame: pd.DataFrame, *keys: str) -> dict:
    return {tuple(row[k] for k in keys): (row["amount"], row["count"]) for row in frame.to_dict("records")}


def test_contracts_are_net_orders_not_cancelled(small):
    monthly = book_at(small, JUNE).sales.by_period()
    assert list(monthly["amount"]) == [100 + 50, -30, 70, 9.99]
    assert list(monthly["count"]) == [2, 0, 1, 1]
    assert list(monthly["period_start"].dt.month) == [1, 3, 5, 6]


def test_an_order_counts_until_its_cancellation_is_known(small):
    before = book_at(small, date(2026, 4, 9)).sales.by_period(every="year")["amount"].sum()
    assert before == 100 + 50 - 30 + 200.5
    after = book_at(small, date(2026, 4, 10)).sales.by_period(every="year")["amount"].sum()
    assert after == 100 + 50 - 30


def test_a_sale_is_split_over_product_lines_and_adds_up(small):
    lines = book_at(small, JUNE).sales.by_period(every="year", by=("product_line",))
    found = {row.product_line: row.amount for row in lines.itertuples()}
    # o1: 60 standard, 30 mini, 10 without a line; o2: 50.004 against 50 is rounding; o3 and o6 have no lines.
    assert found == {"standard": 60 + 50, "mini": 30 + 70, "": 10 - 30 + 9.99}


def test_collections_follow_the_product_lines_of_the_order_that_is_paid(small):
    lines = book_at(small, JUNE).sales.by_period("collections", every="year", by=("product_line",))
    found = {row.product_line: row.amount for row in lines.itertuples()}
    paid = 60 + 40
    assert found == {"standard": paid * 0.6, "mini": paid * 0.3, "": paid * 0.1 + 50 + 5}


def test_the_market_is_the_customers_else_the_persons(small):
    by_market = cells(book_at(small, JUNE).sales.by_period(every="year", by=("market",)), "market")
    # c3 has no market: p2's North; o6 has no customer: p3's North.
    assert by_market == {("East",): (100 + 50 - 30, 2), ("North",): (70 + 9.99, 2)}


def test_first_and_last_bound_the_days(small):
    sales = book_at(small, JUNE).sales
    assert sales.by_period(every="day", first=date(2026, 3, 1), last=date(2026, 5, 20))[
        "amount"
    ].tolist() == [-30, 70]
    assert sales.by_period(every="week", first=date(2026, 1, 10), last=date(2026, 1, 10))[
        "period_start"
    ].tolist() == [pd.Timestamp("2026-01-05")]


def test_what_a_customer_bought(small):
    bought = book_at(small, JUNE).sales.customers().set_index("customer_id")
    assert list(bought.index) == ["c1", "c3"]  # c2's order is cancelled; c4 and c5 never bought
    c1 = bought.loc["c1"]
    assert (c1["purchase_days"], c1["orders"]) == (1, 2)
    assert (c1["amount"], c1["amount_positive"], c1["amount_12_months"]) == (
        100 + 50 - 30,
        100 + 50,
        100 + 50 - 30,
    )
    assert c1["first_order_on"] == c1["last_order_on"] == pd.Timestamp("2026-01-10")


@pytest.mark.parametrize("seed", [3])
def test_purchases_equal_a_loop_over_the_orders(warehouse_of, seed):
    made = tables(seed)
    as_of = FIRST + timedelta(days=DAYS - 40)
    book = book_at(warehouse_of(made), as_of)
    days: dict[tuple[str, pd.Timestamp], float] = {}
    for order in made["orders"].itertuples():
        known = order.ordered_on.date() <= as_of
        gone = pd.notna(order.cancelled_on) and order.cancelled_on.date() <= as_of
        if known and not gone and isinstance(order.customer_id, str):
            key = (order.customer_id, order.ordered_on)
            days[key] = days.get(key, 0.0) + order.amount
    expected = sorted((*key, round(amount, 2)) for key, amount in days.items() if amount > 0)
    found = book.sales.purchase_days()
    assert [(r.customer_id, r.ordered_on, round(r.amount, 2)) for r in found.itertuples()] == expected
    bought = book.sales.customers().set_index("customer_id")
    for customer, rows in itertools.groupby(expected, key=lambda row: row[0]):
        own = [day for _, day, _ in rows]
        assert bought.loc[customer, "purchase_days"] == len(own)
        assert bought.loc[customer, "first_order_on"] == min(own)
        assert bought.loc[customer, "last_order_on"] == max(own)


def test_without_any_order_won_deals_are_the_contracts(small, warehouse_of):
    from small_company import tables as typed

    made = typed()
    del made["orders"], made["order_lines"]
    book = book_at(warehouse_of(made), JUNE)
    yearly = book.sales.by_period(every="month", by=("product_line", "person"))
    assert yearly.to_dict("records") == [
        {
            "period_start": pd.Timestamp("2026-05-01"),
            "product_line": "mini",
            "person": "p3",
            "amount": 5.5e5,
            "count": 1,
        }
    ]
    assert book.sales.customers()["customer_id"].tolist() == ["c2"]


def test_cohorts_count_customers_by_their_first_quarter(warehouse_of):
    made = {
        "orders": pd.DataFrame(
            [
                ("o1", "a", "2025-11-03", 10.0),
                ("o2", "b", "2025-12-31", 20.0),
                ("o3", "a", "2026-02-01", 30.0),
                ("o4", "c", "2026-02-02", 40.0),
                ("o5", "a", "2026-06-01", 50.0),
            ],
            columns=["order_id", "customer_id", "ordered_on", "amount"],
        ).assign(ordered_on=lambda t: pd.to_datetime(t["ordered_on"]))
    }
    cohorts = book_at(warehouse_of(made), JUNE).sales.cohorts()
    assert cohorts.to_numpy().tolist() == [
        [pd.Timestamp("2025-10-01"), 0, 2, 10 + 20],
        [pd.Timestamp("2025-10-01"), 1, 1, 30],
        [pd.Timestamp("2025-10-01"), 2, 1, 50],
        [pd.Timestamp("2026-01-01"), 0, 1, 40],
    ]


def test_the_cap_leaves_at_most_a_share_of_all_money_beyond_it(small):
    # Sales of 100, 70, 50 and 9.99: beyond 70 lie 30 of 229.99 (13%), beyond 50 70 (30%), beyond 9.99 83%.
    sales = book_at(small, JUNE).sales
    assert [sales.cap(share) for share in (0.1, 0.2, 0.4, 0.9)] == [100, 70, 50, 9.99]
    assert book_at(small, date(2026, 1, 1)).sales.cap(0.4) == 0


def test_what_single_sales_bring_beyond_a_cap_is_split_like_the_sale(small):
    sales = book_at(small, JUNE).sales
    monthly = sales.by_period(cap=20)
    # The credit of 30 is capped too: it takes back a large sale.
    assert monthly["beyond"].tolist() == pytest.approx([80 + 30, -10, 50, 0])
    assert monthly["larger"].tolist() == [2, 0, 1, 0]
    pd.testing.assert_frame_equal(monthly.drop(columns=["beyond", "larger"]), sales.by_period())
    lines = sales.by_period(every="year", by=("product_line",), cap=50)
    assert dict(zip(lines["product_line"], lines["beyond"], strict=True)) == pytest.approx(
        {"": 5, "mini": 15 + 20, "standard": 30}
    )


def test_what_lies_beyond_a_cap_is_summed_in_decimals(small):
    # A third of a sale of 100 lies beyond 66.66...: a decimal of four places, whatever the order of rows.
    beyond = book_at(small, JUNE).sales.by_period(cap=200 / 3)["beyond"]
    assert beyond.tolist() == [float(f"{each:.4f}") for each in beyond]
    assert beyond.iloc[0] > 33


def test_unknown_metrics_and_dimensions_are_refused(small):
    sales = book_at(small, JUNE).sales
    with pytest.raises(UsageError, match="'profit' is not a metric"):
        sales.by_period("profit")
    with pytest.raises(UsageError, match="'colour' is not a dimension"):
        sales.by_period(by=("colour",))
    with pytest.raises(UsageError, match="'decade' is not a period"):
        sales.by_period(every="decade")
    with pytest.raises(UsageError, match="A cap of 0 leaves nothing"):
        sales.by_period(cap=0)
    with pytest.raises(UsageError, match=r"1\.5 is not a share"):
        sales.cap(1.5)
