"""Which units the eight weeks come from, and how good that split has been at past weeks.

Known items stand with their unit. The rest goes by what units sold in half a year, people's shares moved
toward those of the target (`people_targets`). Every fourth week of the record the split is made again from
the book as it stood, and judged by what each unit then brought in eight weeks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from pipeline.analyses.forecast.blend import Blend
from pipeline.analyses.forecast.departed import departed_people, handed_over
from pipeline.analyses.forecast.large_sales import cap_of, evened_sums
from pipeline.analyses.forecast.people_targets import (
    BY_TARGETS,
    as_asked,
    people_targets,
    share_of_people,
    with_people_asked,
)
from pipeline.analyses.forecast.series import Array
from pipeline.analyses.forecast.spread import unit_factors
from pipeline.book import Book
from pipeline.company import DIMENSIONS

SHARE_WEEKS = 26
"""Weeks whose sales say how what is not seen is split."""
EVERY_WEEKS = 4
"""Weeks between the origins at which the split is judged."""
EIGHT_WEEKS, THIRTEEN_WEEKS, YEAR = (timedelta(weeks=weeks) for weeks in (8, 13, 52))
OVERLAP = 2
"""So many judged origins see the same week."""


@dataclass(frozen=True)
class Shares:
    """Units' shares of what is not seen coming, each adding up to 1.

    Attributes:
        leaves: one row per unit that sold lately: its dimensions.
        sold: shares of what was sold, large sales evened out.
        asked: the same, if people had their shares of the target.
    """

    leaves: pd.DataFrame
    sold: Array
    asked: Array

    def moved(self, share: float) -> Array:
        """The shares, `share` of the way to those of the target."""
        return self.sold + share * (self.asked - self.sold)


@dataclass(frozen=True)
class Made:
    """A forecast of eight weeks to be split.

    Attributes:
        base, total: what the weeks usually bring, and what they are expected to bring, by week.
        blend: how known items joined; None where nothing is seen coming.
        keys, items: dimensions of the known items, and what each is expected to bring, items by weeks.
        half_width: of the 80% interval of all eight weeks, relative to it; NaN without a record.
    """

    base: Array
    total: Array
    blend: Blend | None
    keys: pd.DataFrame
    items: Array
    half_width: float = float("nan")


def recent_shares(book: Book, metric: str) -> Shares:
    """Units that sold in the last half year, and their shares as the book stands."""
    first, cap = book.as_of - timedelta(weeks=SHARE_WEEKS), cap_of(book, metric)
    cells = book.sales.by_period(metric, "year", DIMENSIONS, first, book.as_of, cap=cap)  # type: ignore[arg-type]
    sums = cells.groupby(list(DIMENSIONS)).sum(numeric_only=True).reset_index()
    amounts = sums["amount"].to_numpy(dtype=float) if cap is None else evened_sums(sums, cap)
    leaves = pd.DataFrame(sums[list(DIMENSIONS)])
    amounts = handed_over(leaves, np.maximum(amounts, 0.0)[:, None], departed_people(book))
    next_month = pd.DatetimeIndex([pd.Timestamp(book.as_of + timedelta(days=1)).replace(day=1)])
    asked = as_asked(leaves, amounts, people_targets(book, metric, next_month))
    total = max(float(amounts.sum()), 1e-9)
    return Shares(leaves, amounts[:, 0] / total, asked[:, 0] / total)


def on_leaves(leaves: pd.DataFrame, share: Array, made: Made) -> tuple[pd.DataFrame, Array, Array]:
    """The weeks on units: their dimensions, what is expected of them and what of known items, by week."""
    names = list(DIMENSIONS)
    keys, known = _whole_keys(made.keys.reindex(columns=names, fill_value="").fillna(""), made.items,
                              leaves.assign(share=share))  # fmt: skip
    both = pd.concat([leaves, keys], ignore_index=True)
    number = both.groupby(names, sort=False).ngroup().to_numpy()
    joined = both.iloc[np.unique(number, return_index=True)[1]].reset_index(drop=True)
    shares, items = np.zeros(len(joined)), np.zeros((len(joined), made.total.size))
    np.add.at(shares, number[: len(leaves)], share)
    np.add.at(items, number[len(leaves) :], known)
    split = shares[:, None] * made.base
    if made.blend is not None:
        items = items * made.blend.level
        total = np.maximum(made.blend.of(made.base, made.items.sum(axis=0)), 0.0)
        taken = items * np.minimum(1.0, total / np.maximum(items.sum(axis=0), 1e-9)) * made.blend.weight
        split = taken + shares[:, None] * np.maximum(total - taken.sum(axis=0), 0.0)
    sums = split.sum(axis=0)
    return joined, np.round(split * made.total / np.where(sums > 0, sums, 1.0), 2), items


def _whole_keys(keys: pd.DataFrame, items: Array, sold: pd.DataFrame) -> tuple[pd.DataFrame, Array]:
    """Known items by unit: what lacks a dimension (an invoice its product line) is split as units sell.

    `sold`: units and their share. Who sells nothing like it is split as its business line is, or as all are.
    """
    weeks = list(range(items.shape[1]))
    rows = pd.concat([keys.reset_index(drop=True), pd.DataFrame(items, columns=weeks)], axis=1)
    rows = rows.groupby(list(DIMENSIONS), sort=False)[weeks].sum().reset_index()
    for name in DIMENSIONS:
        if not (sold[name] != "").any():
            continue
        others = [other for other in DIMENSIONS if other != name]
        done, left = [rows[rows[name] != ""]], rows[rows[name] == ""]
        for alike in (others, ["business_line"] if name != "business_line" else [], []):
            if left.empty:
                break
            split, left = _split(left, sold, name, alike, weeks)
            done.append(split)
        rows = pd.concat([*done, left], ignore_index=True)
    return rows[list(DIMENSIONS)], rows[weeks].to_numpy(dtype=float)


def _split(
    rows: pd.DataFrame, sold: pd.DataFrame, name: str, alike: list[str], weeks: list[int]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows split over the values of a dimension as units alike sell, and those of which none do."""
    key = [*alike, name] if alike else [name]
    shares = sold.groupby(key)["share"].sum().reset_index()
    whole = shares.groupby(alike)["share"].transform("sum") if alike else shares["share"].sum()
    shares = shares.assign(share=shares["share"] / whole)[shares["share"] > 0]
    numbered = rows.drop(columns=name).assign(row=np.arange(len(rows)))
    found = numbered.merge(shares, on=alike) if alike else numbered.merge(shares, how="cross")
    split = found.assign(**{str(week): found[week] * found["share"] for week in weeks})
    split = split.drop(columns=weeks).rename(columns={str(week): week for week in weeks})
    return split[[*DIMENSIONS, *weeks]], rows[~np.isin(np.arange(len(rows)), found["row"])]


