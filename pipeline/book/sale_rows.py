"""One row per sale: contracts from orders (or won opportunities), collections from payments.

Hides the difference between companies that have orders and those that only have opportunities, and
splits a sale over product lines so that the parts add up to it exactly.
"""

from datetime import date
from typing import Any, Literal

from pipeline.book.answers import MONEY
from pipeline.book.days import day_literal
from pipeline.book.dimensions import deal_size, first_text, in_scope, scope_needs, with_dimensions
from pipeline.book.knowledge import Knowledge
from pipeline.company import Company
from pipeline.errors import UsageError
from pipeline.parameters import Scope

Metric = Literal["contracts", "collections"]
ROUNDING = 0.01
"""What the lines of an order may differ from its amount per line, in the company's currency, before the
difference counts as an amount without a product line."""


Days = tuple[date | None, date | None]


def sale_rows(
    know: Knowledge,
    company: Company,
    metric: Metric,
    scope: Scope,
    needed: set[str],
    *,
    days: Days = (None, None),
) -> Any:
    """One row per sale, or per sale and product line where `needed` or the scope asks for product lines.

    Columns: sale_id, customer_id, rep_id, day, amount (decimal), business_line, channel, and what is
    needed of the dimensions. Of the days from the first to the last, where these are given.

    Raises:
        UsageError: another metric.
    """
    if metric not in ("contracts", "collections"):
        raise UsageError(f"{metric!r} is not a metric.", "Use contracts or collections.")
    needed = needed | scope_needs(scope)
    rows = know.named(metric, lambda: contracts(know) if metric == "contracts" else collections(know))
    rows = _within(rows, days)
    if "size" in needed:
        rows = rows.mutate(size=deal_size(company, rows.amount.cast("float64")))
    if "product_line" in needed:
        rows = _by_product_line(know, rows, limited=days != (None, None))
    rows = rows.drop("order_id") if "order_id" in rows.columns else rows
    return in_scope(scope, with_dimensions(know, rows, needed))


def _within(rows: Any, days: Days) -> Any:
    first, last = days
    if first is not None:
        rows = rows.filter(rows.day >= day_literal(first))
    return rows if last is None else rows.filter(rows.day <= day_literal(last))


def contracts(know: Knowledge) -> Any:
    """One row per order not cancelled; per won opportunity where no order is known at all."""
    if not know.has("orders"):
        return _won(know)
    orders = know.table("orders").filter(lambda t: t.cancelled_on.isnull())
    return orders.select(
        "customer_id", "rep_id", "business_line", "channel",
        sale_id=orders.order_id, order_id=orders.order_id, day=orders.ordered_on,
        amount=orders.amount.cast(MONEY),
    )  # fmt: skip


def collections(know: Knowledge) -> Any:
    """One row per payment, with what its invoice and order know of it."""
    payments, owed = know.table("payments"), know.named("invoice_facts", lambda: invoice_facts(know))
    joined = payments.left_join(owed, [("invoice_id", "invoice_key")])
    return joined.select(
        customer_id=first_text(joined.customer_id, joined.invoice_customer),
        rep_id=joined.rep_id.fill_null(""), business_line=joined.business_line.fill_null(""),
        channel=joined.channel.fill_null(""), sale_id=joined.payment_id,
        order_id=joined.order_id.fill_null(""), day=joined.paid_on, amount=joined.amount.cast(MONEY),
    )  # fmt: skip


def invoice_facts(know: Knowledge) -> Any:
    """One row per invoice: invoice_key, order_id, invoice_customer, rep_id, business_line, channel."""
    invoices, orders = know.table("invoices"), know.table("orders")
    orders = orders.select("business_line", "channel", "rep_id", order_key="order_id", buyer="customer_id")
    joined = invoices.left_join(orders, [("order_id", "order_key")])
    return joined.select(
        "order_id", "rep_id", "business_line", "channel",
        invoice_key=joined.invoice_id, invoice_customer=first_text(joined.customer_id, joined.buyer),
    )  # fmt: skip


