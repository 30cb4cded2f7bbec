"""From arrays of numbers to tables in catalog form."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pipeline import catalog
from pipeline.company_demo.rhythm import NEVER, Days


def identifiers(prefix: str, numbers: Days, width: int = 7) -> pd.Series:
    """`C0000012` for 12; missing for negative numbers."""
    known = pa.array(numbers, mask=numbers < 0)
    digits = pc.utf8_lpad(pc.cast(known, pa.string()), width, "0")
    joined = pc.binary_join_element_wise(pa.scalar(prefix), digits, "")
    return pd.Series(pd.array(joined, dtype="str"))


def labels(names: Sequence[str], codes: Days) -> pd.Series:
    """The name of each code; missing for negative codes."""
    known = pa.array(codes, mask=codes < 0)
    return pd.Series(pd.array(pc.take(pa.array(list(names), pa.string()), known), dtype="str"))


def dates(days: Days, last: int = NEVER - 1) -> pd.Series:
    """Dates of day numbers; missing after `last` (what has not happened yet)."""
    stamps = days.astype("datetime64[D]").astype("datetime64[s]")
    stamps[days > last] = np.datetime64("NaT")
    return pd.Series(stamps)


def cents(amounts: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Amounts rounded to cents."""
    return np.round(amounts, 2)


def in_catalog_form(name: str, columns: Mapping[str, Any]) -> pd.DataFrame:
    """One table with the catalog's columns in order, each with its dtype; absent columns are missing."""
    frame = pd.DataFrame(dict(columns))
    declared = catalog.table(name)
    typed = {column.name: _typed(frame, column.name, column.dtype) for column in declared.columns}
    return pd.DataFrame(typed).reset_index(drop=True)


def _typed(frame: pd.DataFrame, name: str, dtype: Any) -> pd.Series:
    column = frame[name] if name in frame else pd.Series(pd.NA, index=frame.index)
    return column.astype(dtype)
