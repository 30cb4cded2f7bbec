"""Who will bring it: people's shares of the forecast, moved toward their shares of the target.

What people sold says little about who will sell: a person's months are few large sales. A target by person
holds what managers know of territories and accounts. Totals stay, and so do those of each business line. How
far to go is learned from the forecasts of people that are over; the record goes as far as was known then.
"""

from dataclasses import replace

import numpy as np
import pandas as pd

from pipeline.analyses.forecast.blend import least_squares_share
from pipeline.analyses.forecast.departed import PERSON
from pipeline.analyses.forecast.monthly import Monthly
from pipeline.analyses.forecast.series import Array
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
    """What is asked of each person, one row per person and one column per month; None if of nobody.

    The shortest period that sets targets for people counts, evenly over its months. A month without one is
    asked what the latest months before it were.
    """
    first = months[0] - pd.DateOffset(years=1)
    targets = book.whole.targets.in_force(first.date(), months[-1].date())
    targets = targets[(targets["metric"] == metric) & (targets["person"] != "")]
    found: dict[pd.Timestamp, pd.Series] = {}
    spans = targets[["period_first", "period_last"]].drop_duplicates()
    longest_first = (spans["period_first"] - spans["period_last"]).sort_values(kind="stable").index
    for _, (begin, end) in spans.loc[longest_first].iterrows():
        set_then = (targets["period_first"] == begin) & (targets["period_last"] == end)
        asked = targets[set_then].groupby("person")["amount"].sum()
        covered = pd.date_range(begin, end, freq="MS")
        found |= dict.fromkeys(covered, asked / max(len(covered), 1))
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

    People without a target keep theirs. Every business line and month keeps its sum.
    """
    if targets is None or PERSON not in leaves:
        return expected
    number, people = pd.factorize(leaves[PERSON])
    has_one = np.isin(people, targets.index)[number]
    held = _sums(expected * has_one[:, None], number, len(people))
    asked = targets.reindex(people).fillna(0.0).to_numpy()
    wanted = asked * (held > 0)
    total = wanted.sum(axis=0)
    wanted = wanted * held.sum(axis=0) / np.where(total > 0, total, 1.0)
    times = np.where(held > 0, wanted / np.where(held > 0, held, 1.0), 0.0)
    moved = expected * times[number] * has_one[:, None]
    kinds = pd.factorize(leaves[KIND])[0] if KIND in leaves else np.zeros(len(leaves), dtype=np.int64)
    ours, theirs = (_sums(each, kinds, int(kinds.max(initial=-1)) + 1) for each in
                    (expected * has_one[:, None], moved))  # fmt: skip
    told = ((theirs > 0) & (total > 0))[kinds] & has_one[:, None]
    return np.asarray(np.where(told, moved * (ours / np.where(theirs > 0, theirs, 1.0))[kinds], expected))


def _sums(amounts: Array, group: np.ndarray, count: int) -> Array:
    sums = np.zeros((count, amounts.shape[1]))
    np.add.at(sums, group, amounts)
    return sums


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
    keys = made.leaves.dimensions
    asked = as_asked(keys, made.expected, people_targets(book, metric, made.ahead))
    return replace(made, expected=np.round(made.expected + share * (asked - made.expected), 2))
