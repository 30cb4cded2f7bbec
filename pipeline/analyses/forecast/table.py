"""The chapter "eight weeks": tables, headlines and findings of one book."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd

from pipeline.analyses.forecast.landing import open_amounts
from pipeline.analyses.forecast.monthly import METRICS
from pipeline.analyses.forecast.result import EightWeeksResult, Table
from pipeline.analyses.forecast.scope_targets import scope_targets
from pipeline.analyses.forecast.series import TOTAL, Leaves, cuts_of
from pipeline.analyses.forecast.statements import eight_weeks_findings
from pipeline.analyses.forecast.weeks import WEEKS, Z80, WeeksAhead, weeks_ahead
from pipeline.analyses.forecast.weeks_record import accuracy, levels, past_week, record, shown_vintages
from pipeline.book import Book
from pipeline.company import DIMENSIONS
from pipeline.findings import Missing
from pipeline.parameters import Period

SLIPPED_DAYS = 7


def eight_weeks(book: Book, listed_deals: int = 40) -> EightWeeksResult:
    """The past week against its forecasts and the next eight weeks, for the book's scope.

    Never raises for lack of data.
    """
    found = {metric: weeks_ahead(book.whole, metric) for metric in METRICS}
    made = {metric: each for metric, each in found.items() if each is not None}
    tables: dict[str, Any] = {
        "weeks": _joined(made, book, _weeks, "missing-eight-weeks"),
        "cells": _joined(made, book, _cells, "missing-eight-weeks"),
        "past_week": _joined(made, book, past_week, "missing-past-week"),
        "vintages": _joined(made, book, shown_vintages, "missing-vintages"),
        "accuracy": _joined(made, book, accuracy, "missing-track-record"),
        "record": _joined(made, book, record, "missing-track-record"),
        "levels": _joined(made, book, levels, "missing-track-record"),
        "deals": _deals(book, made, listed_deals),
        "invoices": _invoices(book, made, listed_deals),
        "slipped": _slipped(book),
        "sufficiency": _sufficiency(book, made),
    }
    headlines = _headlines(tables["weeks"], tables["past_week"])
    return EightWeeksResult(**tables, headlines=headlines, findings=eight_weeks_findings(tables))


def _joined(
    made: dict[str, WeeksAhead], book: Book, part: Callable[[Book, WeeksAhead], pd.DataFrame], what: str
) -> Table:
    parts = [part(book, each).assign(metric=metric) for metric, each in made.items()]
    parts = [each for each in parts if len(each)]
    return pd.concat(parts, ignore_index=True) if parts else Missing(what, reason="reason-history-too-short")


def _chosen(book: Book, made: WeeksAhead) -> np.ndarray:
    scope = book.scope
    if scope.is_company:
        return np.ones(len(made.leaves), bool)
    return (made.leaves[scope.dimension] == scope.value).to_numpy()


def _weeks(book: Book, made: WeeksAhead) -> pd.DataFrame:
    """One row per week."""
    chosen = _chosen(book, made)
    expected = made.expected[chosen].sum(axis=0)
    weekly, sums = _half_widths(made, expected[None, :])
    width, of_sum = weekly[0], float(sums[0])
    return pd.DataFrame({
        "week_start": made.starts, "lead": np.arange(1, WEEKS + 1), "expected": expected.round(2),
        "low": np.maximum(expected - width, 0.0), "high": expected + width,
        "from_known_items": np.minimum(made.seen[chosen].sum(axis=0), expected),
        "total_low": max(expected.sum() - of_sum, 0.0) if np.isfinite(of_sum) else np.nan,
        "total_high": expected.sum() + of_sum,
    })  # fmt: skip


def _cells(book: Book, made: WeeksAhead) -> pd.DataFrame:
    chosen = _chosen(book, made)
    leaves = Leaves(made.leaves[chosen].reset_index(drop=True), made.expected[chosen], made.starts)
    used = [name for name in DIMENSIONS if (leaves.dimensions[name] != "").any()]
    cuts, sums = cuts_of(leaves, used)
    values = sums @ leaves.amounts
    weekly, of_sum = _half_widths(made, values)
    spread = cuts["dimension"].map(dict(made.split.spread)).fillna(1.0).to_numpy(dtype=float)
    weekly, of_sum = weekly * spread[:, None], of_sum * spread
    total = values.sum(axis=1)
    frame = cuts.loc[cuts.index.repeat(WEEKS)].reset_index(drop=True)
    return frame.assign(
        week_start=np.tile(made.starts, len(cuts)), lead=np.tile(np.arange(1, WEEKS + 1), len(cuts)),
        expected=values.ravel().round(2),
        low=np.maximum(values - weekly, 0.0).ravel(), high=(values + weekly).ravel(),
        total_low=np.repeat(np.maximum(total - of_sum, 0.0), WEEKS),
        total_high=np.repeat(total + of_sum, WEEKS),
    )  # fmt: skip


def _half_widths(made: WeeksAhead, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Half the 80% interval of cuts (rows) by week, and of their eight weeks together.

    A cut's spread is the company's, larger by the root of its share (and by what the record of its dimension
    says); NaN without a record.
    """
    whole, every = made.expected.sum(axis=0), float(made.expected.sum())
    weekly = Z80 * made.error * np.sqrt(np.maximum(values, 0.0) * np.maximum(whole, 0.0))
    total = np.maximum(values.sum(axis=1), 0.0)
    return weekly, Z80 * float(made.error_of_sum[-1]) * np.sqrt(total * max(every, 0.0))


