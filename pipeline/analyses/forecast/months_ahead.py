"""Contracts of the next twelve months from all that is known: time series, open deals, target.

The usual view of the months to come is the monthly forecast; the seen view is the open deals through the
closing hazard plus the usual rest. Both are joined by what past month ends teach (`blend`), then united with
the target (`union`); the spread comes from the united forecasts' own errors at those month ends.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from pipeline.analyses.cache import cached
from pipeline.analyses.forecast.blend import Blend, Past, fit_blend, replayed, spread_of_months
from pipeline.analyses.forecast.deals import chances, deals_with_hazards, keys_of
from pipeline.analyses.forecast.month_arrays import MONTHS, actual_after, by_month, by_origin, months_after
from pipeline.analyses.forecast.monthly import Monthly, history_of, monthly_forecast
from pipeline.analyses.forecast.people_targets import people_asked, share_of_people, with_people_asked
from pipeline.analyses.forecast.series import TOTAL, Array
from pipeline.analyses.forecast.spread import Spread, past_half_widths, spread_of_sums
from pipeline.analyses.forecast.targets_ahead import targets_ahead
from pipeline.analyses.forecast.track import BASELINES, month_ends, replayed_months, weighted_pipeline_ahead
from pipeline.analyses.forecast.union import TARGET, Union, fit_union, replayed_union
from pipeline.analyses.forecast.units_ahead import MadeThen, factors_of_units, seen_by_unit, units_ahead
from pipeline.book import Book
from pipeline.models.forecast.naive import seasonal_naive, trailing_mean

WEEKS = 30
TAUGHT_MONTHS = 16
"""Replays before those of the record; they only teach. On seven other companies, 16 instead of 4 took a tenth
off the large ones' error, most off long sums', and left the small ones' as it was."""
TEACHING_MONTHS = 16
"""With fewer replays, earlier month ends teach at least what open deals bring."""
NOTHING_SEEN = pd.DataFrame({"dimension": [], "value": [], "months_ahead": [], "seen": []}).astype(
    {"dimension": str, "value": str, "months_ahead": int, "seen": float}
)
JUDGED_INTERVALS = 8
"""Under this many replays of known outcome an interval's coverage is not computed and none is printed."""


@dataclass(frozen=True)
class MonthsAhead:
    """Contracts of the next twelve months, joined from both views, for the whole company.

    Attributes:
        expected: leaves by months ahead.
        seen: expected from open deals, leaves by months ahead.
        leaves: the leaf's dimensions.
        blend: how the views are joined; None without deals.
        union: how far they go to the target, and a baseline that has proved better.
        views: one row per month to come, of the total: month, time_series (alone), target (NaN if none).
        past: one row per origin of the record and step: origin, months_ahead, month, expected, actual and
            baselines; low and high: 80% interval of the sum of the first k months, as it was then.
        people_share: how far people's shares go to those of the target.
        spread: of the sum of the next k months; NaN where under eight intervals of that length can be judged.
        month_spread: relative standard deviation of the single month.
        origins: matured origins behind each month's spread.
        units: the record of every level, see `units_ahead.units_ahead`.
        unit_factors: by dimension, how much wider its units' intervals are than the company's tells.
    """

    expected: Array
    seen: Array
    leaves: pd.DataFrame
    months: pd.DatetimeIndex
    blend: Blend | None
    union: Union
    views: pd.DataFrame
    past: pd.DataFrame
    people_share: float
    spread: Spread
    month_spread: Array
    origins: Array
    units: pd.DataFrame
    unit_factors: Mapping[str, float]


@cached
def months_ahead(book: Book) -> MonthsAhead | None:
    """Contracts of the next months from both views, for the whole company; None without a forecast."""
    monthly = monthly_forecast(book, "contracts", MONTHS)
    if monthly is None:
        return None
    shown = book.company.forecast.replayed_months
    replays = replayed_months(book, "contracts", MONTHS, shown + TAUGHT_MONTHS)
    return joined(book, monthly, replays, shown)


