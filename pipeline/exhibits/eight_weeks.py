"""Exhibits of the eight-week table: the weeks, what carries them, what slipped, how good they were."""

from collections.abc import Sequence

import pandas as pd

from pipeline.exhibits import charts
from pipeline.exhibits.columns import Column
from pipeline.exhibits.exhibit import Figure, Note, Table, exhibit
from pipeline.exhibits.forecast import no_units, of_metric, phrase
from pipeline.exhibits.people import named_people
from pipeline.exhibits.reader import Reader
from pipeline.exhibits.tables import table

BASELINES = ("mean_13_weeks", "last_year")


@exhibit
@of_metric
def weeks(rows: pd.DataFrame, reader: Reader, metric: str = "contracts") -> Figure:
    """The next eight weeks with their range."""
    mine = rows[rows["metric"] == metric]
    return charts.bars(
        mine.assign(name=[reader.week(start) for start in mine["week_start"]]),
        reader,
        name=Column("name", phrase(reader, "week")),
        value=Column("expected", phrase(reader, f"metric-{metric}"), "money", low="low", high="high"),
        more=(Column("from_known_items", phrase(reader, f"known-{metric}"), "money"),),
        title=phrase(
            reader,
            "weeks-title",
            metric=phrase(reader, f"metric-{metric}"),
            expected=reader.money(mine["expected"].sum()),
        ),
        subtitle=phrase(reader, "weeks-subtitle"),
        ident=f"weeks-{metric}",
    )


@exhibit
@of_metric
def week_by_week(
    rows: pd.DataFrame,
    reader: Reader,
    dimension: str,
    metric: str = "contracts",
    people: pd.DataFrame | None = None,
) -> Table | Note:
    """Eight weeks by the values of a dimension."""
    mine = rows[(rows["metric"] == metric) & (rows["dimension"] == dimension)]
    if mine.empty:
        return no_units(dimension, reader)
    wide = mine.pivot_table(index="value", columns="lead", values="expected", sort=False)
    wide.columns = [f"week_{lead}" for lead in wide.columns]
    starts = mine.drop_duplicates("lead").set_index("lead")["week_start"]
    total = wide.sum(axis=1)
    ends = mine.drop_duplicates("value").set_index("value")[["total_low", "total_high"]].reindex(wide.index)
    weekly = [
        Column(f"week_{lead}", reader.date(start.date()), "money", adds=True)
        for lead, start in starts.items()
    ]
    return table(
        named_people(
            wide.assign(total=total, **ends).reset_index(),
            "value",
            people if dimension == "person" else None,
        ),
        [
            Column(
                "value",
                phrase(reader, f"dimension-{dimension.replace('_', '-')}"),
                "label",
                dimension=dimension,
            ),
            Column(
                "total", phrase(reader, "eight-weeks"), "money", low="total_low", high="total_high", adds=True
            ),
            *weekly,
        ],
        reader,
        sort="total",
        top=20,
        total=True,
        title=phrase(
            reader,
            "week-by-week-title",
            metric=phrase(reader, f"metric-{metric}"),
            dimension=phrase(reader, f"dimension-{dimension.replace('_', '-')}"),
        ),
        subtitle=phrase(reader, "week-by-week-subtitle"),
        ident=f"week-by-week-{dimension}-{metric}".replace("_", "-"),
    )


@exhibit
def past_week(rows: pd.DataFrame, reader: Reader) -> Table:
    """Last week's actual against each earlier forecast for it."""
    leads = [lead for lead in range(1, 9) if rows[f"forecast_{lead}"].notna().any()]
    return table(
        rows.assign(kind=[phrase(reader, f"metric-{metric}") for metric in rows["metric"]]),
        [
            Column("kind", phrase(reader, "metric")),
            Column("actual", phrase(reader, "actual"), "money"),
            *[
                Column(f"forecast_{lead}", phrase(reader, "weeks-before", weeks=lead), "money")
                for lead in leads
            ],
        ],
        reader,
        title=phrase(reader, "past-week-title", week=reader.week(rows["week_start"].iloc[0])),
        ident="past-week",
    )


@exhibit
@of_metric
def weekly_accuracy(rows: pd.DataFrame, reader: Reader, metric: str = "contracts") -> Table:
    """How good forecasts made one to eight weeks ahead have been."""
    mine = rows[rows["metric"] == metric]
    return table(
        mine,
        [
            Column("lead", phrase(reader, "weeks-ahead"), "count"),
            *_judged(BASELINES, reader, "bias", "coverage_80"),
        ],
        reader,
        title=phrase(
            reader,
            "weekly-accuracy-title",
            metric=phrase(reader, f"metric-{metric}"),
            error=reader.percent(mine["error"].iloc[0]),
        )
        if len(mine)
        else phrase(reader, "weekly-accuracy-none"),
        ident=f"weekly-accuracy-{metric}",
    )


@exhibit
def weekly_record(rows: pd.DataFrame, reader: Reader) -> Table:
    """How good the sum of all eight weeks has been, beside its baselines."""
    used = [reader.label("baseline", name) if name else "" for name in rows["used"]]
    return table(
        rows.assign(kind=[phrase(reader, f"metric-{metric}") for metric in rows["metric"]], used=used),
        [
            Column("kind", phrase(reader, "metric")),
            *_judged(BASELINES, reader),
            *([Column("used", phrase(reader, "used-instead"))] if any(used) else []),
        ],
        reader,
        title=phrase(reader, "weekly-record-title", error=reader.percent(rows["error"].iloc[0])),
        subtitle=phrase(reader, "weekly-record-subtitle"),
        ident="weekly-record",
    )


