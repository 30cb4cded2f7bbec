"""History that a CRM kept itself, one row per change or per changed property, turned into ours."""

import numpy as np
import pandas as pd

from pipeline.intake.history import STATE, looked_up, typed_history

COMPARED = ("opportunity_id", *STATE)


def recorded(rows: pd.DataFrame, export: pd.DataFrame) -> pd.DataFrame:
    """One row per opportunity and change of its state, oldest first.

    Args:
        rows: checked rows of a history export oldest first: opportunity_id, changed_on, outcome,
            and columns of the state.
        export: the opportunities as exported beside it (opportunity_id, closed_on, rep_id), possibly empty.
    """
    rows = rows.sort_values(["opportunity_id", "changed_on"], kind="stable", ignore_index=True)
    rows = _with_owner(rows, export)
    is_closed = rows["outcome"].ne("open")
    rows["known_on"] = (
        rows["known_on"].fillna(rows["changed_on"]) if "known_on" in rows else rows["changed_on"]
    )
    if "closed_on" in rows:
        earlier = is_closed & (rows["closed_on"] < rows["changed_on"])
        rows["changed_on"] = rows["changed_on"].mask(earlier, rows["closed_on"])
    rows = typed_history(rows)
    rows = rows[_is_change(rows)]
    return _closed_as_exported(rows, export).reset_index(drop=True)


def _with_owner(rows: pd.DataFrame, export: pd.DataFrame) -> pd.DataFrame:
    if "rep_id" in rows or "rep_id" not in export:
        return rows.copy()
    owner = export.set_index("opportunity_id")["rep_id"]
    return rows.assign(rep_id=looked_up(owner, rows["opportunity_id"]).fillna("").astype("str"))


def _is_change(rows: pd.DataFrame) -> np.ndarray:
    texts = rows[list(COMPARED)].astype("str").fillna("")
    repeated: np.ndarray = texts.eq(texts.shift()).all(axis=1).to_numpy()
    return ~repeated


def _closed_as_exported(rows: pd.DataFrame, export: pd.DataFrame) -> pd.DataFrame:
    """The last closed row gets the closing day that the opportunity itself carries, if that is not later."""
    if "closed_on" not in export or rows.empty:
        return rows
    is_last = ~rows.duplicated("opportunity_id", keep="last")
    said = looked_up(export.set_index("opportunity_id")["closed_on"], rows["opportunity_id"])
    chosen = is_last & rows["outcome"].ne("open") & (said <= rows["known_on"])
    return rows.assign(changed_on=rows["changed_on"].mask(chosen, said).astype("datetime64[s]"))
