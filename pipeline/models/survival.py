"""How long things last and how they end, when some have not ended yet.

A thin door to statsmodels: Kaplan and Meier (1958) for times, Aalen and Johansen (1978) for several
ways to end. What is still going on counts as long as it was watched and no longer.
"""

from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from pipeline.errors import ModelInputError

INTERVAL = 0.8


@dataclass(frozen=True)
class Median:
    """The time by which half have ended, with its interval; NaN where it was not reached."""

    days: float
    low: float
    high: float
    cases: int
    ended: int


def median_time(days: ArrayLike, ended: ArrayLike, level: float = INTERVAL) -> Median:
    """Kaplan-Meier median of times of which some have not ended.

    Args:
        days: time watched of each case, 0 or more.
        ended: True where the case ended then, False where it was still going on.
        level: of the interval, by inverting the log-log confidence band (Brookmeyer and Crowley 1982).

    Raises:
        ModelInputError: shapes differ, or a time is negative or missing.
    """
    time, status = _checked(days, ended)
    if not status.any():
        return Median(np.nan, np.nan, np.nan, len(time), 0)
    curve = _survivor(time, status)
    low, high = _interval_of_median(curve.surv_times, curve.surv_prob, curve.surv_prob_se, level)
    return Median(float(curve.quantile(0.5)), float(low), float(high), len(time), int(status.sum()))


def _interval_of_median(
    times: NDArray[np.float64], share: NDArray[np.float64], error: NDArray[np.float64], level: float
) -> tuple[float, float]:
    """The times at which the band around the curve passes one half."""
    width = NormalDist().inv_cdf(0.5 + level / 2)
    inside = (share > 0) & (share < 1) & np.isfinite(error)
    safe = np.where(inside, share, 0.5)
    spread = np.exp(width * np.where(inside, error, 0) / (safe * np.abs(np.log(safe))))
    low, high = (np.where(inside, safe**power, share) for power in (spread, 1 / spread))
    return _first_below_half(times, low), _first_below_half(times, high)


def _first_below_half(times: NDArray[np.float64], share: NDArray[np.float64]) -> float:
    below = np.flatnonzero(share <= 0.5)
    return float(times[below[0]]) if len(below) else float("nan")


def survival_curve(days: ArrayLike, ended: ArrayLike) -> pd.DataFrame:
    """Kaplan-Meier curve, one row per time at which a case ended: days, still_there (share), at_risk.

    Raises:
        ModelInputError: as `median_time`.
    """
    time, status = _checked(days, ended)
    if not status.any():
        return pd.DataFrame({"days": [], "still_there": [], "at_risk": []}, dtype="float64")
    curve = _survivor(time, status)
    return pd.DataFrame(
        {"days": curve.surv_times, "still_there": curve.surv_prob, "at_risk": curve.n_risk}
    ).astype("float64")


def shares_ended(days: ArrayLike, cause: ArrayLike, causes: int, level: float = INTERVAL) -> pd.DataFrame:
    """Aalen-Johansen: of all cases, the share that in the end goes each way.

    Args:
        days: time watched of each case.
        cause: 0 where it is still going on, else 1 to `causes`.
        causes: number of ways to end.
        level: of the interval, on the log-log scale.

    Returns:
        One row per cause: cause, share (at the longest time seen), low, high, cases that ended so.

    Raises:
        ModelInputError: as `median_time`, or a cause outside its range.
    """
    time, code = _checked(days, cause)
    if code.size and (code.min() < 0 or code.max() > causes):
        raise ModelInputError(f"A cause must be 0 to {causes}; seen: {code.min()} to {code.max()}.")
    share, error = _incidence(time, code, causes)
    width = NormalDist().inv_cdf(0.5 + level / 2)
    inside = (share > 0) & (share < 1) & (error > 0)
    safe = np.where(inside, share, 0.5)
    spread = width * np.where(inside, error, 0) / (safe * np.abs(np.log(safe)))
    low, high = (np.where(inside, safe ** np.exp(sign * spread), share) for sign in (1, -1))
    counts = [int((code == number).sum()) for number in range(1, causes + 1)]
    return pd.DataFrame(
        {"cause": range(1, causes + 1), "share": share, "low": low, "high": high, "cases": counts}
    )


def _incidence(
    time: NDArray[np.float64], code: NDArray[np.int64], causes: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    from statsmodels.duration.survfunc import CumIncidenceRight

    share, error = np.zeros(causes), np.zeros(causes)
    seen = [number for number in range(1, causes + 1) if (code == number).any()]
    if not seen:
        return share, error
    # statsmodels wants the causes numbered without a gap.
    packed = np.zeros_like(code)
    for place, number in enumerate(seen, start=1):
        packed[code == number] = place
    with np.errstate(all="ignore"):  # its own standard errors, which are not used
        fit = CumIncidenceRight(time, packed)
    for place, number in enumerate(seen):
        share[number - 1] = fit.cinc[place][-1]
        error[number - 1] = _standard_error(fit.times, fit.cinc[place], time, code, number)
    return share, error


def _standard_error(
    times: NDArray[np.float64],
    incidence: NDArray[np.float64],
    time: NDArray[np.float64],
    code: NDArray[np.int64],
    cause: int,
) -> float:
    # By the delta method (Marubini and Valsecchi 1995, equation 10.12): statsmodels' own figure breaks off
    # when all who are left end at once.
    order = np.sort(time)
    at_risk = len(time) - np.searchsorted(order, times)
    place = np.searchsorted(times, time)
    counted = code > 0
    ended = np.bincount(place[counted], minlength=len(times))
    ended_so = np.bincount(place[code == cause], minlength=len(times))
    before = np.concatenate([[1.0], np.cumprod(1 - ended / at_risk)[:-1]])
    to_come = incidence[-1] - incidence
    left = np.maximum(at_risk - ended, 1)
    variance = (
        (to_come**2 * ended / (at_risk * left)).sum()
        + (before**2 * (at_risk - ended_so) * ended_so / at_risk**3).sum()
        - 2 * (to_come * before * ended_so / at_risk**2).sum()
    )
    return float(np.sqrt(max(variance, 0.0)))


def _survivor(time: NDArray[np.float64], status: NDArray[np.int64]) -> Any:
    from statsmodels.duration.survfunc import SurvfuncRight

    with np.errstate(all="ignore"):
        return SurvfuncRight(time, status)


def _checked(days: ArrayLike, code: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    time, status = np.asarray(days, dtype=np.float64), np.asarray(code, dtype=np.int64)
    if time.shape != status.shape or time.ndim != 1:
        raise ModelInputError(f"Times have the shape {time.shape} and ends {status.shape}; give two columns.")
    if not (np.isfinite(time).all() and (time >= 0).all()):
        raise ModelInputError("Times must be finite and not negative.")
    # A case watched for no time still counts: half a day, so that it is at risk when it ends.
    return np.maximum(time, 0.5), status
