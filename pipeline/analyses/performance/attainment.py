"""Where we stand: actual against target, plan to date and last year."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.analyses.performance.calendar import share_behind
from pipeline.analyses.sold import actual_by
from pipeline.analyses.target_levels import Targets, target_by, target_total
from pipeline.book import Book
from pipeline.parameters import Period, PeriodKind

METRICS = ("contracts", "collections")
FEWEST_MONTHS = 4
HORIZONS: tuple[PeriodKind, ...] = ("month", "quarter", "year")
CUTS = ("market", "business_line", "product_line", "department", "person")


@dataclass(frozen=True)
class Horizon:
    """A month, quarter or year that contains the book's date, and the part of it that lies behind."""

    period: Period
    as_of: datetime.date

    @property
    def last_actual(self) -> datetime.date:
        """The last day with actuals."""
        return min(self.period.last, self.as_of)

    @property
    def is_over(self) -> bool:
        """True when nothing of the period is to come."""
        return self.as_of >= self.period.last

    def a_year_before(self) -> tuple[datetime.date, datetime.date]:
        """The same days last year."""
        year = pd.DateOffset(years=1)
        first, last = (pd.Timestamp(day) - year for day in (self.period.first, self.last_actual))
        if self.last_actual == _month_end(self.last_actual):
            last = last + pd.offsets.MonthEnd(0)
        return first.date(), last.date()


def horizons(book: Book) -> tuple[Horizon, ...]:
    """Month, quarter and year of the book's date (calendar or fiscal year as the company's calendar says)."""
    return tuple(Horizon(Period.containing(book.as_of, kind), book.as_of) for kind in HORIZONS)


def plan_to_date(
    book: Book, targets: Targets, horizon: Horizon, metric: str, by: tuple[str, ...] = ()
) -> pd.DataFrame | None:
    """What the plan asks for up to the book's date: `by` columns and amount; None without a target.

    Whole months behind count with their own targets, the running month by its share of working days; where
    months have no target of their own, the period's target counts by its share of working days.
    """
    months = _months(horizon.period)
    parts = [target_by(targets, month, metric, by) for month in months if month.first <= horizon.as_of]
    if parts and all(part is not None for part in parts):
        calendar = book.company.calendar
        weighted = [
            part.assign(amount=part["amount"] * share_behind(calendar, month, horizon.as_of))
            for part, month in zip(parts, months, strict=False)
            if part is not None
        ]
        return _added(pd.concat(weighted, ignore_index=True), by)
    whole = target_by(targets, horizon.period, metric, by)
    if whole is None:
        return None
    share = share_behind(book.company.calendar, horizon.period, horizon.as_of)
    return whole.assign(amount=whole["amount"] * share)


def attainment(book: Book, targets: Targets) -> pd.DataFrame:
    """One row per horizon and metric that the data know: where the whole stands.

    Columns: horizon, metric, period, actual, target (of the whole period), plan_to_date, attainment (actual /
    target), attainment_to_date (actual / plan_to_date), last_year (same days), growth.
    """
    rows = []
    metrics = METRICS if book.has("payments") else METRICS[:1]
    for horizon in horizons(book):
        for metric in metrics:
            target = target_total(targets, horizon.period, metric)
            plan = plan_to_date(book, targets, horizon, metric)
            rows.append(
                {
                    "horizon": horizon.period.kind,
                    "metric": metric,
                    "period": horizon.period.key,
                    "actual": _total(actual_by(book, metric, horizon.period.first, horizon.last_actual)),
                    "target": np.nan if target is None else target,
                    "plan_to_date": np.nan if plan is None else _total(plan),
                    "last_year": _total(actual_by(book, metric, *horizon.a_year_before())),
                }
            )
    return _with_ratios(pd.DataFrame(rows))


