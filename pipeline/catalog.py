"""Every table declared once: grain, key, columns with type, unit and meaning in both languages.

The declarations stand in `catalog.toml`. Checks on arrival, the codebook, axis labels and the rule
of what was known when are all read from here.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal, Self

from pydantic import Field, model_validator

from pipeline.company import Language, Settings

ColumnType = Literal[
    "id", "text", "date", "money", "number", "integer", "share", "boolean", "choice", "period"
]
DTYPES: Mapping[ColumnType, str] = {
    "id": "str", "text": "str", "choice": "str", "period": "str", "date": "datetime64[s]", "money": "float64",
    "number": "float64", "integer": "Int64", "share": "float64", "boolean": "boolean",
}  # fmt: skip
"""The pandas dtype of each column type, in labelled frames, checked tables and the book's answers."""
SQL_TYPES: Mapping[ColumnType, str] = {
    "id": "string", "text": "string", "choice": "string", "period": "string", "date": "date",
    "money": "float64", "number": "float64", "integer": "int64", "share": "float64", "boolean": "boolean",
}  # fmt: skip
"""The Ibis type of each column type, in the warehouse."""


class Column(Settings):
    """One column of a table."""

    name: str
    type: ColumnType
    en: str
    zh: str
    unit: str = ""
    required: bool = False
    personal: bool = False
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    references: str = ""
    known_with: str = ""

    def label(self, language: Language) -> str:
        """The column's meaning in `language`."""
        return self.zh if language == "zh" else self.en

    @property
    def dtype(self) -> str:
        """The pandas dtype."""
        return DTYPES[self.type]

    @property
    def sql_type(self) -> str:
        """The Ibis type."""
        return SQL_TYPES[self.type]


class Table(Settings):
    """One table: its grain, key and columns, and by which date a row is known."""

    name: str
    en: str
    zh: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    known_on: str = Field(default="", description="date column by which a row is known; empty: no history")

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        names = {column.name for column in self.columns}
        used = {
            *self.key,
            *filter(None, [self.known_on]),
            *(c.known_with for c in self.columns if c.known_with),
        }
        if unknown := used - names:
            raise ValueError(f"{self.name}: refers to columns that it does not have: {sorted(unknown)}")
        return self

    def label(self, language: Language) -> str:
        """The table's name in `language`."""
        return self.zh if language == "zh" else self.en

    def column(self, name: str) -> Column:
        """The declaration of one column; `KeyError` when the table has no such column."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name} has no column {name!r}")

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of the columns in order."""
        return tuple(column.name for column in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns without which a row means nothing."""
        return tuple(column.name for column in self.columns if column.required)


@cache
def tables() -> Mapping[str, Table]:
    """All tables by name, in the order in which they are loaded (referenced ones first)."""
    raw = tomllib.loads(files("pipeline").joinpath("catalog.toml").read_text(encoding="utf-8"))
    return {name: _table(name, body) for name, body in raw.items()}


def table(name: str) -> Table:
    """The declaration of one table; `KeyError` when there is no such table."""
    return tables()[name]


def _table(name: str, body: dict[str, object]) -> Table:
    columns = body.pop("columns")
    assert isinstance(columns, dict)
    declared = [Column(name=column, **facts) for column, facts in columns.items()]
    return Table.model_validate({"name": name, "columns": tuple(declared), **body})
