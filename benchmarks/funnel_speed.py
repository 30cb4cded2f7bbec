"""Funnel and performance of about 100,000 deals with 500,000 changes, each in under 20 CPU seconds.

Run: python benchmarks/funnel_speed.py [customers | folder of a demo company]. Both chapters get a plain
closing outlook and the run rate's landing, so that what is measured is theirs and not the win and loss
model's or the sales forecast's; importing libraries is counted apart. The peer is the same waterfall
counted by a Python loop.
"""

import datetime
import importlib
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from pipeline.analyses import funnel, performance
from pipeline.analyses.funnel.outlook import stage_outlook
from pipeline.analyses.performance.landing import run_rate_landing
from pipeline.book import Book
from pipeline.company import Company
from pipeline.company_demo import generate
from pipeline.parameters import Period
from pipeline.warehouse import Warehouse

LIBRARIES = ("ibis.backends.duckdb", "pyarrow.compute", "statsmodels.duration.survfunc")


def main(source: str) -> None:
    clocked("importing libraries", lambda: [importlib.import_module(name) for name in LIBRARIES])
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(source) if Path(source).is_dir() else Path(scratch)
        if not Path(source).is_dir():
            clocked(f"generated {int(source):,} customers", lambda: fill(folder, int(source)))
        with Warehouse.open(folder) as warehouse:
            measure(warehouse)


def fill(folder: Path, customers: int) -> None:
    company = generate(customers=customers)
    with Warehouse.open(folder) as warehouse, warehouse.transaction():
        for name, frame in company.tables.items():
            warehouse.replace(name, frame)


def measure(warehouse: Warehouse) -> None:
    def book() -> Book:
        """A book of its own for each, so that none profits from what another asked."""
        return Book(warehouse, Company(), Period.containing(datetime.date(2026, 10, 31), "month"))

    rows = {name: book().rows(name) for name in ("opportunities", "opportunity_history")}
    print(", ".join(f"{number:,} {name}" for name, number in rows.items()))
    clocked("funnel", lambda: funnel.analyse(whole := book(), outlook=plain(whole)))
    clocked("performance", lambda: performed(book()))
    whole = book()
    between = whole.opportunities.between(whole.period.back().last, whole.as_of)
    fast = clocked("waterfall", lambda: funnel.waterfall(between))
    loop = clocked("the same by a Python loop", lambda: sum(_change(row) for row in between.itertuples()))
    print(f"waterfall against the loop: {loop / fast:.1f} times as fast")


def plain(book: Book) -> object:
    deals = book.opportunities
    return stage_outlook(deals.stage_spells(), deals.as_they_stood(), book.as_of)


def performed(book: Book) -> object:
    return performance.analyse(book, landing=run_rate_landing(book), outlook=plain(book))  # type: ignore[arg-type]


def clocked(what: str, work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    spent = time.process_time() - started
    print(f"{what}: {spent:.2f} CPU s", flush=True)
    return spent


def _change(row: object) -> float:
    now, was = row.outcome_end == "open", row.outcome_start == "open"  # type: ignore[attr-defined]
    return now * (row.amount_end or 0.0) - was * (row.amount_start or 0.0)  # type: ignore[attr-defined]


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "72000")
