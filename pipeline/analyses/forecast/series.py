"""Money by month and cell as panels: the leaves of the hierarchy, and the cuts that a manager reads.

A leaf is one combination of all dimensions that the company uses; a cut is one value of one dimension, or
the total. Every cut is a sum of leaves, so every cut adds up to the whole.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.company import DIMENSIONS

TOTAL = "company"
"""Name of the cut that is everything in scope."""
Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Leaves:
    """One row per leaf.

    Attributes:
        dimensions: the leaf's value of each dimension in use.
        amounts: leaves by months, zero where nothing was sold, NaN before the first month of the data.
        months: first day of each column's month.
    """

    dimensions: pd.DataFrame
    amounts: Array
    months: pd.DatetimeIndex

    def within(self, dimension: str, value: str) -> "Leaves":
        """The leaves of one scope; all of them for an empty dimension."""
        if not dimension or dimension not in self.dimensions:
            return self
        chosen = (self.dimensions[dimension] == value).to_numpy()
        return Leaves(self.dimensions[chosen].reset_index(drop=True), self.amounts[chosen], self.months)

    def summed(self, dimensions: list[str]) -> "tuple[Leaves, npt.NDArray[np.int64]]":
        """The sums over all other dimensions, and the row of each leaf's sum; one row without dimensions."""
        count = len(self.amounts)
        if not dimensions:
            total = np.nansum(self.amounts, axis=0, keepdims=True)
            return Leaves(pd.DataFrame(index=range(1)), total, self.months), np.zeros(count, dtype=np.int64)
        row = np.asarray(self.dimensions.groupby(dimensions).ngroup(), dtype=np.int64)
        sums = np.zeros((row.max() + 1, self.amounts.shape[1]))
        np.add.at(sums, row, np.nan_to_num(self.amounts))
        first = np.unique(row, return_index=True)[1]
        names = self.dimensions[dimensions].iloc[first].reset_index(drop=True)
        return Leaves(names, sums, self.months), row


def month_starts(first: date, last: date) -> pd.DatetimeIndex:
    """First days of the months from `first` to `last`, both included."""
    return pd.date_range(pd.Timestamp(first).to_period("M").start_time, last, freq="MS", unit="s")


def leaves_of(cells: pd.DataFrame, months: pd.DatetimeIndex) -> Leaves:
    """Pivot cells (period_start, dimensions, amount) into leaves; dimensions never used are left out."""
    used = [name for name in DIMENSIONS if name in cells and (cells[name] != "").any()]
    if cells.empty:
        return Leaves(pd.DataFrame(columns=used), np.zeros((0, len(months))), months)
    keys = cells[used] if used else pd.DataFrame({"company": np.zeros(len(cells), dtype=int)})
    number = keys.groupby(list(keys.columns), sort=True).ngroup().to_numpy()
    first_rows = np.unique(number, return_index=True)[1]
    column = months.get_indexer(pd.DatetimeIndex(cells["period_start"]))
    values = np.zeros((len(first_rows), len(months)))
    inside = column >= 0
    np.add.at(values, (number[inside], column[inside]), cells["amount"].to_numpy(dtype=float)[inside])
    return Leaves(cells[used].iloc[first_rows].reset_index(drop=True), values, months)


def cuts_of(leaves: Leaves, dimensions: Iterable[str] = DIMENSIONS) -> tuple[pd.DataFrame, Array]:
    """The cuts (one row each: dimension, value) and which leaves each adds up (cuts by leaves of 0, 1).

    The first cut is the total.
    """
    count = len(leaves.amounts)
    names, sums = [(TOTAL, "")], [np.ones((1, count))]
    for dimension in dimensions:
        if dimension not in leaves.dimensions:
            continue
        member, values = pd.factorize(leaves.dimensions[dimension], sort=True)
        of_values = np.zeros((len(values), count))
        of_values[member, np.arange(count)] = 1.0
        names += [(dimension, value) for value in values]
        sums.append(of_values)
    return pd.DataFrame(names, columns=["dimension", "value"]), np.vstack(sums)


def started(panel: Array) -> Array:
    """NaN before a series' first sale, so that a new product or person is not taken for a dead one."""
    seen = np.maximum.accumulate(panel != 0, axis=1)
    seen[:, -1] = True
    return np.where(seen, panel, np.nan)


def groups_of(leaves: pd.DataFrame, names: Iterable[str]) -> npt.NDArray[np.int64]:
    """The number of each leaf's combination of these dimensions; one for all without any."""
    chosen = list(names)
    if not chosen:
        return np.zeros(len(leaves), dtype=np.int64)
    return np.asarray(leaves.groupby(chosen).ngroup(), dtype=np.int64)


def sums_of(amounts: Array, groups: npt.NDArray[np.int64]) -> Array:
    """Sums of rows by group, one row per group."""
    sums = np.zeros((int(groups.max(initial=-1)) + 1, amounts.shape[1]))
    np.add.at(sums, groups, amounts)
    return sums
