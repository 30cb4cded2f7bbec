"""Where month, quarter and year will land: signed so far, open deals, and what is not yet created.

Handbook section 4. The usual view of the months to come is the monthly forecast; the seen view is the open
deals through the closing hazard plus the usual rest. Both are joined by what past month ends teach
(`blend`), the spread comes from the joined forecasts' own errors at those month ends.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from pipeline.analyses.cache import cached
from pipeline.analyses.forecast.blend import Blend, Past, fit_blend, replayed, spread_of
from pipeline.analyses.forecast.deals import chances, deal_rows, hazards_at, keys_of, learning_days
from pipeline.analyses.forecast.monthly import Monthly, monthly_forecast
from pipeline.analyses.forecast.scope_targets import scope_targets
from pipeline.analyses.forecast.series import TOTAL, Array
from pipeline.analyses.forecast.track import BASELINES, month_ends, replayed_months
from pipeline.book import Book
from pipeline.company import DIMENSIONS
from pipeline.findings import Missing
from pipeline.parameters import Period

MONTHS = 12
WEEKS = 30
TAUGHT_MONTHS = 12
KINDS = ("month", "quarter", "year")
AMOUNTS = ("signed", "from_open_deals", "future", "open_amount")


@dataclass(frozen=True)
class MonthsAhead:
    """Contracts of the next twelve months, joined from both views, for the whole company.

    Attributes:
        expected: leaves by months ahead.
        seen: expected from open deals, leaves by months ahead.
        leaves: the leaf's dimensions.
        blend: how the views are joined.
        past: one row per origin and step: origin, months_ahead, month, expected, actual and baselines.
        spread: relative standard deviation of the sum of the next k months, by k; NaN where unknown.
        origins: matured origins behind each spread.
    """

    expected: Array
    seen: Array
    leaves: pd.DataFrame
    months: pd.DatetimeIndex
    blend: Blend | None
    past: pd.DataFrame
    spread: Array
    origins: Array


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


@cached
def months_ahead(book: Book) -> MonthsAhead | None:
    """Contracts of the next months from both views, for the whole company; None without a forecast."""
    monthly = monthly_forecast(book, "contracts", MONTHS)
    if monthly is None:
        return None
    replays = replayed_months(book, "contracts", MONTHS, book.company.forecast.replayed_months)
    return joined(book, monthly, replays)


def joined(book: Book, monthly: Monthly, replays: pd.DataFrame) -> MonthsAhead:
    """Join the monthly forecast with the open deals, now and at every replayed month end."""
    total = replays[replays["dimension"] == TOTAL] if len(replays) else replays
    origins = sorted({stamp.date() for stamp in total["origin"]}) if len(total) else []
    keys = monthly.leaves.dimensions
    if not book.has("opportunities") or not book.has("opportunity_history"):
        return _usual_only(monthly, total, origins)
    month = book.company.calendar.fiscal_year_start_month
    taught = [*_earlier(origins or [book.as_of], monthly), *origins]
    every = sorted({*taught, *learning_days(book.as_of, 104 + 4 * len(taught)), book.as_of})
    rows = deal_rows(book, [day for day in every if book.first_day is None or day >= book.first_day])
    hazards = hazards_at(rows, [*taught, book.as_of], fiscal_month=month)
    seen_past, from_seen = _past_deals(rows, taught, hazards)
    actual = _actual_after(taught, monthly)
    base = np.full_like(actual, np.nan)
    base[len(taught) - len(origins) :] = _by_origin(total, origins, "expected")
    past = Past(base, seen_past, actual, np.where(np.isfinite(actual), from_seen, np.nan))
    blend = fit_blend(past)
    now = rows[rows["snapshot_on"] == pd.Timestamp(book.as_of)]
    expected_of_deals = (
        _by_month(chances(hazards[-1], now, book.as_of, WEEKS), book.as_of) * now["value"].to_numpy()[:, None]
    )
    leaves, base_now, seen_now = _on_leaves(keys, monthly.expected, keys_of(now), expected_of_deals)
    expected = _joined_leaves(blend, base_now, seen_now)
    made = replayed(past)
    actual = actual[len(taught) - len(origins) :]
    spread, counts = (
        spread_of(np.cumsum(made, axis=1), np.cumsum(actual, axis=1))
        if origins
        else (np.full(MONTHS, np.nan), np.zeros(MONTHS))
    )
    record = _record(total, origins, made)
    return MonthsAhead(expected, blend.level * seen_now, leaves, monthly.ahead, blend, record, spread, counts)


def _earlier(origins: Sequence[date], monthly: Monthly) -> list[date]:
    """Month ends before the first replay, which teach what open deals bring."""
    first = monthly.leaves.months[0].date()
    return month_ends(origins[0] + timedelta(days=1), TAUGHT_MONTHS, first)[::-1]


def _actual_after(origins: Sequence[date], monthly: Monthly) -> Array:
    """What came in each of the months after each origin; NaN for months not over."""
    totals = pd.Series(monthly.leaves.amounts.sum(axis=0), index=monthly.leaves.months)
    found = np.full((len(origins), MONTHS), np.nan)
    for number, origin in enumerate(origins):
        after = pd.date_range(pd.Timestamp(origin) + pd.Timedelta(days=1), periods=MONTHS, freq="MS")
        found[number] = totals.reindex(after).to_numpy()
    return found


def _usual_only(monthly: Monthly, total: pd.DataFrame, origins: Sequence[date]) -> MonthsAhead:
    base, actual = (_by_origin(total, origins, name) for name in ("expected", "actual"))
    spread, counts = (
        spread_of(np.cumsum(base, axis=1), np.cumsum(actual, axis=1))
        if len(origins)
        else (np.full(MONTHS, np.nan), np.zeros(MONTHS))
    )
    record = _record(total, origins, base)
    nothing = np.zeros_like(monthly.expected)
    keys = monthly.leaves.dimensions
    return MonthsAhead(monthly.expected, nothing, keys, monthly.ahead, None, record, spread, counts)


def _past_deals(rows: pd.DataFrame, origins: Sequence[date], hazards: Sequence) -> tuple[Array, Array]:  # type: ignore[type-arg]
    """Expected from the deals open at each origin, and what they brought, by month ahead."""
    seen, brought = np.zeros((len(origins), MONTHS)), np.zeros((len(origins), MONTHS))
    for number, origin in enumerate(origins):
        deals = rows[rows["snapshot_on"] == pd.Timestamp(origin)]
        by_month = _by_month(chances(hazards[number], deals, origin, WEEKS), origin)
        seen[number] = deals["value"].to_numpy() @ by_month if len(deals) else 0.0
        won = deals[deals["ending"] == "won"]
        month = _months_after(origin, won["ended_on"])
        inside = (month >= 0) & (month < MONTHS)
        np.add.at(brought[number], month[inside], won["won_amount"].to_numpy()[inside])
    return seen, brought


def _by_month(weekly: Array, origin: date) -> Array:
    """Chances by week to chances by calendar month after the origin; a week is split by its days."""
    first = pd.Timestamp(origin) + pd.Timedelta(days=1)
    days = first + pd.to_timedelta(np.arange(7 * weekly.shape[1]), unit="D")
    month = (days.year - first.year) * 12 + days.month - first.month
    share = np.zeros((weekly.shape[1], MONTHS))
    inside = month < MONTHS
    np.add.at(share, (np.arange(len(days))[inside] // 7, np.asarray(month)[inside]), 1 / 7)
    return np.asarray(weekly @ share)


def _months_after(origin: date, days: pd.Series) -> np.ndarray:
    first = pd.Timestamp(origin) + pd.Timedelta(days=1)
    return np.asarray((days.dt.year - first.year) * 12 + days.dt.month - first.month, dtype=int)


def _by_origin(total: pd.DataFrame, origins: Sequence[date], column: str) -> Array:
    """Values of the company's replays: origins by months ahead, NaN where the month is not over."""
    values = np.full((len(origins), MONTHS), np.nan)
    position = {pd.Timestamp(origin): number for number, origin in enumerate(origins)}
    for origin, step, value in (
        zip(total["origin"], total["months_ahead"], total[column], strict=True) if len(total) else ()
    ):
        values[position[origin], step - 1] = value
    if column == "expected":
        values = np.where(np.isfinite(values), values, 0.0)
    return values


