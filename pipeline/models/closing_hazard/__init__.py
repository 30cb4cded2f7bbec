"""When will an open case close, and how: a weekly competing-risk hazard.

Each week an open case is won, lost or stays open. The three chances are a penalised multinomial logit
of the case's age, the week of the quarter, the month in which it was opened and whatever was known of
it at the snapshot (covariates); the level is set by forecasts made at earlier origins whose windows
have since run out. Published by `fit_closing_hazard`, used through `ClosingHazard.predict`.
"""

from pipeline.models.closing_hazard.fit import ClosingHazard, fit_closing_hazard
from pipeline.models.closing_hazard.rows import repeat_static_cases
from pipeline.models.closing_hazard.settings import HazardSettings
from pipeline.models.closing_hazard.track import fit_calibrated_hazard, forecast_at_origins

__all__ = [
    "ClosingHazard",
    "HazardSettings",
    "fit_calibrated_hazard",
    "fit_closing_hazard",
    "forecast_at_origins",
    "repeat_static_cases",
]
