"""Exhibits of the sales forecast and of the eight-week rolling table."""

import pandas as pd

from pipeline.exhibits import charts
from pipeline.exhibits.columns import Column
from pipeline.exhibits.exhibit import Figure, Table, exhibit
from pipeline.exhibits.reader import Reader
from pipeline.exhibits.tables import table

SHOWN_MONTHS = 30
BASELINES = ("seasonal_naive", "trailing_mean", "weighted_pipeline", "target")


@exhibit
def fan(outlook: pd.DataFrame, reader: Reader, metric: str = "contracts") -> Figure:
    """The past months and the next ones with their 80% band."""
    mine = outlook[outlook["metric"] == metric]
    past, ahead = mine[mine["expected"].isna()].tail(SHOWN_MONTHS), mine[mine["expected"].notna()]
    joined = pd.concat([
        past.assign(shown=past["amount"], low=past["amount"], high=past["amount"]),
        ahead.assign(shown=ahead["expected"], low=ahead["low_80"], high=ahead["high_80"]),
    ])  # fmt: skip
    first = ahead.iloc[0]
    return charts.line(
        joined,
        reader,
        moment=Column("month", _t(reader, "month"), "month"),
        value=Column("shown", _t(reader, f"metric-{metric}"), "money", low="low", high="high"),
        forecast_from=first["month"].date(),
        title=_t(
            reader,
            "fan-title",
            metric=_t(reader, f"metric-{metric}"),
            expected=reader.money(first["expected"]),
            month=reader.month(first["month"]),
        ),
        subtitle=_t(reader, "fan-subtitle"),
        ident="outlook" if metric == "contracts" else f"outlook-{metric}",
    )


@exhibit
def vintages(rows: pd.DataFrame, reader: Reader, metric: str = "contracts") -> Figure:
    """What the last months' forecasts said, against what came."""
    mine = rows[rows["metric"] == metric]
    came = mine.dropna(subset=["actual"]).drop_duplicates("month").sort_values("month")
    lines = [came.assign(line=_t(reader, "actual"), shown=came["actual"])]
    for origin in sorted(mine["origin"].unique())[::-2][:3]:
        made = mine[mine["origin"] == origin]
        lines.append(
            made.assign(
                line=_t(reader, "made-at", day=reader.date(pd.Timestamp(origin).date())),
                shown=made["expected"],
            )
        )
    return charts.line(
        pd.concat(lines),
        reader,
        moment=Column("month", _t(reader, "month"), "month"),
        value=Column("shown", _t(reader, f"metric-{metric}"), "money"),
        group=Column("line", _t(reader, "vintage")),
        title=_t(reader, "vintages-title", metric=_t(reader, f"metric-{metric}")),
        subtitle=_t(reader, "vintages-subtitle"),
        ident=f"vintages-{metric}",
    )


@exhibit
def landing(rows: pd.DataFrame, reader: Reader) -> Table:
    """Month, quarter and year: what is signed, what is coming, and the target."""
    mine = rows[rows["dimension"] == "company"]
    quarter = mine[mine["period"] == "quarter"].iloc[0]
    return table(
        mine.assign(name=[reader.period(key) for key in mine["period_key"]]),
        [
            Column("name", _t(reader, "period")),
            Column("signed", _t(reader, "signed"), "money"),
            Column("from_open_deals", _t(reader, "from-open-deals"), "money"),
            Column("not_yet_created", _t(reader, "not-yet-created"), "money"),
            Column("landing", _t(reader, "landing"), "money", "interval", low="low", high="high"),
            Column("target", _t(reader, "target"), "money"),
            Column("gap", _t(reader, "gap"), "money"),
            Column("probability_of_target", _t(reader, "chance"), "percent"),
            Column("required_pipeline", _t(reader, "required-pipeline"), "money"),
        ],
        reader,
        title=_t(
            reader,
            "landing-title",
            landing=reader.money(quarter["landing"]),
            period=reader.period(quarter["period_key"]),
        ),
        subtitle=_t(reader, "landing-subtitle"),
        note=_t(reader, "landing-note"),
        ident="landing",
    )


