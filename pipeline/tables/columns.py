"""From the source's columns of text to columns of the declared types."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from pipeline.catalog import Column
from pipeline.errors import SourceError
from pipeline.sources import Labelled, Match
from pipeline.sources.labels import fold
from pipeline.tables.dates import order_evidence, read_dates
from pipeline.tables.faults import Faults
from pipeline.tables.numbers import decimal_evidence, read_numbers, unit_factor, without_doubtful
from pipeline.tables.options import Options
from pipeline.tables.texts import (
    read_booleans,
    read_choices,
    read_ids,
    read_periods,
    read_texts,
)
from pipeline.tables.values import EMPTY, EMPTY_TEXT, Reader, Values, by_distinct

MANY_DATES = 20_000


def typed_columns(source: Labelled, found: Match, options: Options) -> tuple[pd.DataFrame, Faults]:
    """One row per record of the source, our columns in declared types; unreadable values empty and listed.

    Raises:
        SourceError: a unit that nobody knows.
    """
    options_dates = options.dates or _date_order(source, found)
    options = _with_decimal(source, found, options)
    faults = Faults(source, found)
    columns: dict[str, pd.Series] = {}
    for name, column in found.kind.columns.items():
        if name in found.columns:
            text = _translated(source.frame[found.columns[name]], name, options)
            read = _read(text, column, options, options_dates, _factor(source, found, name))
            columns[name] = read.cells
            faults.add_values(name, read.rules)
        elif name in options.constants:
            text = pd.Series(options.constants[name], index=source.frame.index, dtype="str")
            columns[name] = _read(text, column, options, options_dates, 1.0).cells
    return pd.DataFrame(columns, index=source.frame.index), faults


def read_column(text: pd.Series, column: Column, options: Options) -> Values:
    """Read values of one column that stand elsewhere than under its label, as in a list of changes."""
    return _read(_translated(text, column.name, options), column, options, options.dates, 1.0)


def _translated(text: pd.Series, name: str, options: Options) -> pd.Series:
    names = options.names.get(name)
    if not names:
        return text
    codes, distinct = pd.factorize(text)
    ours = np.array([*(names.get(fold(str(value)), str(value)) for value in distinct), ""], dtype=object)
    return pd.Series(ours[codes], index=text.index, dtype="str")


def _read(text: pd.Series, column: Column, options: Options, dates: str, factor: float) -> Values:
    kind = column.type
    if kind in {"money", "number", "integer", "share"}:
        return _read_quantity(text, column, options, factor)
    readers: dict[str, Reader] = {
        "date": partial(read_dates, order=dates, timezone=options.timezone),
        "text": read_texts,
        "id": read_ids,
        "boolean": read_booleans,
        "period": read_periods,
        "choice": partial(read_choices, choices=column.choices),
    }
    empty = EMPTY_TEXT if kind in {"text", "id"} else EMPTY
    return by_distinct(text, readers[kind], column.dtype, empty)


def _read_quantity(text: pd.Series, column: Column, options: Options, factor: float) -> Values:
    currency = options.currency if column.type == "money" else ""
    reader = partial(read_numbers, decimal=options.decimal, factor=factor, currency=currency)
    if column.type == "share":
        text = text.str.replace(r"\s*[%％]\s*$", "", regex=True)
    doubting = options.is_doubtful and column.type != "integer"
    read = by_distinct(text, partial(_doubting, reader) if doubting else reader, "float64")
    values, rules = read.cells, read.rules
    if column.type == "share" and (values > 1).any():
        values = values / 100
    if column.type == "integer":
        is_broken = values.notna() & (values % 1 != 0)
        rules = np.where(is_broken, "not-whole", rules)
        values = values.mask(is_broken).astype("Int64")
    return Values(values, rules)


def _doubting(reader: Reader, texts: Sequence[str]) -> Values:
    return without_doubtful(texts, reader(texts))


def _with_decimal(source: Labelled, found: Match, options: Options) -> Options:
    """Files with semicolons come from places with decimal commas: all numbers together must prove it."""
    if source.delimiter != ";" or options.decimal:
        return options
    proofs: set[str] = set()
    for name, column in found.kind.columns.items():
        if column.type in {"money", "number", "share"} and name in found.columns:
            proofs |= decimal_evidence([str(text) for text in pd.unique(source.frame[found.columns[name]])])
    if len(proofs) == 1:
        return replace(options, decimal=proofs.pop())
    return replace(options, is_doubtful=not proofs)


def _factor(source: Labelled, found: Match, name: str) -> float:
    if found.kind.columns[name].type != "money" or name not in found.units:
        return 1.0
    factor = unit_factor(found.units[name])
    if factor is None:
        if name in found.said_units:
            raise SourceError(
                f"{source.origin}: unknown unit {found.units[name]!r} of `{name}`.",
                "Known: 元, 千元, 万元, 百万元, 亿元, thousand, million, billion.",
            )
        return 1.0
    return factor


def _date_order(source: Labelled, found: Match) -> str:
    """The order of day and month that the dates of the whole file prove; empty for none or both."""
    proofs: set[str] = set()
    for name, column in found.kind.columns.items():
        if column.type == "date" and name in found.columns:
            distinct = pd.unique(source.frame[found.columns[name]])
            if any("/" in text or "-" in text or "." in text for text in distinct[:50]):
                proofs |= order_evidence([str(text) for text in distinct])
    return proofs.pop() if len(proofs) == 1 else ""
