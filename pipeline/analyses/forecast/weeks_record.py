"""How good the eight weeks have been: the past week, by lead, as a sum, and by unit; of the company only."""

from datetime import timedelta

import numpy as np
import pandas as pd

from pipeline.analyses.forecast.weeks import SHOWN_VINTAGES, WEEKS, WeeksAhead
from pipeline.book import Book
from pipeline.company import DIMENSIONS

ERROR_MINIMUM = 4
MINIMUM_FOR_COVERAGE = 6
MINIMUM_UNITS = 12
"""Fewer intervals of units than this say nothing about coverage."""


def past_week(book: Book, made: WeeksAhead) -> pd.DataFrame:
    """The company's last week: actual and each earlier forecast for it."""
    if not book.scope.is_company or not len(made.vintages):
        return pd.DataFrame()
    start = pd.Timestamp(book.as_of - timedelta(days=6))
    mine = made.vintages[made.vintages["week_start"] == start].set_index("lead")
    if not len(mine):
        return pd.DataFrame()
    row = {"week_start": start, "actual": mine["actual"].iloc[0]}
    row |= {f"forecast_{lead}": mine["expected"].get(lead, np.nan) for lead in range(1, WEEKS + 1)}
    return pd.DataFrame([row])


def shown_vintages(book: Book, made: WeeksAhead) -> pd.DataFrame:
    """The latest past forecasts, one row per origin and week."""
    if not book.scope.is_company or not len(made.vintages):
        return pd.DataFrame()
    latest = sorted(made.vintages["origin"].unique())[-SHOWN_VINTAGES:]
    return made.vintages[made.vintages["origin"].isin(latest)]


def accuracy(book: Book, made: WeeksAhead) -> pd.DataFrame:
    """Errors by weeks ahead, one row per lead."""
    shown = shown_vintages(book, made)
    if not len(shown):
        return shown
    rows = []
    for lead, part in shown.dropna(subset=["actual"]).groupby("lead"):
        came = part["actual"].abs().sum()
        if len(part) < ERROR_MINIMUM or came <= 0:
            continue
        errors = {
            f"error_{n}": (part[n] - part["actual"]).abs().sum() / came
            for n in ("mean_13_weeks", "last_year")
        }
        inside = part[part["low"].notna()]
        covered = (
            inside["actual"].between(inside["low"], inside["high"]).mean()
            if len(inside) >= MINIMUM_FOR_COVERAGE
            else np.nan
        )
        rows.append({
            "lead": lead, "replays": len(part),
            "error": (part["expected"] - part["actual"]).abs().sum() / came,
            "bias": (part["expected"] - part["actual"]).sum() / came, "coverage_80": covered, **errors,
        })  # fmt: skip
    return pd.DataFrame(rows)


def record(book: Book, made: WeeksAhead) -> pd.DataFrame:
    """The sum of all eight weeks, over the origins of which all of them are over."""
    if not book.scope.is_company or not len(made.vintages):
        return pd.DataFrame()
    names = ["expected", "mean_13_weeks", "last_year", "actual"]
    whole = made.vintages[made.vintages.groupby("origin")["actual"].transform("count") == WEEKS]
    sums = whole.groupby("origin")[names].sum()
    came = float(sums["actual"].abs().sum())
    if len(sums) < ERROR_MINIMUM or came <= 0:
        return pd.DataFrame()
    errors = {name: float((sums[name] - sums["actual"]).abs().sum()) / came for name in names[:-1]}
    return pd.DataFrame([{
        "replays": len(sums), "error": errors["expected"],
        "error_mean_13_weeks": errors["mean_13_weeks"], "error_last_year": errors["last_year"],
        "used": next((name for name in made.winner if name), ""),
    }])  # fmt: skip


def levels(book: Book, made: WeeksAhead) -> pd.DataFrame:
    """The sum of eight weeks by units of each dimension, over the past days at which the split is judged."""
    units = made.split.units
    if not book.scope.is_company or not len(units):
        return pd.DataFrame()
    rows = []
    for dimension in DIMENSIONS:
        mine = units[units["dimension"] == dimension]
        came = float(mine["actual"].abs().sum())
        if mine["origin"].nunique() < ERROR_MINIMUM or came <= 0:
            continue
        inside = mine[mine["low_80"].notna()]
        covered = inside["actual"].between(inside["low_80"], inside["high_80"]).mean()
        errors = {
            name: float((mine[name] - mine["actual"]).abs().sum(skipna=False)) / came
            for name in ("expected", "mean_13_weeks", "last_year")
        }
        rows.append({
            "dimension": dimension, "replays": mine["origin"].nunique(), "units": mine["value"].nunique(),
            "error": errors["expected"], "bias": float((mine["expected"] - mine["actual"]).sum()) / came,
            "coverage_80": covered if len(inside) >= MINIMUM_UNITS else np.nan,
            "error_mean_13_weeks": errors["mean_13_weeks"], "error_last_year": errors["last_year"],
        })  # fmt: skip
    return pd.DataFrame(rows)
