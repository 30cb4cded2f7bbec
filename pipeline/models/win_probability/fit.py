"""Fit, validate on later cases, choose, level, and judge."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.errors import ModelInputError, NotEnoughData
from pipeline.models.win_probability.features import Floats, as_categories
from pipeline.models.win_probability.learners import (
    BOOSTED,
    LOGISTIC,
    Learner,
    fit_boosted,
    fit_logistic,
    log_odds_of,
)
from pipeline.models.win_probability.platt import Levelling, fit_levelling
from pipeline.models.win_probability.scoring import (
    area_under_curve,
    calibration_error,
    group_sums,
    log_loss,
    reliability,
    resampled_sums,
    skill,
)
from pipeline.models.win_probability.settings import WinSettings
from pipeline.models.win_probability.splits import Fold, Timeline, forward_folds, grouped_folds

SKILL, NO_SKILL = "skill", "no skill"


@dataclass(frozen=True)
class WinProbability:
    """A fitted and levelled model with its record on cases that it had not seen."""

    learner: Learner
    levelling: Levelling
    kind: str
    """`logistic` or `boosted`."""
    rival: str
    """The other one: beaten, or not clearly better than the default."""
    verdict: str
    """`skill`, or `no skill` when the interval of Brier skill includes zero."""
    base_rate: float
    metrics: dict[str, float]
    """On judged cases: cases, auc, log_loss, brier, brier_reference, skill, skill_low, skill_high,
    calibration_error, challenger_chance (bootstrap share that favours the challenger)."""
    reliability: pd.DataFrame
    validation: pd.DataFrame
    """One row per judged row: `row` (position in training), `probability`, `rival_probability` (of the other
    candidate, levelled likewise), `reference`, `is_won`, `fold`."""

    def predict(self, frame: pd.DataFrame) -> Floats:
        """Probability of winning per row (0 to 1)."""
        return self.levelling.probability(self.learner.log_odds(frame))

    def contributions(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Per row and field: what it adds to the levelled log-odds, against the typical case."""
        return self.learner.contributions(frame) * self.levelling.slope


def fit_win_probability(
    cases: pd.DataFrame,
    *,
    fields: Sequence[str],
    groups: npt.NDArray[Any],
    rng: np.random.Generator,
    outcome: str = "is_won",
    seen_on: str | None = None,
    known_on: str | None = None,
    weight: str | None = None,
    settings: WinSettings | None = None,
) -> WinProbability:
    """Learn who wins.

    Args:
        cases: one row per closed case, or per closed case and snapshot.
        fields: what may be learned from: only what was known when the row was seen.
        groups: one number per row, from `look_alike_groups`; a group is never on both sides of a split.
        rng: for folds (without dates) and bootstrap.
        outcome: column that is true for won cases.
        seen_on: column with the day of the snapshot; with `known_on`, later rows judge earlier ones. Without
            either, grouped cross-validation does.
        known_on: column with the day on which the outcome became known.
        weight: column of weights that undo haste; with dates, what a fold learns from is weighed as it would
            have been on the fold's first day.
        settings: thresholds and penalties.

    Raises:
        NotEnoughData: fewer won or lost groups than the settings ask, or nothing left to judge by.
    """
    settings = settings or WinSettings()
    won, weights = _checked(cases, outcome, weight, groups, settings)
    timeline = None if seen_on is None or known_on is None else Timeline.of(cases[seen_on], cases[known_on])
    folds = _folds(cases, groups, (seen_on, known_on), rng, settings)
    then = timeline if weight else None
    judged = _judge(cases, won, weights, fields=fields, folds=folds, then=then, settings=settings)
    kind, penalty, chance = _choose(judged, won, weights, groups=groups, rng=rng, settings=settings)
    return _finish(
        cases, won, weights, fields=fields, judged=judged, kind=kind, penalty=penalty, chance=chance,
        groups=groups, rng=rng, timeline=timeline, settings=settings,
    )  # fmt: skip


def _checked(
    cases: pd.DataFrame, outcome: str, weight: str | None, groups: npt.NDArray[Any], settings: WinSettings
) -> tuple[Floats, Floats]:
    if len(groups) != len(cases):
        raise ModelInputError(f"groups has {len(groups)} entries for {len(cases)} cases.")
    won = cases[outcome].to_numpy(dtype=float)
    weights = np.ones(len(cases)) if weight is None else cases[weight].to_numpy(dtype=float)
    counts = [len(np.unique(groups[won == side])) for side in (1.0, 0.0)]
    if counts[0] < settings.min_won or counts[1] < settings.min_lost:
        raise NotEnoughData(
            f"{counts[0]} won and {counts[1]} lost cases; a model of winning needs "
            f"{settings.min_won} and {settings.min_lost}."
        )
    return won, weights


def _folds(
    cases: pd.DataFrame,
    groups: npt.NDArray[Any],
    dates: tuple[str | None, str | None],
    rng: np.random.Generator,
    settings: WinSettings,
) -> list[Fold]:
    seen_on, known_on = dates
    if seen_on is None or known_on is None:
        return grouped_folds(groups, folds=settings.folds * 2, rng=rng)
    found = forward_folds(cases[seen_on], cases[known_on], groups, folds=settings.folds)
    if not found:
        raise NotEnoughData("No case was seen after another one's outcome was known.")
    return found