@exhibit
def landing_by(
    rows: pd.DataFrame, reader: Reader, dimension: str = "market", period: str = "quarter"
) -> Table:
    """One period's landing by the values of a dimension."""
    mine = rows[(rows["dimension"] == dimension) & (rows["period"] == period)]
    return table(
        mine,
        [
            Column(
                "value", _t(reader, f"dimension-{dimension.replace('_', '-')}"), "label", dimension=dimension
            ),
            Column("signed", _t(reader, "signed"), "money", adds=True),
            Column("from_open_deals", _t(reader, "from-open-deals"), "money", adds=True),
            Column("not_yet_created", _t(reader, "not-yet-created"), "money", adds=True),
            Column("landing", _t(reader, "landing"), "money", low="low", high="high", adds=True),
            Column("target", _t(reader, "target"), "money", adds=True),
            Column("gap", _t(reader, "gap"), "money", adds=True),
            Column("probability_of_target", _t(reader, "chance"), "percent"),
        ],
        reader,
        sort="gap",
        top=25,
        total=True,
        title=_t(
            reader,
            "landing-by-title",
            dimension=_t(reader, f"dimension-{dimension.replace('_', '-')}"),
            period=reader.period(mine["period_key"].iloc[0]) if len(mine) else "",
        ),
        subtitle=_t(reader, "landing-subtitle"),
        ident=f"landing-by-{dimension}".replace("_", "-"),
    )


@exhibit
def hierarchy(rows: pd.DataFrame, reader: Reader, dimension: str, metric: str = "contracts") -> Table:
    """The forecast by the values of a dimension, with their paths."""
    mine = rows[(rows["metric"] == metric) & (rows["dimension"] == dimension)]
    return table(
        mine,
        [
            Column(
                "value", _t(reader, f"dimension-{dimension.replace('_', '-')}"), "label", dimension=dimension
            ),
            Column("path", _t(reader, "path"), "money", "sparkline"),
            Column("last_12_months", _t(reader, "last-12-months"), "money", adds=True),
            Column("next_12_months", _t(reader, "next-12-months"), "money", adds=True),
            Column("growth", _t(reader, "growth"), "percent"),
            Column(
                "next_month",
                _t(reader, "next-month"),
                "money",
                low="next_month_low",
                high="next_month_high",
                adds=True,
            ),
        ],
        reader,
        sort="next_12_months",
        top=20,
        total=True,
        title=_t(
            reader,
            "hierarchy-title",
            metric=_t(reader, f"metric-{metric}"),
            dimension=_t(reader, f"dimension-{dimension.replace('_', '-')}"),
        ),
        subtitle=_t(reader, "hierarchy-subtitle"),
        ident=f"hierarchy-{dimension}-{metric}".replace("_", "-"),
    )


@exhibit
def bridge(rows: pd.DataFrame, reader: Reader) -> Figure:
    """From last month's landing of the year to this month's."""
    amounts = rows.set_index("step")["amount"]
    change = amounts["revision-landing"] - amounts["revision-last-landing"]
    return charts.bridge(
        rows.assign(name=[_t(reader, step) for step in rows["step"]]),
        reader,
        name=Column("name", _t(reader, "step")),
        value=Column("amount", _t(reader, "amount"), "money"),
        title=_t(reader, "bridge-title", change=reader.money(change, signed=True)),
        subtitle=_t(reader, "bridge-subtitle"),
        ident="revision",
    )


