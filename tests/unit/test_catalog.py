"""The catalogue of tables hangs together, and the codebook is its print."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from pipeline.catalog import Table, table, tables
from pipeline.codebook import codebook_text

ROOT = Path(__file__).parents[2]


def test_every_reference_points_to_the_key_of_a_table_declared_before_or_itself():
    order = list(tables())
    for declared in tables().values():
        for column in declared.columns:
            if column.references:
                name, _, target = column.references.partition(".")
                assert tables()[name].key == (target,)
                assert order.index(name) <= order.index(declared.name)


def test_keys_and_knowledge_dates_are_declared_soundly():
    for declared in tables().values():
        assert set(declared.key) <= set(declared.column_names)
        if declared.known_on:
            assert declared.column(declared.known_on).type == "date"
            assert declared.known_on in declared.required
        for column in declared.columns:
            assert column.en, column.name
            assert column.zh, column.name
            assert (column.type == "choice") == bool(column.choices)
            if column.known_with:
                assert declared.column(column.known_with).type == "date"


def test_a_table_that_refers_to_a_column_it_does_not_have_is_refused():
    with pytest.raises(ValidationError, match="does not have"):
        Table(name="t", en="t", zh="t", grain="g", key=("absent",), columns=())


def test_unknown_column():
    with pytest.raises(KeyError, match="no column 'colour'"):
        table("orders").column("colour")


def test_the_codebook_is_up_to_date():
    written = (ROOT / "docs/codebook.md").read_text(encoding="utf-8")
    assert written == codebook_text(tables().values()), "run: quarterdeck codebook"
