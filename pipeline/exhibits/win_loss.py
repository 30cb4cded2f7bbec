"""Exhibits of win and loss."""

import pandas as pd

from pipeline.exhibits import charts
from pipeline.exhibits.columns import Column
from pipeline.exhibits.exhibit import Figure, Note, Table, exhibit, left_out
from pipeline.exhibits.reader import Reader
from pipeline.exhibits.tables import table
from pipeline.findings import Missing


@exhibit
def rates(rows: pd.DataFrame, reader: Reader) -> Table:
    """Every definition of the win rate side by side."""
    by_name = rows.set_index("definition")["rate"].astype(float)
    return table(
        rows,
        [
            Column("definition", _t(reader, "definition"), "label", dimension="win-loss-rate"),
            Column("rate", _t(reader, "rate"), "percent", "interval", low="low", high="high"),
            Column("deals", _t(reader, "closed"), "count"),
            Column("before", _t(reader, "before-year"), "percent"),
        ],
        reader,
        title=_t(
            reader,
            "rates-title",
            count=reader.percent(float(by_name["count_12_months"])),
            amount=reader.percent(float(by_name["amount_12_months"])),
        ),
        note=_t(reader, "rates-note"),
        ident="rates",
    )


@exhibit
def segments(rows: pd.DataFrame, reader: Reader, dimension: str) -> Figure | Note:
    """Shrunken win rates of one dimension, with intervals, beside raw rates and counts."""
    mine = rows.loc[rows["dimension"] == dimension]
    if mine.empty:
        return left_out(Missing("win-loss-missing-segments", reason="win-loss-reason-no-segments"), reader)
    named = mine.assign(segment=_segment_names(mine, reader, dimension))
    outside = int(mine["stands_out"].sum())
    return charts.forest(
        named,
        reader,
        name=Column("segment", _field(reader, dimension)),
        value=Column("rate", _t(reader, "shrunken"), "percent", low="rate_low", high="rate_high"),
        cases=Column("closed", _t(reader, "closed"), "count"),
        more=(
            Column("won", _t(reader, "won"), "count"),
            Column("raw_rate", _t(reader, "raw"), "percent", low="wilson_low", high="wilson_high"),
            Column("next_low", _t(reader, "next-low"), "percent"),
            Column("next_high", _t(reader, "next-high"), "percent"),
        ),
        title=_t(reader, "segments-title", field=_field(reader, dimension), outside=outside)
        if outside
        else _t(reader, "segments-title-alike", field=_field(reader, dimension)),
        subtitle=_t(reader, "segments-subtitle", number=int(mine["closed"].sum())),
        note=_t(reader, "segments-note"),
        ident="competitors" if dimension == "competitor" else f"segments-{dimension}".replace("_", "-"),
    )


@exhibit
def reasons(rows: pd.DataFrame, reader: Reader, outcome: str = "lost") -> Table:
    """Reasons of one outcome, by rep and by customer."""
    mine = rows.loc[rows["outcome"] == outcome]
    return table(
        mine,
        [
            Column("reason", _t(reader, "reason"), "label", dimension="reason"),
            Column("deals_rep", _t(reader, "reason-rep"), "count", "bar", adds=True),
            Column("share_rep", _t(reader, "share"), "percent"),
            Column("deals_customer", _t(reader, "reason-customer"), "count", "bar", adds=True),
            Column("share_customer", _t(reader, "share"), "percent"),
            Column("amount", _t(reader, "amount"), "money", adds=True),
        ],
        reader,
        total=True,
        title=_t(
            reader,
            f"reasons-{outcome}-title",
            reason=reader.label("reason", mine["reason"].iloc[0]) if len(mine) else "",
        ),
        ident="reasons" if outcome == "lost" else "reasons-won",
    )


@exhibit
def agreement(rows: pd.DataFrame, reader: Reader) -> Table:
    """How often customers gave the reason that the rep gave."""
    return table(
        rows,
        [
            Column("reason", _t(reader, "reason-rep"), "label", dimension="reason"),
            Column("deals", _t(reader, "deals"), "count", adds=True),
            Column("share", _t(reader, "agreed"), "percent", "interval", low="low", high="high"),
            Column("customers_said", _t(reader, "customers-said"), "label", dimension="reason"),
        ],
        reader,
        title=_t(reader, "agreement-title", share=reader.percent(rows["agreed"].sum() / rows["deals"].sum())),
        ident="agreement",
    )


