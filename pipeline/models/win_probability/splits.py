"""Who may learn from whom: later cases judge earlier ones, and look-alikes stay together."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.models.win_probability.features import as_codes

Fold: TypeAlias = tuple[npt.NDArray[Any], npt.NDArray[Any]]

CHANCE_TWINS = 0.1
"""Rows alike in all fields are copies when fewer than this many would be expected by chance."""
FIRST_TRAINING_SHARE = 0.4
LARGEST_WEIGHT = 5.0
MATURE_SHARE = 0.9
"""Share of endings that take less time than a mature row is old."""


@dataclass(frozen=True)
class Timeline:
    """When each row was seen and when its outcome became known, in days since any one day."""

    seen: npt.NDArray[Any]
    known: npt.NDArray[Any]

    @classmethod
    def of(cls, seen_on: pd.Series, known_on: pd.Series) -> "Timeline":
        """From two columns of dates."""
        start = seen_on.min()
        return cls((seen_on - start).dt.days.to_numpy(float), (known_on - start).dt.days.to_numpy(float))

    def take(self, rows: npt.NDArray[Any]) -> "Timeline":
        """The time line of some rows."""
        return Timeline(self.seen[rows], self.known[rows])

    def mature_by(self, rows: npt.NDArray[Any], day: float) -> npt.NDArray[Any]:
        """Those of `rows` known on a day and seen so long before it that most endings would show."""
        known = self.known <= day
        if not known.any():
            return rows[:0]
        usual = np.quantile((self.known - self.seen)[known], MATURE_SHARE)
        return np.asarray(rows[known[rows] & (self.seen[rows] <= day - usual)])

    def weights(self, rows: npt.NDArray[Any], day: float) -> npt.NDArray[Any]:
        """`haste_weights` of `rows` as they were on a day."""
        return haste_weights(self.known[rows] - self.seen[rows], day - self.seen[self.seen < day])


def haste_weights(taken_days: npt.NDArray[Any], follow_up_days: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Weight per decided row that undoes haste: a recent snapshot shows only what ended fast.

    Each row counts as one over the share of snapshots old enough to have shown an ending that late (inverse
    probability of censoring; Robins and Finkelstein 2000), at most five times.

    Args:
        taken_days: days from each row's snapshot to its ending.
        follow_up_days: days for which each snapshot, decided or not, could be followed.
    """
    ordered = np.sort(follow_up_days)
    seen = 1 - np.searchsorted(ordered, taken_days, side="left") / max(len(ordered), 1)
    return np.asarray(np.minimum(1 / np.maximum(seen, 1e-9), LARGEST_WEIGHT))


def look_alike_groups(
    frame: pd.DataFrame, *, case: str | None = None, fields: Sequence[str] = ()
) -> npt.NDArray[Any]:
    """One group number per row; rows of one case and copies of one another share a number.

    Args:
        frame: one row per case, or per case and snapshot.
        case: column that names the case.
        fields: rows equal in all of these are copies, if the fields are so many that chance cannot explain
            it (expected number of twins, were the fields independent, below 0.1).
    """
    own = pd.factorize(frame[case])[0] if case else np.arange(len(frame))
    if not fields or frame.empty:
        return np.asarray(own)
    codes = {name: as_codes(frame[name])[0] for name in fields}
    pattern = pd.DataFrame(codes).groupby(list(fields), sort=False).ngroup().to_numpy()
    shares = [(np.bincount(code) / len(code))[code] for code in codes.values()]
    copies = len(np.unique(own)) * np.prod(shares, axis=0) < CHANCE_TWINS
    return _connected(np.asarray(own), np.where(copies, pattern, -1))


def grouped_folds(groups: npt.NDArray[Any], *, folds: int, rng: np.random.Generator) -> list[Fold]:
    """Random folds of (training rows, judged rows) that never split a group."""
    codes, names = pd.factorize(groups)
    fold = rng.permutation(len(names))[codes] % folds
    return [(np.flatnonzero(fold != k), np.flatnonzero(fold == k)) for k in range(folds)]


def forward_folds(
    seen_on: pd.Series, known_on: pd.Series, groups: npt.NDArray[Any], *, folds: int
) -> list[Fold]:
    """Folds of (training rows, judged rows) in which every judged row is later than all that was known.

    The time line is cut so that the blocks after the first 40% of rows hold equally many. A block is judged
    by what was known when it began: outcomes known before (`known_on`), minus look-alikes of judged rows.
    """
    order = np.sort(seen_on.to_numpy())
    shares = np.linspace(FIRST_TRAINING_SHARE, 1, folds + 1)
    cuts = order[np.minimum((shares * len(order)).astype(int), len(order) - 1)]
    found = []
    for k in range(folds):
        first, last = cuts[k], cuts[k + 1]
        later = seen_on.to_numpy() >= first
        judged = later & (seen_on.to_numpy() < last) if k < folds - 1 else later
        learned = (known_on.to_numpy() <= first) & ~later
        judged &= ~np.isin(groups, np.unique(groups[learned]))
        if judged.any() and learned.any():
            found.append((np.flatnonzero(learned), np.flatnonzero(judged)))
    return found


def _connected(own: npt.NDArray[Any], pattern: npt.NDArray[Any]) -> npt.NDArray[Any]:
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    linked = pattern >= 0
    cases, patterns = int(own.max()) + 1, int(pattern.max(initial=-1)) + 1
    size = cases + patterns
    edges = (np.ones(linked.sum()), (own[linked], cases + pattern[linked]))
    _, labels = connected_components(coo_matrix(edges, shape=(size, size)), directed=False)
    return np.asarray(labels[own])
