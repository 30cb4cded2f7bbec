"""When open deals will close, from nothing but how deals have left their stages so far.

The answer has the form of the win and loss analysis' closing outlook, and stands in for it where that
cannot be made: of deals as long in the same stage, the share that was won or lost in each week after
(Aalen-Johansen per stage, conditional on the days already spent there).
"""

import datetime

import numpy as np
import pandas as pd

from pipeline.analyses.funnel.passages import ENDS, OPEN
from pipeline.book import Book

WEEKS = 60
WON, LOST = 1, 2


def stage_outlook(spells: pd.DataFrame, deals: pd.DataFrame, as_of: datetime.date) -> pd.DataFrame:
    """One row per open deal and week: opportunity_id, week_start, p_won, p_lost.

    The chances are those of closing in just that week; invalid ends count as lost.
    """
    last_stay = spells.drop_duplicates(["opportunity_id", "stage_index"], keep="last")
    rows = last_stay.merge(deals[["opportunity_id", "outcome", "closed_on"]], on="opportunity_id")
    end = rows["outcome"].map(ENDS).fillna(OPEN).astype("int64")
    days = (rows["closed_on"].fillna(pd.Timestamp(as_of)) - rows["entered_on"]).dt.days.clip(lower=0)
    rows = rows.assign(days=days, cause=np.where(end == 1, WON, np.where(end > 1, LOST, 0)))
    waiting = deals.loc[deals["outcome"] == "open"]
    parts = [
        _one_stage(mine, waiting.loc[waiting["stage_index"] == index], as_of)
        for index, mine in rows.groupby("stage_index")
    ]
    columns = ["opportunity_id", "week_start", "p_won", "p_lost"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def _one_stage(rows: pd.DataFrame, waiting: pd.DataFrame, as_of: datetime.date) -> pd.DataFrame:
    still, won, lost = _curves(rows["days"].to_numpy(), rows["cause"].to_numpy())
    age = (
        (pd.Timestamp(as_of) - waiting["entered_stage_on"]).dt.days.clip(lower=0).fillna(0).to_numpy(np.int64)
    )
    monday = pd.Timestamp(as_of) + pd.Timedelta(days=7 - as_of.weekday())
    edges = np.concatenate([[0], (7 - as_of.weekday() - 1) + 7 * np.arange(1, WEEKS + 1)])
    day = np.minimum(age[:, None] + edges[None, :], len(still) - 1)
    here = np.maximum(still[np.minimum(age, len(still) - 1)], 1e-9)[:, None]
    weeks = monday + pd.to_timedelta(7 * np.arange(WEEKS), unit="D")
    return pd.DataFrame(
        {
            "opportunity_id": np.repeat(waiting["opportunity_id"].to_numpy(), WEEKS),
            "week_start": np.tile(weeks.to_numpy(), len(waiting)),
            "p_won": (np.diff(won[day], axis=1) / here).clip(0, 1).ravel(),
            "p_lost": (np.diff(lost[day], axis=1) / here).clip(0, 1).ravel(),
        }
    )


def _curves(days: np.ndarray, cause: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """By whole day: share still there, share won by then, share lost by then."""
    last = int(days.max()) + 1 if len(days) else 1
    ended = [np.bincount(days[cause == code], minlength=last + 1) for code in (WON, LOST)]
    leaving = np.bincount(days, minlength=last + 1)
    at_risk = np.maximum(leaving[::-1].cumsum()[::-1], 1)
    hazards = [counts / at_risk for counts in ended]
    still = np.cumprod(1 - hazards[0] - hazards[1])
    before = np.concatenate([[1.0], still[:-1]])
    return still, np.cumsum(before * hazards[0]), np.cumsum(before * hazards[1])


def chance_to_win(outlook: pd.DataFrame) -> pd.Series:
    """By opportunity: the chance to be won within the outlook's weeks."""
    return outlook.groupby("opportunity_id")["p_won"].sum().clip(upper=1.0)


def chance_within(
    outlook: pd.DataFrame, first: datetime.date, last: datetime.date, end: str = "p_won"
) -> pd.Series:
    """By opportunity: the chance to be won (`end`: or p_lost) from `first` to `last`.

    A week at an edge counts by its days.
    """
    start = outlook["week_start"].to_numpy().astype("datetime64[D]")
    begins = np.maximum(start, np.datetime64(first))
    ends = np.minimum(start + 6, np.datetime64(last))
    share = np.clip((ends - begins).astype(np.int64) + 1, 0, 7) / 7
    chance: pd.Series = (outlook[end] * share).groupby(outlook["opportunity_id"]).sum()
    return chance


def company_outlook(book: Book) -> pd.DataFrame:
    """The win and loss analysis' closing outlook, else the stages' own: see `stage_outlook`."""
    from pipeline.analyses.win_loss.outlook import closing_outlook

    learned = closing_outlook(book)
    if len(learned):
        return learned
    whole = book.whole.opportunities
    return stage_outlook(whole.stage_spells(), whole.as_they_stood(), book.as_of)
