"""Forecasts made at earlier origins, and the level that they teach.

A window counts only once it has run out (a matured origin), so nothing is learned from cases whose end
is not known yet. The level is one factor each for won and lost, a mean on the log scale of
actual / forecast over matured origins, pulled to 1 by `calibration_prior` origins' worth of belief.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from pipeline.errors import NotEnoughData
from pipeline.models.closing_hazard.fit import ClosingHazard, fit_closing_hazard
from pipeline.models.closing_hazard.rows import as_known
from pipeline.models.closing_hazard.settings import HazardSettings


def fit_calibrated_hazard(
    snapshots: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    covariates: Sequence[str] = (),
    settings: HazardSettings | None = None,
) -> ClosingHazard:
    """`fit_closing_hazard`, then set its level by what forecasts of matured origins came to.

    `matured` of the result holds one row per origin: `origin`, `open_cases`, `won_forecast`, `won_actual`,
    `lost_forecast`, `lost_actual` (uncalibrated, within `calibration_horizon_weeks`); `matured_cases` what
    `forecast_at_origins` found for them.
    """
    settings = settings or HazardSettings()
    model = fit_closing_hazard(snapshots, as_of=as_of, covariates=covariates, settings=settings)
    last = as_of - pd.Timedelta(weeks=settings.calibration_horizon_weeks)
    step = pd.Timedelta(weeks=settings.calibration_spacing_weeks)
    origins = _snapshot_days(snapshots, [last - step * k for k in range(settings.calibration_origins)])
    cases = forecast_at_origins(
        snapshots, origins, as_of=as_of, covariates=covariates, settings=settings, start=model
    )
    matured = cases.groupby("origin", as_index=False).agg(
        open_cases=("deal_id", "size"),
        won_forecast=("p_won", "sum"),
        won_actual=("is_won", "sum"),
        lost_forecast=("p_lost", "sum"),
        lost_actual=("is_lost", "sum"),
    )
    prior = settings.calibration_prior
    won = _factor(matured["won_actual"], matured["won_forecast"], prior)
    lost = _factor(matured["lost_actual"], matured["lost_forecast"], prior)
    return replace(model.with_factors(won, lost), matured=matured, matured_cases=cases)


def forecast_at_origins(
    snapshots: pd.DataFrame,
    origins: Sequence[pd.Timestamp],
    *,
    as_of: pd.Timestamp,
    covariates: Sequence[str] = (),
    settings: HazardSettings | None = None,
    start: ClosingHazard | None = None,
    calibrated: bool = False,
) -> pd.DataFrame:
    """One row per origin and case open then: the forecast made with what was known then, and what happened.

    Args:
        snapshots: as `fit_closing_hazard` takes them.
        origins: days on which there are snapshots; one with too few closings before it is left out.
        as_of: the day at whose end the record stops.
        covariates: columns of `snapshots` to learn from.
        settings: penalties, limits and the horizon.
        start: a fit whose levels of the covariates are kept.
        calibrated: level each origin by the origins that had matured before it (slower).

    Columns: `origin`, `deal_id`, `p_won`, `p_lost` within `calibration_horizon_weeks`, `is_won`, `is_lost`.
    """
    settings = settings or HazardSettings()
    weeks = settings.calibration_horizon_weeks
    parts = [_no_forecasts()]
    for origin in origins:
        past = as_known(snapshots, origin)
        try:
            model = (
                fit_calibrated_hazard(past, as_of=origin, covariates=covariates, settings=settings)
                if calibrated
                else fit_closing_hazard(
                    past, as_of=origin, covariates=covariates, settings=settings, start=start
                )
            )
        except NotEnoughData:
            continue
        now = snapshots.loc[snapshots["snapshot_on"] == origin]
        ended = now["closed_on"] <= min(origin + pd.Timedelta(weeks=weeks), as_of)
        forecast = model.within(now, weeks=weeks).assign(
            origin=origin,
            is_won=(ended & (now["outcome"] == "won")).to_numpy(),
            is_lost=(ended & (now["outcome"] == "lost")).to_numpy(),
        )
        parts.append(forecast[parts[0].columns])
    return pd.concat(parts[1:] or parts, ignore_index=True)


def _snapshot_days(snapshots: pd.DataFrame, wanted: list[pd.Timestamp]) -> list[pd.Timestamp]:
    """The last snapshot day on or before each wanted day, each once."""
    days = np.sort(snapshots["snapshot_on"].unique())
    found = [days[days <= np.datetime64(day)][-1] for day in wanted if (days <= np.datetime64(day)).any()]
    return [pd.Timestamp(day) for day in sorted(set(found))]


def _factor(actual: pd.Series, forecast: pd.Series, prior_origins: float) -> float:
    if actual.empty:
        return 1.0
    ratios = np.log((actual + 0.5) / (forecast + 0.5))
    return float(np.exp(ratios.sum() / (len(ratios) + prior_origins)))


def _no_forecasts() -> pd.DataFrame:
    columns = ["origin", "deal_id", "p_won", "p_lost", "is_won", "is_lost"]
    return pd.DataFrame({name: pd.Series(dtype="object") for name in columns})