def _judge(
    cases: pd.DataFrame,
    won: Floats,
    weights: Floats,
    *,
    fields: Sequence[str],
    folds: list[Fold],
    then: Timeline | None,
    settings: WinSettings,
) -> dict[Any, Floats]:
    """Log-odds of judged rows under each candidate (NaN elsewhere), the reference rate and the fold.

    `then` weighs the rows of a fold by what was known on its first day.
    """
    known = as_categories(cases, fields)
    names: list[Any] = [*settings.penalties, BOOSTED, "reference", "fold"]
    found = {name: np.full(len(cases), np.nan) for name in names}
    for number, (learned, judged) in enumerate(folds):
        if min(won[learned].sum(), (1 - won[learned]).sum()) < 10:
            continue
        rows = _thin(learned, settings.max_training_rows)
        w = weights[rows] if then is None else then.weights(rows, then.seen[judged].min())
        past, y, now = known.iloc[rows], won[rows], known.iloc[judged]
        models = fit_logistic(past, y, w, fields=fields, penalties=settings.penalties, settings=settings)
        for penalty, log_odds in zip(settings.penalties, log_odds_of(models, now), strict=True):
            found[penalty][judged] = log_odds
        default = models[(len(models) - 1) // 2]
        challenger: Learner = default
        if settings.boosting_seeds:
            challenger = fit_boosted(past, y, w, default=default, settings=settings)
        found[BOOSTED][judged] = challenger.log_odds(now)
        found["reference"][judged] = np.average(y, weights=w)
        found["fold"][judged] = number
    if np.isnan(found["fold"]).all():
        raise NotEnoughData("No later cases to judge a model of winning by.")
    return found


def _choose(
    judged: dict[Any, Floats],
    won: Floats,
    weights: Floats,
    *,
    groups: npt.NDArray[Any],
    rng: np.random.Generator,
    settings: WinSettings,
) -> tuple[str, float, float]:
    """The penalty with the least loss; the challenger only if a paired bootstrap favours it clearly."""
    rows = ~np.isnan(judged["fold"])
    losses = {
        name: log_loss(judged[name][rows], won[rows]) * weights[rows]
        for name in (*settings.penalties, BOOSTED)
    }
    penalty = min(settings.penalties, key=lambda c: float(losses[c].sum()))
    gain = group_sums((losses[penalty] - losses[BOOSTED])[:, None], groups[rows])
    samples = resampled_sums(gain, rng=rng, samples=settings.bootstrap_samples)
    chance = float((samples[:, 0] > 0).mean())
    return (BOOSTED if chance >= settings.challenger_confidence else LOGISTIC), penalty, chance


def _finish(
    cases: pd.DataFrame,
    won: Floats,
    weights: Floats,
    *,
    fields: Sequence[str],
    judged: dict[Any, Floats],
    kind: str,
    penalty: float,
    chance: float,
    groups: npt.NDArray[Any],
    rng: np.random.Generator,
    timeline: Timeline | None,
    settings: WinSettings,
) -> WinProbability:
    rows = np.flatnonzero(~np.isnan(judged["fold"]))
    y, w, reference, fold = won[rows], weights[rows], judged["reference"][rows], judged["fold"][rows]
    scores = {LOGISTIC: judged[penalty][rows], BOOSTED: judged[BOOSTED][rows]}
    judged_line = timeline.take(rows) if timeline else None
    levelled = {
        name: fit_levelling(score, y, w, fold, timeline=judged_line, settings=settings)
        for name, score in scores.items()
    }
    rival = LOGISTIC if kind == BOOSTED else BOOSTED
    levelling, probability = levelled[kind]
    metrics = skill(
        probability, reference, y, groups=groups[rows], rng=rng, weight=w,
        level=settings.skill_level, samples=settings.bootstrap_samples,
    )  # fmt: skip
    bounded = np.clip(probability, 1e-6, 1 - 1e-6)
    metrics |= {
        "cases": float(len(np.unique(groups[rows]))),
        "auc": area_under_curve(probability, y, w),
        "log_loss": float(np.average(log_loss(np.log(bounded / (1 - bounded)), y), weights=w)),
        "calibration_error": calibration_error(probability, y, weight=w),
        "challenger_chance": chance,
    }
    kept = _thin(np.arange(len(cases)), settings.max_training_rows)
    past, outcome, weight = cases.iloc[kept], won[kept], weights[kept]
    (default,) = fit_logistic(past, outcome, weight, fields=fields, penalties=(penalty,), settings=settings)
    learner: Learner = default
    if kind == BOOSTED:
        learner = fit_boosted(past, outcome, weight, default=default, settings=settings)
    validation = pd.DataFrame({
        "row": rows, "probability": probability, "rival_probability": levelled[rival][1],
        "reference": reference, "is_won": y.astype(bool), "fold": fold.astype(int),
    })  # fmt: skip
    verdict = SKILL if metrics["skill_low"] > 0 else NO_SKILL
    base_rate = float(np.average(won, weights=weights))
    table = reliability(probability, y, weight=w)
    return WinProbability(learner, levelling, kind, rival, verdict, base_rate, metrics, table, validation)


def _thin(rows: npt.NDArray[Any], limit: int) -> npt.NDArray[Any]:
    """Every k-th row, so that at most `limit` are left: snapshots of a deal are much alike."""
    return rows[:: max(1, int(np.ceil(len(rows) / limit)))]
