"""Counts of what is in a warehouse, taken where the data is: one small answer per table."""

from typing import Any

import pandas as pd

from pipeline import catalog
from pipeline.warehouse import Warehouse

DAY_ORDERS = {
    "invoices": (("issued_on", "due_on"),),
    "shipments": (("shipped_on", "delivered_on"),),
    "orders": (("ordered_on", "promised_on"), ("ordered_on", "cancelled_on")),
    "service_tickets": (("opened_on", "answered_on"), ("opened_on", "closed_on")),
    "people": (("joined_on", "left_on"),),
    "opportunity_history": (("changed_on", "known_on"),),
}
"""Table -> pairs of days of which the second cannot lie before the first."""


def summary(warehouse: Warehouse, name: str) -> dict[str, Any]:
    """Of one table: rows, distinct keys, filled cells, first and last day of columns, days out of order."""
    table, declared = warehouse.table(name), catalog.table(name)
    asked = {"rows": table.count()}
    for column in declared.columns:
        asked[f"filled:{column.name}"] = _is_filled(table[column.name], column.dtype).sum()
    for column in (c for c in declared.columns if c.type == "date"):
        asked[f"first:{column.name}"], asked[f"last:{column.name}"] = (
            table[column.name].min(),
            table[column.name].max(),
        )
    for earlier, later in DAY_ORDERS.get(name, ()):
        asked[f"order:{earlier}+{later}"] = (table[later] < table[earlier]).sum()
    row: dict[str, Any] = warehouse.backend.execute(table.aggregate(**asked)).iloc[0].to_dict()
    row["keys"] = int(warehouse.backend.execute(table.select(*declared.key).distinct().count()))
    return row


def orphan_rows(warehouse: Warehouse, name: str, column: str, target: str) -> int:
    """How many rows refer to something that the other table does not have."""
    other, _, key = target.partition(".")
    table, known = warehouse.table(name), warehouse.table(other)
    filled = table.filter(_is_filled(table[column], "str"))
    return int(warehouse.backend.execute(filled.anti_join(known, filled[column] == known[key]).count()))


def values(warehouse: Warehouse, name: str, column: str) -> pd.DataFrame:
    """One row per value of a text column: value, rows."""
    table = warehouse.table(name)
    table = table.filter(_is_filled(table[column], "str"))
    counts = table.group_by(value=table[column]).aggregate(rows=table.count())
    found: pd.DataFrame = warehouse.backend.execute(counts)
    return found.sort_values("value", ignore_index=True)


def _is_filled(column: Any, dtype: str) -> Any:
    return (column != "").fill_null(False) if dtype == "str" else ~column.isnull()  # noqa: PD003 - Ibis, not pandas
