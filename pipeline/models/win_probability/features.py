"""Fields of a case -> columns of a design: words one-hot, numbers as hinges on their rank."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.errors import ModelInputError

Floats: TypeAlias = npt.NDArray[Any]

KNOTS = (0.25, 0.5, 0.75)
RANK_GRID = np.linspace(0, 1, 41)
OTHER = "(other)"


@dataclass(frozen=True)
class FieldEncoder:
    """How one field becomes columns: the words it knows, or the quantiles that turn numbers to ranks."""

    name: str
    words: tuple[str, ...]
    quantiles: tuple[float, ...]

    @property
    def is_number(self) -> bool:
        """Whether the field is read as a number."""
        return bool(self.quantiles)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns that `encode` returns."""
        if self.is_number:
            return ("rank", *(f"rank above {k:.0%}" for k in KNOTS), "empty")
        return (*self.words, OTHER)

    def encode(self, values: pd.Series) -> Floats:
        """One row per value; numbers as rank (0 to 1, centred) with hinges, an indicator where empty."""
        if self.is_number:
            return self._encode_numbers(values)
        matrix = np.zeros((len(values), len(self.columns)))
        matrix[np.arange(len(values)), self.level_codes(values)] = 1.0
        return matrix

    def level_codes(self, values: pd.Series) -> npt.NDArray[np.int64]:
        """Position of each value's word among `columns`."""
        codes, vocabulary = as_codes(values)
        place = {word: position for position, word in enumerate(self.words)}
        positions = np.array([place.get(word, len(self.words)) for word in vocabulary], dtype=np.int64)
        return positions[codes]

    def rank(self, values: pd.Series) -> Floats:
        """Share of the training cases below each value; 0.5 where empty."""
        numbers = as_numbers(values)
        known = ~np.isnan(numbers)
        ranks = np.full(len(numbers), 0.5)
        grid = np.asarray(self.quantiles)
        if grid[0] < grid[-1]:
            left = np.interp(numbers[known], grid, RANK_GRID)
            right = 1 - np.interp(-numbers[known], -grid[::-1], 1 - RANK_GRID[::-1])
            ranks[known] = (left + right) / 2
        return ranks

    def _encode_numbers(self, values: pd.Series) -> Floats:
        rank = self.rank(values)
        empty = np.isnan(as_numbers(values))
        hinges = [np.maximum(rank - knot, 0) - max(0.5 - knot, 0) for knot in KNOTS]
        return np.column_stack([rank - 0.5, *hinges, empty.astype(float)])


def learn_fields(
    frame: pd.DataFrame, fields: Sequence[str], *, min_level_cases: int = 5
) -> tuple[FieldEncoder, ...]:
    """One encoder per field that varies; numbers are numeric columns with more than ten values."""
    missing = [name for name in fields if name not in frame]
    if missing:
        raise ModelInputError(f"The training cases lack the fields {missing}.")
    encoders = [_learn(frame[name], min_level_cases) for name in fields]
    return tuple(e for e in encoders if e.is_number or len(e.words) > 1)


def as_categories(frame: pd.DataFrame, fields: Sequence[str]) -> pd.DataFrame:
    """The same fields with words turned to categories, so that they are read only once."""
    return pd.DataFrame(
        {name: frame[name] if _is_numeric(frame[name]) else _category(frame[name]) for name in fields},
        index=frame.index,
    )


def as_codes(values: pd.Series) -> tuple[npt.NDArray[np.int64], list[str]]:
    """Each value's number, and the words that the numbers stand for; empty values are the empty word."""
    if isinstance(values.dtype, pd.CategoricalDtype) and not values.isna().any():
        return values.cat.codes.to_numpy().astype(np.int64), [str(w) for w in values.cat.categories]
    places, known = pd.factorize(values, use_na_sentinel=True)
    words = ["", *(str(word) for word in known)]
    vocabulary = list(dict.fromkeys(words))
    number = {word: place for place, word in enumerate(vocabulary)}
    codes = np.array([number[word] for word in words], dtype=np.int64)[places + 1]
    return _without_unused(codes, vocabulary)


def as_numbers(values: pd.Series) -> Floats:
    """Values as floats; what is not a number is NaN."""
    return np.asarray(pd.to_numeric(values, errors="coerce").to_numpy(dtype=float, na_value=np.nan))


def _learn(values: pd.Series, min_level_cases: int) -> FieldEncoder:
    name = str(values.name)
    if _is_numeric(values) and values.nunique() > 10:
        return FieldEncoder(name, (), tuple(np.nanquantile(as_numbers(values), RANK_GRID)))
    codes, vocabulary = as_codes(values)
    counts = np.bincount(codes, minlength=len(vocabulary))
    return FieldEncoder(
        name, tuple(sorted(w for w, n in zip(vocabulary, counts, strict=True) if n >= min_level_cases)), ()
    )


def _is_numeric(values: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)


def _without_unused(
    codes: npt.NDArray[np.int64], vocabulary: list[str]
) -> tuple[npt.NDArray[np.int64], list[str]]:
    used = np.bincount(codes, minlength=len(vocabulary)) > 0
    kept = [word for word, is_used in zip(vocabulary, used, strict=True) if is_used]
    return (np.cumsum(used) - 1)[codes], kept


def _category(values: pd.Series) -> Any:
    codes, vocabulary = as_codes(values)
    from_codes: Any = pd.Categorical.from_codes
    return from_codes(codes, categories=vocabulary)
