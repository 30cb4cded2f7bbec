"""Headlines and findings of the chapter, as keys and quantities; exhibits write them in words."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pipeline.analyses.win_loss.drivers import CompanyDrivers
from pipeline.analyses.win_loss.probabilities import STAGE_RATES, TOO_FEW, CompanyModel, verdict_is_negative
from pipeline.findings import Finding, Quantity, count, label, money, percent, text

FEWEST_TO_COMPARE = 20
MOST_DRIVERS = 2


@dataclass(frozen=True)
class Evidence:
    """The tables that sentences are drawn from."""

    rates: pd.DataFrame
    segments: pd.DataFrame
    drivers: CompanyDrivers
    model: CompanyModel
    listed: pd.DataFrame
    weeks: pd.DataFrame
    agreed: pd.DataFrame
    reasons: pd.DataFrame


def headlines_of(
    rates: pd.DataFrame, listed: pd.DataFrame, weeks: pd.DataFrame, model: CompanyModel
) -> dict[str, float]:
    """Numbers by stable name: wins, losses, win_rate (with interval), win_rate_by_amount, open pipeline."""
    by_name: Any = rates.set_index("definition")
    month, amount = by_name.loc["count"], by_name.loc["amount"]
    found = {
        "wins": float(month["won"]),
        "losses": float(month["closed"] - month["won"]),
        "win_rate": float(month["rate"]),
        "win_rate_low": float(month["low"]),
        "win_rate_high": float(month["high"]),
        "win_rate_by_amount": float(amount["rate"]),
        "last_12_months_win_rate": float(by_name.loc["count_12_months", "rate"]),
        "open_deals": float(len(listed)),
        "wins_next_8_weeks": float(weeks["wins"].sum()) if len(weeks) else np.nan,
        "probability_calibration_error": float(model.metrics.get("calibration_error", np.nan)),
    }
    return {name: value for name, value in found.items() if np.isfinite(value)}


def findings_of(headlines: dict[str, float], seen: Evidence) -> tuple[Finding, ...]:
    """The answer first, then what is worth knowing, ranked by money at stake."""
    lost_money = _lost_money(seen.reasons)
    found = [
        _answer(headlines, seen.rates),
        *_verdict(seen.model, seen.listed),
        *_segments(seen.segments, lost_money),
        *_drivers(seen.drivers, lost_money),
        *_disagreement(seen.agreed, lost_money),
        *_top_reason(seen.reasons),
        *_weeks(seen.weeks),
        *_stale(seen.listed),
    ]
    return tuple(sorted(found, key=lambda f: (f.kind != "answer", -f.money_at_stake)))


def _answer(headlines: dict[str, float], rates: pd.DataFrame) -> Finding:
    by_name: Any = rates.set_index("definition")
    closed = headlines.get("wins", 0.0) + headlines.get("losses", 0.0)
    if not closed:
        year = by_name.loc["count_12_months"]
        values = {"rate": percent(float(year["rate"])), "closed": count(int(year["closed"]))}
        return Finding("win-loss-answer-no-deals", values, kind="answer", evidence="rates")
    values = {
        "rate": percent(headlines["win_rate"], headlines["win_rate_low"], headlines["win_rate_high"]),
        "wins": count(int(headlines["wins"])),
        "closed": count(int(closed)),
        "year": percent(headlines["last_12_months_win_rate"]),
    }
    return Finding("win-loss-answer", values, kind="answer", evidence="rates")


def _verdict(model: CompanyModel, listed: pd.DataFrame) -> list[Finding]:
    stake = float(listed["expected_amount"].sum()) if len(listed) else 0.0
    if model.verdict == TOO_FEW:
        values = {"deals": count(model.training_deals)}
        return [Finding("win-loss-too-few", values, money_at_stake=stake, evidence="model-card")]
    metrics = model.metrics
    values = {
        "skill": percent(metrics["skill"], metrics["skill_low"], metrics["skill_high"]),
        "deals": count(int(metrics["cases"])),
    }
    if verdict_is_negative(model) or model.method == STAGE_RATES:
        return [Finding("win-loss-no-skill", values, money_at_stake=stake, evidence="model-card")]
    values["error"] = Quantity("number", round(100 * metrics["calibration_error"], 1))
    return [Finding("win-loss-model-has-skill", values, money_at_stake=stake, evidence="reliability")]


def _segments(segments: pd.DataFrame, lost_money: float) -> list[Finding]:
    """The segment furthest below the rest, if its interval says so and it has enough deals."""
    if segments.empty:
        return []
    low = segments.loc[
        segments["stands_out"]
        & (segments["closed"] >= FEWEST_TO_COMPARE)
        & (segments["differs_p_value"] < 0.01)
    ]
    low = low.loc[~low["dimension"].isin(["person", "competitor"])]
    found = []
    if len(low):
        worst = low.sort_values("rate").iloc[0]
        found.append(_segment_finding("win-loss-weak-segment", worst, lost_money))
    rivals = segments.loc[
        (segments["dimension"] == "competitor") & (segments["segment"] != "") & segments["stands_out"]
    ]
    if len(rivals):
        worst = rivals.sort_values("rate").iloc[0]
        found.append(_segment_finding("win-loss-hard-competitor", worst, lost_money))
    return found


def _segment_finding(key: str, row: pd.Series, lost_money: float) -> Finding:
    name = str(row["segment"])
    plain = row["dimension"] == "competitor"
    values = {
        "segment": text(name) if plain else label(str(row["dimension"]), name),
        "rate": percent(float(row["rate"]), float(row["rate_low"]), float(row["rate_high"])),
        "closed": count(int(row["closed"])),
    }
    evidence = "competitors" if plain else f"segments-{row['dimension']}".replace("_", "-")
    return Finding(key, values, money_at_stake=lost_money * 0.1, evidence=evidence)


def _drivers(drivers: CompanyDrivers, lost_money: float) -> list[Finding]:
    if drivers.fields.empty:
        return []
    named = drivers.fields.loc[drivers.fields["is_driver"]]
    if named.empty:
        values = {"deals": count(drivers.deals), "fields": count(len(drivers.fields))}
        return [Finding("win-loss-no-drivers", values, evidence="drivers")]
    top = named.sort_values("widest_points", ascending=False).head(MOST_DRIVERS)
    found = []
    for field in top["field"]:
        effects = drivers.effects.loc[drivers.effects["field"] == field]
        best = _clearest(effects)
        values = {
            "field": label("field", str(field)),
            "level": _level(str(field), str(best["level"])),
            "effect": Quantity("points", float(best["effect"]), float(best["low"]), float(best["high"])),
            "deals": count(int(best["cases"])),
        }
        stake = lost_money * abs(float(best["effect"]))
        key = "win-loss-driver-number" if _is_number(drivers, str(field)) else "win-loss-driver"
        found.append(Finding(key, values, money_at_stake=stake, evidence="drivers"))
    return found


def _clearest(effects: pd.DataFrame) -> pd.Series:
    """The level furthest above the mean deal beyond doubt, else furthest below, else furthest away."""
    for certain in (effects["low"] > 0, effects["high"] < 0):
        if certain.any():
            effects = effects.loc[certain]
            break
    return effects.iloc[int(effects["effect"].abs().to_numpy().argmax())]


def _level(field: str, level: str) -> Quantity:
    return money(float(level)) if field == "first_amount" else label(field, level)


def _is_number(drivers: CompanyDrivers, field: str) -> bool:
    return bool((drivers.fields.set_index("field")["kind"] == "number")[field])


def _disagreement(agreed: pd.DataFrame, lost_money: float) -> list[Finding]:
    if agreed.empty or agreed["deals"].sum() < FEWEST_TO_COMPARE:
        return []
    share = float(agreed["agreed"].sum() / agreed["deals"].sum())
    worst = agreed.loc[agreed["deals"] >= 10].sort_values("share").head(1)
    if worst.empty:
        return []
    row = worst.iloc[0]
    values = {
        "share": percent(share),
        "deals": count(int(agreed["deals"].sum())),
        "reason": label("reason", str(row["reason"])),
        "agreed": percent(float(row["share"]), float(row["low"]), float(row["high"])),
        "customers": label("reason", str(row["customers_said"]) or "other"),
    }
    return [Finding("win-loss-disagreement", values, money_at_stake=lost_money * 0.05, evidence="agreement")]


def _top_reason(reasons: pd.DataFrame) -> list[Finding]:
    lost = reasons.loc[reasons["outcome"] == "lost"] if len(reasons) else reasons
    if lost.empty or lost["deals_rep"].sum() < FEWEST_TO_COMPARE:
        return []
    top = lost.sort_values("deals_rep").iloc[-1]
    values = {
        "reason": label("reason", str(top["reason"])),
        "share": percent(float(top["share_rep"])),
        "amount": money(float(top["amount"])),
    }
    return [
        Finding("win-loss-top-reason", values, money_at_stake=float(top["amount"]) * 0.1, evidence="reasons")
    ]


def _weeks(weeks: pd.DataFrame) -> list[Finding]:
    if weeks.empty:
        return []
    half = float(np.sqrt((((weeks["wins_high"] - weeks["wins"]) / 1.2816) ** 2).sum())) * 1.2816
    wins = float(weeks["wins"].sum())
    values = {
        "wins": Quantity("number", round(wins, 1), max(wins - half, 0.0), wins + half),
        "amount": money(float(weeks["amount"].sum())),
    }
    stake = float(weeks["amount"].sum())
    return [Finding("win-loss-eight-weeks", values, money_at_stake=stake, evidence="eight-weeks")]


def _stale(listed: pd.DataFrame) -> list[Finding]:
    stale = listed.loc[listed["is_stale"].astype(bool)] if len(listed) else listed
    if stale.empty:
        return []
    values = {"deals": count(len(stale)), "amount": money(float(stale["amount"].fillna(0).sum()))}
    return [
        Finding(
            "win-loss-stale",
            values,
            money_at_stake=float(stale["expected_amount"].sum()),
            evidence="open-deals",
        )
    ]


def _lost_money(reasons: pd.DataFrame) -> float:
    return float(reasons.loc[reasons["outcome"] == "lost", "amount"].sum()) if len(reasons) else 0.0
