"""Targets checked: levels that do not add up, and the SMART audit, from the book."""

import pandas as pd

from pipeline.analyses.performance.attainment import METRICS
from pipeline.analyses.performance.audit import audit
from pipeline.analyses.target_levels import Targets, breaches
from pipeline.book import Book
from pipeline.parameters import Period


def level_breaches(targets: Targets, year: Period) -> pd.DataFrame:
    """Every disagreement between two levels: period, metric and the columns of `breaches`."""
    month = Period.containing(year.first, "month")
    quarter = Period.containing(year.first, "quarter")
    periods = [year, *(quarter.back(-step) for step in range(4)), *(month.back(-step) for step in range(12))]
    parts = [
        breaches(targets, period, metric).assign(period=period.key, metric=metric)
        for period in periods
        for metric in METRICS
    ]
    found = [part for part in parts if len(part)]
    return pd.concat(found, ignore_index=True) if found else parts[0]


def smart_audit(
    book: Book, targets: pd.DataFrame, wrong: pd.DataFrame, landing: pd.DataFrame
) -> pd.DataFrame:
    """The SMART audit of the year's targets that are not over yet, with the forecast's probabilities."""
    known = landing.assign(period=landing["period_key"], metric="contracts")
    known = known.rename(columns={"probability_of_target": "probability"})
    known = known.drop_duplicates(["period", "dimension", "value"])
    return audit(targets, wrong, known, book.as_of, book.company.performance.attainable_from)
