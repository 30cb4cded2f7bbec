"""Exhibits of the customer value chapter."""

from collections.abc import Callable

import pandas as pd

from pipeline.exhibits import charts
from pipeline.exhibits.columns import Column, unit_of
from pipeline.exhibits.exhibit import Exhibit, exhibit
from pipeline.exhibits.numerals import ONE, unit_name
from pipeline.exhibits.reader import Reader
from pipeline.exhibits.tables import table as display

MARKED_SHARES = (0.1, 0.2, 0.5)


@exhibit
def value(table: pd.DataFrame, margin: pd.DataFrame, reader: Reader, *, top: int) -> Exhibit:
    """Customers by expected margin of the next twelve months."""
    rate = margin.iloc[0]
    columns = [
        Column("name", reader.text("cv-customer")),
        Column("phase", reader.text("cv-phase"), "label", dimension="phase"),
        Column("probability_alive", reader.text("cv-alive"), "percent"),
        _interval(reader, "value_12_months", "cv-value-12"),
        _interval(reader, "lifetime_value", "cv-lifetime"),
        Column("treatment", reader.text("cv-treatment"), "label", dimension="treatment"),
    ]
    return display(
        table,
        columns,
        reader,
        top=top,
        title=_title(table, reader, "cv-value-title", lambda row: {
            "customer": str(row["name"]), "value": reader.money(float(row["value_12_months"])),
        }),
        subtitle=reader.text("cv-value-subtitle"),
        note=reader.text(
            "cv-margin-note",
            measured="yes" if rate["covered"] > 0 else "no",
            rate=reader.percent(float(rate["rate"])),
            covered=reader.percent(float(rate["covered"])),
        ),
        ident="value-by-customer",
    )  # fmt: skip


@exhibit
def rfm(table: pd.DataFrame, reader: Reader) -> Exhibit:
    """Fifths of recency and frequency: how many customers stand where, and what they brought."""
    amount = Column("amount_12_months", reader.text("cv-amount-12"), "money")
    unit = unit_of(amount, table, reader) or ONE
    fifths = {name: {n: _fifth(reader, name, n) for n in range(1, 6)} for name in ("recency", "frequency")}
    order = table.sort_values(["recency", "frequency"], ascending=[False, True], kind="stable")
    return charts.heat(
        order.assign(**{name: order[name].map(words) for name, words in fifths.items()}).reset_index(
            drop=True
        ),
        reader,
        row=Column("recency", reader.text("cv-recency")),
        column=Column("frequency", reader.text("cv-frequency")),
        value=amount,
        cases=Column("customers", reader.text("cv-customers"), "count"),
        title=reader.text("cv-rfm-title"),
        subtitle=reader.text("cv-rfm-subtitle", unit=unit_name(unit, reader.currency, reader.language)),
        ident="rfm",
    )


@exhibit
def pareto(table: pd.DataFrame, levels: pd.DataFrame, reader: Reader) -> Exhibit:
    """Share of the amount held by the largest customers."""
    first = levels.iloc[0]
    marks = [
        (
            float(row["share_of_items"]),
            float(row["share_of_value"]),
            reader.percent(float(row["share_of_value"])),
        )
        for _, row in levels.iterrows()
        if row["share_of_items"] in (0.1, 0.2, 0.5)
    ]
    return charts.pareto(
        table,
        reader,
        share_of_items=Column("share_of_items", reader.text("cv-share-of-customers"), "percent"),
        share_of_value=Column("share_of_value", reader.text("cv-share-of-amount"), "percent"),
        marks=marks,
        title=reader.text("cv-pareto-title", customers=int(first["items_for_80_percent"]), all=len(table)),
        subtitle=reader.text(
            "cv-pareto-subtitle",
            gini=reader.number(float(first["gini"]), 2),
            equal=reader.count(round(float(first["effective_count"]))),
        ),
        ident="pareto",
    )


@exhibit
def phases(table: pd.DataFrame, reader: Reader) -> Exhibit:
    """How many customers stand in which phase of their life."""
    columns = [
        Column("phase", reader.text("cv-phase"), "label", dimension="phase"),
        Column("customers", reader.text("cv-customers"), "count", "bar", adds=True),
        Column("amount_12_months", reader.text("cv-amount-12"), "money", adds=True),
        Column("value_12_months", reader.text("cv-value-12"), "money", adds=True),
    ]
    return display(
        table,
        columns,
        reader,
        total=True,
        title=reader.text(
            "cv-phases-title",
            declining=_cell(table, "phase", "declining"),
            lost=_cell(table, "phase", "lost"),
        ),
        subtitle=reader.text("cv-phases-subtitle"),
        ident="phases",
    )


