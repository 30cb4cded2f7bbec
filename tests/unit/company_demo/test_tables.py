"""The demo company's tables: catalog form, keys, references, order of knowledge, money that adds up."""

import datetime

import numpy as np
import pandas as pd
import pytest

from pipeline import catalog
from pipeline.company_demo import SCENARIOS, generate
from pipeline.errors import UsageError

UNTIL = datetime.date(2026, 10, 31)


@pytest.fixture(scope="module")
def company():
    return generate(customers=1500, until=UNTIL, seed=3)


@pytest.fixture(scope="module")
def tables(company):
    return company.tables


def test_every_catalog_table_has_rows(tables):
    assert set(tables) == set(catalog.tables())
    assert all(len(frame) for frame in tables.values())


@pytest.mark.parametrize("name", list(catalog.tables()))
def test_columns_dtypes_and_choices_are_the_catalogs(tables, name):
    declared, frame = catalog.table(name), tables[name]
    assert tuple(frame.columns) == declared.column_names
    for column in declared.columns:
        values = frame[column.name]
        assert str(values.dtype) == column.dtype, column.name
        if column.required:
            assert values.notna().all(), column.name
        if column.choices:
            assert set(values.dropna()) <= set(column.choices), column.name
        if column.minimum is not None:
            assert (values.dropna() >= column.minimum).all(), column.name
        if column.maximum is not None:
            assert (values.dropna() <= column.maximum).all(), column.name


@pytest.mark.parametrize("name", list(catalog.tables()))
def test_keys_are_unique_and_references_hold(tables, name):
    declared, frame = catalog.table(name), tables[name]
    assert not frame.duplicated(list(declared.key)).any()
    for column in declared.columns:
        if column.references:
            table, _, key = column.references.partition(".")
            found = frame[column.name].dropna()
            found = found[found != ""]
            assert found.isin(tables[table][key]).all(), column.name


@pytest.mark.parametrize("name", list(catalog.tables()))
def test_nothing_is_known_after_the_last_day(tables, name):
    declared, frame = catalog.table(name), tables[name]
    for column in {declared.known_on, *(c.known_with for c in declared.columns)} - {""}:
        assert (frame[column].dropna() <= pd.Timestamp(UNTIL)).all(), column
    late = [c for c in declared.columns if c.known_with and c.known_with != c.name]
    for column in late:
        assert frame.loc[frame[column.known_with].isna(), column.name].isna().all(), column.name


def test_history_begins_at_creation_and_is_known_in_order(tables):
    history = tables["opportunity_history"]
    first = history.drop_duplicates("opportunity_id").set_index("opportunity_id")
    created = tables["opportunities"].set_index("opportunity_id")["created_on"]
    assert (first["change_number"] == 1).all()
    assert (first["known_on"] == created.reindex(first.index)).all()
    assert len(first) == len(created)
    by_deal = history.groupby("opportunity_id")
    for column in ("known_on", "changed_on"):
        assert by_deal[column].apply(lambda days: days.is_monotonic_increasing).all()
    assert (by_deal["change_number"].diff().dropna() == 1).all()
    closed = history["outcome"] != "open"
    assert not history.loc[closed, "opportunity_id"].duplicated().any()
    assert (by_deal["outcome"].shift(-1).dropna()[closed] == "").sum() == 0  # nothing after closing
    assert by_deal.tail(1).loc[lambda rows: rows["outcome"] != "open"].shape[0] == closed.sum()


def test_won_deals_sign_their_amount_on_their_closing_day(tables):
    history = tables["opportunity_history"]
    won = history.loc[history["outcome"] == "won"].set_index("opportunity_id")
    orders = tables["orders"].dropna(subset=["opportunity_id"]).set_index("opportunity_id")
    both = won.join(orders, how="inner", suffixes=("_deal", ""))
    assert len(both) == len(won)
    assert (both["amount_deal"] == both["amount"]).all()
    assert (both["changed_on"] == both["ordered_on"]).all()


