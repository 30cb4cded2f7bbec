"""The monthly forecast's own track record: made again at past month ends, as the book stood then.

Each origin opens the book at its date, so cancellations and late entries that came later are not known to
it. Levels: the company, business lines, markets. Baselines: seasonal naive, mean of the last three months,
the CRM's weighted pipeline, and the target as far as it was set by then.
"""

from datetime import date, timedelta

import numpy as np
import pandas as pd

from pipeline.analyses.cache import cached
from pipeline.analyses.forecast.monthly import (
    Monthly,
    forecast_of,
    history_of,
    metric_leaves,
    table_of,
)
from pipeline.analyses.forecast.people_targets import BY_TARGETS, asked_of
from pipeline.analyses.forecast.series import TOTAL, Array, cuts_of
from pipeline.analyses.forecast.targets_ahead import targets_ahead
from pipeline.book import Book
from pipeline.company import DIMENSIONS
from pipeline.models.forecast.accuracy import bias, coverage, interval_score, skill, wape
from pipeline.models.forecast.naive import seasonal_naive, trailing_mean

BASELINES = ("seasonal_naive", "trailing_mean", "weighted_pipeline", "target")
REPLAYED_STEPS_BACK = (6, 12, 18, 24)
MINIMUM_REPLAYS = 4
MINIMUM_CELLS_FOR_COVERAGE = 12
"""Fewer intervals than this say nothing about coverage."""
HORIZON_BUCKETS = ((1, 1), (2, 3), (4, 6), (7, 12))


def month_ends(last: date, count: int, first: date) -> list[date]:
    """Ends of the `count` months before the one that was over last, newest first, after `first`."""
    after = pd.Timestamp(last) + pd.Timedelta(days=1)
    starts = [(after.to_period("M") - k).start_time for k in range(1, count + 1)]
    return [(start - timedelta(days=1)).date() for start in starts if start.date() > first]


@cached
def replayed_months(book: Book, metric: str, months_ahead: int, replays: int) -> pd.DataFrame:
    """Forecasts made at past month ends, one row per origin, cut and month ahead.

    Columns: origin, dimension, value, month, months_ahead, expected, low_80, high_80, low_95, high_95,
    by_targets (expected, if people had the shares of it that they have of the target), actual (NaN for months
    to come), seasonal_naive, trailing_mean, weighted_pipeline, target (NaN where none was set by then).
    """
    whole = book.whole
    now = metric_leaves(whole, metric)
    if book.first_day is None or now.amounts.shape[1] < 2:
        return pd.DataFrame()
    origins = month_ends(now.months[-1].to_period("M").end_time.date(), replays, book.first_day)
    parts = [_replayed(whole, origin, metric, months_ahead) for origin in origins]
    parts = [part for part in parts if len(part)]
    if not parts:
        return pd.DataFrame()
    frame = pd.concat(parts, ignore_index=True).merge(_actuals(whole, metric), how="left")
    frame["weighted_pipeline"] = weighted_pipeline_ahead(whole, frame) if metric == "contracts" else np.nan
    return frame


@cached
def _replayed(whole: Book, origin: date, metric: str, months_ahead: int) -> pd.DataFrame:
    """What was forecast at one past day, kept on disk: longer records share the shorter ones' replays."""
    earlier = whole.at(origin)
    made = forecast_of(earlier, metric, months_ahead, REPLAYED_STEPS_BACK)
    if made is None:
        return pd.DataFrame()
    made, asked = asked_of(earlier, metric, made)
    _, sums = cuts_of(made.leaves)
    frame = table_of(made).assign(origin=pd.Timestamp(origin), **_baselines(made, sums))
    frame[BY_TARGETS] = (sums @ asked).ravel()
    return frame.assign(target=targets_ahead(earlier, metric, history_of(made), frame))


def _baselines(made: Monthly, sums: Array) -> dict[str, np.ndarray]:
    totals, steps = sums @ made.leaves.amounts, len(made.ahead)
    return {
        "seasonal_naive": seasonal_naive(totals, steps).ravel(),
        "trailing_mean": trailing_mean(totals, steps).ravel(),
    }


