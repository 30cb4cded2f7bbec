"""Exhibits of the sales forecast and of the eight-week rolling table."""

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

import pandas as pd

from pipeline.exhibits import charts
from pipeline.exhibits.columns import Column
from pipeline.exhibits.exhibit import Exhibit, Figure, Note, Table, exhibit, left_out
from pipeline.exhibits.people import named_people
from pipeline.exhibits.reader import Reader
from pipeline.exhibits.tables import table
from pipeline.findings import Missing

SHOWN_MONTHS = 30
P = ParamSpec("P")
Drawn = TypeVar("Drawn", bound=Exhibit)
TABLES = {"contracts": ("orders", "opportunities"), "collections": ("payments",)}


def of_metric(
    draw: Callable[Concatenate[pd.DataFrame, Reader, P], Drawn],
) -> Callable[Concatenate[pd.DataFrame, Reader, P], Drawn | Note]:
    """An exhibit of one metric's rows leaves itself out, saying so, where the data have no such metric."""

    @functools.wraps(draw)
    def drawn_or_left_out(
        rows: pd.DataFrame, reader: Reader, /, *args: P.args, **kwargs: P.kwargs
    ) -> Drawn | Note:
        metric = str(kwargs.get("metric", "contracts"))
        if not (rows["metric"] == metric).any():
            return left_out(Missing(f"missing-forecast-of-{metric}", TABLES[metric]), reader)
        return draw(rows, reader, *args, **kwargs)

    return drawn_or_left_out


def no_units(dimension: str, reader: Reader) -> Note:
    """The note in place of a table by a dimension that the data do not have."""
    return left_out(
        Missing(f"missing-by-{dimension.replace('_', '-')}", reason="reason-dimension-unused"), reader
    )


@exhibit
@of_metric
def fan(outlook: pd.DataFrame, reader: Reader, metric: str = "contracts") -> Figure:
    """The past months and the next ones with their 80% band."""
    mine = outlook[outlook["metric"] == metric]
    past, ahead = mine[mine["expected"].isna()].tail(SHOWN_MONTHS), mine[mine["expected"].notna()]
    joined = pd.concat([
        past.assign(shown=past["amount"], low=float("nan"), high=float("nan")),
        ahead.assign(shown=ahead["expected"], low=ahead["low_80"], high=ahead["high_80"]),
    ])  # fmt: skip
    first = ahead.iloc[0]
    return charts.line(
        joined,
        reader,
        moment=Column("month", phrase(reader, "month"), "month"),
        value=Column("shown", phrase(reader, f"metric-{metric}"), "money", low="low", high="high"),
        forecast_from=first["month"].date(),
        title=phrase(
            reader,
            "fan-title",
            metric=phrase(reader, f"metric-{metric}"),
            expected=reader.money(first["expected"]),
            month=reader.month(first["month"]),
        ),
        subtitle=phrase(reader, "fan-subtitle"),
        ident="outlook" if metric == "contracts" else f"outlook-{metric}",
    )


@exhibit
@of_metric
def vintages(rows: pd.DataFrame, reader: Reader, metric: str = "contracts") -> Figure:
    """What the last months' forecasts said, against what came."""
    mine = rows[rows["metric"] == metric]
    came = mine.dropna(subset=["actual"]).drop_duplicates("month").sort_values("month")
    lines = [came.assign(line=phrase(reader, "actual"), shown=came["actual"])]
    for origin in sorted(mine["origin"].unique())[::-2][:3]:
        made = mine[mine["origin"] == origin]
        lines.append(
            made.assign(
                line=phrase(reader, "made-at", day=reader.date(pd.Timestamp(origin).date())),
                shown=made["expected"],
            )
        )
    return charts.line(
        pd.concat(lines),
        reader,
        moment=Column("month", phrase(reader, "month"), "month"),
        value=Column("shown", phrase(reader, f"metric-{metric}"), "money"),
        group=Column("line", phrase(reader, "vintage")),
        title=phrase(reader, "vintages-title", metric=phrase(reader, f"metric-{metric}")),
        subtitle=phrase(reader, "vintages-subtitle"),
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
            Column("name", phrase(reader, "period")),
            Column("signed", phrase(reader, "signed"), "money"),
            Column("from_open_deals", phrase(reader, "from-open-deals"), "money"),
            Column("not_yet_created", phrase(reader, "not-yet-created"), "money"),
            Column("landing", phrase(reader, "landing"), "money", low="low", high="high"),
            *(
                [
                    Column("target", phrase(reader, "target"), "money"),
                    Column("gap", phrase(reader, "gap"), "money"),
                    Column("probability_of_target", phrase(reader, "chance"), "percent"),
                    Column("required_pipeline", phrase(reader, "required-pipeline"), "money"),
                ]
                if mine["target"].notna().any()
                else []
            ),
        ],
        reader,
        title=phrase(
            reader,
            "landing-title",
            landing=reader.money(quarter["landing"]),
            period=reader.period(quarter["period_key"]),
        ),
        subtitle=_landing_subtitle(mine, reader),
        note=phrase(reader, "landing-note") if mine["target"].notna().any() else "",
        ident="landing",
    )


