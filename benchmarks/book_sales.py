"""Claim: revenue by month and dimensions, and purchases per customer, cost at most twice what pandas takes.

The book reads from disk, pandas has the tables in memory.
Three million orders by default; prints CPU seconds and ratios against plain pandas.
Run: python benchmarks/book_sales.py [orders]
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


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 3_000_000
    tables = make(count)
    with tempfile.TemporaryDirectory() as folder, Warehouse.open(Path(folder), url="") as warehouse:
        with warehouse.transaction():
            for name, table in tables.items():
                warehouse.replace(name, table)
        book = Book(warehouse, Company(), Period.containing(date(2026, 10, 1), "month"))
        by = ("market", "department", "business_line")
        ours, cells = timed(lambda: book.sales.by_period(by=by))
        customers, bought = timed(book.sales.customers)
    peer, their_cells = timed(lambda: cells_in_pandas(tables))
    customer_peer, their_bought = timed(lambda: customers_in_pandas(tables["orders"]))
    assert len(cells) == len(their_cells)
    assert np.isclose(cells["amount"].sum(), their_cells.sum())
    assert len(bought) == len(their_bought)
    say(f"{count:,} orders by month and 3 dimensions", ours, peer)
    say("purchases per customer", customers, customer_peer)


def say(what: str, ours: float, peer: float) -> None:
    print(f"{what}: {ours:.1f} CPU s; pandas {peer:.1f}; ratio {ours / peer:.2f}")


def timed(ask: Callable[[], pd.DataFrame]) -> tuple[float, pd.DataFrame]:
    began = time.process_time()
    answer = ask()
    return time.process_time() - began, answer


def make(count: int) -> dict[str, pd.DataFrame]:
    rng = np.random.default_rng(1)
    buyers, reps = max(count // 10, 10), 200
    customer = np.char.add("c", np.arange(buyers).astype(str))
    person = np.char.add("p", np.arange(reps).astype(str))
    markets = np.array(["East", "North", "South", "Central"])
    days = np.datetime64("2021-11-01", "s") + rng.integers(0, 1800, count).astype("timedelta64[D]")
    return {
        "people": pd.DataFrame({"person_id": person, "department": rng.choice(["1", "2"], reps)}),
        "customers": pd.DataFrame({"customer_id": customer, "market": rng.choice(markets, buyers)}),
        "orders": pd.DataFrame({
            "order_id": np.char.add("o", np.arange(count).astype(str)),
            "customer_id": rng.choice(customer, count), "rep_id": rng.choice(person, count),
            "ordered_on": days,
            "amount": rng.uniform(100, 1e6, count).round(2),
            "business_line": rng.choice(["direct", "service"], count),
        }),
    }  # fmt: skip


def cells_in_pandas(tables: dict[str, pd.DataFrame]) -> pd.Series:
    orders = tables["orders"].merge(tables["customers"], on="customer_id", how="left")
    orders = orders.merge(tables["people"], left_on="rep_id", right_on="person_id", how="left")
    month = orders["ordered_on"].dt.to_period("M")
    return orders.groupby([month, "market", "department", "business_line"])["amount"].sum()


def customers_in_pandas(orders: pd.DataFrame) -> pd.DataFrame:
    days = orders.groupby(["customer_id", "ordered_on"], as_index=False)["amount"].sum()
    days = days[days["amount"] > 0]
    return days.groupby("customer_id").agg(
        first=("ordered_on", "min"),
        last=("ordered_on", "max"),
        days=("ordered_on", "size"),
        amount=("amount", "sum"),
    )


if __name__ == "__main__":
    main()
