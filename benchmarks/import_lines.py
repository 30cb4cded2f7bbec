"""Import speed: a million order lines from CSV to checked tables, against what a plain script would do.

The peer is pandas.read_csv with parsed dates followed by DuckDB's insert: no checks, no messages, no keys.

    python benchmarks/import_lines.py [rows]
"""

import datetime
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.company import Company
from pipeline.intake import import_data
from pipeline.warehouse import Warehouse


def lines(rows):
    """One row per order line: eight lines an order, 20,000 customers, 5,000 products, three years of days."""
    random = np.random.default_rng(20260101)
    orders = np.arange(rows) // 8
    days = pd.date_range("2023-01-01", "2025-12-31").strftime("%Y-%m-%d").to_numpy()
    return pd.DataFrame(
        {
            "order_id": np.char.add("S", orders.astype(str)),
            "order_date": days[(orders * 1096 // (orders[-1] + 1))],
            "customer_id": np.char.add("C", (orders % 20_000).astype(str)),
            "product_id": np.char.add("P", random.integers(0, 5_000, rows).astype(str)),
            "quantity": random.integers(1, 50, rows),
            "unit_price": random.integers(100, 100_000, rows) / 100,
        }
    )


def timed(action):
    wall, cpu = time.perf_counter(), time.process_time()
    action()
    return time.perf_counter() - wall, time.process_time() - cpu


def ours(path, folder):
    with Warehouse.open(folder, "") as warehouse:
        import_data([str(path)], warehouse, Company(), today=datetime.date(2026, 1, 1))
        assert warehouse.rows("order_lines") > 0


def peer(path, folder):
    import duckdb

    frame = pd.read_csv(path, parse_dates=["order_date"])
    frame["amount"] = frame["quantity"] * frame["unit_price"]
    with duckdb.connect(str(folder / "plain.duckdb")) as connection:
        connection.register("frame", frame)
        connection.execute("CREATE TABLE order_lines AS SELECT * FROM frame")


def main():
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        path = folder / "order_lines.csv"
        lines(8).to_csv(folder / "warm.csv", index=False)
        ours(folder / "warm.csv", folder / "warm")
        lines(rows).to_csv(path, index=False)
        wall, cpu = timed(lambda: ours(path, folder / "ours"))
        peer_wall, peer_cpu = timed(lambda: peer(path, folder))
    print(
        f"{rows:,} order lines checked and loaded: {wall:.1f} s ({cpu:.1f} CPU s), {rows / wall:,.0f} rows/s"
    )
    print(f"pandas.read_csv + DuckDB insert, unchecked: {peer_wall:.1f} s ({peer_cpu:.1f} CPU s)")
    print(f"ratio: {wall / peer_wall:.1f} in time, {cpu / peer_cpu:.1f} in CPU")


if __name__ == "__main__":
    main()
