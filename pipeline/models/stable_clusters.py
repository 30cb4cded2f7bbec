"""Clusters that stay put: a case keeps its label from month to month unless its behaviour changed.

Refitting k-means every month relabels most cases although nothing happened. Here scaler and centroids are
frozen after the first fit; a case leaves its cluster only when another centroid is clearly nearer
(stickiness, so that cases on a border do not go to and fro); the centroids are fitted anew only when they
describe the data markedly worse than fresh ones would, and then the new labels are matched to the old.

Sources: k-means++ seeding, Arthur and Vassilvitskii (2007); prediction strength, Tibshirani and Walther
(2005), equation 2.1; stability by bootstrap, Fang and Wang (2012), with the adjusted Rand index of Hubert
and Arabie (1985); matching of labels, Kuhn (1955).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.errors import ModelInputError, NotEnoughData

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

STICKINESS = 0.45
"""A case moves only if another centroid is nearer than 1 - 0.45 of the distance to its own."""
REFIT_INERTIA = 1.1
STARTS = 8
"""K-means starts: with fewer, what looks like instability of the clusters is that of the search."""
ROUNDS = 100
CASES_PER_CLUSTER = 10


@dataclass(frozen=True)
class StableClusters:
    """Frozen scaler and centroids.

    Attributes:
        features: names of the features, in order.
        center: mean of each feature (after log1p) at the fit.
        scale: standard deviation of each at the fit.
        centroids: one row per cluster, in scaled units.
        labels: the label of each centroid; labels outlive refits.
    """

    features: tuple[str, ...]
    center: FloatArray
    scale: FloatArray
    centroids: FloatArray
    labels: tuple[int, ...]

    def assign(
        self, table: pd.DataFrame, previous: pd.Series | None = None, stickiness: float = STICKINESS
    ) -> pd.Series:
        """One label per row of `table`; rows found in `previous` (by index) move only for a clear reason."""
        distance = _distances(self.scaled(table), self.centroids)
        nearest = distance.argmin(axis=1)
        own = self._own(table, previous)
        known = own >= 0
        rows = np.arange(len(table))
        stays = known & (
            distance[rows, nearest] >= (1 - stickiness) * distance[rows, np.where(known, own, 0)]
        )
        place: IntArray = np.where(stays, own, nearest)
        return pd.Series(np.array(self.labels, dtype=np.int64)[place], index=table.index, name="cluster")

    def inertia(self, table: pd.DataFrame) -> float:
        """Mean squared distance to the nearest centroid."""
        return float((_distances(self.scaled(table), self.centroids).min(axis=1) ** 2).mean())

    def scaled(self, table: pd.DataFrame) -> FloatArray:
        """Features on the frozen scale, one row per case."""
        return (_logs(table[list(self.features)]) - self.center) / self.scale

    def _own(self, table: pd.DataFrame, previous: pd.Series | None) -> IntArray:
        """Position of the centroid each row belonged to; -1 for new rows and labels that are gone."""
        if previous is None:
            return np.full(len(table), -1, dtype=np.int64)
        place = {label: position for position, label in enumerate(self.labels)}
        own = previous.reindex(table.index).map(place).fillna(-1)
        return np.asarray(own, dtype=np.int64)


def fit_clusters(table: pd.DataFrame, clusters: int, random: np.random.Generator) -> StableClusters:
    """K-means on log1p of the features, standardised; one row per case.

    Raises:
        ModelInputError: a feature is negative or not finite.
        NotEnoughData: fewer than 10 cases per cluster.
    """
    logs = _logs(table)
    if len(table) < CASES_PER_CLUSTER * clusters:
        raise NotEnoughData(
            f"{clusters} clusters need {CASES_PER_CLUSTER * clusters} cases, there are {len(table)}."
        )
    center, spread = logs.mean(axis=0), logs.std(axis=0)
    scale = np.where(spread > 1e-9, spread, 1.0)
    centroids = _k_means((logs - center) / scale, clusters, random)
    # numbered by the first feature, so that equal data give equal labels whatever the start
    centroids = centroids[np.lexsort(centroids.T[::-1])]
    return StableClusters(tuple(map(str, table.columns)), center, scale, centroids, tuple(range(clusters)))


def refitted(model: StableClusters, table: pd.DataFrame, limit: float = REFIT_INERTIA) -> StableClusters:
    """The same model while it describes the cases well; else one moved to where the cases are now.

    Well means an inertia within `limit` times that of a fresh fit on the frozen scale, started from the
    frozen centroids. A moved centroid keeps the label of the old one with which it shares most cases.
    """
    points = model.scaled(table)
    fresh = _lloyd(points, model.centroids)
    if model.inertia(table) <= limit * float((_distances(points, fresh).min(axis=1) ** 2).mean()):
        return model
    old, new = _distances(points, model.centroids).argmin(axis=1), _distances(points, fresh).argmin(axis=1)
    order = _matched(old, new, len(model.labels))
    labels = tuple(model.labels[position] for position in order)
    return StableClusters(model.features, model.center, model.scale, fresh, labels)


def choose_cluster_count(
    table: pd.DataFrame,
    random: np.random.Generator,
    counts: tuple[int, ...] = (4, 5, 6, 7, 8),
    repeats: int = 4,
    most_cases: int = 2_500,
) -> pd.DataFrame:
    """How stable each number of clusters is.

    One row per count: `clusters`, `prediction_strength` (mean over random halves), `bootstrap_rand` (mean
    adjusted Rand index against the fit on all), `is_stable` (at least 0.8 and 0.9), `is_chosen`: the largest
    stable count, or the smallest count if none is.

    Raises:
        NotEnoughData: fewer than 20 cases per cluster of the smallest count.
    """
    logs = _logs(table)
    counts = tuple(count for count in counts if len(logs) >= 2 * CASES_PER_CLUSTER * count)
    if not counts:
        raise NotEnoughData(f"There are too few cases ({len(logs)}) to choose a number of clusters.")
    if len(logs) > most_cases:
        logs = logs[random.choice(len(logs), most_cases, replace=False)]
    spread = logs.std(axis=0)
    points = (logs - logs.mean(axis=0)) / np.where(spread > 1e-9, spread, 1.0)
    rows = [
        (
            count,
            _prediction_strength(points, count, random, repeats),
            _bootstrap(points, count, random, repeats),
        )
        for count in counts
    ]
    found = pd.DataFrame(rows, columns=["clusters", "prediction_strength", "bootstrap_rand"])
    found["is_stable"] = (found["prediction_strength"] >= 0.8) & (found["bootstrap_rand"] >= 0.9)
    stable = found.loc[found["is_stable"], "clusters"]
    chosen = stable.max() if len(stable) else found["clusters"].min()
    found["is_chosen"] = found["clusters"] == chosen
    return found


def _logs(table: pd.DataFrame) -> FloatArray:
    values = table.to_numpy(dtype=np.float64)
    if not np.isfinite(values).all() or (values < 0).any():
        raise ModelInputError("clusters need finite features that are not negative.")
    return np.asarray(np.log1p(values))


def _distances(points: FloatArray, centroids: FloatArray) -> FloatArray:
    squares = (points**2).sum(axis=1)[:, None] + (centroids**2).sum(axis=1) - 2 * points @ centroids.T
    return np.asarray(np.sqrt(np.maximum(squares, 0)))


def _k_means(points: FloatArray, clusters: int, random: np.random.Generator) -> FloatArray:
    """The best of several k-means++ starts."""
    ends = [_lloyd(points, _seeds(points, clusters, random)) for _ in range(STARTS)]
    inertia = [float((_distances(points, end).min(axis=1) ** 2).sum()) for end in ends]
    return ends[int(np.argmin(inertia))]


def _seeds(points: FloatArray, clusters: int, random: np.random.Generator) -> FloatArray:
    seeds = points[[int(random.integers(len(points)))]]
    for _ in range(clusters - 1):
        square = _distances(points, seeds).min(axis=1) ** 2
        total = square.sum()
        chance = square / total if total > 0 else np.full(len(points), 1 / len(points))
        seeds = np.vstack([seeds, points[random.choice(len(points), p=chance)]])
    return np.asarray(seeds)


def _lloyd(points: FloatArray, centroids: FloatArray) -> FloatArray:
    """Move centroids to the means of their cases until nothing changes; an empty one stays."""
    nearest = np.full(len(points), -1)
    for _ in range(ROUNDS):
        found = _distances(points, centroids).argmin(axis=1)
        if (found == nearest).mean() > 0.9999:
            break
        nearest = found
        size = np.bincount(nearest, minlength=len(centroids))
        sums = np.array(
            [np.bincount(nearest, weights=column, minlength=len(centroids)) for column in points.T]
        ).T
        centroids = np.where(size[:, None] > 0, sums / np.maximum(size, 1)[:, None], centroids)
    return centroids


def _matched(old: IntArray, new: IntArray, clusters: int) -> list[int]:
    """For each new cluster the old one with which it shares most cases, one to one."""
    from scipy.optimize import linear_sum_assignment

    shared = np.bincount(new * clusters + old, minlength=clusters * clusters).reshape(clusters, clusters)
    _, order = linear_sum_assignment(-shared)
    return [int(position) for position in order]


def _prediction_strength(
    points: FloatArray, clusters: int, random: np.random.Generator, repeats: int
) -> float:
    """Smallest share, over one half's clusters, of pairs that the other half's centroids keep together."""
    strengths = []
    for _ in range(repeats):
        order = random.permutation(len(points))
        train, test = points[order[: len(order) // 2]], points[order[len(order) // 2 :]]
        foreign = _distances(test, _k_means(train, clusters, random)).argmin(axis=1)
        own = _distances(test, _k_means(test, clusters, random)).argmin(axis=1)
        together = np.bincount(own * clusters + foreign, minlength=clusters**2).reshape(clusters, clusters)
        size = together.sum(axis=1)
        pairs = (together * (together - 1)).sum(axis=1) / np.maximum(size * (size - 1), 1)
        strengths.append(float(pairs[size > 1].min()))
    return float(np.mean(strengths))


def _bootstrap(points: FloatArray, clusters: int, random: np.random.Generator, repeats: int) -> float:
    """Mean adjusted Rand index between the fit on all and fits on bootstrap samples."""
    reference = _distances(points, _k_means(points, clusters, random)).argmin(axis=1)
    found = []
    for _ in range(repeats):
        sample = points[random.integers(len(points), size=len(points))]
        other = _distances(points, _k_means(sample, clusters, random)).argmin(axis=1)
        found.append(adjusted_rand(reference, other))
    return float(np.mean(found))


def adjusted_rand(one: IntArray, other: IntArray) -> float:
    """Agreement of two labellings: 1 equal, 0 as by chance (Hubert and Arabie 1985, equation 5)."""
    width = int(other.max()) + 1
    table = np.bincount(one * width + other, minlength=(int(one.max()) + 1) * width).reshape(-1, width)

    def pairs(counts: IntArray) -> float:
        return float((counts * (counts - 1) / 2).sum())

    both, first, second = pairs(table), pairs(table.sum(axis=1)), pairs(table.sum(axis=0))
    chance = first * second / max(pairs(np.array([one.size])), 1)
    most = (first + second) / 2
    return 1.0 if most == chance else (both - chance) / (most - chance)