@exhibit
@of_metric
def weekly_levels(rows: pd.DataFrame, reader: Reader, metric: str = "contracts") -> Table:
    """How good eight weeks by unit have been, one row per dimension, beside the units' own baselines."""
    mine = rows[rows["metric"] == metric]
    baselines = [name for name in BASELINES if mine[f"error_{name}"].notna().any()]
    best = mine[[f"error_{name}" for name in baselines]].min(axis=1)
    names = [phrase(reader, f"dimension-{name.replace('_', '-')}") for name in mine["dimension"]]
    return table(
        mine.assign(name=names),
        [
            Column("name", phrase(reader, "judged-level")),
            Column("units", phrase(reader, "units-judged"), "count"),
            *_judged(baselines, reader, "bias", "coverage_80"),
        ],
        reader,
        title=phrase(
            reader,
            "weekly-levels-title",
            metric=phrase(reader, f"metric-{metric}"),
            ahead=int((mine["error"] <= best).sum()),
            levels=len(mine),
        ),
        subtitle=phrase(reader, "weekly-levels-subtitle"),
        note=phrase(reader, "weekly-levels-note"),
        ident=f"weekly-levels-{metric}",
    )


@exhibit
def deals(rows: pd.DataFrame, reader: Reader) -> Table:
    """The open deals that carry the eight weeks."""
    return table(
        rows,
        [
            *_which_deal(rows, reader),
            Column("chance", phrase(reader, "chance-eight-weeks"), "percent"),
            Column("expected", phrase(reader, "expected"), "money", "bar", adds=True),
            Column("likely_week", phrase(reader, "likely-week"), "count"),
            Column("expected_close_on", phrase(reader, "planned-close"), "date"),
            Column("pushes", phrase(reader, "pushes"), "count"),
        ],
        reader,
        title=phrase(reader, "deals-title", deals=len(rows), expected=reader.money(rows["expected"].sum())),
        note=phrase(reader, "deals-note"),
        ident="deals",
    )


@exhibit
def invoices(rows: pd.DataFrame, reader: Reader) -> Table:
    """The unpaid invoices that carry the collections."""
    return table(
        rows,
        [
            Column("invoice_id", phrase(reader, "invoice")),
            Column("customer_id", phrase(reader, "customer")),
            Column("person", phrase(reader, "dimension-person"), "label", dimension="person"),
            Column("due_on", phrase(reader, "due"), "date"),
            Column("days_overdue", phrase(reader, "days-overdue"), "count"),
            Column("amount", phrase(reader, "open-amount"), "money", adds=True),
            Column("chance", phrase(reader, "chance-eight-weeks"), "percent"),
            Column("expected", phrase(reader, "expected"), "money", "bar", adds=True),
            Column("likely_week", phrase(reader, "likely-week"), "count"),
        ],
        reader,
        title=phrase(
            reader, "invoices-title", invoices=len(rows), expected=reader.money(rows["expected"].sum())
        ),
        ident="invoices",
    )


@exhibit
def slipped(rows: pd.DataFrame, reader: Reader) -> Table:
    """Deals that were due and did not come, and why."""
    return table(
        rows,
        [
            *_which_deal(rows, reader),
            Column("was_expected_on", phrase(reader, "was-expected"), "date"),
            Column("expected_on", phrase(reader, "now-expected"), "date"),
            Column("pushes", phrase(reader, "pushes"), "count"),
            Column("why", phrase(reader, "why"), "label", dimension="slip"),
        ],
        reader,
        top=25,
        sort="amount",
        title=phrase(reader, "slipped-title", deals=len(rows), amount=reader.money(rows["amount"].sum())),
        ident="slipped",
    )


@exhibit
def sufficiency(rows: pd.DataFrame, reader: Reader) -> Table:
    """Weighted pipeline over what is missing to the month's target, by business line."""
    names = [
        reader.label("business_line", value) if value else phrase(reader, "dimension-company")
        for value in rows["value"]
    ]
    return table(
        rows.assign(name=names),
        [
            Column("name", phrase(reader, "dimension-business-line")),
            Column("target", phrase(reader, "target"), "money"),
            Column("signed", phrase(reader, "signed"), "money"),
            Column("from_open_deals", phrase(reader, "from-open-deals"), "money"),
            Column("sufficiency", phrase(reader, "sufficiency"), "percent", "bar"),
            Column("coverage", phrase(reader, "coverage-ratio"), "ratio"),
        ],
        reader,
        title=phrase(reader, "sufficiency-title"),
        note=phrase(reader, "sufficiency-note"),
        ident="sufficiency",
    )


def _judged(baselines: Sequence[str], reader: Reader, *more: str) -> list[Column]:
    """The columns that say how often a forecast was judged, how far it missed, and its baselines."""
    return [
        Column("replays", phrase(reader, "replays"), "count"),
        Column("error", phrase(reader, "error"), "percent"),
        *[Column(name, phrase(reader, name.replace("_", "-")), "percent") for name in more],
        *[
            Column(
                f"error_{name}",
                phrase(reader, "error-of", baseline=reader.label("baseline", name)),
                "percent",
            )
            for name in baselines
        ],
    ]


def _which_deal(rows: pd.DataFrame, reader: Reader) -> list[Column]:
    """The columns that say which deal a row is about; its name where the company names deals."""
    named = [Column("name", phrase(reader, "deal"))] if (rows["name"].fillna("") != "").any() else []
    return [
        *named,
        Column("opportunity_id", phrase(reader, "deal-id")),
        Column("person", phrase(reader, "dimension-person"), "label", dimension="person"),
        Column("stage", phrase(reader, "stage"), "label", dimension="stage"),
        Column("amount", phrase(reader, "amount"), "money", adds=True),
    ]