@exhibit
def accuracy(rows: pd.DataFrame, reader: Reader, metric: str = "contracts") -> Table:
    """Errors, bias, coverage and skill of the replayed forecasts, by level and months ahead."""
    mine = rows[rows["metric"] == metric]
    names = [
        _t(
            reader,
            "level-ahead",
            level=_t(reader, f"dimension-{str(row.level).replace('_', '-')}"),
            first=str(row.months_from),
            last=str(row.months_to),
        )
        for _, row in mine.iterrows()
    ]
    best = mine.iloc[0]
    shown = [name for name in BASELINES if mine[f"error_{name}"].notna().any()]
    return table(
        mine.assign(name=names),
        [
            Column("name", _t(reader, "level")),
            Column("replays", _t(reader, "replays"), "count"),
            Column("error", _t(reader, "error"), "percent"),
            Column("bias", _t(reader, "bias"), "percent"),
            Column("coverage_80", _t(reader, "coverage-80"), "percent"),
            Column("coverage_95", _t(reader, "coverage-95"), "percent"),
            Column("interval_score_80", _t(reader, "interval-score"), "number"),
            *[
                Column(
                    f"error_{name}",
                    _t(reader, "error-of", baseline=reader.label("baseline", name)),
                    "percent",
                )
                for name in shown
            ],
            *[
                Column(
                    f"skill_{name}",
                    _t(reader, "skill-against", baseline=reader.label("baseline", name)),
                    "percent",
                )
                for name in shown
            ],
        ],
        reader,
        title=_t(
            reader,
            "accuracy-title",
            error=reader.percent(best["error"]),
            metric=_t(reader, f"metric-{metric}"),
        ),
        subtitle=_t(reader, "accuracy-subtitle"),
        note=_t(reader, "accuracy-note"),
        ident="accuracy" if metric == "contracts" else f"accuracy-{metric}",
    )


@exhibit
def landing_track(rows: pd.DataFrame, reader: Reader) -> Table:
    """The landing's error by months that were still to come, beside its baselines."""
    shown = [name for name in ("time_series", *BASELINES) if f"error_{name}" in rows]
    return table(
        rows,
        [
            Column("months_ahead", _t(reader, "months-to-come"), "count"),
            Column("replays", _t(reader, "replays"), "count"),
            Column("error", _t(reader, "landing-error"), "percent"),
            *[
                Column(
                    f"error_{name}",
                    _t(reader, "error-of", baseline=reader.label("baseline", name)),
                    "percent",
                )
                for name in shown
            ],
        ],
        reader,
        title=_t(reader, "landing-track-title", error=reader.percent(rows["error"].iloc[0])),
        subtitle=_t(reader, "landing-track-subtitle"),
        ident="landing-track",
    )


@exhibit
def one_off(rows: pd.DataFrame, reader: Reader) -> Table:
    """Months that the models did not take at face value."""
    names = [
        reader.label(str(row.dimension), str(row.value)) if row.value else _t(reader, "dimension-company")
        for _, row in rows.iterrows()
    ]
    return table(
        rows.assign(name=names, kind=[_t(reader, f"metric-{metric}") for metric in rows["metric"]]),
        [
            Column("name", _t(reader, "unit")),
            Column("kind", _t(reader, "metric")),
            Column("month", _t(reader, "month"), "month"),
            Column("amount", _t(reader, "amount"), "money"),
            Column("limited_to", _t(reader, "limited-to"), "money"),
        ],
        reader,
        sort="month",
        title=_t(reader, "one-off-title", months=len(rows)),
        note=_t(reader, "one-off-note"),
        ident="one-off",
    )


@exhibit
def models(rows: pd.DataFrame, reader: Reader) -> Table:
    """Shares of the models, their backtest errors, and the calendar's effects."""
    return table(
        rows.assign(kind=[_t(reader, f"metric-{metric}") for metric in rows["metric"]]),
        [
            Column("kind", _t(reader, "metric")),
            Column("months", _t(reader, "months-of-history"), "count"),
            Column("theta_and_damped", _t(reader, "share-statistical"), "percent"),
            Column("boosted", _t(reader, "share-boosted"), "percent"),
            Column("seasonal_naive", _t(reader, "share-naive"), "percent"),
            Column("backtest_error", _t(reader, "backtest-error"), "number"),
            Column("backtest_error_naive", _t(reader, "backtest-error-naive"), "number"),
            Column("working_days", _t(reader, "working-days"), "number"),
            Column("festival", _t(reader, "festival"), "number"),
        ],
        reader,
        title=_t(reader, "models-title"),
        note=_t(reader, "models-note"),
        ident="models",
    )