def joined(book: Book, monthly: Monthly, replays: pd.DataFrame, shown: int) -> MonthsAhead:
    """Join the monthly forecast with open deals and target, now and at every replayed month end.

    The last `shown` replays are the record; those before them only teach.
    """
    people_share = share_of_people(replays)
    monthly = people_asked(book, "contracts", monthly, people_share)
    total = replays[replays["dimension"] == TOTAL] if len(replays) else replays
    origins = sorted({stamp.date() for stamp in total["origin"]}) if len(total) else []
    if book.has("opportunities") and book.has("opportunity_history"):
        both = _with_deals(book, monthly, total, origins)
    else:
        nothing = np.zeros_like(monthly.expected)
        both = _Both(
            monthly.expected, nothing, monthly.leaves.dimensions, None, by_origin(total, origins, "expected"),
            {}, {},
        )  # fmt: skip
    actual = actual_after(origins, monthly)
    others = {name: by_origin(total, origins, name) for name in BASELINES}
    union = fit_union(both.past, others, actual)
    made = replayed_union(both.past, others, actual)
    now = both.expected.sum(axis=0)
    others_now = baselines_now(book, "contracts", monthly)
    factor = union.of(now, others_now) / np.where(now > 0, now, 1.0)
    cumulated = np.cumsum(made, axis=1), np.cumsum(actual, axis=1)
    widths = past_half_widths(*cumulated)
    spread = _where_judged(spread_of_sums(*cumulated), widths[-shown:], actual[-shown:])
    month_spread, counts = _month_spread(made, actual)
    units = units_ahead(with_people_asked(replays), _made_then(origins, made, actual, both, shown))
    return MonthsAhead(
        expected=np.round(both.expected * factor, 2),
        seen=both.seen,
        leaves=both.leaves,
        months=monthly.ahead,
        blend=both.blend,
        union=union,
        views=pd.DataFrame({"month": monthly.ahead, "time_series": monthly.expected.sum(axis=0),
                            "target": others_now[TARGET]}),
        past=_record(total, origins[-shown:], made[-shown:], widths[-shown:]),
        people_share=people_share,
        spread=spread,
        month_spread=month_spread,
        origins=counts,
        units=units,
        unit_factors=factors_of_units(units),
    )  # fmt: skip


def _month_spread(made: Array, actual: Array) -> tuple[Array, Array]:
    """Relative standard deviation of single months (NaN: not to be printed), and the origins behind each."""
    deviation, counts = spread_of_months(made, actual)
    first = spread_of_sums(np.cumsum(made, axis=1), np.cumsum(actual, axis=1)).deviation[:1]
    return np.where(counts >= JUDGED_INTERVALS, np.r_[first, deviation[1:]], np.nan), counts


def _made_then(
    origins: Sequence[date], made: Array, actual: Array, both: "_Both", shown: int
) -> dict[date, MadeThen]:
    """The company's forecast at each origin of the record, with what was known then."""
    found = {}
    for place in range(max(len(origins) - shown, 0), len(origins)):
        over = np.arange(place)[:, None] + np.arange(1, MONTHS + 1)[None, :] <= place
        spread, counts = _month_spread(made[:place], np.where(over, actual[:place], np.nan))
        day = origins[place]
        blend, seen = both.blends.get(day), both.seen_units.get(day, NOTHING_SEEN)
        found[day] = MadeThen(made[place], blend, seen, spread, counts - 1.0)
    return found


def _where_judged(spread: Spread, widths: Array, actual: Array) -> Spread:
    """The spread of those lengths whose coverage the record can tell."""
    judged = np.isfinite(widths) & np.isfinite(np.cumsum(actual, axis=1))
    enough = judged.sum(axis=0) >= JUDGED_INTERVALS
    return Spread(np.where(enough, spread.deviation, np.nan), spread.freedom)


@dataclass(frozen=True)
class _Both:
    """The joined views: leaves by months ahead; at past origins the company's, and what they were made of."""

    expected: Array
    seen: Array
    leaves: pd.DataFrame
    blend: Blend | None
    past: Array
    blends: Mapping[date, Blend]
    seen_units: Mapping[date, pd.DataFrame]


