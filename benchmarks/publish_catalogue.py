"""Adding a run to the catalogue and the history: after 10,000 runs against after 10.

python benchmarks/publish_catalogue.py
"""

import datetime
import statistics
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
RUNS = (10, 10_000)
REPEATS = 41
PERIOD = Period.containing(datetime.date(2026, 10, 31), "month")


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


def open_layout(folder, runs):
    layout = Layout(Path(folder))
    fill(layout, runs)
    add_run(layout, PERIOD, 0)  # templates are compiled once per process
    return layout


def seconds_to_add_one(layout, number):
    began = time.process_time()
    add_run(layout, PERIOD, number)
    next(journal.latest_first(layout.history))
    return time.process_time() - began


def main():
    """Both take turns, so that a busy machine is unfair to neither."""
    took = {runs: [] for runs in RUNS}
    with tempfile.TemporaryDirectory() as folder:
        layouts = {runs: open_layout(f"{folder}/{runs}", runs) for runs in RUNS}
        for number in range(REPEATS):
            for runs, layout in layouts.items():
                took[runs].append(seconds_to_add_one(layout, runs + number))
    for runs, times in took.items():
        print(f"after {runs:6,} runs: {1000 * statistics.median(times):6.1f} ms CPU to add one")
    ratios = [many / few for few, many in zip(*took.values(), strict=True)]
    print(f"10,000 / 10, median of {REPEATS} turns: {statistics.median(ratios):.2f}")


if __name__ == "__main__":
    main()
