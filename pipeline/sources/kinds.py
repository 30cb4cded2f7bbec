"""What an export can be: its columns, and which of them tell it apart and must be there."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from pipeline.catalog import Column, table
from pipeline.company import Settings


class Kind(Settings):
    """One kind of export; `columns` are the catalogue's, then those that only exports have."""

    name: str
    identify: tuple[tuple[str, ...], ...]
    required: tuple[tuple[str, ...], ...]
    hints: tuple[str, ...] = ()
    columns: Mapping[str, Column]


@cache
def kinds() -> Mapping[str, Kind]:
    """All kinds by name, in the order of the catalogue."""
    raw = tomllib.loads(files("pipeline.sources").joinpath("kinds.toml").read_text(encoding="utf-8"))
    return {name: _kind(name, body) for name, body in raw.items()}


def _kind(name: str, body: dict[str, object]) -> Kind:
    extra = body.pop("columns", {})
    assert isinstance(extra, dict)
    columns = {column.name: column for column in table(name).columns}
    columns |= {column: Column(name=column, **facts) for column, facts in extra.items()}
    return Kind.model_validate({"name": name, "columns": columns, **body})
