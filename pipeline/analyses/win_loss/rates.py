"""Win rates: every definition side by side, and by segment with partial pooling."""

from datetime import date

import pandas as pd

from pipeline.analyses.win_loss.fields import SEGMENTS
from pipeline.book import Book
from pipeline.errors import NotEnoughData
from pipeline.models.pooling import pool_rates, wilson_interval
from pipeline.parameters import Period

SEGMENT_MONTHS = 24
LEAST_FILLED = 0.5
"""Share of lost deals that must have an amount for a win rate by amount."""
QUALIFIED_STAGE = 2


def closed_deals(book: Book, first: date, last: date) -> pd.DataFrame:
    """Deals of the scope won or lost from `first` to `last`, one row each, with `is_won`."""
    deals = book.opportunities.as_they_stood()
    inside = deals["closed_on"].between(pd.Timestamp(first), pd.Timestamp(last))
    kept = deals.loc[inside & deals["outcome"].isin(["won", "lost"])]
    return kept.assign(is_won=kept["outcome"].eq("won")).reset_index(drop=True)


def rates_side_by_side(book: Book) -> pd.DataFrame:
    """One row per definition of the win rate, all of the book's period, year and last twelve months.

    Columns: `definition` (count, amount, count_year_to_date, amount_year_to_date, count_12_months,
    amount_12_months, cohort_12_months, with_invalid, from_qualified), `won`, `closed` (deals, or money for
    amounts), `deals`, `rate`, `low`, `high` (Wilson, of deals; empty for money) and `before` (the same a
    year earlier).
    """
    now = _definitions(book, book.period)
    earlier = _definitions(book, _a_year_before(book.period))
    table = now.merge(
        earlier[["definition", "rate"]].rename(columns={"rate": "before"}), on="definition", how="left"
    )
    low, high = wilson_interval(table["won"], table["closed"])
    is_money = table["definition"].str.startswith("amount")
    return table.assign(
        low=pd.Series(low).where(~is_money & (table["closed"] > 0)),
        high=pd.Series(high).where(~is_money & (table["closed"] > 0)),
    )


def segment_rates(book: Book) -> pd.DataFrame:
    """One row per dimension and segment with a deal closed in 24 months, rates pooled per dimension.

    Columns: `dimension`, `segment`, `name` (people's names, else the segment), `won`, `closed`, `amount_won`,
    `raw_rate`, `wilson_low`, `wilson_high`, `rate`, `rate_low`, `rate_high`, `next_low`, `next_high`,
    `own_weight`, `differs_p_value` (all segments of the dimension alike), `stands_out` (its interval excludes
    the rate of all).
    """
    deals = closed_deals(book, _months_back(book.period.last, SEGMENT_MONTHS), book.period.last)
    tables = [_pooled(deals, dimension) for dimension in (*SEGMENTS, "competitor")]
    found = [table for table in tables if len(table) > 1]
    if not found:
        return pd.DataFrame()
    table = pd.concat(found, ignore_index=True)
    return table.assign(name=table["segment"].where(table["dimension"] != "person", _named(book, table)))


def _named(book: Book, table: pd.DataFrame) -> pd.Series:
    """People's names; the key where a person is not listed."""
    names = book.whole.people.all().set_index("person_id")["name"]
    found = table["segment"].map(names)
    return found.where(found.notna() & found.ne(""), table["segment"])


def _pooled(deals: pd.DataFrame, dimension: str) -> pd.DataFrame:
    named = deals.loc[deals[dimension] != ""]
    if dimension == "competitor":
        named = deals.loc[deals["reasons_known_on"].notna()]
    counts = named.groupby(dimension, sort=True).agg(
        won=("is_won", "sum"),
        closed=("is_won", "size"),
        amount_won=("amount", lambda amounts: amounts[named.loc[amounts.index, "is_won"]].sum()),
    )
    counts = counts.rename_axis("segment").reset_index().assign(dimension=dimension)
    try:
        pooled = pool_rates(counts)
    except NotEnoughData:
        return counts.head(0)
    whole = counts["won"].sum() / counts["closed"].sum()
    rates = pooled.rates.assign(
        differs_p_value=pooled.difference_p_value,
        stands_out=(pooled.rates["rate_low"] > whole) | (pooled.rates["rate_high"] < whole),
    )
    return rates.sort_values(["rate", "segment"], ascending=[False, True], ignore_index=True)


def _definitions(book: Book, period: Period) -> pd.DataFrame:
    year = date(period.last.year, 1, 1)
    twelve = _months_back(period.last, 12)
    rows = []
    for suffix, first in (("", period.first), ("_year_to_date", year), ("_12_months", twelve)):
        deals = closed_deals(book, first, period.last)
        won = deals["is_won"]
        rows.append((f"count{suffix}", float(won.sum()), float(len(deals)), len(deals)))
        money = _amount_both_ways(deals)
        rows.append((f"amount{suffix}", float(money[won].sum()), float(money.sum()), len(deals)))
    rows += _other_definitions(book, twelve, period.last)
    table = pd.DataFrame(rows, columns=["definition", "won", "closed", "deals"])
    return table.assign(rate=(table["won"] / table["closed"]).where(table["closed"] > 0))


def _amount_both_ways(deals: pd.DataFrame) -> pd.Series:
    """Amounts of closed deals; all zero where most lost ones have none, for then there is no rate."""
    amounts = deals["amount"].where(deals["amount"] > 0)
    lost = amounts[~deals["is_won"]]
    if len(lost) and lost.notna().mean() < LEAST_FILLED:
        return amounts * 0.0
    return amounts.fillna(0.0)


def _other_definitions(book: Book, first: date, last: date) -> list[tuple[str, float, float, int]]:
    deals = book.opportunities.as_they_stood()
    start, end = pd.Timestamp(first), pd.Timestamp(last)
    created = deals.loc[deals["created_on"].between(start, end) & deals["outcome"].isin(["won", "lost"])]
    ended = deals.loc[deals["closed_on"].between(start, end) & (deals["outcome"] != "open")]
    real = ended.loc[ended["outcome"] != "invalid"]
    # Where no history was kept, only won deals are known to have gone through the stages.
    qualified = real.loc[(real["deepest_stage_index"] >= QUALIFIED_STAGE) & ~real["history_is_rebuilt"]]
    found = (("cohort_12_months", created), ("with_invalid", ended), ("from_qualified", qualified))
    return [(n, float(f["outcome"].eq("won").sum()), float(len(f)), len(f)) for n, f in found]


def _a_year_before(period: Period) -> Period:
    steps = {"month": 12, "quarter": 4, "year": 1, "week": 52}[period.kind]
    return period.back(steps)


def _months_back(last: date, months: int) -> date:
    """The day after the one that lies `months` before `last`."""
    return (pd.Timestamp(last) + pd.Timedelta(days=1) - pd.DateOffset(months=months)).date()