@exhibit
def weeks(rows: pd.DataFrame, reader: Reader, metric: str = "contracts") -> Figure:
    """The next eight weeks with their range."""
    mine = rows[rows["metric"] == metric]
    return charts.bars(
        mine.assign(name=[reader.week(start) for start in mine["week_start"]]),
        reader,
        name=Column("name", _t(reader, "week")),
        value=Column("expected", _t(reader, f"metric-{metric}"), "money", low="low", high="high"),
        more=(Column("from_known_items", _t(reader, f"known-{metric}"), "money"),),
        title=_t(
            reader,
            "weeks-title",
            metric=_t(reader, f"metric-{metric}"),
            expected=reader.money(mine["expected"].sum()),
        ),
        subtitle=_t(reader, "weeks-subtitle"),
        ident=f"weeks-{metric}",
    )


@exhibit
def week_by_week(rows: pd.DataFrame, reader: Reader, dimension: str, metric: str = "contracts") -> Table:
    """Eight weeks by the values of a dimension."""
    mine = rows[(rows["metric"] == metric) & (rows["dimension"] == dimension)]
    wide = mine.pivot_table(index="value", columns="lead", values="expected", sort=False)
    wide.columns = [f"week_{lead}" for lead in wide.columns]
    starts = mine.drop_duplicates("lead").set_index("lead")["week_start"]
    total = wide.sum(axis=1)
    weekly = [
        Column(f"week_{lead}", reader.date(start.date()), "money", adds=True)
        for lead, start in starts.items()
    ]
    return table(
        wide.assign(total=total).reset_index(),
        [
            Column(
                "value", _t(reader, f"dimension-{dimension.replace('_', '-')}"), "label", dimension=dimension
            ),
            Column("total", _t(reader, "eight-weeks"), "money", "bar", adds=True),
            *weekly,
        ],
        reader,
        sort="total",
        top=20,
        total=True,
        title=_t(
            reader,
            "week-by-week-title",
            metric=_t(reader, f"metric-{metric}"),
            dimension=_t(reader, f"dimension-{dimension.replace('_', '-')}"),
        ),
        subtitle=_t(reader, "week-by-week-subtitle"),
        ident=f"week-by-week-{dimension}-{metric}".replace("_", "-"),
    )


@exhibit
def past_week(rows: pd.DataFrame, reader: Reader) -> Table:
    """Last week's actual against each earlier forecast for it."""
    leads = [lead for lead in range(1, 9) if rows[f"forecast_{lead}"].notna().any()]
    return table(
        rows.assign(kind=[_t(reader, f"metric-{metric}") for metric in rows["metric"]]),
        [
            Column("kind", _t(reader, "metric")),
            Column("actual", _t(reader, "actual"), "money"),
            *[Column(f"forecast_{lead}", _t(reader, "weeks-before", weeks=lead), "money") for lead in leads],
        ],
        reader,
        title=_t(reader, "past-week-title", week=reader.week(rows["week_start"].iloc[0])),
        ident="past-week",
    )


@exhibit
def weekly_accuracy(rows: pd.DataFrame, reader: Reader, metric: str = "contracts") -> Table:
    """How good forecasts made one to eight weeks ahead have been."""
    mine = rows[rows["metric"] == metric]
    return table(
        mine,
        [
            Column("lead", _t(reader, "weeks-ahead"), "count"),
            Column("replays", _t(reader, "replays"), "count"),
            Column("error", _t(reader, "error"), "percent"),
            Column("bias", _t(reader, "bias"), "percent"),
            Column("coverage_80", _t(reader, "coverage-80"), "percent"),
            Column(
                "error_mean_13_weeks",
                _t(reader, "error-of", baseline=reader.label("baseline", "mean_13_weeks")),
                "percent",
            ),
            Column(
                "error_last_year",
                _t(reader, "error-of", baseline=reader.label("baseline", "last_year")),
                "percent",
            ),
        ],
        reader,
        title=_t(
            reader,
            "weekly-accuracy-title",
            metric=_t(reader, f"metric-{metric}"),
            error=reader.percent(mine["error"].iloc[0]),
        )
        if len(mine)
        else _t(reader, "weekly-accuracy-none"),
        ident=f"weekly-accuracy-{metric}",
    )


