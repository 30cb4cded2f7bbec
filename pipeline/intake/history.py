"""The history of opportunities, grown out of exports.

A CRM's own history is taken as it is. Where there is none, the first export is turned into what it proves:
a creation, and for a closed opportunity a closing; nothing that was filled in at closing stands in the
creation. Every later export is compared with the last known state, and what changed is appended with the
day on which it happened (`changed_on`) and became known (`known_on`).

When does a change become known? One that the CRM dates (creation, closing, entering a stage) on its own day,
but after the last export that did not show it; one without a date on the day of the export.
"""

import datetime
from typing import Any

import numpy as np
import pandas as pd

from pipeline import catalog

STATE = (
    "outcome", "stage", "amount", "probability", "expected_close_on", "rep_id", "next_step_on",
    "forecast_category",
)  # fmt: skip
KEPT_AT_CLOSING = ("stage", "amount", "probability", "expected_close_on", "next_step_on", "forecast_category")
"""What a closed row takes over from the last known state where the export says nothing."""
COLUMNS = catalog.table("opportunity_history").column_names
SAME_SCOPE_SHARE = 0.5


def advanced(
    known: pd.DataFrame,
    export: pd.DataFrame,
    exported_on: datetime.date,
    previous_on: datetime.date | None,
    *,
    opened_as: str = "",
    known_at_creation: tuple[str, ...] = (),
) -> pd.DataFrame:
    """One row per opportunity of the export and change: its whole history, the export included.

    Args:
        known: `opportunity_history` of the opportunities in the export; rows that became known after
            `previous_on` are taken back first, so that importing an export again corrects it.
        export: one row per opportunity: opportunity_id, created_on, recorded_on, closed_on, and of the state
            those columns that the export has.
        exported_on: day of the export.
        previous_on: day of the last export before it that showed these opportunities, if any.
        opened_as: stage of a creation that has no history.
        known_at_creation: columns of the state that the CRM never overwrites.
    """
    export = _whole_state(export)
    base = renumbered(known[known["opportunity_id"].isin(export["opportunity_id"])])
    created = _creations(export, base, opened_as, known_at_creation, previous_on)
    base = pd.concat([created, base], ignore_index=True)
    entered = _stage_entries(export, base, previous_on)
    base = pd.concat([base, entered], ignore_index=True) if len(entered) else base
    present = _present(export, base, exported_on, previous_on)
    rows = pd.concat([base, present], ignore_index=True) if len(present) else base
    return renumbered(rows)


def taken_back(known: pd.DataFrame, previous_on: datetime.date | None) -> pd.DataFrame:
    """The history as the exports up to `previous_on` told it; nothing when there was none."""
    if previous_on is None:
        return known.iloc[:0]
    return known[known["known_on"] <= pd.Timestamp(previous_on)]


def is_same_scope(export: pd.Series, known: pd.Series) -> bool:
    """Whether an export shows at least half of the opportunities known before: if not, it is another part."""
    before = known.unique()
    return len(before) > 0 and float(np.isin(before, export.to_numpy()).mean()) >= SAME_SCOPE_SHARE


def looked_up(values: pd.Series, keys: pd.Series) -> pd.Series:
    """The value of each key, missing where there is none; unlike `map`, missing days are still days."""
    return values.reindex(keys).set_axis(keys.index)


def _whole_state(export: pd.DataFrame) -> pd.DataFrame:
    export = export.reset_index(drop=True).copy()
    export.attrs["given"] = tuple(column for column in STATE if column in export)
    table = catalog.table("opportunity_history")
    for column in (name for name in STATE if name not in export):
        export[column] = _empty(len(export), table.column(column).dtype)
    return export


def _empty(count: int, dtype: str) -> pd.Series:
    missing = {"str": "", "float64": np.nan, "datetime64[s]": pd.NaT}[dtype]
    return pd.Series([missing] * count, dtype=dtype)


def _creations(
    export: pd.DataFrame,
    base: pd.DataFrame,
    opened_as: str,
    known_at_creation: tuple[str, ...],
    previous_on: datetime.date | None,
) -> pd.DataFrame:
    """A first row for opportunities without history, and for those whose history begins after creation."""
    begins = base.groupby("opportunity_id")["changed_on"].min()
    first = looked_up(begins, export["opportunity_id"])
    chosen = export[first.isna() | (first > export["created_on"])]
    fresh = looked_up(begins, chosen["opportunity_id"]).isna()
    rows = pd.DataFrame({"opportunity_id": chosen["opportunity_id"]})
    rows["changed_on"] = chosen["created_on"]
    rows["known_on"] = _not_before(chosen["recorded_on"], previous_on).where(fresh, chosen["created_on"])
    rows["outcome"] = "open"
    rows["stage"] = opened_as
    rows["rep_id"] = chosen["rep_id"]
    for column in known_at_creation:
        if column in STATE:
            rows[column] = chosen[column]
    return typed_history(rows)


