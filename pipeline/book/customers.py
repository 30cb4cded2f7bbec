"""Customers and prospects with their attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline.book.days import day_literal
from pipeline.book.dimensions import in_scope, with_dimensions
from pipeline.book.sale_rows import sale_rows
from pipeline.book.section import Asked, Section
from pipeline.parameters import COMPANY_SCOPE, Scope

if TYPE_CHECKING:
    from pipeline.book.book import Book

EVENTS = {
    "orders": "ordered_on", "opportunities": "created_on", "payments": "paid_on", "invoices": "issued_on",
    "activities": "done_on", "service_tickets": "opened_on",
}  # fmt: skip
"""Tables whose rows show that a customer is known, with the day."""


def customers_in_scope(book: Book, rows: Any) -> Any:
    """Rows (with customer_id) of the scope's customers: those it is responsible for and those it sells to."""
    if book.scope.is_company:
        return rows
    inside = book.customers.expression().select(scope_customer="customer_id")
    return rows.semi_join(inside, [("customer_id", "scope_customer")])


class Customers(Section):
    """Customers of the book's scope."""

    def all(self) -> pd.DataFrame:
        """Every customer and prospect known by the book's date, one row each.

        Columns: customer_id, name, industry, market (its own, else its person's), region, channel, rep_id and
        person (who is responsible), department, grade (set by hand), is_key_account, first_contact_on,
        employees (Int64), wallet_a_year, rating, known_since (first contact or first event; empty where
        neither
        has a date), is_traded (has purchased).

        The attributes have no history: they are those of today. A customer counts as known from its first
        contact or first event on; one without any date is taken as known. A scope holds the customers it is
        responsible for and those it sells to.
        """
        return self._once(("all",), self._all)

    def _all(self) -> Asked:
        return self._asked(self.expression(), ["customer_id"], nullable=["employees"])

    def expression(self) -> Any:
        """What `all` brings home, as an Ibis expression, for the book's own use."""
        return self._know.named(f"customers in {self._book.scope.key}", self._expression)

    def _expression(self) -> Any:
        import ibis

        customers, since = self._know.table("customers"), self._first_events()
        bought = self._buyers()
        rows = customers.left_join(since, [("customer_id", "event_customer")])
        rows = rows.left_join(bought, [("customer_id", "buyer")])
        rows = rows.mutate(
            known_since=ibis.least(rows.first_contact_on, rows.event_on), is_traded=rows.buyer.notnull()
        )
        rows = rows.filter(rows.known_since.isnull() | (rows.known_since <= day_literal(self._book.as_of)))
        rows = with_dimensions(self._know, rows)
        rows = rows.mutate(rep_id=rows.person)
        if not self._book.scope.is_company:
            rows = self._of_scope(rows)
        columns = (
            "customer_id", "name", "industry", "market", "region", "channel", "rep_id", "person",
            "department",
            "grade", "is_key_account", "first_contact_on", "employees", "wallet_a_year", "rating",
            "known_since",
            "is_traded",
        )  # fmt: skip
        return rows.select(*columns)

    def _of_scope(self, rows: Any) -> Any:
        dealt = self._dealt_with()
        scope = self._book.scope
        if scope.dimension in ("business_line", "product_line"):
            return rows.semi_join(dealt, [("customer_id", "dealt_customer")])
        own = in_scope(scope, rows)
        others = rows.filter(rows[scope.dimension] != scope.value)
        return own.union(others.semi_join(dealt, [("customer_id", "dealt_customer")]))

    def _first_events(self) -> Any:
        """One row per customer: the first day on which something happened with it."""
        import ibis

        tables = [(self._know.table(name), day) for name, day in EVENTS.items()]
        events = ibis.union(*[t.select(event_customer=t.customer_id, day=t[day]) for t, day in tables])
        events = events.filter(events.event_customer != "")
        return events.group_by("event_customer").agg(event_on=events.day.min())

    def _buyers(self) -> Any:
        """One row per customer with a day of positive net purchases, anywhere in the company."""
        sales = self._sales(COMPANY_SCOPE)
        days = sales.group_by("customer_id", "day").agg(amount=sales.amount.sum())
        return days.filter(days.amount > 0).select(buyer="customer_id").distinct()

    def _dealt_with(self) -> Any:
        """One row per customer with a sale or deal in the scope."""
        sales = self._sales(self._book.scope).select(dealt_customer="customer_id")
        deals = self._book.opportunities.in_scope_now().select(dealt_customer="customer_id")
        return sales.union(deals).distinct()

    def _sales(self, scope: Scope) -> Any:
        return sale_rows(self._know, self._book.company, "contracts", scope, set())
