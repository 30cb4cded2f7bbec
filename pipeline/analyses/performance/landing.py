"""Where a month, quarter or year will land, with an interval and the probability of reaching its target.

The sales forecast gives the landing; this stands in where it cannot: the days to come bring what they
brought a year ago times the growth of the last twelve months, with the error that this rule made from past
month ends.
"""

import datetime
from statistics import NormalDist

import numpy as np
import pandas as pd

from pipeline.analyses.performance.attainment import HORIZONS
from pipeline.analyses.sold import actual_by
from pipeline.analyses.target_levels import target_total
from pipeline.book import Book
from pipeline.findings import Missing
from pipeline.parameters import Period

REPLAYS, FEWEST_REPLAYS = 18, 4
GROWTH_BOUNDS = (0.5, 2.0)
DEFAULT_ERROR = 0.35
WHOLE = "company"
COLUMNS = (
    "period", "period_key", "dimension", "value", "signed", "from_open_deals", "landing", "low", "high",
    "target", "gap", "probability_of_target",
)  # fmt: skip


def landing_of(book: Book) -> pd.DataFrame:
    """The sales forecast's landing, else the run rate's, one row per period, dimension, value: `COLUMNS`."""
    from pipeline.analyses.forecast.landing import landing

    made = landing(book)
    return run_rate_landing(book) if isinstance(made, Missing) else made[list(COLUMNS)]


def run_rate_landing(book: Book) -> pd.DataFrame:
    """Month, quarter and year that contain the day after the book's date, of the scope as a whole.

    One row per period: `COLUMNS`. gap = target - landing; empty without a target, as is the probability.
    """
    tomorrow = book.as_of + datetime.timedelta(days=1)
    periods = [Period.containing(tomorrow, kind) for kind in HORIZONS]
    targets = book.targets.in_force(periods[-1].first, max(p.last for p in periods))
    rows = book.sales.by_period("contracts", "day", ())
    days = rows.set_index("period_start")["amount"].sort_index()
    made = [_one_period(book, targets, period, days) for period in periods]
    return pd.DataFrame(made, columns=list(COLUMNS))


def _one_period(book: Book, targets: pd.DataFrame, period: Period, days: pd.Series) -> tuple[object, ...]:
    done = 0.0
    if period.first <= book.as_of:
        done = float(actual_by(book, "contracts", period.first, book.as_of)["amount"].sum())
    target = target_total(targets, period, "contracts")
    rest, error = expected_rest(days, pd.Timestamp(book.as_of), (period.last - book.as_of).days)
    width = NormalDist().inv_cdf(0.5 + book.company.forecast.interval / 2) * error
    low, high = (done + rest * np.exp(sign * width) for sign in (-1, 1))
    goal = np.nan if target is None else target
    landing, chance = done + rest, reaching(done, rest, error, target)
    return period.kind, period.key, WHOLE, "", done, np.nan, landing, low, high, goal, goal - landing, chance


def expected_rest(days: pd.Series, as_of: pd.Timestamp, ahead: int) -> tuple[float, float]:
    """What the next `ahead` days bring, and the standard error of its logarithm from replays."""
    if ahead <= 0:
        return 0.0, 0.0
    rest = _naive(days, as_of, ahead)
    errors = []
    for back in range(1, REPLAYS + 1):
        origin = as_of - pd.DateOffset(months=back) + pd.offsets.MonthEnd(0)
        end = origin + pd.Timedelta(days=ahead)
        if end > as_of or origin - pd.DateOffset(years=2) < days.index.min():
            continue
        made, came = _naive(days, origin, ahead), _sum(days, origin, end)
        if made > 0 and came > 0:
            errors.append(np.log(came / made))
    spread = float(np.sqrt(np.mean(np.square(errors)))) if len(errors) >= FEWEST_REPLAYS else DEFAULT_ERROR
    return max(rest, 0.0), spread


def reaching(done: float, rest: float, error: float, target: float | None) -> float:
    """Probability that `done` and what is to come (lognormal) reach the target; NaN without one."""
    if target is None:
        return float("nan")
    if rest <= 0 or error <= 0 or target <= done:
        return float(done + rest >= target)
    return 1 - NormalDist(float(np.log(rest)), error).cdf(float(np.log(target - done)))


def _naive(days: pd.Series, origin: pd.Timestamp, ahead: int) -> float:
    year = pd.DateOffset(years=1)
    recent, before = _sum(days, origin - year, origin), _sum(days, origin - 2 * year, origin - year)
    growth = float(np.clip(recent / before, *GROWTH_BOUNDS)) if before > 0 and recent > 0 else 1.0
    return growth * _sum(days, origin - year, origin - year + pd.Timedelta(days=ahead))


def _sum(days: pd.Series, after: pd.Timestamp, last: pd.Timestamp) -> float:
    return float(days.loc[(days.index > after) & (days.index <= last)].sum())
