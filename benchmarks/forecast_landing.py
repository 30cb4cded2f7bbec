"""Claim: the landing misses less than its baselines at past month ends, and the eight weeks less than theirs.

    python benchmarks/forecast_landing.py FOLDER      a data folder: the demo company, or imported exports

Prints the record that the reports show: errors of the sum of the next k months beside those of seasonal
naive, trailing three-month mean, weighted pipeline and target (where set by then), the share that the 80%
interval held, and the eight-week totals beside the mean of thirteen weeks and last year's weeks.
"""

import sys
import time

import pandas as pd

from pipeline.analyses.forecast import eight_weeks, landing_track
from pipeline.book import open_book


def main(folder: str) -> None:
    book = open_book(data=folder, period="last-closed month", scope="company")
    started = time.process_time()
    track = landing_track(book)
    print(f"landing at past month ends ({time.process_time() - started:.0f} CPU s)")
    print(track.round(3).to_string(index=False) if len(track) else "no record")
    record = eight_weeks(book).record
    if isinstance(record, pd.DataFrame):
        print("sums of eight weeks")
        print(record.round(3).to_string(index=False))
        ratio = record["error"] / record[["error_mean_13_weeks", "error_last_year"]].min(axis=1)
        print("ratio to the best baseline: " + ", ".join(f"{each:.2f}" for each in ratio))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "data/demo")
