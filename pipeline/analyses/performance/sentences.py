"""Headlines and findings of the performance chapter."""

import datetime
from collections.abc import Mapping
from typing import Any

import pandas as pd

from pipeline.analyses.landing_headlines import landing_headlines
from pipeline.analyses.performance.attainment import HORIZONS
from pipeline.analyses.performance.factors import PARTS
from pipeline.analyses.performance.gaps import LANDING, of_focus
from pipeline.book import Book
from pipeline.findings import Finding, Missing, Quantity, count, label, money, percent, period

ACT_WITHIN_DAYS = 14
CUTS_SHOWN = ("market", "business_line")
ACTIONS = 3
IN_MONEY = ("shrinking_deals", "repeat_sales")
"""Causes whose figure is an amount."""


def headlines_of(tables: Mapping[str, Any]) -> dict[str, float]:
    """The headline numbers, under stable names.

    contracts_cny, collections_cny and their _year_to_date, attainment_<horizon>_rate, target_breaches, and of
    the landing: landing_, target_, gap_, probability_of_target_ with month, quarter, year.
    """
    found: dict[str, float] = {}
    for row in _records(tables["attainment"]):
        if row["horizon"] == "month":
            found[f"{row['metric']}_cny"] = row["actual"]
        if row["horizon"] == "year":
            found[f"{row['metric']}_cny_year_to_date"] = row["actual"]
        if row["metric"] == "contracts":
            found[f"attainment_{row['horizon']}_rate"] = row["attainment_to_date"]
    found |= landing_headlines(tables["landing"])
    if isinstance(tables["breaches"], pd.DataFrame):
        found["target_breaches"] = float(len(tables["breaches"]))
    return {name: float(value) for name, value in found.items() if value == value}  # noqa: PLR0124 - drops NaN


def findings_of(tables: Mapping[str, Any], book: Book) -> tuple[Finding, ...]:
    """The sentences of the chapter, the answer first, then by what is at stake."""
    focus = _focus(tables["gaps"])
    found = [
        *_answer(tables["landing"]),
        *_causes(tables["causes"], book),
        *_places(focus),
        *_breaches(tables["breaches"]),
        *_audit(tables["audit"]),
        *_required(tables["required"]),
        *_actions(focus, book),
    ]
    return tuple(sorted(found, key=lambda finding: (finding.kind != "answer", -finding.money_at_stake)))


def _answer(landing: pd.DataFrame) -> list[Finding]:
    rows = {row["period"]: row for row in _records(landing) if row["dimension"] == "company"}
    for kind in reversed(HORIZONS):
        row = rows.get(kind)
        if row is None:
            continue
        values = {
            "period": period(row["period_key"]),
            "landing": money(row["landing"], row["low"], row["high"]),
        }
        if row["target"] != row["target"]:
            return [Finding("performance-answer-without-target", values, kind="answer", evidence="landing")]
        values |= {
            "target": money(row["target"]),
            "gap": money(abs(row["gap"])),
            "probability": percent(row["probability_of_target"]),
        }
        key = "performance-answer-short" if row["gap"] > 0 else "performance-answer-reached"
        return [Finding(key, values, max(0.0, row["gap"]), "landing", "answer")]
    return []


def _causes(found: pd.DataFrame | Missing, book: Book) -> list[Finding]:
    manager = _manager(book)
    return [
        Finding(
            f"performance-finding-{row['cause'].replace('_', '-')}",
            {
                "money": money(abs(row["money"])),
                "figure": _figure(row["cause"], row["figure"]),
                "usual": _figure(row["cause"], row["usual"]),
            },
            money_at_stake=abs(float(row["money"])),
            evidence="causes",
            kind="risk" if row["cause"] == "one_deal" else "finding",
            owner=manager,
        )
        for row in _records(found)
        if row["is_met"]
    ]


def _figure(cause: str, value: float) -> Quantity:
    if cause == "too_few_deals":
        return count(round(value))
    return money(value) if cause in IN_MONEY else percent(value)


