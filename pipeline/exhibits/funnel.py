"""Exhibits of the funnel."""

import pandas as pd

from pipeline.exhibits import charts
from pipeline.exhibits.columns import Column
from pipeline.exhibits.exhibit import Exhibit, Figure, Table, exhibit, left_out
from pipeline.exhibits.people import named_people
from pipeline.exhibits.reader import Reader
from pipeline.exhibits.tables import table
from pipeline.findings import Missing


@exhibit
def waterfall(steps: pd.DataFrame, reader: Reader, since: object, ident: str = "waterfall") -> Exhibit:
    """From the pipeline at a day to that at the book's date, each cause a column."""
    ends = steps.loc[steps["is_total"]]
    if not ends["deals"].any():
        return left_out(Missing("missing-waterfall-of-span", reason="reason-no-deal-due"), reader)
    in_money = Column("amount", reader.text("funnel-amount"), "money")
    in_deals = Column("deals_change", reader.text("funnel-deals"), "count")
    # Where open deals have no amounts, the pipeline is counted in deals.
    unpriced = not ends["amount"].any() and bool(ends["deals"].any())
    value, other = (in_deals, in_money) if unpriced else (in_money, in_deals)
    start, end = (reader.write(amount, value.kind) for amount in ends[value.name])
    title = f"funnel-{ident}-deals-title" if unpriced else f"funnel-{ident}-title"
    return charts.bridge(
        steps.loc[(steps[value.name] != 0) | steps["is_total"]],
        reader,
        name=Column("step", reader.text("funnel-step"), "label", dimension="funnel-step"),
        value=value,
        more=(other,),
        title=reader.text(title, start=start, end=end),
        subtitle=reader.text(f"funnel-{ident}-subtitle", since=reader.date(since)),
        ident=ident,
    )


@exhibit
def moves(rows: pd.DataFrame, reader: Reader, listed: int = 15) -> Table:
    """The deals behind the waterfall, the largest first."""
    return table(
        rows,
        [
            Column("name", reader.text("funnel-deal")),
            Column("step", reader.text("funnel-step"), "label", dimension="funnel-step"),
            Column("amount", reader.text("funnel-amount"), "money", "change", good=""),
            Column("market", reader.text("funnel-market"), "label", dimension="market"),
        ],
        reader,
        top=listed,
        other=False,
        title=reader.text("funnel-moves-title", number=len(rows)),
        ident="moves",
    )


@exhibit
def flow(pairs: pd.DataFrame, reader: Reader) -> Figure:
    """From which stage the deals went to which."""
    pairs = _in_stage_order(pairs, reader)
    named = pairs.assign(
        source=[_state(reader, key) for key in pairs["source"]],
        target=[_state(reader, key) for key in pairs["target"]],
    )
    moved = pairs.loc[(pairs["source"] != pairs["target"]) & (pairs["source"] != "new")]
    in_money = Column("amount", reader.text("funnel-amount"), "money")
    in_deals = Column("deals", reader.text("funnel-deals"), "count")
    unpriced = pairs.loc[pairs["amount"] <= 0, "deals"].sum() > pairs["deals"].sum() / 2
    value, other = (in_deals, in_money) if unpriced else (in_money, in_deals)
    return charts.flow(
        named,
        reader,
        source=Column("source", reader.text("funnel-from")),
        target=Column("target", reader.text("funnel-to")),
        value=value,
        more=(other,),
        title=reader.text(
            "funnel-flow-title", moved=int(moved["deals"].sum()), deals=int(pairs["deals"].sum())
        ),
        ident="flow",
    )


@exhibit
def flow_deals(rows: pd.DataFrame, reader: Reader, listed: int = 30) -> Table:
    """The deals behind the bands of the flow: those that changed their state, the largest first."""
    moved = rows.loc[rows["source"] != rows["target"]]
    named = moved.assign(
        source=[_state(reader, key) for key in moved["source"]],
        target=[_state(reader, key) for key in moved["target"]],
    )
    return table(
        named,
        [
            Column("name", reader.text("funnel-deal")),
            Column("source", reader.text("funnel-from")),
            Column("target", reader.text("funnel-to")),
            Column("amount", reader.text("funnel-amount"), "money"),
            Column("market", reader.text("funnel-market"), "label", dimension="market"),
        ],
        reader,
        sort="amount",
        top=listed,
        other=False,
        title=reader.text(
            "funnel-flow-deals-title",
            number=len(moved),
            new=int((moved["source"] == "new").sum()),
        ),
        note=reader.text("funnel-flow-deals-note"),
        ident="flow-deals",
    )