def _actuals(whole: Book, metric: str) -> pd.DataFrame:
    leaves = metric_leaves(whole, metric)
    cuts, sums = cuts_of(leaves)
    values = sums @ leaves.amounts
    frame = cuts.loc[cuts.index.repeat(values.shape[1])].reset_index(drop=True)
    return frame.assign(month=np.tile(leaves.months, len(cuts)), actual=values.ravel())


def weighted_pipeline_ahead(whole: Book, frame: pd.DataFrame) -> np.ndarray:
    """Amount times the CRM's probability of the deals open at the origin and expected in the month."""
    origins = [stamp.date() for stamp in pd.to_datetime(frame["origin"].unique())]
    deals = whole.opportunities.open_at(origins)
    if deals.empty:
        return np.full(len(frame), np.nan)
    weight = deals["amount"].fillna(0.0) * deals["probability"].astype(float).fillna(0.0)
    month = deals["expected_close_on"].dt.to_period("M").dt.start_time
    deals = deals.assign(weight=weight, month=month.astype("datetime64[s]"))
    parts = [
        deals.groupby(["snapshot_on", "month"])["weight"]
        .sum()
        .rename_axis(["origin", "month"])
        .reset_index()
        .assign(dimension=TOTAL, value="")
    ]
    for dimension in DIMENSIONS:
        sums = deals.groupby(["snapshot_on", dimension, "month"])["weight"].sum().reset_index()
        parts.append(
            sums.rename(columns={"snapshot_on": "origin", dimension: "value"}).assign(dimension=dimension)
        )
    found = frame[["origin", "dimension", "value", "month"]].merge(pd.concat(parts), how="left")
    return found["weight"].fillna(0.0).to_numpy()


def accuracy_of(replays: pd.DataFrame) -> pd.DataFrame:
    """How good the replayed forecasts were, one row per level and horizon bucket.

    Columns: level (company, or a dimension), months_from, months_to, replays, forecasts, error (WAPE),
    bias, coverage_80, coverage_95, interval_score_80 (over the mean actual), and per baseline its error and
    the skill against it. Coverage is NaN under 12 forecasts, errors under 4 replays.
    """
    replays = replays[replays["actual"].notna()]
    rows = []
    for level in (TOTAL, *DIMENSIONS):
        for first, last in HORIZON_BUCKETS:
            part = replays[(replays["dimension"] == level) & replays["months_ahead"].between(first, last)]
            if part["origin"].nunique() >= MINIMUM_REPLAYS:
                rows.append({"level": level, "months_from": first, "months_to": last, **_judged(part)})
    return pd.DataFrame(rows)


def _judged(part: pd.DataFrame) -> dict[str, float]:
    actual, made = part["actual"].to_numpy()[None, :], part["expected"].to_numpy()[None, :]
    error = wape(actual, made)
    found = {
        "replays": part["origin"].nunique(),
        "forecasts": len(part),
        "error": error,
        "bias": bias(actual, made),
    }
    for name in ("80", "95"):
        low, high = (part[f"{end}_{name}"].to_numpy()[None, :] for end in ("low", "high"))
        enough = len(part) >= MINIMUM_CELLS_FOR_COVERAGE
        found[f"coverage_{name}"] = coverage(actual, low, high) if enough else float("nan")
        score = interval_score(actual, low, high, float(name) / 100)[0]
        found[f"interval_score_{name}"] = score / max(float(np.abs(actual).mean()), 1e-9)
    for baseline in BASELINES:
        theirs = part[baseline].to_numpy(dtype=float)[None, :]
        known = np.isfinite(theirs)
        ours = wape(np.where(known, actual, np.nan), made)
        found[f"error_{baseline}"] = wape(actual, theirs)
        found[f"skill_{baseline}"] = skill(ours, found[f"error_{baseline}"])
    return found