def test_lines_and_invoices_add_up_to_their_order(tables):
    orders = tables["orders"].set_index("order_id")
    lines = tables["order_lines"].groupby("order_id")["amount"].sum()
    np.testing.assert_allclose(lines, orders["amount"].reindex(lines.index), atol=0.005)
    assert len(lines) == len(orders)
    invoiced = tables["invoices"].groupby("order_id")["amount"].sum()
    positive = invoiced[orders["amount"].reindex(invoiced.index) > 0]
    assert (positive <= orders["amount"].reindex(positive.index) + 0.005).all()
    paid = tables["payments"].groupby("invoice_id")["amount"].sum().abs()
    billed = tables["invoices"].set_index("invoice_id")["amount"].abs()
    assert (paid <= billed.reindex(paid.index) + 0.005).all()


def test_targets_of_people_add_up_to_the_year_of_each_market_and_of_the_company(tables):
    targets = tables["targets"].sort_values("set_on", kind="stable")
    key = ["period", "metric", "market", "department", "person_id", "business_line", "product_line"]
    in_force = targets.drop_duplicates(key, keep="last")
    year = in_force.loc[(in_force["period"] == "2025")]
    months = in_force.loc[in_force["period"].str.startswith("2025-")]
    for metric in ("contracts", "collections"):
        mine = year.loc[year["metric"] == metric]
        whole = mine.loc[mine["market"] == "", "amount"].sum()
        markets = mine.loc[(mine["market"] != "") & (mine["business_line"] == ""), "amount"].sum()
        people = months.loc[months["metric"] == metric, "amount"].sum()
        assert whole == markets == people


def test_the_chain_of_managers_ends_at_the_general_manager(tables):
    people = tables["people"].set_index("person_id")
    chief = people.index[people["role"] == "general_manager"]
    above = people["manager_id"]
    reps = people.index[people["role"] == "rep"].to_series()
    roles = []
    for _ in range(4):
        reps = above.reindex(reps).to_numpy()
        roles.append(set(people["role"].reindex(reps)))
    assert roles == [{"key_account_manager"}, {"area_manager"}, {"market_manager"}, {"general_manager"}]
    assert set(reps) <= set(chief)


def test_same_arguments_same_tables_and_other_seed_other_tables():
    first, again = (generate(customers=60, until=UNTIL, seed=5) for _ in range(2))
    for name, frame in first.tables.items():
        pd.testing.assert_frame_equal(frame, again.tables[name])
    other = generate(customers=60, until=UNTIL, seed=6)
    assert not first.tables["orders"].equals(other.tables["orders"])


def test_other_luck_is_the_same_company_with_another_course_of_events():
    once, other = (generate(customers=300, until=UNTIL, seed=5, luck=luck).tables for luck in (0, 7))
    steady = ["customer_id", "name", "market", "region", "industry", "wallet"]
    shared = [name for name in steady if name in once["customers"]]
    pd.testing.assert_frame_equal(once["customers"][shared], other["customers"][shared])
    pd.testing.assert_frame_equal(once["people"], other["people"])
    pd.testing.assert_frame_equal(once["products"], other["products"])
    for name in ("opportunities", "orders", "payments", "targets"):
        assert not once[name].equals(other[name])


@pytest.mark.parametrize("customers", [50, 173])
@pytest.mark.parametrize("until", [datetime.date(2024, 2, 10), datetime.date(2025, 12, 31)])
def test_small_companies_have_every_table(customers, until):
    tables = generate(customers=customers, until=until, seed=1).tables
    assert all(len(tables[name]) for name in tables if name != "quotas")
    assert tables["orders"]["ordered_on"].max().month == until.month


@pytest.mark.parametrize("arguments", [{"customers": 49}, {"customers": 1_000_001}, {"scenario": "boom"},
                                       {"until": datetime.date(1999, 1, 1)}])  # fmt: skip
def test_refuses_what_it_cannot_simulate(arguments):
    with pytest.raises(UsageError):
        generate(**arguments)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_scenarios_change_the_company_but_not_its_customers_or_its_plan(scenario, company):
    troubled = generate(customers=300, until=UNTIL, seed=3, scenario=scenario)
    calm = generate(customers=300, until=UNTIL, seed=3)
    pd.testing.assert_frame_equal(troubled.tables["targets"], calm.tables["targets"])
    same = troubled.tables["opportunity_history"].equals(calm.tables["opportunity_history"])
    assert same == (scenario == "baseline")
