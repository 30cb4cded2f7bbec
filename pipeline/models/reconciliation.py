"""Forecasts of a hierarchy made to add up: trace minimisation with shrunken covariances.

Wickramasuriya, Athanasopoulos and Hyndman 2019 (Journal of the American Statistical Association,
equation 10), covariances shrunk toward their diagonal as by Schaefer and Strimmer 2005. All work is
done on series divided by one number, the mean size of the largest series, so that amounts in cents and in
millions give the same shares. Negative bottoms are set to zero and summed again; every total is then the
sum of its bottoms to the cent.
"""

from typing import Literal

import numpy as np
import numpy.typing as npt

from pipeline.errors import ModelInputError

Array = npt.NDArray[np.float64]
Method = Literal["shrunk", "variances", "bottom_up"]

CENTS = 2
RIDGE = 1e-8
MAXIMUM_FULL = 3000
"""Above this many series the full covariance is not worth its cost; variances are used."""


def summing_matrix(groups: npt.ArrayLike) -> Array:
    """Which bottoms each total adds up: totals by bottoms, then the bottoms themselves.

    `groups`: one row per total, one column per bottom, True where the bottom belongs to the total.
    """
    above = np.atleast_2d(np.asarray(groups, dtype=np.float64))
    return np.vstack([above, np.eye(above.shape[1])])


def reconcile(
    forecasts: npt.ArrayLike,
    summing: npt.ArrayLike,
    errors: npt.ArrayLike | None,
    *,
    variances: npt.ArrayLike | None = None,
    method: Method = "shrunk",
    non_negative: bool = True,
    decimals: int | None = CENTS,
) -> Array:
    """Coherent forecasts, one row per series (as in `summing`), one column per month ahead.

    `errors`: series by moments, past errors (NaN where none) that say whom to trust; without them, or with
    fewer than four moments, the bottoms are summed up. `variances`: one per series, instead of errors.
    With `decimals` the bottoms are rounded first, so that sums agree exactly.

    Raises:
        ModelInputError: shapes that do not match, or forecasts that are not finite.
    """
    base, totals = np.asarray(forecasts, dtype=np.float64), np.asarray(summing, dtype=np.float64)
    if base.ndim != 2 or totals.ndim != 2 or len(base) != len(totals):
        raise ModelInputError(
            f"forecasts {base.shape} and summing {totals.shape}: need one row per series in both."
        )
    if not np.isfinite(base).all():
        raise ModelInputError("forecasts: contain values that are not finite.")
    bottoms = totals.shape[1]
    chosen = base[-bottoms:]
    past = None if errors is None else np.asarray(errors, dtype=np.float64)
    if variances is not None:
        deviations = np.sqrt(np.asarray(variances, dtype=np.float64))[:, None]
        chosen = _bottoms(base, totals, deviations, "variances")
    elif method != "bottom_up" and past is not None and past.shape[1] >= 4:
        chosen = _bottoms(base, totals, past, method)
    if non_negative:
        chosen = np.where(base[-bottoms:] >= 0, np.maximum(chosen, 0.0), chosen)
    return totals @ (chosen if decimals is None else np.round(chosen, decimals))


def _bottoms(base: Array, summing: Array, errors: Array, method: Method) -> Array:
    """Equation 10 in the form with the constraints, which inverts a matrix of totals by totals only."""
    unit = max(float(np.abs(base).max()), float(np.nanmax(np.abs(errors))), 1e-300)
    totals = len(summing) - summing.shape[1]
    scaled = base / unit
    constraint = np.hstack([np.eye(totals), -summing[:totals]])
    if method == "variances" or len(base) > MAXIMUM_FULL:
        spread = _variances(errors / unit)[:, None] * constraint.T
    else:
        spread = _covariance(errors / unit) @ constraint.T
    middle = constraint @ spread
    middle += RIDGE * np.trace(middle) / max(totals, 1) * np.eye(totals)
    adjusted = scaled - spread @ np.linalg.solve(middle, constraint @ scaled)
    return np.asarray(adjusted[totals:] * unit)


def _variances(errors: Array) -> Array:
    known = np.isfinite(errors)
    squares = np.where(known, errors, 0.0) ** 2
    variances = squares.sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    return np.asarray(np.maximum(variances, 1e-6 * max(float(variances.mean()), 1e-300)))


def _covariance(errors: Array) -> Array:
    """Covariance of the errors, correlations shrunk by the estimated optimal share."""
    known = np.isfinite(errors)
    filled = np.where(known, errors, 0.0)
    counts = np.maximum(known.sum(axis=1), 1)
    variances = _variances(errors)
    standard = filled / np.sqrt(variances)[:, None]
    moments = errors.shape[1]
    correlation = standard @ standard.T / np.sqrt(np.outer(counts, counts))
    spread = (standard**2) @ (standard**2).T / moments - (standard @ standard.T / moments) ** 2
    np.fill_diagonal(spread, 0.0)
    off = correlation - np.diag(np.diag(correlation))
    share = float(np.clip(spread.sum() / moments / max(float((off**2).sum()), 1e-12), 0.0, 1.0))
    shrunk = (1 - share) * off + np.eye(len(off))
    deviations = np.sqrt(variances)
    return np.asarray(shrunk * np.outer(deviations, deviations))