@exhibit
def deals(rows: pd.DataFrame, reader: Reader) -> Table:
    """The open deals that carry the eight weeks."""
    return table(
        rows,
        [
            Column("name", _t(reader, "deal")),
            Column("opportunity_id", _t(reader, "deal-id")),
            Column("person", _t(reader, "dimension-person"), "label", dimension="person"),
            Column("stage", _t(reader, "stage"), "label", dimension="stage"),
            Column("amount", _t(reader, "amount"), "money", adds=True),
            Column("chance", _t(reader, "chance-eight-weeks"), "percent"),
            Column("expected", _t(reader, "expected"), "money", "bar", adds=True),
            Column("likely_week", _t(reader, "likely-week"), "count"),
            Column("expected_close_on", _t(reader, "planned-close"), "date"),
            Column("pushes", _t(reader, "pushes"), "count"),
        ],
        reader,
        title=_t(reader, "deals-title", deals=len(rows), expected=reader.money(rows["expected"].sum())),
        note=_t(reader, "deals-note"),
        ident="deals",
    )


@exhibit
def invoices(rows: pd.DataFrame, reader: Reader) -> Table:
    """The unpaid invoices that carry the collections."""
    return table(
        rows,
        [
            Column("invoice_id", _t(reader, "invoice")),
            Column("customer_id", _t(reader, "customer")),
            Column("person", _t(reader, "dimension-person"), "label", dimension="person"),
            Column("due_on", _t(reader, "due"), "date"),
            Column("days_overdue", _t(reader, "days-overdue"), "count"),
            Column("amount", _t(reader, "open-amount"), "money", adds=True),
            Column("chance", _t(reader, "chance-eight-weeks"), "percent"),
            Column("expected", _t(reader, "expected"), "money", "bar", adds=True),
            Column("likely_week", _t(reader, "likely-week"), "count"),
        ],
        reader,
        title=_t(reader, "invoices-title", invoices=len(rows), expected=reader.money(rows["expected"].sum())),
        ident="invoices",
    )


@exhibit
def slipped(rows: pd.DataFrame, reader: Reader) -> Table:
    """Deals that were due and did not come, and why."""
    return table(
        rows,
        [
            Column("name", _t(reader, "deal")),
            Column("opportunity_id", _t(reader, "deal-id")),
            Column("person", _t(reader, "dimension-person"), "label", dimension="person"),
            Column("stage", _t(reader, "stage"), "label", dimension="stage"),
            Column("amount", _t(reader, "amount"), "money", adds=True),
            Column("was_expected_on", _t(reader, "was-expected"), "date"),
            Column("expected_on", _t(reader, "now-expected"), "date"),
            Column("pushes", _t(reader, "pushes"), "count"),
            Column("why", _t(reader, "why"), "label", dimension="slip"),
        ],
        reader,
        top=25,
        sort="amount",
        title=_t(reader, "slipped-title", deals=len(rows), amount=reader.money(rows["amount"].sum())),
        ident="slipped",
    )


@exhibit
def sufficiency(rows: pd.DataFrame, reader: Reader) -> Table:
    """Weighted pipeline over what is missing to the month's target, by business line."""
    names = [
        reader.label("business_line", value) if value else _t(reader, "dimension-company")
        for value in rows["value"]
    ]
    return table(
        rows.assign(name=names),
        [
            Column("name", _t(reader, "dimension-business-line")),
            Column("target", _t(reader, "target"), "money"),
            Column("signed", _t(reader, "signed"), "money"),
            Column("from_open_deals", _t(reader, "from-open-deals"), "money"),
            Column("sufficiency", _t(reader, "sufficiency"), "percent", "bar"),
            Column("coverage", _t(reader, "coverage-ratio"), "ratio"),
        ],
        reader,
        title=_t(reader, "sufficiency-title"),
        note=_t(reader, "sufficiency-note"),
        ident="sufficiency",
    )


def _t(reader: Reader, key: str, **values: object) -> str:
    return reader.text(f"forecast-{key}", **values)
