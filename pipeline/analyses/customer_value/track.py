"""How good the forecasts of purchases have been: replayed on the company's own data, beside a naive one."""

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from pipeline.analyses.cache import cached
from pipeline.analyses.customer_value.purchases import Purchases
from pipeline.analyses.customer_value.value import history_too_short
from pipeline.book import Book
from pipeline.errors import NotEnoughData
from pipeline.findings import Missing
from pipeline.models.purchase_forecast import forecast_purchases
from pipeline.models.repeat_purchase.replay import Replay

WINDOW_DAYS = 91
WINDOWS = 6


@cached
def track_record(book: Book) -> pd.DataFrame | Missing:
    """Forecasts of the next 13 weeks as they would have been made, one row per origin and method.

    Columns: origin (date), method (`forecast`; `same_as_last`: each customer buys as often as in the 13 weeks
    before), customers, actual and expected (purchases of them all), bias (expected / actual - 1), error (root
    mean square per customer), rank (Spearman), capture (share of the actual purchases made by the tenth of
    customers expected to buy most). Learned and judged on the whole company.
    """
    what = "missing-customer-track"
    try:
        purchases = Purchases.of(book.whole)
        refusal = history_too_short(book, purchases.months - WINDOW_DAYS / 30, what)
        rows = [] if refusal else _rows(purchases)
    except NotEnoughData:
        return Missing(what, reason="customer-value-too-few-repeats")
    return refusal or pd.DataFrame(rows)


def _rows(purchases: Purchases) -> list[dict[str, object]]:
    events, today = purchases.events, purchases.today
    origins = range(today - WINDOW_DAYS, 2 * WINDOW_DAYS, -WINDOW_DAYS)[:WINDOWS]
    replay = Replay(events, min(origins))
    rows: list[dict[str, object]] = []
    for origin in sorted(origins):
        made = forecast_purchases(replay, origin, WINDOW_DAYS)
        customers = made.customers["customer"].to_numpy()
        actual = events.counts(origin, origin + WINDOW_DAYS, customers)
        methods = {
            "forecast": made.customers["expected"].to_numpy(),
            "same_as_last": events.counts(origin - WINDOW_DAYS, origin, customers),
        }
        day = purchases.first_day + pd.Timedelta(days=origin)
        rows += [{"origin": day, "method": name} | judged(actual, made) for name, made in methods.items()]
    return rows


def summarised(track: pd.DataFrame) -> pd.DataFrame:
    """One row per method: windows, bias (median of its size), and the means of error, rank, capture."""
    found = track.assign(bias=track["bias"].abs()).groupby("method", as_index=False)
    return found.agg(
        windows=("origin", "nunique"),
        bias=("bias", "median"),
        error=("error", "mean"),
        rank=("rank", "mean"),
        capture=("capture", "mean"),
    )


def judged(actual: np.ndarray, expected: np.ndarray) -> dict[str, float]:
    """Bias of the total, error per customer, rank correlation, capture by the first tenth."""
    first = np.argsort(-expected, kind="stable")[: max(round(len(expected) / 10), 1)]
    total = float(actual.sum())
    varies = actual.std() > 0 and expected.std() > 0
    rank = np.corrcoef(rankdata(actual), rankdata(expected))[0, 1] if varies else np.nan
    return {
        "customers": len(actual),
        "actual": total,
        "expected": float(expected.sum()),
        "bias": float(expected.sum()) / total - 1 if total else np.nan,
        "error": float(np.sqrt(np.mean((actual - expected) ** 2))),
        "rank": float(rank),
        "capture": float(actual[first].sum()) / total if total else np.nan,
    }
