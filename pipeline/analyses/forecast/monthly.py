"""The next months by hierarchy: coherent, never negative, with intervals."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from pipeline.analyses.cache import cached
from pipeline.analyses.forecast.departed import PERSON, departed_people, handed_over
from pipeline.analyses.forecast.large_sales import cap_of, days_to_learn, evened_leaves
from pipeline.analyses.forecast.series import (
    TOTAL,
    Array,
    Leaves,
    cuts_of,
    leaves_of,
    month_starts,
    started,
)
from pipeline.analyses.forecast.weekly import months_by_weeks
from pipeline.book import Book
from pipeline.company import DIMENSIONS
from pipeline.models.forecast import PanelForecast, forecast_panel, width_of
from pipeline.models.forecast.analogy import Analogy, growth_by_analogy
from pipeline.models.forecast.calendar_effects import CalendarEffects, calendar_effects
from pipeline.models.forecast.members import member_forecasts
from pipeline.models.forecast.outliers import limited_outliers
from pipeline.models.forecast.panel import history_months, row_mean
from pipeline.models.reconciliation import reconcile, summing_matrix

METRICS = ("contracts", "collections")
LEVELS = (0.8, 0.95)
STEPS_BACK = (3, 6, 9, 12, 18, 24)
MINIMUM_MONTHS = 4
"""Fewer whole months than this carry no forecast."""
SHARE_OF_WEEKS = (0.5, 0.5, 0.25)
"""How far the nearest months go to what the weeks say of them: weeks know the latest level and a month's
working days; further ahead they know less than the months do."""
COARSE = ("business_line", "market")
"""The leaves of the coarse hierarchy: large enough to be forecast on their own."""
COARSE_SHARE = 0.5
SEASON_PARENT = ("business_line", "product_line", "market", "department")
"""Whose season a leaf borrows: the first of these dimensions that the company uses."""


@dataclass(frozen=True)
class Monthly:
    """Forecast of one metric for the whole company.

    Attributes:
        leaves: what was sold, by leaf.
        expected: coherent forecast, leaves by months ahead, to the cent.
        cuts: one row per cut of the company: dimension, value.
        panel: the models' view of the large cuts (shares, intervals, members).
        of_people: the same of all cuts, most of which are people.
        evened: the leaves with large sales evened out, which the models learn from.
        ahead: first days of the months forecast.
        calendar: factors of the calendar, past and ahead.
        one_off: one row per one-off month of a cut: dimension, value, month, amount, limited_to.
        young: one row per cut forecast by analogy: dimension, value, first_month, months, amount (a month so
            far), analogues, growth (share that the next year's months are expected to lie above).
        country: whose calendar is kept.
    """

    leaves: Leaves
    evened: Leaves
    expected: Array
    cuts: pd.DataFrame
    panel: PanelForecast
    of_people: PanelForecast
    ahead: pd.DatetimeIndex
    calendar: CalendarEffects
    one_off: pd.DataFrame
    young: pd.DataFrame
    country: str


def whole_months(book: Book) -> pd.DatetimeIndex:
    """First days of the months that were over at the book's date and in which the data had begun."""
    if book.first_day is None:
        return pd.DatetimeIndex([])
    after = pd.Timestamp(book.as_of) + pd.Timedelta(days=1)
    last = (after.to_period("M") - 1).start_time
    return (
        month_starts(book.first_day, last.date()) if last.date() >= book.first_day else pd.DatetimeIndex([])
    )


def metric_leaves(book: Book, metric: str, dimensions: tuple[str, ...] = DIMENSIONS) -> Leaves:
    """What was sold by whole month and leaf; months before the metric's first entry are left out."""
    cells = book.sales.by_period(metric, "month", dimensions)  # type: ignore[arg-type]
    return _leaves_since_its_first(cells, whole_months(book))


def _leaves_since_its_first(cells: pd.DataFrame, months: pd.DatetimeIndex) -> Leaves:
    if cells.empty or not len(months):
        return leaves_of(cells.iloc[:0], months[:0])
    return leaves_of(cells, months[months >= cells["period_start"].min()])


def leaves_to_learn(book: Book, metric: str) -> tuple[Leaves, Leaves]:
    """What was sold by whole month and leaf, and the same with large sales evened out."""
    cap = cap_of(book, metric)
    if cap is None:
        leaves = metric_leaves(book, metric)
        return leaves, leaves
    cells = book.sales.by_period(metric, "month", DIMENSIONS, cap=cap)  # type: ignore[arg-type]
    leaves = _leaves_since_its_first(cells, whole_months(book))
    return leaves, evened_leaves(cells, leaves, cap)


@cached
def monthly_forecast(book: Book, metric: str, months_ahead: int) -> Monthly | None:
    """Forecast one metric of the whole company; None where there are under four whole months."""
    return forecast_of(book.whole, metric, months_ahead)


def forecast_of(
    book: Book, metric: str, months_ahead: int, steps_back: tuple[int, ...] = STEPS_BACK
) -> Monthly | None:
    """The forecast as the book stands; None where there are under four whole months."""
    leaves, evened = leaves_to_learn(book, metric)
    country = book.company.calendar.country
    made = forecast_leaves(leaves, months_ahead, country, evened=evened, steps_back=steps_back)
    return made and as_known_otherwise(made, book, metric)


def as_known_otherwise(made: Monthly, book: Book, metric: str) -> Monthly:
    """The forecast with what months alone do not tell: who has left, and what the latest weeks say.

    The nearest months move toward what the company's weeks say of them, all leaves by the same factor.
    """
    daily, evened = days_to_learn(book.whole, metric)
    nearest = made.ahead[: len(SHARE_OF_WEEKS)]
    seen = months_by_weeks(daily, book.as_of, nearest, book.company.calendar, evened=evened)
    total = made.expected[:, : len(nearest)].sum(axis=0)
    known = np.isfinite(seen) & (total > 0)
    share = np.array(SHARE_OF_WEEKS[: len(nearest)])
    factor = np.ones(made.expected.shape[1])
    factor[: len(nearest)] += np.where(known, share * (seen / np.where(known, total, 1.0) - 1.0), 0.0)
    staying = handed_over(made.leaves.dimensions, made.expected * factor, departed_people(book))
    return replace(made, expected=np.round(staying, 2))


def forecast_leaves(
    leaves: Leaves,
    months_ahead: int,
    country: str,
    *,
    evened: Leaves | None = None,
    boosting: bool | None = None,
    steps_back: tuple[int, ...] = STEPS_BACK,
) -> Monthly | None:
    """Forecast leaves coherently; None where there are under four whole months or nothing was sold.

    `evened`: the same leaves with large sales evened out; the models learn from these.

    Two hierarchies are forecast, one of all leaves and one of large cells. What the models choose and
    reconcile on thousands of small leaves differs from what they do on a few large ones, neither is always
    nearer, and their mean misses less than either: leaves move half way to their cell's own forecast.
    """
    if leaves.amounts.shape[1] < MINIMUM_MONTHS or not (leaves.amounts != 0).any():
        return None
    learned = leaves if evened is None else evened
    fine = _forecast(leaves, learned, months_ahead, country, boosting=boosting, steps_back=steps_back)
    used = [name for name in COARSE if name in leaves.dimensions]
    if len(used) == len(leaves.dimensions.columns):
        return fine
    cells, cell = leaves.summed(used)
    coarse = _forecast(
        cells, learned.summed(used)[0], months_ahead, country, boosting=boosting, steps_back=steps_back
    )
    said = np.zeros_like(coarse.expected)
    np.add.at(said, cell, fine.expected)
    toward = 1 + COARSE_SHARE * (coarse.expected / np.where(said > 0, said, 1.0) - 1)
    moved = np.round(fine.expected * np.where(said > 0, toward, 1.0)[cell], 2)
    return replace(fine, expected=moved, panel=coarse.panel)


def _forecast(
    leaves: Leaves,
    evened: Leaves,
    months_ahead: int,
    country: str,
    *,
    boosting: bool | None,
    steps_back: tuple[int, ...],
) -> Monthly:
    """One hierarchy: its cuts as a panel, its leaves, and both reconciled."""
    ahead = month_starts(*_span_after(leaves.months[-1], months_ahead))
    cuts, sums = cuts_of(leaves)
    came, totals = sums @ leaves.amounts, sums @ evened.amounts
    calendar = calendar_effects(totals[:1], _days(leaves.months), _days(ahead), country)
    limited, flags = limited_outliers(started(totals) / calendar.past)
    parent = np.where(np.arange(len(cuts)) == 0, -1, 0)
    panel = forecast_panel(
        limited,
        months_ahead,
        parent=parent,
        outcomes=started(came) / calendar.past,
        levels=LEVELS,
        boosting=boosting,
        steps_back=steps_back,
    )
    analogy = growth_by_analogy(
        panel.members.without_season, pd.factorize(cuts["dimension"])[0], months_ahead
    )
    panel = replace(panel, expected=panel.expected * analogy.factor)
    expected = _coherent(evened, cuts, sums, panel, calendar)
    found = _one_off(cuts, totals, limited * calendar.past, flags, leaves)
    young = _young(cuts, limited, analogy, leaves)
    expected = np.round(expected * calendar.ahead, 2)
    return Monthly(leaves, evened, expected, cuts, panel, panel, ahead, calendar, found, young, country)


def _coherent(
    leaves: Leaves, cuts: pd.DataFrame, sums: Array, panel: PanelForecast, calendar: CalendarEffects
) -> Array:
    """Leaves forecast with their parent's season, then reconciled with series variances."""
    own = started(leaves.amounts) / calendar.past
    both = np.vstack([sums @ leaves.amounts / calendar.past, own])
    parent = np.concatenate([np.where(np.arange(len(cuts)) == 0, -1, 0), _season_parents(leaves, cuts)])
    members = member_forecasts(both, panel.expected.shape[1], parent)
    base = np.vstack([panel.expected, members.statistical[len(cuts) :]])
    variances = np.maximum(members.error, 1e-3 * members.scale) ** 2
    return reconcile(base, summing_matrix(sums), None, variances=variances)[len(cuts) :]


def _season_parents(leaves: Leaves, cuts: pd.DataFrame) -> np.ndarray:
    for dimension in SEASON_PARENT:
        if dimension in leaves.dimensions:
            rows = cuts[cuts["dimension"] == dimension]
            position = dict(zip(rows["value"], rows.index, strict=True))
            return leaves.dimensions[dimension].map(position).to_numpy(dtype=np.int64)
    return np.zeros(len(leaves.amounts), dtype=np.int64)


def table_of(monthly: Monthly, dimension: str = "", value: str = "") -> pd.DataFrame:
    """The forecast of a scope by cut and month, one row per cut and month ahead.

    Columns: dimension, value, month, months_ahead, expected, low_80, high_80, low_95, high_95. Expected
    values of any dimension add up to the total to the cent; intervals do not, and who never sold has none.
    """
    leaves = monthly.leaves.within(dimension, value)
    if not len(leaves.amounts):
        return pd.DataFrame(columns=["dimension", "value", "month", "months_ahead", "expected"])
    chosen = np.ones(len(monthly.expected), bool)
    if dimension and dimension in monthly.leaves.dimensions:
        chosen = (monthly.leaves.dimensions[dimension] == value).to_numpy()
    cuts, sums = cuts_of(leaves)
    expected = sums @ monthly.expected[chosen]
    evened = monthly.evened.within(dimension, value)
    learned, came = (started(sums @ each.amounts) / monthly.calendar.past for each in (evened, leaves))
    is_person = (cuts["dimension"] == PERSON).to_numpy()
    never_sold = ~(sums @ leaves.amounts != 0).any(axis=1)
    steps = expected.shape[1]
    frame = cuts.loc[cuts.index.repeat(steps)].reset_index(drop=True)
    frame["month"] = np.tile(monthly.ahead, len(cuts))
    frame["months_ahead"] = np.tile(np.arange(1, steps + 1), len(cuts))
    frame["expected"] = np.round(expected.ravel(), 2)
    for level in LEVELS:
        width = np.zeros_like(expected)
        for panel, rows in ((monthly.of_people, is_person), (monthly.panel, ~is_person)):
            if rows.any():
                width[rows] = width_of(panel, learned[rows], level, came[rows])
        width[never_sold] = np.nan
        half = (width * monthly.calendar.ahead).ravel()
        name = f"{round(100 * level)}"
        frame[f"low_{name}"] = np.maximum(frame["expected"] - half, 0.0)
        frame[f"high_{name}"] = frame["expected"] + half
    return frame


def history_of(monthly: Monthly, dimension: str = "", value: str = "") -> pd.DataFrame:
    """What was sold by cut and month, one row per cut and month: dimension, value, month, amount."""
    leaves = monthly.leaves.within(dimension, value)
    cuts, sums = cuts_of(leaves)
    amounts = sums @ leaves.amounts
    frame = cuts.loc[cuts.index.repeat(amounts.shape[1])].reset_index(drop=True)
    return frame.assign(month=np.tile(leaves.months, len(cuts)), amount=np.round(amounts.ravel(), 2))


def _one_off(
    cuts: pd.DataFrame, totals: Array, limited: Array, flags: np.ndarray, leaves: Leaves
) -> pd.DataFrame:
    row, column = np.nonzero(flags)
    found = cuts.iloc[row].reset_index(drop=True)
    found = found.assign(
        month=leaves.months[column], amount=totals[row, column], limited_to=limited[row, column]
    )
    return found[found["dimension"].isin([TOTAL, *SEASON_PARENT])].reset_index(drop=True)


def _young(cuts: pd.DataFrame, history: Array, analogy: Analogy, leaves: Leaves) -> pd.DataFrame:
    rows = np.flatnonzero(analogy.is_used)
    months = history_months(history)[rows]
    return (
        cuts.iloc[rows]
        .assign(
            first_month=leaves.months[len(leaves.months) - months],
            months=months,
            amount=row_mean(history[rows]).round(2),
            analogues=analogy.analogues[rows],
            growth=analogy.factor[rows].mean(axis=1) - 1,
        )
        .reset_index(drop=True)
    )


def _span_after(last: pd.Timestamp, months: int) -> tuple[date, date]:
    start = (last.to_period("M") + 1).start_time
    end = (last.to_period("M") + months).start_time
    return start.date(), end.date()


def _days(months: pd.DatetimeIndex) -> list[date]:
    return [month.date() for month in months]
