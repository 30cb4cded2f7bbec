"""The monthly forecast of collections: joined with unpaid invoices, united with its target like the landing.

What past month ends teach of the company's total (share of the way to the target, a baseline that has proved
better) is a factor by month; all cuts take it, so that they still add up.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from pipeline.analyses.forecast.blend import Past, fit_blend, replayed
from pipeline.analyses.forecast.invoices import paid_by_month
from pipeline.analyses.forecast.month_arrays import actual_after, by_origin
from pipeline.analyses.forecast.monthly import Monthly
from pipeline.analyses.forecast.months_ahead import TEACHING_MONTHS, baselines_now
from pipeline.analyses.forecast.series import TOTAL, Array
from pipeline.analyses.forecast.track import BASELINES, month_ends
from pipeline.analyses.forecast.union import Union, fit_union, replayed_union
from pipeline.book import Book

MOVED = ("expected", "low_80", "high_80", "low_95", "high_95")


@dataclass(frozen=True)
class UnitedSeries:
    """The united forecast now and at every replayed origin.

    Attributes:
        monthly: `Monthly` with united leaves.
        replays: those of `track.replayed_months`, united, with time_series: what the models alone said.
        union: how far it goes to the target, and a baseline that stands in.
    """

    monthly: Monthly
    replays: pd.DataFrame
    union: Union


def united_series(book: Book, metric: str, made: Monthly, replays: pd.DataFrame) -> UnitedSeries:
    """Unite the company's forecast of one metric; without a record nothing changes."""
    total = replays[replays["dimension"] == TOTAL] if len(replays) else replays
    origins = sorted({stamp.date() for stamp in total["origin"]}) if len(total) else []
    alone, actual = by_origin(total, origins, "expected"), actual_after(origins, made)
    others = {name: by_origin(total, origins, name) for name in BASELINES}
    now = made.expected.sum(axis=0)
    joined, joined_now = _with_invoices(book, made, origins, alone)
    union = fit_union(joined, others, actual)
    past = _factor(replayed_union(joined, others, actual), alone)
    factor = _factor(union.of(joined_now, baselines_now(book, metric, made)), now)
    united = replace(made, expected=np.round(made.expected * factor, 2))
    return UnitedSeries(united, _moved(replays, origins, past), union)


def _with_invoices(book: Book, made: Monthly, origins: Sequence[date], alone: Array) -> tuple[Array, Array]:
    """The time series joined with what unpaid invoices will bring, at past origins and now.

    Month ends before the first replay teach what invoices bring.
    """
    now = made.expected.sum(axis=0)
    if not origins or not book.has("invoices", "payments"):
        return alone, now
    earlier = month_ends(origins[0] + timedelta(days=1), TEACHING_MONTHS, made.leaves.months[0].date())[::-1]
    taught = [*earlier, *origins]
    seen, brought, seen_now = paid_by_month(book, taught)
    actual = actual_after(taught, made)
    base = np.full_like(actual, np.nan)
    base[len(earlier) :] = alone
    past = Past(base, seen, actual, np.where(np.isfinite(actual), brought, np.nan))
    return replayed(past), np.maximum(fit_blend(past).of(now, seen_now), 0.0)


def _factor(united: Array, alone: Array) -> Array:
    return np.asarray(np.where(alone > 0, united / np.where(alone > 0, alone, 1.0), 1.0))


def _moved(replays: pd.DataFrame, origins: list, factor: Array) -> pd.DataFrame:  # type: ignore[type-arg]
    if not len(replays):
        return replays
    position = {pd.Timestamp(origin): number for number, origin in enumerate(origins)}
    rows, steps = replays["origin"].map(position).to_numpy(), replays["months_ahead"].to_numpy() - 1
    times = factor[rows, steps]
    moved = replays.assign(time_series=replays["expected"])
    half = {name: moved[name] - moved["expected"] for name in MOVED}
    center = moved["expected"] * times
    return moved.assign(
        expected=center,
        **{name: (center + half[name]).clip(lower=0.0) for name in MOVED if name != "expected"},
    )
