"""Who will bring it: people's shares of the forecast, moved toward their shares of the target.

What people sold says little about who will sell: a person's months are few large sales. A target by person
holds what managers know of territories and accounts. Totals stay, and so do those of each business line. How
far to go is learned from the forecasts of people that are over; the record goes as far as was known then.
"""

from dataclasses import replace

import numpy as np
import pandas as pd

from pipeline.analyses.forecast.blend import least_squares_share
from pipeline.analyses.forecast.departed import PERSON, departed_people
from pipeline.analyses.forecast.monthly import Monthly
from pipeline.analyses.forecast.series import Array, Leaves, groups_of, sums_of
from pipeline.book import Book

KIND = "business_line"
PRIOR_SHARE, PRIOR_MONTHS = 0.5, 50.0
"""How far to go before the record speaks, and how many months of a person it is worth."""
SAME_MONTH = 12
"""A person's month is forecast so many times, at as many origins."""
LATEST_MONTHS = 3
"""Months whose targets stand for months without one."""
BOUNDS = ("low_80", "high_80", "low_95", "high_95")
BY_TARGETS = "by_targets"


def people_targets(book: Book, metric: str, months: pd.DatetimeIndex) -> pd.DataFrame | None:
    """What is asked of each person who stays, one row per person, one column per month; None if of nobody.

    The shortest period that sets a person's target counts, evenly over its months. A month without one is
    asked what the latest months before it were.
    """
    first = months[0] - pd.DateOffset(years=1)
    targets = book.whole.targets.in_force(first.date(), months[-1].date())
    targets = targets[(targets["metric"] == metric) & (targets["person"] != "")]
    targets = targets[~targets["person"].isin(departed_people(book))]
    spans = ["period_first", "period_last"]
    wide = targets.pivot_table(index="person", columns=spans, values="amount", aggfunc="sum")
    found: dict[pd.Timestamp, pd.Series] = {}
    periods = targets[spans].drop_duplicates().itertuples(index=False, name=None)
    for begin, end in sorted(periods, key=lambda period: period[0] - period[1]):
        covered = pd.date_range(begin, end, freq="MS")
        each = wide[begin, end].dropna() / max(len(covered), 1)
        found |= {month: each.combine_first(found[month]) if month in found else each for month in covered}
    asked_in = {month: _asked_in(found, month) for month in months}
    if not all(series is not None for series in asked_in.values()):
        return None
    return pd.DataFrame(asked_in).fillna(0.0)


def _asked_in(found: dict[pd.Timestamp, pd.Series], month: pd.Timestamp) -> pd.Series | None:
    if month in found:
        return found[month]
    latest = sorted(each for each in found if each < month)[-LATEST_MONTHS:]
    return pd.DataFrame({each: found[each] for each in latest}).fillna(0.0).sum(axis=1) if latest else None


def as_asked(leaves: pd.DataFrame, expected: Array, targets: pd.DataFrame | None) -> Array:
    """The forecast (leaves by months) if people had the shares of it that they have of the target.

    People without a target keep theirs; who has one and sells nothing yet sells what others alike do. Every
    business line and month keeps its sum.
    """
    if targets is None or PERSON not in leaves:
        return expected
    number, people = pd.factorize(leaves[PERSON])
    has_one = np.isin(people, targets.index)[number][:, None]
    ours = expected * has_one
    sells = sums_of(ours, number)[number] > 0
    place = groups_of(leaves, leaves.columns.drop(PERSON))
    mix = np.where(sells, ours, sums_of(expected, place)[place] * has_one)
    held, asked = sums_of(mix, number), targets.reindex(people).fillna(0.0).to_numpy()
    wanted = asked * (held > 0)
    total = wanted.sum(axis=0)
    wanted = wanted * ours.sum(axis=0) / np.where(total > 0, total, 1.0)
    moved = mix * np.where(held > 0, wanted / np.where(held > 0, held, 1.0), 0.0)[number]
    kinds = groups_of(leaves, [KIND] if KIND in leaves else [])
    before, after = sums_of(ours, kinds), sums_of(moved, kinds)
    told = ((after > 0) & (total > 0))[kinds] & has_one
    return np.asarray(np.where(told, moved * (before / np.where(after > 0, after, 1.0))[kinds], expected))


