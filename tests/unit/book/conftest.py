import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from pipeline.book import Book
from pipeline.company import Company
from pipeline.parameters import Period
from pipeline.warehouse import Warehouse

sys.path.insert(0, str(Path(__file__).parent))


def filled(warehouse: Warehouse, tables: dict[str, pd.DataFrame]) -> Warehouse:
    with warehouse.transaction():
        for name, table in tables.items():
            warehouse.replace(name, table)
    return warehouse


def book_at(warehouse: Warehouse, as_of: date) -> Book:
    return Book(warehouse, Company(), Period.containing(as_of, "month"), as_of=as_of)


@pytest.fixture(scope="module")
def warehouse_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[dict[str, pd.DataFrame]], Warehouse]:
    """Makes a warehouse that holds given tables."""

    def make(tables: dict[str, pd.DataFrame]) -> Warehouse:
        return filled(Warehouse.open(tmp_path_factory.mktemp("data"), url=""), tables)

    return make


@pytest.fixture(scope="module")
def small(warehouse_of: Callable[[dict[str, pd.DataFrame]], Warehouse]) -> Warehouse:
    from small_company import tables

    return warehouse_of(tables())
