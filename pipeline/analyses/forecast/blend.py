"""Two views of the same future made one: what usually comes, and what is seen coming.

The usual view is a forecast of everything from past totals (`base`). The seen view adds up known items (open
deals, open invoices) by their chance (`seen`) and leaves the rest to the usual: base less the share that such
items usually bring. The mean of both takes a share of the difference, chosen at past origins whose outcomes
are known, and pulled half way to one half (Diebold and Shin 2019).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

SHARES = np.linspace(0.0, 1.0, 11)
PRIOR_SHARE, PRIOR_ORIGINS = 0.5, 16.0
"""The share of the difference before the record speaks, and how many origins that is worth."""
PRIOR_ONE_SHARE, PRIOR_FORECASTS = 0.1, 100.0
"""The same where one share serves all steps, worth so many forecasts of one step: made weeks apart they meet
the same weeks, and a hundred of them know some twelve."""
PRIOR_LEVEL_ORIGINS = 3.0
"""Origins' worth of belief that the seen view needs no new level."""
SPREAD_DECAY = 0.9
"""Weight of an origin's error relative to that of the next one."""
MINIMUM_ORIGINS = 4
"""Fewer matured origins than this print no interval."""


@dataclass(frozen=True)
class Past:
    """Earlier origins, oldest first: arrays of origins by steps ahead, NaN where the step is not over.

    Attributes:
        base: usual view; NaN for origins that only teach what known items bring.
        seen: expected from known items.
        actual: what came.
        from_seen: the part of it that came from items known at the origin.
    """

    base: Array
    seen: Array
    actual: Array
    from_seen: Array

    def known_before(self, origin: int) -> "Past":
        """The record as it was at an origin: step k of origin j is over if j + k <= origin; none is later."""
        rows = np.arange(len(self.base))[:, None]
        steps = np.arange(1, self.base.shape[1] + 1)[None, :]
        over = rows + steps <= origin
        hidden = [np.where(over, each, np.nan) for each in (self.actual, self.from_seen)]
        made = [np.where(rows <= origin, each, np.nan) for each in (self.base, self.seen)]
        return Past(*made, *hidden)


@dataclass(frozen=True)
class Blend:
    """How the two views are joined, by step ahead.

    Attributes:
        weight: share of the difference that is taken.
        usual_share: share of the usual view that known items bring.
        level: factor on the seen view.
    """

    weight: Array
    usual_share: Array
    level: Array

    def of(self, base: Array, seen: Array) -> Array:
        """The joined forecast."""
        return np.asarray(base + self.weight * (self.level * seen - self.usual_share * base))


def fit_blend(past: Past, *, one_weight: bool = False) -> Blend:
    """Learn shares, levels and weights from origins whose outcomes are known.

    `one_weight`: the same weight for all steps, for steps that are seen equally well.
    """
    share = _usual_share(past)
    level = _level(past)
    difference = level * past.seen - share * past.base
    weight = _one_weight(past, difference) if one_weight else _weight(past, difference)
    return Blend(weight, share, level)


def replayed(past: Past, *, one_weight: bool = False) -> Array:
    """The joined forecast at every past origin with only what was known by then: origins by steps."""
    rows = [
        fit_blend(past.known_before(origin), one_weight=one_weight).of(past.base[origin], past.seen[origin])
        for origin in range(len(past.base))
        if np.isfinite(past.base[origin]).any()
    ]
    return np.array(rows) if rows else np.zeros((0, past.base.shape[1]))


def spread_of_months(forecast: Array, actual: Array) -> tuple[Array, Array]:
    """Relative error by step ahead, as a standard deviation smoothed over steps, and its origins.

    Later origins weigh more, because the forecast had learned more by then.
    """
    relative = (actual - forecast) / np.where(forecast > 0, forecast, np.nan)
    relative = np.clip(relative, -2.0, 2.0)
    known = np.isfinite(relative)
    counts = known.sum(axis=0)
    weights = known * SPREAD_DECAY ** np.arange(len(relative))[::-1][:, None]
    squares = np.where(known, relative, 0.0) ** 2 * weights
    kernel = np.array([0.5, 1.0, 0.5])
    smooth, weight = (np.convolve(each.sum(axis=0), kernel, mode="full")[1:-1] for each in (squares, weights))
    usable = counts >= MINIMUM_ORIGINS
    variance = smooth / np.where(weight > 0, weight, 1.0) * (counts + 1) / np.maximum(counts, 1)
    return np.where(usable, np.sqrt(variance), np.nan), counts


def _usual_share(past: Past) -> Array:
    """Share of what came that known items brought, by step ahead; the share expected where few are known."""
    came, brought = np.nansum(past.actual, axis=0), np.nansum(past.from_seen, axis=0)
    both = np.isfinite(past.base) & np.isfinite(past.seen)
    usual, seen = (np.where(both, each, 0.0).sum(axis=0) for each in (past.base, past.seen))
    expected = np.clip(seen / np.where(usual > 0, usual, 1.0), 0.0, 1.0)
    counts = np.isfinite(past.actual).sum()
    prior = 0.5 * came.sum() / max(int(counts), 1) + 1e-9
    return np.asarray((brought + prior * expected) / (came + prior))


def _level(past: Past) -> Array:
    """Ratio of what known items brought to what was expected of them, pulled to 1, the same for all steps."""
    known = np.isfinite(past.from_seen) & np.isfinite(past.seen)
    expected = np.where(known, past.seen, 0.0)
    total = expected.sum()
    if total <= 0:
        return np.ones(past.base.shape[1])
    prior = PRIOR_LEVEL_ORIGINS * total / max(int(known[:, 0].sum()), 1)
    brought = np.where(known, past.from_seen, 0.0).sum()
    level = (brought + prior) / (total + prior)
    return np.full(past.base.shape[1], float(np.clip(level, 0.25, 4.0)))


def _weight(past: Past, difference: Array) -> Array:
    """Share of the difference with the least absolute error, pulled to the prior."""
    tried = past.base[None] + SHARES[:, None, None] * difference[None]
    errors = np.nansum(np.abs(past.actual[None] - tried), axis=1)
    kernel = np.array([0.25, 0.5, 1.0, 0.5, 0.25])
    smooth = np.array([np.convolve(row, kernel, mode="full")[2:-2] for row in errors])
    best = SHARES[smooth.argmin(axis=0)]
    count = np.isfinite(past.actual - past.base).sum(axis=0)
    return np.asarray((count * best + PRIOR_ORIGINS * PRIOR_SHARE) / (count + PRIOR_ORIGINS))


def _one_weight(past: Past, difference: Array) -> Array:
    """One share of the difference for all steps: least squares of relative errors, pulled to the prior.

    With few origins it moves less from one to the next than a share for each step.
    """
    usual = np.where(past.base > 0, past.base, np.nan)
    step, missed = difference / usual, (past.actual - past.base) / usual
    known = np.isfinite(step) & np.isfinite(missed)
    squares, products = (np.where(known, step * each, 0.0).sum() for each in (step, missed))
    prior = PRIOR_FORECASTS * squares / max(int(known.sum()), 1)
    pulled = (products + prior * PRIOR_ONE_SHARE) / (squares + prior) if squares > 0 else PRIOR_ONE_SHARE
    return np.full(past.base.shape[1], float(np.clip(pulled, 0.0, 1.0)))
