"""What the hazard looks at, as blocks of indicator columns with a penalty each.

Every term is a step function over levels (weeks of age, weeks of the quarter, bins of a covariate), so
its effect can be printed as a table, and smoothness comes from the penalty alone (Eilers and Marx 1996,
"Flexible smoothing with B-splines and penalties", with splines of degree zero).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.models.business_days import (
    QUARTER_MONTHS,
    QUARTER_WEEKS,
    WEEK_DAYS,
    quarter_position,
    worked_and_festival_days,
)
from pipeline.models.closing_hazard.settings import HazardSettings

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[Any]

AGE_STARTS_WEEKS = np.concatenate([np.arange(27), np.arange(28, 53, 4), [65, 78, 104, 156]])
COHORTS = 53
LEAD_STARTS_WEEKS = np.array([0, 2, 4, 8, 16])
DAYS_OF_WEEK = WEEK_DAYS + 1
"""Levels of a count of days in a week: none to seven."""


@dataclass(frozen=True)
class Covariate:
    """How a column becomes levels: bin edges (numeric) or known words; the last level is all the rest."""

    name: str
    edges: tuple[float, ...] | None
    words: tuple[str, ...]

    @property
    def levels(self) -> int:
        """Number of levels, the one for empty or unseen values included."""
        return (len(self.edges) + 2) if self.edges is not None else (len(self.words) + 1)

    def encode(self, values: pd.Series) -> Ints:
        """One level per row."""
        if self.edges is None:
            codes = pd.Index(self.words).get_indexer(pd.Index(values.astype("object").map(str)))
            return np.where(codes < 0, self.levels - 1, codes).astype(np.int64)
        numbers = pd.to_numeric(values, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
        bins = np.searchsorted(np.asarray(self.edges), numbers, side="right")
        return np.where(np.isnan(numbers), self.levels - 1, bins).astype(np.int64)


@dataclass(frozen=True)
class Block:
    """One term: its name, its levels and the quadratic penalty on their effects."""

    name: str
    levels: int
    penalty: Floats


def learn_covariates(
    frame: pd.DataFrame, names: Sequence[str], settings: HazardSettings
) -> tuple[Covariate, ...]:
    """Bin edges at quantiles for numbers; words seen at least 20 times for the rest."""
    return tuple(_learn_covariate(frame[name], settings) for name in names)


def term_blocks(covariates: Sequence[Covariate], settings: HazardSettings) -> list[Block]:
    """The terms of the hazard in the order in which `term_levels` lists their levels."""
    ages, leads = len(AGE_STARTS_WEEKS), len(LEAD_STARTS_WEEKS)
    smooth_age = settings.age_smoothing * _roughness(ages)
    smooth_quarter = settings.quarter_smoothing * (_roughness(QUARTER_WEEKS) + 0.3 * np.eye(QUARTER_WEEKS))
    by_month = smooth_age + settings.interaction_ridge * np.eye(ages)
    blocks = [
        Block("level", 1, np.zeros((1, 1))),
        Block("age", ages, smooth_age + 0.05 * np.eye(ages)),
        Block("week_of_quarter", QUARTER_WEEKS, smooth_quarter),
        Block("age_by_month_of_quarter", QUARTER_MONTHS * ages, np.kron(np.eye(QUARTER_MONTHS), by_month)),
        Block("cohort", COHORTS, settings.cohort_ridge * np.eye(COHORTS)),
    ]
    if settings.country:
        smooth = settings.calendar_smoothing * _roughness(DAYS_OF_WEEK) + 0.05 * np.eye(DAYS_OF_WEEK)
        blocks += [Block("days_worked", DAYS_OF_WEEK, smooth), Block("festival_days", DAYS_OF_WEEK, smooth)]
    if covariates:
        blocks.append(Block("lead", leads, np.eye(leads)))
    return blocks + [_covariate_block(c, leads, settings) for c in covariates]


def term_levels(
    frame: pd.DataFrame,
    position: Ints,
    lead_weeks: Ints,
    *,
    as_of: pd.Timestamp,
    covariates: Sequence[Covariate],
    settings: HazardSettings,
) -> list[Ints]:
    """One array per term: the level of each row (a row of `frame` and a week ahead of its snapshot)."""
    age_days = (frame["snapshot_on"] - frame["opened_on"]).dt.days.to_numpy()
    cohort = np.clip((as_of - frame["opened_on"]).dt.days.to_numpy() // settings.cohort_days, 0, COHORTS - 1)
    age_weeks = np.maximum(age_days[position] // 7 + lead_weeks, 0)
    age = np.searchsorted(AGE_STARTS_WEEKS, age_weeks, side="right") - 1
    middle = frame["snapshot_on"].to_numpy()[position] + (lead_weeks * 7 + 4).astype("timedelta64[D]")
    week, month = quarter_position(middle, settings.quarter_start_month)
    levels = [np.zeros_like(position), age, week, month * len(AGE_STARTS_WEEKS) + age, cohort[position]]
    if settings.country:
        levels += worked_and_festival_days(middle - np.timedelta64(3, "D"), settings.country)
    if covariates:
        lead = np.searchsorted(LEAD_STARTS_WEEKS, lead_weeks, side="right") - 1
        levels.append(lead)
        levels += [c.encode(frame[c.name])[position] * len(LEAD_STARTS_WEEKS) + lead for c in covariates]
    return [level.astype(np.int64) for level in levels]


def week_months() -> tuple[int, ...]:
    """The month of the quarter (0 to 2) in which the middle of each of its weeks lies."""
    return tuple(min((7 * week + 4) // 31, QUARTER_MONTHS - 1) for week in range(QUARTER_WEEKS))


def _learn_covariate(values: pd.Series, settings: HazardSettings) -> Covariate:
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        shares = np.arange(1, settings.numeric_bins) / settings.numeric_bins
        edges = values.astype(float).quantile(shares).dropna().unique()
        return Covariate(str(values.name), tuple(float(e) for e in edges), ())
    counts = values.astype("object").map(str).value_counts()
    return Covariate(str(values.name), None, tuple(sorted(counts.index[counts >= 20])))


def _covariate_block(covariate: Covariate, leads: int, settings: HazardSettings) -> Block:
    ordered = covariate.edges is not None
    levels = covariate.levels
    smooth = 0.25 * np.eye(levels) + _roughness(levels - 1, levels)
    across = settings.covariate_ridge * (smooth if ordered else np.eye(levels))
    penalty = np.kron(across, np.eye(leads)) / leads
    penalty += settings.lead_smoothing * np.kron(np.eye(levels), _roughness(leads))
    return Block(covariate.name, levels * leads, penalty)


def _roughness(levels: int, size: int | None = None) -> Floats:
    """Sum of squared differences of neighbours among the first `levels` of `size` levels."""
    steps = np.diff(np.eye(levels), axis=0)
    padded = np.zeros((size or levels, size or levels))
    padded[:levels, :levels] = steps.T @ steps
    return padded
