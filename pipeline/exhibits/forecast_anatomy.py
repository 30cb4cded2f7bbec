"""Exhibits of what the totals are made of: trend, season, calendar; new units and their analogues."""

import pandas as pd

from pipeline.exhibits import charts
from pipeline.exhibits.columns import Column
from pipeline.exhibits.exhibit import Figure, Table, exhibit
from pipeline.exhibits.forecast import of_metric, phrase
from pipeline.exhibits.people import named_people
from pipeline.exhibits.reader import Reader
from pipeline.exhibits.tables import table

METRICS = ("contracts", "collections")


@exhibit
@of_metric
def trend(rows: pd.DataFrame, reader: Reader, metric: str = "contracts") -> Figure:
    """The months as they came, and the trend beneath season and calendar."""
    mine = rows[rows["metric"] == metric]
    growth = mine["trend"].iloc[-1] / mine["trend"].iloc[-13] - 1
    lines = [
        mine.assign(line=phrase(reader, "actual"), shown=mine["amount"]),
        mine.assign(line=phrase(reader, "trend"), shown=mine["trend"]),
    ]
    return charts.line(
        pd.concat(lines),
        reader,
        moment=Column("month", phrase(reader, "month"), "month"),
        value=Column("shown", phrase(reader, f"metric-{metric}"), "money"),
        group=Column("line", phrase(reader, "part")),
        title=phrase(
            reader,
            "trend-title",
            metric=phrase(reader, f"metric-{metric}"),
            growth=("+" if growth > 0 else "") + reader.percent(growth),
        ),
        subtitle=phrase(reader, "trend-subtitle"),
        ident=f"trend-{metric}",
    )


@exhibit
def season(rows: pd.DataFrame, reader: Reader) -> Table:
    """How far each month usually lies above or below the trend."""
    wide = rows.pivot_table(index="month", columns="metric", values="usual_share").reset_index()
    shown = [metric for metric in METRICS if metric in wide]
    return table(
        wide.assign(name=[reader.month(month) for month in wide["month"]]),
        [
            Column("name", phrase(reader, "month")),
            *[Column(metric, phrase(reader, f"metric-{metric}"), "percent") for metric in shown],
        ],
        reader,
        title=phrase(reader, "season-title"),
        subtitle=phrase(reader, "season-subtitle"),
        ident="season",
    )


@exhibit
def effects(rows: pd.DataFrame, reader: Reader) -> Table:
    """What a working day more and the spring festival do to a month."""
    clear = [phrase(reader, "clear" if each else "not-clear") for each in rows["is_clear"]]
    return table(
        rows.assign(
            name=[phrase(reader, f"driver-{driver.replace('_', '-')}") for driver in rows["driver"]],
            kind=[phrase(reader, f"metric-{metric}") for metric in rows["metric"]],
            verdict=clear,
        ),
        [
            Column("name", phrase(reader, "driver")),
            Column("kind", phrase(reader, "metric")),
            Column("effect", phrase(reader, "effect"), "percent"),
            Column("low", phrase(reader, "effect-low"), "percent"),
            Column("high", phrase(reader, "effect-high"), "percent"),
            Column("verdict", phrase(reader, "verdict")),
        ],
        reader,
        title=phrase(reader, "effects-title"),
        note=phrase(reader, "effects-note"),
        ident="calendar-effects",
    )


@exhibit
def young(rows: pd.DataFrame, reader: Reader, people: pd.DataFrame | None = None) -> Table:
    """New units, and the growth that those who were new before them had."""
    persons = named_people(rows, "value", people)["value"].where(rows["dimension"] == "person", rows["value"])
    names = [
        reader.label(dimension, value)
        for dimension, value in zip(rows["dimension"].astype(str), persons.astype(str), strict=True)
    ]
    return table(
        rows.assign(name=names, kind=[phrase(reader, f"metric-{metric}") for metric in rows["metric"]]),
        [
            Column("name", phrase(reader, "unit")),
            Column("kind", phrase(reader, "metric")),
            Column("first_month", phrase(reader, "first-month"), "month"),
            Column("months", phrase(reader, "months-of-history"), "count"),
            Column("amount", phrase(reader, "amount-a-month"), "money"),
            Column("analogues", phrase(reader, "analogues"), "count"),
            Column("growth", phrase(reader, "growth-by-analogy"), "percent"),
        ],
        reader,
        sort="amount",
        top=25,
        title=phrase(reader, "young-title", units=len(rows)),
        note=phrase(reader, "young-note"),
        ident="young",
    )
