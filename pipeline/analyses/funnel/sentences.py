"""Headlines and findings of the funnel: which numbers speak, and what they put at stake."""

import datetime
from collections.abc import Mapping
from typing import Any

import pandas as pd

from pipeline.analyses.funnel.shape import Shape
from pipeline.book import Book
from pipeline.findings import Finding, Quantity, count, money, percent, period, text

ACTIONS = 5
ACT_WITHIN_DAYS = 7
CONCENTRATED = 0.25
CHANGES = ("new", "won", "lost", "pushed_out", "amount_down")
UNPRICED = "-unpriced"
"""Ending of the messages about deals that have no amount."""


def headlines_of(tables: Mapping[str, Any], waiting: pd.DataFrame) -> dict[str, float]:
    """The headline numbers, under stable names.

    open_deals, open_pipeline_cny, stalled_deals, share_stalled, qualification_rate, sales_velocity_cny,
    share_coverage_next_quarter, share_sufficiency_next_quarter, share_largest_deal.
    """
    quarter = tables["coverage"].loc[tables["coverage"]["kind"] == "quarter"].iloc[0]
    stalled = tables["stalled"].set_index("rule").loc["any"]
    found = {
        "open_deals": float(len(waiting)),
        "open_pipeline_cny": float(waiting["amount"].sum(min_count=1)),
        "stalled_deals": float(stalled["deals"]),
        "share_stalled": float(
            stalled["share_of_amount" if waiting["amount"].sum() > 0 else "share_of_deals"]
        ),
        "qualification_rate": float(tables["qualified"]["rate"].iloc[0]),
        "sales_velocity_cny": _positive(tables["velocity"]["velocity"].iloc[0]),
        "share_coverage_next_quarter": float(quarter["coverage"]),
        "share_sufficiency_next_quarter": float(quarter["sufficiency"]),
        "share_largest_deal": float(tables["concentration"]["share"].iloc[0]),
    }
    return {name: value for name, value in found.items() if value == value}  # noqa: PLR0124 - drops NaN


def _positive(value: float) -> float:
    """A velocity of nothing says only that no open deal has an amount."""
    return float(value) if value > 0 else float("nan")


def findings_of(
    tables: Mapping[str, Any], waiting: pd.DataFrame, deals: pd.DataFrame, book: Book
) -> tuple[Finding, ...]:
    """The sentences of the funnel, ranked by what is at stake."""
    found = [
        *_answer(tables, waiting),
        *_shape_finding(tables["shape"]),
        *_stalled_finding(tables["stalled"]),
        *_concentration_finding(tables),
        *_rebuilt_finding(deals),
        *_needed_finding(tables),
        *_changes(tables),
        *_actions(tables["attention"], book),
    ]
    return tuple(sorted(found, key=lambda finding: (finding.kind != "answer", -finding.money_at_stake)))


def _answer(tables: Mapping[str, Any], waiting: pd.DataFrame) -> list[Finding]:
    quarter = tables["coverage"].loc[tables["coverage"]["kind"] == "quarter"].iloc[0]
    amount = float(waiting["amount"].sum())
    base = {"deals": count(len(waiting)), "amount": money(amount)}
    if not quarter["missing"] > 0:
        key = "funnel-answer-plain" if amount else "funnel-answer-plain-unpriced"
        return [Finding(key, base, kind="answer", evidence="coverage")]
    values = {
        **base,
        "period": period(quarter["period"]),
        "missing": money(quarter["missing"]),
        "weighted": money(quarter["weighted"]),
        "sufficiency": percent(quarter["sufficiency"]),
        "repeat": percent(quarter["sufficiency_in_all"]),
    }
    in_all = quarter["weighted"] + quarter["create_and_close"] + quarter["repeat"]
    short = max(0.0, quarter["missing"] - in_all)
    return [Finding("funnel-answer", values, money_at_stake=short, kind="answer", evidence="coverage")]


