"""Landing against target, the gap of each unit, and what last month's forecast was worth."""

import pandas as pd

from pipeline.analyses.forecast.months_ahead import MonthsAhead, months_ahead
from pipeline.book import Book
from pipeline.findings import Missing
from pipeline.parameters import Period

COMPANY = "company"


def standing(landed: pd.DataFrame | Missing) -> pd.DataFrame | Missing:
    """One row per period that is running on the day after the book's date: month, quarter and year.

    Columns: horizon, period (its key), target, landing, landing_low, landing_high (80%), gap, probability
    (0 to 1; empty without a target).
    """
    if isinstance(landed, Missing):
        return landed
    whole = landed[landed["dimension"] == COMPANY].rename(
        columns={
            "period": "horizon",
            "period_key": "period",
            "low": "landing_low",
            "high": "landing_high",
            "probability_of_target": "probability",
        }
    )
    columns = ["horizon", "period", "target", "landing", "landing_low", "landing_high", "gap", "probability"]
    return whole[columns].reset_index(drop=True)


def gap_by(landed: pd.DataFrame | Missing, dimension: str) -> pd.DataFrame | Missing:
    """One row per value of a dimension that has a target for the year: the value, target, landing, gap.

    `ahead` is the gap with its sign turned: above zero, the unit is ahead of its target.
    """
    if isinstance(landed, Missing):
        return Missing("missing-gap-by-unit", landed.tables, landed.reason, landed.values)
    year = landed[
        (landed["period"] == "year") & (landed["dimension"] == dimension) & landed["target"].notna()
    ]
    if year.empty:
        return Missing("missing-gap-by-unit", ("targets",))
    return (
        year.rename(columns={"value": dimension})[[dimension, "target", "landing", "gap"]]
        .assign(ahead=lambda units: -units["gap"])
        .sort_values("gap", ascending=False, kind="stable")
        .reset_index(drop=True)
    )


def last_forecast(book: Book) -> pd.DataFrame | Missing:
    """One row: the forecast that was made a month ago for the period's last month, and what was signed.

    It is the forecasting chapter's replay, made from what was known then, as it was printed. Columns: period
    (first day of the month), forecast, forecast_low, forecast_high (80%), actual, error (forecast / actual
    - 1), naive_error (the same of "same month last year").
    """
    month = pd.Timestamp(Period.containing(book.as_of, "month").first)
    ahead = months_ahead(book.whole)
    row = _landed(ahead, month) if book.scope.is_company else None
    if row is None and ahead is not None:
        cut = (COMPANY, "") if book.scope.is_company else (book.scope.dimension, book.scope.value)
        row = _replay_of(ahead.units, month, cut)
    if row is None or not row["actual"] > 0:
        return Missing("missing-last-forecast", reason="reason-no-earlier-forecast")
    return pd.DataFrame(
        {
            "period": [month],
            "forecast": [row["expected"]],
            "forecast_low": [row["low_80"]],
            "forecast_high": [row["high_80"]],
            "actual": [row["actual"]],
            "error": [row["expected"] / row["actual"] - 1],
            "naive_error": [row["seasonal_naive"] / row["actual"] - 1],
        }
    )


def _landed(ahead: MonthsAhead | None, month: pd.Timestamp) -> "pd.Series | None":
    """The landing's replay one month ahead, where it had an interval."""
    if ahead is None or not len(ahead.past):
        return None
    past = ahead.past.rename(columns={"low": "low_80", "high": "high_80"})
    found = past[(past["months_ahead"] == 1) & (past["month"] == month) & past["low_80"].notna()]
    return found.iloc[0] if len(found) else None


def _replay_of(made: pd.DataFrame, month: pd.Timestamp, cut: tuple[str, str]) -> "pd.Series | None":
    if made.empty:
        return None
    is_wanted = (
        (made["months_ahead"] == 1)
        & (made["month"] == month)
        & (made["dimension"] == cut[0])
        & (made["value"] == cut[1])
    )
    return made.loc[is_wanted].iloc[0] if is_wanted.any() else None
