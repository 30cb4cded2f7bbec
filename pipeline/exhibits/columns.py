"""Columns of display tables: what they hold, how a cell looks, and the typed copy for the workbook."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from pipeline.exhibits.exhibit import Sheet
from pipeline.exhibits.markup import clean
from pipeline.exhibits.numerals import Unit
from pipeline.exhibits.reader import Reader
from pipeline.findings import Kind

Shape = Literal["plain", "bar", "interval", "sparkline", "change", "status"]
NUMERIC: frozenset[Kind] = frozenset(
    {"money", "count", "number", "percent", "points", "ratio", "p_value", "days"}
)

SMALLEST_IN_UNIT = 0.1
"""A column whose largest amount is below a tenth of the table's unit gets its own."""


@dataclass(frozen=True)
class Column:
    """One column of a display table.

    Attributes:
        name: the frame's column.
        label: its head, in the reader's language.
        kind: how its values are written (`pipeline.findings.Kind`).
        shape: `plain` text; `bar` a bar behind the figure; `interval` the figure, its range and a small
            drawing of both; `sparkline` a small line of a cell that holds a sequence of numbers;
            `change` signed, with an arrow, coloured by `good`; `status` a pill.
        low: the frame's column with the interval's lower end.
        high: the same for the upper end.
        dimension: for labels: the dimension the values belong to.
        adds: the column adds up, so that `total` and `other` rows have its sum.
        good: whether `up` or `down` is good news, for `change`.
        hint: a word more about the head, shown small below it (a unit, a definition).
    """

    name: str
    label: str
    kind: Kind = "text"
    shape: Shape = "plain"
    low: str = ""
    high: str = ""
    dimension: str = ""
    adds: bool = False
    good: Literal["up", "down", ""] = "up"
    hint: str = ""

    @property
    def is_numeric(self) -> bool:
        """Whether its cells are figures, aligned to the right."""
        return self.kind in NUMERIC and self.shape != "sparkline"


def with_values(columns: Sequence[Column], frame: pd.DataFrame) -> list[Column]:
    """The columns that have a value in some row; the first, which names the rows, in any case."""
    return [column for place, column in enumerate(columns) if place == 0 or frame[column.name].notna().any()]


def unit_of(column: Column, frame: pd.DataFrame, reader: Reader) -> Unit | None:
    """The money unit of a column, from its largest value or interval end; none for other kinds."""
    return reader.money_unit(_amounts(column, frame)) if column.kind == "money" else None


def units_of(columns: Sequence[Column], frame: pd.DataFrame, reader: Reader) -> dict[str, Unit | None]:
    """The money units of a table's columns: one for all, but for columns that would be too small in it."""
    amounts = {
        column.name: [abs(amount) for amount in _amounts(column, frame)]
        for column in columns
        if column.kind == "money"
    }
    largest = {name: max(found, default=0.0) for name, found in amounts.items()}
    units: dict[str, Unit | None] = {column.name: None for column in columns}
    if not largest:
        return units
    common = _common_unit(amounts, reader)
    for name, amount in largest.items():
        fits = amount == 0 or amount / common.worth >= SMALLEST_IN_UNIT
        units[name] = common.fitted(amount) if fits else reader.money_unit([amount])
    return units


def _common_unit(amounts: dict[str, list[float]], reader: Reader) -> Unit:
    """The unit of the largest amount, or the next smaller one where most that share it would be fractions."""
    largest = max(max(found, default=0.0) for found in amounts.values())
    unit = reader.money_unit([largest])
    least = SMALLEST_IN_UNIT * unit.worth
    shown = [amount for found in amounts.values() if max(found, default=0.0) >= least for amount in found]
    if (
        largest < 10 * unit.worth
        and float(np.median([amount for amount in shown if amount] or [0.0])) < unit.worth
    ):
        return reader.money_unit([0.9 * unit.worth]).fitted(largest)
    return unit


def _amounts(column: Column, frame: pd.DataFrame) -> list[float]:
    if column.shape == "sparkline":
        return [value for cell in frame[column.name] for value in numbers(cell)]
    names = [name for name in (column.name, column.low, column.high) if name in frame.columns]
    return [float(value) for name in names for value in frame[name].dropna() if np.isfinite(value)]


def numbers(cell: Any) -> list[float]:
    """The finite numbers of a sparkline's cell."""
    if not isinstance(cell, list | tuple | np.ndarray | pd.Series):
        return []
    return [float(value) for value in cell if value is not None and np.isfinite(value)]


def sheet_of(
    frame: pd.DataFrame, columns: Sequence[Column], reader: Reader, title: str, notes: Sequence[str] = ()
) -> Sheet:
    """The typed copy of a table for the workbook; intervals become two further columns."""
    heads: list[dict[str, str]] = []
    series: list[list[Any]] = []
    for column in columns:
        if column.shape == "sparkline":
            continue
        unit = reader.currency if column.kind == "money" else ""
        heads.append({"label": column.label, "kind": column.kind, "unit": unit})
        series.append([_typed(value, column, reader) for value in frame[column.name]])
        for end, word in ((column.low, "interval-low"), (column.high, "interval-high")):
            if end:
                heads.append(
                    {"label": f"{column.label} {reader.text(word)}", "kind": column.kind, "unit": unit}
                )
                series.append([_typed(value, column, reader) for value in frame[end]])
    rows = tuple(zip(*series, strict=True)) if series else ()
    return Sheet(clean(title), tuple(heads), rows, tuple(clean(text) for text in notes if text))


def _typed(value: Any, column: Column, reader: Reader) -> Any:
    if column.kind == "label":
        return clean(reader.label(column.dimension, value))
    if (
        value is None
        or value is pd.NaT
        or (isinstance(value, float | np.floating) and not np.isfinite(value))
    ):
        return None
    if column.kind in NUMERIC:
        number = float(value)
        return int(number) if number.is_integer() and abs(number) < 2**53 else number
    if column.kind in {"date", "week"} and not isinstance(value, str):
        return pd.Timestamp(value).date().isoformat()
    if column.kind == "month":
        return str(pd.Period(value, "M")) if not isinstance(value, str) else value
    return value.isoformat() if isinstance(value, datetime.date) else clean(value)
