"""Exhibits of win and loss that say how far its probabilities can be trusted: skill, reliability, audit."""

import pandas as pd

from pipeline.exhibits import charts
from pipeline.exhibits.columns import Column
from pipeline.exhibits.exhibit import Figure, Table, exhibit
from pipeline.exhibits.reader import Reader
from pipeline.exhibits.tables import table
from pipeline.exhibits.win_loss import field_name, phrase


@exhibit
def model_card(rows: pd.DataFrame, reader: Reader) -> Table:
    """What the model is and how far to trust it."""
    row = rows.iloc[0]
    key = str(row["verdict"]).replace(" ", "-")
    return table(
        rows,
        [
            Column("verdict", phrase(reader, "verdict"), "label", dimension="win-loss-verdict"),
            Column("method", phrase(reader, "method"), "label", dimension="win-loss-method"),
            Column("training_deals", phrase(reader, "training-deals"), "count"),
            Column("cases", phrase(reader, "judged-deals"), "count"),
            Column(
                "skill", phrase(reader, "skill"), "percent", "interval", low="skill_low", high="skill_high"
            ),
            Column("calibration_error", phrase(reader, "calibration-error"), "percent"),
            Column("challenger_chance", phrase(reader, "challenger-chance"), "percent"),
        ],
        reader,
        title=phrase(reader, f"model-title-{key}"),
        note=phrase(reader, "model-note"),
        ident="model-card",
    )


@exhibit
def comparison(rows: pd.DataFrame, reader: Reader) -> Table:
    """Ways of forecasting, judged on the same later deals."""
    best = rows.sort_values("brier")["method"].iloc[0]
    return table(
        rows,
        [
            Column("method", phrase(reader, "method"), "label", dimension="win-loss-method"),
            Column("deals", phrase(reader, "judged-deals"), "count"),
            Column("brier", phrase(reader, "brier"), "number"),
            Column("auc", phrase(reader, "auc"), "number"),
            Column("calibration_error", phrase(reader, "calibration-error"), "percent"),
        ],
        reader,
        title=phrase(reader, "comparison-title", method=reader.label("win-loss-method", best)),
        ident="comparison",
    )


@exhibit
def stage_rates(rows: pd.DataFrame, reader: Reader) -> Figure:
    """Win rate of deals by the stage that they were seen in: what stands in where no model can."""
    return charts.forest(
        rows.assign(name=[reader.label("stage", str(stage)) for stage in rows["stage"]]),
        reader,
        name=Column("name", phrase(reader, "stage")),
        value=Column("rate", phrase(reader, "shrunken"), "percent", low="rate_low", high="rate_high"),
        cases=Column("closed", phrase(reader, "deals"), "count"),
        beside=Column("raw_rate", phrase(reader, "raw"), "percent", low="wilson_low", high="wilson_high"),
        title=phrase(reader, "stage-rates-title"),
        subtitle=phrase(reader, "stage-rates-subtitle"),
        ident="stage-rates",
    )


@exhibit
def ways(rows: pd.DataFrame, reader: Reader) -> Table:
    """Ways of forecasting eight weeks ahead, on the same past origins: counts, money, Brier score."""
    own = rows.iloc[0]
    others = rows.iloc[1:]
    key = "ways-title" if len(others) else "ways-title-alone"
    return table(
        rows,
        [
            Column("method", phrase(reader, "method"), "label", dimension="win-loss-method"),
            Column("wins_forecast", phrase(reader, "wins-forecast"), "number"),
            Column("wins_actual", phrase(reader, "wins-actual"), "number"),
            Column("count_error", phrase(reader, "count-error"), "percent"),
            Column("amount_forecast", phrase(reader, "amount-forecast"), "money"),
            Column("amount_actual", phrase(reader, "amount-actual"), "money"),
            Column("amount_error", phrase(reader, "amount-error"), "percent"),
            Column("brier", phrase(reader, "brier"), "number"),
        ],
        reader,
        title=phrase(
            reader,
            key,
            own=reader.percent(float(own["count_error"])),
            base=reader.percent(float(others["count_error"].iloc[0])) if len(others) else "",
        ),
        note=phrase(reader, "ways-note", origins=int(own["origins"])),
        ident="ways",
    )


@exhibit
def reliability(rows: pd.DataFrame, reader: Reader) -> Figure:
    """Of deals given 30%, how many were won?"""
    gap = float(((rows["forecast"] - rows["actual"]).abs() * rows["cases"]).sum() / rows["cases"].sum())
    return charts.reliability(
        rows,
        reader,
        predicted=Column("forecast", phrase(reader, "forecast-rate"), "percent"),
        observed=Column(
            "actual", phrase(reader, "actual-rate"), "percent", low="actual_low", high="actual_high"
        ),
        cases=Column("cases", phrase(reader, "cases"), "count"),
        title=phrase(reader, "reliability-title", gap=reader.number(100 * gap, 1)),
        subtitle=phrase(reader, "reliability-subtitle"),
        ident="reliability",
    )


@exhibit
def audit(rows: pd.DataFrame, reader: Reader) -> Table:
    """Checks for fields that know the outcome in advance: those that failed first."""
    strength = (rows["value"].abs() / rows["limit"]).fillna(0.0)
    ordered = rows.assign(strength=strength).sort_values(
        ["is_flagged", "strength"], ascending=False, kind="stable"
    )
    shown = ordered.loc[ordered["is_flagged"] | ~ordered["kind"].duplicated()]
    shown = shown.assign(
        status=[phrase(reader, "audit-flag" if flag else "audit-fine") for flag in shown["is_flagged"]],
        status_level=["bad" if flag else "good" for flag in shown["is_flagged"]],
        field=[field_name(reader, str(name)) if name else "" for name in shown["field"]],
        value=shown["value"].astype(float).round(3),
    )
    return table(
        shown,
        [
            Column("kind", phrase(reader, "audit-kind"), "label", dimension="win-loss-audit"),
            Column("field", phrase(reader, "field")),
            Column("status", phrase(reader, "status"), shape="status"),
            Column("value", phrase(reader, "value"), "number"),
            Column("limit", phrase(reader, "limit"), "number"),
        ],
        reader,
        top=len(shown),
        title=phrase(reader, "audit-title", flagged=int(rows["is_flagged"].sum()), checks=len(rows)),
        note=phrase(reader, "audit-note"),
        ident="audit",
    )


@exhibit
def lags(rows: pd.DataFrame, reader: Reader) -> Table:
    """The record when outcomes become known later than they happen."""
    return table(
        rows.round(3),
        [
            Column("lag_days", phrase(reader, "lag-days"), "days"),
            Column("auc", phrase(reader, "auc"), "number"),
            Column("loss", phrase(reader, "lag-loss"), "number"),
        ],
        reader,
        title=phrase(reader, "lags-title", loss=reader.number(max(float(rows["loss"].max()), 0.0), 3)),
        ident="lags",
    )


@exhibit
def fields(rows: pd.DataFrame, reader: Reader) -> Table:
    """When each field is known, and whether it is learned from."""
    shown = rows.assign(
        used=[phrase(reader, "learned-yes" if yes else "learned-no") for yes in rows["is_learned_from"]]
    )
    return table(
        shown,
        [
            Column("field", phrase(reader, "field"), "label", dimension="field"),
            Column("known", phrase(reader, "known"), "label", dimension="win-loss-known"),
            Column("used", phrase(reader, "learned")),
        ],
        reader,
        title=phrase(reader, "fields-title"),
        ident="fields",
    )
