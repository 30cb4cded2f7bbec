"""Invoices with what was paid of them, orders with what was shipped and billed: order to cash as rows."""

from typing import Any

from pipeline.book.answers import MONEY
from pipeline.book.dimensions import deal_size, in_scope, scope_needs, with_dimensions
from pipeline.book.knowledge import Knowledge
from pipeline.book.sale_rows import invoice_facts, product_line_parts
from pipeline.company import Company
from pipeline.parameters import Scope

ALL = {"market", "department", "person", "industry", "grade", "channel"}
MONEY_COLUMNS = ("amount", "paid_amount", "open_amount")


def invoice_rows(know: Knowledge, company: Company, scope: Scope) -> Any:
    """One row per invoice known: its amounts (decimal), days, dimensions and payments.

    In a scope of a product line the amounts are the line's share of the invoice's order.
    """
    rows = know.named("invoice_rows", lambda: _invoices(know, company))
    return in_scope(scope, with_dimensions(know, _in_line(know, scope, rows, MONEY_COLUMNS), ALL))


def _invoices(know: Knowledge, company: Company) -> Any:
    invoices, paid = know.table("invoices"), know.named("paid", lambda: _payments(know))
    facts = know.named("invoice_facts", lambda: invoice_facts(know))
    facts = facts.drop("order_id")
    rows = invoices.inner_join(facts, [("invoice_id", "invoice_key")])
    rows = rows.left_join(paid, [("invoice_id", "paid_invoice")])
    amount = rows.amount.cast(MONEY)
    rows = rows.mutate(
        customer_id=rows.invoice_customer, rep_id=rows.rep_id.fill_null(""), amount=amount,
        business_line=rows.business_line.fill_null(""), channel=rows.channel.fill_null(""),
        paid_amount=rows.paid.fill_null(0).cast(MONEY),
        due_on=due_day(company, rows),
    )  # fmt: skip
    return rows.mutate(
        open_amount=(rows.amount - rows.paid_amount).cast(MONEY),
        size=deal_size(company, rows.amount.cast("float64")),
    ).drop("invoice_key", "invoice_customer", "paid_invoice", "paid")


def order_rows(know: Knowledge, company: Company, scope: Scope) -> Any:
    """One row per order not cancelled: amounts (decimal) ordered, shipped and billed, and its dimensions.

    In a scope of a product line the amounts are the line's share of the order.
    """
    rows = know.named("order_rows", lambda: _orders(know, company))
    rows = _in_line(know, scope, rows, ("amount", "shipped_amount", "billed_amount"))
    return in_scope(scope, with_dimensions(know, rows, ALL))


def _orders(know: Knowledge, company: Company) -> Any:
    orders = know.table("orders").filter(lambda t: t.cancelled_on.isnull())
    shipped, billed = _per_order(know, "shipments", "shipped"), _per_order(know, "invoices", "billed")
    rows = orders.left_join(shipped, [("order_id", "shipped_order")])
    rows = rows.left_join(billed, [("order_id", "billed_order")])
    rows = rows.mutate(
        amount=rows.amount.cast(MONEY),
        shipped_amount=rows.shipped_amount.fill_null(0).cast(MONEY),
        billed_amount=rows.billed_amount.fill_null(0).cast(MONEY),
    )
    rows = rows.mutate(size=deal_size(company, rows.amount.cast("float64")))
    return rows.drop("shipped_order", "billed_order")


def due_day(company: Company, invoices: Any) -> Any:
    """The day an invoice falls due; where it does not say, the company's default term after it was issued."""
    import ibis

    term = ibis.interval(days=company.receivables.default_term_days)
    return ibis.coalesce(invoices.due_on, (invoices.issued_on + term).cast("date"))


def _payments(know: Knowledge) -> Any:
    """One row per paid invoice: paid (decimal), first_paid_on, last_paid_on, payments."""
    payments = know.table("payments")
    payments = payments.filter(payments.invoice_id != "")
    return payments.group_by("invoice_id").agg(
        paid=payments.amount.cast(MONEY).sum().cast(MONEY),
        first_paid_on=payments.paid_on.min(), last_paid_on=payments.paid_on.max(), payments=payments.count(),
    ).rename(paid_invoice="invoice_id")  # fmt: skip


def _per_order(know: Knowledge, table: str, name: str) -> Any:
    rows, day = know.table(table), {"shipments": "shipped_on", "invoices": "issued_on"}[table]
    rows = rows.filter(rows.order_id != "")
    facts = {
        f"{name}_amount": rows.amount.cast(MONEY).sum().cast(MONEY),
        f"first_{name}_on": rows[day].min(), f"last_{name}_on": rows[day].max(),
    }  # fmt: skip
    if table == "shipments":
        facts["last_delivered_on"] = rows.delivered_on.max()
    return rows.group_by("order_id").agg(**facts).rename({f"{name}_order": "order_id"})


def _in_line(know: Knowledge, scope: Scope, rows: Any, amounts: tuple[str, ...]) -> Any:
    """In a scope of a product line, the line's share of each amount; elsewhere the rows as they are."""
    if "product_line" not in scope_needs(scope):
        return rows
    parts = know.named("product_line_parts", lambda: product_line_parts(know))
    rows = rows.inner_join(parts, [("order_id", "order_key")])
    shares = {name: (rows[name].cast("float64") * rows.share).cast(MONEY) for name in amounts}
    return rows.mutate(**shares).drop("order_key", "part", "share")
