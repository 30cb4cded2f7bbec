"""The funnel: what is in the pipe, how it moves, whether it is enough (handbook section 3)."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from pipeline.analyses.cache import cached
from pipeline.analyses.funnel import open_deals as deals_open
from pipeline.analyses.funnel.coverage import coverage, coverage_by, in_periods, periods_ahead
from pipeline.analyses.funnel.expected import (
    forecast_landing,
    landings_of,
    repeat_ahead,
    signed_so_far,
    targets_ahead,
)
from pipeline.analyses.funnel.needed import create_and_close_ahead, needed_coverage, past_quarters
from pipeline.analyses.funnel.outlook import chance_to_win, company_outlook
from pipeline.analyses.funnel.passages import (
    WATCHED_MONTHS,
    irregular_moves,
    passages,
    qualification,
    stage_limits,
    stage_table,
)
from pipeline.analyses.funnel.sentences import findings_of, headlines_of
from pipeline.analyses.funnel.shape import Shape, funnel_shape, month_ends
from pipeline.analyses.funnel.velocity import sales_velocity
from pipeline.analyses.funnel.waterfall import closed_in, deal_moves, flow, flow_deals, waterfall
from pipeline.analyses.sold import by_day
from pipeline.analyses.target_levels import TargetTree
from pipeline.book import Book
from pipeline.findings import Finding, Missing
from pipeline.parameters import Period

__all__ = ["FunnelResult", "analyse"]

Table = pd.DataFrame | Missing
QUALIFIED_MONTHS = 18
OF_SNAPSHOTS = ("amount", "stage_index", "expected_close_on")
OF_MOVES = ("outcome", "stage", "amount", "expected_close_on", "closed_on")
"""Columns of deals that the past is asked for: what past days and the difference of two days are made of."""
MOSTLY = 0.5


@dataclass(frozen=True)
class FunnelResult:
    """The tables of the funnel; each is described at the function that makes it.

    Attributes:
        stages: conversion and time by stage.
        irregular: skipped and backward moves by stage.
        qualified: qualification rate of recent deals.
        velocity: sales velocity and its four factors, one row.
        waterfall: from the pipeline of last period's end to now.
        waterfall_quarter: the same for what is due in the running (or just ended) quarter, since its start.
        moves: the deals behind the waterfall, largest first.
        flow: from which stage to which.
        flow_deals: the deals behind each band of the flow.
        closed_in: deals by the day on which they closed, beside those that became known.
        coverage: the coming months and quarters.
        coverage_by: the same by every dimension.
        needed: what past quarters had in hand, what then came, and so what was needed.
        structure, concentration: what the pipeline consists of.
        shape: shape of the funnel with its tests.
        stalled: stalled deals by rule.
        attention: the 100% table.
        presales: priorities for pre-sales.
        since, quarter_since: the days from which the changes are counted.
    """

    stages: Table
    irregular: Table
    qualified: Table
    velocity: Table
    waterfall: Table
    waterfall_quarter: Table
    moves: Table
    flow: Table
    flow_deals: Table
    closed_in: Table
    coverage: Table
    coverage_by: Table
    needed: Table
    structure: Table
    concentration: Table
    shape: Shape | Missing
    shape_tests: Table
    shape_ratios: Table
    stalled: Table
    attention: Table
    presales: Table
    since: datetime.date
    quarter_since: datetime.date
    headlines: dict[str, float] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


@cached
def analyse(
    book: Book,
    outlook: pd.DataFrame | None = None,
    landing: pd.DataFrame | None = None,
    since: str = "",
) -> FunnelResult:
    """The funnel of the book's scope.

    Args:
        book: the book; changes are counted up to its date.
        outlook: one row per open deal and week (opportunity_id, week_start, p_won, p_lost), as the win and
            loss analysis makes it.
        landing: as the sales forecast makes it, so that both chapters expect the same of a period. Both are
            computed if no outlook is given; without a landing sales without a deal follow their own past.
        since: day (2026-09-30) from which changes are counted; the last one before the period if not given.

    Raises:
        UsageError: `since` is after the book's date.
    """
    start = datetime.date.fromisoformat(since) if since else book.period.first - datetime.timedelta(days=1)
    deals = _named(book.opportunities.as_they_stood())
    if deals.empty:
        return _nothing(start)
    spells = book.whole.opportunities.stage_spells()
    everyone = book.whole.opportunities.as_they_stood()
    if outlook is None:
        outlook = company_outlook(book)
        landing = forecast_landing(book)
    made = _tables(book, deals, spells, everyone, outlook=outlook, landing=landing, since=start)
    return _complete(made, book, deals)


def _tables(
    book: Book, deals: pd.DataFrame, spells: pd.DataFrame, everyone: pd.DataFrame, *,
    outlook: pd.DataFrame, landing: pd.DataFrame | None, since: datetime.date,
) -> dict[str, Any]:  # fmt: skip
    company, as_of = book.company, book.as_of
    own_spells = book.opportunities.stage_spells()
    waiting = deals_open.with_state(
        deals, company, stage_limits(spells, everyone, company.deals.stalled_quantile), as_of
    )
    chances = chance_to_win(outlook)
    passed = passages(own_spells, deals, as_of)
    won = everyone.loc[everyone["outcome"] == "won"]
    listed = deals_open.attention_list(waiting, company, chances)
    quarters = past_quarters(as_of, book.first_day)
    usual_days = month_ends(as_of, book.first_day)
    before = _snapshots(book, waiting, [*usual_days, *(day for _, day in quarters)])
    return {
        "waiting": waiting,
        "stages": stage_table(passed, company.stage_keys, as_of, WATCHED_MONTHS),
        "irregular": irregular_moves(own_spells, deals, company.stage_keys),
        "qualified": qualification(own_spells, deals, as_of, QUALIFIED_MONTHS),
        "velocity": sales_velocity(deals, as_of),
        "structure": deals_open.structure(waiting),
        "concentration": deals_open.concentration(waiting),
        "stalled": deals_open.stalled_by_rule(waiting),
        "attention": deals_open.with_supervisors(listed, book.whole.people.all()),
        "presales": deals_open.presales_priorities(waiting, won, company, as_of),
        "needed": needed_coverage(quarters, before, deals, by_day(book)),
        **_ahead(book, deals, waiting, outlook, landing),
        **_changes(book, deals, since),
        **_shape(book, waiting, passed, before.loc[before["snapshot_on"].isin(_stamps(usual_days))]),
    }


def _named(deals: pd.DataFrame) -> pd.DataFrame:
    """A deal without a name goes by its number."""
    return deals.assign(name=deals["name"].where(deals["name"] != "", deals["opportunity_id"]))


def _snapshots(book: Book, waiting: pd.DataFrame, days: Sequence[datetime.date]) -> pd.DataFrame:
    """Open deals at past days, by one question."""
    if not days:
        return waiting.iloc[:0].assign(snapshot_on=pd.Timestamp(book.as_of))
    return book.opportunities.open_at(set(days), OF_SNAPSHOTS)


def _stamps(days: Sequence[datetime.date]) -> list[pd.Timestamp]:
    return [pd.Timestamp(day) for day in days]


def _ahead(
    book: Book,
    deals: pd.DataFrame,
    waiting: pd.DataFrame,
    outlook: pd.DataFrame,
    landing: pd.DataFrame | None,
) -> dict[str, Any]:
    periods = periods_ahead(book.as_of)
    first, last = min(period.first for period in periods), max(period.last for period in periods)
    targets = TargetTree(book.targets.in_force(first, last))
    ahead = in_periods(waiting, outlook, periods)
    created = create_and_close_ahead(deals, periods, book.as_of, book.first_day)
    table = coverage(
        ahead,
        periods,
        targets=targets_ahead(targets, periods),
        signed=signed_so_far(book, periods),
        created={key: float(sums.sum()) for key, sums in created.items()},
        repeat=repeat_ahead(book, deals, periods),
        landings=landings_of(landing),
    )
    return {"coverage": table, "coverage_by": coverage_by(book, ahead, periods, targets)}


def _changes(book: Book, deals: pd.DataFrame, since: datetime.date) -> dict[str, Any]:
    between = book.opportunities.between(since, book.as_of, OF_MOVES)
    quarter = Period.containing(book.as_of, "quarter")
    start = quarter.first - datetime.timedelta(days=1)
    of_quarter = between if start == since else book.opportunities.between(start, book.as_of, OF_MOVES)
    named = deals[["opportunity_id", "name", "rep_id", "market"]]
    moves = deal_moves(between).merge(named, on="opportunity_id")
    moves = moves.loc[moves["step"] != "start"]
    order = moves["amount"].abs().sort_values(ascending=False, kind="stable").index
    return {
        "since": since,
        "waterfall": waterfall(between),
        "quarter_since": start,
        "waterfall_quarter": waterfall(of_quarter, (quarter.first, quarter.last)),
        "moves": moves.loc[order].reset_index(drop=True),
        "flow": flow(between),
        "flow_deals": flow_deals(between).merge(named, on="opportunity_id", how="left"),
        "closed_in": closed_in(deals, since, book.as_of),
    }


def _shape(book: Book, waiting: pd.DataFrame, passed: pd.DataFrame, before: pd.DataFrame) -> dict[str, Any]:
    shape = funnel_shape(waiting, before, passed, book.company.stage_keys, book.as_of)
    if shape is None:
        missing = Missing("missing-funnel-shape", reason="reason-history-too-short-for-shape")
        return {"shape": missing, "shape_tests": missing, "shape_ratios": missing}
    return {"shape": shape, "shape_tests": shape.tests, "shape_ratios": shape.ratios}


def _complete(tables: dict[str, Any], book: Book, deals: pd.DataFrame) -> FunnelResult:
    waiting = tables.pop("waiting")
    headlines = headlines_of(tables, waiting)
    findings = findings_of(tables, waiting, deals, book)
    if float(deals["history_is_rebuilt"].mean()) > MOSTLY and not tables["irregular"]["fell_back"].any():
        for name in ("irregular", "qualified"):
            tables[name] = Missing(f"missing-{name}", reason="reason-no-stage-history")
        headlines.pop("qualification_rate", None)
    if tables["needed"].empty:
        tables["needed"] = Missing("missing-needed-coverage", reason="reason-fewer-than-four-quarters")
    return FunnelResult(**tables, headlines=headlines, findings=findings)


def _nothing(since: datetime.date) -> FunnelResult:
    missing = Missing("missing-funnel", tables=("opportunities", "opportunity_history"))
    others = {"since", "quarter_since", "headlines", "findings"}
    tables: dict[str, Any] = {
        name: missing for name in FunnelResult.__dataclass_fields__ if name not in others
    }
    return FunnelResult(**tables, since=since, quarter_since=since)
