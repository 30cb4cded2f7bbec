"""Order to cash: invoices open and settled, orders not billed, exposure, credit terms."""

from typing import Any

import pandas as pd

from pipeline.book.answers import MONEY
from pipeline.book.customers import customers_in_scope
from pipeline.book.days import day_literal
from pipeline.book.money_rows import invoice_rows, order_rows
from pipeline.book.section import Asked, Section

DIMENSIONS = (
    "business_line", "market", "department", "person", "industry", "grade", "size", "channel",
)  # fmt: skip
SETTLED_WITHIN = 0.005
"""An invoice is settled when less than this is open, in the company's currency."""


class Money(Section):
    """What is owed to the company, as far as the book's date and scope reach."""

    def open_invoices(self) -> pd.DataFrame:
        """Invoices not paid in full, one row each (credit notes not yet offset have a negative amount).

        Columns: invoice_id, customer_id, order_id, issued_on, due_on (the company's default term where the
        invoice does not say), amount, paid_amount, open_amount, days_overdue (negative: not due yet),
        dimensions.
        """
        return self._once(("open_invoices",), self._open_invoices)

    def settled_invoices(self) -> pd.DataFrame:
        """Every invoice with its payments, one row each.

        Columns: invoice_id, customer_id, order_id, issued_on, due_on, amount, paid_amount, open_amount,
        payments,
        first_paid_on, last_paid_on, settled_on (day of the payment that completed it; empty while open),
        days_from_due (settled_on less due_on in days; NaN while open), dimensions.
        """
        return self._once(("settled_invoices",), self._settled_invoices)

    def orders(self) -> pd.DataFrame:
        """Every order not cancelled on its way to cash, one row each.

        Columns: order_id, opportunity_id, customer_id, ordered_on, promised_on, amount, shipped_amount,
        first_shipped_on, last_shipped_on, last_delivered_on, billed_amount, first_billed_on, last_billed_on,
        dimensions.
        """
        return self._once(("orders",), self._orders)

    def unbilled_orders(self) -> pd.DataFrame:
        """Orders of a positive amount not billed in full: columns of `orders` and unbilled_amount."""
        orders = self.orders()
        unbilled = orders["amount"] - orders["billed_amount"]
        found = orders.assign(unbilled_amount=unbilled)
        return found[(orders["amount"] > 0) & (unbilled > SETTLED_WITHIN)].reset_index(drop=True)

    def exposure(self) -> pd.DataFrame:
        """What each customer owes or will owe, one row per customer that does.

        Columns: customer_id, unpaid_invoices, shipped_not_billed, open_orders (neither shipped nor billed),
        exposure (their sum), overdue.
        """
        return self._once(("exposure",), self._exposure)

    def payments(self) -> pd.DataFrame:
        """Every payment, one row each: payment_id, invoice_id, customer_id, paid_on, amount.

        In a scope of a product line the amount is the line's share of the order that was paid.
        """
        return self._once(("payments",), self._payments)

    def credit_terms(self) -> pd.DataFrame:
        """Terms in force, one row per customer: the latest known by the book's date.

        Columns: customer_id, set_on, term_days (Int64), adjustment, reason, author, growth_factor.
        """
        return self._once(("credit_terms",), self._credit_terms)

    def _invoices(self) -> Any:
        return invoice_rows(self._know, self._book.company, self._book.scope)

    def _open_invoices(self) -> Asked:
        rows = self._invoices()
        rows = rows.filter(rows.open_amount.cast("float64").abs() > SETTLED_WITHIN)
        overdue = day_literal(self._book.as_of).delta(rows.due_on, unit="day")
        found = rows.mutate(days_overdue=overdue).select(
            "invoice_id", "customer_id", "order_id", "issued_on", "due_on", "amount", "paid_amount",
            "open_amount", "days_overdue", *DIMENSIONS,
        )  # fmt: skip
        return self._asked(found, ["invoice_id"])

    def _settled_invoices(self) -> Asked:
        import ibis

        rows = self._invoices()
        is_settled = rows.open_amount.cast("float64").abs() <= SETTLED_WITHIN
        rows = rows.mutate(
            settled_on=ibis.ifelse(is_settled, rows.last_paid_on, ibis.null("date")),
            payments=rows.payments.fill_null(0),
        )
        late = rows.settled_on.delta(rows.due_on, unit="day").cast("float64")
        found = rows.mutate(days_from_due=late).select(
            "invoice_id", "customer_id", "order_id", "issued_on", "due_on", "amount", "paid_amount",
            "open_amount",
            "payments", "first_paid_on", "last_paid_on", "settled_on", "days_from_due", *DIMENSIONS,
        )  # fmt: skip
        return self._asked(found, ["invoice_id"])

    def _orders(self) -> Asked:
        rows = order_rows(self._know, self._book.company, self._book.scope)
        found = rows.mutate(rep_id=rows.person).select(
            "order_id", "opportunity_id", "customer_id", "ordered_on", "promised_on", "amount",
            "shipped_amount",
            "first_shipped_on", "last_shipped_on", "last_delivered_on", "billed_amount", "first_billed_on",
            "last_billed_on", *DIMENSIONS,
        )  # fmt: skip
        return self._asked(found, ["order_id"])

    def _exposure(self) -> Asked:
        """Invoices by customer, and orders' parts that are shipped or billed to a lesser extent."""
        import ibis

        owed = self._invoices()
        owed = owed.mutate(overdue=(owed.due_on < day_literal(self._book.as_of)).ifelse(owed.open_amount, 0))
        orders = order_rows(self._know, self._book.company, self._book.scope)
        orders = orders.filter(orders.amount > 0)
        reached = ibis.greatest(orders.shipped_amount, orders.billed_amount)
        nothing = ibis.literal(0).cast(MONEY)
        parts = [
            owed.select("customer_id", unpaid=owed.open_amount, shipped=nothing, ahead=nothing,
                        overdue=owed.overdue.cast(MONEY)),
            orders.select(
                "customer_id", unpaid=nothing, overdue=nothing,
                shipped=ibis.greatest(orders.shipped_amount - orders.billed_amount, 0).cast(MONEY),
                ahead=ibis.greatest(orders.amount - reached, 0).cast(MONEY),
            ).select("customer_id", "unpaid", "shipped", "ahead", "overdue"),
        ]  # fmt: skip
        rows = ibis.union(*parts)
        found = rows.filter(rows.customer_id != "").group_by("customer_id").agg(
            unpaid_invoices=rows.unpaid.sum().cast("float64"),
            shipped_not_billed=rows.shipped.sum().cast("float64"),
            open_orders=rows.ahead.sum().cast("float64"),
            exposure=(rows.unpaid.sum() + rows.shipped.sum() + rows.ahead.sum()).cast("float64"),
            overdue=rows.overdue.sum().cast("float64"),
        )  # fmt: skip
        owing = (found.exposure.abs() > SETTLED_WITHIN) | (found.overdue.abs() > SETTLED_WITHIN)
        return self._asked(found.filter(owing), ["customer_id"])

    def _payments(self) -> Asked:
        from pipeline.book.sale_rows import sale_rows

        rows = sale_rows(self._know, self._book.company, "collections", self._book.scope, set())
        payments = self._know.table("payments").select("invoice_id", payment_id="payment_id")
        joined = rows.inner_join(payments, [("sale_id", "payment_id")])
        found = joined.select(
            "payment_id", "invoice_id", "customer_id", paid_on=joined.day, amount=joined.amount
        )
        return self._asked(found, ["payment_id"])

    def _credit_terms(self) -> Asked:
        import ibis

        terms = self._know.table("credit_terms")
        terms = terms.mutate(latest=terms.set_on.max().over(ibis.window(group_by="customer_id")))
        terms = terms.filter(terms.set_on == terms.latest).drop("latest")
        terms = customers_in_scope(self._book, terms)
        return self._asked(terms, ["customer_id"], nullable=["term_days"])
