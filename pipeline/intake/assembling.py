"""Checked exports and what is known already -> the rows to be written, table by table."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from pipeline import catalog
from pipeline.intake.history import advanced, is_same_scope, looked_up, renumbered, taken_back
from pipeline.intake.orders import lines_of, orders_of
from pipeline.intake.recorded import recorded
from pipeline.intake.references import MASTERS, derived, orphans, resolved
from pipeline.tables import Checked

Frames = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class Known:
    """What the warehouse has: a function that brings a table, and what earlier imports brought."""

    frame: Callable[[str], pd.DataFrame]
    imported: frozenset[str] = frozenset()
    previous_on: datetime.date | None = None


@dataclass
class Assembled:
    """Rows to be written.

    Attributes:
        frames: table -> rows in declared types.
        by: table -> columns whose values are exchanged as a whole.
        orphans: one row per reference to nothing: table_name, column_name, value, rows.
        resolved: `table.column` -> references that were replaced by the identifier they mean.
        notes: message key and value.
    """

    frames: Frames = field(default_factory=dict)
    by: dict[str, tuple[str, ...]] = field(default_factory=dict)
    orphans: pd.DataFrame = field(default_factory=pd.DataFrame)
    resolved: dict[str, int] = field(default_factory=dict)
    notes: list[tuple[str, str]] = field(default_factory=list)


def assemble(
    checked: Sequence[Checked],
    known: Known,
    exported_on: datetime.date,
    opened_as: str = "",
    known_at_creation: tuple[str, ...] = (),
) -> Assembled:
    """Everything that an import changes."""
    result = Assembled()
    exports = _dated(_joined(checked), exported_on)
    masters = {name: _master(name, exports, known) for name in MASTERS}
    exports, result.resolved = resolved(exports, masters)
    masters = {name: _completed_master(name, exports, masters[name], known) for name in MASTERS}
    _add_masters(result, masters, exports, known)
    _add_orders(result, exports, known)
    _add_opportunities(
        result,
        exports,
        known,
        exported_on,
        opened_as=opened_as,
        known_at_creation=known_at_creation,
    )
    for name in catalog.tables():
        if name in exports and name not in result.frames and name not in {*MASTERS, "opportunity_history"}:
            result.frames[name] = _declared(name, exports[name])
            result.by[name] = catalog.table(name).key
    result.orphans = orphans(result.frames, masters)
    return result


def _joined(checked: Sequence[Checked]) -> Frames:
    """One frame per kind; of rows with the same key the one of the later export counts."""
    exports: Frames = {}
    for kind in dict.fromkeys(entry.kind.name for entry in checked):
        parts = [entry.frame for entry in checked if entry.kind.name == kind]
        if kind == "order_lines":
            exports[kind] = lines_of(parts)
        elif kind == "opportunity_history":
            exports[kind] = _concatenated(parts)
        else:
            key = list(catalog.table(kind).key)
            rows = _concatenated(parts)
            exports[kind] = rows.drop_duplicates(
                [k for k in key if k in rows], keep="last", ignore_index=True
            )
    return exports


def _concatenated(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    if len(parts) == 1:
        return parts[0].reset_index(drop=True)
    rows = pd.concat(parts, ignore_index=True)
    texts = rows.select_dtypes(["str", "object"]).columns
    return rows.assign(**{name: rows[name].fillna("").astype("str") for name in texts})


def _dated(exports: Frames, exported_on: datetime.date) -> Frames:
    """Days that only the export can give: an undated creation, a cancellation, a reason seen while open."""
    day = pd.Timestamp(exported_on)
    if "opportunities" in exports:
        rows = exports["opportunities"]
        rows["created_on"] = rows["created_on"].fillna(day).astype("datetime64[s]")
        rows["recorded_on"] = rows["recorded_on"].fillna(day).astype("datetime64[s]")
        reasons = [name for name in ("reason_rep", "reason_customer", "competitor") if name in rows]
        if reasons:
            has_reason = pd.concat([rows[name].ne("") for name in reasons], axis=1).any(axis=1)
            seen = rows["reasons_known_on"].mask(has_reason & rows["reasons_known_on"].isna(), day)
            rows["reasons_known_on"] = seen.astype("datetime64[s]")
    for name in ("orders", "order_lines"):
        if name in exports and "is_cancelled" in exports[name]:
            rows = exports[name]
            given = rows.get("cancelled_on", pd.Series(pd.NaT, index=rows.index, dtype="datetime64[s]"))
            is_undated = rows["is_cancelled"].fillna(False).astype(bool) & given.isna()
            rows["cancelled_on"] = given.mask(is_undated, day).astype("datetime64[s]")
    return exports


def _master(name: str, exports: Frames, known: Known) -> pd.DataFrame:
    """The master as it will be: what is known, this import's rows over it; empty without a master file."""
    if name not in exports and name not in known.imported:
        return pd.DataFrame()
    stored = known.frame(name)
    if name not in exports:
        return stored
    return _laid_over(name, stored, exports[name])


def _laid_over(name: str, stored: pd.DataFrame, fresh: pd.DataFrame) -> pd.DataFrame:
    """Rows of `fresh` instead of those with the same key; columns that `fresh` lacks keep what was known."""
    key = catalog.table(name).key[0]
    fresh_rows = _declared(name, fresh)
    if stored.empty:
        return fresh_rows
    before = stored.set_index(key).reindex(fresh_rows[key])
    for column in catalog.table(name).column_names:
        if column not in fresh and column != key:
            kept = before[column].reset_index(drop=True).set_axis(fresh_rows.index)
            fresh_rows[column] = kept.fillna("") if kept.dtype == "str" else kept
    others = stored[~stored[key].isin(fresh_rows[key])]
    return pd.concat([others, fresh_rows], ignore_index=True)