def _focus(gaps: pd.DataFrame | Missing) -> pd.DataFrame | Missing:
    """The year's gaps to the target where the landing could be split, else those to date."""
    if isinstance(gaps, Missing):
        return gaps
    ahead = of_focus(gaps, LANDING)
    return ahead if len(ahead) else of_focus(gaps)


def _places(focus: pd.DataFrame | Missing) -> list[Finding]:
    """Where most is missing."""
    return [
        Finding(
            "performance-gap-place-landing" if worst["basis"] == LANDING else "performance-gap-place",
            {"place": label(cut, worst["value"]), "gap": money(worst["gap"]), "plan": money(worst["plan"])},
            money_at_stake=float(worst["gap"]),
            evidence=_shown(cut, worst["basis"]),
        )
        for cut in CUTS_SHOWN
        for worst in _records(_of(focus, cut).nlargest(1, "gap"))
        if worst["gap"] > 0
    ]


def _breaches(found: pd.DataFrame | Missing) -> list[Finding]:
    if isinstance(found, Missing) or found.empty:
        return []
    difference = float(found["difference"].abs().max())
    values = {"breaches": count(len(found)), "largest": money(difference)}
    return [Finding("performance-breaches", values, difference, "breaches")]


def _audit(found: pd.DataFrame | Missing) -> list[Finding]:
    if isinstance(found, Missing) or not (found["fails"] != "").any():
        return []
    values = {"failing": count(int((found["fails"] != "").sum())), "targets": count(len(found))}
    return [Finding("performance-audit", values, evidence="audit")]


def _required(found: pd.DataFrame | Missing) -> list[Finding]:
    """The first coming quarter for which the usual number of new deals is not enough."""
    if isinstance(found, Missing):
        return []
    rows = found.loc[(found["cut"] == "company") & (found["short_deals"] > 0)]
    quarters = rows.loc[rows["period"].str.contains("Q")]
    return [
        Finding(
            "performance-required" if row["weeks_left"] >= 0 else "performance-required-late",
            {
                "deals": count(int(row["short_deals"])),
                "period": period(row["period"]),
                "missing": money(row["short"]),
                "deadline": Quantity("date", row["needed_by"].date()),
            },
            money_at_stake=float(row["short"]),
            evidence="required-company",
        )
        for row in _records(quarters.head(1))
    ]


def _actions(focus: pd.DataFrame | Missing, book: Book) -> list[Finding]:
    """The markets with the largest gap: their manager works on the largest part of it."""
    owner = book.people.managers()
    due = book.as_of + datetime.timedelta(days=ACT_WITHIN_DAYS)
    return [
        Finding(
            "performance-action",
            {"place": label("market", row["value"]), "gap": money(row["gap"]),
             "part": Quantity("label", _largest_part(row), dimension="gap-part")},
            money_at_stake=float(row["gap"]),
            evidence=_shown("market", row["basis"]),
            kind="action",
            owner=owner.get(row["value"], ""),
            due_on=due,
        )
        for row in _records(_of(focus, "market").nlargest(ACTIONS, "gap"))
        if row["gap"] > 0
    ]  # fmt: skip


def _largest_part(row: Mapping[str, Any]) -> str:
    return max(PARTS, key=lambda part: row[part])


def _shown(cut: str, basis: str) -> str:
    """The exhibit that shows the gaps of a dimension."""
    return f"gaps-by-{cut.replace('_', '-')}" + ("-to-target" if basis == LANDING else "")


def _of(focus: pd.DataFrame | Missing, cut: str) -> pd.DataFrame:
    if isinstance(focus, Missing):
        return pd.DataFrame({"gap": []})
    return focus.loc[(focus["cut"] == cut) & (focus["value"] != "")]


def _manager(book: Book) -> str:
    people = book.whole.people.all()
    chiefs = people.loc[(people["role"] == "general_manager") & people["is_active"], "person_id"]
    return str(chiefs.iloc[-1]) if len(chiefs) else ""


def _records(table: pd.DataFrame | Missing) -> list[dict[str, Any]]:
    rows: Any = [] if isinstance(table, Missing) else table.to_dict("records")
    return list(rows)