def judged_origins(origins: Sequence[date], as_of: date) -> dict[date, int]:
    """The origins at which the split is judged, with their place: every fourth week, eight weeks over."""
    return {
        day: place
        for place, day in enumerate(origins)
        if day + EIGHT_WEEKS <= as_of and (as_of - day - EIGHT_WEEKS).days % (7 * EVERY_WEEKS) == 0
    }


@dataclass(frozen=True)
class SplitRecord:
    """How good the split has been, and what that teaches.

    Attributes:
        units: eight weeks by unit as they were forecast at past days, one row per origin, dimension and
            value: origin, dimension, value, month (the last day), expected, low_80, high_80, actual,
            mean_13_weeks and last_year (the unit's own, as known now; NaN where the data began later).
        people_share: how far people's shares go to those of the target now.
        spread: by dimension, how much wider its units' intervals are than the company's tells.
    """

    units: pd.DataFrame
    people_share: float
    spread: Mapping[str, float]


def split_record(book: Book, metric: str, made: Mapping[date, Made]) -> SplitRecord:
    """Split past forecasts of eight weeks again, each with what those over by then taught."""
    rows = _split_again(book, metric, made)
    moved = with_people_asked(rows, OVERLAP)
    return SplitRecord(_with_intervals(moved), share_of_people(rows, OVERLAP), spreads(moved))