def _deals(book: Book, made: dict[str, WeeksAhead], listed: int) -> Table:
    if "contracts" not in made or not len(made["contracts"].items):
        return Missing("missing-named-deals", tables=book.missing("opportunities", "opportunity_history"))
    found = _carriers(made["contracts"].items)
    deals = book.opportunities.as_they_stood().set_index("opportunity_id")
    found = found[found["item_id"].isin(deals.index)].rename(columns={"item_id": "opportunity_id"})
    columns = [
        "name",
        "customer_id",
        "person",
        "market",
        "business_line",
        "stage",
        "expected_close_on",
        "pushes",
    ]
    found = found.join(deals[columns], on="opportunity_id").head(listed).reset_index(drop=True)
    return found if len(found) else Missing("missing-named-deals", reason="reason-none-found")


def _carriers(items: pd.DataFrame) -> pd.DataFrame:
    """Items by what is expected of them: item_id, amount, chance, expected, likely_week."""
    by_item = items.groupby("item_id", sort=False)
    best = items.loc[by_item["chance"].idxmax()].set_index("item_id")["week"]
    found = by_item.agg(amount=("amount", "first"), chance=("chance", "sum"), expected=("expected", "sum"))
    return (
        found.assign(likely_week=best).sort_values("expected", ascending=False, kind="stable").reset_index()
    )


def _invoices(book: Book, made: dict[str, WeeksAhead], listed: int) -> Table:
    if "collections" not in made or not len(made["collections"].items):
        return Missing("missing-named-invoices", tables=book.missing("invoices", "payments"))
    found = _carriers(made["collections"].items)
    owed = book.money.open_invoices().set_index("invoice_id")
    found = found[found["item_id"].isin(owed.index)].rename(columns={"item_id": "invoice_id"})
    found = found.join(owed[["customer_id", "person", "due_on", "days_overdue"]], on="invoice_id").head(
        listed
    )
    return (
        found.reset_index(drop=True)
        if len(found)
        else Missing("missing-named-invoices", reason="reason-none-found")
    )