def _stage_entries(
    export: pd.DataFrame, base: pd.DataFrame, previous_on: datetime.date | None
) -> pd.DataFrame:
    """Changes of stage that the export dates, of opportunities still open: the rest of the state stays."""
    if "stage_entered_on" not in export:
        return base.iloc[:0]
    last = _last(base, export["opportunity_id"])
    entered = export["stage_entered_on"]
    chosen = (
        export["outcome"].eq("open")
        & export["stage"].ne("")
        & export["stage"].ne(last["stage"])
        & (entered >= last["changed_on"])
        & (entered >= export["created_on"])
    )
    rows = last[chosen].assign(stage=export["stage"], changed_on=entered)
    rows["known_on"] = _not_before(rows["changed_on"], previous_on)
    return typed_history(rows)


def _present(
    export: pd.DataFrame, base: pd.DataFrame, exported_on: datetime.date, previous_on: datetime.date | None
) -> pd.DataFrame:
    """What the export shows, for those whose state differs from the last one known."""
    last = _last(base, export["opportunity_id"])
    was_shown = base.groupby("opportunity_id").size().reindex(export["opportunity_id"]).gt(1).to_numpy()
    state = _state(export, last, pd.Series(was_shown))
    is_closed = export["outcome"].ne("open")
    closed_on = export["closed_on"].fillna(pd.Timestamp(exported_on)).astype("datetime64[s]")
    late = pd.Series(pd.Timestamp(exported_on), index=export.index).astype("datetime64[s]")
    same_closing = is_closed & closed_on.eq(last["changed_on"]) & state["outcome"].eq(last["outcome"])
    changed = _differs(state, last, same_closing) | (is_closed & ~same_closing)
    known_closing = _not_before(
        closed_on.where(closed_on >= export["recorded_on"], export["recorded_on"]), previous_on
    )
    rows = state.assign(
        opportunity_id=export["opportunity_id"],
        changed_on=closed_on.where(is_closed, late),
        known_on=known_closing.where(is_closed, late),
    )
    return typed_history(rows[changed])


def _state(export: pd.DataFrame, last: pd.DataFrame, was_shown: pd.Series) -> pd.DataFrame:
    given = export.attrs["given"]
    is_closed = export["outcome"].ne("open")
    state = pd.DataFrame(index=export.index)
    for column in STATE:
        value = export[column] if column in given else last[column]
        if column in KEPT_AT_CLOSING:
            is_empty = value.eq("") if value.dtype == "str" else value.isna()
            is_known = was_shown if column == "stage" else pd.Series(data=True, index=export.index)
            value = value.mask(is_closed & is_empty & is_known, last[column])
            if column == "stage" and column not in given:
                value = value.mask(is_closed & ~was_shown, "")
        state[column] = value
    return state


def _differs(state: pd.DataFrame, last: pd.DataFrame, same_closing: pd.Series) -> pd.Series:
    """Whether anything differs; of a closing that is known already, only what contradicts it."""
    differs = pd.Series(data=False, index=state.index)
    for column in STATE:
        was_empty = last[column].eq("") if last[column].dtype == "str" else last[column].isna()
        both_empty = state[column].isna() & last[column].isna()
        differs |= state[column].ne(last[column]) & ~both_empty & ~(same_closing & was_empty)
    return differs


def _last(base: pd.DataFrame, order: pd.Series) -> pd.DataFrame:
    """The last row of each opportunity, in the order given."""
    last = base.drop_duplicates("opportunity_id", keep="last").set_index("opportunity_id", drop=False)
    return last.reindex(order).set_axis(order.index)


def _not_before(days: pd.Series, previous_on: datetime.date | None) -> pd.Series:
    if previous_on is None:
        return days
    after = pd.Timestamp(previous_on) + pd.Timedelta(days=1)
    return days.mask(days < after, after).astype("datetime64[s]")


def typed_history(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with all columns of `opportunity_history`, in their declared types."""
    rows = rows.reset_index(drop=True)
    kinds: Any = {column.name: column.dtype for column in catalog.table("opportunity_history").columns}
    columns = {
        name: rows[name].astype(kind) if name in rows else _missing(kind, rows)
        for name, kind in kinds.items()
    }
    return pd.DataFrame(columns, index=rows.index)


def _missing(dtype: str, rows: pd.DataFrame) -> pd.Series:
    return pd.Series(pd.NA, index=rows.index, dtype="Int64") if dtype == "Int64" else _empty(len(rows), dtype)


def renumbered(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows by opportunity in the order in which they stand, numbered 1, 2, ..."""
    rows = rows.assign(order=np.arange(len(rows)))
    rows = rows.sort_values(["opportunity_id", "order"], kind="stable", ignore_index=True)
    rows["change_number"] = (rows.groupby("opportunity_id").cumcount() + 1).astype("Int64")
    return rows[list(COLUMNS)]