@exhibit
def at_risk(table: pd.DataFrame, reader: Reader, *, top: int) -> Exhibit:
    """Who may be leaving, most value at stake first."""
    columns = [
        Column("name", reader.text("cv-customer")),
        Column("market", reader.text("cv-market"), "label", dimension="market"),
        Column("days_quiet", reader.text("cv-quiet"), "count", hint=reader.text("cv-in-days")),
        Column("rhythm_days", reader.text("cv-rhythm"), "count", hint=reader.text("cv-in-days")),
        Column("probability_alive", reader.text("cv-alive"), "percent", "bar"),
        Column("usual_value", reader.text("cv-usual-value"), "money"),
        Column("value_at_stake", reader.text("cv-stake"), "money", "bar", adds=True),
    ]
    return display(
        table.assign(rhythm_days=table["rhythm_days"].round()),
        columns,
        reader,
        top=top,
        title=reader.text("cv-at-risk-title", customers=len(table)),
        subtitle=reader.text("cv-at-risk-subtitle"),
        ident="at-risk",
    )


@exhibit
def matrix(table: pd.DataFrame, reader: Reader) -> Exhibit:
    """Value against potential, with the way to run each cell."""
    columns = [
        Column("treatment", reader.text("cv-treatment"), "label", dimension="treatment"),
        Column("value_level", reader.text("cv-value-level"), "label", dimension="level"),
        Column("potential_level", reader.text("cv-potential-level"), "label", dimension="level"),
        Column("customers", reader.text("cv-customers"), "count", "bar", adds=True),
        Column("value_12_months", reader.text("cv-value-12"), "money", adds=True),
        Column("potential", reader.text("cv-potential"), "money", adds=True),
    ]
    return display(
        table,
        columns,
        reader,
        total=True,
        title=reader.text("cv-matrix-title", grow=_cell(table, "treatment", "grow")),
        subtitle=reader.text("cv-matrix-subtitle"),
        note=_wallet_note(table, reader),
        ident="matrix",
    )


@exhibit
def grades(table: pd.DataFrame, reader: Reader) -> Exhibit:
    """Computed beside manual grades, counted."""
    kinds = {True: reader.text("cv-traded"), False: reader.text("cv-not-traded")}
    columns = [
        Column("kind", reader.text("cv-kind-of-customer")),
        Column("grade", reader.text("cv-grade-manual"), "label", dimension="grade"),
        Column("proposed_grade", reader.text("cv-grade-computed")),
        Column("customers", reader.text("cv-customers"), "count", "bar", adds=True),
        Column("amount_12_months", reader.text("cv-amount-12"), "money", adds=True),
    ]
    return display(
        table.assign(kind=table["is_traded"].map(kinds)),
        columns,
        reader,
        title=reader.text("cv-grades-title"),
        subtitle=reader.text("cv-grades-subtitle"),
        ident="grades",
    )


@exhibit
def grade_differences(table: pd.DataFrame, reader: Reader, *, top: int) -> Exhibit:
    """Customers whose computed grade differs from the one set by hand."""
    columns = [
        Column("name", reader.text("cv-customer")),
        Column("grade", reader.text("cv-grade-manual")),
        Column("proposed_grade", reader.text("cv-grade-computed")),
        Column("reason", reader.text("cv-grade-reason"), "label", dimension="grade-reason"),
        Column("value_12_months", reader.text("cv-value-12"), "money"),
        Column("wallet", reader.text("cv-wallet"), "money"),
    ]
    return display(
        table,
        columns,
        reader,
        top=top,
        other=False,
        title=reader.text("cv-grade-differences-title", customers=len(table)),
        subtitle=reader.text("cv-grade-differences-subtitle"),
        ident="grade-differences",
    )


@exhibit
def segments(table: pd.DataFrame, reader: Reader) -> Exhibit:
    """The segments, what sets them apart, and how they changed since last month."""
    columns = [
        Column("segment", reader.text("cv-segment"), "label", dimension="segment"),
        Column("customers", reader.text("cv-customers"), "count", "bar", adds=True),
        Column("change", reader.text("cv-change"), "count", "change", good="", adds=True),
        Column("share_of_customers", reader.text("cv-share-of-customers"), "percent"),
        Column("share_of_amount", reader.text("cv-share-of-amount"), "percent"),
        Column("days_quiet", reader.text("cv-median-quiet"), "count", hint=reader.text("cv-in-days")),
        Column("orders_12_months", reader.text("cv-orders-12"), "number"),
        Column("spend", reader.text("cv-median-purchase"), "money"),
        Column("value_12_months", reader.text("cv-value-12"), "money", adds=True),
    ]
    return display(
        table.assign(orders_12_months=table["orders_12_months"].round(1)),
        columns,
        reader,
        title=_title(table, reader, "cv-segments-title", lambda row: {
            "segment": reader.label("segment", row["segment"]),
            "customers": reader.percent(float(row["share_of_customers"])),
            "amount": reader.percent(float(row["share_of_amount"])),
        }),
        subtitle=reader.text("cv-segments-subtitle"),
        ident="segments",
    )  # fmt: skip


