"""Claim: the pipeline as of 24 month ends costs little more with its history than pandas' last state alone.

Five million changes of opportunities by default; prints CPU seconds and the ratio against pandas.
Run: python benchmarks/book_as_of.py [changes]
"""

import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.book import Book
from pipeline.company import Company
from pipeline.parameters import Period
from pipeline.warehouse import Warehouse

CHANGES_A_DEAL = 5
MONTH_ENDS = [stamp.date() for stamp in pd.date_range("2024-11-30", "2026-10-31", freq="ME")]


def main() -> None:
    changes = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000_000
    tables = make(changes)
    with tempfile.TemporaryDirectory() as folder, Warehouse.open(Path(folder), url="") as warehouse:
        began = time.process_time()
        with warehouse.transaction():
            for name, table in tables.items():
                warehouse.replace(name, table)
        print(f"load {changes:,} changes: {time.process_time() - began:.1f} CPU s")
        book = Book(warehouse, Company(), Period.containing(date(2026, 10, 1), "month"))
        began = time.process_time()
        ours = book.opportunities.open_at(MONTH_ENDS)
        spent = time.process_time() - began
    history = tables["opportunity_history"]
    began = time.process_time()
    theirs = in_pandas(history)
    peer = time.process_time() - began
    assert len(ours) == len(theirs)
    assert np.isclose(ours["amount"].sum(), theirs["amount"].sum())
    print(f"book.opportunities.open_at: {spent:.1f} CPU s, {len(ours):,} rows, 44 columns")
    print(f"pandas, the last state only: {peer:.1f} CPU s; ratio {spent / peer:.2f}")


def make(changes: int) -> dict[str, pd.DataFrame]:
    rng = np.random.default_rng(1)
    deals = changes // CHANGES_A_DEAL
    names = np.char.add("d", np.arange(deals).astype(str))
    first = np.datetime64("2021-11-01", "s") + rng.integers(0, 1800, deals).astype("timedelta64[D]")
    number = np.tile(np.arange(1, CHANGES_A_DEAL + 1), deals)
    waits = rng.integers(1, 40, (deals, CHANGES_A_DEAL)).cumsum(axis=1).ravel().astype("timedelta64[D]")
    days = np.repeat(first, CHANGES_A_DEAL) + waits
    ends = rng.choice(["won", "lost"], deals)
    outcome = np.where(number < CHANGES_A_DEAL, "open", np.repeat(ends, CHANGES_A_DEAL))
    stages = np.array(["lead", "qualified", "proposal", "tender", "tender"])
    history = pd.DataFrame({
        "opportunity_id": np.repeat(names, CHANGES_A_DEAL), "change_number": number, "changed_on": days,
        "known_on": days, "outcome": outcome, "stage": stages[number - 1],
        "amount": rng.uniform(1e4, 3e6, changes).round(2),
    })  # fmt: skip
    deals_table = pd.DataFrame({"opportunity_id": names, "created_on": first})
    return {"opportunities": deals_table, "opportunity_history": history}


def in_pandas(history: pd.DataFrame) -> pd.DataFrame:
    """Only the last state: amount, stage and outcome of each deal open at each month end."""
    ordered = history.sort_values(["known_on", "change_number"], kind="stable")
    last = []
    for day in pd.to_datetime(MONTH_ENDS):
        known = ordered[ordered["known_on"] <= day].drop_duplicates("opportunity_id", keep="last")
        last.append(known[known["outcome"] == "open"].assign(snapshot_on=day))
    return pd.concat(last, ignore_index=True)


if __name__ == "__main__":
    main()