def _shape_finding(shape: Any) -> list[Finding]:
    if not isinstance(shape, Shape):
        return []
    if shape.name == "healthy":
        return [Finding("funnel-shape-healthy-finding", {}, evidence="shape")]
    test: Any = shape.tests.set_index("shape").to_dict("index")[shape.name]
    values = {
        "figure": Quantity("number", float(test["figure"])),
        "threshold": Quantity("number", float(test["threshold"])),
    }
    key = f"funnel-shape-{shape.name.replace('_', '-')}-finding"
    return [Finding(key, values, kind="risk", evidence="shape")]


def _stalled_finding(stalled: pd.DataFrame) -> list[Finding]:
    row: Any = stalled.set_index("rule").to_dict("index")["any"]
    if not row["deals"]:
        return []
    if not row["amount"] > 0:
        values = {"deals": count(int(row["deals"])), "share": percent(row["share_of_deals"])}
        return [Finding("funnel-stalled-unpriced", values, evidence="stalled")]
    values = {
        "deals": count(int(row["deals"])),
        "amount": money(row["amount"]),
        "share": percent(row["share_of_amount"]),
    }
    return [Finding("funnel-stalled", values, money_at_stake=float(row["amount"]), evidence="stalled")]


def _concentration_finding(tables: Mapping[str, Any]) -> list[Finding]:
    quarter = tables["coverage"].loc[tables["coverage"]["kind"] == "quarter"].iloc[0]
    if quarter["largest_share"] < CONCENTRATED:
        return []
    values = {"share": percent(quarter["largest_share"]), "period": period(quarter["period"])}
    stake = float(quarter["largest_share"] * quarter["weighted"])
    return [Finding("funnel-one-deal", values, stake, "concentration", "risk")]


def _rebuilt_finding(deals: pd.DataFrame) -> list[Finding]:
    share = float(deals["history_is_rebuilt"].mean())
    return [Finding("funnel-history-rebuilt", {"share": percent(share)})] if share > 0.5 else []


def _needed_finding(tables: Mapping[str, Any]) -> list[Finding]:
    """The coming quarter's coverage against what past quarters had at the same point."""
    quarter = tables["coverage"].loc[tables["coverage"]["kind"] == "quarter"].iloc[0]
    needed = tables["needed"]["needed"].median()
    if not (needed > 0 and quarter["coverage"] >= 0):
        return []
    short = max(0.0, 1 - quarter["coverage"] / needed)
    values = {
        "period": period(quarter["period"]),
        "coverage": Quantity("ratio", float(quarter["coverage"])),
        "needed": Quantity("ratio", float(needed)),
        "amount": money(max(0.0, needed * quarter["missing"] - quarter["open_amount"])),
    }
    if short > 0:
        stake = float(short * quarter["missing"])
        return [Finding("funnel-coverage-thin", values, stake, "needed", "risk")]
    return [Finding("funnel-coverage-enough", values, evidence="needed")]


def _changes(tables: Mapping[str, Any]) -> list[Finding]:
    rows: Any = tables["waterfall"].set_index("step").to_dict("index")
    return [
        Finding(
            f"funnel-change-{step.replace('_', '-')}" + ("" if rows[step]["amount"] else UNPRICED),
            {
                "deals": count(int(rows[step]["deals"])),
                "amount": money(abs(float(rows[step]["amount"]))),
            },
            money_at_stake=abs(float(rows[step]["amount"])),
            evidence="waterfall",
            kind="change",
        )
        for step in CHANGES
        if rows[step]["deals"]
    ]


def _actions(listed: pd.DataFrame, book: Book) -> list[Finding]:
    """The stalled deals with the most expected money: someone is to move them within a week."""
    stalled = listed.loc[listed["is_stalled"]].head(ACTIONS)
    due = book.as_of + datetime.timedelta(days=ACT_WITHIN_DAYS)
    return [
        Finding(
            "funnel-action-move",
            {
                "deal": text(row["name"]),
                "amount": money(row["amount"]),
                "days": Quantity("days", int(row["days_in_stage"])),
                "stage": Quantity("label", row["stage"], dimension="stage"),
            },
            money_at_stake=float(row["expected_amount"]),
            evidence="attention",
            kind="action",
            owner=row["rep_id"],
            due_on=due,
        )
        for row in stalled.to_dict("records")
    ]
