"""Column types of every table as it lies in a warehouse, and frames turned into Arrow tables."""

from collections.abc import Mapping

import pandas as pd
import pyarrow as pa

from pipeline import catalog
from pipeline.errors import WarehouseError

ARROW_TYPES: Mapping[str, pa.DataType] = {
    "string": pa.string(), "date": pa.date32(), "float64": pa.float64(), "int64": pa.int64(),
    "boolean": pa.bool_(),
}  # fmt: skip
PANDAS_TYPES: Mapping[pa.DataType, str] = {
    pa.string(): "str", pa.date32(): "datetime64[s]", pa.float64(): "float64", pa.int64(): "Int64",
    pa.bool_(): "boolean",
}  # fmt: skip
CONTENT = "content"
SYSTEM_TABLES: Mapping[str, Mapping[str, str]] = {
    "imports": {
        "import_id": "string", "imported_at": "string", "file": "string", "sha256": "string",
        "table_name": "string", "mapping": "string", "exported_on": "date", "rows_read": "int64",
        "rows_accepted": "int64", "rows_refused": "int64",
    },
    "quarantine": {
        "import_id": "string", "file": "string", "sheet": "string", "line": "int64", "table_name": "string",
        "column_name": "string", "rule": "string", "value": "string", "action": "string",
        "message": "string",
    },
    CONTENT: {"table_name": "string", "day": "string", "rows": "int64", "digest": "string"},
}  # fmt: skip
"""Tables about the warehouse itself: accepted files, refused values, and a digest of each table's rows by
the day on which they became known."""


def column_types(name: str) -> Mapping[str, str]:
    """Ibis types by column of a catalogue or system table.

    Raises:
        WarehouseError: there is no such table.
    """
    if name in SYSTEM_TABLES:
        return SYSTEM_TABLES[name]
    try:
        return {column.name: column.sql_type for column in catalog.table(name).columns}
    except KeyError:
        known = ", ".join([*catalog.tables(), *SYSTEM_TABLES])
        raise WarehouseError(f"There is no table {name!r}.", f"Known tables: {known}.") from None


def arrow_schema(name: str) -> pa.Schema:
    """The Arrow schema of a table, columns in declared order."""
    return pa.schema([(column, ARROW_TYPES[kind]) for column, kind in column_types(name).items()])


def to_arrow(name: str, frame: pd.DataFrame) -> pa.Table:
    """A frame as the Arrow table of `name`; columns it lacks become empty.

    Raises:
        WarehouseError: a column that the table does not have, or values of another type.
    """
    schema = arrow_schema(name)
    if unknown := [str(column) for column in frame.columns if column not in schema.names]:
        raise WarehouseError(
            f"{name} has no column {', '.join(unknown)}.", f"It has: {', '.join(schema.names)}."
        )
    columns = [_column(name, frame, field) for field in schema]
    return pa.table(columns, schema=schema)


def to_frame(name: str, rows: pa.Table) -> pd.DataFrame:
    """An Arrow table as a frame with the catalogue's dtypes."""
    columns = {
        field.name: pandas_column(rows.column(field.name), PANDAS_TYPES[field.type])
        for field in arrow_schema(name)
    }
    return pd.DataFrame(columns)


def pandas_column(values: pa.ChunkedArray, dtype: str) -> pd.Series:
    """One Arrow column as a pandas one of a given dtype; empty values as that dtype writes them."""
    if dtype in ("Int64", "boolean"):
        mapping = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}
        cast = values.cast(pa.int64() if dtype == "Int64" else pa.bool_())
        nullable: pd.Series = cast.to_pandas(types_mapper=mapping.get)
        return nullable
    if dtype == "datetime64[s]":
        values = values.cast(pa.timestamp("s"))
    plain: pd.Series = values.to_pandas().astype(dtype)
    return plain


def _column(name: str, frame: pd.DataFrame, field: pa.Field) -> pa.Array:
    if field.name not in frame:
        return pa.nulls(len(frame), field.type)
    try:
        values = pa.array(frame[field.name], type=field.type, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError) as error:
        raise WarehouseError(f"{name}.{field.name} is not of type {field.type}: {error}.") from None
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
