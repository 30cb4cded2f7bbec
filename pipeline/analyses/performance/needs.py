"""What the coming periods still need, of the whole and by segment."""

import datetime
from collections.abc import Mapping

import numpy as np
import pandas as pd

from pipeline.analyses.funnel.expected import repeat_ahead
from pipeline.analyses.funnel.needed import create_and_close_ahead
from pipeline.analyses.funnel.outlook import chance_within
from pipeline.analyses.performance.required import cycle_days, required_deals, usual_yield
from pipeline.analyses.sold import actual_by
from pipeline.analyses.target_levels import Targets, TargetTree, target_by
from pipeline.book import Book
from pipeline.parameters import Period

SEGMENTS = {"company": (), "market": ("market",), "business_line": ("business_line",)}
MONTHS = 6


def deals_needed(
    book: Book, deals: pd.DataFrame, waiting: pd.DataFrame, outlook: pd.DataFrame, landing: pd.DataFrame
) -> pd.DataFrame:
    """`required_deals` of the coming months and quarters that have a target, by segment.

    Where the forecast lands a period, what is expected without a deal is what it expects beyond the deals.
    """
    tomorrow = book.as_of + datetime.timedelta(days=1)
    month, quarter = Period.containing(tomorrow, "month"), Period.containing(tomorrow, "quarter")
    periods = [month.back(-step) for step in range(MONTHS)] + [quarter, quarter.back(-1)]
    targets = TargetTree(book.targets.in_force(quarter.first, max(period.last for period in periods)))
    repeat = repeat_ahead(book, deals, periods)
    share = {cut: _repeat_share(book, deals, by) for cut, by in SEGMENTS.items()}
    new = {
        cut: create_and_close_ahead(deals, periods, book.as_of, book.first_day, by)
        for cut, by in SEGMENTS.items()
    }
    parts = []
    for period in periods:
        chance = waiting["opportunity_id"].map(chance_within(outlook, period.first, period.last)).fillna(0.0)
        expected = waiting.assign(amount=waiting["amount"] * chance)
        for cut in SEGMENTS:
            usual = {"repeat": repeat[period.key] * share[cut], "new": new[cut][period.key]}
            parts.append(_needs(book, targets, period, cut, expected=expected, usual=usual))
    known = [_as_landed(part, landing) for part in parts if part is not None]
    if not known:
        return pd.DataFrame()
    shares = usual_yield(deals, book.as_of, SEGMENTS)
    return required_deals(pd.concat(known, ignore_index=True), shares, cycle_days(deals), book.as_of)


def _needs(
    book: Book, targets: Targets, period: Period, cut: str, *, expected: pd.DataFrame,
    usual: Mapping[str, pd.Series],
) -> pd.DataFrame | None:  # fmt: skip
    by = SEGMENTS[cut]
    planned = target_by(targets, period, "contracts", by)
    if planned is None:
        return None
    target = _by_value(planned, by)
    signed = pd.Series(0.0, index=target.index)
    if period.first <= book.as_of:
        signed = _by_value(actual_by(book, "contracts", period.first, min(period.last, book.as_of), by), by)
    signed, of_deals, of_repeat, of_new = (
        amounts.reindex(target.index).fillna(0.0)
        for amounts in (signed, _by_value(expected, by), usual["repeat"], usual["new"])
    )
    return pd.DataFrame(
        {
            "period": period.key,
            "period_first": pd.Timestamp(period.first),
            "period_last": pd.Timestamp(period.last),
            "cut": cut,
            "value": target.index,
            "missing": (target - signed).clip(lower=0).to_numpy(),
            "expected_open": of_deals.to_numpy(),
            "expected_repeat": of_repeat.to_numpy(),
            "expected_new": of_new.to_numpy(),
        }
    )


def _as_landed(needs: pd.DataFrame, landing: pd.DataFrame) -> pd.DataFrame:
    """Needs with the landing's word on what comes without a deal; unchanged where it has none."""
    split = landing.loc[landing["from_open_deals"].notna()]
    keys = ["period_key", "dimension", "value"]
    to_come = split.assign(to_come=split["landing"] - split["signed"])[[*keys, "to_come"]]
    named = needs.rename(columns={"period": "period_key", "cut": "dimension"})[keys]
    found = named.merge(to_come, on=keys, how="left")["to_come"].to_numpy()
    rest = (found - needs["expected_open"] - needs["expected_new"]).clip(lower=0.0)
    return needs.assign(expected_repeat=needs["expected_repeat"].where(np.isnan(found), rest))


def _by_value(table: pd.DataFrame, by: tuple[str, ...]) -> pd.Series:
    if not by:
        return pd.Series({"": float(table["amount"].sum())})
    return table.groupby(by[0])["amount"].sum()


def _repeat_share(book: Book, deals: pd.DataFrame, by: tuple[str, ...]) -> pd.Series:
    """Each value's share of what was sold without an opportunity in the last twelve months."""
    since = (pd.Timestamp(book.as_of) - pd.DateOffset(years=1) + pd.Timedelta(days=1)).date()
    sold = _by_value(actual_by(book, "contracts", since, book.as_of, by), by)
    won = deals.loc[(deals["outcome"] == "won") & (deals["closed_on"] >= pd.Timestamp(since))]
    repeat = (sold - _by_value(won, by).reindex(sold.index).fillna(0.0)).clip(lower=0)
    return repeat / max(float(repeat.sum()), 1e-9)


def dominant_deal(waiting: pd.DataFrame, outlook: pd.DataFrame, as_of: datetime.date) -> dict[str, float]:
    """Share and expected amount of the largest deal in what open deals will bring in the coming quarter."""
    quarter = Period.containing(as_of + datetime.timedelta(days=1), "quarter")
    chance = waiting["opportunity_id"].map(chance_within(outlook, quarter.first, quarter.last)).fillna(0.0)
    expected = (waiting["amount"] * chance).to_numpy()
    whole = expected.sum()
    largest = float(expected.max()) if len(expected) else 0.0
    return {
        "share": largest / whole if whole > 0 else 0.0,
        "amount": largest,
        "weight": float(np.sum(expected)),
    }