def spreads(units: pd.DataFrame) -> dict[str, float]:
    """By dimension, the factor on `width` x root of `expected` that would have held 80%, pulled to 1."""
    if not len(units):
        return {}
    half = units["width"] * np.sqrt(units["expected"].clip(lower=0.0))
    return unit_factors(
        (units["actual"] - units["expected"]) / half.where(half > 0), units["dimension"], OVERLAP
    )


def _with_intervals(units: pd.DataFrame) -> pd.DataFrame:
    """The intervals as they would have been printed, with what was over by then."""
    parts = []
    for origin, rows in units.groupby("origin") if len(units) else ():
        known = spreads(units[(units["origin"] < origin) & (units["month"] <= origin)])
        half = rows["width"] * np.sqrt(rows["expected"].clip(lower=0.0))
        half = half * rows["dimension"].map(known).fillna(1.0).astype(float)
        parts.append(
            rows.assign(low_80=(rows["expected"] - half).clip(lower=0.0), high_80=rows["expected"] + half)
        )
    return pd.concat(parts, ignore_index=True) if parts else units


def _split_again(book: Book, metric: str, made: Mapping[date, Made]) -> pd.DataFrame:
    """One row per origin, dimension and value; `width` x root of `expected` is half an 80% interval."""
    if not made:
        return pd.DataFrame()
    first = min(made) - YEAR
    daily = book.sales.by_period(metric, "day", DIMENSIONS, first=first, last=book.as_of)  # type: ignore[arg-type]
    parts = [_judged(book.at(origin), metric, each, daily) for origin, each in made.items()]
    return pd.concat(parts, ignore_index=True)


def _judged(then: Book, metric: str, made: Made, daily: pd.DataFrame) -> pd.DataFrame:
    origin, names = then.as_of, list(DIMENSIONS)
    shares = recent_shares(then, metric)
    columns = []
    for name, share in (("expected", shares.sold), (BY_TARGETS, shares.asked)):
        leaves, split, _ = on_leaves(shares.leaves, share, made)
        columns.append(leaves.assign(**{name: split.sum(axis=1)}))
    spans = {
        "actual": (origin, origin + EIGHT_WEEKS),
        "mean_13_weeks": (origin - THIRTEEN_WEEKS, origin),
        "last_year": (origin - YEAR, origin - YEAR + EIGHT_WEEKS),
    }
    for name, (after, last) in spans.items():
        inside = daily[
            (daily["period_start"] > pd.Timestamp(after)) & (daily["period_start"] <= pd.Timestamp(last))
        ]
        factor = EIGHT_WEEKS / (last - after)
        columns.append(inside[names].assign(**{name: inside["amount"].astype(float) * factor}))
    amounts = ["expected", BY_TARGETS, *spans]
    rows = pd.concat(columns, ignore_index=True).fillna(dict.fromkeys(amounts, 0.0))
    used = [name for name in names if (rows[name] != "").any()]
    found = pd.concat(
        [
            rows.groupby(name)[amounts].sum().rename_axis("value").reset_index().assign(dimension=name)
            for name in used
        ],
        ignore_index=True,
    )
    if then.first_day is None or then.first_day > origin - YEAR:
        found["last_year"] = np.nan
    return found.assign(
        origin=pd.Timestamp(origin),
        month=pd.Timestamp(origin + EIGHT_WEEKS),
        width=made.half_width * np.sqrt(max(float(made.total.sum()), 0.0)),
    )
