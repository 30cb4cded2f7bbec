"""The funnel: what is in the pipe, how it moves, whether it is enough (handbook section 3)."""

import datetime
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from pipeline.analyses.cache import cached
from pipeline.analyses.funnel import open_deals as deals_open
from pipeline.analyses.funnel.coverage import coverage, needed_coverage, periods_ahead
from pipeline.analyses.funnel.expected import due_soon_by, repeat_ahead, signed_so_far, targets_ahead
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
from pipeline.analyses.funnel.waterfall import deal_moves, flow, waterfall
from pipeline.book import Book
from pipeline.findings import Finding, Missing
from pipeline.parameters import Period

__all__ = ["FunnelResult", "analyse"]

Table = pd.DataFrame | Missing
QUALIFIED_MONTHS = 18


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
        coverage: the coming months and quarters.
        needed: what past quarters needed.
        by_dimension: coverage of the next quarter by market and business line.
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
    coverage: Table
    needed: Table
    by_dimension: Table
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
def analyse(book: Book, outlook: pd.DataFrame | None = None) -> FunnelResult:
    """The funnel of the book's scope.

    `outlook` has one row per open deal and week (opportunity_id, week_start, p_won, p_lost), as the win and
    loss analysis makes it; it is computed if not given.
    """
    since = book.period.first - datetime.timedelta(days=1)
    deals = book.opportunities.as_they_stood()
    if deals.empty:
        return _nothing(since)
    spells = book.whole.opportunities.stage_spells()
    everyone = book.whole.opportunities.as_they_stood()
    if outlook is None:
        outlook = company_outlook(book)
    return _complete(_tables(book, deals, spells, everyone, outlook), book, deals, since)


def _tables(
    book: Book, deals: pd.DataFrame, spells: pd.DataFrame, everyone: pd.DataFrame, outlook: pd.DataFrame
) -> dict[str, Any]:
    company, as_of = book.company, book.as_of
    own_spells = book.opportunities.stage_spells()
    waiting = deals_open.with_state(
        deals, company, stage_limits(spells, everyone, company.deals.stalled_quantile), as_of
    )
    chances = chance_to_win(outlook)
    passed = passages(own_spells, deals, as_of)
    won = everyone.loc[everyone["outcome"] == "won"]
    listed = deals_open.attention_list(waiting, company, chances)
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
        **_ahead(book, deals, waiting, outlook),
        **_changes(book, deals),
        **_shape(book, waiting, passed),
    }


def _ahead(book: Book, deals: pd.DataFrame, waiting: pd.DataFrame, outlook: pd.DataFrame) -> dict[str, Any]:
    periods = periods_ahead(book.as_of)
    table = coverage(
        waiting,
        outlook,
        periods,
        targets=targets_ahead(book, periods),
        signed=signed_so_far(book, periods),
        repeat=repeat_ahead(book, deals, periods),
    )
    quarter = next(period for period in periods if period.kind == "quarter")
    return {
        "coverage": table,
        "needed": needed_coverage(book, deals),
        "by_dimension": due_soon_by(book, waiting, outlook, quarter),
    }


def _changes(book: Book, deals: pd.DataFrame) -> dict[str, Any]:
    since = book.period.first - datetime.timedelta(days=1)
    between = book.opportunities.between(since, book.as_of)
    quarter = Period.containing(book.as_of, "quarter")
    start = quarter.first - datetime.timedelta(days=1)
    of_quarter = between if start == since else book.opportunities.between(start, book.as_of)
    moves = deal_moves(between).merge(
        deals[["opportunity_id", "name", "rep_id", "market"]], on="opportunity_id"
    )
    moves = moves.loc[moves["step"] != "start"]
    order = moves["amount"].abs().sort_values(ascending=False, kind="stable").index
    return {
        "waterfall": waterfall(between),
        "quarter_since": start,
        "waterfall_quarter": waterfall(of_quarter, (quarter.first, quarter.last)),
        "moves": moves.loc[order].reset_index(drop=True),
        "flow": flow(between),
    }


def _shape(book: Book, waiting: pd.DataFrame, passed: pd.DataFrame) -> dict[str, Any]:
    days = month_ends(book.as_of, book.first_day)
    before = (
        book.opportunities.open_at(days)
        if days
        else waiting.iloc[:0].assign(snapshot_on=pd.Timestamp(book.as_of))
    )
    shape = funnel_shape(waiting, before, passed, book.company.stage_keys, book.as_of)
    if shape is None:
        missing = Missing("missing-funnel-shape", reason="reason-history-too-short-for-shape")
        return {"shape": missing, "shape_tests": missing, "shape_ratios": missing}
    return {"shape": shape, "shape_tests": shape.tests, "shape_ratios": shape.ratios}


def _complete(tables: dict[str, Any], book: Book, deals: pd.DataFrame, since: datetime.date) -> FunnelResult:
    waiting = tables.pop("waiting")
    needed = tables["needed"]
    if isinstance(needed, pd.DataFrame) and needed.empty:
        tables["needed"] = Missing("missing-needed-coverage", reason="reason-fewer-than-four-quarters")
    headlines = headlines_of(tables, waiting)
    return FunnelResult(
        **tables, since=since, headlines=headlines, findings=findings_of(tables, waiting, deals, book)
    )


def _nothing(since: datetime.date) -> FunnelResult:
    missing = Missing("missing-funnel", tables=("opportunities", "opportunity_history"))
    others = {"since", "quarter_since", "headlines", "findings"}
    tables: dict[str, Any] = {
        name: missing for name in FunnelResult.__dataclass_fields__ if name not in others
    }
    return FunnelResult(**tables, since=since, quarter_since=since)