@exhibit
def closed_in(rows: pd.DataFrame, reader: Reader) -> Table:
    """What became known in the span beside what closed in it."""
    won = rows.set_index("outcome").loc["won"]
    return table(
        rows,
        [
            Column("outcome", reader.text("funnel-state"), "label", dimension="funnel-state"),
            Column("became_known", reader.text("funnel-became-known"), "count"),
            Column("closed", reader.text("funnel-closed-in"), "count"),
        ],
        reader,
        title=reader.text("funnel-closed-in-title", known=won["became_known"], closed=won["closed"]),
        note=reader.text("funnel-closed-in-note"),
        ident="closed-in",
    )


def _in_stage_order(pairs: pd.DataFrame, reader: Reader) -> pd.DataFrame:
    """Bands from the first stage down; what ended comes last."""
    order = ["new", *(stage.key for stage in reader.company.stages), "open", "won", "lost", "invalid"]
    place = {key: number for number, key in enumerate(order)}
    ranks = [pairs[end].map(place).fillna(len(place)) for end in ("source", "target")]
    ranked = pairs.assign(first=ranks[0], second=ranks[1]).sort_values(["first", "second"], kind="stable")
    return ranked.drop(columns=["first", "second"]).reset_index(drop=True)


def _state(reader: Reader, key: str) -> str:
    stages = {stage.key for stage in reader.company.stages}
    return reader.label("stage", key) if key in stages else reader.label("funnel-state", key)


@exhibit
def stages(rows: pd.DataFrame, reader: Reader) -> Table:
    """Conversion and time by stage."""
    weakest = next(iter(rows.nsmallest(1, "conversion").to_dict("records")), None)
    title = reader.text("funnel-stages-none") if weakest is None else reader.text(
        "funnel-stages-title",
        stage=reader.label("stage", weakest["stage"]),
        share=reader.percent(weakest["conversion"]),
    )  # fmt: skip
    return table(
        rows,
        [
            Column("stage", reader.text("funnel-stage"), "label", dimension="stage"),
            Column("entered", reader.text("funnel-entered"), "count"),
            Column("conversion", reader.text("funnel-conversion"), "percent", "interval",
                   low="conversion_low", high="conversion_high"),
            Column("median_days", reader.text("funnel-median-days"), "count", "interval",
                   low="median_days_low", high="median_days_high"),
            Column("moved_on", reader.text("funnel-moved-on"), "count"),
            Column("lost", reader.text("funnel-lost"), "count"),
            Column("invalid", reader.text("funnel-invalid"), "count"),
            Column("still_there", reader.text("funnel-still-there"), "count"),
        ],
        reader,
        title=title,
        subtitle=reader.text("funnel-stages-subtitle"),
        ident="stages",
    )  # fmt: skip


@exhibit
def irregular(rows: pd.DataFrame, reader: Reader) -> Table:
    """Skipped and backward moves."""
    return table(
        rows,
        [
            Column("stage", reader.text("funnel-stage"), "label", dimension="stage"),
            Column("skipped", reader.text("funnel-skipped"), "count", adds=True),
            Column("fell_back", reader.text("funnel-fell-back"), "count", adds=True),
        ],
        reader,
        title=reader.text(
            "funnel-irregular-title", skipped=int(rows["skipped"].sum()), back=int(rows["fell_back"].sum())
        ),
        ident="irregular",
    )


