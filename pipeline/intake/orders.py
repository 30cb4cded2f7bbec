"""Orders made of their lines, where an export has lines only."""

from typing import Any

import pandas as pd

from pipeline import catalog

OF_THE_ORDER = (
    "customer_id", "opportunity_id", "rep_id", "business_line", "channel", "promised_on", "cancelled_on",
)  # fmt: skip


def lines_of(exports: list[pd.DataFrame]) -> pd.DataFrame:
    """One row per order and line of several exports.

    An order that appears again in a later export replaces the earlier version as a whole, so that exports
    which overlap do not count twice. Lines without a number are numbered as they stand in their export.
    """
    kept: list[pd.DataFrame] = []
    seen: set[str] = set()
    for export in reversed(exports):
        fresh = export[~export["order_id"].isin(seen)] if seen else export
        if len(exports) > 1:
            seen.update(export["order_id"].unique())
        kept.append(fresh)
    lines = pd.concat(reversed(kept), ignore_index=True) if len(kept) > 1 else kept[0].reset_index(drop=True)
    lines["line_number"] = _numbers(lines)
    return lines


def orders_of(lines: pd.DataFrame) -> pd.DataFrame:
    """One row per order: its earliest day, the sum of its lines, the first value of whatever belongs to it.

    A cancellation whose lines are negative is an order with a negative amount.
    """
    codes, ids = pd.factorize(lines["order_id"])
    grouped = lines[["ordered_on", "amount"]].groupby(codes, sort=True)
    orders = pd.DataFrame({"order_id": ids.astype("str")})
    orders["ordered_on"] = grouped["ordered_on"].min().to_numpy()
    orders["amount"] = grouped["amount"].sum().to_numpy()
    for name in OF_THE_ORDER:
        if name in lines:
            orders[name] = _first_filled(lines[name], codes, len(ids))
    return _typed(orders)


def _numbers(lines: pd.DataFrame) -> pd.Series:
    counted = (lines.groupby("order_id", sort=False).cumcount() + 1).astype("Int64")
    if "line_number" not in lines or lines["line_number"].isna().any():
        return counted
    is_doubled = lines.duplicated(["order_id", "line_number"], keep=False)
    broken = lines.loc[is_doubled, "order_id"].unique()
    return lines["line_number"].mask(lines["order_id"].isin(broken), counted)


def _first_filled(values: pd.Series, codes: object, count: int) -> pd.Series:
    """The first value of each order that is not empty."""
    is_filled = values.ne("") if values.dtype == "str" else values.notna()
    found = pd.DataFrame({"code": codes, "value": values.to_numpy()})[is_filled.to_numpy()]
    first = found.drop_duplicates("code").set_index("code")["value"].reindex(range(count))
    return (first.fillna("") if values.dtype == "str" else first).astype(values.dtype).reset_index(drop=True)


def _typed(orders: pd.DataFrame) -> pd.DataFrame:
    kinds: Any = {column.name: column.dtype for column in catalog.table("orders").columns}
    return orders.astype({name: kinds[name] for name in orders})
