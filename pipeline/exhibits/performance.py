"""Exhibits of the performance chapter."""

from functools import partial

import pandas as pd

from pipeline.exhibits import charts
from pipeline.exhibits.columns import Column
from pipeline.exhibits.exhibit import Exhibit, Figure, Table, exhibit, left_out
from pipeline.exhibits.people import named_people
from pipeline.exhibits.reader import Reader
from pipeline.exhibits.tables import table
from pipeline.findings import Missing

PARTS = ("qualified_deals", "win_rate", "average_amount", "share_in_time", "repeat_sales", "still_to_come")
TO_DATE = "to_date"


@exhibit
def attainment(rows: pd.DataFrame, reader: Reader) -> Table:
    """The whole by horizon and metric."""
    year = rows.loc[(rows["horizon"] == "year") & (rows["metric"] == "contracts")].iloc[0]
    named = rows.assign(
        name=[
            reader.text(
                "performance-metric-of-period",
                metric=reader.label("performance-metric", metric),
                period=reader.period(key),
            )
            for metric, key in zip(rows["metric"], rows["period"], strict=True)
        ]
    )
    return table(
        named,
        [
            Column("name", reader.text("performance-metric")),
            Column("actual", reader.text("performance-actual"), "money"),
            Column("plan_to_date", reader.text("performance-plan-to-date"), "money"),
            Column("attainment_to_date", reader.text("performance-attainment-to-date"), "percent", "bar"),
            Column("target", reader.text("performance-target"), "money"),
            Column("attainment", reader.text("performance-attainment"), "percent"),
            Column("last_year", reader.text("performance-last-year"), "money"),
            Column("growth", reader.text("performance-growth"), "percent", "change"),
        ],
        reader,
        title=reader.text(
            "performance-attainment-title",
            period=reader.period(year["period"]),
            share=reader.percent(year["attainment_to_date"]),
        ),
        ident="attainment",
    )


@exhibit
def attainment_by(
    rows: pd.DataFrame,
    reader: Reader,
    cut: str,
    *,
    horizon: str = "year",
    people: pd.DataFrame | None = None,
    listed: int = 20,
) -> Table:
    """One dimension's contracts against plan."""
    mine = named_people(rows.loc[(rows["cut"] == cut) & (rows["horizon"] == horizon)], "value", people)
    behind = mine.loc[mine["gap_to_date"] > 0]
    worst = next(iter(behind.nlargest(1, "gap_to_date").to_dict("records")), None)
    has_plan = bool(mine["plan_to_date"].notna().any())
    title = reader.text("performance-by-none" if has_plan else "performance-by-plain")
    if worst is not None:
        place, gap = reader.label(cut, worst["value"]), reader.money(worst["gap_to_date"])
        title = reader.text("performance-by-title", value=place, gap=gap)
    return table(
        mine,
        [
            Column("value", reader.text(f"performance-{cut.replace('_', '-')}"), "label", dimension=cut),
            Column("actual", reader.text("performance-actual"), "money", adds=True),
            Column("plan_to_date", reader.text("performance-plan-to-date"), "money", adds=True),
            Column("attainment_to_date", reader.text("performance-attainment-to-date"), "percent", "bar"),
            Column("gap_to_date", reader.text("performance-gap-to-date"), "money", adds=True),
            Column("last_year", reader.text("performance-last-year"), "money", adds=True),
            Column("growth", reader.text("performance-growth"), "percent", "change"),
        ],
        reader,
        sort="gap_to_date",
        top=listed,
        total=True,
        title=title,
        ident=f"attainment-by-{cut.replace('_', '-')}",
    )


