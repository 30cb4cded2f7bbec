"""What the customer value chapter rests on: retention, past forecasts, models, stability of segments."""

import pandas as pd

from pipeline.exhibits import charts
from pipeline.exhibits.columns import Column
from pipeline.exhibits.exhibit import Exhibit, exhibit
from pipeline.exhibits.reader import Reader
from pipeline.exhibits.tables import table as display


@exhibit
def segment_counts(table: pd.DataFrame, reader: Reader) -> Exhibit:
    """How stable each number of segments was when the number was chosen."""
    words = {True: reader.text("cv-yes"), False: reader.text("cv-no")}
    columns = [
        Column("clusters", reader.text("cv-segments"), "count"),
        Column("prediction_strength", reader.text("cv-prediction-strength"), "number"),
        Column("bootstrap_rand", reader.text("cv-bootstrap-rand"), "number"),
        Column("stable", reader.text("cv-stable")),
        Column("chosen", reader.text("cv-chosen")),
    ]
    chosen = table.loc[table["is_chosen"]].iloc[0]
    return display(
        table.assign(stable=table["is_stable"].map(words), chosen=table["is_chosen"].map(words)),
        columns,
        reader,
        title=reader.text(
            "cv-counts-title",
            clusters=int(chosen["clusters"]),
            stable="yes" if bool(chosen["is_stable"]) else "no",
        ),
        subtitle=reader.text("cv-counts-subtitle"),
        ident="segment-counts",
    )


@exhibit
def repeat_check(table: pd.DataFrame, reader: Reader) -> Exhibit:
    """What the chances learned a window earlier said, and what happened."""
    columns = [
        Column("product_line", reader.text("cv-line"), "label", dimension="product_line"),
        Column("customers", reader.text("cv-open-customers"), "count"),
        Column("expected", reader.text("cv-expected-buyers"), "count", adds=True),
        Column("actual", reader.text("cv-actual-buyers"), "count", adds=True),
        Column("lift", reader.text("cv-lift"), "ratio"),
    ]
    return display(
        table.assign(expected=table["expected"].round()),
        columns,
        reader,
        title=reader.text(
            "cv-repeat-check-title",
            buyers=round(float(table["first_fifth"].sum())),
            lot=round(float(table["by_lot"].sum())),
        ),
        subtitle=reader.text("cv-repeat-check-subtitle"),
        ident="repeat-check",
    )


@exhibit
def retention(table: pd.DataFrame, reader: Reader) -> Exhibit:
    """Share of each quarter's new customers who bought again in later quarters."""
    later = table.loc[table["periods_since"] > 0]
    named = later.assign(
        cohort=[f"{day.year} Q{(day.month + 2) // 3}" for day in later["cohort"]],
        periods_since=[f"+{quarters}" for quarters in later["periods_since"]],
    )
    return charts.heat(
        named.reset_index(drop=True),
        reader,
        row=Column("cohort", reader.text("cv-cohort")),
        column=Column("periods_since", reader.text("cv-quarters-since")),
        value=Column("share", reader.text("cv-share-buying"), "percent"),
        cases=Column("cohort_customers", reader.text("cv-customers"), "count"),
        title=reader.text("cv-retention-title"),
        subtitle=reader.text("cv-retention-subtitle"),
        ident="retention",
    )


@exhibit
def track(table: pd.DataFrame, reader: Reader) -> Exhibit:
    """Past forecasts of purchases beside what happened and the naive ones, one row per window."""
    columns = [
        Column("origin", reader.text("cv-origin"), "date"),
        Column("customers", reader.text("cv-customers"), "count"),
        Column("actual", reader.text("cv-actual-purchases"), "count"),
        Column("expected", reader.text("cv-expected-purchases"), "count"),
        Column("expected_naive", reader.text("cv-naive-purchases"), "count"),
        Column("bias", reader.text("cv-bias"), "percent"),
        Column("bias_naive", reader.text("cv-naive-bias"), "percent"),
    ]
    naive = table.loc[table["method"] == "same_as_last", ["origin", "expected", "bias"]]
    rows = table.loc[table["method"] == "forecast"].merge(naive, on="origin", suffixes=("", "_naive"))
    written = {name: rows[name].map(_per_cent) for name in ("bias", "bias_naive")}
    return display(
        rows.assign(expected=rows["expected"].round(), **written),
        columns,
        reader,
        title=reader.text("cv-track-title"),
        subtitle=reader.text("cv-track-subtitle"),
        ident="track",
    )


def _per_cent(bias: float) -> float:
    """To whole per cents from 10% on, so that nearly twice as many reads as 100%, not as almost all."""
    return round(bias, 2) if abs(bias) >= 0.1 else bias


@exhibit
def track_summary(table: pd.DataFrame, reader: Reader) -> Exhibit:
    """The same, over all windows."""
    columns = [
        Column("method", reader.text("cv-method"), "label", dimension="cv-method"),
        Column("windows", reader.text("cv-windows"), "count"),
        Column("bias", reader.text("cv-median-bias"), "percent"),
        Column("error", reader.text("cv-error"), "number"),
        Column("rank", reader.text("cv-rank"), "number"),
        Column("capture", reader.text("cv-capture"), "percent"),
    ]
    best = table.loc[table["method"] == "forecast"].iloc[0]
    naive = table.loc[table["method"] == "same_as_last"].iloc[0]
    return display(
        table,
        columns,
        reader,
        title=reader.text(
            "cv-track-summary-title",
            bias=reader.percent(float(best["bias"])),
            naive=reader.percent(float(naive["bias"])),
            windows=int(best["windows"]),
        ),
        subtitle=reader.text("cv-track-summary-subtitle"),
        ident="track-summary",
    )


@exhibit
def ways(table: pd.DataFrame, reader: Reader) -> Exhibit:
    """How the expected number of purchases came about."""
    columns = [
        Column("way", reader.text("cv-way"), "label", dimension="cv-way"),
        Column("expected", reader.text("cv-expected-purchases"), "count"),
        Column("weight", reader.text("cv-weight"), "percent", "bar"),
        Column("windows", reader.text("cv-windows"), "count"),
        Column("log_error", reader.text("cv-log-error"), "percent"),
    ]
    return display(
        table.assign(expected=table["expected"].round()),
        columns,
        reader,
        title=reader.text("cv-ways-title"),
        subtitle=reader.text("cv-ways-subtitle"),
        ident="ways",
    )


@exhibit
def parameters(table: pd.DataFrame, reader: Reader) -> Exhibit:
    """Parameters of the fitted models with 95% intervals."""
    columns = [
        Column("name", reader.text("cv-parameter")),
        Column("value", reader.text("cv-estimate"), "number", low="low", high="high"),
    ]
    return display(
        table.assign(name=table["model"] + ": " + table["parameter"]),
        columns,
        reader,
        title=reader.text("cv-parameters-title"),
        subtitle=reader.text("cv-parameters-subtitle"),
        ident="parameters",
    )
