"""One gradient-boosted model over all series: what the statistical forecast misses, learned across the panel.

The model corrects the statistical mean, in units of each series' own seasonal naive error, from how the
models differ and what the last months did. Every example is shown twice, once mirrored (up is down), so
that it learns shapes and not the direction in which the whole market happened to move. LightGBM (Ke et
al. 2017) is an optional extra (`pip install quarterdeck[boosting]`).
"""

import functools
from collections.abc import Sequence
from importlib import metadata
from typing import Any

import numpy as np

from pipeline.models.forecast.members import Members
from pipeline.models.forecast.panel import SEASON, Array, Bools, history_months, phases, row_mean
from pipeline.models.forecast.rolling import Origin

MINIMUM_SERIES = 100
"""From about a hundred series on, learning across them pays."""
ROUNDS = 100
MAXIMUM_EXAMPLES = 300_000
SETTINGS = {
    "objective": "l1",
    "num_leaves": 31,
    "learning_rate": 0.05,
    "min_data_in_leaf": 200,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.5,
    "bagging_freq": 1,
    "lambda_l2": 1.0,
    "max_bin": 127,
    "num_threads": 1,
    "deterministic": True,
    "force_row_wise": True,
    "verbose": -1,
}


def version() -> str:
    """Which LightGBM is installed; "" for none. Forecasts of many series depend on it."""
    try:
        return metadata.version("lightgbm")
    except metadata.PackageNotFoundError:
        return ""


@functools.cache
def is_available() -> bool:
    """True where LightGBM is installed and runs (it wants the system's OpenMP library)."""
    if not version():
        return False
    try:
        import lightgbm  # noqa: F401 - slow to import, so only where it may be used
    except OSError:
        return False
    return True


def fit_booster(origins: Sequence[Origin], *, seed: int, horizon_cut: int = 0) -> Any:
    """Learn the correction from rolled-back origins; `horizon_cut` hides the last months from the targets."""
    import lightgbm  # optional, and slow to import

    drawn = np.random.default_rng(seed)
    inputs, targets = [], []
    for origin in origins:
        steps = min(origin.steps, origin.back - horizon_cut)
        if steps < 1:
            continue
        rows, wanted = _examples(origin, steps)
        inputs.append(rows)
        targets.append(wanted)
    table, wanted = np.concatenate(inputs), np.concatenate(targets)
    if len(table) > MAXIMUM_EXAMPLES:
        kept = np.sort(drawn.choice(len(table), MAXIMUM_EXAMPLES, replace=False))
        table, wanted = table[kept], wanted[kept]
    table, wanted = np.concatenate([table, mirrored(table)]), np.concatenate([wanted, -wanted])
    return lightgbm.train({**SETTINGS, "seed": seed}, lightgbm.Dataset(table, wanted), ROUNDS)


def boosted(booster: Any, panel: Array, members: Members) -> Array:
    """The statistical forecast with the learned correction, one row per series."""
    base = members.statistical
    table = features(panel, members).reshape(-1, len(SIGNED))
    correction = (booster.predict(table, num_threads=1) - booster.predict(mirrored(table), num_threads=1)) / 2
    corrected = base + correction.reshape(base.shape) * members.scale[:, None]
    return np.asarray(np.where(base >= 0, np.maximum(corrected, 0.0), corrected))


def mirrored(table: Array) -> Array:
    """The same examples upside down: features with a direction change sign."""
    return np.where(SIGNED, -table, table)


def _examples(origin: Origin, steps: int) -> tuple[Array, Array]:
    table = features(origin.panel, origin.members)[:, :steps]
    missed = (origin.actual[:, :steps] - origin.members.statistical[:, :steps]) / origin.members.scale[
        :, None
    ]
    known = np.isfinite(missed)
    return table[known], missed[known]


def features(panel: Array, members: Members) -> Array:
    """Features of every series and month ahead: an array of series, months ahead, features."""
    columns = [*_of_models(members), *_of_recent_months(members), *_of_the_series(panel, members)]
    shape = members.statistical.shape
    return np.stack([np.broadcast_to(column, shape) for column in columns], axis=-1)


def _of_models(members: Members) -> list[Array]:
    horizon = members.statistical.shape[1]
    scale = members.scale[:, None]
    others = (members.theta, members.damped, members.level, members.seasonal_naive)
    distances = [(other - members.statistical) / scale for other in others]
    last_year = row_mean(members.seasonal_naive[:, :SEASON])[:, None]
    to_mean = [
        (last_year - members.statistical) / scale,
        (last_year - row_mean(members.statistical)[:, None]) / scale,
    ]
    return [np.arange(1.0, horizon + 1)[None, :], *distances, *to_mean]


def _of_recent_months(members: Members) -> list[Array]:
    scale = members.scale[:, None]
    plain = members.without_season
    reference = plain_level(members)
    recent = [(plain[:, [-k]] - reference) / scale for k in range(1, 7) if k <= plain.shape[1]]
    recent += [np.full((len(plain), 1), np.nan)] * (6 - len(recent))
    spans = ((3, 0, 6, 3), (6, 0, 12, 6), (12, 0, 24, 12), (24, 12, 36, 24))
    return recent + [_change(plain, *span) / scale for span in spans]


def _change(plain: Array, start: int, end: int, start_before: int, end_before: int) -> Array:
    columns = plain.shape[1]
    later = plain[:, columns - min(start, columns) : columns - end]
    before = plain[:, max(columns - start_before, 0) : max(columns - end_before, 0)]
    enough = np.isfinite(before).sum(axis=1) == start_before - end_before
    return np.where(enough, row_mean(later) - row_mean(before), np.nan)[:, None]


def _of_the_series(panel: Array, members: Members) -> list[Array]:
    scale = members.scale[:, None]
    horizon = members.statistical.shape[1]
    season = members.seasonality
    reference = plain_level(members)
    year = members.without_season[:, -SEASON:]
    return [
        season.index[:, phases(0, horizon)] * reference / scale,
        np.abs(season.index).mean(axis=1, keepdims=True),
        season.trust[:, None],
        season.noise[:, None],
        history_months(panel).astype(float)[:, None],
        reference / scale,
        np.nanstd(year, axis=1, keepdims=True) / scale,
        row_mean(np.abs(np.diff(members.without_season[:, -SEASON - 1 :], axis=1)))[:, None] / scale,
        ((np.nanmax(year, axis=1) + np.nanmin(year, axis=1)) / 2)[:, None] / scale - reference / scale,
    ]


def plain_level(members: Members) -> Array:
    """The smoothed level without season, one row per series (a column)."""
    index = members.seasonality.index[:, :1]
    additive = members.level[:, :1] - index * members.seasonality.level[:, None]
    return np.where(
        members.seasonality.is_multiplicative[:, None], members.level[:, :1] * np.exp(-index), additive
    )


SIGNED: Bools = np.array([0] + [1] * 6 + [1] * 10 + [1, 0, 0, 0, 0, 0, 0, 0, 1], dtype=bool)
"""Which features change sign when a series is mirrored, in the order of `features`."""
