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
    follows_time: bool,
    settings: WinSettings,
) -> tuple[Levelling, Floats]:
    """The levelling for new cases, and the judged cases' own probabilities.

    Where folds follow time, each one's probabilities are levelled by earlier ones only. Random folds share
    one levelling: leaving a fold out would shift the rest against it (its own wins are missing there), and
    two parameters learned from all folds hardly polish the record.
    """
    by_fold = np.argsort(fold, kind="stable")
    if not follows_time:
        levelling = _fit(log_odds, outcome, weight, by_fold, settings)
        return levelling, levelling.probability(log_odds)
    probability = np.empty(len(log_odds))
    for number in np.unique(fold):
        now = fold == number
        before = _latest(np.flatnonzero(fold < number), settings)
        probability[now] = _fit(log_odds, outcome, weight, before, settings).probability(log_odds[now])
    return _fit(log_odds, outcome, weight, _latest(by_fold, settings), settings), probability


def _latest(rows: Floats, settings: WinSettings) -> Floats:
    keep = max(int(len(rows) * settings.calibration_share), min(len(rows), 200))
    return rows[len(rows) - keep :]


def _fit(log_odds: Floats, outcome: Floats, weight: Floats, rows: Floats, settings: WinSettings) -> Levelling:
    if not len(rows):
        return Levelling()
    x, y, w = log_odds[rows], outcome[rows], weight[rows] / weight[rows].mean()
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