@exhibit
def landing(rows: pd.DataFrame, reader: Reader) -> Table:
    """Where month, quarter and year will land."""
    mine = rows.loc[rows["dimension"] == "company"]
    year = mine.loc[mine["period"] == "year"].iloc[0]
    named = mine.assign(name=[reader.period(key) for key in mine["period_key"]])
    return table(
        named,
        [
            Column("name", reader.text("performance-period")),
            Column("signed", reader.text("performance-signed"), "money"),
            Column(
                "landing", reader.text("performance-landing"), "money", "interval", low="low", high="high"
            ),
            Column("target", reader.text("performance-target"), "money"),
            Column("gap", reader.text("performance-gap"), "money"),
            Column("probability_of_target", reader.text("performance-probability"), "percent"),
        ],
        reader,
        title=reader.text(
            "performance-landing-title",
            period=reader.period(year["period_key"]),
            landing=reader.money(year["landing"]),
            probability=reader.percent(year["probability_of_target"]),
        ),
        subtitle=reader.text("performance-landing-subtitle"),
        ident="landing",
    )


@exhibit
def gap_bridge(rows: pd.DataFrame, reader: Reader, horizon: str = "year", basis: str = TO_DATE) -> Exhibit:
    """From plan to what is reached, each part of the gap a column."""
    mine = _gaps(rows, basis, "company", horizon)
    if mine.empty:
        return left_out(Missing("missing-gap-to-target", reason="reason-landing-not-split"), reader)
    whole = mine.iloc[0]
    parts = _parts(mine)
    names = ["plan", *parts, "actual"]
    amounts = [whole["plan"], *(-whole[part] for part in parts), whole["reached"]]
    frame = pd.DataFrame(
        {"part": names, "amount": amounts, "is_total": [n in {"plan", "actual"} for n in names]}
    )
    named = _basis(basis)
    ends = {end: reader.text(f"performance-bridge-{end}-{named}") for end in ("plan", "actual")}
    labels = [ends.get(name) or reader.label("gap-part", name) for name in names]
    return charts.bridge(
        frame.assign(part=labels),
        reader,
        name=Column("part", reader.text("performance-part")),
        value=Column("amount", reader.text("performance-amount"), "money"),
        title=reader.text(
            f"performance-bridge-title-{named}",
            period=reader.period(whole["period"]),
            gap=reader.money(abs(whole["gap"])),
            side="short" if whole["gap"] > 0 else "over",
        ),
        subtitle=reader.text(f"performance-bridge-subtitle-{named}"),
        ident=f"gap-bridge-{named}",
    )


@exhibit
def gaps(
    rows: pd.DataFrame,
    reader: Reader,
    cut: str,
    *,
    horizon: str = "year",
    basis: str = TO_DATE,
    people: pd.DataFrame | None = None,
    listed: int = 20,
) -> Exhibit:
    """The gap of every value of a dimension with its parts."""
    mine = named_people(_gaps(rows, basis, cut, horizon), "value", people if cut == "person" else None)
    if mine.empty:
        return left_out(Missing("missing-gap-by-cut", tables=("targets",)), reader)
    worst = mine.nlargest(1, "gap").to_dict("records")[0]
    parts = [Column(part, reader.label("gap-part", part), "money") for part in _parts(mine)]
    named = _basis(basis)
    return table(
        mine,
        [
            Column("value", reader.text(f"performance-{cut.replace('_', '-')}"), "label", dimension=cut),
            Column("gap", reader.text("performance-gap"), "money", "change", adds=True, good="down"),
            *parts,
        ],
        reader,
        sort="gap",
        top=listed,
        total=True,
        title=reader.text(
            f"performance-gaps-title-{named}",
            value=reader.label(cut, worst["value"]),
            gap=reader.money(worst["gap"]),
            side="short" if worst["gap"] > 0 else "over",
        ),
        note=reader.text("performance-gaps-note"),
        ident=f"gaps-by-{cut.replace('_', '-')}" + ("" if basis == TO_DATE else "-to-target"),
    )


def _gaps(rows: pd.DataFrame, basis: str, cut: str, horizon: str) -> pd.DataFrame:
    return rows.loc[(rows["basis"] == basis) & (rows["cut"] == cut) & (rows["horizon"] == horizon)]


def _basis(basis: str) -> str:
    return basis.replace("_", "-")


def _parts(rows: pd.DataFrame) -> list[str]:
    """Parts that are there: of a period that is over nothing is still to come."""
    return [part for part in PARTS if part != "still_to_come" or (rows[part] != 0).any()]


