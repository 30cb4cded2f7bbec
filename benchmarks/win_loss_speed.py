"""Win and loss of about 100,000 deals with 500,000 changes in under 60 CPU seconds, from a cold book.

The peer of the step that all learning rests on, deals as they looked on past days, is a Python loop over the
history: one day is timed and taken times the number of days.
Run: python benchmarks/win_loss_speed.py [customers]
"""

import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

from pipeline.analyses import win_loss
from pipeline.analyses.win_loss.training import learning_days
from pipeline.book import Book
from pipeline.company import Company
from pipeline.company_demo import generate
from pipeline.parameters import Period
from pipeline.warehouse import Warehouse


def main(customers: int) -> None:
    company = generate(customers=customers)
    with tempfile.TemporaryDirectory() as folder:
        warehouse = Warehouse.open(Path(folder))
        with warehouse.transaction():
            for name, frame in company.tables.items():
                warehouse.replace(name, frame)
        period = Period.containing(company.until, "month")
        rows = {name: len(company.tables[name]) for name in ("opportunities", "opportunity_history")}
        started = time.process_time()
        result = win_loss.analyse(Book(warehouse, Company(), period))
        spent = time.process_time() - started
        print(f"win and loss of {rows}: {spent:.1f} CPU s (at most 60)")
        print(f"calibration error {result.headlines['probability_calibration_error']:.4f}")
        book = Book(warehouse, Company(), period)
        days = learning_days(book)
        started = time.process_time()
        found = book.opportunities.open_at(days)
        fast = time.process_time() - started
        started = time.process_time()
        seen = _open_on(company.tables["opportunity_history"], pd.Timestamp(days[-1]))
        loop = (time.process_time() - started) * len(days)
        print(f"{len(found)} deals seen on {len(days)} days, {seen} on the last: "
              f"{loop / fast:.1f} times as fast as a Python loop")  # fmt: skip
        warehouse.close()


def _open_on(history: pd.DataFrame, day: pd.Timestamp) -> int:
    """Deals open on a day, counted change by change."""
    state: dict[str, str] = {}
    for change in history.sort_values(["opportunity_id", "change_number"]).itertuples():
        if change.known_on <= day:
            state[change.opportunity_id] = change.outcome
    return sum(outcome == "open" for outcome in state.values())


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 72_000)
