"""Platt's levelling: a shift and a slope of the log-odds, learned from the latest judged cases.

Platt (1999), "Probabilistic outputs for support vector machines". Both are pulled to 0 and 1 by a
prior, so that a few dozen cases cannot bend a good model; isotonic regression was worse on later cases.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize

from pipeline.models.win_probability.features import Floats
from pipeline.models.win_probability.settings import WinSettings
from pipeline.models.win_probability.splits import Timeline


@dataclass(frozen=True)
class Levelling:
    """Levelled log-odds = shift + slope x log-odds."""

    shift: float = 0.0
    slope: float = 1.0

    def probability(self, log_odds: Floats) -> Floats:
        """Levelled probability (0 to 1)."""
        return np.asarray(1 / (1 + np.exp(-np.clip(self.shift + self.slope * log_odds, -30, 30))))


def fit_levelling(
    log_odds: Floats,
    outcome: Floats,
    weight: Floats,
    fold: Floats,
    *,
    timeline: Timeline | None,
    settings: WinSettings,
) -> tuple[Levelling, Floats]:
    """The levelling for new cases, and the judged cases' own probabilities.

    Where folds follow time, each one's probabilities are levelled by what earlier ones had shown by its first
    day: by rows old enough that nine of ten endings take less time, because of younger ones only the hasty,
    which are lost more often, have ended. Random folds share
    one levelling: leaving a fold out would shift the rest against it (its own wins are missing there), and
    two parameters learned from all folds hardly polish the record.
    """
    if timeline is None:
        levelling = _fit(log_odds, outcome, weight, settings)
        return levelling, levelling.probability(log_odds)
    probability = np.empty(len(log_odds))
    for number in np.unique(fold):
        now = fold == number
        level = _mature_level(
            (log_odds, outcome),
            np.flatnonzero(fold < number),
            timeline,
            timeline.seen[now].min(),
            settings,
        )
        probability[now] = level.probability(log_odds[now])
    by_fold, today = np.argsort(fold, kind="stable"), float(timeline.known.max())
    return _mature_level((log_odds, outcome), by_fold, timeline, today, settings), probability


def _mature_level(
    scored: tuple[Floats, Floats], rows: Floats, timeline: Timeline, day: float, settings: WinSettings
) -> Levelling:
    """The levelling of log-odds and outcomes by those of `rows` that are mature on a day."""
    log_odds, outcome = scored
    found = _latest(timeline.mature_by(rows, day), settings)
    return _fit(log_odds[found], outcome[found], timeline.weights(found, day), settings)


def _latest(rows: Floats, settings: WinSettings) -> Floats:
    keep = max(int(len(rows) * settings.calibration_share), min(len(rows), 200))
    return rows[len(rows) - keep :]


def _fit(x: Floats, y: Floats, weight: Floats, settings: WinSettings) -> Levelling:
    if not len(x):
        return Levelling()
    w = weight / weight.mean()
    prior = settings.calibration_prior_cases / 4

    def loss(parameters: Floats) -> tuple[float, Floats]:
        score = parameters[0] + parameters[1] * x
        pull = prior * np.array([parameters[0], parameters[1] - 1.0])
        residual = w * (1 / (1 + np.exp(-np.clip(score, -30, 30))) - y)
        value = (w * (np.logaddexp(0, score) - y * score)).sum() + 0.5 * prior * (
            parameters[0] ** 2 + (parameters[1] - 1) ** 2
        )
        return float(value), np.array([residual.sum(), residual @ x]) + pull

    minimizer: Any = minimize
    result = minimizer(loss, np.array([0.0, 1.0]), jac=True, method="L-BFGS-B", bounds=[(-4, 4), (0.05, 3)])
    return Levelling(float(result.x[0]), float(result.x[1]))
