"""Exhibits of the open deals one by one: what they consist of, which are stalled, whom pre-sales serves."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from pipeline.exhibits import charts
from pipeline.exhibits.columns import Column
from pipeline.exhibits.exhibit import Exhibit, Table, exhibit, left_out
from pipeline.exhibits.reader import Reader
from pipeline.exhibits.tables import table
from pipeline.findings import Missing


@exhibit
def structure(rows: pd.DataFrame, reader: Reader) -> Exhibit:
    """What the open pipeline consists of."""
    if not rows["amount"].any():
        return left_out(Missing("missing-funnel-structure", reason="reason-no-amounts"), reader)
    named = rows.assign(
        cut=[reader.label("funnel-cut", cut) for cut in rows["cut"]],
        value=[_value(reader, cut, value) for cut, value in zip(rows["cut"], rows["value"], strict=True)],
    )
    large = rows.loc[(rows["cut"] == "size") & (rows["value"] == "large"), "share"].sum()
    return charts.bars(
        named.assign(name=named["cut"] + " · " + named["value"]),
        reader,
        name=Column("name", reader.text("funnel-group")),
        value=Column("share", reader.text("funnel-share"), "percent"),
        more=(
            Column("deals", reader.text("funnel-deals"), "count"),
            Column("amount", reader.text("funnel-amount"), "money"),
        ),
        title=reader.text("funnel-structure-title", share=reader.percent(large)),
        ident="structure",
    )


def _value(reader: Reader, cut: str, value: str) -> str:
    if cut == "age":
        return reader.text("funnel-age-days", days=value)
    return reader.label("funnel-size" if cut == "size" else cut, value)


@exhibit
def concentration(rows: pd.DataFrame, reader: Reader) -> Exhibit:
    """How much of the pipeline hangs on its largest deals."""
    if not rows["amount"].any():
        return left_out(Missing("missing-funnel-concentration", reason="reason-no-amounts"), reader)
    return table(
        rows,
        [
            Column("largest", reader.text("funnel-largest"), "count"),
            Column("amount", reader.text("funnel-amount"), "money"),
            Column("share", reader.text("funnel-share"), "percent", "bar"),
        ],
        reader,
        title=reader.text("funnel-concentration-title", share=reader.percent(rows["share"].iloc[0])),
        ident="concentration",
    )


@exhibit
def stalled(rows: pd.DataFrame, reader: Reader) -> Table:
    """Stalled deals by rule."""
    # Without amounts the shares are those of deals.
    is_priced = bool(rows["amount"].any())
    basis = "share_of_amount" if is_priced else "share_of_deals"
    share = rows.loc[rows["rule"] == "any", basis].iloc[0]
    title = "funnel-stalled-title" if is_priced or not share else "funnel-stalled-deals-title"
    return table(
        rows,
        [
            Column("rule", reader.text("funnel-rule"), "label", dimension="funnel-rule"),
            Column("deals", reader.text("funnel-deals"), "count"),
            *([Column("amount", reader.text("funnel-amount"), "money")] if is_priced else []),
            Column(basis, reader.text("funnel-share"), "percent", "bar"),
        ],
        reader,
        title=reader.text(title, share=reader.percent(share)),
        ident="stalled",
    )


@exhibit
def attention(rows: pd.DataFrame, reader: Reader, people: pd.DataFrame, listed: int = 30) -> Table:
    """The 100% table."""
    names = dict(zip(people["person_id"], people["name"], strict=True))
    records = rows.to_dict("records")
    shown = rows.assign(
        deal=[_with_rep(reader, row, names) for row in records],
        place=[_stage_and_age(reader, row) for row in records],
        due=[_due(reader, row) for row in records],
        supervised=[
            names.get(person, "") or reader.label("funnel-role", role)
            for person, role in zip(rows["supervisor_id"], rows["supervisor"], strict=True)
        ],
        state=[_why(reader, row) for row in records],
        state_level=["warn" if flag else "good" for flag in rows["is_stalled"]],
    )
    return table(
        shown,
        [
            Column("deal", reader.text("funnel-deal")),
            Column("amount", reader.text("funnel-amount"), "money", adds=True),
            Column("chance", reader.text("funnel-chance"), "percent"),
            Column("usual_chance", reader.text("funnel-usual-chance"), "percent"),
            Column("place", reader.text("funnel-stage-and-age")),
            Column("due", reader.text("funnel-close")),
            Column("next_step_on", reader.text("funnel-next-step"), "date"),
            Column("state", reader.text("funnel-state"), shape="status"),
            Column("supervised", reader.text("funnel-supervisor")),
        ],
        reader,
        top=listed,
        title=reader.text(
            "funnel-attention-title", deals=len(rows), amount=reader.money(rows["expected_amount"].sum())
        ),
        note=reader.text("funnel-attention-note"),
        ident="attention",
    )


def _with_rep(reader: Reader, row: Mapping[Any, Any], names: Mapping[str, str]) -> str:
    rep = names.get(row["rep_id"], row["rep_id"])
    return reader.text("funnel-deal-of", deal=row["name"], rep=rep) if rep else str(row["name"])


def _stage_and_age(reader: Reader, row: Mapping[Any, Any]) -> str:
    stage = reader.label("stage", row["stage"]) if row["stage"] else reader.label("funnel-state", "open")
    return reader.text(
        "funnel-stage-for",
        stage=stage,
        days=reader.count(row["days_in_stage"]),
        age=reader.count(row["age_days"]),
    )


def _due(reader: Reader, row: Mapping[Any, Any]) -> str:
    day = reader.date(row["expected_close_on"])
    return reader.text("funnel-close-moved", day=day, times=int(row["pushes"])) if row["pushes"] else day


def _why(reader: Reader, row: Mapping[Any, Any]) -> str:
    flags = {"slow": "is_slow", "overdue": "is_overdue", "pushed": "is_pushed_often"}
    rules = [rule for rule, flag in flags.items() if row[flag]]
    met = [reader.text(f"funnel-why-{rule}") for rule in rules]
    return reader.join(met) if met else reader.text("funnel-is-moving")


@exhibit
def presales(rows: pd.DataFrame, reader: Reader, listed: int = 15) -> Table:
    """Whom pre-sales serves first."""
    return table(
        rows,
        [
            Column("name", reader.text("funnel-deal")),
            Column("priority", reader.text("funnel-priority"), "count", "bar"),
            Column("amount_score", reader.text("funnel-amount-score"), "count"),
            Column("urgency_score", reader.text("funnel-urgency-score"), "count"),
            Column("influence_score", reader.text("funnel-influence-score"), "count"),
            Column("amount", reader.text("funnel-amount"), "money"),
            Column("stage", reader.text("funnel-stage"), "label", dimension="stage"),
        ],
        reader,
        top=listed,
        other=False,
        title=reader.text("funnel-presales-title", deals=len(rows)),
        ident="presales",
    )
