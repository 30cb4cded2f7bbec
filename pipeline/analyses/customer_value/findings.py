"""What the chapter says in sentences, and its headline numbers."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from pipeline.analyses.customer_value.value import LearnedValue
from pipeline.book import Book
from pipeline.findings import Finding, Missing, Quantity, count, label, money, percent, text

NAMED = 3


def headlines_of(
    book: Book, rows: pd.DataFrame, results: Mapping[str, Any], learned: LearnedValue | Missing
) -> dict[str, float]:
    """Stable names to numbers; what the data cannot tell is left out."""
    new_since = pd.Timestamp(book.period.first)
    found: dict[str, float] = {
        "customers": float(rows["is_traded"].sum()),
        "prospects": float((~rows["is_traded"]).sum()),
        "active_customers": float((rows["orders_12_months"] > 0).sum()),
        "new_customers": float((rows["first_order_on"] >= new_since).sum()),
        "lost_customers": float((rows["phase"] == "lost").sum()),
        "declining_customers": float((rows["phase"] == "declining").sum()),
    }
    levels = results["pareto_levels"]
    if not isinstance(levels, Missing):
        tenth = levels.loc[levels["share_of_items"] == 0.1, "share_of_value"]
        found["share_of_amount_top_tenth"] = float(tenth.iloc[0])
    if not isinstance(learned, Missing):
        found |= _values(rows, learned, results)
    return found


def _values(rows: pd.DataFrame, learned: LearnedValue, results: Mapping[str, Any]) -> dict[str, float]:
    """Expected values of the scope; the level's relative uncertainty is that of the company."""
    total, found = learned.total.iloc[0], {}
    for name in ("value_12_months", "lifetime_value"):
        own = float(rows[name].sum())
        found[f"{name}_cny"] = own
        for end in ("low", "high"):
            found[f"{name}_cny_{end}"] = own * float(total[f"{name}_{end}"] / max(total[name], 1e-9))
    found["value_at_stake_cny"] = float(results["at_risk"]["value_at_stake"].sum())
    return found


def findings_of(
    book: Book, results: Mapping[str, Any], headlines: Mapping[str, float]
) -> tuple[Finding, ...]:
    """Sentences, the most money at stake first; the answer leads."""
    makers = (_answer, _at_risk, _moved, _concentrated, _grades, _next_line, _grow, _trust)
    made = [finding for maker in makers for finding in maker(book, results, headlines)]
    return tuple(sorted(made, key=lambda finding: (finding.kind != "answer", -finding.money_at_stake)))


def _answer(book: Book, results: Mapping[str, Any], headlines: Mapping[str, float]) -> list[Finding]:
    del book, results
    if "value_12_months_cny" not in headlines:
        return []
    ends = [headlines[f"value_12_months_cny_{end}"] for end in ("low", "high")]
    values = {
        "customers": count(int(headlines["customers"])),
        "active": count(int(headlines["active_customers"])),
        "value": money(headlines["value_12_months_cny"], *ends),
        "stake": money(headlines["value_at_stake_cny"]),
    }
    return [
        Finding(
            "customer-value-answer", values, headlines["value_12_months_cny"], "value-by-customer", "answer"
        )
    ]


def _at_risk(book: Book, results: Mapping[str, Any], headlines: Mapping[str, float]) -> list[Finding]:
    del book, headlines
    table = results["at_risk"]
    if isinstance(table, Missing):
        return []
    return [
        Finding(
            "customer-value-may-leave",
            {
                "customer": text(str(row["name"])),
                "quiet": Quantity("days", int(row["days_quiet"])),
                "rhythm": Quantity("days", round(float(row["rhythm_days"]))),
                "alive": percent(float(row["probability_alive"])),
                "stake": money(float(row["value_at_stake"])),
            },
            float(row["value_at_stake"]),
            "at-risk",
            "risk",
            owner=str(row["rep_id"]),
            likelihood=1 - float(row["probability_alive"]),
        )
        for _, row in table.head(NAMED).iterrows()
    ]


