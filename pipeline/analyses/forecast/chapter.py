"""The chapter "sales forecast": tables, headlines and findings of one book."""

from typing import Any

import numpy as np
import pandas as pd

from pipeline.analyses.cache import cached
from pipeline.analyses.forecast.anatomy import anatomy
from pipeline.analyses.forecast.departed import PERSON
from pipeline.analyses.forecast.landing import landing
from pipeline.analyses.forecast.landing_record import landing_track
from pipeline.analyses.forecast.large_sales import evened_out
from pipeline.analyses.forecast.month_arrays import MONTHS
from pipeline.analyses.forecast.monthly import METRICS, Monthly, history_of, monthly_forecast
from pipeline.analyses.forecast.months_ahead import MonthsAhead, months_ahead
from pipeline.analyses.forecast.outlook import ahead_of, hierarchy_of
from pipeline.analyses.forecast.people_targets import people_asked, share_of_people, with_people_asked
from pipeline.analyses.forecast.result import ForecastResult, Table
from pipeline.analyses.forecast.series import TOTAL
from pipeline.analyses.forecast.statements import forecast_findings
from pipeline.analyses.forecast.track import accuracy_of, replayed_months
from pipeline.analyses.forecast.union import Union
from pipeline.analyses.forecast.united_series import united_series
from pipeline.analyses.landing_headlines import landing_headlines
from pipeline.book import Book
from pipeline.findings import Missing

SHOWN_VINTAGES = 6
SHOWN_SHARES = {"theta_and_damped": "statistical", "boosted": "boosted", "seasonal_naive": "seasonal_naive"}
JUDGED_MONTHS = 12
"""Month ends at which the time series of all levels is made again."""


@cached
def analyse(book: Book, shown: int = MONTHS) -> ForecastResult:
    """Forecast the next months, land month, quarter and year, and show the track record.

    `shown`: months ahead in the tables, at most twelve. Models learn on the whole company; the tables show
    the book's scope. Never raises for lack of data.
    """
    found = {metric: monthly_forecast(book.whole, metric, MONTHS) for metric in METRICS}
    made = {metric: each for metric, each in found.items() if each is not None and _sells(book, each)}
    judged = min(book.company.forecast.replayed_months, JUDGED_MONTHS)
    landed = landing(book)
    joined = months_ahead(book.whole) if "contracts" in made else None
    replays, unions, people = {}, {}, {}
    if joined is not None:
        replays["contracts"] = _latest(joined.units, judged)
        unions["contracts"], people["contracts"] = joined.union, joined.people_share
    if "collections" in made:
        found_then = replayed_months(book.whole, "collections", MONTHS, judged)
        people["collections"] = share_of_people(found_then)
        asked = people_asked(book.whole, "collections", made["collections"], people["collections"])
        united = united_series(book.whole, "collections", asked, with_people_asked(found_then))
        made["collections"], replays["collections"] = united.monthly, united.replays
        unions["collections"] = united.union
    futures = {
        metric: ahead_of(each, joined if metric == "contracts" else None, *_scope(book), shown)
        for metric, each in made.items()
    }
    tables: dict[str, Any] = {
        "outlook": _outlook(book, made, futures),
        "vintages": _vintages(book, replays, joined),
        "hierarchy": _hierarchy(book, made, futures),
        "landing": landed,
        "landing_track": _or_missing(
            landing_track(book) if joined is not None else pd.DataFrame(), "missing-landing-track"
        ),
        "accuracy": _accuracy(replays),
        "revision": _revision(book),
        "large_sales": _or_missing(evened_out(book.whole, made), "missing-large-sales"),
        "one_off": _of_scope(book, made, "one_off"),
        "young": _of_scope(book, made, "young"),
        "models": _models(made, unions, people),
        **{
            name: _or_missing(table, f"missing-{name}")
            for name, table in anatomy(made, *_scope(book)).items()
        },
    }
    headlines = _headlines(tables["outlook"], landed)
    findings = forecast_findings(tables, headlines)
    return ForecastResult(**tables, headlines=headlines, findings=findings)


def _latest(replays: pd.DataFrame, judged: int) -> pd.DataFrame:
    """The replays of the last month ends."""
    return replays[replays["origin"].isin(sorted(replays["origin"].unique())[-judged:])]


def _scope(book: Book) -> tuple[str, str]:
    return book.scope.dimension, book.scope.value


def _sells(book: Book, made: Monthly) -> bool:
    return bool(len(made.leaves.within(*_scope(book)).amounts))


def _or_missing(table: pd.DataFrame, what: str) -> Table:
    return table if len(table) else Missing(what, reason="reason-history-too-short")


def _outlook(book: Book, made: dict[str, Monthly], futures: dict[str, pd.DataFrame]) -> Table:
    parts = []
    for metric, each in made.items():
        both = [history_of(each, *_scope(book)), futures[metric]]
        whole = pd.concat([part[part["dimension"] == TOTAL] for part in both], ignore_index=True)
        parts.append(whole.assign(metric=metric).drop(columns=["dimension", "value"]))
    return _or_missing(
        pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(), "missing-monthly-forecast"
    )


def _vintages(book: Book, replays: dict[str, pd.DataFrame], joined: MonthsAhead | None) -> Table:
    """What was forecast at the last month ends: for the company's contracts the landing's own view."""
    dimension, value = _scope(book)
    parts = []
    for metric, frame in replays.items():
        if not len(frame):
            continue
        mine = frame[(frame["dimension"] == (dimension or TOTAL)) & (frame["value"] == value)]
        if metric == "contracts" and joined is not None and not dimension:
            mine = joined.past
        latest = sorted(mine["origin"].unique())[-SHOWN_VINTAGES:]
        kept = mine[mine["origin"].isin(latest)]
        parts.append(kept[["origin", "month", "expected", "actual"]].assign(metric=metric))
    return _or_missing(pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(), "missing-vintages")


