"""Segments of customers that keep their members: the same chain of months whatever month is asked.

The chain starts at the first month end with two years of history (one, where there are no two), and goes
on month by month with frozen scaler and centroids; at quarter ends the centroids may move. As each month
uses only purchases up to its end, an earlier month's report shows the same segments (but for orders
cancelled since).
"""

import itertools
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

from pipeline.analyses.cache import cached
from pipeline.analyses.customer_value.purchases import DAYS_PER_MONTH, Purchases
from pipeline.book import Book
from pipeline.errors import NotEnoughData
from pipeline.findings import Missing
from pipeline.models.stable_clusters import StableClusters, choose_cluster_count, fit_clusters, refitted

FEATURES = ("months_quiet", "purchase_days_12_months", "mean_purchase")
FEWEST_CUSTOMERS = 150
SEED = 11
ACTIVITY = {"frequent": 12.0, "regular": 5.0, "occasional": 2.0, "rare": 0.7, "quiet": 0.0}
"""Purchase days a year that a manager would call so."""
SIZE = {"small": 0.4, "medium": 1.0, "large": 2.5, "very-large": 6.0}
"""Mean purchase relative to the company's median one."""


@dataclass(frozen=True)
class Segmented:
    """Segments of the whole company.

    Attributes:
        labels: one row per customer and month end of the last 13: month_end, customer_id, segment (name key).
        counts: how stable each number of segments was at the start of the chain
            (see `models.stable_clusters.choose_cluster_count`).
        started_on: the month end at which scaler and number of segments were fixed.
        refits: how often the centroids have moved since.
        moved_a_month: mean share of customers with another segment than the month before, over 12 months.
        bounced: mean share that left a segment and was back in it a month later.
    """

    labels: pd.DataFrame
    counts: pd.DataFrame
    started_on: pd.Timestamp
    refits: int
    moved_a_month: float
    bounced: float


@cached
def segmented(book: Book) -> Segmented | Missing:
    """The chain of segments of the whole company up to the book's date."""
    what = "missing-segments"
    try:
        purchases = Purchases.of(book.whole)
        ends = _month_ends(purchases, book)
        if not len(ends):
            return Missing(what, reason="customer-value-too-few-customers")
        return _chain(purchases, ends)
    except NotEnoughData:
        return Missing(what, reason="customer-value-too-few-customers")


def features(purchases: Purchases, day: int) -> pd.DataFrame:
    """What segments are made of, one row per customer who has bought by `day` (index: customer number)."""
    seen = purchases.events.cut(day)
    year = purchases.events.counts(day - 365, day, seen.customers)
    typical = float(np.median(seen.mean_amount))
    columns = {
        "months_quiet": seen.days_quiet / 30,
        "purchase_days_12_months": year,
        "mean_purchase": seen.mean_amount / typical,
    }
    return pd.DataFrame(columns, index=seen.customers)


def _month_ends(purchases: Purchases, book: Book) -> pd.DatetimeIndex:
    """Month ends of the chain; the last is the book's date itself."""
    as_of = pd.Timestamp(book.as_of)
    enough = [months for months in (24, 12) if purchases.months >= months + 1]
    if not enough:
        return pd.DatetimeIndex([])
    start = purchases.first_day + pd.Timedelta(days=round(enough[0] * DAYS_PER_MONTH))
    ends = pd.date_range(start, as_of, freq="ME")
    known = [purchases.events.first_day <= (end - purchases.first_day).days for end in ends]
    ends = ends[[mask.sum() >= FEWEST_CUSTOMERS for mask in known]] if len(ends) else ends
    return pd.DatetimeIndex(ends if len(ends) and ends[-1] == as_of else [*ends, as_of])


def _chain(purchases: Purchases, ends: pd.DatetimeIndex) -> Segmented:
    random = np.random.default_rng(SEED)
    days = [(end - purchases.first_day).days for end in ends]
    first = features(purchases, days[0])
    counts = choose_cluster_count(first, random, repeats=3, most_cases=1_500)
    model = fit_clusters(first, int(counts.loc[counts["is_chosen"], "clusters"].iloc[0]), random)
    labels, refits = [model.assign(first)], 0
    names = [segment_names(model)]
    for end, day in zip(ends[1:], days[1:], strict=True):
        table = features(purchases, day)
        moved = refitted(model, table) if end.month % 3 == 0 else model
        refits += moved is not model
        model = moved
        labels.append(model.assign(table, labels[-1]))
        names.append(segment_names(model))
    moved_share, bounced = _movement(labels[-13:])
    shown = [
        pd.DataFrame(
            {"month_end": end, "customer_id": purchases.ids(one.index.to_numpy()), "segment": one.map(name)}
        )
        for end, one, name in list(zip(ends, labels, names, strict=True))[-13:]
    ]
    return Segmented(pd.concat(shown, ignore_index=True), counts, ends[0], refits, moved_share, bounced)


def segment_names(model: StableClusters) -> dict[int, str]:
    """A name per label, from its centroid: activity and size of a purchase, each pair used once."""
    logs = model.centroids * model.scale + model.center
    quiet, year, size = np.expm1(logs).T
    # nobody bought within the year: the longer quiet, the further from "rare"
    active = np.log(np.maximum(year, 0.0) + 0.3) - np.where(year < 0.5, np.log1p(quiet / 24), 0)
    keys = [(activity, amount) for activity in ACTIVITY for amount in SIZE]
    cost = [
        [
            (active[row] - np.log(ACTIVITY[activity] + 0.3)) ** 2
            + (np.log(max(size[row], 0.01)) - np.log(SIZE[amount])) ** 2
            for activity, amount in keys
        ]
        for row in range(len(model.labels))
    ]
    rows, columns = linear_sum_assignment(np.array(cost))
    return {model.labels[row]: "-".join(keys[column]) for row, column in zip(rows, columns, strict=True)}


def _movement(labels: list[pd.Series]) -> tuple[float, float]:
    pairs = itertools.pairwise(labels)
    moved = [float((new.reindex(old.index) != old).mean()) for old, new in pairs]
    triples = zip(labels[:-2], labels[1:-1], labels[2:], strict=True)
    back = [
        float(((new.reindex(old.index) == old) & (between.reindex(old.index) != old)).mean())
        for old, between, new in triples
    ]
    return float(np.mean(moved)) if moved else 0.0, float(np.mean(back)) if back else 0.0