def _moved(book: Book, results: Mapping[str, Any], headlines: Mapping[str, float]) -> list[Finding]:
    del book, headlines
    moves = results["segment_moves"]
    if isinstance(moves, Missing):
        return []
    moves = moves.loc[moves["source"] != ""]
    if moves.empty:
        return []
    first = moves.iloc[0]
    values = {
        "customers": count(int(first["customers"])),
        "source": label("segment", str(first["source"])),
        "target": label("segment", str(first["target"])),
        "all": count(int(moves["customers"].sum())),
    }
    stake = float(moves["value_12_months"].sum()) if moves["value_12_months"].notna().any() else 0.0
    return [Finding("customer-value-moved", values, stake, "segment-moves", "change")]


def _concentrated(book: Book, results: Mapping[str, Any], headlines: Mapping[str, float]) -> list[Finding]:
    del book
    curve, levels = results["pareto"], results["pareto_levels"]
    if isinstance(curve, Missing):
        return []
    first = curve.iloc[0]
    values = {
        "share": percent(headlines["share_of_amount_top_tenth"]),
        "customers": count(int(levels["items_for_80_percent"].iloc[0])),
        "largest": text(str(first["name"])),
        "largest_share": percent(float(first["share_of_value"])),
    }
    return [Finding("customer-value-concentrated", values, float(first["value"]), "pareto")]


def _grades(book: Book, results: Mapping[str, Any], headlines: Mapping[str, float]) -> list[Finding]:
    del book, headlines
    table = results["grade_differences"]
    if isinstance(table, Missing):
        return []
    better = table.loc[(table["proposed_grade"] == "A") & table["is_traded"]]
    if better.empty:
        return []
    first = better.iloc[0]
    value = better["value_12_months"].fillna(0)
    values = {
        "customers": count(len(better)),
        "customer": text(str(first["name"])),
        "grade": text(str(first["grade"])),
        "value": money(float(value.sum())),
    }
    return [
        Finding(
            "customer-value-grades",
            values,
            float(value.sum()),
            "grades",
            "action",
            owner=str(first["rep_id"]),
        )
    ]


def _next_line(book: Book, results: Mapping[str, Any], headlines: Mapping[str, float]) -> list[Finding]:
    del book, headlines
    table = results["repeat_sales"]
    if isinstance(table, Missing):
        return []
    new = table.loc[table["kind"] == "new"]
    if new.empty:
        return []
    by_line = new.groupby("product_line")["expected_value"].sum()
    line = str(by_line.idxmax())
    first = new.loc[new["product_line"] == line].iloc[0]
    values = {
        "line": label("product_line", line),
        "value": money(float(by_line.max())),
        "customer": text(str(first["name"])),
        "probability": percent(float(first["probability"])),
    }
    stake = float(by_line.max())
    owner = str(first["rep_id"])
    return [Finding("customer-value-next-line", values, stake, "repeat-sales", "action", owner=owner)]


def _grow(book: Book, results: Mapping[str, Any], headlines: Mapping[str, float]) -> list[Finding]:
    del book, headlines
    table = results["matrix"]
    if isinstance(table, Missing):
        return []
    cell = table.loc[table["treatment"] == "grow"]
    if cell.empty:
        return []
    values = {
        "customers": count(int(cell["customers"].sum())),
        "potential": money(float(cell["potential"].sum())),
        "value": money(float(cell["value_12_months"].sum())),
    }
    return [Finding("customer-value-grow", values, float(cell["value_12_months"].sum()), "matrix")]


def _trust(book: Book, results: Mapping[str, Any], headlines: Mapping[str, float]) -> list[Finding]:
    del book, headlines
    track = results["track"]
    if isinstance(track, Missing):
        return []
    error = track.groupby("method")["error"].mean()
    bias = track.groupby("method")["bias"].apply(lambda values: values.abs().median())
    values = {
        "windows": count(int(track["origin"].nunique())),
        "bias": percent(float(bias["forecast"])),
        "naive": percent(float(bias["same_as_last"])),
        "error": percent(1 - float(error["forecast"] / error["same_as_last"])),
    }
    return [Finding("customer-value-trust", values, 0.0, "track")]