@exhibit
def causes(rows: pd.DataFrame, reader: Reader) -> Table:
    """Tested causes with figure, money and remedy."""
    met = rows.loc[rows["is_met"]]
    write = partial(_figure, reader)
    shown = rows.assign(
        figure_text=list(map(write, rows["cause"], rows["figure"])),
        usual_text=list(map(write, rows["cause"], rows["usual"])),
        verdict=[
            reader.text("performance-met-yes" if flag else "performance-met-no") for flag in rows["is_met"]
        ],
        verdict_level=["warn" if flag else "plain" for flag in rows["is_met"]],
        remedy=[reader.label("performance-remedy", cause) for cause in rows["cause"]],
    )
    return table(
        shown,
        [
            Column("cause", reader.text("performance-cause"), "label", dimension="performance-cause"),
            Column("verdict", reader.text("performance-verdict"), shape="status"),
            Column("figure_text", reader.text("performance-figure")),
            Column("usual_text", reader.text("performance-usual")),
            Column("money", reader.text("performance-money"), "money"),
            Column("share_of_gap", reader.text("performance-share-of-gap"), "percent"),
            Column("remedy", reader.text("performance-remedy")),
        ],
        reader,
        title=reader.text("performance-causes-title", number=len(met)),
        note=reader.text("performance-causes-note"),
        ident="causes",
    )


def _figure(reader: Reader, cause: str, value: float) -> str:
    if cause == "too_few_deals":
        return reader.count(value)
    return reader.money(value) if cause in {"shrinking_deals", "repeat_sales"} else reader.percent(value)


@exhibit
def required(rows: pd.DataFrame, reader: Reader, cut: str = "company") -> Table:
    """Qualified deals still needed and by when."""
    mine = rows.loc[rows["cut"] == cut]
    named = mine.assign(period=[reader.period(key) for key in mine["period"]])
    segment = [] if cut == "company" else [
        Column("value", reader.text(f"performance-{cut.replace('_', '-')}"), "label", dimension=cut)
    ]  # fmt: skip
    return table(
        named,
        [
            Column("period", reader.text("performance-period")),
            *segment,
            Column("missing", reader.text("performance-missing"), "money"),
            Column("expected_open", reader.text("performance-expected-open"), "money"),
            Column("expected_repeat", reader.text("performance-expected-repeat"), "money"),
            Column("still_needed", reader.text("performance-still-needed"), "money"),
            Column("expected_new", reader.text("performance-expected-new"), "money"),
            Column("needed_deals", reader.text("performance-needed-deals"), "count"),
            Column("short_deals", reader.text("performance-short-deals"), "count"),
            Column("needed_by", reader.text("performance-needed-by"), "week"),
            Column("weeks_left", reader.text("performance-weeks-left"), "number"),
        ],
        reader,
        title=reader.text(
            "performance-required-title",
            deals=int(_of_quarters(mine)["needed_deals"].sum()),
            short=int(_of_quarters(mine)["short_deals"].sum()),
        ),
        note=reader.text("performance-required-note"),
        ident=f"required-{cut.replace('_', '-')}",
    )


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
              for name in ("history_share", "potential_share", "unit_share", "seasonal_share")]  # fmt: skip
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
            Column("proposed", reader.text("performance-proposed"), "money", "bar", adds=True),
        ],
        reader,
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
            history=reader.number(reader.company.performance.history_weight),
            potential=reader.number(1 - reader.company.performance.history_weight),
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
    return table(
        failing,
        [
            Column("period", reader.text("performance-period")),
            Column("metric", reader.text("performance-metric"), "label", dimension="performance-metric"),
            Column("market", reader.text("performance-market"), "label", dimension="market"),
            Column("person", reader.text("performance-person"), "label", dimension="person"),
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


def _of_quarters(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of quarters alone, so that no deal is counted for its month and its quarter."""
    quarters = rows.loc[rows["period"].str.contains("-Q")]
    return quarters if len(quarters) else rows
