"""Who is listened to: shares of the models, chosen by rolling backtest on the panel itself.

Shares are chosen once per panel, on errors in units of each series' seasonal naive error, and pulled
half way to equal shares, because weights estimated from few origins are themselves noise (the partly
egalitarian mean of Diebold and Shin, International Journal of Forecasting 2019). Whatever is chosen must
not have lost against the seasonal naive forecast in the backtest: otherwise that one is used.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.models.forecast.boosting import boosted, fit_booster
from pipeline.models.forecast.members import Members
from pipeline.models.forecast.panel import Array, history_months
from pipeline.models.forecast.rolling import Origin

NAIVE_SHARES = (0.0, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0)
BOOSTED_SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
REAL_GAIN = 0.005
"""A share of the seasonal naive forecast must cut the backtest error by this share to be taken."""
JUDGED_BACK = (6, 12, 18, 24, 30)
"""Origins (months back) on which shares are judged."""
BOOST_JUDGED_BACK = (12, 18)
MONTHS_TO_JUDGE_BOOSTING = 48
"""Under this many months the judged origins would have too little to learn from; one half is used."""


@dataclass(frozen=True)
class Shares:
    """Shares of the forecasts in the mean, adding up to 1, and their backtest errors (MASE)."""

    statistical: float
    boosted: float
    seasonal_naive: float
    backtest_error: float
    backtest_error_naive: float


def combined(members: Members, shares: Shares, correction: Array | None) -> Array:
    """The forecast: the mean of the models by `shares`, one row per series."""
    result = shares.statistical * members.statistical + shares.seasonal_naive * members.seasonal_naive
    return result if correction is None else result + shares.boosted * correction


def choose_shares(panel: Array, origins: Sequence[Origin], *, boosting: bool, seed: int) -> Shares:
    """Choose the shares on rolled-back origins.

    Without any usable origin the statistical mean stands alone with a fifth of the seasonal naive one.
    """
    share = _boosted_share(panel, origins, seed) if boosting else 0.0
    judged = [origin for origin in origins if origin.back in JUDGED_BACK] or list(origins)
    if not judged:
        return Shares(0.8, 0.0, 0.2, float("nan"), float("nan"))
    errors = np.array(
        [[_error(origin, _mixed(origin, naive)) for origin in judged] for naive in NAIVE_SHARES]
    )
    mean = errors.mean(axis=1)
    best = int(mean.argmin())
    naive = NAIVE_SHARES[best] if mean[best] < (1 - REAL_GAIN) * mean[0] else 0.0
    chosen = mean[NAIVE_SHARES.index(naive)]
    return Shares((1 - naive) * (1 - share), (1 - naive) * share, naive, float(chosen), float(mean[-1]))


def _mixed(origin: Origin, naive: float) -> Array:
    return (1 - naive) * origin.members.statistical + naive * origin.members.seasonal_naive


def _boosted_share(panel: Array, origins: Sequence[Origin], seed: int) -> float:
    """The boosted share that would have been best one year (and a half) ago, half way to one half."""
    if np.median(history_months(panel)) < MONTHS_TO_JUDGE_BOOSTING:
        return 0.5
    errors = [
        _errors_by_share(origin, [each for each in origins if each.back > origin.back], seed)
        for origin in origins
        if origin.back in BOOST_JUDGED_BACK and origin.back + 2 < max(each.back for each in origins)
    ]
    if not errors:
        return 0.5
    return 0.5 * BOOSTED_SHARES[int(np.argmin(np.mean(errors, axis=0)))] + 0.25


def _errors_by_share(judged: Origin, earlier: Sequence[Origin], seed: int) -> list[float]:
    booster: Any = fit_booster(earlier, seed=seed, horizon_cut=judged.back)
    forecast = boosted(booster, judged.panel, judged.members)
    base = judged.members.statistical
    return [_error(judged, (1 - share) * base + share * forecast) for share in BOOSTED_SHARES]


def _error(origin: Origin, forecast: Array) -> float:
    """Mean absolute error in units of the seasonal naive one, the mean over series of each series' mean."""
    missed = np.abs(origin.actual - forecast[:, : origin.steps]) / origin.members.scale[:, None]
    return float(np.nanmean(np.minimum(missed, 20.0)))