@exhibit
def qualified(rows: pd.DataFrame, reader: Reader) -> Table:
    """Qualification rate of recent deals."""
    row = rows.iloc[0]
    return table(
        rows,
        [
            Column("created", reader.text("funnel-created"), "count"),
            Column("rate", reader.text("funnel-qualification-rate"), "percent", "interval",
                   low="rate_low", high="rate_high"),
            Column("raw_rate", reader.text("funnel-raw-rate"), "percent"),
            Column("qualified", reader.text("funnel-qualified"), "count"),
            Column("dropped", reader.text("funnel-dropped"), "count"),
            Column("undecided", reader.text("funnel-undecided"), "count"),
        ],
        reader,
        title=reader.text("funnel-qualified-title", rate=reader.percent(row["rate"])),
        ident="qualified",
    )  # fmt: skip


@exhibit
def velocity(rows: pd.DataFrame, reader: Reader) -> Exhibit:
    """Sales velocity and its factors."""
    if not rows["qualified_deals"].any():
        return left_out(Missing("missing-velocity", reason="reason-no-qualified-deal"), reader)
    return table(
        rows,
        [
            Column("velocity", reader.text("funnel-velocity"), "money"),
            Column("qualified_deals", reader.text("funnel-qualified-deals"), "count"),
            Column("win_rate", reader.text("funnel-win-rate"), "percent"),
            Column("average_amount", reader.text("funnel-average-amount"), "money"),
            Column("cycle_days", reader.text("funnel-cycle"), "days"),
        ],
        reader,
        title=reader.text("funnel-velocity-title", velocity=reader.money(rows["velocity"].iloc[0])),
        ident="velocity",
    )


@exhibit
def coverage(rows: pd.DataFrame, reader: Reader) -> Table:
    """Coverage and sufficiency of the coming months and quarters."""
    quarter = rows.loc[rows["kind"] == "quarter"].iloc[0]
    named = rows.assign(period=[reader.period(key) for key in rows["period"]])
    return table(
        named,
        [
            Column("period", reader.text("funnel-period")),
            Column("missing", reader.text("funnel-missing-amount"), "money"),
            Column("open_amount", reader.text("funnel-open-amount"), "money"),
            Column("coverage", reader.text("funnel-coverage"), "ratio"),
            Column("weighted", reader.text("funnel-weighted"), "money"),
            Column("sufficiency", reader.text("funnel-sufficiency"), "percent"),
            Column("create_and_close", reader.text("funnel-create-and-close"), "money"),
            Column("repeat", reader.text("funnel-repeat"), "money"),
            Column("sufficiency_in_all", reader.text("funnel-sufficiency-in-all"), "percent"),
        ],
        reader,
        title=reader.text(
            "funnel-coverage-title" if quarter["coverage"] >= 0 else "funnel-coverage-plain",
            period=reader.period(quarter["period"]),
            coverage=reader.write(quarter["coverage"], "ratio"),
            sufficiency=reader.percent(quarter["sufficiency"]),
            weighted=reader.money(quarter["weighted"]),
        ),
        note=reader.text("funnel-coverage-note"),
        ident="coverage",
    )


@exhibit
def needed(rows: pd.DataFrame, reader: Reader) -> Figure:
    """The coverage that past quarters really needed, seen from the same point in each."""
    typical = rows["needed"].median()
    return charts.periods(
        rows.assign(quarter=[reader.period(key) for key in rows["quarter"]]),
        reader,
        moment=Column("quarter", reader.text("funnel-quarter")),
        value=Column("needed", reader.text("funnel-needed"), "ratio"),
        more=tuple(
            Column(name, reader.text(f"funnel-{name.replace('_', '-')}"), "money")
            for name in (
                "open_amount",
                "from_existing",
                "created_and_closed",
                "known_late",
                "without_deal",
                "brought",
            )
        ),
        title=reader.text("funnel-needed-title", typical=reader.write(typical, "ratio")),
        subtitle=reader.text("funnel-needed-subtitle"),
        ident="needed",
    )


