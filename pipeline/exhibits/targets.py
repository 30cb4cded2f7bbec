"""Exhibits about targets themselves: whether they add up, whether they are sound, and the next split."""

import pandas as pd

from pipeline.exhibits import charts
from pipeline.exhibits.columns import Column
from pipeline.exhibits.exhibit import Figure, Table, exhibit
from pipeline.exhibits.people import named_people
from pipeline.exhibits.reader import Reader
from pipeline.exhibits.tables import table


@exhibit
def breaches(rows: pd.DataFrame, reader: Reader) -> Table:
    """Targets that do not add up."""
    return table(
        rows,
        [
            Column("period", reader.text("performance-period")),
            Column("metric", reader.text("performance-metric"), "label", dimension="performance-metric"),
            Column("upper", reader.text("performance-upper")),
            Column("lower", reader.text("performance-lower")),
            Column("value", reader.text("performance-value")),
            Column("upper_amount", reader.text("performance-upper-amount"), "money"),
            Column("lower_amount", reader.text("performance-lower-amount"), "money"),
            Column("difference", reader.text("performance-difference"), "money"),
        ],
        reader,
        top=20,
        title=reader.text("performance-breaches-title", number=len(rows)),
        ident="breaches",
    )


@exhibit
def proposal(rows: pd.DataFrame, reader: Reader, listed: int = 24) -> Table:
    """Next period's split, cell by cell, with every factor of its formula and the reader's own figures."""
    own = rows["override"].notna()
    shares = [Column(name, reader.text(f"performance-{name.replace('_', '-')}"), "percent")
              for name in ("history_share", "potential_share", "seasonal_share")]  # fmt: skip
    return table(
        rows.assign(month=pd.to_datetime(rows["month"])),
        [
            Column("market", reader.text("performance-market"), "label", dimension="market"),
            Column(
                "business_line", reader.text("performance-business-line"), "label", dimension="business_line"
            ),
            Column("month", reader.text("performance-month"), "month"),
            *shares,
            Column("computed", reader.text("performance-computed"), "money", adds=True),
            Column("override", reader.text("performance-own-figure"), "money"),
            Column("proposed", reader.text("performance-proposed"), "money", adds=True),
        ],
        reader,
        sort="proposed",
        top=listed,
        total=True,
        title=reader.text(
            "performance-proposal-title",
            period=reader.period(rows["period"].iloc[0]),
            total=reader.money(rows["proposed"].sum()),
        ),
        subtitle=reader.text("performance-proposal-subtitle", own=int(own.sum()), cells=len(rows)),
        note=reader.text(
            "performance-proposal-note",
            history=reader.percent(reader.company.performance.history_weight),
            potential=reader.percent(1 - reader.company.performance.history_weight),
        ),
        ident="proposal",
    )


@exhibit
def season(rows: pd.DataFrame, reader: Reader) -> Figure:
    """The proposal by month."""
    months = rows.groupby("month", sort=True)[["proposed"]].sum().reset_index()
    return charts.periods(
        months.assign(month=pd.to_datetime(months["month"])),
        reader,
        moment=Column("month", reader.text("performance-month"), "month"),
        value=Column("proposed", reader.text("performance-proposed"), "money"),
        title=reader.text("performance-season-title"),
        ident="proposal-months",
    )


@exhibit
def audit(rows: pd.DataFrame, reader: Reader, people: pd.DataFrame | None = None) -> Table:
    """Targets that fail a SMART letter."""
    failing = named_people(rows.loc[rows["fails"] != ""], "person", people)
    named = ["market", "business_line", "person"]
    shown = failing.assign(
        period=[reader.period(key) for key in failing["period"]],
        **{name: [_all_or(reader, name, value) for value in failing[name]] for name in named},
    )
    return table(
        shown,
        [
            Column("period", reader.text("performance-period")),
            Column("metric", reader.text("performance-metric"), "label", dimension="performance-metric"),
            *(Column(name, reader.text(f"performance-{name.replace('_', '-')}")) for name in named),
            Column("amount", reader.text("performance-target"), "money"),
            Column("probability", reader.text("performance-probability"), "percent"),
            Column("fails", reader.text("performance-fails")),
        ],
        reader,
        top=20,
        title=reader.text("performance-audit-title", failing=len(failing), number=len(rows)),
        subtitle=reader.text(
            "performance-audit-subtitle",
            attainable=reader.percent(reader.company.performance.attainable_from),
            judged=int(rows["probability"].notna().sum()),
            number=len(rows),
        ),
        ident="audit",
    )


def _all_or(reader: Reader, dimension: str, value: str) -> str:
    """A value's name; a target that names none is for all of them."""
    return reader.label(dimension, value) if value else reader.text("performance-all")
