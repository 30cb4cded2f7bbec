"""How likely a case is to be won: a penalised logistic regression, unless boosting proves better.

`fit_win_probability` learns, validates on later cases than it learned from, levels the result on the
latest ones, and says plainly when there is nothing to learn (`verdict`).
"""

from pipeline.models.win_probability.features import FieldEncoder, learn_fields
from pipeline.models.win_probability.fit import WinProbability, fit_win_probability
from pipeline.models.win_probability.scoring import calibration_error, reliability, skill
from pipeline.models.win_probability.settings import WinSettings
from pipeline.models.win_probability.splits import (
    forward_folds,
    grouped_folds,
    haste_weights,
    look_alike_groups,
)

__all__ = [
    "FieldEncoder",
    "WinProbability",
    "WinSettings",
    "calibration_error",
    "fit_win_probability",
    "forward_folds",
    "grouped_folds",
    "haste_weights",
    "learn_fields",
    "look_alike_groups",
    "reliability",
    "skill",
]
