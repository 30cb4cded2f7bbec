"""The shape of the funnel: what stands in it now against what used to stand there.

Counts of open deals early (first two stages), in the middle and late (last open stage), divided by their
own mean at the month ends of the year before last to the middle of last year; a test decides each shape.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

MONTHS_BACK = (16, 33)
"""The reference: month ends this many months ago; far enough for a trouble of a year not to be in it."""
FEWEST_MONTHS, FEWEST_DEALS = 6, 30
FORGOTTEN_DAYS = 180
"""Deals whose closing day passed this long ago stand in no one's funnel."""
DROP_MONTHS = 9


@dataclass(frozen=True)
class Shape:
    """The verdict and its evidence.

    Attributes:
        name: healthy, top_heavy, thin_top, belly, hollow or column.
        tests: one row per shape: shape, figure, threshold, is_met, in the order of decision.
        ratios: one row per part of the funnel: part, deals_now, deals_usual, ratio.
    """

    name: str
    tests: pd.DataFrame
    ratios: pd.DataFrame


def month_ends(as_of: datetime.date, first: datetime.date | None) -> list[datetime.date]:
    """The month ends that the reference is made of, as far as the history reaches."""
    start = pd.Timestamp(as_of).to_period("M")
    days = [(start - back).end_time.date() for back in range(MONTHS_BACK[0], MONTHS_BACK[1] + 1)]
    return sorted(day for day in days if first is None or day > first + datetime.timedelta(days=180))


def part_of(stage_index: pd.Series, stages: int) -> np.ndarray:
    """early, middle or late: the first two stages, those between, the last before signing."""
    return np.select([stage_index <= 2, stage_index >= stages - 1], ["early", "late"], "middle")


def funnel_shape(
    now: pd.DataFrame, before: pd.DataFrame, passed: pd.DataFrame, stages: Sequence[str], as_of: datetime.date
) -> Shape | None:
    """The shape of the open deals `now` against `before` (open deals at past month ends, snapshot_on).

    None where there are too few months or deals to tell.
    """
    months = before["snapshot_on"].nunique()
    if months < FEWEST_MONTHS or len(now) < FEWEST_DEALS:
        return None
    ratios = _ratios(
        _living(now.assign(snapshot_on=pd.Timestamp(as_of))), _living(before), months, len(stages)
    )
    early, middle, late = ratios["ratio"]
    dropped, usually = _dropped(passed, as_of, recent=True), _dropped(passed, as_of, recent=False)
    tests = pd.DataFrame(
        _decide(early, middle, late, dropped / usually if usually else 1.0),
        columns=["shape", "figure", "threshold", "is_met"],
    )
    met = tests.loc[tests["is_met"], "shape"]
    return Shape(str(met.iloc[0]) if len(met) else "healthy", tests, ratios)


def _decide(early: float, middle: float, late: float, dropped: float) -> list[tuple[str, float, float, bool]]:
    """Shapes in order of decision; `figure` is what is compared with `threshold`."""
    return [
        ("column", dropped, 0.35, dropped < 0.35),
        ("belly", middle / max(early, late, 1e-9), 1.3, middle > 1.3 and middle > 1.3 * max(early, late)),
        ("top_heavy", early / max(middle, 1e-9), 1.35, early > 1.25 and early > 1.35 * middle),
        ("hollow", max(early, middle), 0.7, early < 0.6 and middle < 0.7 and late > 1.3 * middle),
        ("thin_top", early / max(middle, 1e-9), 0.7, early < 0.7 and early < 0.7 * middle),
    ]


def _living(deals: pd.DataFrame) -> pd.DataFrame:
    overdue = (deals["snapshot_on"] - deals["expected_close_on"]).dt.days
    return deals.loc[~(overdue > FORGOTTEN_DAYS)]


def _ratios(now: pd.DataFrame, before: pd.DataFrame, months: int, stages: int) -> pd.DataFrame:
    parts = ["early", "middle", "late"]
    here = pd.Series(part_of(now["stage_index"], stages)).value_counts().reindex(parts, fill_value=0)
    usual = (
        pd.Series(part_of(before["stage_index"], stages)).value_counts().reindex(parts, fill_value=0) / months
    )
    ratio = (here / usual.where(usual > 0)).fillna(1.0)
    return pd.DataFrame(
        {
            "part": parts,
            "deals_now": here.to_numpy(),
            "deals_usual": usual.to_numpy(),
            "ratio": ratio.to_numpy(),
        }
    )


def _dropped(passed: pd.DataFrame, as_of: datetime.date, *, recent: bool) -> float:
    """Of the passages through earlier stages that ended, the share that ended lost or invalid."""
    edge = pd.Timestamp(as_of) - pd.DateOffset(months=DROP_MONTHS)
    old = pd.Timestamp(as_of) - pd.DateOffset(months=MONTHS_BACK[0])
    last_open = passed.loc[passed["end"] > 0, "stage_index"].max()
    ended = passed.loc[(passed["end"] > 0) & (passed["stage_index"] < last_open)]
    ended = ended.loc[ended["left_on"] > edge] if recent else ended.loc[ended["left_on"] <= old]
    return float((ended["end"] > 1).mean()) if len(ended) else 0.0
