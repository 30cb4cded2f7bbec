"""How good the landing has been at past month ends, beside its baselines."""

from typing import Any

import numpy as np
import pandas as pd

from pipeline.analyses.forecast.months_ahead import JUDGED_INTERVALS, months_ahead
from pipeline.analyses.forecast.track import BASELINES
from pipeline.analyses.forecast.union import TARGET
from pipeline.book import Book


def landing_track(book: Book) -> pd.DataFrame:
    """The landing against its baselines, one row per number of months that were still to come.

    Columns: months_ahead (k: the sum of the next k months), replays, error (share of what came), error of
    time_series and of each baseline over the same replays (target: over those of which it was set for all of
    the months: replays_target, and ours over the same: error_beside_target), coverage_80 of the intervals
    printed then, ahead (the best of the baselines that missed less than the landing, "" if none did),
    target_share (how far the landing goes to the target now), used (a baseline that stands in).
    """
    ahead = months_ahead(book.whole)
    if ahead is None or not len(ahead.past):
        return pd.DataFrame()
    found = cumulative_errors(ahead.past)
    step = found["months_ahead"].to_numpy(dtype=int) - 1
    winners = np.array(ahead.union.winner, dtype=object)
    return found.assign(target_share=ahead.union.target_share, used=winners[step])


def cumulative_errors(past: pd.DataFrame) -> pd.DataFrame:
    """Errors of the sums of the next k months, one row per k: see `landing_track`."""
    names = ["expected", "time_series", *BASELINES]
    ordered = past[past["actual"].notna()].sort_values(["origin", "months_ahead"])
    summed = ordered.groupby("origin")[[*names, "actual"]].cumsum(skipna=False)
    sums = summed.assign(months_ahead=ordered["months_ahead"], low=ordered["low"], high=ordered["high"])
    return pd.DataFrame([
        {"months_ahead": months, **_judged_sums(part)} for months, part in sums.groupby("months_ahead")
    ])  # fmt: skip


def _judged_sums(part: pd.DataFrame) -> dict[str, Any]:
    def error(name: str, rows: pd.DataFrame) -> float:
        came = rows["actual"].abs().sum()
        return float((rows[name] - rows["actual"]).abs().sum() / came) if came > 0 else float("nan")

    found: dict[str, Any] = {"replays": len(part), "error": error("expected", part)}
    for name in ("time_series", *BASELINES):
        if part[name].notna().all():
            found[f"error_{name}"] = error(name, part)
    beside = part[part[TARGET].notna()]
    if len(beside):
        found |= {"replays_target": len(beside), "error_target": error(TARGET, beside),
                  "error_beside_target": error("expected", beside)}  # fmt: skip
    inside = part[part["low"].notna()]
    covered = inside["actual"].between(inside["low"], inside["high"]).mean()
    found["ahead"] = _ahead(found)
    return found | {"coverage_80": float(covered) if len(inside) >= JUDGED_INTERVALS else float("nan")}


def _ahead(errors: dict[str, Any]) -> str:
    """The baseline that missed the least in proportion to the landing over the same replays, if less."""
    ratios = {}
    for name in BASELINES:
        ours = errors.get("error_beside_target" if name == TARGET else "error", float("nan"))
        theirs = errors.get(f"error_{name}", float("nan"))
        if ours > 0 and theirs < ours:
            ratios[name] = theirs / ours
    return min(ratios, key=lambda name: ratios[name]) if ratios else ""