def _landing_subtitle(rows: pd.DataFrame, reader: Reader) -> str:
    return phrase(reader, f"landing-subtitle{'' if rows['low'].notna().any() else '-no-interval'}")


@exhibit
def landing_by(
    rows: pd.DataFrame, reader: Reader, dimension: str = "market", period: str = "quarter"
) -> Table | Note:
    """One period's landing by the values of a dimension."""
    mine = rows[(rows["dimension"] == dimension) & (rows["period"] == period)]
    if mine.empty:
        return no_units(dimension, reader)
    has_targets = bool(mine["target"].notna().any())
    return table(
        mine,
        [
            Column(
                "value",
                phrase(reader, f"dimension-{dimension.replace('_', '-')}"),
                "label",
                dimension=dimension,
            ),
            Column("signed", phrase(reader, "signed"), "money", adds=True),
            Column("from_open_deals", phrase(reader, "from-open-deals"), "money", adds=True),
            Column("not_yet_created", phrase(reader, "not-yet-created"), "money", adds=True),
            Column("landing", phrase(reader, "landing"), "money", low="low", high="high", adds=True),
            *(
                [
                    Column("target", phrase(reader, "target"), "money", adds=True),
                    Column("gap", phrase(reader, "gap"), "money", adds=True),
                    Column("probability_of_target", phrase(reader, "chance"), "percent"),
                ]
                if has_targets
                else []
            ),
        ],
        reader,
        sort="gap" if has_targets else "landing",
        top=25,
        total=True,
        title=phrase(
            reader,
            "landing-by-title",
            dimension=phrase(reader, f"dimension-{dimension.replace('_', '-')}"),
            period=reader.period(mine["period_key"].iloc[0]) if len(mine) else "",
        ),
        subtitle=_landing_subtitle(mine, reader),
        ident=f"landing-by-{dimension}".replace("_", "-"),
    )


