"""The eight-week rolling table (handbook section 5): past week against its forecasts, and the weeks to come.

Weeks are blocks of seven days that end on the book's date. Both metrics are joined from two views: what a
week usually brings, and what is seen coming (open deals through the closing hazard; unpaid invoices through
payment behaviour). Every vintage is made again through the book as it stood.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from pipeline.analyses.cache import cached
from pipeline.analyses.forecast import cash
from pipeline.analyses.forecast.blend import Blend, Past, fit_blend, replayed
from pipeline.analyses.forecast.deals import chances, deals_with_hazards, keys_of
from pipeline.analyses.forecast.invoices import dated_invoices, payments_of
from pipeline.analyses.forecast.large_sales import days_to_learn
from pipeline.analyses.forecast.series import Array
from pipeline.analyses.forecast.union import TARGET, fit_union, replayed_union
from pipeline.analyses.forecast.weekly import (
    block_starts,
    blocks_of,
    last_years_weeks,
    mean_of_latest,
    usual_weeks,
)
from pipeline.analyses.forecast.weeks_split import (
    Made,
    SplitRecord,
    judged_origins,
    on_leaves,
    recent_shares,
    split_record,
)
from pipeline.book import Book
from pipeline.company import DIMENSIONS

WEEKS = 8
VINTAGES = 20
"""Past weeks at which the forecast is made again for the track record."""
TAUGHT_WEEKS = 24
"""Weeks before them, as far as there are any, that only teach what known items bring: a forecast eight weeks
ahead matures late."""
UNTAUGHT = 4
"""The first origins, made before any outcome was known, say nothing about the error of today's."""
SHOWN_VINTAGES = 12
MINIMUM_WEEKS = 16
"""Whole weeks of the metric itself before its first origin."""


@dataclass(frozen=True)
class WeeksAhead:
    """One metric of the whole company for the next eight weeks.

    Attributes:
        leaves: the leaf's dimensions.
        expected: leaves by weeks, to the cent.
        seen: expected from known items, leaves by weeks.
        starts: first day of each week.
        vintages: one row per past origin and week: origin, week_start, lead, expected, low, high, actual,
            mean_13_weeks, last_year.
        error: relative standard deviation by lead, of one week; NaN without a record.
        error_of_sum: the same of the sum of the first k weeks.
        items: one row per known item and week with a chance: item_id, week, chance, amount, expected.
        blend: how the views are joined; None where nothing is seen coming.
        winner: a baseline that stands in, by week ("": none).
        split: how good the split over units has been, and what that teaches.
    """

    leaves: pd.DataFrame
    expected: Array
    seen: Array
    starts: pd.DatetimeIndex
    vintages: pd.DataFrame
    error: Array
    error_of_sum: Array
    items: pd.DataFrame
    blend: Blend | None
    winner: tuple[str, ...]
    split: SplitRecord


@cached
def weeks_ahead(book: Book, metric: str) -> WeeksAhead | None:
    """The next eight weeks of one metric of the whole company; None under sixteen weeks of data."""
    if book.first_day is None or (book.as_of - book.first_day).days < 7 * MINIMUM_WEEKS:
        return None
    if book.sales.by_period(metric, "month").empty:  # type: ignore[arg-type]
        return None
    blocks = _blocks(book.sales.by_period(metric, "day"), book.as_of)  # type: ignore[arg-type]
    count = min(VINTAGES + TAUGHT_WEEKS, len(blocks) - MINIMUM_WEEKS)
    origins = [book.as_of - timedelta(weeks=k) for k in range(count, 0, -1)]
    base, last_year, mean = (
        np.array(rows)
        for rows in zip(*(_usual(book.at(day), metric) for day in [*origins, book.as_of]), strict=True)
    )
    actual = _actual(blocks, len(origins))
    seen = _deals_seen(book, origins) if metric == "contracts" else _invoices_seen(book, origins)
    past = Past(base[:-1], seen.past, actual, np.where(np.isfinite(actual), seen.brought, np.nan))
    blend = fit_blend(past, of_sums=False) if origins and seen.past.sum() > 0 else None
    joined = replayed(past, of_sums=False) if blend is not None else base[:-1]
    baselines = {
        TARGET: np.full_like(base, np.nan),
        "mean_13_weeks": mean,
        "last_year": last_year,
    }
    earlier = {name: each[:-1] for name, each in baselines.items()}
    union, made = fit_union(joined, earlier, actual), replayed_union(joined, earlier, actual)
    untaught = max(UNTAUGHT, len(origins) - VINTAGES)
    vintages = _vintages(origins, made, actual, mean[:-1], last_year[:-1], first=untaught)
    later, came = made[untaught:], actual[untaught:]
    error, of_sum = _errors(later, came), _errors(np.cumsum(later, axis=1), np.cumsum(came, axis=1))
    usual = base[-1] if blend is None else np.maximum(blend.of(base[-1], seen.now.sum(axis=0)), 0.0)
    total = union.of(usual, {name: each[-1] for name, each in baselines.items()})
    record = split_record(book, metric, _made_at(origins, book.as_of, past, made, seen))
    shares = recent_shares(book, metric)
    leaves, expected, of_items = on_leaves(
        shares.leaves, shares.moved(record.people_share), Made(base[-1], total, blend, seen.keys, seen.now)
    )
    return WeeksAhead(
        leaves,
        expected,
        of_items,
        block_starts(book.as_of, WEEKS),
        vintages,
        error,
        of_sum,
        seen.items,
        blend,
        union.winner,
        record,
    )


