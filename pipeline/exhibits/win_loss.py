"""Exhibits of win and loss."""

import math

import pandas as pd

from pipeline.exhibits import charts
from pipeline.exhibits.columns import Column
from pipeline.exhibits.exhibit import Figure, Note, Table, exhibit, left_out
from pipeline.exhibits.reader import Reader
from pipeline.exhibits.tables import table
from pipeline.findings import Missing

MOST_EFFECTS = 45
FIGURES = ("activities_a_month",)
"""Drivers whose levels are plain numbers."""
FELT = 0.1
"""Share by which a quarter's last weeks must differ from its first to be worth a title."""


@exhibit
def rates(rows: pd.DataFrame, reader: Reader) -> Table:
    """Every definition of the win rate side by side."""
    by_name = rows.set_index("definition")["rate"].astype(float)
    amount = float(by_name["amount_12_months"])
    return table(
        rows.dropna(subset=["rate", "before"], how="all"),
        [
            Column("definition", phrase(reader, "definition"), "label", dimension="win-loss-rate"),
            Column("rate", phrase(reader, "rate"), "percent", "interval", low="low", high="high"),
            Column("deals", phrase(reader, "closed"), "count"),
            Column("before", phrase(reader, "before-year"), "percent"),
        ],
        reader,
        title=phrase(
            reader,
            "rates-title-no-amount" if math.isnan(amount) else "rates-title",
            count=reader.percent(float(by_name["count_12_months"])),
            amount=reader.percent(amount),
        ),
        note=phrase(reader, "rates-note"),
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
    whole = float(mine["won"].sum() / mine["closed"].sum())
    return charts.forest(
        named,
        reader,
        name=Column("segment", field_name(reader, dimension)),
        value=Column("rate", phrase(reader, "shrunken"), "percent", low="rate_low", high="rate_high"),
        cases=Column("closed", phrase(reader, "closed"), "count"),
        beside=Column("raw_rate", phrase(reader, "raw"), "percent", low="wilson_low", high="wilson_high"),
        reference=(whole, phrase(reader, "all-of-them", rate=reader.percent(whole))),
        both_ends=True,
        more=(
            Column("won", phrase(reader, "won"), "count"),
            Column("next_low", phrase(reader, "next-low"), "percent"),
            Column("next_high", phrase(reader, "next-high"), "percent"),
        ),
        title=phrase(reader, "segments-title", field=field_name(reader, dimension), outside=outside)
        if outside
        else phrase(reader, "segments-title-alike", field=field_name(reader, dimension)),
        subtitle=phrase(reader, "segments-subtitle", number=int(mine["closed"].sum())),
        note=phrase(reader, "segments-note"),
        ident="competitors" if dimension == "competitor" else f"segments-{dimension}".replace("_", "-"),
    )


@exhibit
def reasons(rows: pd.DataFrame, reader: Reader, outcome: str = "lost") -> Table:
    """Reasons of one outcome, by rep and by customer."""
    mine = rows.loc[rows["outcome"] == outcome]
    return table(
        mine,
        [
            Column("reason", phrase(reader, "reason"), "label", dimension="reason"),
            Column("deals_rep", phrase(reader, "reason-rep"), "count", "bar", adds=True),
            Column("share_rep", phrase(reader, "share"), "percent"),
            Column("deals_customer", phrase(reader, "reason-customer"), "count", "bar", adds=True),
            Column("share_customer", phrase(reader, "share"), "percent"),
            Column("amount", phrase(reader, "amount"), "money", adds=True),
        ],
        reader,
        total=True,
        title=phrase(
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
            Column("reason", phrase(reader, "reason-rep"), "label", dimension="reason"),
            Column("deals", phrase(reader, "deals"), "count", adds=True),
            Column("share", phrase(reader, "agreed"), "percent", "interval", low="low", high="high"),
            Column("customers_said", phrase(reader, "customers-said"), "label", dimension="reason"),
        ],
        reader,
        title=phrase(
            reader, "agreement-title", share=reader.percent(rows["agreed"].sum() / rows["deals"].sum())
        ),
        ident="agreement",
    )


@exhibit
def reason_pairs(rows: pd.DataFrame, reader: Reader) -> Figure:
    """The rep's reason against the customer's."""
    return charts.heat(
        rows,
        reader,
        row=Column("rep", phrase(reader, "reason-rep"), "label", dimension="reason"),
        column=Column("customer", phrase(reader, "reason-customer"), "label", dimension="reason"),
        value=Column("deals", phrase(reader, "deals"), "count"),
        title=phrase(reader, "reason-pairs-title", number=int(rows["deals"].sum())),
        ident="reason-pairs",
    )


@exhibit
def drivers(fields: pd.DataFrame, reader: Reader) -> Table:
    """Fields tested, with the test's verdict."""
    number = int(fields["is_driver"].sum())
    shown = fields.assign(
        verdict=[phrase(reader, "driver-yes" if yes else "driver-no") for yes in fields["is_driver"]],
        verdict_level=["good" if yes else "plain" for yes in fields["is_driver"]],
    )
    title = (
        phrase(reader, "drivers-title", number=number, tested=len(fields))
        if number
        else phrase(reader, "drivers-title-none", tested=len(fields))
    )
    return table(
        shown,
        [
            Column("field", phrase(reader, "field"), "label", dimension="field"),
            Column("verdict", phrase(reader, "verdict"), shape="status"),
            Column("widest_points", phrase(reader, "widest"), "points"),
            Column("p_value", phrase(reader, "p-value"), "p_value"),
            Column("q_value", phrase(reader, "q-value"), "p_value"),
        ],
        reader,
        title=title,
        note=phrase(reader, "drivers-note"),
        ident="drivers",
    )


@exhibit
def driver_effects(effects: pd.DataFrame, reader: Reader, fields: pd.DataFrame) -> Figure | Note:
    """Points of win rate of each level of the drivers, all else equal."""
    named = fields.loc[fields["is_driver"], "field"] if len(fields) else fields
    mine = effects.loc[effects["field"].isin(list(named))] if len(named) else effects.head(0)
    if mine.empty:
        return left_out(Missing("win-loss-missing-effects", reason="win-loss-reason-no-drivers"), reader)
    shown = mine.assign(level=[_level_name(reader, row) for _, row in mine.iterrows()])
    return charts.forest(
        shown,
        reader,
        name=Column("level", phrase(reader, "level")),
        value=Column("effect", phrase(reader, "effect"), "points", low="low", high="high"),
        cases=Column("cases", phrase(reader, "deals"), "count"),
        reference=(0.0, phrase(reader, "mean-deal")),
        top=MOST_EFFECTS,
        more=(Column("raw_gap", phrase(reader, "raw-gap"), "points"),),
        title=phrase(reader, "effects-title"),
        subtitle=phrase(reader, "effects-subtitle"),
        ident="driver-effects",
    )


@exhibit
def open_deals(rows: pd.DataFrame, reader: Reader, listed: int = 25) -> Table:
    """Open deals: how likely, what changed, and when."""
    return table(
        rows,
        [
            Column("name", phrase(reader, "deal")),
            Column("owner", phrase(reader, "owner")),
            Column("stage", phrase(reader, "stage"), "label", dimension="stage"),
            Column("amount", phrase(reader, "amount"), "money"),
            Column("probability", phrase(reader, "probability"), "percent", "bar"),
            Column("change", phrase(reader, "change"), "points", "change"),
            Column("p_won_8_weeks", phrase(reader, "in-eight-weeks"), "percent"),
            Column("expected_amount", phrase(reader, "expected"), "money", adds=True),
        ],
        reader,
        top=listed,
        title=phrase(
            reader,
            "open-deals-title",
            number=len(rows),
            expected=reader.money(float(rows["expected_amount"].sum())),
        ),
        note=phrase(reader, "open-deals-note"),
        ident="open-deals",
    )


@exhibit
def open_deals_why(rows: pd.DataFrame, reader: Reader, listed: int = 25) -> Table | Note:
    """Per open deal the fields that raise and lower its probability, and those that changed it."""
    if not any("".join(rows[name].head(listed)) for name in ("raises", "lowers", "changed_by")):
        return left_out(Missing("win-loss-missing-why", reason="win-loss-reason-alike"), reader)
    shown = rows.head(listed).assign(
        raises=[fields_named(reader, keys) for keys in rows["raises"].head(listed)],
        lowers=[fields_named(reader, keys) for keys in rows["lowers"].head(listed)],
        changed_by=[fields_named(reader, keys) for keys in rows["changed_by"].head(listed)],
    )
    return table(
        shown,
        [
            Column("name", phrase(reader, "deal")),
            Column("probability", phrase(reader, "probability"), "percent"),
            Column("raises", phrase(reader, "raises")),
            Column("lowers", phrase(reader, "lowers")),
            Column("changed_by", phrase(reader, "changed-by")),
        ],
        reader,
        top=listed,
        other=False,
        title=phrase(reader, "open-deals-why-title", number=len(shown)),
        note=phrase(reader, "open-deals-why-note"),
        ident="open-deals-why",
    )


@exhibit
def eight_weeks(rows: pd.DataFrame, reader: Reader) -> Figure:
    """Wins expected from today's open deals, week by week."""
    return charts.line(
        rows,
        reader,
        moment=Column("week_start", phrase(reader, "week"), "week"),
        value=Column("wins", phrase(reader, "wins"), "number", low="wins_low", high="wins_high"),
        more=(
            Column("losses", phrase(reader, "losses"), "number"),
            Column("amount", phrase(reader, "amount"), "money"),
        ),
        title=phrase(reader, "eight-weeks-title", amount=reader.money(float(rows["amount"].sum()))),
        subtitle=phrase(reader, "eight-weeks-subtitle"),
        ident="eight-weeks",
    )


@exhibit
def matured(rows: pd.DataFrame, reader: Reader) -> Table:
    """Past eight-week forecasts against what came."""
    return table(
        rows,
        [
            Column("origin", phrase(reader, "origin"), "date"),
            Column("open_deals", phrase(reader, "open"), "count"),
            Column("wins_forecast", phrase(reader, "wins-forecast"), "number"),
            Column("wins_base", phrase(reader, "wins-base"), "number"),
            Column("wins_actual", phrase(reader, "wins-actual"), "number"),
            Column("amount_forecast", phrase(reader, "amount-forecast"), "money"),
            Column("amount_base", phrase(reader, "amount-base"), "money"),
            Column("amount_actual", phrase(reader, "amount-actual"), "money"),
        ],
        reader,
        title=phrase(
            reader,
            "matured-title",
            forecast=reader.number(float(rows["wins_forecast"].sum()), 0),
            actual=reader.number(float(rows["wins_actual"].sum()), 0),
        ),
        note=phrase(reader, "matured-note"),
        ident="matured",
    )


@exhibit
def habits(rows: pd.DataFrame, reader: Reader) -> Figure:
    """The chance of ending in one week, by week of the quarter: why forecasts move at a quarter's end."""
    first, last = rows["p_won"].head(3).mean(), rows["p_won"].tail(3).mean()
    times = float(last / first) if first > 0 else 1.0
    return charts.bars(
        rows.assign(name=[phrase(reader, "quarter-week", number=int(week)) for week in rows["week"]]),
        reader,
        name=Column("name", phrase(reader, "week-of-quarter")),
        value=Column("p_won", phrase(reader, "won-in-week"), "percent"),
        more=(Column("p_lost", phrase(reader, "lost-in-week"), "percent"),),
        title=phrase(
            reader,
            "habits-title" if abs(times - 1) >= FELT else "habits-title-flat",
            times=reader.number(times, 1),
        ),
        subtitle=phrase(reader, "habits-subtitle"),
        note=phrase(reader, "habits-note"),
        ident="habits",
    )


@exhibit
def pairs(rows: pd.DataFrame, reader: Reader) -> Table:
    """Two deals alike at birth, one won and one lost."""
    sides = [_side(rows, reader, side, number) for number, side in enumerate(("won", "lost"))]
    shown = pd.concat(sides).sort_values(["pair", "place"], ignore_index=True)
    return table(
        shown,
        [
            Column("pair", phrase(reader, "pair"), "count"),
            Column("outcome", phrase(reader, "pair-outcome")),
            Column("name", phrase(reader, "deal")),
            Column("amount", phrase(reader, "amount"), "money"),
            Column("days", phrase(reader, "pair-days"), "days"),
            Column("activities", phrase(reader, "pair-activities"), "count"),
            Column("pushes", phrase(reader, "pair-pushes"), "count"),
            Column("competitor", phrase(reader, "pair-competitor")),
            Column("reason", phrase(reader, "reason"), "label", dimension="reason"),
            Column("unlike", phrase(reader, "unlike")),
        ],
        reader,
        top=len(shown),
        title=phrase(reader, "pairs-title", number=len(rows)),
        note=phrase(reader, "pairs-note"),
        ident="pairs",
    )


def _side(rows: pd.DataFrame, reader: Reader, side: str, place: int) -> pd.DataFrame:
    """The won or the lost deals of the pairs, one row each."""
    kept = {name: rows[f"{side}_{name}"] for name in ("name", "amount", "days", "activities", "pushes")}
    return pd.DataFrame(kept).assign(
        pair=range(1, len(rows) + 1), place=place, outcome=phrase(reader, f"pair-{side}"),
        competitor=rows[f"{side}_competitor"], reason=rows[f"{side}_reason"],
        unlike=[fields_named(reader, keys) if place else "" for keys in rows["unlike"]],
    )  # fmt: skip


def phrase(reader: Reader, key: str, **values: object) -> str:
    """A message of the chapter's catalogue."""
    return reader.text(f"win-loss-{key}", **values)


def field_name(reader: Reader, name: str) -> str:
    """The name of a field of the model."""
    return reader.label("field", name)


def fields_named(reader: Reader, keys: str) -> str:
    """The names of several fields, given as keys."""
    return reader.join([field_name(reader, key) for key in str(keys).split(",") if key])


def _segment_names(rows: pd.DataFrame, reader: Reader, dimension: str) -> list[str]:
    if dimension == "competitor":
        return [str(name) or phrase(reader, "no-competitor") for name in rows["segment"]]
    names = rows["name"] if "name" in rows else rows["segment"]
    return [reader.label(dimension, str(name)) for name in names]


def _level_name(reader: Reader, row: pd.Series) -> str:
    field = str(row["field"])
    level = str(row["level"])
    if level in ("True", "False"):
        level = phrase(reader, "yes" if level == "True" else "no")
    if field == "first_amount":
        level = reader.money(float(level))
    elif row["field"] in FIGURES:
        level = reader.number(float(level))
    return phrase(reader, "level-name", field=field_name(reader, field), level=reader.label(field, level))