@exhibit
def coverage_by(
    rows: pd.DataFrame,
    reader: Reader,
    cut: str,
    *,
    period: str = "",
    people: pd.DataFrame | None = None,
    listed: int = 20,
) -> Exhibit:
    """Coverage of a coming period by a dimension; of the nearest quarter if none is named."""
    chosen = period or rows.loc[rows["kind"] == "quarter", "period"].iloc[0]
    mine = rows.loc[(rows["cut"] == cut) & (rows["period"] == chosen)]
    mine = named_people(mine, "value", people if cut == "person" else None)
    if mine["target"].isna().all() and not mine["open_amount"].any():
        return left_out(Missing("missing-coverage-by-cut", reason="reason-no-target-no-amount"), reader)
    known = mine.dropna(subset=["sufficiency"])
    thin = next(iter(known.nsmallest(1, "sufficiency").to_dict("records")), None)
    written = reader.period(chosen)
    title = reader.text("funnel-coverage-by-plain", period=written) if thin is None else reader.text(
        "funnel-coverage-by-title",
        value=reader.label(cut, thin["value"]),
        period=written,
        sufficiency=reader.percent(thin["sufficiency"]),
    )  # fmt: skip
    return table(
        mine,
        [
            Column("value", reader.text(f"funnel-{cut.replace('_', '-')}"), "label", dimension=cut),
            Column("target", reader.text("funnel-target"), "money", adds=True),
            Column("signed", reader.text("funnel-signed"), "money", adds=True),
            Column("missing", reader.text("funnel-missing-amount"), "money", adds=_adds_up(mine)),
            Column("open_amount", reader.text("funnel-open-amount"), "money", adds=True),
            Column("weighted", reader.text("funnel-weighted"), "money", adds=True),
            Column("coverage", reader.text("funnel-coverage"), "ratio"),
            Column("sufficiency", reader.text("funnel-sufficiency"), "percent", "bar"),
        ],
        reader,
        sort="sufficiency",
        ascending=True,
        top=listed,
        total=True,
        title=title,
        ident=f"coverage-by-{cut.replace('_', '-')}",
    )


def _adds_up(rows: pd.DataFrame) -> bool:
    """Whether what is missing adds up to the whole: not where someone is above target."""
    return bool(abs((rows["target"] - rows["signed"] - rows["missing"]).sum()) < 1)


@exhibit
def shape(rows: pd.DataFrame, reader: Reader) -> Table:
    """The tests of the funnel's shape; the first that is met names it."""
    met = rows.loc[rows["is_met"], "shape"]
    name = met.iloc[0] if len(met) else "healthy"
    return table(
        rows.assign(
            met=[reader.text("funnel-met-yes" if met else "funnel-met-no") for met in rows["is_met"]],
            tested=[reader.text(f"funnel-shape-{n.replace('_', '-')}-test") for n in rows["shape"]],
            met_level=["warn" if met else "plain" for met in rows["is_met"]],
            remedy=[reader.text(f"funnel-shape-{n.replace('_', '-')}-finding-do") for n in rows["shape"]],
        ),
        [
            Column("shape", reader.text("funnel-shape"), "label", dimension="funnel-shape"),
            Column("tested", reader.text("funnel-tested")),
            Column("figure", reader.text("funnel-figure"), "ratio"),
            Column("threshold", reader.text("funnel-threshold"), "ratio"),
            Column("met", reader.text("funnel-met"), shape="status"),
            Column("remedy", reader.text("funnel-remedy")),
        ],
        reader,
        title=reader.text("funnel-shape-title", shape=reader.label("funnel-shape", name)),
        subtitle=reader.text("funnel-shape-subtitle"),
        ident="shape",
    )


@exhibit
def shape_ratios(rows: pd.DataFrame, reader: Reader) -> Figure:
    """Deals early, in the middle and late against what is usual."""
    return charts.bars(
        rows,
        reader,
        name=Column("part", reader.text("funnel-part"), "label", dimension="funnel-part"),
        value=Column("ratio", reader.text("funnel-ratio"), "ratio"),
        more=(
            Column("deals_now", reader.text("funnel-deals-now"), "count"),
            Column("deals_usual", reader.text("funnel-deals-usual"), "number"),
        ),
        reference=(1.0, reader.text("funnel-usual")),
        title=reader.text("funnel-ratios-title", deals=reader.count(rows["deals_now"].sum())),
        ident="shape-ratios",
    )
