"""The default (penalised logistic regression) and its challenger (boosting, averaged with it)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pandas as pd

from pipeline.models.win_probability.features import FieldEncoder, Floats, as_numbers, learn_fields
from pipeline.models.win_probability.settings import WinSettings

LARGEST_LOG_ODDS = 6.0
LOGISTIC = "logistic"
BOOSTED = "boosted"


class Learner(Protocol):
    """Something that gives log-odds of winning, in all and per field."""

    def log_odds(self, frame: pd.DataFrame) -> Floats:
        """One number per row."""
        ...

    def contributions(self, frame: pd.DataFrame) -> pd.DataFrame:
        """One row per row of `frame`, one column per field: what it adds to the log-odds of the mean case."""
        ...


@dataclass(frozen=True)
class Logistic:
    """Penalised logistic regression on one-hot words and hinged ranks."""

    encoders: tuple[FieldEncoder, ...]
    intercept: float
    coefficients: tuple[Floats, ...]
    centres: tuple[Floats, ...]

    def log_odds(self, frame: pd.DataFrame) -> Floats:
        """Intercept plus all contributions."""
        return np.asarray(self.intercept + self.contributions(frame).sum(axis=1).to_numpy())

    def contributions(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Per field: its columns less their mean in training, times the coefficients."""
        parts = {
            encoder.name: (encoder.encode(frame[encoder.name]) - centre) @ weights
            for encoder, weights, centre in zip(self.encoders, self.coefficients, self.centres, strict=True)
        }
        return pd.DataFrame(parts, index=frame.index)


@dataclass(frozen=True)
class Boosted:
    """Mean of boosting's and the default's log-odds."""

    encoders: tuple[FieldEncoder, ...]
    trees: tuple[Any, ...]
    default: Logistic
    weight: float
    typical: pd.DataFrame

    def log_odds(self, frame: pd.DataFrame) -> Floats:
        """Weighted mean of both models' log-odds."""
        own = self._tree_log_odds(np.hstack([_tree_block(e, frame) for e in self.encoders]))
        return np.asarray(self.weight * own + (1 - self.weight) * self.default.log_odds(frame))

    def contributions(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Per field: change of the trees' log-odds when the field is set to its commonest value or median.

        One field at a time, so the parts need not add up to the whole; what is missing is interplay.
        """
        blocks = [_tree_block(e, frame) for e in self.encoders]
        own = self._tree_log_odds(np.hstack(blocks))
        changes = {}
        for place, encoder in enumerate(self.encoders):
            usual = np.broadcast_to(_tree_block(encoder, self.typical)[0], blocks[place].shape)
            changed = np.hstack([*blocks[:place], usual, *blocks[place + 1 :]])
            changes[encoder.name] = own - self._tree_log_odds(changed)
        trees = pd.DataFrame(changes, index=frame.index)
        return self.weight * trees + (1 - self.weight) * self.default.contributions(frame)

    def _tree_log_odds(self, matrix: Floats) -> Floats:
        mean = np.mean([trees.decision_function(matrix) for trees in self.trees], axis=0)
        return np.asarray(np.clip(mean, -LARGEST_LOG_ODDS, LARGEST_LOG_ODDS))


def fit_logistic(
    frame: pd.DataFrame,
    outcome: Floats,
    weight: Floats,
    *,
    fields: Sequence[str],
    penalties: Sequence[float],
    settings: WinSettings,
) -> list[Logistic]:
    """Fit the default, one model per inverse strength of the L2 penalty."""
    encoders = learn_fields(frame, fields, min_level_cases=settings.min_level_cases)
    blocks = [encoder.encode(frame[encoder.name]) for encoder in encoders]
    if not blocks:
        return [Logistic((), _logit(float(np.average(outcome, weights=weight))), (), ()) for _ in penalties]
    centres = tuple(np.average(block, axis=0, weights=weight) for block in blocks)
    design = np.hstack([block - centre for block, centre in zip(blocks, centres, strict=True)])
    edges = np.cumsum([block.shape[1] for block in blocks])[:-1]
    return [
        Logistic(encoders, intercept, tuple(np.split(coefficients, edges)), centres)
        for intercept, coefficients in _penalised_fits(design, outcome, weight, penalties)
    ]


def log_odds_of(models: Sequence[Logistic], frame: pd.DataFrame) -> list[Floats]:
    """The log-odds of models that differ in their penalty alone: the fields are encoded once."""
    encoders, centres = models[0].encoders, models[0].centres
    if not encoders:
        return [np.full(len(frame), model.intercept) for model in models]
    blocks = [e.encode(frame[e.name]) - centre for e, centre in zip(encoders, centres, strict=True)]
    weights = np.column_stack([np.concatenate(model.coefficients) for model in models])
    found = np.hstack(blocks) @ weights + np.array([model.intercept for model in models])
    return list(found.T)


def _penalised_fits(
    design: Floats, outcome: Floats, weight: Floats, penalties: Sequence[float]
) -> list[tuple[float, Floats]]:
    """Intercept and coefficients per penalty, each fit started from the one before."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(solver="newton-cholesky", max_iter=50, warm_start=True)
    found = []
    for penalty in penalties:
        model.set_params(C=penalty).fit(design, outcome, sample_weight=weight)
        found.append((float(model.intercept_[0]), model.coef_[0].copy()))
    return found


def fit_boosted(
    frame: pd.DataFrame, outcome: Floats, weight: Floats, *, default: Logistic, settings: WinSettings
) -> Boosted:
    """Fit the challenger beside a fitted default, on the same fields."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    encoders = default.encoders
    blocks = [_tree_block(encoder, frame) for encoder in encoders]
    matrix = np.hstack(blocks)
    is_large = len(outcome) > settings.one_boosting_above_rows
    trees = tuple(
        HistGradientBoostingClassifier(
            max_depth=settings.boosting_depth,
            learning_rate=settings.large_rate if is_large else settings.boosting_rate,
            max_iter=settings.large_rounds if is_large else settings.boosting_rounds,
            min_samples_leaf=settings.boosting_min_leaf,
            l2_regularization=settings.boosting_l2,
            max_features=settings.boosting_column_share,
            early_stopping=False,
            random_state=seed,
        ).fit(matrix, outcome, sample_weight=weight)
        for seed in settings.boosting_seeds[: 1 if is_large else None]
    )
    return Boosted(encoders, trees, default, settings.challenger_weight, _typical_case(frame, encoders))


def _logit(rate: float) -> float:
    bounded = min(max(rate, 1e-6), 1 - 1e-6)
    return float(np.log(bounded / (1 - bounded)))


def _tree_block(encoder: FieldEncoder, frame: pd.DataFrame) -> Floats:
    """Columns for trees: the number's place among its quantiles (empty stays empty), or words one-hot.

    Few distinct values keep scikit-learn from weighing percentiles of each column, which costs more than
    the trees.
    """
    values = frame[encoder.name]
    if not encoder.is_number:
        return encoder.encode(values)
    numbers = as_numbers(values)
    place = np.searchsorted(np.asarray(encoder.quantiles), numbers, side="right").astype(float)
    return np.where(np.isnan(numbers), np.nan, place)[:, None]


def _typical_case(frame: pd.DataFrame, encoders: Sequence[FieldEncoder]) -> pd.DataFrame:
    """One row: the median of each number, the commonest of each field of words."""
    return pd.DataFrame(
        {
            e.name: [np.nanmedian(as_numbers(frame[e.name])) if e.is_number else frame[e.name].mode().iloc[0]]
            for e in encoders
        }
    )
