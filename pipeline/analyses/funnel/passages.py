"""How deals pass through their stages: conversion, time, skipped and backward moves.

Open deals are censored: they count as long as they have been watched, and as neither success nor failure.
"""

import datetime
from collections.abc import Sequence

import numpy as np
import pandas as pd

from pipeline.models.survival import median_time, shares_ended

OPEN, ON, LOST, INVALID = 0, 1, 2, 3
ENDS = {"won": ON, "lost": LOST, "invalid": INVALID}
WATCHED_MONTHS = 24
QUALIFIED_INDEX = 2


def passages(spells: pd.DataFrame, deals: pd.DataFrame, as_of: datetime.date) -> pd.DataFrame:
    """One row per opportunity and stage that it entered: how long until it went deeper or ended.

    Falling back and coming again is part of the same passage; a stage that was skipped has none. Columns:
    opportunity_id, stage, stage_index, entered_on, left_on (empty while open), days, end (0 open, 1 on to a
    deeper stage or won, 2 lost, 3 invalid).
    """
    entered = spells.groupby(["opportunity_id", "stage", "stage_index"])["entered_on"].min().reset_index()
    entered = entered.loc[entered["stage_index"] > 0]
    deeper = _deeper_on(entered, spells)
    rows = entered.merge(deals[["opportunity_id", "outcome", "closed_on"]], on="opportunity_id")
    rows = rows.assign(deeper_on=deeper.reindex(pd.MultiIndex.from_frame(rows[_KEY])).to_numpy())
    moved = rows["deeper_on"].notna()
    closed = rows["outcome"].map(ENDS).fillna(OPEN).astype("int64")
    left = rows["deeper_on"].where(moved, rows["closed_on"])
    until = left.fillna(pd.Timestamp(as_of))
    return rows.assign(
        left_on=left,
        days=(until - rows["entered_on"]).dt.days.clip(lower=0),
        end=np.where(moved, ON, closed),
    ).drop(columns=["outcome", "closed_on", "deeper_on"])


_KEY = ["opportunity_id", "stage_index"]


def _deeper_on(entered: pd.DataFrame, spells: pd.DataFrame) -> pd.Series:
    """The first day on which a deal stood in a deeper stage, at or after it entered this one."""
    pairs = entered[[*_KEY, "entered_on"]].merge(
        spells[[*_KEY, "entered_on"]], on="opportunity_id", suffixes=("", "_later")
    )
    later = pairs["stage_index_later"] > pairs["stage_index"]
    later &= pairs["entered_on_later"] >= pairs["entered_on"]
    return pairs.loc[later].groupby(_KEY)["entered_on_later"].min()


def stage_table(
    passed: pd.DataFrame, stages: Sequence[str], as_of: datetime.date, months: int
) -> pd.DataFrame:
    """One row per stage, of the deals that entered it in the last `months`.

    Columns: stage, entered, moved_on, lost, invalid, still_there (counts), conversion with low and high
    (share that goes deeper in the end, Aalen-Johansen), median_days with low and high (Kaplan-Meier, until
    the deal leaves whichever way).
    """
    recent = _recent(passed, "entered_on", as_of, months)
    rows = [_stage_row(stage, recent.loc[recent["stage"] == stage]) for stage in stages]
    return pd.DataFrame(
        [row for row in rows if row["entered"]], columns=list(_stage_row("", recent.iloc[:0]))
    )


def _stage_row(stage: str, mine: pd.DataFrame) -> dict[str, object]:
    counts = [int((mine["end"] == end).sum()) for end in (ON, LOST, INVALID, OPEN)]
    share = shares_ended(mine["days"], mine["end"], causes=3).iloc[0] if len(mine) else None
    time = median_time(mine["days"], mine["end"] != OPEN) if len(mine) else None
    return {
        "stage": stage,
        "entered": len(mine),
        **dict(zip(("moved_on", "lost", "invalid", "still_there"), counts, strict=True)),
        "conversion": share["share"] if share is not None else np.nan,
        "conversion_low": share["low"] if share is not None else np.nan,
        "conversion_high": share["high"] if share is not None else np.nan,
        "median_days": time.days if time else np.nan,
        "median_days_low": time.low if time else np.nan,
        "median_days_high": time.high if time else np.nan,
    }