def product_line_parts(know: Knowledge, among: Any = None) -> Any:
    """One row per order and product line: order_key, product_line, part (decimal), share of the order.

    What the order's lines leave over has the product line ""; a difference of rounding goes to the first
    product line. Orders of amount 0 have no shares. `among` (rows with order_id) limits the orders.
    """
    orders = know.table("orders")
    orders = orders if among is None else orders.semi_join(among, "order_id")
    orders = orders.select(order_key=orders.order_id, whole=orders.amount.cast(MONEY))
    lines = (
        know.named("line_amounts", lambda: _line_amounts(know))
        if among is None
        else _line_amounts(know, among)
    )
    totals = lines.group_by("line_order").agg(
        covered=lines.part.sum(), lines=lines.lines.sum(), first_line=lines.product_line.min()
    )
    matched = orders.inner_join(totals, [("order_key", "line_order")])
    matched = matched.mutate(rest=(matched.whole - matched.covered).cast(MONEY))
    matched = matched.mutate(is_rounding=matched.rest.cast("float64").abs() <= ROUNDING * matched.lines)
    parts = lines.inner_join(matched.drop("line_order", "lines"), lines.line_order == matched.order_key)
    adjusted = parts.is_rounding & (parts.product_line == parts.first_line)
    parts = parts.select(
        "order_key",
        "product_line",
        "whole",
        part=adjusted.ifelse(parts.part + parts.rest, parts.part).cast(MONEY),
    )
    rest = matched.filter(~matched.is_rounding)
    rest = rest.select("order_key", "whole", "rest").mutate(product_line=_nothing())
    rest = rest.select("order_key", "product_line", "whole", part=rest.rest)
    both = parts.union(rest)
    both = both.group_by("order_key", "product_line").agg(
        part=both.part.sum().cast(MONEY), whole=both.whole.max()
    )
    whole = both.whole.cast("float64")
    return both.mutate(share=(whole != 0).ifelse(both.part.cast("float64") / whole.nullif(0), None)).drop(
        "whole"
    )


def _line_amounts(know: Knowledge, among: Any = None) -> Any:
    lines, products = know.table("order_lines"), know.table("products")
    lines = lines if among is None else lines.semi_join(among, "order_id")
    products = products.select("product_line", product_key="product_id")
    joined = lines.left_join(products, [("product_id", "product_key")])
    joined = joined.select(
        line_order=joined.order_id,
        product_line=joined.product_line.fill_null(""),
        amount=joined.amount.cast(MONEY),
    )
    return joined.group_by("line_order", "product_line").agg(
        part=joined.amount.sum().cast(MONEY), lines=joined.count()
    )


def _by_product_line(know: Knowledge, rows: Any, *, limited: bool) -> Any:
    if "product_line" in rows.columns:
        return rows
    # The lines of a few months are found faster than those of all years.
    parts = (
        product_line_parts(know, rows)
        if limited
        else know.named("product_line_parts", lambda: product_line_parts(know))
    )
    joined = rows.left_join(parts, [("order_id", "order_key")])
    amount = joined.amount.cast("float64") * joined.share
    joined = joined.mutate(
        product_line=joined.product_line.fill_null(""),
        amount=joined.share.isnull().ifelse(joined.amount, amount.cast(MONEY)),
    )
    return joined.select(*rows.columns, "product_line")


def _won(know: Knowledge) -> Any:
    """One row per opportunity whose last known state is won."""
    import ibis

    history, deals = know.table("opportunity_history"), know.table("opportunities")
    last = history.change_number.max().over(ibis.window(group_by="opportunity_id"))
    history = history.mutate(last_number=last)
    won = history.filter((history.change_number == history.last_number) & (history.outcome == "won"))
    won = won.select("rep_id", "amount", "changed_on", deal="opportunity_id")
    joined = deals.inner_join(won, [("opportunity_id", "deal")])
    return joined.select(
        "customer_id", "rep_id", "business_line", "channel", "product_line",
        sale_id=joined.opportunity_id, day=joined.changed_on, amount=joined.amount.fill_null(0.0).cast(MONEY),
    )  # fmt: skip


def _nothing() -> Any:
    import ibis

    return ibis.literal("")
