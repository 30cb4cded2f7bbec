"""References between tables: names turned into identifiers, masters that no export brings, orphans."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from pipeline import catalog
from pipeline.sources.labels import fold

MASTERS = {"customers": "customer_id", "people": "person_id", "products": "product_id"}
ATTRIBUTES = {
    "customers": {"customer_name": "name", "market": "market", "region": "region", "industry": "industry"},
    "people": {},
    "products": {"product_name": "name", "product_line": "product_line"},
}
"""What a derived master takes over from rows that refer to it: their column -> the master's."""
Frames = dict[str, pd.DataFrame]


def references_to(master: str) -> dict[str, list[str]]:
    """Table -> columns that refer to a master, by the catalogue; wide exports have the same columns."""
    target = f"{master}.{MASTERS[master]}"
    found = {
        name: [column.name for column in table.columns if column.references == target]
        for name, table in catalog.tables().items()
    }
    found["order_lines"] = [*found.get("order_lines", ())] + {
        "customers": ["customer_id"], "people": ["rep_id"], "products": [],
    }[master]  # fmt: skip
    return {name: columns for name, columns in found.items() if columns}


def resolved(frames: Frames, masters: Mapping[str, pd.DataFrame]) -> tuple[Frames, dict[str, int]]:
    """Replace references that are a master's name, or its identifier but for case, blanks and signs.

    Returns:
        the frames, and how many cells were replaced per `table.column`.
    """
    changed: dict[str, int] = {}
    result = dict(frames)
    for master, key in MASTERS.items():
        known = masters.get(master, pd.DataFrame())
        if known.empty:
            continue
        ids = set(known[key])
        meant = _unique_folds(known, key)
        for table, columns in references_to(master).items():
            for column in columns:
                if table in result and column in result[table]:
                    series, count = _replace(result[table][column], ids, meant)
                    if count:
                        result[table] = result[table].assign(**{column: series})
                        changed[f"{table}.{column}"] = count
    return result, changed


def _unique_folds(known: pd.DataFrame, key: str) -> dict[str, str]:
    """Folded identifier or name -> identifier, where only one master is meant."""
    names = [known[key], known["name"]] if "name" in known else [known[key]]
    pairs = pd.concat(
        [pd.DataFrame({"fold": n.map(fold).to_numpy(), "id": known[key].to_numpy()}) for n in names]
    )
    pairs = pairs[pairs["fold"].ne("")].drop_duplicates()
    pairs = pairs[~pairs.duplicated("fold", keep=False)]
    return dict(zip(pairs["fold"], pairs["id"], strict=True))


def _replace(series: pd.Series, ids: set[str], meant: Mapping[str, str]) -> tuple[pd.Series, int]:
    codes, distinct = pd.factorize(series)
    new = [v if v in ids or v == "" else meant.get(fold(v), v) for v in map(str, distinct)]
    moved = np.array([old != fresh for old, fresh in zip(distinct, new, strict=True)], dtype=bool)
    if not moved.any():
        return series, 0
    values = pd.Series(np.array([*new, ""], dtype=object)[codes], index=series.index, dtype="str")
    return values, int(moved[codes].sum())


def derived(master: str, frames: Frames) -> pd.DataFrame:
    """One row per identifier that the frames refer to, with the latest that they say of it."""
    key = MASTERS[master]
    parts = [
        _said(frames[table], column, master)
        for table, columns in references_to(master).items()
        for column in columns
        if table in frames and column in frames[table]
    ]
    if not parts:
        return pd.DataFrame({key: pd.Series(dtype="str")})
    rows = pd.concat(parts, ignore_index=True)
    rows = rows[rows[key].ne("")]
    if rows.empty:
        return rows[[key]]
    filled = rows.replace("", np.nan).groupby(key, sort=True).last().fillna("")
    filled = filled.astype("str").reset_index()
    names = filled["name"] if "name" in filled else pd.Series("", index=filled.index, dtype="str")
    return filled.assign(name=names.mask(names.eq(""), filled[key]))


def _said(frame: pd.DataFrame, column: str, master: str) -> pd.DataFrame:
    """Distinct combinations of an identifier and its attributes, in order of their last appearance."""
    attributes = ATTRIBUTES[master] if column in {"customer_id", "product_id"} else {}
    attributes = {theirs: ours for theirs, ours in attributes.items() if theirs in frame}
    if "opportunity_id" in frame and master == "products":
        attributes = {theirs: ours for theirs, ours in attributes.items() if theirs != "product_line"}
    rows = frame[[column, *attributes]].drop_duplicates(keep="last")
    return rows.rename(columns={column: MASTERS[master], **attributes})


def orphans(frames: Frames, masters: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """One row per column and value that refers to nothing: table_name, column_name, value, rows."""
    found = []
    for master, key in MASTERS.items():
        known = masters.get(master, pd.DataFrame())
        if known.empty:
            continue
        for table, columns in references_to(master).items():
            given = [column for column in columns if table in frames and column in frames[table]]
            found += [_unknown(frames[table][column], set(known[key]), table, column) for column in given]
    columns = ["table_name", "column_name", "value", "rows"]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=columns)


def _unknown(series: pd.Series, ids: set[str], table: str, column: str) -> pd.DataFrame:
    counts = series[series.ne("")].value_counts()
    missing = counts[~counts.index.isin(ids)].sort_index()
    return pd.DataFrame(
        {
            "table_name": table,
            "column_name": column,
            "value": missing.index.astype("str"),
            "rows": missing.to_numpy(),
        }
    )
