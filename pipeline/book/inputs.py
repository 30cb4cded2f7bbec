"""Tables that analyses take as they are: service tickets, market grid, quotas, scorecard inputs."""

from typing import Any

import pandas as pd

from pipeline.book.customers import customers_in_scope
from pipeline.book.dimensions import in_scope, scope_needs, with_dimensions
from pipeline.book.section import Asked, Section


class Service(Section):
    """Service tickets and complaints."""

    def tickets(self) -> pd.DataFrame:
        """Every ticket opened by the book's date, one row each.

        Columns: ticket_id, customer_id, person_id, kind, opened_on, answered_on, closed_on, satisfaction
        (empty
        until known), market, department, person (who answers, else the customer's), industry, grade.
        A scope of a business or product line holds the tickets of its customers.
        """
        return self._once(("tickets",), self._tickets)

    def _tickets(self) -> Asked:
        tickets, scope = self._know.table("service_tickets"), self._book.scope
        rows = with_dimensions(self._know, tickets.mutate(rep_id=tickets.person_id))
        by_line = scope_needs(scope) & {"business_line", "product_line"}
        rows = customers_in_scope(self._book, rows) if by_line else in_scope(scope, rows)
        columns = (
            "ticket_id", "customer_id", "person_id", "kind", "opened_on", "answered_on", "closed_on",
            "satisfaction", "market", "department", "person", "industry", "grade",
        )  # fmt: skip
        return self._asked(rows.select(*columns), ["ticket_id"])


class Grid(Section):
    """The market grid: industry by region."""

    def cells(self) -> pd.DataFrame:
        """Every cell as of today, one row per industry, market and region.

        Columns: industry, market, region, companies (that exist), spend_per_company (a year, with anybody).
        A scope
        of a market holds its cells; other scopes, which have no place in the grid, all of them.
        """
        return self._once(("cells",), self._cells)

    def _cells(self) -> Asked:
        cells, scope = self._know.table("market_grid"), self._book.scope
        cells = in_scope(scope, cells) if scope.dimension == "market" else cells
        return self._asked(cells, ["industry", "market", "region"])


class Quotas(Section):
    """Quantities allocated to customers."""

    def in_force(self) -> pd.DataFrame:
        """The latest known allocation, one row per customer, product and month.

        Columns: customer_id, product_id, product_line, business_line, month, allocated (units), ordered
        (units
        of orders not cancelled of that month), set_on.
        """
        return self._once(("in_force",), self._in_force)

    def _in_force(self) -> Asked:
        quotas, products = (
            latest(self._know.table("quotas"), "customer_id", "product_id", "month"),
            self._products(),
        )
        rows = quotas.left_join(products, [("product_id", "product_key")]).drop("product_key")
        ordered = self._ordered()
        rows = rows.left_join(
            ordered,
            [
                rows.customer_id == ordered.buyer,
                rows.product_id == ordered.bought,
                rows.month == ordered.bought_in,
            ],
        ).drop("buyer", "bought", "bought_in")
        rows = rows.mutate(
            product_line=rows.product_line.fill_null(""), business_line=rows.business_line.fill_null(""),
            ordered=rows.ordered.fill_null(0).cast("float64"),
        )  # fmt: skip
        scope = self._book.scope
        by_line = scope_needs(scope) & {"business_line", "product_line"}
        rows = in_scope(scope, rows) if by_line else customers_in_scope(self._book, rows)
        columns = (
            "customer_id", "product_id", "product_line", "business_line", "month", "allocated", "ordered",
            "set_on",
        )  # fmt: skip
        return self._asked(rows.select(*columns), ["customer_id", "product_id", "month"])

    def _products(self) -> Any:
        return self._know.table("products").select("product_line", "business_line", product_key="product_id")

    def _ordered(self) -> Any:
        """One row per customer, product and month: units ordered."""
        orders, lines = self._know.table("orders"), self._know.table("order_lines")
        orders = orders.filter(orders.cancelled_on.isnull()).select(buyer="customer_id", order_key="order_id")
        rows = lines.inner_join(orders, [("order_id", "order_key")])
        rows = rows.mutate(
            bought_in=rows.ordered_on.strftime("%Y-%m"), units=rows.quantity.cast("decimal(18, 4)")
        )
        return (
            rows.group_by("buyer", "product_id", "bought_in")
            .agg(ordered=rows.units.sum())
            .rename(bought="product_id")
        )


class Scorecards(Section):
    """Points entered by hand for what no table measures."""

    def inputs(self) -> pd.DataFrame:
        """The latest known entry, one row per person, month and indicator.

        Columns: person_id, month, indicator, value (points), set_on, department and market of the person. A
        scope
        of a business or product line holds all of them.
        """
        return self._once(("inputs",), self._inputs)

    def _inputs(self) -> Asked:
        rows = latest(self._know.table("scorecard_inputs"), "person_id", "month", "indicator")
        people = self._know.table("people").select("department", "market", person="person_id")
        rows = rows.left_join(people, [("person_id", "person")])
        rows = rows.mutate(
            person=rows.person_id, department=rows.department.fill_null(""), market=rows.market.fill_null("")
        )
        scope = self._book.scope
        rows = in_scope(scope, rows) if scope.dimension in rows.columns else rows
        columns = ("person_id", "month", "indicator", "value", "set_on", "department", "market")
        return self._asked(rows.select(*columns), ["person_id", "month", "indicator"])


def latest(rows: Any, *key: str) -> Any:
    """Of several settings of the same `key`, the one with the latest set_on."""
    import ibis

    newest = rows.set_on.max().over(ibis.window(group_by=list(key)))
    rows = rows.mutate(newest=newest)
    return rows.filter(rows.set_on == rows.newest).drop("newest")
