"""Cases as seen at snapshots -> one row per case, snapshot and week ahead (landmarking).

Source: van Houwelingen (2007), "Dynamic prediction by landmarking in event history analysis",
Scandinavian Journal of Statistics 34: covariates are frozen at the snapshot, as they will be when the
model is used, and their effect may differ by how far ahead the week lies.
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from pipeline.errors import ModelInputError

OUTCOMES = ("open", "won", "lost")
CASE_COLUMNS = ("deal_id", "snapshot_on", "opened_on", "closed_on", "outcome")


def repeat_static_cases(
    cases: pd.DataFrame, *, as_of: pd.Timestamp, first_observed_on: pd.Timestamp, every_weeks: int = 1
) -> pd.DataFrame:
    """One row per case and snapshot at which it was open, for cases without history.

    Args:
        cases: one row per case: `deal_id`, `opened_on`, `closed_on` (empty while open), `outcome` and any
            columns that never change.
        as_of: the last day of the record; snapshots are counted back from it.
        first_observed_on: the first day on which closings were recorded. Cases closed before it are absent,
            so nothing earlier is learned from (left truncation).
        every_weeks: distance of snapshots.
    """
    weeks = int((as_of - first_observed_on).days // 7)
    days = [as_of - pd.Timedelta(weeks=w) for w in range(0, weeks + 1, every_weeks)]
    parts = [_open_at(cases, day).assign(snapshot_on=day) for day in days]
    return pd.concat(parts, ignore_index=True)


def weeks_at_risk(snapshots: pd.DataFrame, *, as_of: pd.Timestamp, max_lead_weeks: int) -> pd.DataFrame:
    """One row per row of `snapshots` and week ahead in which the case was still open at its start.

    Columns: `position` (row of `snapshots`), `lead_weeks` (0 for the week that follows the snapshot) and
    `event` (0 stayed open, 1 won, 2 lost). Only weeks that were over by `as_of` are there.
    """
    check_cases(snapshots)
    whole_weeks = (as_of - snapshots["snapshot_on"]).dt.days.to_numpy() // 7
    closed = (snapshots["closed_on"].notna() & (snapshots["closed_on"] <= as_of)).to_numpy()
    exit_days = (snapshots["closed_on"] - snapshots["snapshot_on"]).dt.days.to_numpy()
    exit_lead = np.where(closed, (np.where(closed, exit_days, 1) - 1) // 7, np.iinfo(np.int32).max)
    length = np.clip(np.minimum(whole_weeks, exit_lead + 1), 0, max_lead_weeks).astype(int)
    position = np.repeat(np.arange(len(snapshots)), length)
    lead = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
    kind = np.where((snapshots["outcome"] == "won").to_numpy(), 1, 2)
    event = np.where(lead == exit_lead[position], kind[position], 0)
    return pd.DataFrame({"position": position, "lead_weeks": lead, "event": event})


def as_known(snapshots: pd.DataFrame, origin: pd.Timestamp) -> pd.DataFrame:
    """`snapshots` as it would have been at `origin`: later rows gone, later outcomes unknown.

    An outcome counts from `known_on` where that column is given, else from `closed_on`.
    """
    past = snapshots.loc[snapshots["snapshot_on"] <= origin].copy()
    known_on = past["known_on"] if "known_on" in past else past["closed_on"]
    unknown = ~(known_on <= origin)
    past.loc[unknown, "closed_on"] = pd.NaT
    past.loc[unknown, "outcome"] = "open"
    return past


def check_cases(frame: pd.DataFrame, extra: Iterable[str] = ()) -> None:
    """Raise `ModelInputError` unless the columns are there and the outcomes are known words."""
    missing = [name for name in (*CASE_COLUMNS, *extra) if name not in frame]
    if missing:
        raise ModelInputError(f"The closing hazard needs the columns {missing}.")
    strange = sorted(set(frame["outcome"].dropna().astype(str)) - set(OUTCOMES))
    if strange:
        raise ModelInputError(
            f"outcome must be one of {OUTCOMES}, got {strange[:3]}.", "Map other endings to 'lost' first."
        )
    closed = frame["closed_on"].notna()
    if (closed != frame["outcome"].isin(["won", "lost"])).any():
        raise ModelInputError("closed_on must be given for won and lost cases, and only for them.")
    if (closed & (frame["closed_on"] <= frame["snapshot_on"])).any():
        raise ModelInputError("A case is listed at a snapshot on or after the day it closed.")


def check_whole_weeks_apart(snapshot_on: pd.Series) -> None:
    """Raise `ModelInputError` unless all snapshots fall on the same day of the week.

    Else a closing falls into two different weeks, seen from two snapshots, and counts twice.
    """
    days = snapshot_on.unique()
    apart = (days - days.min()) // np.timedelta64(1, "D") if len(days) else days
    if (apart.astype(np.int64) % 7).any():
        raise ModelInputError("Snapshots must lie whole weeks apart.", "Learn from every fourth week.")


def _open_at(cases: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    opened = cases["opened_on"] <= day
    still_open = cases["closed_on"].isna() | (cases["closed_on"] > day)
    return cases.loc[opened & still_open]