def _made_at(origins: Sequence[date], as_of: date, past: Past, made: Array, seen: "Seen") -> dict[date, Made]:
    """What was forecast at the days at which units are judged, and how sure it was then."""
    found = {}
    for day, place in judged_origins(origins, as_of).items():
        if place < UNTAUGHT:
            continue
        then, first = past.known_before(place), max(UNTAUGHT, place - VINTAGES)
        sums = (np.cumsum(each[first:place], axis=1) for each in (made, then.actual))
        found[day] = Made(
            past.base[place],
            made[place],
            fit_blend(then, of_sums=False) if past.seen.sum() > 0 else None,
            *seen.earlier[day],
            Z80 * float(_errors(*sums)[-1]),
        )
    return found


@dataclass(frozen=True)
class Seen:
    """What is known to be coming: past origins by weeks expected and brought, and now per item.

    `earlier`: for the origins at which units are judged, the items' dimensions and what each was to bring.
    """

    past: Array
    brought: Array
    keys: pd.DataFrame
    now: Array
    items: pd.DataFrame
    earlier: dict[date, tuple[pd.DataFrame, Array]]


def _blocks(daily: pd.DataFrame, day: date) -> Array:
    first = daily["period_start"].min()
    return blocks_of(daily, day, first.date()) if len(daily) else np.zeros(1)


def _usual(book: Book, metric: str) -> tuple[Array, Array, Array]:
    """What is usual (large sales evened out), last year's weeks and the trailing mean, as the book stands."""
    blocks, evened = (_blocks(each, book.as_of) for each in days_to_learn(book, metric))
    usual = usual_weeks(evened, book.as_of, WEEKS, book.company.calendar)
    return usual, last_years_weeks(blocks, WEEKS), mean_of_latest(blocks, WEEKS)


def _actual(blocks: Array, origins: int) -> Array:
    """What came in each week after each origin; NaN for weeks not over. The last origin is a week ago."""
    found = np.full((origins, WEEKS), np.nan)
    for number in range(origins):
        since = origins - number
        came = blocks[len(blocks) - since :][:WEEKS]
        found[number, : len(came)] = came
    return found


def _deals_seen(book: Book, origins: Sequence[date]) -> Seen:
    if not book.has("opportunities", "opportunity_history"):
        return _nothing_seen(origins)
    rows, hazards = deals_with_hazards(book, origins)
    past, brought = np.zeros((len(origins), WEEKS)), np.zeros((len(origins), WEEKS))
    judged, earlier = judged_origins(origins, book.as_of), {}
    for number, origin in enumerate(origins):
        deals = rows[rows["snapshot_on"] == pd.Timestamp(origin)]
        to_bring = chances(hazards[number], deals, origin, WEEKS) * deals["value"].to_numpy()[:, None]
        past[number] = to_bring.sum(axis=0)
        if origin in judged:
            earlier[origin] = keys_of(deals), to_bring
        won = deals[deals["ending"] == "won"]
        week = (won["ended_on"] - pd.Timestamp(origin) - pd.Timedelta(days=1)).dt.days.to_numpy() // 7
        inside = (week >= 0) & (week < WEEKS)
        np.add.at(brought[number], week[inside].astype(int), won["won_amount"].to_numpy()[inside])
    now = rows[rows["snapshot_on"] == pd.Timestamp(book.as_of)].reset_index(drop=True)
    chance = chances(hazards[-1], now, book.as_of, WEEKS)
    expected = chance * now["value"].to_numpy()[:, None]
    items = _items(now["opportunity_id"], chance, now["value"])
    return Seen(past, brought, keys_of(now), expected, items, earlier)


