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

FEWEST_CUSTOMERS = 150
SEED = 11
HUNDREDTHS = 100.0
"""Amounts are counted in hundredths of the company's typical purchase: log1p then sets those who bought
nothing within the year apart, whatever the currency."""
ACTIVITY = {"frequent": 12.0, "regular": 5.0, "occasional": 2.0, "rare": 0.9}
"""Purchase days a year that a manager would call so."""
SPEND = {"low": 0.3, "medium": 1.0, "high": 3.0, "very-high": 10.0}
"""Amount of a year relative to that of the typical customer who bought within it."""
QUIET_MONTHS = {"quiet": 15.0, "long-quiet": 30.0}
FEWEST_DAYS_A_YEAR = 0.5
"""A segment whose typical member bought less often is named by its silence."""


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
        settings = book.company.customer_value
        return _chain(purchases, ends, tuple(range(settings.clusters_min, settings.clusters_max + 1)))
    except NotEnoughData:
        return Missing(what, reason="customer-value-too-few-customers")


def features(purchases: Purchases, day: int) -> pd.DataFrame:
    """What segments are made of, one row per customer who has bought by `day` (index: customer number).

    Columns: months_quiet; purchase_days_12_months; amount_12_months (in hundredths of a typical purchase).
    """
    events, seen = purchases.events, purchases.events.cut(day)
    typical = max(float(np.median(seen.mean_amount)), 1e-9)
    columns = {
        "months_quiet": seen.days_quiet / 30,
        "purchase_days_12_months": events.counts(day - 365, day, seen.customers),
        "amount_12_months": HUNDREDTHS / typical * events.amounts(day - 365, day, seen.customers),
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


def _chain(purchases: Purchases, ends: pd.DatetimeIndex, counts_allowed: tuple[int, ...]) -> Segmented:
    random = np.random.default_rng(SEED)
    days = [(end - purchases.first_day).days for end in ends]
    first = features(purchases, days[0])
    counts = choose_cluster_count(first, random, counts_allowed)
    model = fit_clusters(first, int(counts.loc[counts["is_chosen"], "clusters"].iloc[0]), random)
    labels, refits = [model.assign(first)], 0
    names = segment_names(model, _spend_of_a_year(first))
    for end, day in zip(ends[1:], days[1:], strict=True):
        table = features(purchases, day)
        moved = refitted(model, table) if end.month % 3 == 0 else model
        if moved is not model:
            model, refits, names = moved, refits + 1, segment_names(moved, _spend_of_a_year(table))
        labels.append(model.assign(table, labels[-1]))
    moved_share, bounced = _movement(labels[-13:])
    # one name per label in all months shown: a segment that is called otherwise has not moved anybody
    shown = [
        pd.DataFrame(
            {"month_end": end, "customer_id": purchases.ids(one.index.to_numpy()), "segment": one.map(names)}
        )
        for end, one in list(zip(ends, labels, strict=True))[-13:]
    ]
    return Segmented(pd.concat(shown, ignore_index=True), counts, ends[0], refits, moved_share, bounced)


def _spend_of_a_year(table: pd.DataFrame) -> float:
    spent = table.loc[table["amount_12_months"] > 0, "amount_12_months"]
    return float(spent.median()) if len(spent) else 1.0


def segment_names(model: StableClusters, spend_of_a_year: float) -> dict[int, str]:
    """A name per label, from its centroid: how often and how much, or for how long quiet; each used once.

    Args:
        model: segments of `features`.
        spend_of_a_year: of the typical customer who bought within the year, in the unit of the features.
    """
    centers = np.expm1(model.centroids * model.scale + model.center)
    keys = [(activity, spend) for activity in ACTIVITY for spend in SPEND] + [(key,) for key in QUIET_MONTHS]
    typical = spend_of_a_year
    cost = [[_distance(key, quiet, days, spend, typical) for key in keys] for quiet, days, spend in centers]
    rows, columns = linear_sum_assignment(np.array(cost))
    return {model.labels[row]: "-".join(keys[column]) for row, column in zip(rows, columns, strict=True)}


def _distance(key: tuple[str, ...], quiet: float, days: float, spend: float, typical: float) -> float:
    """How badly a name fits a centroid, in squared logarithms."""
    is_quiet = len(key) == 1
    wrong = 100.0 * (is_quiet != (days < FEWEST_DAYS_A_YEAR))
    if is_quiet:
        return wrong + float(np.log(max(quiet, 0.1) / QUIET_MONTHS[key[0]])) ** 2
    often = np.log((max(days, 0.0) + 0.3) / (ACTIVITY[key[0]] + 0.3))
    much = np.log(max(spend, 1e-3 * typical) / (typical * SPEND[key[1]]))
    return wrong + float(often**2 + much**2)


def _movement(labels: list[pd.Series]) -> tuple[float, float]:
    pairs = itertools.pairwise(labels)
    moved = [float((new.reindex(old.index) != old).mean()) for old, new in pairs]
    triples = zip(labels[:-2], labels[1:-1], labels[2:], strict=True)
    back = [
        float(((new.reindex(old.index) == old) & (between.reindex(old.index) != old)).mean())
        for old, between, new in triples
    ]
    return float(np.mean(moved)) if moved else 0.0, float(np.mean(back)) if back else 0.0
