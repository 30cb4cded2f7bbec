"""Whole folders of public data, imported with the mappings of docs/examples, against plain loops."""

import csv
import datetime
import gzip
from collections import Counter, defaultdict
from pathlib import Path

import pandas as pd
import pytest

from pipeline.intake import import_data
from pipeline.intake.starter import company_of
from pipeline.warehouse import Warehouse

PROJECT = Path(__file__).parents[3]
DATA = PROJECT.parent / "shared" / "data"
EXAMPLES = PROJECT / "docs" / "examples"
TODAY = datetime.date(2026, 11, 22)

pytestmark = pytest.mark.real_data


def imported(name, folder, times=1):
    source = DATA / name
    if not source.is_dir():
        pytest.skip(f"{name} does not lie beside the checkout")
    mapping = str(EXAMPLES / f"{name}.toml")
    company, _ = company_of(folder, mapping, [str(source)])
    warehouse = Warehouse.open(folder, "")
    reports = [
        import_data([str(source)], warehouse, company, today=TODAY, mapping=mapping) for _ in range(times)
    ]
    return warehouse, company, reports


@pytest.fixture(scope="module")
def deals(tmp_path_factory):
    return imported("crm_sales_opportunities", tmp_path_factory.mktemp("deals"), times=2)


@pytest.fixture(scope="module")
def retail(tmp_path_factory):
    return imported("online_retail_ii", tmp_path_factory.mktemp("retail"))


@pytest.mark.parametrize("name", ["crm_sales_opportunities", "online_retail_ii"])
def test_example_mappings_are_under_ten_lines(name):
    assert len((EXAMPLES / f"{name}.toml").read_text(encoding="utf-8").splitlines()) < 10