@exhibit
def reason_pairs(rows: pd.DataFrame, reader: Reader) -> Figure:
    """The rep's reason against the customer's."""
    return charts.heat(
        rows,
        reader,
        row=Column("rep", _t(reader, "reason-rep"), "label", dimension="reason"),
        column=Column("customer", _t(reader, "reason-customer"), "label", dimension="reason"),
        value=Column("deals", _t(reader, "deals"), "count"),
        title=_t(reader, "reason-pairs-title", number=int(rows["deals"].sum())),
        ident="reason-pairs",
    )


@exhibit
def drivers(fields: pd.DataFrame, reader: Reader) -> Table:
    """Fields tested, with the test's verdict."""
    number = int(fields["is_driver"].sum())
    shown = fields.assign(
        verdict=[_t(reader, "driver-yes" if yes else "driver-no") for yes in fields["is_driver"]],
        verdict_level=["good" if yes else "plain" for yes in fields["is_driver"]],
    )
    title = (
        _t(reader, "drivers-title", number=number, tested=len(fields))
        if number
        else _t(reader, "drivers-title-none", tested=len(fields))
    )
    return table(
        shown,
        [
            Column("field", _t(reader, "field"), "label", dimension="field"),
            Column("verdict", _t(reader, "verdict"), shape="status"),
            Column("widest_points", _t(reader, "widest"), "points"),
            Column("p_value", _t(reader, "p-value"), "number"),
            Column("q_value", _t(reader, "q-value"), "number"),
        ],
        reader,
        title=title,
        note=_t(reader, "drivers-note"),
        ident="drivers",
    )


@exhibit
def driver_effects(effects: pd.DataFrame, reader: Reader, fields: pd.DataFrame) -> Figure:
    """Points of win rate of each level of the drivers, all else equal."""
    named = fields.loc[fields["is_driver"], "field"] if len(fields) else fields
    mine = effects.loc[effects["field"].isin(list(named))] if len(named) else effects.head(0)
    shown = mine.assign(level=[_level_name(reader, row) for _, row in mine.iterrows()])
    return charts.forest(
        shown,
        reader,
        name=Column("level", _t(reader, "level")),
        value=Column("effect", _t(reader, "effect"), "points", low="low", high="high"),
        cases=Column("cases", _t(reader, "deals"), "count"),
        reference=(0.0, _t(reader, "mean-deal")),
        more=(Column("raw_gap", _t(reader, "raw-gap"), "points"),),
        title=_t(reader, "effects-title"),
        subtitle=_t(reader, "effects-subtitle"),
        ident="driver-effects",
    )


@exhibit
def open_deals(rows: pd.DataFrame, reader: Reader, listed: int = 25) -> Table:
    """Open deals: how likely, why, what changed, and when."""
    shown = rows.assign(
        raises=[_fields(reader, keys) for keys in rows["raises"]],
        lowers=[_fields(reader, keys) for keys in rows["lowers"]],
        changed_by=[_fields(reader, keys) for keys in rows["changed_by"]],
    )
    return table(
        shown,
        [
            Column("name", _t(reader, "deal")),
            Column("owner", _t(reader, "owner")),
            Column("stage", _t(reader, "stage"), "label", dimension="stage"),
            Column("amount", _t(reader, "amount"), "money"),
            Column("probability", _t(reader, "probability"), "percent", "bar"),
            Column("change", _t(reader, "change"), "points", "change"),
            Column("p_won_8_weeks", _t(reader, "in-eight-weeks"), "percent"),
            Column("expected_amount", _t(reader, "expected"), "money", adds=True),
            Column("raises", _t(reader, "raises")),
            Column("lowers", _t(reader, "lowers")),
            Column("changed_by", _t(reader, "changed-by")),
        ],
        reader,
        top=listed,
        title=_t(
            reader,
            "open-deals-title",
            number=len(rows),
            expected=reader.money(float(rows["expected_amount"].sum())),
        ),
        note=_t(reader, "open-deals-note"),
        ident="open-deals",
    )