def _invoices_seen(book: Book, origins: Sequence[date]) -> Seen:
    if not book.has("invoices", "payments"):
        return _nothing_seen(origins)
    invoices = dated_invoices(book)
    past, brought = np.zeros((len(origins), WEEKS)), np.zeros((len(origins), WEEKS))
    judged, earlier = judged_origins(origins, book.as_of), {}
    for number, origin in enumerate(origins):
        waiting, chance = payments_of(invoices, origin, WEEKS)
        to_bring = chance * waiting["amount"].to_numpy(dtype=float)[:, None]
        past[number] = to_bring.sum(axis=0)
        if origin in judged:
            earlier[origin] = cash.dimensions_of(waiting), to_bring
        week = (waiting["settled_on"] - pd.Timestamp(origin) - pd.Timedelta(days=1)).dt.days // 7
        paid = week.between(0, WEEKS - 1).to_numpy()
        np.add.at(brought[number], week[paid].astype(int).to_numpy(), waiting["amount"].to_numpy()[paid])
    waiting, chance = payments_of(invoices, book.as_of, WEEKS)
    expected = chance * waiting["open_amount"].to_numpy()[:, None]
    return Seen(
        past,
        brought,
        cash.dimensions_of(waiting),
        expected,
        _items(waiting["invoice_id"], chance, waiting["open_amount"]),
        earlier,
    )


def _nothing_seen(origins: Sequence[date]) -> Seen:
    nothing, none = np.zeros((len(origins), WEEKS)), np.zeros((0, WEEKS))
    keys = pd.DataFrame(columns=list(DIMENSIONS))
    items = _items(pd.Series(dtype=str), none, pd.Series(dtype=float))
    return Seen(nothing, nothing, keys, none, items, dict.fromkeys(origins, (keys, none)))


def _items(names: pd.Series, chance: Array, amounts: pd.Series) -> pd.DataFrame:
    rows, weeks = chance.shape
    frame = pd.DataFrame({
        "item_id": np.repeat(names.to_numpy(), weeks), "week": np.tile(np.arange(1, weeks + 1), rows),
        "chance": chance.ravel(), "amount": np.repeat(amounts.to_numpy(dtype=float), weeks),
    })  # fmt: skip
    return frame.assign(expected=frame["chance"] * frame["amount"])


def _errors(made: Array, actual: Array) -> Array:
    """Relative standard deviation by lead, pooled with its neighbours; NaN under six origins."""
    relative = np.clip((actual - made) / np.where(made > 0, made, np.nan), -3.0, 3.0)
    squares, counts = np.nansum(relative**2, axis=0), np.isfinite(relative).sum(axis=0).astype(float)
    kernel = np.array([0.5, 1.0, 0.5])
    pooled = np.convolve(squares, kernel, mode="same") / np.maximum(
        np.convolve(counts, kernel, mode="same"), 1
    )
    return np.where(counts >= 6, np.sqrt(pooled), np.nan)


def _vintages(
    origins: Sequence[date], made: Array, actual: Array, mean: Array, last_year: Array, *, first: int
) -> pd.DataFrame:
    """Every past forecast of every week, one row per origin and lead; intervals from earlier ones."""
    parts = []
    for number, origin in list(enumerate(origins))[first:]:
        over = np.arange(number)[:, None] + np.arange(1, WEEKS + 1)[None, :] <= number
        known = np.where(over, actual[:number], np.nan)
        error = _errors(made[:number], known) if number else np.full(WEEKS, np.nan)
        width = Z80 * error * made[number]
        parts.append(pd.DataFrame({
            "origin": pd.Timestamp(origin), "week_start": block_starts(origin, WEEKS),
            "lead": np.arange(1, WEEKS + 1),
            "expected": made[number], "low": np.maximum(made[number] - width, 0.0),
            "high": made[number] + width,
            "actual": actual[number], "mean_13_weeks": mean[number], "last_year": last_year[number],
        }))  # fmt: skip
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


Z80 = 1.2816
