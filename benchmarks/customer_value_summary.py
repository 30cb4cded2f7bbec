"""Claim: 10,000,000 order lines give recency, frequency and value per customer within 4 CPU seconds.

Four lines to an order, ten orders to a customer. Once as the book reads a company with orders and lines, and
once with every line as an order of its own, so that nothing was summed up before. Peer: pandas, with the
tables in memory.

Run: python benchmarks/customer_value_summary.py [lines]
"""

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.book import Book
from pipeline.company import Company
from pipeline.parameters import Period
from pipeline.warehouse import Warehouse

LAST = date(2026, 10, 31)


def main(lines: int = 10_000_000) -> None:
    random = np.random.default_rng(1)
    for what, orders in (("lines in orders", lines // 4), ("every line an order", lines)):
        table = make_orders(orders, lines // 40, random)
        with tempfile.TemporaryDirectory() as folder, Warehouse.open(Path(folder), url="") as warehouse:
            with warehouse.transaction():
                warehouse.replace("orders", table)
                if orders < lines:
                    warehouse.replace("order_lines", make_lines(table, lines // orders))
            book = Book(warehouse, Company(), Period.containing(LAST, "month"), as_of=LAST)
            ours, found = timed(book.sales.customers)
            days, _ = timed(book.sales.purchase_days)
        peer, theirs = timed(lambda table=table: in_pandas(table))
        if len(found) != len(theirs) or not np.isclose(found["amount"].sum(), theirs["amount"].sum()):
            sys.exit("the two summaries differ")
        print(
            f"{what}: {lines:,} lines, {orders:,} orders, {len(found):,} customers: {ours:.1f} CPU s "
            f"(purchase days {days:.1f}); pandas {peer:.1f}; ratio {ours / peer:.2f}",
            flush=True,
        )


def timed(ask: Callable[[], pd.DataFrame]) -> tuple[float, pd.DataFrame]:
    began = time.process_time()
    answer = ask()
    return time.process_time() - began, answer


def make_orders(count: int, customers: int, random: np.random.Generator) -> pd.DataFrame:
    names = pd.Index(np.char.add("c", np.arange(customers).astype(str)))
    day = np.datetime64("2021-11-01", "s") + random.integers(0, 1800, count).astype("timedelta64[D]")
    return pd.DataFrame({
        "order_id": pd.RangeIndex(count).astype("str"),
        "customer_id": names.take(random.integers(0, customers, count)),
        "ordered_on": day,
        "amount": random.uniform(100, 1e6, count).round(2),
    })  # fmt: skip


def make_lines(orders: pd.DataFrame, each: int) -> pd.DataFrame:
    repeated = orders[["order_id", "ordered_on"]].loc[orders.index.repeat(each)].reset_index(drop=True)
    return repeated.assign(
        line_number=np.tile(np.arange(1, each + 1), len(orders)),
        amount=np.repeat(orders["amount"].to_numpy() / each, each).round(2),
    )


def in_pandas(orders: pd.DataFrame) -> pd.DataFrame:
    days = orders.groupby(["customer_id", "ordered_on"], as_index=False)["amount"].sum()
    days = days[days["amount"] > 0]
    return days.groupby("customer_id").agg(
        first=("ordered_on", "min"),
        last=("ordered_on", "max"),
        days=("ordered_on", "size"),
        amount=("amount", "sum"),
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