@exhibit
def eight_weeks(rows: pd.DataFrame, reader: Reader) -> Figure:
    """Wins expected from today's open deals, week by week."""
    return charts.line(
        rows,
        reader,
        moment=Column("week_start", _t(reader, "week"), "week"),
        value=Column("wins", _t(reader, "wins"), "number", low="wins_low", high="wins_high"),
        more=(
            Column("losses", _t(reader, "losses"), "number"),
            Column("amount", _t(reader, "amount"), "money"),
        ),
        title=_t(reader, "eight-weeks-title", amount=reader.money(float(rows["amount"].sum()))),
        subtitle=_t(reader, "eight-weeks-subtitle"),
        ident="eight-weeks",
    )


@exhibit
def matured(rows: pd.DataFrame, reader: Reader) -> Table:
    """Past eight-week forecasts against what came."""
    return table(
        rows,
        [
            Column("origin", _t(reader, "origin"), "date"),
            Column("open_deals", _t(reader, "open"), "count"),
            Column("wins_forecast", _t(reader, "wins-forecast"), "number"),
            Column("wins_actual", _t(reader, "wins-actual"), "number"),
            Column("amount_forecast", _t(reader, "amount-forecast"), "money"),
            Column("amount_actual", _t(reader, "amount-actual"), "money"),
        ],
        reader,
        title=_t(
            reader,
            "matured-title",
            forecast=reader.number(float(rows["wins_forecast"].sum()), 0),
            actual=reader.number(float(rows["wins_actual"].sum()), 0),
        ),
        note=_t(reader, "matured-note"),
        ident="matured",
    )


@exhibit
def pairs(rows: pd.DataFrame, reader: Reader) -> Table:
    """Two deals alike at birth, one won and one lost."""
    shown = rows.assign(alike=[_fields(reader, keys) for keys in rows["alike"]])
    columns = [Column("won_name", _t(reader, "pair-won")), Column("lost_name", _t(reader, "pair-lost"))]
    for side in ("won", "lost"):
        columns += [
            Column(f"{side}_amount", _t(reader, f"{side}-amount"), "money"),
            Column(f"{side}_days", _t(reader, f"{side}-days"), "days"),
            Column(f"{side}_activities", _t(reader, f"{side}-activities"), "count"),
            Column(f"{side}_reason", _t(reader, f"{side}-reason"), "label", dimension="reason"),
        ]
    return table(
        shown,
        [*columns, Column("alike", _t(reader, "alike"))],
        reader,
        title=_t(reader, "pairs-title", number=len(rows)),
        note=_t(reader, "pairs-note"),
        ident="pairs",
    )


@exhibit
def model_card(rows: pd.DataFrame, reader: Reader) -> Table:
    """What the model is and how far to trust it."""
    row = rows.iloc[0]
    key = str(row["verdict"]).replace(" ", "-")
    return table(
        rows,
        [
            Column("verdict", _t(reader, "verdict"), "label", dimension="win-loss-verdict"),
            Column("method", _t(reader, "method"), "label", dimension="win-loss-method"),
            Column("training_deals", _t(reader, "training-deals"), "count"),
            Column("cases", _t(reader, "judged-deals"), "count"),
            Column("skill", _t(reader, "skill"), "percent", "interval", low="skill_low", high="skill_high"),
            Column("brier", _t(reader, "brier"), "number"),
            Column("auc", _t(reader, "auc"), "number"),
            Column("calibration_error", _t(reader, "calibration-error"), "points"),
        ],
        reader,
        title=_t(reader, f"model-title-{key}"),
        note=_t(reader, "model-note"),
        ident="model-card",
    )


@exhibit
def comparison(rows: pd.DataFrame, reader: Reader) -> Table:
    """Ways of forecasting, judged on the same later deals."""
    best = rows.sort_values("brier")["method"].iloc[0]
    return table(
        rows,
        [
            Column("method", _t(reader, "method"), "label", dimension="win-loss-method"),
            Column("deals", _t(reader, "judged-deals"), "count"),
            Column("brier", _t(reader, "brier"), "number"),
            Column("auc", _t(reader, "auc"), "number"),
            Column("calibration_error", _t(reader, "calibration-error"), "points"),
        ],
        reader,
        title=_t(reader, "comparison-title", method=reader.label("win-loss-method", best)),
        ident="comparison",
    )


