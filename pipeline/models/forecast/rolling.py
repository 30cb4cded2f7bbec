"""The same models at earlier origins: what is learned from, and what is judged by."""

from dataclasses import dataclass

import numpy as np

from pipeline.models.forecast.members import Members, member_forecasts
from pipeline.models.forecast.panel import SEASON, Array, Ints, history_months

STEPS_BACK = (1, 2, 3, 6, 9, 12, 15, 18, 24, 30, 36)
"""Months before the last one at which the models are run again (where history allows)."""
MINIMUM_ROWS = 1


@dataclass(frozen=True)
class Origin:
    """One rolled-back origin.

    Attributes:
        back: months before the panel's last one.
        rows: the series that had enough history by then.
        panel: their history by then.
        members: the models' forecasts from there.
        actual: what came, series by months ahead (at most `back`).
    """

    back: int
    rows: Ints
    panel: Array
    members: Members
    actual: Array

    @property
    def steps(self) -> int:
        """Months ahead for which there is an actual."""
        return int(self.actual.shape[1])


def rolled_back(
    panel: Array,
    horizon: int,
    parent: Ints | None,
    steps_back: tuple[int, ...] = STEPS_BACK,
    *,
    minimum: int = SEASON,
) -> tuple[Origin, ...]:
    """Run the models at earlier origins with only what was known then, nearest first.

    A series takes part where it had `minimum` months by then; a parent always has as many as its child.
    """
    months = history_months(panel)
    return tuple(
        _origin(panel, horizon, parent, back, np.flatnonzero(months - back >= minimum))
        for back in steps_back
        if (months - back >= minimum).any()
    )


def _origin(panel: Array, horizon: int, parent: Ints | None, back: int, rows: Ints) -> Origin:
    columns = panel.shape[1] - back
    known = panel[rows, :columns]
    members = member_forecasts(known, horizon, None if parent is None else _parents_within(parent, rows))
    return Origin(back, rows, known, members, panel[rows, columns : columns + horizon])


def _parents_within(parent: Ints, rows: Ints) -> Ints:
    position = np.full(len(parent), -1, dtype=np.int64)
    position[rows] = np.arange(len(rows))
    above = parent[rows]
    return np.where(above >= 0, position[np.maximum(above, 0)], -1)
