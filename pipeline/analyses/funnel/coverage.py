"""Is what is in hand enough: coverage and sufficiency, per month and quarter and by every dimension."""

import datetime
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from pipeline.analyses.funnel.outlook import chance_within
from pipeline.analyses.sold import actual_by
from pipeline.analyses.target_levels import Targets, target_by
from pipeline.book import Book
from pipeline.parameters import Period

MONTHS, QUARTERS = 6, 3
CUTS = ("market", "business_line", "product_line", "department", "person")


def periods_ahead(as_of: datetime.date) -> list[Period]:
    """The months and quarters that end after `as_of`, nearest first."""
    tomorrow = as_of + datetime.timedelta(days=1)
    month, quarter = Period.containing(tomorrow, "month"), Period.containing(tomorrow, "quarter")
    return [month.back(-step) for step in range(MONTHS)] + [quarter.back(-step) for step in range(QUARTERS)]


def in_periods(waiting: pd.DataFrame, outlook: pd.DataFrame, periods: Sequence[Period]) -> pd.DataFrame:
    """One row per period and open deal that is due in it or may be won in it.

    Columns: period, opportunity_id, the dimensions, due (amount, if its expected day lies in the period) and
    weighted (amount x chance to be won in the period).
    """
    parts = []
    amount = waiting["amount"].fillna(0.0)
    for period in periods:
        due = waiting["expected_close_on"].between(pd.Timestamp(period.first), pd.Timestamp(period.last))
        chance = waiting["opportunity_id"].map(chance_within(outlook, period.first, period.last)).fillna(0.0)
        rows = waiting[["opportunity_id", *CUTS]].assign(
            period=period.key, is_due=due, due=amount.where(due, 0.0), weighted=amount * chance
        )
        parts.append(rows.loc[due | (chance > 0)])
    return pd.concat(parts, ignore_index=True)


def coverage(
    ahead: pd.DataFrame,
    periods: Sequence[Period],
    *,
    targets: Mapping[str, float],
    signed: Mapping[str, float],
    created: Mapping[str, float],
    repeat: Mapping[str, float],
    landings: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """One row per coming period: is the pipeline enough for what is still missing?

    Columns: period, kind, target, signed (so far), missing (target - signed), open_amount and deals (due in
    the period by their expected day), weighted (amount x chance to be won in the period, of all open deals),
    largest_share (of the largest deal in weighted), create_and_close (expected of deals that do not exist
    yet), repeat (expected without a deal), coverage (open_amount / missing), sufficiency (weighted /
    missing), sufficiency_in_all (weighted, create_and_close and repeat / missing). Without a target the
    shares are missing. `ahead` is as `in_periods` makes it; where a period has a landing, repeat is what the
    landing expects beyond the rest.
    """
    landings = landings or {}
    rows = []
    for period in periods:
        mine = ahead.loc[ahead["period"] == period.key]
        target, done = targets.get(period.key, np.nan), signed.get(period.key, 0.0)
        whole = float(mine["weighted"].sum())
        landed, known = landings.get(period.key), whole + created.get(period.key, 0.0)
        rows.append(
            {
                "period": period.key,
                "kind": period.kind,
                "target": target,
                "signed": done,
                "missing": max(target - done, 0.0),
                "open_amount": float(mine["due"].sum()),
                "deals": int(mine["is_due"].sum()),
                "weighted": whole,
                "largest_share": float(mine["weighted"].max() / whole) if whole > 0 else 0.0,
                "create_and_close": created.get(period.key, 0.0),
                "repeat": repeat.get(period.key, 0.0) if landed is None else max(landed - done - known, 0.0),
            }
        )
    frame = _with_shares(pd.DataFrame(rows))
    in_all = frame[["weighted", "create_and_close", "repeat"]].sum(axis=1)
    return frame.assign(sufficiency_in_all=in_all / frame["missing"].where(frame["missing"] > 0))


def coverage_by(book: Book, ahead: pd.DataFrame, periods: Sequence[Period], targets: Targets) -> pd.DataFrame:
    """Coverage of every coming period by every dimension, one row per period, cut and value.

    Columns: period, kind, cut, value, target, signed, missing, open_amount, weighted, coverage, sufficiency.
    What is due, weighted and signed adds up to the whole in every cut.
    """
    parts = [_one_cut(book, ahead, period, cut, targets) for period in periods for cut in CUTS]
    return _with_shares(pd.concat(parts, ignore_index=True))


def _one_cut(book: Book, ahead: pd.DataFrame, period: Period, cut: str, targets: Targets) -> pd.DataFrame:
    mine = ahead.loc[ahead["period"] == period.key]
    sums = mine.groupby(cut)[["due", "weighted"]].sum()
    last = min(period.last, book.as_of)
    signed = pd.Series(dtype="float64")
    if period.first <= last:
        signed = actual_by(book, "contracts", period.first, last, (cut,)).set_index(cut)["amount"]
    planned = target_by(targets, period, "contracts", (cut,))
    target = planned.set_index(cut)["amount"] if planned is not None else pd.Series(dtype="float64")
    values = sorted({*sums.index, *signed.index, *target.index})
    columns = {"signed": signed, "open_amount": sums["due"], "weighted": sums["weighted"]}
    frame = pd.DataFrame({name: series.reindex(values).fillna(0.0) for name, series in columns.items()})
    frame["target"] = target.reindex(values).astype("float64")
    frame["missing"] = (frame["target"] - frame["signed"]).clip(lower=0)
    named = frame.rename_axis("value").reset_index()
    return named.assign(period=period.key, kind=period.kind, cut=cut)


def _with_shares(frame: pd.DataFrame) -> pd.DataFrame:
    missing = frame["missing"].where(frame["missing"] > 0)
    return frame.assign(coverage=frame["open_amount"] / missing, sufficiency=frame["weighted"] / missing)
