"""The funnel of about 100,000 deals with 500,000 changes in under 20 CPU seconds.

Run: python benchmarks/funnel_speed.py [customers]. The peer is the same waterfall counted by a Python loop.
"""

import sys
import tempfile
import time
from pathlib import Path

from pipeline.analyses import funnel
from pipeline.analyses.funnel.outlook import stage_outlook
from pipeline.book import Book
from pipeline.company import Company
from pipeline.company_demo import generate
from pipeline.parameters import Period
from pipeline.warehouse import Warehouse


def main(customers: int) -> None:
    started = time.process_time()
    company = generate(customers=customers)
    print(f"generated {customers:,} customers: {time.process_time() - started:.1f} CPU s")
    with tempfile.TemporaryDirectory() as folder:
        warehouse = Warehouse.open(Path(folder))
        with warehouse.transaction():
            for name, frame in company.tables.items():
                warehouse.replace(name, frame)
        book = Book(warehouse, Company(), Period.containing(company.until, "month"))
        started = time.process_time()
        deals = book.opportunities
        outlook = stage_outlook(deals.stage_spells(), deals.as_they_stood(), book.as_of)
        funnel.analyse(book, outlook=outlook)
        spent = time.process_time() - started
        rows = {name: len(company.tables[name]) for name in ("opportunities", "opportunity_history")}
        print(f"funnel of {rows}: {spent:.1f} CPU s")
        between = deals.between(Period.containing(book.as_of, "month").back().last, book.as_of)
        started = time.process_time()
        funnel.waterfall(between)
        fast = time.process_time() - started
        started = time.process_time()
        sum(_change(row) for row in between.itertuples())
        loop = time.process_time() - started
        print(f"waterfall against a Python loop over deals: {loop / fast:.1f} times as fast")
        warehouse.close()


def _change(row: object) -> float:
    now, was = row.outcome_end == "open", row.outcome_start == "open"  # type: ignore[attr-defined]
    return now * (row.amount_end or 0.0) - was * (row.amount_start or 0.0)  # type: ignore[attr-defined]


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 72_000)