def _on_leaves(
    keys: pd.DataFrame, base: Array, deal_keys: pd.DataFrame, of_deals: Array
) -> tuple[pd.DataFrame, Array, Array]:
    """Both views on common leaves: those of the forecast, and those that only deals have."""
    names = list(keys.columns) or list(deal_keys.columns)
    for name in names:
        if name not in deal_keys:
            deal_keys = deal_keys.assign(**{name: ""})
    both = pd.concat([keys, deal_keys[names]], ignore_index=True)
    number = both.groupby(names, sort=False).ngroup().to_numpy() if names else np.zeros(len(both), dtype=int)
    leaves = both.loc[np.unique(number, return_index=True)[1]].reset_index(drop=True)
    usual, seen = np.zeros((len(leaves), MONTHS)), np.zeros((len(leaves), MONTHS))
    np.add.at(usual, number[: len(keys)], base)
    np.add.at(seen, number[len(keys) :], of_deals)
    return leaves, usual, seen


def _joined_leaves(blend: Blend, base: Array, seen: Array) -> Array:
    """The joined total of each month, given to the leaves: deals to theirs, the rest by the usual view."""
    total = blend.of(base.sum(axis=0), seen.sum(axis=0))
    deals = blend.weight * blend.level * seen
    rest = np.maximum(total - deals.sum(axis=0), 0.0)
    usual = base.sum(axis=0)
    share = base / np.where(usual > 0, usual, 1.0)
    return np.asarray(np.round(deals + share * rest, 2))


