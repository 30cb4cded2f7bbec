"""Deals as they looked then: one row per deal and snapshot, with what became of it.

Everything a model learns from is rebuilt for a past day from what was known on it; only the outcome is
later, and it counts from the day on which it became known.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from pipeline.analyses.win_loss.fields import LEARNED_FROM
from pipeline.book import Book
from pipeline.models.win_probability import haste_weights

SNAPSHOT_DAYS = 28
MOST_SNAPSHOTS, FEWEST_SNAPSHOTS = 39, 14
LARGE_BOOK_DEALS = 20_000
"""Above it thirteen months of snapshots, or every third of three years, are enough."""
LARGE_BOOK_STEP = 3
PRIOR_DEALS = 10.0
"""Deals' worth of the company's rate in the as-of win rate of a rep or customer."""


def snapshot_days(
    book: Book, *, every_days: int = SNAPSHOT_DAYS, most: int | None = None
) -> tuple[date, ...]:
    """Days of past snapshots, counted back from the book's date, the date itself last.

    None is earlier than the first recorded closing: before it deals could only be seen to stay open. Without
    `most` (in snapshots of four weeks) a large book goes back thirteen months, any other three years.
    """
    deals = book.opportunities.as_they_stood()
    first = deals["closed_on"].min()
    if pd.isna(first):
        return (book.as_of,)
    if most is None:
        most = MOST_SNAPSHOTS if len(deals) <= LARGE_BOOK_DEALS else FEWEST_SNAPSHOTS
    most = most * SNAPSHOT_DAYS // every_days
    days = [book.as_of - timedelta(days=every_days * k) for k in range(most)]
    return tuple(sorted(day for day in days if pd.Timestamp(day) >= first or day == book.as_of))


def learning_days(book: Book) -> tuple[date, ...]:
    """Days of the snapshots to learn from who wins: three years of them, in a large book a third as dense.

    A shorter time would not do: of the deals of the last months only the hasty have ended.
    """
    days = snapshot_days(book, most=MOST_SNAPSHOTS)
    large = len(book.opportunities.as_they_stood()) > LARGE_BOOK_DEALS
    return days[::-LARGE_BOOK_STEP][::-1] if large else days


def snapshots(book: Book, days: Sequence[date]) -> pd.DataFrame:
    """One row per day and deal open then: what was known then, derived fields, and the outcome so far.

    Columns beside the book's: those of `fields.LEARNED_FROM`, `amount_now`, `known_on` and `ended_on` (day on
    which the outcome became known), `ending` (won, lost, invalid or open, as known at the book's date).
    """
    deals = book.opportunities.as_they_stood()
    rows = book.opportunities.open_at(days)
    endings = deals.set_index("opportunity_id")[["outcome", "closed_on", "closed_known_on"]]
    ends = endings.reindex(rows["opportunity_id"].to_numpy())
    rows = rows.assign(
        ending=ends["outcome"].to_numpy(),
        ended_on=ends[["closed_on", "closed_known_on"]].max(axis=1, skipna=True).to_numpy(),
    )
    rows.loc[rows["ending"] == "open", "ended_on"] = pd.NaT
    return with_derived(book, rows)


def with_derived(book: Book, rows: pd.DataFrame, *, lag_days: int = 0) -> pd.DataFrame:
    """Add the fields that are computed from a snapshot and from outcomes known `lag_days` before it."""
    day = rows["snapshot_on"]
    age = _days(day, rows["created_on"])
    return rows.assign(
        age_days=age,
        days_in_stage=_days(day, rows["entered_stage_on"]),
        days_since_change=_days(day, rows["last_changed_on"]),
        days_to_expected_close=_days(rows["expected_close_on"], day),
        amount_now=rows["amount"].where(rows["amount"] > 0),
        first_amount=rows["first_amount"].where(rows["first_amount"] > 0),
        amount_change=(rows["amount"] / rows["first_amount"].where(rows["first_amount"] > 0) - 1).round(4),
        activities_a_month=_activity_rate(book, rows, age),
        has_traded=_has_traded(book, rows),
        rep_win_rate=known_win_rate(book, rows, "rep_id", lag_days=lag_days),
        customer_win_rate=known_win_rate(book, rows, "customer_id", lag_days=lag_days),
    )


def decided(rows: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """The rows whose deal was won or lost since, with `is_won` and the `weight` that undoes haste."""
    follow_up = _days(pd.Series(pd.Timestamp(as_of), index=rows.index), rows["snapshot_on"])
    taken = _days(rows["ended_on"], rows["snapshot_on"])
    is_decided = rows["ending"].isin(["won", "lost"]) & (taken > 0)
    kept = rows.assign(is_won=rows["ending"].eq("won"), known_on=rows["ended_on"]).loc[is_decided]
    weight = haste_weights(taken.loc[is_decided].to_numpy(), follow_up.to_numpy())
    return kept.assign(weight=weight).sort_values(["snapshot_on", "opportunity_id"], ignore_index=True)


def usable_fields(rows: pd.DataFrame) -> tuple[str, ...]:
    """The registry's fields that vary in this company's data."""
    if rows.empty:
        return ()
    return tuple(name for name in LEARNED_FROM if name in rows and len(rows[name].unique()) > 1)


def known_win_rate(book: Book, rows: pd.DataFrame, who: str, *, lag_days: int = 0) -> pd.Series:
    """Shrunken share won of the deals of a rep or customer whose outcome was known before each snapshot."""
    deals = book.opportunities.as_they_stood()
    ended = deals.loc[deals["outcome"].isin(["won", "lost"]) & deals[who].ne("")]
    known = ended[["closed_on", "closed_known_on"]].max(axis=1) + pd.Timedelta(days=lag_days)
    past = pd.DataFrame(
        {"who": ended[who], "known_on": known, "won": ended["outcome"].eq("won").astype(float)}
    )
    past = past.sort_values("known_on", kind="stable")
    company_rate = past["won"].mean() if len(past) else 0.5
    past = past.assign(
        wins=past.groupby("who")["won"].cumsum(), ends=past.groupby("who").cumcount() + 1.0
    ).drop(columns="won")
    asked = pd.DataFrame(
        {"who": rows[who], "snapshot_on": rows["snapshot_on"], "place": np.arange(len(rows))}
    )
    left: Any = asked.assign(snapshot_on=asked["snapshot_on"].astype("datetime64[s]")).sort_values(
        "snapshot_on"
    )
    right: Any = past.assign(known_on=past["known_on"].astype("datetime64[s]"))
    found = pd.merge_asof(left, right, left_on="snapshot_on", right_on="known_on", by="who").sort_values(
        "place"
    )
    wins, ends = found["wins"].fillna(0), found["ends"].fillna(0)
    rate = (wins + PRIOR_DEALS * company_rate) / (ends + PRIOR_DEALS)
    return pd.Series(rate.to_numpy().round(6), index=rows.index)


def _has_traded(book: Book, rows: pd.DataFrame) -> pd.Series:
    """Whether the customer had bought before the snapshot."""
    if not book.has("orders"):
        return pd.Series(False, index=rows.index)
    first = book.sales.customers().set_index("customer_id")["first_order_on"]
    return pd.Series(
        (rows["customer_id"].map(first) <= rows["snapshot_on"]).to_numpy(dtype=bool), index=rows.index
    )


def _activity_rate(book: Book, rows: pd.DataFrame, age: pd.Series) -> pd.Series:
    """Activities per 30 days of age; empty where the company records none."""
    if not book.has("activities"):
        return pd.Series(np.nan, index=rows.index)
    months = (age + 7).clip(lower=14) / 30
    rate: pd.Series = (rows["activities"] / months).round(4)
    return rate


def _days(later: pd.Series, earlier: pd.Series) -> pd.Series:
    return (later - earlier).dt.days.astype("float64")
