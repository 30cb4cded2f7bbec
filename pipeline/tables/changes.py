"""A CRM's own history of opportunities: one row per change, or one row per property that changed."""

import numpy as np
import pandas as pd

from pipeline.sources import Labelled, Match
from pipeline.sources.labels import fold
from pipeline.tables.columns import read_column
from pipeline.tables.faults import EMPTIED, Faults
from pipeline.tables.opportunities import read_outcome, read_stage
from pipeline.tables.options import Options

CARRIED = (
    "stage", "outcome", "amount", "probability", "expected_close_on", "close_date", "rep_id",
    "forecast_category",
    "next_step_on",
)  # fmt: skip


def settled_changes(
    frame: pd.DataFrame, source: Labelled, found: Match, options: Options, faults: Faults
) -> pd.DataFrame:
    """One row per change, oldest first: the state after it, with `outcome` and, once closed, `closed_on`."""
    frame = _oldest_first(frame)
    if "field" in frame:
        frame = _widened(frame, source.frame[found.columns["value"]], options, faults)
    said_by_stage = read_stage(frame, options, faults)
    frame["outcome"] = read_outcome(frame, said_by_stage, faults)
    if "close_date" in frame:
        is_closed = frame["outcome"].ne("open")
        frame["closed_on"] = frame["close_date"].where(is_closed)
        planned = frame["close_date"].mask(is_closed)
        given = frame.get("expected_close_on")
        frame["expected_close_on"] = planned if given is None else given.fillna(planned)
    return frame.drop(columns=["close_date", "field", "value"], errors="ignore")


def _oldest_first(frame: pd.DataFrame) -> pd.DataFrame:
    """By day; within a day in the order of the file, which may run from the newest to the oldest."""
    if "change_number" in frame and frame["change_number"].notna().all():
        return frame.sort_values(["opportunity_id", "change_number"], kind="stable")
    steps = frame.groupby("opportunity_id")["changed_on"].diff().dropna()
    runs_backwards = (steps < pd.Timedelta(0)).sum() > (steps > pd.Timedelta(0)).sum()
    frame = frame.iloc[::-1] if runs_backwards else frame
    return frame.sort_values(["opportunity_id", "changed_on"], kind="stable")


def _widened(frame: pd.DataFrame, values: pd.Series, options: Options, faults: Faults) -> pd.DataFrame:
    """One row per change of a property that we keep, with what was last known of the others."""
    ours = frame["field"].map(lambda label: options.field_names.get(fold(label), "")).astype("str")
    frame = frame.assign(changed=ours)[ours.isin(CARRIED)]
    for column in (name for name in CARRIED if name in set(frame["changed"])):
        lines = frame.index[frame["changed"].eq(column)]
        read = read_column(values.loc[lines], options.declared[column], options)
        faults.add("value", lines[read.rules != ""], "not-readable", EMPTIED)
        frame[column] = _carried(read.cells.reindex(frame.index), frame, lines)
    return frame.drop(columns=["changed"])


def _carried(values: pd.Series, frame: pd.DataFrame, lines: pd.Index) -> pd.Series:
    """Each opportunity's last value; a change to nothing is a value too."""
    is_change = frame.index.isin(lines)
    numbers = pd.Series(np.where(is_change, np.arange(len(frame)), np.nan), index=frame.index)
    last = numbers.groupby(frame["opportunity_id"]).ffill()
    taken = values.iloc[last.fillna(0).astype(int)].set_axis(frame.index)
    empty = "" if values.dtype in ("str", "object") else None
    return taken.where(last.notna(), empty).astype("str" if empty == "" else values.dtype)