def _record(total: pd.DataFrame, origins: Sequence[date], made: Array) -> pd.DataFrame:
    if not len(total):
        return pd.DataFrame()
    position = {pd.Timestamp(origin): number for number, origin in enumerate(origins)}
    rows = total["origin"].map(position).to_numpy()
    landed = made[rows, total["months_ahead"].to_numpy() - 1]
    columns = ["origin", "month", "months_ahead", "actual", *BASELINES]
    return total[columns].assign(expected=landed, time_series=total["expected"]).reset_index(drop=True)


def landing_track(book: Book) -> pd.DataFrame:
    """The joined forecast against its baselines, one row per number of months that were still to come.

    Columns: months_ahead (k: the sum of the next k months), replays, error (share of what came), error of
    time_series and of each baseline, coverage_80 of the printed interval.
    """
    ahead = months_ahead(book.whole)
    return cumulative_errors(ahead.past) if ahead is not None and len(ahead.past) else pd.DataFrame()


def cumulative_errors(past: pd.DataFrame) -> pd.DataFrame:
    """Errors of the sums of the next k months, one row per k: see `landing_track`."""
    names = ["expected", "time_series", *BASELINES]
    ordered = past[past["actual"].notna()].sort_values(["origin", "months_ahead"])
    sums = ordered.groupby("origin")[[*names, "actual"]].cumsum().assign(months_ahead=ordered["months_ahead"])
    found = []
    for months, part in sums.groupby("months_ahead"):
        came = part["actual"].abs().sum()
        errors = {
            f"error_{name}": (part[name] - part["actual"]).abs().sum() / came
            for name in names[1:]
            if part[name].notna().all()
        }
        error = (part["expected"] - part["actual"]).abs().sum() / came
        found.append({"months_ahead": months, "replays": len(part), "error": error, **errors})
    return pd.DataFrame(found)


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
    """Spread of the total from its record; smaller cuts vary more, by the root of their share."""
    from scipy.special import stdtrit

    count = int(steps.sum())
    spread = float(ahead.spread[count - 1]) if count else 0.0
    origins = float(ahead.origins[count - 1]) if count else 99.0
    whole = max(float(ahead.expected[:, steps].sum()), 1e-9)
    share = (found["future"] / whole).clip(1e-6, 1.0)
    deviation = spread * found["future"] / np.sqrt(share)
    width = deviation * float(stdtrit(max(origins - 1, 1), 0.9)) if np.isfinite(spread) else np.nan
    return found.assign(
        deviation=deviation,
        freedom=max(origins - 1, 1),
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
