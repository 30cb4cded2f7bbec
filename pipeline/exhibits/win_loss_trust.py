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
            Column("brier", phrase(reader, "brier"), "number"),
            Column("auc", phrase(reader, "auc"), "number"),
            Column("calibration_error", phrase(reader, "calibration-error"), "points"),
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
            Column("calibration_error", phrase(reader, "calibration-error"), "points"),
        ],
        reader,
        title=phrase(reader, "comparison-title", method=reader.label("win-loss-method", best)),
        ident="comparison",
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
        title=phrase(reader, "reliability-title", gap=reader.percent(gap)),
        subtitle=phrase(reader, "reliability-subtitle"),
        ident="reliability",
    )


@exhibit
def audit(rows: pd.DataFrame, reader: Reader) -> Table:
    """Checks for fields that know the outcome in advance: those that failed first."""
    flagged = rows.loc[rows["is_flagged"]]
    shown = rows.assign(
        status=[phrase(reader, "audit-flag" if flag else "audit-fine") for flag in rows["is_flagged"]],
        status_level=["bad" if flag else "good" for flag in rows["is_flagged"]],
        field=[field_name(reader, str(name)) if name else "" for name in rows["field"]],
    ).sort_values("is_flagged", ascending=False, kind="stable")
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
        top=max(12, len(flagged)),
        other=False,
        title=phrase(reader, "audit-title", flagged=len(flagged), checks=len(rows)),
        ident="audit",
    )


@exhibit
def lags(rows: pd.DataFrame, reader: Reader) -> Table:
    """The record when outcomes become known later than they happen."""
    return table(
        rows,
        [
            Column("lag_days", phrase(reader, "lag-days"), "days"),
            Column("auc", phrase(reader, "auc"), "number"),
            Column("loss", phrase(reader, "lag-loss"), "number"),
        ],
        reader,
        title=phrase(reader, "lags-title", loss=reader.number(float(rows["loss"].max()), 3)),
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
