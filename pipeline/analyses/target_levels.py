"""Targets as a tree: the same period's target read at whatever level it was set, and checked across levels.

A level is the set of dimensions that a target names (none: the whole) and the kind of its period.
"""

import datetime
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pipeline.parameters import Period

DIMENSIONS = ("market", "department", "person", "business_line", "product_line")
CENT = 0.01


@dataclass(frozen=True)
class Level:
    """Targets of one metric that tile one period at one level.

    Attributes:
        dimensions: which ones the targets name.
        kind: kind of their period (a year may be given as twelve months).
        rows: the targets.
    """

    dimensions: tuple[str, ...]
    kind: str
    rows: pd.DataFrame

    @property
    def name(self) -> str:
        """The level as it is written: `year`, `month by market, person`."""
        return f"{self.kind} by {', '.join(self.dimensions)}" if self.dimensions else self.kind


class TargetTree:
    """Targets with their levels found once: for those who ask the same targets many questions."""

    def __init__(self, targets: pd.DataFrame) -> None:
        self._targets = targets
        self._of_metric: dict[str, pd.DataFrame] = {}
        self._found: dict[tuple[str, str], list[Level]] = {}
        self._sums: dict[tuple[str, str, tuple[str, ...]], pd.DataFrame | None] = {}

    @property
    def is_empty(self) -> bool:
        """True without any target."""
        return self._targets.empty

    def levels(self, period: Period, metric: str) -> list[Level]:
        """As `levels_of`."""
        key = (period.key, metric)
        if key not in self._found:
            self._found[key] = _levels(self._rows(metric), period)
        return self._found[key]

    def sums(self, period: Period, metric: str, by: tuple[str, ...]) -> pd.DataFrame | None:
        """As `target_by`."""
        key = (period.key, metric, by)
        if key not in self._sums:
            self._sums[key] = _sums_by(self.levels(period, metric), by)
        found = self._sums[key]
        return None if found is None else found.copy()

    def _rows(self, metric: str) -> pd.DataFrame:
        """Targets of a metric with their kind and which dimensions they name."""
        if metric not in self._of_metric:
            rows = self._targets.loc[self._targets["metric"] == metric]
            kinds = {key: Period.parse(key, datetime.date.max).kind for key in rows["period"].unique()}
            kind = rows["period"].map(kinds).astype("category")
            self._of_metric[metric] = rows.assign(kind=kind, names=_signature(rows))
        return self._of_metric[metric]


Targets = pd.DataFrame | TargetTree


def levels_of(targets: Targets, period: Period, metric: str) -> list[Level]:
    """The levels at which a whole period is planned: those set for it first, then those that tile it."""
    tree = targets if isinstance(targets, TargetTree) else TargetTree(targets)
    return tree.levels(period, metric)


def _levels(targets: pd.DataFrame, period: Period) -> list[Level]:
    inside = targets["period_first"] >= pd.Timestamp(period.first)
    mine = targets.loc[inside & (targets["period_last"] <= pd.Timestamp(period.last))]
    if mine.empty:
        return []
    groups: Any = mine.groupby(["names", "kind"], sort=True, observed=True)
    found = [Level(_named(code), kind, rows) for (code, kind), rows in groups if _tiles(rows, period)]
    return sorted(found, key=lambda level: (level.kind != period.kind, len(level.dimensions), level.name))


def _signature(targets: pd.DataFrame) -> np.ndarray:
    """Which dimensions each row names, as the bits of a number."""
    flags = np.stack([(targets[name] != "").to_numpy(dtype=bool) for name in DIMENSIONS])
    return np.asarray((1 << np.arange(len(DIMENSIONS))) @ flags)


def _named(code: int) -> tuple[str, ...]:
    return tuple(name for bit, name in enumerate(DIMENSIONS) if code >> bit & 1)


def target_by(targets: Targets, period: Period, metric: str, by: tuple[str, ...] = ()) -> pd.DataFrame | None:
    """The target of a period cut by some dimensions: `by` columns and amount; None where none is set.

    It is read at the coarsest level that names these dimensions.
    """
    if isinstance(targets, TargetTree):
        return targets.sums(period, metric, by)
    return _sums_by(levels_of(targets, period, metric), by)


def _sums_by(levels: list[Level], by: tuple[str, ...]) -> pd.DataFrame | None:
    for level in levels:
        if set(by) <= set(level.dimensions):
            if not by:
                return pd.DataFrame({"amount": [level.rows["amount"].sum()]})
            return level.rows.groupby(list(by))[["amount"]].sum().reset_index()
    return None


def target_total(targets: Targets, period: Period, metric: str) -> float | None:
    """The whole target of a period; None where none is set."""
    found = target_by(targets, period, metric)
    return None if found is None else float(found["amount"].iloc[0])


def breaches(targets: Targets, period: Period, metric: str) -> pd.DataFrame:
    """Where two levels disagree, one row per value; nothing is mended.

    Columns: upper, lower (levels), value, upper_amount, lower_amount, difference (lower - upper).
    """
    levels = levels_of(targets, period, metric)
    parts = [
        _compare(upper, lower)
        for place, upper in enumerate(levels)
        for lower in levels[place + 1 :]
        if set(upper.dimensions) <= set(lower.dimensions)
    ]
    columns = ["upper", "lower", "value", "upper_amount", "lower_amount", "difference"]
    return (
        pd.concat([pd.DataFrame(columns=columns), *parts], ignore_index=True)
        if parts
        else pd.DataFrame(columns=columns)
    )


def _compare(upper: Level, lower: Level) -> pd.DataFrame:
    by = list(upper.dimensions)
    sums = [_sums(level.rows, by) for level in (upper, lower)]
    both = pd.concat(sums, axis=1, keys=["upper_amount", "lower_amount"]).fillna(0.0)
    both = both.assign(difference=both["lower_amount"] - both["upper_amount"])
    wrong = both.loc[both["difference"].abs() > CENT].reset_index(names="value")
    return wrong.assign(upper=upper.name, lower=lower.name)


def _sums(rows: pd.DataFrame, by: list[str]) -> pd.Series:
    if not by:
        return pd.Series({"": rows["amount"].sum()})
    sums = rows.groupby(by)["amount"].sum()
    sums.index = [" / ".join(key) if isinstance(key, tuple) else str(key) for key in sums.index]
    return sums


def _tiles(rows: pd.DataFrame, period: Period) -> bool:
    spans = rows[["period_first", "period_last"]].drop_duplicates()
    days = ((spans["period_last"] - spans["period_first"]).dt.days + 1).sum()
    return int(days) == (period.last - period.first + datetime.timedelta(days=1)).days
