"""Rules between the columns of one row, and on days that have not come yet."""

import datetime

import pandas as pd

from pipeline.sources.kinds import Kind
from pipeline.tables.faults import EMPTIED, KEPT, REFUSED, Faults

PLANS = ("expected_close_on", "next_step_on", "due_on", "promised_on", "close_date", "left_on", "joined_on")
"""Days that may lie in the future."""
ORDERED_DAYS = (
    ("issued_on", "due_on", "due-before-issued"),
    ("shipped_on", "delivered_on", "delivered-before-shipped"),
    ("ordered_on", "cancelled_on", "cancelled-before-ordered"),
    ("ordered_on", "promised_on", "promised-before-ordered"),
    ("opened_on", "answered_on", "answered-before-opened"),
    ("opened_on", "closed_on", "closed-before-opened"),
    ("joined_on", "left_on", "left-before-joined"),
)
FARTHEST_PLAN_YEARS = 30


def check_days(frame: pd.DataFrame, kind: Kind, latest: datetime.date, faults: Faults) -> pd.DataFrame:
    """Refuse events of the future, empty plans of the far future, and warn of days in the wrong order."""
    frame = frame.copy(deep=False)
    required = {name for group in kind.required if len(group) == 1 for name in group}
    for name, column in kind.columns.items():
        if column.type == "date" and name in frame:
            limit = _limit(name, latest)
            lines = frame.index[frame[name] > pd.Timestamp(limit)]
            if len(lines):
                rule = "too-far-ahead" if name in PLANS else "in-the-future"
                faults.add(name, lines, rule, REFUSED if name in required else EMPTIED)
                frame[name] = frame[name].mask(frame.index.isin(lines))
    _warn_of_order(frame, faults)
    return frame


def _limit(name: str, latest: datetime.date) -> datetime.date:
    return datetime.date(latest.year + FARTHEST_PLAN_YEARS, 12, 31) if name in PLANS else latest


def _warn_of_order(frame: pd.DataFrame, faults: Faults) -> None:
    for earlier, later, rule in ORDERED_DAYS:
        if earlier in frame and later in frame:
            lines = frame.index[frame[later] < frame[earlier]]
            faults.add(f"{earlier}+{later}", lines, rule, KEPT)
