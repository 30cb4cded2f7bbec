"""How fields enter the test of drivers: words as indicators, numbers by rank with bends at the quartiles.

The place of a number among all cases is turned to a normal score (van der Waerden 1952): neither a change of
unit nor a few huge amounts matter; below the first and above the third quartile it may bend, so that
another field does not get the blame for a curve.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

Floats = npt.NDArray[Any]

MIN_LEVEL_CASES = 20
MOST_LEVELS = 12
FEWEST_NUMBERS = 10
"""A number with no more distinct values is read as words."""
OTHER = "(other)"
LOW_RANK, HIGH_RANK = 0.25, 0.75
BEND = float(stats.norm.ppf(HIGH_RANK))


@dataclass(frozen=True)
class DriverField:
    """A field's columns of the design, and what they look like with the field set to one of its levels."""

    name: str
    kind: str
    """`words` or `number`; the levels of a number are its quartiles."""
    levels: tuple[str, ...]
    block: Floats
    settings: Floats
    """One row per level: the columns with the field set to it."""
    members: Floats
    """Level of each case: below the first or above the third quartile of a number, -1 between."""
    columns: tuple[int, ...] = ()


def read_fields(cases: pd.DataFrame, fields: Sequence[str]) -> tuple[list[DriverField], Floats]:
    """The fields that vary, and the design: a column of ones and their columns, none implied by others."""
    found: list[DriverField] = []
    design = np.ones((len(cases), 1))
    for name in fields:
        for field in _ways_to_read(cases[name]):
            wider = np.hstack([design, field.block])
            if np.linalg.matrix_rank(wider.T @ wider) == wider.shape[1]:
                found.append(replace(field, columns=tuple(range(design.shape[1], wider.shape[1]))))
                design = wider
                break
    return found, design


def _ways_to_read(values: pd.Series) -> list[DriverField]:
    """The field as it is best read first; a number that cannot bend (few values, many alike) without."""
    numeric = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
    if numeric and values.nunique() > FEWEST_NUMBERS:
        return _number(values)
    words = _words(values)
    return [words] if words is not None else []


def _number(values: pd.Series) -> list[DriverField]:
    numbers = values.to_numpy(dtype=float, na_value=np.nan)
    known = np.isfinite(numbers)
    share = ((pd.Series(numbers).rank() - 0.5) / known.sum()).fillna(0.5).to_numpy()
    low, high = np.nanquantile(numbers[known], [LOW_RANK, HIGH_RANK])
    members = np.where(known & (numbers <= low), 0, np.where(known & (numbers >= high), 1, -1))
    straight = DriverField(
        str(values.name), "number", (f"{low:.6g}", f"{high:.6g}"), stats.norm.ppf(share)[:, None],
        np.array([[-BEND], [BEND]]), members,
    )  # fmt: skip
    if min(known.sum(), (~known).sum()) >= MIN_LEVEL_CASES:
        straight = _widened(straight, (~known).astype(float)[:, None])
    score = straight.block[:, :1]
    bends = np.hstack([np.maximum(score - BEND, 0), np.maximum(-BEND - score, 0)])
    return [_widened(straight, bends), straight]


def _widened(field: DriverField, more: Floats) -> DriverField:
    """The field with more columns, which are zero at its levels."""
    nothing = np.zeros((len(field.settings), more.shape[1]))
    return replace(field, block=np.hstack([field.block, more]), settings=np.hstack([field.settings, nothing]))


def _words(values: pd.Series) -> DriverField | None:
    words = values.astype("object").where(values.notna(), "").map(str)
    counts = words.value_counts()
    kept = counts.index[counts >= MIN_LEVEL_CASES][:MOST_LEVELS]
    words = words.where(words.isin(kept), OTHER)
    if (words == OTHER).sum() < MIN_LEVEL_CASES:
        words = words.where(words != OTHER, kept[0] if len(kept) else OTHER)
    counts = words.value_counts()
    levels = tuple(sorted(counts.index, key=lambda w: (-int(counts[w]), str(w))))
    if len(levels) < 2:
        return None
    members = pd.Index(levels).get_indexer(pd.Index(words))
    settings = np.eye(len(levels))[:, 1:]
    return DriverField(str(values.name), "words", levels, settings[members], settings, members)