@exhibit
def reliability(rows: pd.DataFrame, reader: Reader) -> Figure:
    """Of deals given 30%, how many were won?"""
    gap = float(((rows["forecast"] - rows["actual"]).abs() * rows["cases"]).sum() / rows["cases"].sum())
    return charts.reliability(
        rows,
        reader,
        predicted=Column("forecast", _t(reader, "forecast-rate"), "percent"),
        observed=Column("actual", _t(reader, "actual-rate"), "percent", low="actual_low", high="actual_high"),
        cases=Column("cases", _t(reader, "cases"), "count"),
        title=_t(reader, "reliability-title", gap=reader.percent(gap)),
        subtitle=_t(reader, "reliability-subtitle"),
        ident="reliability",
    )


@exhibit
def audit(rows: pd.DataFrame, reader: Reader) -> Table:
    """Checks for fields that know the outcome in advance: those that failed first."""
    flagged = rows.loc[rows["is_flagged"]]
    shown = rows.assign(
        status=[_t(reader, "audit-flag" if flag else "audit-fine") for flag in rows["is_flagged"]],
        status_level=["bad" if flag else "good" for flag in rows["is_flagged"]],
        field=[_field(reader, str(name)) if name else "" for name in rows["field"]],
    ).sort_values("is_flagged", ascending=False, kind="stable")
    return table(
        shown,
        [
            Column("kind", _t(reader, "audit-kind"), "label", dimension="win-loss-audit"),
            Column("field", _t(reader, "field")),
            Column("status", _t(reader, "status"), shape="status"),
            Column("value", _t(reader, "value"), "number"),
            Column("limit", _t(reader, "limit"), "number"),
        ],
        reader,
        top=max(12, len(flagged)),
        other=False,
        title=_t(reader, "audit-title", flagged=len(flagged), checks=len(rows)),
        ident="audit",
    )


@exhibit
def lags(rows: pd.DataFrame, reader: Reader) -> Table:
    """The record when outcomes become known later than they happen."""
    return table(
        rows,
        [
            Column("lag_days", _t(reader, "lag-days"), "days"),
            Column("auc", _t(reader, "auc"), "number"),
            Column("loss", _t(reader, "lag-loss"), "number"),
        ],
        reader,
        title=_t(reader, "lags-title", loss=reader.number(float(rows["loss"].max()), 3)),
        ident="lags",
    )


@exhibit
def fields(rows: pd.DataFrame, reader: Reader) -> Table:
    """When each field is known, and whether it is learned from."""
    shown = rows.assign(
        used=[_t(reader, "learned-yes" if yes else "learned-no") for yes in rows["is_learned_from"]]
    )
    return table(
        shown,
        [
            Column("field", _t(reader, "field"), "label", dimension="field"),
            Column("known", _t(reader, "known"), "label", dimension="win-loss-known"),
            Column("used", _t(reader, "learned")),
        ],
        reader,
        title=_t(reader, "fields-title"),
        ident="fields",
    )


def _t(reader: Reader, key: str, **values: object) -> str:
    return reader.text(f"win-loss-{key}", **values)


def _field(reader: Reader, name: str) -> str:
    return reader.label("field", name)


def _fields(reader: Reader, keys: str) -> str:
    return reader.join([_field(reader, key) for key in str(keys).split(",") if key])


def _segment_names(rows: pd.DataFrame, reader: Reader, dimension: str) -> list[str]:
    if dimension == "competitor":
        return [str(name) or _t(reader, "no-competitor") for name in rows["segment"]]
    names = rows["name"] if "name" in rows else rows["segment"]
    return [reader.label(dimension, str(name)) for name in names]


def _level_name(reader: Reader, row: pd.Series) -> str:
    field = str(row["field"])
    level = str(row["level"])
    if level in ("True", "False"):
        level = _t(reader, "yes" if level == "True" else "no")
    if field == "first_amount":
        level = reader.money(float(level))
    return _t(reader, "level-name", field=_field(reader, field), level=reader.label(field, level))