@exhibit
@of_metric
def hierarchy(
    rows: pd.DataFrame,
    reader: Reader,
    dimension: str,
    metric: str = "contracts",
    people: pd.DataFrame | None = None,
) -> Table | Note:
    """The forecast by the values of a dimension, with their paths."""
    mine = rows[(rows["metric"] == metric) & (rows["dimension"] == dimension)]
    if mine.empty:
        return no_units(dimension, reader)
    return table(
        named_people(mine, "value", people if dimension == "person" else None),
        [
            Column(
                "value",
                phrase(reader, f"dimension-{dimension.replace('_', '-')}"),
                "label",
                dimension=dimension,
            ),
            Column("path", phrase(reader, "path"), "money", "sparkline"),
            Column("last_12_months", phrase(reader, "last-12-months"), "money", adds=True),
            Column("next_12_months", phrase(reader, "next-12-months"), "money", adds=True),
            Column("growth", phrase(reader, "growth"), "percent"),
            Column(
                "next_month",
                phrase(reader, "next-month"),
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
        title=phrase(
            reader,
            "hierarchy-title",
            metric=phrase(reader, f"metric-{metric}"),
            dimension=phrase(reader, f"dimension-{dimension.replace('_', '-')}"),
        ),
        subtitle=phrase(reader, "hierarchy-subtitle"),
        ident=f"hierarchy-{dimension}-{metric}".replace("_", "-"),
    )


@exhibit
def bridge(rows: pd.DataFrame, reader: Reader) -> Figure:
    """What moved the year's landing since last month: the changes alone, small beside the landing itself."""
    amounts = rows.set_index("step")["amount"]
    before, now = amounts["revision-last-landing"], amounts["revision-landing"]
    steps = rows[~rows["is_total"]]
    whole = pd.DataFrame([{"step": "revision-in-all", "amount": now - before, "is_total": True}])
    shown = pd.concat([steps, whole], ignore_index=True)
    return charts.bridge(
        shown.assign(name=[phrase(reader, step) for step in shown["step"]]),
        reader,
        name=Column("name", phrase(reader, "step")),
        value=Column("amount", phrase(reader, "amount"), "money"),
        title=phrase(reader, "bridge-title", change=reader.money(now - before, signed=True)),
        subtitle=phrase(reader, "bridge-subtitle", before=reader.money(before), now=reader.money(now)),
        ident="revision",
    )


@exhibit
def large_sales(rows: pd.DataFrame, reader: Reader) -> Table:
    """Single sales so large that what they brought beyond a cap is evened out."""
    return table(
        rows.assign(kind=[phrase(reader, f"metric-{metric}") for metric in rows["metric"]]),
        [
            Column("kind", phrase(reader, "metric")),
            Column("cap", phrase(reader, "evened-beyond"), "money"),
            Column("sales", phrase(reader, "larger-sales"), "count"),
            Column("beyond", phrase(reader, "brought-beyond"), "money"),
            Column("share", phrase(reader, "share-of-all"), "percent"),
        ],
        reader,
        title=phrase(reader, "large-sales-title"),
        note=phrase(reader, "large-sales-note"),
        ident="large-sales",
    )


@exhibit
def one_off(rows: pd.DataFrame, reader: Reader) -> Table:
    """Months that the models did not take at face value."""
    names = [
        reader.label(str(row.dimension), str(row.value)) if row.value else phrase(reader, "dimension-company")
        for _, row in rows.iterrows()
    ]
    return table(
        rows.assign(name=names, kind=[phrase(reader, f"metric-{metric}") for metric in rows["metric"]]),
        [
            Column("name", phrase(reader, "unit")),
            Column("kind", phrase(reader, "metric")),
            Column("month", phrase(reader, "month"), "month"),
            Column("amount", phrase(reader, "evened-amount"), "money"),
            Column("limited_to", phrase(reader, "limited-to"), "money"),
        ],
        reader,
        sort="month",
        title=phrase(reader, "one-off-title", months=len(rows)),
        note=phrase(reader, "one-off-note"),
        ident="one-off",
    )


@exhibit
def models(rows: pd.DataFrame, reader: Reader) -> Table:
    """Shares of the models, their backtest errors, and the calendar's effects."""
    return table(
        rows.assign(
            kind=[
                phrase(reader, "models-metric", metric=phrase(reader, f"metric-{metric}"), months=int(months))
                for metric, months in zip(rows["metric"], rows["months"], strict=True)
            ],
            used=[reader.label("baseline", name) if name else "" for name in rows["used"]],
        ),
        [
            Column("kind", phrase(reader, "metric")),
            Column("theta_and_damped", phrase(reader, "share-statistical"), "percent"),
            Column("boosted", phrase(reader, "share-boosted"), "percent"),
            Column("seasonal_naive", phrase(reader, "share-naive"), "percent"),
            Column("backtest_error", phrase(reader, "backtest-error"), "number"),
            Column("backtest_error_naive", phrase(reader, "backtest-error-naive"), "number"),
            Column("working_days", phrase(reader, "working-days"), "number"),
            Column("festival", phrase(reader, "festival"), "number"),
            Column("target_share", phrase(reader, "target-share"), "percent"),
            Column("people_share", phrase(reader, "people-share"), "percent"),
            *([Column("used", phrase(reader, "used-instead"))] if rows["used"].any() else []),
        ],
        reader,
        title=phrase(reader, "models-title"),
        note=phrase(reader, "models-note"),
        ident="models",
    )


def phrase(reader: Reader, key: str, **values: object) -> str:
    """A message of the forecast's catalogue."""
    return reader.text(f"forecast-{key}", **values)
