"""Is what is in hand enough: coverage, sufficiency, and how much this company has really needed."""

import datetime
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from pipeline.analyses.funnel.outlook import chance_within
from pipeline.book import Book
from pipeline.parameters import Period

MONTHS, QUARTERS = 6, 3
PAST_QUARTERS, FEWEST_QUARTERS = 12, 4


def periods_ahead(as_of: datetime.date) -> list[Period]:
    """The months and quarters that end after `as_of`, nearest first."""
    tomorrow = as_of + datetime.timedelta(days=1)
    month, quarter = Period.containing(tomorrow, "month"), Period.containing(tomorrow, "quarter")
    return [month.back(-step) for step in range(MONTHS)] + [quarter.back(-step) for step in range(QUARTERS)]


def coverage(
    waiting: pd.DataFrame,
    outlook: pd.DataFrame,
    periods: Sequence[Period],
    *,
    targets: Mapping[str, float],
    signed: Mapping[str, float],
    repeat: Mapping[str, float],
) -> pd.DataFrame:
    """One row per coming period: is the pipeline enough for what is still missing?

    Columns: period, target, signed (so far), missing (target - signed), open_amount and deals (due in the
    period by their expected day), weighted (amount x chance to be won in the period, of all open deals),
    coverage (open_amount / missing), sufficiency (weighted / missing), repeat (expected sales without an
    opportunity), sufficiency_with_repeat. Without a target the shares are missing.
    """
    rows = []
    for period in periods:
        due = waiting["expected_close_on"].between(pd.Timestamp(period.first), pd.Timestamp(period.last))
        chance = waiting["opportunity_id"].map(chance_within(outlook, period.first, period.last)).fillna(0.0)
        target, done = targets.get(period.key, np.nan), signed.get(period.key, 0.0)
        rows.append(
            {
                "period": period.key,
                "kind": period.kind,
                "target": target,
                "signed": done,
                "missing": max(target - done, 0.0),
                "open_amount": waiting.loc[due, "amount"].sum(),
                "deals": int(due.sum()),
                "weighted": (waiting["amount"] * chance).sum(),
                "largest_share": _largest_share(waiting["amount"] * chance),
                "repeat": repeat.get(period.key, 0.0),
            }
        )
    frame = pd.DataFrame(rows)
    missing = frame["missing"].where(frame["missing"] > 0)
    return frame.assign(
        coverage=frame["open_amount"] / missing,
        sufficiency=frame["weighted"] / missing,
        sufficiency_with_repeat=(frame["weighted"] + frame["repeat"]) / missing,
    )


def _largest_share(expected: pd.Series) -> float:
    whole = expected.sum()
    return float(expected.max() / whole) if whole > 0 else 0.0


def needed_coverage(book: Book, deals: pd.DataFrame) -> pd.DataFrame:
    """What past quarters began with and what they brought, one row per quarter.

    Columns: quarter, open_amount (due in the quarter as known at its start), from_existing (won from deals
    that were open at its start), created_and_closed (won from deals born in it), other (won from deals not
    known at its start), won, needed (open_amount / won). Empty with fewer than four quarters of history.
    """
    now = Period.containing(book.as_of, "quarter")
    first = book.first_day
    quarters = [now.back(step) for step in range(PAST_QUARTERS, 0, -1)]
    quarters = [q for q in quarters if first and q.first > first + datetime.timedelta(days=180)]
    starts = [q.first - datetime.timedelta(days=1) for q in quarters]
    columns = ["quarter", "open_amount", "from_existing", "created_and_closed", "other", "won", "needed"]
    if len(quarters) < FEWEST_QUARTERS:
        return pd.DataFrame(columns=columns)
    snapshots = book.opportunities.open_at(starts)
    rows = [_one_quarter(q, start, snapshots, deals) for q, start in zip(quarters, starts, strict=True)]
    frame = pd.DataFrame(rows, columns=columns[:-1])
    return frame.assign(needed=frame["open_amount"] / frame["won"].where(frame["won"] > 0))


def _one_quarter(
    quarter: Period, start: datetime.date, snapshots: pd.DataFrame, deals: pd.DataFrame
) -> tuple[str, float, float, float, float, float]:
    then = snapshots.loc[snapshots["snapshot_on"] == pd.Timestamp(start)]
    first, last = pd.Timestamp(quarter.first), pd.Timestamp(quarter.last)
    due = then.loc[then["expected_close_on"].between(first, last), "amount"].sum()
    won = deals.loc[(deals["outcome"] == "won") & deals["closed_on"].between(first, last)]
    existing = won["opportunity_id"].isin(then["opportunity_id"])
    born = ~existing & (won["created_on"] >= first)
    parts = [won.loc[mask, "amount"].sum() for mask in (existing, born, ~existing & ~born)]
    return quarter.key, due, *parts, won["amount"].sum()  # type: ignore[return-value]