@exhibit
def segment_moves(table: pd.DataFrame, facts: pd.DataFrame, reader: Reader) -> Exhibit:
    """Who moved from which segment to which since last month."""
    fact, moves = facts.iloc[0], table.loc[table["source"] != ""].reset_index(drop=True)
    return charts.flow(
        moves,
        reader,
        source=Column("source", reader.text("cv-from"), "label", dimension="segment"),
        target=Column("target", reader.text("cv-to"), "label", dimension="segment"),
        value=Column("customers", reader.text("cv-customers"), "count"),
        title=reader.text("cv-moves-title", customers=int(moves["customers"].sum())),
        subtitle=reader.text(
            "cv-moves-subtitle",
            share=reader.percent(float(fact["moved_a_month"])),
            bounced=reader.percent(float(fact["bounced"])),
            since=reader.date(fact["started_on"]),
        ),
        ident="segment-moves",
    )


@exhibit
def repeat_lines(table: pd.DataFrame, reader: Reader) -> Exhibit:
    """Expected value of repeat sales by product line: lines the customer knows, and new ones."""
    return charts.stacked(
        table.assign(part=[reader.label("cv-sale-kind", kind) for kind in table["kind"]]),
        reader,
        name=Column("product_line", reader.text("cv-line"), "label", dimension="product_line"),
        part=Column("part", reader.text("cv-sale-kind")),
        value=Column("expected_value", reader.text("cv-expected-value"), "money"),
        title=reader.text("cv-repeat-lines-title"),
        subtitle=reader.text("cv-repeat-lines-subtitle"),
        ident="repeat-lines",
    )


@exhibit
def repeat_sales(table: pd.DataFrame, reader: Reader, *, top: int) -> Exhibit:
    """Which line to propose next to whom: lines the customer has not bought yet."""
    new = table.loc[table["kind"] == "new"].reset_index(drop=True)
    columns = [
        Column("name", reader.text("cv-customer")),
        Column("market", reader.text("cv-market"), "label", dimension="market"),
        Column("product_line", reader.text("cv-line"), "label", dimension="product_line"),
        Column("probability", reader.text("cv-chance"), "percent", "bar"),
        Column("expected_amount", reader.text("cv-amount-if"), "money"),
        Column("expected_value", reader.text("cv-expected-value"), "money", adds=True),
    ]
    return display(
        new,
        columns,
        reader,
        top=top,
        title=reader.text("cv-repeat-title", proposals=len(new)),
        subtitle=reader.text("cv-repeat-subtitle"),
        ident="repeat-sales",
    )


def _wallet_note(table: pd.DataFrame, reader: Reader) -> str:
    """Of how many customers the wallet is known, as potential stands on it."""
    known, every = int(table["wallets_recorded"].sum()), int(table["customers"].sum())
    which = "none" if known == 0 else "all" if known == every else "some"
    note = reader.text("cv-matrix-note", which=which, known=known, all=every)
    outgrown = int(table["wallets_outgrown"].sum())
    return f"{note} {reader.text('cv-matrix-outgrown', number=outgrown)}" if outgrown else note


def _fifth(reader: Reader, name: str, number: int) -> str:
    """`5 most often`: a fifth's number, with a word at both ends."""
    word = {1: reader.text(f"cv-{name}-1"), 5: reader.text(f"cv-{name}-5")}.get(number, "")
    return f"{number} {word}".strip()


def _interval(reader: Reader, name: str, key: str) -> Column:
    label = reader.text(key)
    return Column(name, label, "money", "interval", low=f"{name}_low", high=f"{name}_high", adds=False)


def _title(
    table: pd.DataFrame, reader: Reader, key: str, values: Callable[[pd.Series], dict[str, str]]
) -> str:
    """A title from the first row; the empty variant where there is none."""
    if table.empty:
        return reader.text(f"{key}-empty")
    return reader.text(key, **values(table.iloc[0]))


def _cell(table: pd.DataFrame, column: str, key: str) -> int:
    return int(table.loc[table[column] == key, "customers"].sum())
