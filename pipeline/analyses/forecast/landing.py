"""Where month, quarter and year will land: signed so far, open deals, and what is not yet created.

Handbook section 4. What is to come is that of `months_ahead`; its spread there gives interval and chance.
"""

from datetime import timedelta

import numpy as np
import pandas as pd

from pipeline.analyses.forecast.months_ahead import MonthsAhead, months_ahead
from pipeline.analyses.forecast.scope_targets import scope_targets
from pipeline.analyses.forecast.series import TOTAL
from pipeline.analyses.forecast.spread import student_quantile
from pipeline.book import Book
from pipeline.company import DIMENSIONS
from pipeline.findings import Missing
from pipeline.parameters import Period

KINDS = ("month", "quarter", "year")
AMOUNTS = ("signed", "from_open_deals", "future", "open_amount")


def landing(book: Book) -> pd.DataFrame | Missing:
    """Landing of the month, quarter and year that contain the day after the book's date, by cut of the scope.

    One row per period, dimension and value (dimension "company": all of the scope). Columns: period (month,
    quarter, year), period_key, dimension, value, signed, from_open_deals, not_yet_created, landing, low, high
    (80%; NaN without a track record), target (NaN if none), gap, probability_of_target, open_amount,
    required_pipeline, baselines of the total (seasonal_naive, trailing_mean, weighted_pipeline).
    """
    ahead = months_ahead(book.whole)
    if ahead is None:
        return Missing("missing-landing", tables=book.missing("orders", "opportunities"))
    rows = [_landed(book, ahead, kind) for kind in KINDS]
    return pd.concat(rows, ignore_index=True)


def _landed(book: Book, ahead: MonthsAhead, kind: str) -> pd.DataFrame:
    period = Period.containing(book.as_of + timedelta(days=1), kind)  # type: ignore[arg-type]
    chosen = np.ones(len(ahead.leaves), bool)
    scope = book.scope
    if not scope.is_company and scope.dimension in ahead.leaves:
        chosen = (ahead.leaves[scope.dimension] == scope.value).to_numpy()
    steps = np.asarray(
        (ahead.months >= pd.Timestamp(period.first)) & (ahead.months <= pd.Timestamp(period.last))
    )
    signed = book.sales.by_period("contracts", "day", DIMENSIONS, first=period.first, last=book.as_of)
    used = list(ahead.leaves.columns)
    future = ahead.leaves[chosen].assign(
        future=ahead.expected[chosen][:, steps].sum(axis=1),
        from_open_deals=ahead.seen[chosen][:, steps].sum(axis=1),
    )
    frame = pd.concat(
        [future, signed.rename(columns={"amount": "signed"})[[*used, "signed"]]], ignore_index=True
    )
    frame[["future", "from_open_deals", "signed"]] = frame[["future", "from_open_deals", "signed"]].fillna(
        0.0
    )
    open_deals = open_amounts(book)
    frame = pd.concat([frame, open_deals[[*used, "open_amount"]]], ignore_index=True).fillna(
        {"future": 0.0, "from_open_deals": 0.0, "signed": 0.0, "open_amount": 0.0}
    )
    found = _summed(frame.astype(dict.fromkeys(AMOUNTS, "float64")), used)
    return _with_targets(book, _with_interval(found, ahead, steps), period, kind)


def open_amounts(book: Book) -> pd.DataFrame:
    """Open deals of the scope, one row each: the dimensions and open_amount."""
    if not book.has("opportunities"):
        return pd.DataFrame(columns=[*DIMENSIONS, "open_amount"])
    deals = book.opportunities.as_they_stood()
    deals = deals[deals["outcome"] == "open"]
    return deals.rename(columns={"amount": "open_amount"})[[*DIMENSIONS, "open_amount"]].fillna(
        {"open_amount": 0.0}
    )


def _summed(frame: pd.DataFrame, used: list[str]) -> pd.DataFrame:
    amounts = list(AMOUNTS)
    parts = [frame[amounts].sum().to_frame().T.assign(dimension=TOTAL, value="")]
    for dimension in used:
        sums = frame.groupby(dimension)[amounts].sum().reset_index().rename(columns={dimension: "value"})
        parts.append(sums.assign(dimension=dimension))
    found = pd.concat(parts, ignore_index=True)
    found[amounts] = found[amounts].round(2)
    found["landing"] = (found["signed"] + found["future"]).round(2)
    found["from_open_deals"] = found[["from_open_deals", "future"]].min(axis=1)
    found["not_yet_created"] = (found["future"] - found["from_open_deals"]).round(2)
    return found


def _with_interval(found: pd.DataFrame, ahead: MonthsAhead, steps: np.ndarray) -> pd.DataFrame:
    """Spread of the total from its record; smaller cuts vary more, by root of their share and own record."""
    count = int(steps.sum())
    spread = float(ahead.spread.deviation[count - 1]) if count else 0.0
    whole = max(float(ahead.expected[:, steps].sum()), 1e-9)
    share = (found["future"] / whole).clip(1e-6, 1.0)
    factor = found["dimension"].map(dict(ahead.unit_factors)).fillna(1.0).astype(float)
    deviation = spread * found["future"] / np.sqrt(share) * factor
    width = deviation * float(student_quantile(ahead.spread.freedom)) if np.isfinite(spread) else np.nan
    return found.assign(
        deviation=deviation,
        freedom=ahead.spread.freedom,
        low=np.maximum(found["landing"] - width, found["signed"]),
        high=found["landing"] + width,
    )


def _with_targets(book: Book, found: pd.DataFrame, period: Period, kind: str) -> pd.DataFrame:
    from scipy.special import stdtr

    targets = scope_targets(book, "contracts", period)
    found = found.merge(targets, on=["dimension", "value"], how="left")
    found["gap"] = found["target"] - found["landing"]
    standard = (found["landing"] - found["target"]) / found["deviation"].where(found["deviation"] > 0)
    chance = stdtr(found["freedom"], standard)
    certain = (found["landing"] >= found["target"]).astype(float)
    found["probability_of_target"] = np.where(
        found["deviation"] > 0, chance, np.where(found["deviation"] == 0, certain, np.nan)
    )
    found.loc[found["target"].isna(), "probability_of_target"] = np.nan
    yields = found["from_open_deals"] / found["open_amount"].where(found["open_amount"] > 0)
    short = (found["target"] - found["signed"] - found["not_yet_created"]).clip(lower=0.0)
    found["required_pipeline"] = short / yields.where(yields > 0)
    order = [
        "period",
        "period_key",
        "dimension",
        "value",
        "signed",
        "from_open_deals",
        "not_yet_created",
        "landing",
        "low",
        "high",
        "target",
        "gap",
        "probability_of_target",
        "open_amount",
        "required_pipeline",
    ]
    return found.assign(period=kind, period_key=period.key)[order]
