"""Parquet files."""

import io

import pandas as pd

from pipeline.errors import SourceError
from pipeline.sources.labelled import Labelled, digest, distinct
from pipeline.sources.typed import text_frame

PARQUET_MARK = b"PAR1"


def read_parquet(data: bytes, origin: str) -> Labelled:
    """Read a Parquet file; nested columns become their text.

    Raises:
        SourceError: damaged or cut off.
    """
    import pyarrow as pa
    from pyarrow import parquet

    try:
        table = parquet.read_table(io.BytesIO(data))
        frame = _text_columns(table)
    except (pa.ArrowException, OSError, ValueError) as error:
        reason = str(error).split("\n", maxsplit=1)[0][:120]
        raise SourceError(f"{origin}: is no readable Parquet file ({reason}).", "Export it again.") from None
    frame.index = pd.RangeIndex(1, 1 + len(frame), name="line")
    return Labelled(origin, frame, digest(data))


def _text_columns(table: "pa.Table") -> pd.DataFrame:  # type: ignore[name-defined]  # noqa: F821
    labels = distinct(table.column_names)
    columns = {label: _text(table.column(number)) for number, label in enumerate(labels)}
    return pd.DataFrame(columns, columns=labels)


def _text(column: "pa.ChunkedArray") -> pd.Series:  # type: ignore[name-defined]  # noqa: F821
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.cast(kind.value_type), kind.value_type
    if pa.types.is_floating(kind) or pa.types.is_nested(kind) or pa.types.is_timestamp(kind):
        return text_frame([[value] for value in column.to_pandas()], ["value"])["value"]
    if not pa.types.is_string(kind):
        column = column.cast(pa.string())
    series: pd.Series = pc.fill_null(column, "").to_pandas().astype("str")
    return series
