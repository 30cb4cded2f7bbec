"""Exhibits of the performance chapter: where we stand against target, and why."""

from functools import partial

import pandas as pd

from pipeline.exhibits import charts
from pipeline.exhibits.columns import Column, with_values
from pipeline.exhibits.exhibit import Exhibit, Table, exhibit, left_out
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
        with_values(
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
            named,
        ),
        reader,
        title=_attainment_title(year, reader),
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
) -> Exhibit:
    """One dimension's contracts against plan."""
    mine = named_people(rows.loc[(rows["cut"] == cut) & (rows["horizon"] == horizon)], "value", people)
    if set(mine["value"]) <= {""}:
        return left_out(Missing("missing-attainment-by-cut", reason="reason-nothing-assigned"), reader)
    behind = mine.loc[mine["gap_to_date"] > 0]
    worst = next(iter(behind.nlargest(1, "gap_to_date").to_dict("records")), None)
    has_plan = bool(mine["plan_to_date"].notna().any())
    title = reader.text("performance-by-none" if has_plan else "performance-by-plain")
    if worst is not None:
        place, gap = reader.label(cut, worst["value"]), reader.money(worst["gap_to_date"])
        title = reader.text("performance-by-title", value=place, gap=gap)
    return table(
        mine,
        with_values(
            [
                Column("value", reader.text(f"performance-{cut.replace('_', '-')}"), "label", dimension=cut),
                Column("actual", reader.text("performance-actual"), "money", adds=True),
                Column("plan_to_date", reader.text("performance-plan-to-date"), "money", adds=True),
                Column("attainment_to_date", reader.text("performance-attainment-to-date"), "percent", "bar"),
                Column("gap_to_date", reader.text("performance-gap-to-date"), "money", adds=True),
                Column("last_year", reader.text("performance-last-year"), "money", adds=True),
                Column("growth", reader.text("performance-growth"), "percent", "change"),
            ],
            mine,
        ),
        reader,
        sort="gap_to_date" if has_plan else "actual",
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
        with_values(
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
            named,
        ),
        reader,
        title=_landing_title(year, reader),
        subtitle=reader.text("performance-landing-subtitle"),
        ident="landing",
    )


def _attainment_title(year: pd.Series, reader: Reader) -> str:
    named = reader.period(year["period"])
    if pd.isna(year["attainment_to_date"]):
        actual = reader.money(float(year["actual"]))
        return reader.text("performance-attainment-plain", period=named, actual=actual)
    share = reader.percent(year["attainment_to_date"])
    return reader.text("performance-attainment-title", period=named, share=share)


def _landing_title(year: pd.Series, reader: Reader) -> str:
    named, landed = reader.period(year["period_key"]), reader.money(float(year["landing"]))
    if pd.isna(year["target"]):
        return reader.text("performance-landing-plain", period=named, landing=landed)
    chance = reader.percent(year["probability_of_target"])
    return reader.text("performance-landing-title", period=named, landing=landed, probability=chance)


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
            *(_to_target(reader) if rows["money_to_target"].notna().any() else []),
            Column("remedy", reader.text("performance-remedy")),
        ],
        reader,
        title=reader.text("performance-causes-title", number=len(met)),
        subtitle=reader.text("performance-causes-subtitle"),
        note=reader.text("performance-causes-note"),
        ident="causes",
    )


def _to_target(reader: Reader) -> list[Column]:
    """What each cause makes of the gap to the target."""
    return [
        Column("money_to_target", reader.text("performance-money-to-target"), "money"),
        Column("share_to_target", reader.text("performance-share-to-target"), "percent"),
    ]


def _figure(reader: Reader, cause: str, value: float) -> str:
    if cause == "too_few_deals":
        return reader.count(value)
    return reader.money(value) if cause in {"shrinking_deals", "repeat_sales"} else reader.percent(value)


@exhibit
def required(rows: pd.DataFrame, reader: Reader, cut: str = "company") -> Table:
    """Qualified deals still needed and by when; of segments those that need some."""
    mine = rows.loc[rows["cut"] == cut]
    title = "performance-required-title"
    if not _of_quarters(mine)["needed_deals"].sum():
        title = "performance-required-none"
    if cut != "company":
        title = "performance-required-by-title"
        mine = mine.loc[mine["needed_deals"] > 0]
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
            *([Column("weeks_left", reader.text("performance-weeks-left"), "number")] if not segment else []),
        ],
        reader,
        title=reader.text(
            title,
            units=int(_of_quarters(mine)["value"].nunique()),
            deals=int(_of_quarters(mine)["needed_deals"].sum()),
            short=int(_of_quarters(mine)["short_deals"].sum()),
        ),
        note=reader.text("performance-required-note"),
        ident=f"required-{cut.replace('_', '-')}",
    )


def _of_quarters(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of quarters alone, so that no deal is counted for its month and its quarter."""
    quarters = rows.loc[rows["period"].str.contains("-Q")]
    return quarters if len(quarters) else rows
