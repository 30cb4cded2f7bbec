"""Exhibits of the executive page: landing against target, the gap and its causes, last month's forecast."""

import pandas as pd

from pipeline.exhibits import charts
from pipeline.exhibits.columns import Column
from pipeline.exhibits.exhibit import Exhibit, exhibit
from pipeline.exhibits.reader import Reader
from pipeline.exhibits.tables import table as display


@exhibit
def standing(table: pd.DataFrame, reader: Reader) -> Exhibit:
    """Landing against target for month, quarter and year, with interval and probability."""
    named = table.assign(period=[reader.period(key) for key in table["period"]])
    has_target = bool(table["target"].notna().any())
    target = Column("target", reader.text("executive-target"), "money")
    gap = Column("gap", reader.text("executive-gap"), "money", hint=reader.text("executive-gap-hint"))
    chance = Column("probability", reader.text("executive-probability"), "percent", "bar")
    columns = [
        Column("period", reader.text("executive-period")),
        *([target] if has_target else []),
        Column(
            "landing",
            reader.text("executive-landing"),
            "money",
            "interval",
            low="landing_low",
            high="landing_high",
        ),
        *([gap, chance] if has_target else []),
    ]
    return display(
        named,
        columns,
        reader,
        title=_standing_title(table, reader),
        subtitle=reader.text("executive-standing-subtitle"),
        ident="standing",
    )


@exhibit
def gap_by(table: pd.DataFrame, reader: Reader, *, dimension: str) -> Exhibit:
    """The gap of each unit of a dimension: target less landing, the widest first."""
    ranked = table.sort_values("gap", ascending=False, kind="stable").reset_index(drop=True)
    worst = ranked.iloc[0] if len(ranked) else None
    behind = worst is not None and worst["gap"] > 0
    title = (
        reader.text(
            "executive-gap-title",
            unit=reader.label(dimension, worst[dimension]),
            gap=reader.money(float(worst["gap"])),
        )
        if worst is not None and behind
        else reader.text("executive-no-gap-title")
    )
    return charts.bars(
        ranked,
        reader,
        name=Column(
            dimension,
            reader.text(f"executive-by-{dimension.replace('_', '-')}"),
            "label",
            dimension=dimension,
        ),
        value=Column("ahead", reader.text("executive-ahead"), "money"),
        title=title,
        subtitle=reader.text("executive-gap-subtitle"),
        more=[
            Column("target", reader.text("executive-target"), "money"),
            Column("landing", reader.text("executive-landing"), "money"),
            Column("gap", reader.text("executive-gap"), "money"),
        ],
        ident=f"gap-by-{dimension.replace('_', '-')}",
    )


@exhibit
def causes(table: pd.DataFrame, reader: Reader) -> Exhibit:
    """The causes of the gap whose test is met, the most money first, each with its usual remedy.

    The share of the gap is given for causes that add up to it, not for those that overlap with others.
    """
    met = table.loc[table["is_met"]].sort_values("money", ascending=False, kind="stable")
    shown = met.assign(
        share=met["share_of_gap"].where(met["adds_up"]),
        share_to_target=met["share_to_target"].where(met["adds_up"]),
        remedy=[reader.label("performance-remedy", cause) for cause in met["cause"]],
    )
    columns = [
        Column("cause", reader.text("performance-cause"), "label", dimension="performance-cause"),
        Column("money", reader.text("performance-money"), "money"),
        Column("share", reader.text("performance-share-of-gap"), "percent"),
        *(
            [Column("share_to_target", reader.text("performance-share-to-target"), "percent")]
            if shown["share_to_target"].notna().any()
            else []
        ),
        Column("remedy", reader.text("performance-remedy")),
    ]
    return display(
        shown,
        columns,
        reader,
        title=reader.text("performance-causes-title", number=len(met)),
        subtitle=reader.text("executive-causes-subtitle", tested=len(table)),
        ident="causes",
        empty=reader.text("executive-no-cause"),
    )


@exhibit
def last_forecast(table: pd.DataFrame, reader: Reader) -> Exhibit:
    """What last month's forecast said of this month, and what came."""
    row = table.iloc[0]
    within = "yes" if row["forecast_low"] <= row["actual"] <= row["forecast_high"] else "no"
    if pd.isna(row["forecast_low"]):
        within = "unknown"
    columns = [
        Column("period", reader.text("executive-month"), "month"),
        Column(
            "forecast",
            reader.text("executive-forecast"),
            "money",
            "interval",
            low="forecast_low",
            high="forecast_high",
        ),
        Column("actual", reader.text("executive-actual"), "money"),
        Column("error", reader.text("executive-error"), "percent", hint=reader.text("executive-error-hint")),
        Column("naive_error", reader.text("executive-naive-error"), "percent"),
    ]
    return display(
        table,
        columns,
        reader,
        title=reader.text(
            "executive-last-forecast-title",
            error=reader.percent(abs(float(row["error"]))),
            direction="over" if row["error"] > 0 else "under",
            within=within,
        ),
        subtitle=reader.text("executive-last-forecast-subtitle"),
        ident="last-forecast",
    )


def _standing_title(table: pd.DataFrame, reader: Reader) -> str:
    row = table.iloc[-1]
    if pd.isna(row["target"]):
        return reader.text("executive-standing-no-target", landing=reader.money(float(row["landing"])))
    return reader.text(
        "executive-standing-title",
        horizon=str(row["horizon"]),
        landing=reader.money(float(row["landing"])),
        share=reader.percent(float(row["landing"] / row["target"])) if row["target"] else "",
        probability=reader.percent(float(row["probability"])),
    )