def irregular_moves(spells: pd.DataFrame, deals: pd.DataFrame, stages: Sequence[str]) -> pd.DataFrame:
    """One row per stage: skipped (deals that got deeper without entering it), fell_back (moves from it)."""
    entered = spells.groupby("stage_index")["opportunity_id"].nunique()
    reached = deals["deepest_stage_index"].where(deals["outcome"] != "won", len(stages))
    back = spells.loc[(spells["next"] != "") & spells["next"].isin(stages)]
    places = {stage: float(place) for place, stage in enumerate(stages, start=1)}
    position = back["next"].map(places).astype("float64")
    fell = back.loc[position < back["stage_index"]].groupby("stage").size()
    return pd.DataFrame(
        {
            "stage": stages,
            "skipped": [
                max(0, int((reached >= place).sum()) - int(entered.get(place, 0)))
                for place in _places(stages)
            ],
            "fell_back": [int(fell.get(stage, 0)) for stage in stages],
        }
    ).iloc[:-1]


def _places(stages: Sequence[str]) -> range:
    return range(1, len(stages) + 1)


def qualification(
    spells: pd.DataFrame, deals: pd.DataFrame, as_of: datetime.date, months: int
) -> pd.DataFrame:
    """One row: of the deals created in the last `months`, the share that reaches the second stage.

    Columns: created, qualified, dropped, undecided, rate with rate_low and rate_high, raw_rate (qualified
    over created, too low while deals are open).
    """
    cohort = _recent(deals, "created_on", as_of, months)
    reached = (
        spells.loc[spells["stage_index"] >= QUALIFIED_INDEX].groupby("opportunity_id")["entered_on"].min()
    )
    on = reached.reindex(cohort["opportunity_id"]).set_axis(cohort.index)
    end = np.where(on.notna() | (cohort["outcome"] == "won"), ON, cohort["outcome"].map(ENDS).fillna(OPEN))
    until = on.fillna(cohort["closed_on"]).fillna(pd.Timestamp(as_of))
    days = (until - cohort["created_on"]).dt.days.clip(lower=0)
    counts = {name: int((end == code).sum()) for name, code in (("qualified", ON), ("undecided", OPEN))}
    share = shares_ended(days, end.astype("int64"), causes=3).iloc[0]
    return pd.DataFrame(
        {
            "created": [len(cohort)],
            **{name: [value] for name, value in counts.items()},
            "dropped": [len(cohort) - sum(counts.values())],
            "rate": [share["share"]],
            "rate_low": [share["low"]],
            "rate_high": [share["high"]],
            "raw_rate": [counts["qualified"] / len(cohort) if len(cohort) else np.nan],
        }
    )


def _recent(frame: pd.DataFrame, column: str, as_of: datetime.date, months: int) -> pd.DataFrame:
    since = pd.Timestamp(as_of) - pd.DateOffset(months=months)
    return frame.loc[frame[column] > since]


def stage_limits(spells: pd.DataFrame, deals: pd.DataFrame, quantile: float) -> pd.Series:
    """By stage: the days (all stays together) that this share of won deals did not exceed there."""
    won = deals.loc[deals["outcome"] == "won", "opportunity_id"]
    mine = spells.loc[spells["opportunity_id"].isin(won) & spells["left_on"].notna()]
    days = (mine["left_on"] - mine["entered_on"]).dt.days.clip(lower=0)
    total = days.groupby([mine["opportunity_id"], mine["stage"]]).sum()
    return total.groupby("stage").quantile(quantile)