def _hierarchy(book: Book, made: dict[str, Monthly], futures: dict[str, pd.DataFrame]) -> Table:
    parts = [
        hierarchy_of(each, futures[metric], *_scope(book)).assign(metric=metric)
        for metric, each in made.items()
    ]
    return _or_missing(
        pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(), "missing-monthly-forecast"
    )


def _accuracy(replays: dict[str, pd.DataFrame]) -> Table:
    parts = [accuracy_of(frame).assign(metric=metric) for metric, frame in replays.items() if len(frame)]
    parts = [part for part in parts if len(part)]
    return _or_missing(
        pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(), "missing-track-record"
    )


def _revision(book: Book) -> Table:
    """Why the year's landing moved since last month: the closed month and the outlook."""
    ahead = months_ahead(book.whole) if book.scope.is_company else None
    if ahead is None or not len(ahead.past):
        return Missing("missing-revision", reason="reason-company-only")
    last = ahead.past[ahead.past["origin"] == ahead.past["origin"].max()]
    first = ahead.months[0]
    before = last[last["months_ahead"] == 1]
    same_year = ahead.months[np.asarray(ahead.months.year == first.year)]
    if not len(before) or before["month"].iloc[0].year != first.year:
        return Missing("missing-revision", reason="reason-new-year")
    closed = float(before["actual"].iloc[0] - before["expected"].iloc[0])
    then = last.set_index("month").reindex(same_year)[["expected", "time_series", "target"]]
    year_start = first.replace(month=1, day=1).date()
    signed = float(
        book.sales.by_period("contracts", "year", first=year_start, last=book.as_of)["amount"].sum()
    )
    causes = _causes(ahead, then)
    now = float(ahead.expected[:, : len(same_year)].sum())
    steps = [
        ("revision-last-landing", signed - closed + float(then["expected"].sum()), True),
        ("revision-closed-month", closed, False),
        *((f"revision-{name}", amount, False) for name, amount in causes.items()),
        ("revision-landing", signed + now, True),
    ]
    return pd.DataFrame(steps, columns=["step", "amount", "is_total"])


def _causes(ahead: MonthsAhead, then: pd.DataFrame) -> dict[str, float]:
    """What moved the months to come since the last forecast of them; the parts add up.

    The time series and the target count with the shares they have now; the rest is open deals (and what the
    month taught of these shares).
    """
    count = len(then)
    now = ahead.expected[:, :count].sum(axis=0)
    views = ahead.views.iloc[:count]
    target_share = np.where(views["target"].notna(), ahead.union.target_share, 0.0)
    kept = 1.0 if ahead.blend is None else 1 - ahead.blend.weight * ahead.blend.usual_share[:count]
    series = (views["time_series"].to_numpy() - then["time_series"].to_numpy()) * kept * (1 - target_share)
    before = then["target"].fillna(then["expected"]).to_numpy()
    target = np.where(target_share > 0, (views["target"].to_numpy() - before) * target_share, 0.0)
    moved = float(now.sum() - then["expected"].sum())
    named = {"time-series": float(series.sum()), "target": float(target.sum())}
    return {**named, "open-deals": moved - sum(named.values())}


def _of_scope(book: Book, made: dict[str, Monthly], name: str) -> Table:
    """A list of the whole company's forecasts, of the scope's own cut."""
    parts = [getattr(each, name).assign(metric=metric) for metric, each in made.items()]
    found = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    dimension, value = _scope(book)
    if dimension and len(found):
        found = found[(found["dimension"] == dimension) & (found["value"] == value)]
    what = f"missing-{name.replace('_', '-')}"
    return found.reset_index(drop=True) if len(found) else Missing(what, reason="reason-none-found")


def _models(made: dict[str, Monthly], unions: dict[str, Union], people: dict[str, float]) -> Table:
    """What the forecast is made of; both hierarchies count half."""
    rows = [
        {
            "metric": metric,
            **{
                name: (getattr(each.panel.shares, share) + getattr(each.of_people.shares, share)) / 2
                for name, share in SHOWN_SHARES.items()
            },
            "backtest_error": each.panel.shares.backtest_error,
            "backtest_error_naive": each.panel.shares.backtest_error_naive,
            "working_days": each.calendar.working_days,
            "festival": each.calendar.festival,
            "months": each.leaves.amounts.shape[1],
            "target_share": unions[metric].target_share,
            "people_share": people[metric] if PERSON in each.leaves.dimensions else float("nan"),
            "used": unions[metric].winner[0],
        }
        for metric, each in made.items()
    ]
    return _or_missing(pd.DataFrame(rows), "missing-monthly-forecast")


def _headlines(outlook: Table, landed: Table) -> dict[str, float]:
    found: dict[str, float] = {}
    if isinstance(outlook, pd.DataFrame):
        for metric, name in (
            ("contracts", "forecast_next_month"),
            ("collections", "forecast_collections_next_month"),
        ):
            ahead = outlook[(outlook["metric"] == metric) & outlook["expected"].notna()].head(1)
            if len(ahead):
                found[name] = float(ahead["expected"].iloc[0])
                found[f"{name}_low"], found[f"{name}_high"] = (
                    float(ahead["low_80"].iloc[0]),
                    float(ahead["high_80"].iloc[0]),
                )
    return found | landing_headlines(landed)
