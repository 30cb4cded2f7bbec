"""Ibis expressions brought home as pandas frames with fixed dtypes and a fixed order."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import pyarrow as pa

MONEY = "decimal(18, 4)"
"""Sums of money are taken in decimals: exact, so that cuts add up and the order of rows does not matter."""


def brought_home(
    backend: Any, expression: Any, order: Sequence[str], nullable: Sequence[str] = ()
) -> pd.DataFrame:
    """The rows of an expression, sorted by `order`.

    Text is `str` with "" for nothing, dates `datetime64[s]`, whole numbers int64 (those in `nullable`
    Int64), other numbers float64, booleans bool with False for unknown.
    """
    rows = backend.to_pyarrow(expression)
    rows = pa.table([_plain(column) for column in rows.columns], names=rows.column_names)
    rows = rows.sort_by([(column, "ascending") for column in order])
    return pd.DataFrame({name: _pandas(rows.column(name), name in nullable) for name in rows.column_names})


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Decimals as floats, dates and timestamps as seconds, integers as 64 bits, before sorting."""
    kind = column.type
    if pa.types.is_decimal(kind):
        return column.cast(pa.float64())
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        return column.cast(pa.timestamp("s"))
    if pa.types.is_integer(kind):
        return column.cast(pa.int64())
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_null(kind):
        return column.cast(pa.string()).fill_null("")
    return column


def _pandas(column: pa.ChunkedArray, nullable: bool) -> pd.Series:
    kind = column.type
    if pa.types.is_boolean(kind):
        return pd.Series(column.fill_null(False).to_numpy(), dtype="bool")
    if pa.types.is_integer(kind):
        if nullable:
            whole: pd.Series = column.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
            return whole
        return pd.Series(column.fill_null(0).to_numpy(), dtype="int64")
    dtype = {pa.string(): "str", pa.timestamp("s"): "datetime64[s]"}.get(kind, "float64")
    values: pd.Series = column.to_pandas().astype(dtype)
    return values
