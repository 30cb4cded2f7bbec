"""Every question that a book answers, by name."""

from collections.abc import Callable
from datetime import timedelta

import pandas as pd

from pipeline.book import Book

ALL_DIMENSIONS = (
    "business_line", "product_line", "market", "department", "person", "industry", "grade", "size", "channel",
)  # fmt: skip


def _days(book: Book) -> list:
    return [book.as_of - timedelta(days=back) for back in (0, 17, 45, 90)]


QUESTIONS: dict[str, Callable[[Book], pd.DataFrame]] = {
    "sales by month": lambda book: book.sales.by_period(),
    "sales by all dimensions": lambda book: book.sales.by_period(every="quarter", by=ALL_DIMENSIONS),
    "collections by week and line": lambda book: book.sales.by_period(
        "collections", "week", ("product_line", "market")
    ),
    "sales beyond a cap": lambda book: book.sales.by_period(by=("product_line", "market"), cap=40.0),
    "payments beyond a cap": lambda book: book.sales.by_period("collections", "day", cap=40.0),
    "sales of some days": lambda book: book.sales.by_period(
        every="day", first=_days(book)[2], last=_days(book)[1]
    ),
    "sales of some days beyond a cap": lambda book: book.sales.by_period(
        every="year",
        by=ALL_DIMENSIONS,
        first=_days(book)[3],
        last=book.as_of,
        cap=book.sales.cap(0.4) or 1.0,
    ),
    "customers' purchases": lambda book: book.sales.customers(),
    "purchase days": lambda book: book.sales.purchase_days(),
    "purchases by product line": lambda book: book.sales.customer_product_lines(),
    "costs": lambda book: book.sales.costs(),
    "cohorts": lambda book: book.sales.cohorts("month"),
    "customers": lambda book: book.customers.all(),
    "people": lambda book: book.people.all(),
    "products": lambda book: book.products.all(),
    "opportunities": lambda book: book.opportunities.as_they_stood(),
    "open deals of four days": lambda book: book.opportunities.open_at(_days(book)),
    "a few columns of deals": lambda book: book.opportunities.as_they_stood(["stage", "amount", "closed_on"]),
    "a few columns of open deals": lambda book: book.opportunities.open_at(_days(book), ["amount", "pushes"]),
    "sales of some days by product line": lambda book: book.sales.by_period(
        every="day", by=["product_line"], first=_days(book)[2], last=_days(book)[1]
    ),
    "deals between": lambda book: book.opportunities.between(_days(book)[2], book.as_of),
    "stage spells": lambda book: book.opportunities.stage_spells(),
    "open invoices": lambda book: book.money.open_invoices(),
    "settled invoices": lambda book: book.money.settled_invoices(),
    "orders": lambda book: book.money.orders(),
    "unbilled orders": lambda book: book.money.unbilled_orders(),
    "exposure": lambda book: book.money.exposure(),
    "payments": lambda book: book.money.payments(),
    "credit terms": lambda book: book.money.credit_terms(),
    "targets": lambda book: book.targets.in_force(_days(book)[3], book.as_of),
    "activities": lambda book: book.activities.list(),
    "visits": lambda book: book.activities.list(first=_days(book)[2], kinds=("visit",)),
    "activities by customer": lambda book: book.activities.by_customer(),
    "tickets": lambda book: book.service.tickets(),
    "grid": lambda book: book.grid.cells(),
    "quotas": lambda book: book.quotas.in_force(),
    "scorecard inputs": lambda book: book.scorecards.inputs(),
}
