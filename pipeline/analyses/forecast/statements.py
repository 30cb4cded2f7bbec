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
YEAR_AGO = 13
LARGE_SHARE = 0.03
"""A deal that carries less of the eight weeks is not worth a sentence."""


def forecast_findings(tables: Mapping[str, Any], headlines: Mapping[str, float]) -> tuple[Finding, ...]:
    """Findings of the monthly chapter, the answer first, the rest by money at stake."""
    found = [
        *_landings(tables["landing"]),
        *_next_month(headlines),
        *_landing_record(tables["landing_track"]),
        *_record(tables["accuracy"], tables["models"]),
        *_trend(tables["trend"]),
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
            "period": Quantity("period", row["period_key"]),
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
    if "forecast_next_month" not in headlines or "landing_month" in headlines:
        return []  # the landing of the month is the same number
    names = ("forecast_next_month", "forecast_next_month_low", "forecast_next_month_high")
    expected = money(*(headlines[name] for name in names))
    return [
        Finding("forecast-of-next-month", {"expected": expected}, headlines["forecast_next_month"], "outlook")
    ]


def _landing_record(track: Any) -> list[Finding]:
    """How good the landing was one month ahead, and whether a baseline was better, and is used."""
    if not isinstance(track, pd.DataFrame) or track.empty:
        return []
    row = track.sort_values("months_ahead").iloc[0]
    ours = {name: row["error_beside_target" if name == "target" else "error"] for name in BASELINE_KEYS
            if pd.notna(row.get(f"error_{name}"))}  # fmt: skip
    values: dict[str, Quantity] = {
        "error": percent(float(row["error"])),
        "replays": count(int(row["replays"])),
        "metric": label("metric", "contracts"),
    }
    if not ours:
        return [Finding("forecast-record-alone", values, 0.0, "landing-track")]
    best = min(ours, key=lambda name: row[f"error_{name}"] / ours[name] if ours[name] > 0 else float("inf"))
    theirs = float(row[f"error_{best}"])
    values |= {"baseline": label("baseline", best), "theirs": percent(theirs)}
    if best == "target":
        values |= {"error": percent(float(ours[best])), "replays": count(int(row["replays_target"]))}
    key = "best" if ours[best] <= theirs else "used" if row["used"] == best else "beaten"
    return [Finding(f"forecast-record-{key}", values, 0.0, "landing-track")]


def _record(accuracy: Any, models: Any) -> list[Finding]:
    """How good the forecast was one month ahead; of contracts only its bias, the landing has its own."""
    if not isinstance(accuracy, pd.DataFrame):
        return []
    used = models.set_index("metric")["used"]
    found = []
    for metric, part in accuracy[(accuracy["level"] == TOTAL) & (accuracy["months_from"] == 1)].groupby(
        "metric"
    ):
        row = part.iloc[0]
        errors = {name: row[f"error_{name}"] for name in BASELINE_KEYS if pd.notna(row[f"error_{name}"])}
        if metric != "contracts" and errors:
            best = min(errors, key=lambda name: errors[name])
            found.append(_against(str(metric), row, best, str(used[metric])))
        if abs(row["bias"]) > CLEAR_BIAS:
            way = "high" if row["bias"] > 0 else "low"
            values = {"bias": percent(abs(float(row["bias"]))), "metric": label("metric", str(metric))}
            found.append(Finding(f"forecast-bias-{way}", values, 0.0, "accuracy"))
    return found


def _against(metric: str, row: "pd.Series[Any]", best: str, used: str) -> Finding:
    values = {
        "error": percent(float(row["error"])),
        "replays": count(int(row["replays"])),
        "metric": label("metric", metric),
        "baseline": label("baseline", best),
        "theirs": percent(float(row[f"error_{best}"])),
    }
    key = "best" if row[f"skill_{best}"] >= 0 else "used" if used == best else "beaten"
    return Finding(f"forecast-record-{key}", values, 0.0, "accuracy")


def _trend(trend: Any) -> list[Finding]:
    """How far the trend of each total moved in a year."""
    if not isinstance(trend, pd.DataFrame):
        return []
    found = []
    for metric, part in trend.groupby("metric", sort=False):
        last, before = float(part["trend"].iloc[-1]), float(part["trend"].iloc[-YEAR_AGO])
        values = {"growth": percent(abs(last / before - 1)), "metric": label("metric", str(metric))}
        way = "rose" if last >= before else "fell"
        found.append(Finding(f"forecast-trend-{way}", values, abs(last - before), f"trend-{metric}"))
    return found


def _revised(revision: Any) -> list[Finding]:
    if not isinstance(revision, pd.DataFrame):
        return []
    amounts = revision.set_index("step")["amount"]
    change = float(amounts["revision-landing"] - amounts["revision-last-landing"])
    closed = float(amounts["revision-closed-month"])
    values = {"change": money(abs(change)), "closed": money(closed), "outlook": money(change - closed)}
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
        *_weekly_record(tables["record"]),
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


def _weekly_record(record: Any) -> list[Finding]:
    """How good the sum of eight weeks has been, against the better of its baselines."""
    if not isinstance(record, pd.DataFrame):
        return []
    found = []
    for _, row in record.iterrows():
        best = min(("mean_13_weeks", "last_year"), key=lambda name: row[f"error_{name}"])
        values = {
            "metric": label("metric", row["metric"]),
            "error": percent(float(row["error"])),
            "theirs": percent(float(row[f"error_{best}"])),
            "baseline": label("baseline", best),
            "replays": count(int(row["replays"])),
        }
        ahead = row["error"] <= row[f"error_{best}"]
        key = "best" if ahead else "used" if row["used"] == best else "beaten"
        found.append(Finding(f"eight-weeks-record-{key}", values, 0.0, "weekly-record"))
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
    if not float(largest["expected"]) > LARGE_SHARE * total:
        return []
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
