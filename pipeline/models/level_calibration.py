"""The level of future purchases: how many all customers together will make.

A repeat-purchase model ranks customers well and misses the total, because it knows neither season nor
trend. Here several ways to the total are held against what happened after earlier days, and their
logarithms are averaged with weights by how well each did. Only customers who have already bought are meant.

The ways (each a total for the next `horizon_days`):

- `model`: what the repeat-purchase models expect.
- `model_times_last_year`: that, times what happened divided by what they expected a year earlier.
- `model_times_recent`: that, times the same ratio of the latest window that is over.
- `last_year`: all purchases in the same window a year earlier, times the damped growth since, times the
  share that customers of longer standing had in the latest window.

Weights: Bates and Granger (1969), inverse mean squared error, with a prior worth two windows so that
short histories lean on judgement rather than on one lucky hit.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pandas as pd
from scipy.stats import norm

from pipeline.errors import NotEnoughData
from pipeline.models.repeat_purchase.events import PurchaseEvents
from pipeline.models.repeat_purchase.replay import Replay

T = TypeVar("T")

STEP_DAYS = 91
YEAR_DAYS = 364
GROWTH_WINDOW_DAYS = 182
GROWTH_DAMPING = 0.7
SHORTEST_HISTORY_DAYS = 91
PRIOR_WINDOWS = 2.0
MOST_WINDOWS = 8
PRIOR_LOG_ERROR = {
    "model": 0.20,
    "model_times_last_year": 0.10,
    "model_times_recent": 0.30,
    "last_year": 0.10,
}
"""Typical log errors before anything was measured: seasons matter more to totals than anything else."""


@dataclass(frozen=True)
class Level:
    """The expected number of purchases of existing customers.

    Attributes:
        expected: the calibrated total.
        low: lower end of the 80% interval.
        high: upper end of the 80% interval.
        ways: one row per way: `way`, `expected`, `weight`, `windows` it was judged on, `log_error` (root mean
            square, the prior included).
        windows_judged: past windows on which the combined level was judged.
    """

    expected: float
    low: float
    high: float
    ways: pd.DataFrame
    windows_judged: int


def calibrated_level(replay: Replay, origin: int, horizon_days: int) -> Level:
    """The total for (origin, origin + horizon_days], from what was known at `origin`.

    Raises:
        NotEnoughData: too few customers had bought again.
    """
    replay.at(origin)  # refuses early, and says why
    past = [
        day
        for day in range(origin - horizon_days, SHORTEST_HISTORY_DAYS, -STEP_DAYS)
        if day > SHORTEST_HISTORY_DAYS
    ][:MOST_WINDOWS]
    errors = {day: _errors(replay, day, horizon_days) for day in past}
    ways = _weighted(_ways(replay, origin, horizon_days), list(errors.values()))
    log_level = float(ways["weight"] @ np.log(ways["expected"].clip(lower=1e-9)))
    judged = _combined_errors(errors, horizon_days)
    spread = _spread(judged, ways)
    level = float(np.exp(log_level))
    reach = float(norm.ppf(0.9)) * float(np.hypot(spread, 1 / np.sqrt(max(level, 1.0))))
    return Level(level, level * float(np.exp(-reach)), level * float(np.exp(reach)), ways, len(judged))


def _ways(replay: Replay, origin: int, horizon_days: int) -> dict[str, float]:
    """Every way to the total that the history at `origin` allows."""
    events, model = replay.events, replay.at(origin).total(horizon_days)
    found = {"model": model}
    year_ago, before = origin - YEAR_DAYS, origin - horizon_days
    if horizon_days <= YEAR_DAYS and year_ago >= SHORTEST_HISTORY_DAYS:
        found |= _times(model, _ratio(replay, year_ago, horizon_days), "model_times_last_year")
    if before >= SHORTEST_HISTORY_DAYS:
        found |= _times(model, _ratio(replay, before, horizon_days), "model_times_recent")
    if horizon_days <= YEAR_DAYS and year_ago >= 0 and before >= SHORTEST_HISTORY_DAYS:
        last_year = events.total(year_ago, year_ago + horizon_days)
        share = events.total_of_existing(before, origin) / max(events.total(before, origin), 1)
        found |= _times(last_year * share, _growth(events, origin), "last_year")
    return {way: total for way, total in found.items() if total > 0}


def _times(total: float, ratio: float | None, way: str) -> dict[str, float]:
    return {} if ratio is None else {way: total * ratio}


def _ratio(replay: Replay, day: int, horizon_days: int) -> float | None:
    """What happened after `day`, divided by what the models expected then."""
    expected = _or_none(lambda: replay.at(day).total(horizon_days))
    if expected is None:
        return None
    return replay.events.total_of_existing(day, day + horizon_days) / max(expected, 1e-9)


def _growth(events: PurchaseEvents, origin: int) -> float:
    """Growth of all purchases over the year before, damped, the more so the less of it was seen."""
    seen = min(origin - YEAR_DAYS, GROWTH_WINDOW_DAYS)
    now = events.total(origin - seen, origin)
    then = events.total(origin - YEAR_DAYS - seen, origin - YEAR_DAYS)
    if seen < 28 or min(now, then) == 0:
        return 1.0
    return float((now / then) ** (GROWTH_DAMPING * seen / GROWTH_WINDOW_DAYS))


def _errors(replay: Replay, day: int, horizon_days: int) -> dict[str, float]:
    """Log errors of every way on a past window; empty where a way was impossible."""
    ways = _or_none(lambda: _ways(replay, day, horizon_days))
    actual = replay.events.total_of_existing(day, day + horizon_days)
    if ways is None or actual == 0:
        return {}
    return {way: float(np.log(total / actual)) for way, total in ways.items()}


def _weighted(ways: dict[str, float], errors: list[dict[str, float]]) -> pd.DataFrame:
    rows = []
    for way, total in ways.items():
        squares = [error[way] ** 2 for error in errors if way in error]
        known = PRIOR_WINDOWS + len(squares)
        mean_square = (PRIOR_WINDOWS * PRIOR_LOG_ERROR[way] ** 2 + sum(squares)) / known
        rows.append((way, total, 1 / mean_square, len(squares), float(np.sqrt(mean_square))))
    table = pd.DataFrame(rows, columns=["way", "expected", "weight", "windows", "log_error"])
    table["weight"] /= table["weight"].sum()
    return table


def _combined_errors(errors: dict[int, dict[str, float]], horizon_days: int) -> list[float]:
    """Log errors that the weighted level itself would have made, each weighted by what was known then."""
    found = []
    for day, at_day in errors.items():
        known = [error for other, error in errors.items() if other + horizon_days <= day and error]
        if at_day:
            weights = _weighted(dict.fromkeys(at_day, 1.0), known).set_index("way")["weight"]
            found.append(float(sum(weights[way] * error for way, error in at_day.items())))
    return found


def _spread(judged: list[float], ways: pd.DataFrame) -> float:
    """Log error to expect: what was measured, with the prior of the best way worth two windows."""
    prior = float(ways["log_error"].min())
    total = PRIOR_WINDOWS * prior**2 + sum(error**2 for error in judged)
    return float(np.sqrt(total / (PRIOR_WINDOWS + len(judged))))


def _or_none(compute: Callable[[], T]) -> T | None:
    try:
        return compute()
    except NotEnoughData:
        return None
