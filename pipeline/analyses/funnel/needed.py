"""How much coverage this company has really needed, and what deals not yet created usually bring."""

import datetime
from collections.abc import Sequence

import pandas as pd

from pipeline.parameters import Period

PAST_QUARTERS, FEWEST_QUARTERS = 12, 4
FIRST_DAYS = 180
"""Days at the beginning of the history in which the pipeline was still being filled."""
COLUMNS = (
    "quarter", "seen_on", "open_amount", "from_existing", "created_and_closed", "known_late", "without_deal",
    "brought", "needed",
)  # fmt: skip


def past_quarters(as_of: datetime.date, first: datetime.date | None) -> list[tuple[Period, datetime.date]]:
    """Quarters before the one to come, oldest first, each with the day that lay to it as `as_of` to that one.

    Empty where the history has fewer than four.
    """
    now = Period.containing(as_of + datetime.timedelta(days=1), "quarter")
    found = [(now.back(step), months_back(as_of, 3 * step)) for step in range(PAST_QUARTERS, 0, -1)]
    known = [(quarter, day) for quarter, day in found if first and (day - first).days > FIRST_DAYS]
    return known if len(known) >= FEWEST_QUARTERS else []


def months_back(day: datetime.date, months: int) -> datetime.date:
    """The same day so many months earlier; a month's last day stays its month's last."""
    moved = (pd.Timestamp(day) - pd.DateOffset(months=months)).date()
    is_last = day == Period.containing(day, "month").last
    return Period.containing(moved, "month").last if is_last else moved


def needed_coverage(
    quarters: Sequence[tuple[Period, datetime.date]],
    snapshots: pd.DataFrame,
    deals: pd.DataFrame,
    sold: pd.Series,
) -> pd.DataFrame:
    """What past quarters had in hand at the same point, and what then came; one row per quarter.

    Columns: quarter, seen_on (that point), open_amount (of deals due in the quarter as known then),
    from_existing (won after it from deals open then), created_and_closed (won from deals created after it),
    known_late (won from deals created before it that nobody had entered), without_deal, brought (contracts
    signed after it, the sum of the four), needed (open_amount / brought: the coverage that was enough for
    what came).

    Args:
        quarters: as `past_quarters` gives them.
        snapshots: open deals at these days, with snapshot_on.
        deals: every deal as known now.
        sold: contracts by day.
    """
    won = deals.loc[deals["outcome"] == "won", ["opportunity_id", "created_on", "closed_on", "amount"]]
    won = won.reset_index(drop=True)
    place = pd.Index(won["opportunity_id"]).get_indexer(snapshots["opportunity_id"])
    snapshots = snapshots.assign(place_in_won=place)
    rows = [_one_quarter(quarter, day, snapshots, won, sold) for quarter, day in quarters]
    frame = pd.DataFrame(rows, columns=list(COLUMNS[:-1]))
    return frame.assign(needed=frame["open_amount"] / frame["brought"].where(frame["brought"] > 0))


def _one_quarter(
    quarter: Period, day: datetime.date, snapshots: pd.DataFrame, ever_won: pd.DataFrame, sold: pd.Series
) -> tuple[object, ...]:
    then = snapshots.loc[snapshots["snapshot_on"] == pd.Timestamp(day)]
    first, seen, last = (pd.Timestamp(moment) for moment in (quarter.first, day, quarter.last))
    due = then.loc[then["expected_close_on"].between(first, last), "amount"].sum()
    won = ever_won.loc[(ever_won["closed_on"] > seen) & (ever_won["closed_on"] <= last)]
    existing = pd.Series(won.index.isin(then["place_in_won"]), index=won.index)
    born = ~existing & (won["created_on"] > seen)
    parts = [float(won.loc[mask, "amount"].sum()) for mask in (existing, born, ~existing & ~born)]
    brought = float(sold.loc[(sold.index > seen) & (sold.index <= last)].sum())
    return quarter.key, seen, float(due), *parts, brought - sum(parts), brought


def create_and_close_ahead(
    deals: pd.DataFrame,
    periods: Sequence[Period],
    as_of: datetime.date,
    first: datetime.date | None,
    by: tuple[str, ...] = (),
) -> dict[str, pd.Series]:
    """By period: what deals that do not exist yet usually bring in it, by value of `by` ("" without).

    The mean, over the same point of up to eight quarters before, of what was won in the period as far ahead
    from deals created after that point.
    """
    days = [months_back(as_of, 3 * step) for step in range(1, 9)]
    known = [(step, day) for step, day in enumerate(days, start=1) if first and day >= first]
    won = deals.loc[deals["outcome"] == "won", ["created_on", "closed_on", "amount", *by]]
    found: dict[str, pd.Series] = {}
    for period in periods:
        born = [_born_and_won(won, day, _earlier(period, step)) for step, day in known]
        rows = pd.concat([won.iloc[:0], *born])
        keys = rows[by[0]] if by else pd.Series("", index=rows.index, dtype="str")
        found[period.key] = rows["amount"].groupby(keys).sum() / max(len(known), 1)
    return found


def _earlier(period: Period, quarters: int) -> Period:
    return period.back(quarters if period.kind == "quarter" else 3 * quarters)


def _born_and_won(won: pd.DataFrame, seen: datetime.date, period: Period) -> pd.DataFrame:
    inside = won["closed_on"].between(pd.Timestamp(period.first), pd.Timestamp(period.last))
    return won.loc[inside & (won["created_on"] > pd.Timestamp(seen))]