def counted_deals():
    with open(DATA / "crm_sales_opportunities" / "sales_pipeline.csv", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_wins_losses_and_their_months_are_those_of_the_file(deals):
    warehouse, _, _ = deals
    history = warehouse.frame("opportunity_history")
    closed = history[history["outcome"] != "open"]
    rows = counted_deals()
    by_hand = Counter(
        (r["deal_stage"].lower(), int(r["close_date"].split("/")[2]), int(r["close_date"].split("/")[0]))
        for r in rows
        if r["close_date"]
    )
    ours = Counter(
        zip(closed["outcome"], closed["changed_on"].dt.year, closed["changed_on"].dt.month, strict=True)
    )
    assert ours == by_hand
    assert (closed["outcome"] == "won").sum() == 4238
    assert (closed["outcome"] == "lost").sum() == 2473


def test_won_amounts_per_month_are_those_of_the_file(deals):
    warehouse, _, _ = deals
    history = warehouse.frame("opportunity_history")
    won = history[history["outcome"] == "won"]
    by_hand = defaultdict(float)
    for row in counted_deals():
        if row["deal_stage"] == "Won":
            month, _, year = row["close_date"].split("/")
            by_hand[f"{year}-{int(month):02d}"] += float(row["close_value"])
    ours = won.groupby(won["changed_on"].dt.strftime("%Y-%m"))["amount"].sum().to_dict()
    assert ours == dict(by_hand)


def test_nothing_known_at_closing_stands_in_a_creation(deals):
    warehouse, _, _ = deals
    history = warehouse.frame("opportunity_history")
    first = history[history["change_number"] == 1]
    assert len(first) == 8800
    assert first["amount"].isna().all()
    assert set(first["outcome"]) == {"open"}
    assert set(first["stage"]) == {"lead"}


def test_two_spellings_of_a_product_are_one(deals):
    warehouse, _, _ = deals
    products = warehouse.frame("products")
    deals_of = warehouse.frame("opportunities")["product_id"]
    assert set(deals_of) <= set(products["product_id"])
    assert len(products) == 7
    assert (deals_of == "GTX Pro").sum() == sum(row["product"] == "GTXPro" for row in counted_deals())


def test_accounts_teams_and_missing_accounts(deals):
    warehouse, company, _ = deals
    assert warehouse.rows("customers") == 85
    rows = counted_deals()
    empty = sum(row["account"] == "" for row in rows)
    assert empty == 1425
    assert (warehouse.frame("opportunities")["customer_id"] == "").sum() == empty
    people = warehouse.frame("people").set_index("person_id")
    assert people.loc["Anna Snelling", "manager_id"] == "Dustin Brinkmann"
    assert people.loc["Anna Snelling", "market"] == "Central"
    assert company.money.currency == "USD"


def test_the_data_dictionary_is_no_table_and_no_error(deals):
    _, _, (first, _) = deals
    status = first.files.set_index("file")["status"]
    assert status["data_dictionary.csv"] == "not recognised"
    assert first.exit_code == 0


def test_importing_again_changes_nothing(deals):
    _, _, (_, second) = deals
    assert set(second.files["status"]) == {"unchanged", "not recognised"}
    assert second.tables.empty


@pytest.fixture(scope="module")
def lines_by_hand():
    """order -> (file, month, customer, amount), a later file's order in place of an earlier one's."""
    orders = {}
    for number, name in enumerate(["year_2009_2010.csv.gz", "year_2010_2011.csv.gz"]):
        with gzip.open(DATA / "online_retail_ii" / name, "rt", encoding="utf-8") as file:
            reader = csv.reader(file)
            next(reader)
            for order, _, _, quantity, stamp, price, customer, _ in reader:
                known = orders.get(order)
                amount = float(quantity) * float(price)
                if known is None or known[0] != number:
                    nobody = customer in {"", "0.0"}  # the second file writes 0.0 for nobody
                    orders[order] = [
                        number,
                        stamp[:7],
                        "" if nobody else customer.removesuffix(".0"),
                        amount,
                        1,
                    ]
                else:
                    known[3] += amount
                    known[4] += 1
    return orders


def test_revenue_per_month_and_customers_of_order_lines(retail, lines_by_hand):
    warehouse, _, _ = retail
    orders = warehouse.frame("orders")
    by_hand = defaultdict(float)
    for _, month, _, amount, _ in lines_by_hand.values():
        by_hand[month] += amount
    ours = orders.groupby(orders["ordered_on"].dt.strftime("%Y-%m"))["amount"].sum()
    assert list(ours.index) == sorted(by_hand)
    for month, amount in ours.items():
        assert amount == pytest.approx(by_hand[month], abs=0.005)
    assert len(orders) == len(lines_by_hand)
    assert set(orders["customer_id"]) == {customer for _, _, customer, _, _ in lines_by_hand.values()}


def test_overlapping_files_do_not_count_twice(retail, lines_by_hand):
    warehouse, _, _ = retail
    assert warehouse.rows("order_lines") == sum(count for *_, count in lines_by_hand.values())


def test_cancellations_are_negative_orders_and_lines_without_customer_are_kept(retail, lines_by_hand):
    warehouse, _, _ = retail
    orders = warehouse.frame("orders").set_index("order_id")
    cancelled = orders[orders.index.str.startswith("C")]
    assert len(cancelled) == sum(order.startswith("C") for order in lines_by_hand)
    assert (cancelled["amount"] <= 0).mean() > 0.99
    without = orders.loc[orders["customer_id"] == "", "amount"].sum()
    assert without == pytest.approx(
        sum(amount for _, _, customer, amount, _ in lines_by_hand.values() if not customer), abs=0.01
    )


def test_customers_and_products_are_derived_from_the_lines(retail):
    warehouse, _, _ = retail
    customers = warehouse.frame("customers").set_index("customer_id")
    assert customers.loc["17850", "market"] == "United Kingdom"
    assert not customers.index.str.contains(".", regex=False).any()
    products = warehouse.frame("products").set_index("product_id")
    assert products.loc["85123A", "name"].endswith("T-LIGHT HOLDER")
    assert isinstance(warehouse.frame("order_lines")["ordered_on"].iloc[0], pd.Timestamp)
