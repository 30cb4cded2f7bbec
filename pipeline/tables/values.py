"""Parsing by distinct value: a column of a million cells has few different ones, so each is read once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

EMPTY = frozenset(
    {
        "", "null", "none", "n/a", "#n/a", "na", "nan", "nat", "nil", "-", "--", "—", "–", "/",
        "(blank)", "(empty)",
        "(none)", "无", "空", "暂无", "0000-00-00", "0000-00-00 00:00:00", "0000/00/00",
    }
)  # fmt: skip
"""What systems write where there is nothing; texts and ids keep all of these but the first and `null`."""
EMPTY_TEXT = frozenset({"", "null", "#n/a", "nan", "(blank)", "(empty)"})

MISSING = {"float64": np.nan, "Int64": pd.NA, "boolean": pd.NA, "datetime64[s]": pd.NaT}


@dataclass(frozen=True)
class Values:
    """Read cells and, where one could not be read, the rule that it broke (else empty)."""

    cells: Any
    rules: np.ndarray


Reader = Callable[[Sequence[str]], Values]


def by_distinct(series: pd.Series, read: Reader, dtype: str, empty: frozenset[str] = EMPTY) -> Values:
    """Read a column of text through its distinct values; empty ones stay missing.

    Returns:
        `cells`: a series of `dtype` on the column's index; `rules`: one rule or empty string per cell.
    """
    codes, distinct = pd.factorize(series, use_na_sentinel=True)
    texts = [str(text).strip() for text in distinct]
    is_empty = np.array([text.casefold() in empty for text in texts], dtype=bool)
    full = np.flatnonzero(~is_empty)
    parsed = read([texts[position] for position in full])
    values = _spread(parsed.cells, full, len(texts), dtype)
    rules = np.full(len(texts) + 1, "", dtype=object)
    rules[full] = parsed.rules
    return Values(values.take(codes).set_axis(series.index), rules[codes])


def _spread(values: Any, positions: np.ndarray, count: int, dtype: str) -> pd.Series:
    """Values at their positions among `count` distinct ones, with one missing value at the end."""
    if dtype == "str":
        texts = np.full(count + 1, "", dtype=object)
        texts[positions] = values
        return pd.Series(texts, dtype="str")
    spread = pd.Series([MISSING[dtype]] * (count + 1), dtype=dtype)
    spread.iloc[positions] = values
    return spread


def no_rules(count: int) -> np.ndarray:
    """Rules of values that were all read."""
    return np.full(count, "", dtype=object)