def attainment_by(book: Book, targets: Targets, metric: str = "contracts") -> pd.DataFrame:
    """One row per horizon, cut and value: columns as in `attainment`, and cut, value, gap_to_date.

    Each cut's actuals add up to the whole.
    """
    parts = [_one_cut(book, targets, horizon, metric, cut) for horizon in horizons(book) for cut in CUTS]
    return _with_ratios(pd.concat(parts, ignore_index=True))


def attainment_of_halves(book: Book, targets: Targets) -> pd.DataFrame:
    """One row per person with a target in the year to date: plan and actual of its first and second half.

    Columns: person, plan_first, actual_first, plan_second, actual_second; whole months only. Empty where
    people have no targets by month, or fewer than four months are behind.
    """
    columns = ["person", "plan_first", "actual_first", "plan_second", "actual_second"]
    year = Period.containing(book.as_of, "year")
    months = [month for month in _months(year) if month.last <= book.as_of]
    plans = [target_by(targets, month, "contracts", ("person",)) for month in months]
    if len(months) < FEWEST_MONTHS or any(plan is None for plan in plans):
        return pd.DataFrame(columns=columns)
    middle = len(months) // 2
    sides: dict[str, pd.Series] = {}
    for name, part in (("first", slice(None, middle)), ("second", slice(middle, None))):
        known = pd.concat([plan for plan in plans[part] if plan is not None])
        span = months[part]
        sold = actual_by(book, "contracts", span[0].first, span[-1].last, ("person",))
        sides[f"plan_{name}"] = known.groupby("person")["amount"].sum()
        sides[f"actual_{name}"] = sold.set_index("person")["amount"]
    frame = pd.DataFrame(sides).fillna(0.0).rename_axis("person").reset_index()
    return frame.loc[frame["person"] != "", columns].reset_index(drop=True)


def _one_cut(book: Book, targets: Targets, horizon: Horizon, metric: str, cut: str) -> pd.DataFrame:
    by = (cut,)
    columns = {
        "actual": actual_by(book, metric, horizon.period.first, horizon.last_actual, by),
        "target": target_by(targets, horizon.period, metric, by),
        "plan_to_date": plan_to_date(book, targets, horizon, metric, by),
        "last_year": actual_by(book, metric, *horizon.a_year_before(), by),
    }
    series = {
        name: table.set_index(cut)["amount"] if table is not None else pd.Series(dtype="float64")
        for name, table in columns.items()
    }
    frame = pd.DataFrame(series).rename_axis("value").reset_index()
    for name in ("actual", "last_year"):
        frame[name] = frame[name].fillna(0.0)
    # Who sells without a plan is ahead by all of it: the gaps add up to the whole's.
    planned = (
        frame["plan_to_date"].fillna(0.0) if frame["plan_to_date"].notna().any() else frame["plan_to_date"]
    )
    frame["gap_to_date"] = planned - frame["actual"]
    return frame.assign(horizon=horizon.period.kind, metric=metric, period=horizon.period.key, cut=cut)


def _with_ratios(frame: pd.DataFrame) -> pd.DataFrame:
    def over(upper: str, lower: str) -> pd.Series:
        base = frame[lower].astype("float64")
        return frame[upper] / base.where(base > 0)

    return frame.assign(
        attainment=over("actual", "target"),
        attainment_to_date=over("actual", "plan_to_date"),
        growth=over("actual", "last_year") - 1,
    )


def _months(period: Period) -> Sequence[Period]:
    first = Period.containing(period.first, "month")
    months = [first]
    while months[-1].last < period.last:
        months.append(months[-1].back(-1))
    return months


def _added(frame: pd.DataFrame, by: tuple[str, ...]) -> pd.DataFrame:
    if not by:
        return pd.DataFrame({"amount": [float(frame["amount"].sum())]})
    return frame.groupby(list(by))[["amount"]].sum().reset_index()


def _total(frame: pd.DataFrame) -> float:
    return float(frame["amount"].sum())


def _month_end(day: datetime.date) -> datetime.date:
    return Period.containing(day, "month").last
