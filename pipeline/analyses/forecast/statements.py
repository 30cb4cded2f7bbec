"""What the forecast chapters have to say: findings computed from their tables."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from pipeline.analyses.forecast.series import TOTAL
from pipeline.findings import Finding, Quantity, count, label, money, percent

BASELINE_KEYS = {
    "seasonal_naive": "baseline-seasonal-naive",
    "trailing_mean": "baseline-trailing-mean",
    "weighted_pipeline": "baseline-weighted-pipeline",
    "target": "baseline-target",
}
CLEAR_BIAS = 0.05


def forecast_findings(tables: Mapping[str, Any], headlines: Mapping[str, float]) -> tuple[Finding, ...]:
    """Findings of the monthly chapter, the answer first, the rest by money at stake."""
    found = [
        *_landings(tables["landing"]),
        *_next_month(headlines),
        *_record(tables["accuracy"]),
        *_revised(tables["revision"]),
        *_gaps(tables["landing"]),
    ]
    answers = [each for each in found if each.kind == "answer"]
    rest = sorted((each for each in found if each.kind != "answer"), key=lambda each: -each.money_at_stake)
    return (*answers, *rest)


def _landings(landed: Any) -> list[Finding]:
    if not isinstance(landed, pd.DataFrame):
        return []
    found = []
    for _, row in landed[landed["dimension"] == TOTAL].iterrows():
        interval = (float(row["low"]), float(row["high"])) if pd.notna(row["low"]) else (None, None)
        values = {
            "period": Quantity("text", row["period_key"]),
            "landing": money(float(row["landing"]), *interval),
        }
        if pd.isna(row["target"]):
            found.append(
                Finding(f"forecast-lands-{row['period']}", values, float(row["landing"]), "landing", "answer")
            )
            continue
        values |= {"target": money(float(row["target"])), "gap": money(abs(float(row["gap"])))}
        chance = row["probability_of_target"]
        values["chance"] = percent(float(chance)) if pd.notna(chance) else Quantity("text", "?")
        key = "forecast-misses" if row["gap"] > 0 else "forecast-reaches"
        known = "" if pd.notna(chance) else "-unsure"
        found.append(
            Finding(f"{key}-{row['period']}{known}", values, abs(float(row["gap"])), "landing", "answer")
        )
    return found


def _next_month(headlines: Mapping[str, float]) -> list[Finding]:
    if "forecast_next_month" not in headlines:
        return []
    names = ("forecast_next_month", "forecast_next_month_low", "forecast_next_month_high")
    expected = money(*(headlines[name] for name in names))
    return [
        Finding("forecast-of-next-month", {"expected": expected}, headlines["forecast_next_month"], "outlook")
    ]


def _record(accuracy: Any) -> list[Finding]:
    """How good the forecast was, and whether a baseline was better."""
    if not isinstance(accuracy, pd.DataFrame):
        return []
    found = []
    for metric, part in accuracy[(accuracy["level"] == TOTAL) & (accuracy["months_from"] == 1)].groupby(
        "metric"
    ):
        row = part.iloc[0]
        errors = {name: row[f"error_{name}"] for name in BASELINE_KEYS if pd.notna(row[f"error_{name}"])}
        best = min(errors, key=lambda name: errors[name]) if errors else ""
        values = {
            "error": percent(float(row["error"])),
            "replays": count(int(row["replays"])),
            "metric": label("metric", str(metric)),
        }
        if best:
            values |= {"baseline": label("baseline", best), "theirs": percent(float(errors[best]))}
        wins = not best or row["error"] <= errors[best]
        key = "forecast-record-best" if wins else "forecast-record-beaten"
        found.append(Finding(key, values, 0.0, "accuracy"))
        if abs(row["bias"]) > CLEAR_BIAS:
            way = "high" if row["bias"] > 0 else "low"
            values = {"bias": percent(abs(float(row["bias"]))), "metric": label("metric", str(metric))}
            found.append(Finding(f"forecast-bias-{way}", values, 0.0, "accuracy"))
    return found


def _revised(revision: Any) -> list[Finding]:
    if not isinstance(revision, pd.DataFrame):
        return []
    amounts = revision.set_index("step")["amount"]
    change = float(amounts["revision-landing"] - amounts["revision-last-landing"])
    values = {
        "change": money(abs(change)),
        "closed": money(float(amounts["revision-closed-month"])),
        "outlook": money(float(amounts["revision-outlook"])),
    }
    key = "forecast-revised-up" if change >= 0 else "forecast-revised-down"
    return [Finding(key, values, abs(change), "revision", "change")]


def _gaps(landed: Any) -> list[Finding]:
    """The market or line with the largest gap of the quarter."""
    if not isinstance(landed, pd.DataFrame):
        return []
    found = []
    for dimension in ("market", "business_line"):
        part = landed[
            (landed["period"] == "quarter") & (landed["dimension"] == dimension) & (landed["gap"] > 0)
        ]
        if len(part) and landed.loc[landed["dimension"] == dimension, "value"].nunique() >= 2:
            row = part.iloc[int(part["gap"].argmax())]
            values = {
                "unit": label(dimension, row["value"]),
                "gap": money(float(row["gap"])),
                "target": money(float(row["target"])),
            }
            found.append(Finding("forecast-largest-gap", values, float(row["gap"]), "landing"))
    return found


def eight_weeks_findings(tables: Mapping[str, Any]) -> tuple[Finding, ...]:
    """Findings of the weekly chapter, the answer first."""
    weeks = tables["weeks"]
    if not isinstance(weeks, pd.DataFrame):
        return ()
    found = []
    for metric, part in weeks.groupby("metric", sort=False):
        total = float(part["expected"].sum())
        low, high = part["total_low"].iloc[0], part["total_high"].iloc[0]
        interval = (float(low), float(high)) if pd.notna(low) else (None, None)
        share = float(part["from_known_items"].sum()) / total if total > 0 else 0.0
        found.append(
            Finding(
                f"eight-weeks-{metric}",
                {"expected": money(total, *interval), "known": percent(min(share, 1.0))},
                total,
                f"weeks-{metric}",
                "answer",
            )
        )
    return (
        *found,
        *_past_week(tables["past_week"]),
        *_slips(tables["slipped"]),
        *_carried(tables["deals"], weeks),
    )


def _past_week(past: Any) -> list[Finding]:
    if not isinstance(past, pd.DataFrame):
        return []
    found = []
    for _, row in past.iterrows():
        if pd.notna(row["forecast_1"]):
            missed = float(row["actual"] - row["forecast_1"])
            key = "eight-weeks-past-above" if missed >= 0 else "eight-weeks-past-below"
            values = {
                "actual": money(float(row["actual"])),
                "forecast": money(float(row["forecast_1"])),
                "missed": money(abs(missed)),
                "metric": label("metric", row["metric"]),
            }
            found.append(Finding(key, values, abs(missed), "past-week", "change"))
    return found


def _slips(slipped: Any) -> list[Finding]:
    if not isinstance(slipped, pd.DataFrame):
        return []
    amount = float(slipped["amount"].sum())
    return [
        Finding(
            "eight-weeks-slipped",
            {"deals": count(len(slipped)), "amount": money(amount)},
            amount,
            "slipped",
            "change",
        )
    ]


def _carried(deals: Any, weeks: pd.DataFrame) -> list[Finding]:
    """How much hangs on the largest deal."""
    contracts = weeks[weeks["metric"] == "contracts"]
    if not isinstance(deals, pd.DataFrame) or contracts.empty:
        return []
    largest = deals.iloc[int(deals["expected"].argmax())]
    total = float(contracts["expected"].sum())
    values = {
        "deal": Quantity("text", str(largest["name"] or largest["opportunity_id"])),
        "expected": money(float(largest["expected"])),
        "share": percent(float(largest["expected"]) / total if total > 0 else 0.0),
        "chance": percent(float(largest["chance"])),
    }
    return [
        Finding(
            "eight-weeks-largest-deal",
            values,
            float(largest["amount"]),
            "deals",
            "risk",
            owner=str(largest["person"]),
            likelihood=1 - float(largest["chance"]),
        )
    ]