def asked_of(book: Book, metric: str, made: Monthly) -> tuple[Monthly, Array]:
    """The forecast with leaves (of nothing) for newcomers, and what it were if people had their shares.

    Newcomers have a target and sold nothing yet.
    """
    targets = people_targets(book, metric, made.ahead) if PERSON in made.leaves.dimensions else None
    if targets is None:
        return made, made.expected
    new = newcomers(book, metric, made.leaves.dimensions, targets)
    dimensions = pd.concat([made.leaves.dimensions, new], ignore_index=True)
    nothing = np.zeros((len(new), made.leaves.amounts.shape[1]))
    leaves, evened = (
        Leaves(dimensions, np.vstack([each.amounts, nothing]), each.months)
        for each in (made.leaves, made.evened)
    )
    expected = np.vstack([made.expected, np.zeros((len(new), made.expected.shape[1]))])
    return replace(made, leaves=leaves, evened=evened, expected=expected), as_asked(
        dimensions, expected, targets
    )


def newcomers(book: Book, metric: str, leaves: pd.DataFrame, asked: pd.DataFrame) -> pd.DataFrame:
    """Leaves of people who have a target and sold nothing yet: in their place, what others sell there.

    `asked`: one row per person and one column per month, of that many months to come.
    """
    absent = asked.index[(asked.sum(axis=1) > 0) & ~asked.index.isin(leaves[PERSON])]
    months = pd.DatetimeIndex(asked.columns)
    targets = book.whole.targets.in_force((months[0] - pd.DateOffset(years=1)).date(), months[-1].date())
    targets = targets[
        (targets["metric"] == metric) & targets["person"].isin(absent) & (targets["amount"] > 0)
    ]
    told = [name for name in leaves if name != PERSON and (targets[name] != "").all()] if len(targets) else []
    if not told:
        return leaves.iloc[:0]
    places = targets[[PERSON, *told]].drop_duplicates()
    return places.merge(leaves.drop(columns=PERSON).drop_duplicates(), on=told)[list(leaves.columns)]


def share_of_people(replays: pd.DataFrame, overlap: float = SAME_MONTH) -> float:
    """How far to go to people's shares of the target, from the replays that are over.

    `overlap`: how many of them forecast the same time.
    """
    rows = replays[replays["dimension"] == PERSON] if len(replays) else replays
    if not len(rows):
        return PRIOR_SHARE
    expected, asked, came = (
        rows[name].to_numpy(dtype=float)[None, :] for name in ("expected", BY_TARGETS, "actual")
    )
    # What a person brings varies as its size does.
    size = np.sqrt(np.where(expected + asked > 0, expected + asked, np.nan))
    weight = np.full(expected.shape[1], 1 / overlap)
    return least_squares_share(
        (asked - expected) / size, (came - expected) / size, weight, PRIOR_SHARE, PRIOR_MONTHS
    )


def with_people_asked(replays: pd.DataFrame, overlap: float = SAME_MONTH) -> pd.DataFrame:
    """The replays as they would have been made: at each origin with the share that was known by then."""
    if not len(replays):
        return replays
    share = pd.Series(np.nan, index=replays.index)
    for origin in replays["origin"].unique():
        over = (replays["origin"] < origin) & (replays["month"] <= origin)
        share[replays["origin"] == origin] = share_of_people(replays[over], overlap)
    step = share * (replays[BY_TARGETS] - replays["expected"])
    bounds = {name: (replays[name] + step).clip(lower=0.0) for name in BOUNDS if name in replays}
    return replays.assign(expected=replays["expected"] + step, **bounds)


def people_asked(book: Book, metric: str, made: Monthly, share: float) -> Monthly:
    """The forecast with people's shares moved `share` of the way to those of the target."""
    made, asked = asked_of(book, metric, made)
    return replace(made, expected=np.round(made.expected + share * (asked - made.expected), 2))