def _completed_master(name: str, exports: Frames, master: pd.DataFrame, known: Known) -> pd.DataFrame:
    """The master, or where no file brings one, what is referred to; managers are people too."""
    if master.empty and name not in exports:
        found = derived(name, exports)
        if found.empty:
            return found
        return _laid_over(name, known.frame(name), found)
    if name == "people" and "manager_id" in master:
        bosses = pd.Series(sorted(set(master["manager_id"]) - set(master["person_id"]) - {""}), dtype="str")
        extra = _declared(name, pd.DataFrame({"person_id": bosses, "name": bosses}))
        return pd.concat([master, extra], ignore_index=True)
    return master


def _add_masters(result: Assembled, masters: Frames, exports: Frames, known: Known) -> None:
    """Masters that a file brings, and those that none brings and that are made of references."""
    for name, rows in masters.items():
        if len(rows) and (name in exports or name not in known.imported):
            result.frames[name] = _declared(name, rows)
            result.by[name] = catalog.table(name).key


def _add_orders(result: Assembled, exports: Frames, known: Known) -> None:
    """Lines, and the orders that no file of orders brings."""
    lines = exports.get("order_lines")
    orders = exports.get("orders")
    if lines is not None:
        result.frames["order_lines"] = _declared("order_lines", lines)
        result.by["order_lines"] = ("order_id",)
        made = orders_of(lines)
        if orders is not None:
            made = made[~made["order_id"].isin(orders["order_id"])]
        if "orders" in known.imported:
            made = made[~made["order_id"].isin(known.frame("orders")["order_id"])]
        orders = made if orders is None else _concatenated([orders, made])
    if orders is not None and len(orders):
        result.frames["orders"] = _declared("orders", orders)
        result.by["orders"] = ("order_id",)


def _add_opportunities(
    result: Assembled,
    exports: Frames,
    known: Known,
    exported_on: datetime.date,
    *,
    opened_as: str,
    known_at_creation: tuple[str, ...],
) -> None:
    export = exports.get("opportunities")
    changes = exports.get("opportunity_history")
    if export is None and changes is None:
        return
    before = known.frame("opportunity_history")
    if changes is not None:
        history = recorded(changes, export if export is not None else pd.DataFrame({"opportunity_id": []}))
        before = pd.concat([before[~before["opportunity_id"].isin(history["opportunity_id"])], history])
    if export is not None:
        export = _without_outdated(export, before, exported_on, result) if changes is None else export
        ours = before[before["opportunity_id"].isin(export["opportunity_id"])]
        previous_on = known.previous_on
        if previous_on is not None and not is_same_scope(export["opportunity_id"], before["opportunity_id"]):
            previous_on = None if ours.empty else previous_on
        base = ours if changes is not None else taken_back(ours, previous_on)
        history = advanced(
            base,
            export,
            exported_on,
            previous_on,
            opened_as=opened_as,
            known_at_creation=known_at_creation,
        )
        stored = known.frame("opportunities")
        rows = _laid_over(
            "opportunities", stored[stored["opportunity_id"].isin(export["opportunity_id"])], export
        )
        result.frames["opportunities"] = _with_product_lines(
            rows, result.frames.get("products", known.frame("products"))
        )
        result.by["opportunities"] = ("opportunity_id",)
        rest = (
            before[~before["opportunity_id"].isin(export["opportunity_id"])]
            if changes is not None
            else before[:0]
        )
        rest = rest[rest["opportunity_id"].isin(changes["opportunity_id"])] if changes is not None else rest
        history = pd.concat([history, rest], ignore_index=True)
    result.frames["opportunity_history"] = renumbered(history)
    result.by["opportunity_history"] = ("opportunity_id",)


def _with_product_lines(rows: pd.DataFrame, products: pd.DataFrame) -> pd.DataFrame:
    """Opportunities that name a product but not its line are of the product's product and business line."""
    if products.empty:
        return rows
    lines = products.set_index("product_id")
    for column in ("product_line", "business_line"):
        of_product = looked_up(lines[column], rows["product_id"]).fillna("")
        rows[column] = rows[column].mask(rows[column].eq(""), of_product).astype("str")
    return rows


def _without_outdated(
    export: pd.DataFrame, before: pd.DataFrame, exported_on: datetime.date, result: Assembled
) -> pd.DataFrame:
    """An export older than what is known of an opportunity says nothing new of it."""
    latest = before.groupby("opportunity_id")["known_on"].max()
    is_old = looked_up(latest, export["opportunity_id"]) > pd.Timestamp(exported_on)
    if is_old.any():
        result.notes.append(("older-than-known", str(int(is_old.sum()))))
    return export[~is_old].reset_index(drop=True)


def _declared(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """The columns of the catalogue in their types; those that the frame lacks are empty."""
    frame = frame.reset_index(drop=True)
    columns = {}
    for column in catalog.table(name).columns:
        dtype: Any = column.dtype
        given = frame[column.name] if column.name in frame else pd.Series(_EMPTY[dtype], index=frame.index)
        columns[column.name] = given.astype(dtype)
    return pd.DataFrame(columns, index=frame.index)


_EMPTY: dict[str, object] = {
    "str": "", "float64": float("nan"), "datetime64[s]": pd.NaT, "Int64": pd.NA, "boolean": pd.NA,
}  # fmt: skip
