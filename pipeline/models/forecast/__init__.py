"""Monthly forecasts of many series at once: `forecast_panel`.

Theta and damped trend with shrunk seasons, one boosted model over all series where there are enough, and
the seasonal naive forecast, combined with shares chosen by rolling backtest on the panel itself.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from pipeline.models.forecast.boosting import MINIMUM_SERIES, boosted, fit_booster, is_available
from pipeline.models.forecast.combination import Shares, choose_shares, combined
from pipeline.models.forecast.intervals import Spread, fit_spread, half_width
from pipeline.models.forecast.members import Members, member_forecasts
from pipeline.models.forecast.panel import Array, Ints, checked_panel, naive_scale
from pipeline.models.forecast.rolling import STEPS_BACK, Origin, rolled_back

__all__ = ["MINIMUM_SERIES", "PanelForecast", "forecast_panel", "width_of"]

BOOST_FROM_BACK = 3


@dataclass(frozen=True)
class PanelForecast:
    """Forecast of a panel: arrays of series by months ahead.

    Attributes:
        expected: the combined forecast.
        low, high: ends of the interval, by level (0.8: 80% of outcomes lie within).
        shares: how much each model counts.
        members: what each model says.
        is_conformal: True where intervals come from past errors, False where from the normal curve.
        origins: the rolled-back origins that the choices rest on.
        spread: what predicts the size of errors, for series that are sums of the panel's.
    """

    expected: Array
    low: dict[float, Array]
    high: dict[float, Array]
    shares: Shares
    members: Members
    is_conformal: bool
    origins: tuple[Origin, ...]
    spread: Spread


def forecast_panel(
    values: npt.ArrayLike,
    horizon: int,
    *,
    parent: npt.ArrayLike | None = None,
    outcomes: npt.ArrayLike | None = None,
    levels: tuple[float, ...] = (0.8, 0.95),
    boosting: bool | None = None,
    steps_back: tuple[int, ...] = STEPS_BACK,
    seed: int = 1,
) -> PanelForecast:
    """Forecast every series of a panel for the next `horizon` months.

    `values`: one row per series, one column per month, NaN before a series begins; all end in the same
    month. `parent`: row of each series' parent, -1 for none; its season is borrowed. `outcomes`: what came,
    where `values` are evened out: forecasts learn from the values, intervals are to hold the outcomes.
    `boosting`: learn one LightGBM over all series; by default where it is installed and there are at least
    100 series. `steps_back`: months before the last one at which the models are run again.

    Raises:
        ModelInputError: values of the wrong shape, infinite, or ending before the last month.
    """
    panel = checked_panel(values)
    above: Ints | None = None if parent is None else np.asarray(parent, dtype=np.int64)
    boost = len(panel) >= MINIMUM_SERIES and is_available() if boosting is None else boosting
    origins = rolled_back(panel, horizon, above, steps_back)
    members = member_forecasts(panel, horizon, above)
    learned = [origin for origin in origins if origin.back >= BOOST_FROM_BACK]
    shares = choose_shares(panel, origins, boosting=boost and bool(learned), seed=seed)
    correction = None
    if shares.boosted > 0:
        correction = boosted(fit_booster(learned, seed=seed), panel, members)
    expected = combined(members, shares, correction)
    came, judged, noisy = panel, origins, members
    if outcomes is not None:
        came = checked_panel(outcomes)
        judged = tuple(_judged_by(origin, came) for origin in origins)
        noisy = _as_noisy_as(members, panel, came)
    spread = fit_spread(came, judged, [_without_boosting(origin, shares) for origin in origins])
    widths = {level: half_width(spread, came, noisy, horizon, level) for level in levels}
    never_negative = (np.nanmin(panel, axis=1) >= 0)[:, None]
    floor = np.where(never_negative, 0.0, -np.inf)
    return PanelForecast(
        expected=expected,
        low={level: np.maximum(expected - width, floor) for level, width in widths.items()},
        high={level: expected + width for level, width in widths.items()},
        shares=shares,
        members=members,
        is_conformal=spread.is_conformal,
        origins=origins,
        spread=spread,
    )


def width_of(
    result: PanelForecast, values: npt.ArrayLike, level: float, outcomes: npt.ArrayLike | None = None
) -> Array:
    """Half the width of the intervals of other series of the kind, such as sums: series by months ahead."""
    panel = checked_panel(values)
    horizon = result.expected.shape[1]
    members = member_forecasts(panel, horizon)
    if outcomes is None:
        return half_width(result.spread, panel, members, horizon, level)
    came = checked_panel(outcomes)
    return half_width(result.spread, came, _as_noisy_as(members, panel, came), horizon, level)


def _judged_by(origin: Origin, outcomes: Array) -> Origin:
    """The origin with what came in place of the evened values."""
    columns = origin.panel.shape[1]
    known = outcomes[origin.rows, :columns]
    came = outcomes[origin.rows, columns : columns + origin.steps]
    members = _as_noisy_as(origin.members, origin.panel, known)
    return replace(origin, panel=known, members=members, actual=came)


def _as_noisy_as(members: Members, values: Array, outcomes: Array) -> Members:
    """The models with the error and the unit that they have on outcomes."""
    known = np.isfinite(outcomes) & np.isfinite(values)
    apart = np.where(known, outcomes - values, 0.0)
    noise = (apart**2).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    return replace(members, error=np.sqrt(members.error**2 + noise), scale=naive_scale(outcomes))


def _without_boosting(origin: Origin, shares: Shares) -> Array:
    naive = shares.seasonal_naive
    return (1 - naive) * origin.members.statistical + naive * origin.members.seasonal_naive
