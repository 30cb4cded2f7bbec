"""The chapter put together: a book in, a frozen result of tables, headlines and findings out."""

from dataclasses import dataclass

import pandas as pd

from pipeline.analyses.cache import cached
from pipeline.analyses.win_loss.drivers import company_drivers
from pipeline.analyses.win_loss.outlook import company_outlook, outlook_of
from pipeline.analyses.win_loss.pairs import similar_pairs
from pipeline.analyses.win_loss.probabilities import audit_with_lags, company_model, probabilities_of
from pipeline.analyses.win_loss.rates import rates_side_by_side, segment_rates
from pipeline.analyses.win_loss.reasons import agreement, reason_counts, rep_against_customer
from pipeline.analyses.win_loss.record import matured_forecasts, ways_compared
from pipeline.analyses.win_loss.sentences import Evidence, findings_of, headlines_of
from pipeline.analyses.win_loss.tables import (
    eight_weeks,
    field_registry,
    model_card,
    open_deals,
)
from pipeline.book import Book
from pipeline.findings import Finding, Missing, Quantity, text

Table = pd.DataFrame | Missing


@dataclass(frozen=True)
class WinLoss:
    """Win and loss of one scope as of the book's date; learned on the whole company."""

    rates: Table
    """One row per definition of the win rate."""
    segments: Table
    """One row per dimension and segment: raw and shrunken win rate, intervals, counts."""
    reasons: Table
    """One row per outcome and reason, by rep and by customer."""
    reason_pairs: Table
    """One row per pair of the rep's and the customer's reason of lost deals."""
    reason_agreement: Table
    """One row per reason that reps gave: how often customers agreed."""
    drivers: Table
    """One row per field tested (company)."""
    driver_effects: Table
    """One row per field and level: points of win rate, all else equal (company)."""
    open_deals: Table
    """One row per open deal of the scope: probability, why, what changed, when."""
    eight_weeks: Table
    """One row per coming week: expected wins and money from open deals of the scope."""
    pairs: Table
    """One row per pair of like deals, one won and one lost."""
    model_card: Table
    """One row: verdict, method, deals, Brier, skill with interval, AUC, calibration error (company)."""
    comparison: Table
    """One row per way of forecasting the same later deals (company)."""
    reliability: Table
    """One row per class of forecast probability: what came true (company)."""
    matured: Table
    """One row per past origin: wins and money forecast for eight weeks, and actual (company)."""
    ways: Table
    """One row per way of forecasting eight weeks ahead: errors of counts and money, Brier (company)."""
    habits: Table
    """One row per week of the quarter: chance of today's open deals of ending in it (company)."""
    audit: Table
    """One row per leak check (company)."""
    lags: Table
    """One row per lag of outcomes: the record that remains (company)."""
    stage_rates: Table
    """One row per stage: shrunken rate, the fallback (company)."""
    fields: Table
    """One row per field: when it is known, and whether it is learned from."""
    headlines: dict[str, float]
    findings: tuple[Finding, ...]


@cached
def analyse(book: Book) -> WinLoss:
    """Handbook section 6 for the book's scope and period. Never raises for lack of data."""
    deals = book.opportunities.as_they_stood()
    if not deals["outcome"].isin(["won", "lost"]).any():
        return _nothing(book, deals)
    whole = book.whole
    model, outlook, drivers = company_model(whole), company_outlook(whole), company_drivers(whole)
    rates, segments = rates_side_by_side(book), segment_rates(book)
    ahead = outlook_of(book, outlook)
    listed = open_deals(deals, probabilities_of(book, model, ahead), whole.people.all(), book.as_of)
    weeks, reasons, agreed = eight_weeks(ahead, deals), reason_counts(book), agreement(book)
    headlines = headlines_of(rates, listed, weeks, model)
    return WinLoss(
        rates=rates,
        segments=_or_missing(segments, "win-loss-missing-segments", "win-loss-reason-few-closed"),
        reasons=_or_missing(reasons, "win-loss-missing-reasons", "win-loss-reason-no-reasons"),
        reason_pairs=_or_missing(
            rep_against_customer(book), "win-loss-missing-reason-pairs", "win-loss-reason-no-reasons"
        ),
        reason_agreement=_or_missing(agreed, "win-loss-missing-reason-pairs", "win-loss-reason-no-reasons"),
        drivers=_or_missing(drivers.fields, "win-loss-missing-drivers", "win-loss-reason-few-closed"),
        driver_effects=_or_missing(drivers.effects, "win-loss-missing-drivers", "win-loss-reason-few-closed"),
        open_deals=_or_missing(listed, "win-loss-missing-open-deals", "win-loss-reason-no-open"),
        eight_weeks=_or_missing(weeks, "win-loss-missing-eight-weeks", "win-loss-reason-few-closed"),
        pairs=_or_missing(similar_pairs(book), "win-loss-missing-pairs", "win-loss-reason-few-closed"),
        model_card=model_card(model),
        comparison=_or_missing(model.comparison, "win-loss-missing-comparison", "win-loss-reason-no-model"),
        reliability=_or_missing(
            model.reliability, "win-loss-missing-reliability", "win-loss-reason-no-model"
        ),
        matured=_or_missing(
            matured_forecasts(outlook.matured), "win-loss-missing-matured", "win-loss-reason-few-closed"
        ),
        ways=_or_missing(
            ways_compared(outlook.matured), "win-loss-missing-matured", "win-loss-reason-few-closed"
        ),
        habits=_or_missing(outlook.habits, "win-loss-missing-habits", "win-loss-reason-few-closed"),
        audit=_or_missing(audit_with_lags(model), "win-loss-missing-audit", "win-loss-reason-few-closed"),
        lags=_or_missing(model.lags, "win-loss-missing-lags", "win-loss-reason-no-model"),
        stage_rates=_or_missing(
            model.stage_rates, "win-loss-missing-stage-rates", "win-loss-reason-few-closed"
        ),
        fields=field_registry(),
        headlines=headlines,
        findings=findings_of(
            headlines,
            Evidence(rates, segments, drivers, model, listed, weeks, agreed, reasons),
        ),
    )


def _nothing(book: Book, deals: pd.DataFrame) -> WinLoss:
    """No deal was ever won or lost: every table is missing, and the reason is said once."""
    tables = book.missing("opportunities", "opportunity_history")
    missing = Missing("win-loss-missing-all", tables=tables)
    if not tables:
        missing = Missing("win-loss-missing-all", reason="win-loss-reason-few-closed")
    names = [name for name in WinLoss.__dataclass_fields__ if name not in ("headlines", "findings")]
    values: dict[str, Table] = dict.fromkeys(names, missing)
    headlines = {"open_deals": float((deals["outcome"] == "open").sum())} if len(deals) else {}
    answer = Finding("win-loss-answer-nothing", {"period": _period(book)}, kind="answer")
    return WinLoss(**values, headlines=headlines, findings=(answer,))


def _period(book: Book) -> Quantity:
    return text(book.period.key)


def _or_missing(table: pd.DataFrame, what: str, reason: str) -> Table:
    return Missing(what, reason=reason) if table.empty else table