def _slipped(book: Book) -> Table:
    """Deals that were to close by now a week ago and are still open, or were put off within the week."""
    if not book.has("opportunities", "opportunity_history"):
        return Missing("missing-slipped", tables=book.missing("opportunities", "opportunity_history"))
    before = book.as_of - timedelta(days=SLIPPED_DAYS)
    both = book.opportunities.between(before, book.as_of)
    still = both[(both["outcome_start"] == "open") & (both["outcome_end"] == "open")]
    was, now = still["expected_close_on_start"], still["expected_close_on_end"]
    due = was.between(pd.Timestamp(before), pd.Timestamp(book.as_of))
    horizon = pd.Timestamp(book.as_of) + pd.Timedelta(weeks=WEEKS)
    put_off = (now > was) & (was <= horizon)
    found = still[due | put_off]
    why = np.select(
        [(found["expected_close_on_end"] > found["expected_close_on_start"]) & (found["pushes_end"] >= 3),
         found["expected_close_on_end"] > found["expected_close_on_start"],
         found["regressions_end"] > found["regressions_start"],
         found["activities_30_days_end"] == 0],
        ["pushed-again", "pushed", "fell-back", "no-activity"], "still-open",
    )  # fmt: skip
    frame = pd.DataFrame({
        "opportunity_id": found["opportunity_id"], "name": found["name_end"], "person": found["person_end"],
        "stage": found["stage_end"], "amount": found["amount_end"].fillna(0.0).astype(float),
        "was_expected_on": found["expected_close_on_start"], "expected_on": found["expected_close_on_end"],
        "pushes": found["pushes_end"], "why": why,
    })  # fmt: skip
    frame = frame.sort_values("amount", ascending=False, kind="stable").reset_index(drop=True)
    return frame if len(frame) else Missing("missing-slipped", reason="reason-none-found")


def _sufficiency(book: Book, made: dict[str, WeeksAhead]) -> Table:
    """Weighted pipeline that closes in the month over target less signed (handbook section 3)."""
    period = Period.containing(book.as_of + timedelta(days=1), "month")
    targets = scope_targets(book, "contracts", period)
    if targets.empty or "contracts" not in made:
        return Missing("missing-sufficiency", tables=book.missing("targets", "opportunities"))
    ahead = made["contracts"]
    days = [ahead.starts + pd.Timedelta(days=k) for k in range(7)]
    share = np.mean([(day <= pd.Timestamp(period.last)) for day in days], axis=0)
    chosen = _chosen(book, ahead)
    coming = ahead.leaves[chosen].assign(from_open_deals=ahead.seen[chosen] @ share)
    signed = book.sales.by_period(
        "contracts", "month", ("business_line",), first=period.first, last=book.as_of
    )
    parts = [coming, signed.rename(columns={"amount": "signed"}), open_amounts(book)]
    amounts = pd.concat(parts, ignore_index=True)
    found = _by_line(amounts, ["from_open_deals", "signed", "open_amount"]).merge(targets)
    need = (found["target"] - found["signed"]).clip(lower=0.0)
    return found.assign(
        need=need,
        sufficiency=found["from_open_deals"] / need.where(need > 0),
        coverage=found["open_amount"] / need.where(need > 0),
    )


def _by_line(amounts: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Sums of the company and of each business line."""
    filled = amounts[["business_line", *names]].fillna(dict.fromkeys(names, 0.0))
    total = filled[names].sum().to_frame().T.assign(dimension=TOTAL, value="")
    lines = filled.groupby("business_line", as_index=False)[names].sum()
    lines = lines.rename(columns={"business_line": "value"}).assign(dimension="business_line")
    return pd.concat([total, lines], ignore_index=True)


def _headlines(weeks: Table, past: Table) -> dict[str, float]:
    found: dict[str, float] = {}
    if isinstance(weeks, pd.DataFrame):
        for metric, part in weeks.groupby("metric", sort=False):
            found[f"eight_weeks_{metric}_cny"] = float(part["expected"].sum())
            if pd.notna(part["total_low"].iloc[0]):
                found[f"eight_weeks_{metric}_cny_low"] = float(part["total_low"].iloc[0])
                found[f"eight_weeks_{metric}_cny_high"] = float(part["total_high"].iloc[0])
    if isinstance(past, pd.DataFrame):
        found |= {f"past_week_{m}_cny": float(a) for m, a in zip(past["metric"], past["actual"], strict=True)}
    return found
