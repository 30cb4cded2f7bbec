"""Neither what became known after the book's date nor another scope's rows change any answer."""

from datetime import timedelta

import hypothesis.strategies as st
import pandas as pd
import pytest
from conftest import book_at
from hypothesis import HealthCheck, Phase, given, settings
from pandas.testing import assert_frame_equal
from questions import QUESTIONS
from random_company import DAYS, FIRST, MARKETS, cut, tables

from pipeline.parameters import Scope

SCOPES = (
    "company",
    "market=East",
    "department=Sales 1",
    "person=p1",
    "business_line=direct",
    "product_line=mini",
)


@pytest.fixture(scope="module")
def worlds(warehouse_of):
    """Warehouses by what makes them, made once; statements are shared, since engine and settings are."""
    made: dict[object, tuple[dict[str, pd.DataFrame], object]] = {}
    statements: dict[object, object] = {}

    def world(key, build):
        if key not in made:
            content = build()
            made[key] = (content, warehouse_of(content))
            made[key][1].statements = statements
        return made[key]

    return world


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(seed=st.integers(0, 3), back=st.integers(-5, DAYS + 40), scope=st.sampled_from(SCOPES))
def test_what_became_known_later_changes_nothing(worlds, seed, back, scope):
    as_of = FIRST + timedelta(days=DAYS + 20 - back)
    content, full = worlds(seed, lambda: tables(seed))
    _, earlier = worlds((seed, as_of), lambda: cut(content, as_of))
    book, known = (book_at(w, as_of).scoped(Scope.parse(scope)) for w in (full, earlier))
    assert book.fingerprint == known.fingerprint
    assert (book.first_day, book.last_day) == (known.first_day, known.last_day)
    for name, ask in QUESTIONS.items():
        assert_frame_equal(ask(book), ask(known), check_exact=True, obj=f"{name} at {as_of} in {scope}")


def test_the_fingerprint_changes_with_what_is_known(worlds):
    _, full = worlds(0, lambda: tables(0))
    days = [FIRST + timedelta(days=d) for d in range(0, DAYS, 20)]
    assert len({book_at(full, day).fingerprint for day in days}) == len(days)


@pytest.mark.parametrize("market", MARKETS[:2])
def test_other_markets_rows_change_nothing(worlds, market):
    content, _ = worlds("markets", lambda: with_markets(tables(7)))
    _, alone = worlds(("markets", market), lambda: only_market(content, market))
    _, full = worlds("markets", dict)
    as_of = FIRST + timedelta(days=150)
    book, own = (book_at(w, as_of).scoped(Scope("market", market)) for w in (full, alone))
    for name, ask in QUESTIONS.items():
        assert_frame_equal(ask(book), ask(own), check_exact=True, obj=f"{name} in {market}")


def with_markets(made):
    """Every customer has a market, and every event a customer: so each row belongs to one market."""
    customers, people = made["customers"], made["people"]
    customers["market"] = [MARKETS[i % 3] for i in range(len(customers))]
    people["market"] = [MARKETS[i % 3] for i in range(len(people))]
    for name in ("orders", "opportunities", "activities", "invoices", "payments", "service_tickets"):
        made[name]["customer_id"] = made[name]["customer_id"].fillna("c0")
    inherit(made["invoices"], made["orders"], "order_id")
    inherit(made["payments"], made["invoices"], "invoice_id")
    inherit(made["activities"], made["opportunities"], "opportunity_id")
    return made


def inherit(rows, parents, key):
    """Rows take the customer of the row that they refer to."""
    customer_of = parents.set_index(key)["customer_id"]
    rows["customer_id"] = rows[key].map(customer_of).fillna(rows["customer_id"])


def only_market(made, market):
    """The tables without any row of another market; people, products and settings of all stay."""
    own = set(made["customers"].query("market == @market")["customer_id"])
    left = {name: table.copy() for name, table in made.items()}
    for name, table in left.items():
        if "customer_id" in table:
            left[name] = table[table["customer_id"].isin(own)]
    left["opportunity_history"] = of_known(left, "opportunity_history", "opportunities", "opportunity_id")
    left["order_lines"] = of_known(left, "order_lines", "orders", "order_id")
    left["market_grid"] = made["market_grid"].query("market == @market")
    return left


def of_known(left, name, parent, key):
    return left[name][left[name][key].isin(set(left[parent][key]))]


@pytest.mark.parametrize("dimension", ["market", "department", "person", "business_line", "product_line"])
def test_scopes_add_up_to_the_company(worlds, dimension):
    _, full = worlds(0, lambda: tables(0))
    book = book_at(full, FIRST + timedelta(days=170))
    for metric in ("contracts", "collections"):
        cells = book.sales.by_period(metric, by=(dimension,))
        for value, own in cells.groupby(dimension):
            scoped = book.scoped(Scope(dimension, value)).sales.by_period(metric)
            assert scoped["amount"].sum() == pytest.approx(own["amount"].sum(), abs=1e-6)
        assert cells["amount"].sum() == pytest.approx(book.sales.by_period(metric)["amount"].sum(), abs=1e-6)
