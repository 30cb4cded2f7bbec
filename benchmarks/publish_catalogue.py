"""Adding a run to the catalogue and the history: after 10,000 runs against after 10.

python benchmarks/publish_catalogue.py
"""

import datetime
import tempfile
import time
from pathlib import Path

from pipeline.company import Company
from pipeline.parameters import Period
from pipeline.publish import aftermath, catalogue, journal
from pipeline.publish.catalogue import Entry
from pipeline.publish.jobs import CallJob
from pipeline.publish.layout import Layout
from pipeline.publish.pages import Pages
from pipeline.publish.worker.call import call

SCOPES = ("company", *(f"market={number}" for number in range(8)))
REPEATS = 15


def entry(period, scope):
    return Entry(
        period=period.key,
        last_day=period.last.isoformat(),
        scope=scope,
        status="published",
        published_at="2026-11-03T07:05:00+00:00",
        reports={
            f"{period.key}/{scope}/{name}.html": name for name in ("executive_summary", "win_loss", "funnel")
        },
        answer="Landing is 3% below target.",
    )


def add_run(layout, period, number):
    """What one run of a period does after its rename."""
    journal.append(
        layout.history, {"run": f"run-{number:06}", "period": period.key, "seconds": 1.0, "scopes": {}}
    )
    catalogue.add(layout, [entry(period, scope) for scope in SCOPES])
    aftermath.draw_catalogue(layout, Company(), period.last.year, Pages(), draw_here)


def draw_here(function, arguments):
    """In this process, so that its CPU is counted; a run asks a worker."""
    outcome = call(CallJob(function, arguments))
    assert outcome.is_good, outcome.failure


def fill(layout, runs):
    """As `runs` runs would have left it: each month of up to 20 years published again and again.

    The current year is equally full either way: its page lists its periods, however often each was published.
    """
    layout.create()
    month = Period.containing(datetime.date(2026, 9, 30), "month")
    months = [month.back(steps) for steps in range(max(runs // 40, 10))]
    catalogue.add(layout, [entry(period, scope) for period in months for scope in SCOPES])
    for number in range(runs):
        journal.append(
            layout.history, {"run": f"run-{number:06}", "period": months[number % len(months)].key}
        )


def measure(runs):
    with tempfile.TemporaryDirectory() as folder:
        layout = Layout(Path(folder))
        fill(layout, runs)
        period = Period.containing(datetime.date(2026, 10, 31), "month")
        add_run(layout, period, 0)  # templates are compiled once per process
        took = []
        for number in range(REPEATS):
            began = time.process_time()
            add_run(layout, period, runs + number)
            next(journal.latest_first(layout.history))
            took.append(time.process_time() - began)
    middle = sorted(took)[REPEATS // 2]
    print(f"after {runs:6,} runs: {1000 * middle:6.1f} ms CPU to add one (median of {REPEATS})")
    return middle


def main():
    few, many = measure(10), measure(10_000)
    print(f"10,000 / 10: {many / few:.2f}")


if __name__ == "__main__":
    main()