def _with_deals(book: Book, monthly: Monthly, total: pd.DataFrame, origins: Sequence[date]) -> _Both:
    """Join the monthly forecast with the open deals, now and at the origins."""
    earlier = _earlier(origins or [book.as_of], monthly)
    taught = [*earlier, *origins]
    rows, hazards = deals_with_hazards(book, taught)
    seen_past, from_seen, seen_units = _past_deals(rows, taught, hazards)
    actual = actual_after(taught, monthly)
    base = np.full_like(actual, np.nan)
    base[len(earlier) :] = by_origin(total, origins, "expected")
    past = Past(base, seen_past, actual, np.where(np.isfinite(actual), from_seen, np.nan))
    blend = fit_blend(past)
    now = rows[rows["snapshot_on"] == pd.Timestamp(book.as_of)]
    expected_of_deals = (
        by_month(chances(hazards[-1], now, book.as_of, WEEKS), book.as_of) * now["value"].to_numpy()[:, None]
    )
    keys = monthly.leaves.dimensions
    leaves, base_now, seen_now = _on_leaves(keys, monthly.expected, keys_of(now), expected_of_deals)
    expected = _joined_leaves(blend, base_now, seen_now)
    blends = {day: fit_blend(past.known_before(place)) for place, day in enumerate(taught) if day in origins}
    return _Both(expected, blend.level * seen_now, leaves, blend, replayed(past), blends, seen_units)


def _earlier(origins: Sequence[date], monthly: Monthly) -> list[date]:
    """Month ends before the first replay where the replays are few: they teach what open deals bring."""
    first = monthly.leaves.months[0].date()
    count = max(TEACHING_MONTHS - len(origins), 0)
    return month_ends(origins[0] + timedelta(days=1), count, first)[::-1]


def baselines_now(book: Book, metric: str, monthly: Monthly) -> dict[str, Array]:
    """The baselines of the company's months ahead, as at every replayed origin."""
    ahead = pd.DataFrame({"dimension": TOTAL, "value": "", "month": monthly.ahead, "months_ahead": 0,
                          "expected": monthly.expected.sum(axis=0)})  # fmt: skip
    past = history_of(monthly)
    amounts = monthly.leaves.amounts.sum(axis=0)[None, :]
    return {
        "seasonal_naive": seasonal_naive(amounts, MONTHS)[0],
        "trailing_mean": trailing_mean(amounts, MONTHS)[0],
        "weighted_pipeline": weighted_pipeline_ahead(book, ahead.assign(origin=pd.Timestamp(book.as_of)))
        if metric == "contracts"
        else np.full(MONTHS, np.nan),
        TARGET: targets_ahead(book, metric, past[past["dimension"] == TOTAL], ahead),
    }


def _past_deals(
    rows: pd.DataFrame,
    origins: Sequence[date],
    hazards: Sequence,  # type: ignore[type-arg]
) -> tuple[Array, Array, dict[date, pd.DataFrame]]:
    """Expected from the deals open at each origin, and what they brought, by month; the first by unit too."""
    units = {}
    seen, brought = np.zeros((len(origins), MONTHS)), np.zeros((len(origins), MONTHS))
    for number, origin in enumerate(origins):
        deals = rows[rows["snapshot_on"] == pd.Timestamp(origin)]
        chance = by_month(chances(hazards[number], deals, origin, WEEKS), origin)
        to_bring = chance * deals["value"].to_numpy()[:, None]
        seen[number], units[origin] = to_bring.sum(axis=0), seen_by_unit(keys_of(deals), to_bring)
        won = deals[deals["ending"] == "won"]
        month = months_after(origin, won["ended_on"])
        inside = (month >= 0) & (month < MONTHS)
        np.add.at(brought[number], month[inside], won["won_amount"].to_numpy()[inside])
    return seen, brought, units


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


def _record(total: pd.DataFrame, origins: Sequence[date], made: Array, widths: Array) -> pd.DataFrame:
    if not len(total):
        return pd.DataFrame()
    position = {pd.Timestamp(origin): number for number, origin in enumerate(origins)}
    kept = total[total["origin"].isin(list(position))]
    rows, steps = kept["origin"].map(position).to_numpy(), kept["months_ahead"].to_numpy() - 1
    sums = np.cumsum(made, axis=1)[rows, steps]
    columns = ["origin", "month", "months_ahead", "actual", *BASELINES]
    return (
        kept[columns]
        .assign(
            expected=made[rows, steps], time_series=kept["expected"],
            low=np.maximum(sums - widths[rows, steps], 0.0), high=sums + widths[rows, steps],
        )
        .reset_index(drop=True)
    )  # fmt: skip
