"""Fitting the weekly competing-risk hazard and predicting the weeks ahead from it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from pipeline.errors import ModelInputError, NotEnoughData
from pipeline.models.closing_hazard.design import (
    AGE_STARTS_WEEKS,
    Covariate,
    Floats,
    learn_covariates,
    term_blocks,
    term_levels,
    week_months,
)
from pipeline.models.closing_hazard.rows import check_cases, check_whole_weeks_apart, weeks_at_risk
from pipeline.models.closing_hazard.settings import HazardSettings
from pipeline.models.closing_hazard.solve import scores, softmax, solve

MAX_HORIZON_WEEKS = 60
TRAINING_LEAD_WEEKS = 30


@dataclass(frozen=True)
class ClosingHazard:
    """A fitted hazard; `coefficients` has a row per level of every term and columns won, lost."""

    as_of: pd.Timestamp
    covariates: tuple[Covariate, ...]
    settings: HazardSettings
    coefficients: Floats
    events: int
    won_factor: float = 1.0
    lost_factor: float = 1.0
    matured: pd.DataFrame | None = None
    matured_cases: pd.DataFrame | None = None

    def predict(self, open_deals: pd.DataFrame, *, weeks: int = 8) -> pd.DataFrame:
        """One row per open case and week ahead (1 to `weeks`).

        Args:
            open_deals: one row per case: `deal_id`, `opened_on` and the covariates, as known at `as_of`.
            weeks: 1 to 60.

        Columns: `deal_id`, `week_ahead`, `week_starts_on` (first day of the seven), `p_won` and `p_lost`
        (closing in that very week, seen from today) and `p_open` (still open at its end).
        """
        chances = self._weekly_chances(open_deals, weeks)
        survival = np.cumprod(chances[:, :, 0], axis=1)
        before = np.column_stack([np.ones(len(open_deals)), survival[:, :-1]])
        starts = self.as_of + pd.to_timedelta(7 * np.arange(weeks) + 1, unit="D")
        return pd.DataFrame(
            {
                "deal_id": np.repeat(open_deals["deal_id"].to_numpy(), weeks),
                "week_ahead": np.tile(np.arange(1, weeks + 1), len(open_deals)),
                "week_starts_on": np.tile(starts, len(open_deals)),
                "p_won": (before * chances[:, :, 1]).ravel(),
                "p_lost": (before * chances[:, :, 2]).ravel(),
                "p_open": survival.ravel(),
            }
        )

    def within(self, open_deals: pd.DataFrame, *, weeks: int = 8) -> pd.DataFrame:
        """One row per open case: `deal_id`, `p_won`, `p_lost` within `weeks`, `p_open` at their end."""
        return _window(self._weekly_chances(open_deals, weeks), open_deals["deal_id"])

    def with_factors(self, won_factor: float, lost_factor: float) -> "ClosingHazard":
        """The same curve at another level: each week's odds of closing times a factor."""
        return replace(self, won_factor=won_factor, lost_factor=lost_factor)

    def effects(self) -> pd.DataFrame:
        """One row per term and level: its log-odds of `won` and `lost` in a week, against staying open."""
        blocks = term_blocks(self.covariates, self.settings)
        names = np.repeat([b.name for b in blocks], [b.levels for b in blocks])
        level = np.concatenate([np.arange(b.levels) for b in blocks])
        return pd.DataFrame({
            "term": names, "level": level,
            "won": self.coefficients[:, 0], "lost": self.coefficients[:, 1],
        })  # fmt: skip

    def by_week_of_quarter(self, open_deals: pd.DataFrame) -> pd.DataFrame:
        """One row per week of the quarter (`week`, 1 to 13): what these cases' coming week would be in it.

        Columns `p_won` and `p_lost`: mean chance to be won, or to end otherwise, in that one week, all else
        as it is today. It says how far forecasts may jump where one quarter ends and the next begins.
        """
        frame = open_deals.assign(snapshot_on=self.as_of)
        position = np.arange(len(frame))
        levels = term_levels(
            frame,
            position,
            0 * position,
            as_of=self.as_of,
            covariates=self.covariates,
            settings=self.settings,
        )
        blocks, rows = term_blocks(self.covariates, self.settings), []
        for week, month in enumerate(week_months()):
            moved = levels.copy()
            moved[2] = np.full_like(levels[2], week)
            moved[3] = month * len(AGE_STARTS_WEEKS) + levels[1]
            score = scores(moved, blocks, self.coefficients) + np.log([self.won_factor, self.lost_factor])
            rows.append((week + 1, *softmax(score)[:, 1:].mean(axis=0)))
        return pd.DataFrame(rows, columns=["week", "p_won", "p_lost"])

    def _weekly_chances(self, open_deals: pd.DataFrame, weeks: int) -> Floats:
        if not 1 <= weeks <= MAX_HORIZON_WEEKS:
            raise ModelInputError(f"weeks must be 1 to {MAX_HORIZON_WEEKS}, got {weeks}.")
        frame = open_deals.assign(snapshot_on=self.as_of)
        position = np.repeat(np.arange(len(frame)), weeks)
        lead = np.tile(np.arange(weeks), len(frame))
        levels = term_levels(
            frame, position, lead, as_of=self.as_of, covariates=self.covariates, settings=self.settings
        )
        score = scores(levels, term_blocks(self.covariates, self.settings), self.coefficients)
        score += np.log([self.won_factor, self.lost_factor])
        return softmax(score).reshape(len(frame), weeks, 3)


def fit_closing_hazard(
    snapshots: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    covariates: Sequence[str] = (),
    settings: HazardSettings | None = None,
    start: ClosingHazard | None = None,
) -> ClosingHazard:
    """Fit the chances of being won and lost in a week, for cases still open at its start.

    Args:
        snapshots: one row per case and snapshot at which it was open: `deal_id`, `snapshot_on`, `opened_on`,
            `closed_on` and `outcome` ("won", "lost", "open") as known at `as_of`, and the covariates as
            they were known at the snapshot. Snapshots lie whole weeks apart: weekly without covariates; with
            them every four weeks is enough, since each row also teaches of the weeks after the next snapshot.
        as_of: the day at whose end the record stops.
        covariates: columns of `snapshots` to learn from, words or numbers.
        settings: penalties and limits.
        start: a fit with the same covariates whose levels are kept and whose coefficients are the start.

    Raises:
        NotEnoughData: fewer closings than `settings.min_events`.
        ModelInputError: columns missing, outcomes and dates that contradict each other, or snapshots that are
            not whole weeks apart.
    """
    settings = settings or HazardSettings()
    check_cases(snapshots, covariates)
    check_whole_weeks_apart(snapshots["snapshot_on"])
    longest = TRAINING_LEAD_WEEKS if covariates else _spacing_weeks(snapshots)
    kept = _recent(snapshots, as_of, settings)
    kept = _thin(kept, as_of=as_of, longest=longest, limit=settings.max_training_rows)
    rows = weeks_at_risk(kept, as_of=as_of, max_lead_weeks=longest)
    events = int((rows["event"] > 0).sum())
    if events < settings.min_events:
        raise NotEnoughData(f"Only {events} closings after a snapshot; a hazard needs {settings.min_events}.")
    known = start.covariates if start is not None else learn_covariates(kept, covariates, settings)
    rows["weight"] = _weights(kept, rows["position"], rows["lead_weeks"], as_of, settings)
    if covariates:
        rows = _thin_quiet_weeks(rows, settings.most_quiet_rows)
    position, lead = rows["position"].to_numpy(), rows["lead_weeks"].to_numpy()
    levels = term_levels(kept, position, lead, as_of=as_of, covariates=known, settings=settings)
    weight = rows["weight"].to_numpy()
    initial = start.coefficients if start is not None else None
    coefficients = solve(
        levels, rows["event"].to_numpy(), weight, blocks=term_blocks(known, settings), initial=initial
    )
    return ClosingHazard(as_of, known, settings, coefficients, events)


def _spacing_weeks(snapshots: pd.DataFrame) -> int:
    days = np.sort(snapshots["snapshot_on"].unique())
    return max(1, int(np.median(np.diff(days)) / np.timedelta64(7, "D"))) if len(days) > 1 else 1


def _recent(snapshots: pd.DataFrame, as_of: pd.Timestamp, settings: HazardSettings) -> pd.DataFrame:
    """The snapshots that still count: after some half-lives the weight is too small to teach anything."""
    oldest = as_of - pd.Timedelta(weeks=settings.half_lives_kept * settings.half_life_weeks)
    kept: pd.DataFrame = snapshots.loc[snapshots["snapshot_on"] >= oldest]
    return kept


def _thin(snapshots: pd.DataFrame, *, as_of: pd.Timestamp, longest: int, limit: int) -> pd.DataFrame:
    """Leave out whole cases, every k-th kept, when all rows would be more than `limit`."""
    expected = np.clip((as_of - snapshots["snapshot_on"]).dt.days.to_numpy() // 7, 0, longest)
    exits = np.clip(
        (snapshots["closed_on"] - snapshots["snapshot_on"]).dt.days.to_numpy() / 7 + 1, 0, longest
    )
    total = np.fmin(expected, exits).sum()
    every = int(np.ceil(total / limit))
    if every <= 1:
        return snapshots.reset_index(drop=True)
    order, _ = pd.factorize(snapshots["deal_id"], sort=True)
    kept: pd.DataFrame = snapshots.loc[order % every == 0].reset_index(drop=True)
    return kept


def _thin_quiet_weeks(rows: pd.DataFrame, limit: int) -> pd.DataFrame:
    """Keep every week with an event; above `limit` others draw from these evenly along their weight.

    Each draw carries the same weight, so that all add up to what they stood for, and recent weeks, which
    count most, are drawn most. Source: King and Zeng (2001), "Logistic regression in rare events data",
    Political Analysis 9.
    """
    quiet = (rows["event"] == 0).to_numpy()
    if quiet.sum() <= limit:
        return rows
    passed = np.cumsum(rows["weight"].to_numpy() * quiet)
    share = passed[-1] / limit
    drawn = np.searchsorted(passed, (np.arange(limit) + 0.5) * share)
    times = np.bincount(np.minimum(drawn, len(rows) - 1), minlength=len(rows))
    kept = ~quiet | (times > 0)
    weight = np.where(quiet, times * share, rows["weight"].to_numpy())
    thinned: pd.DataFrame = rows.assign(weight=weight).loc[kept].reset_index(drop=True)
    return thinned


def _weights(
    frame: pd.DataFrame, positions: pd.Series, leads: pd.Series, as_of: pd.Timestamp, settings: HazardSettings
) -> Floats:
    """Recent weeks count more; a week seen from several snapshots counts once in all."""
    position, lead = positions.to_numpy(), leads.to_numpy()
    week = (as_of - frame["snapshot_on"]).dt.days.to_numpy()[position] // 7 - lead
    deal, _ = pd.factorize(frame["deal_id"])
    _, inverse, counts = np.unique(
        deal[position] * np.int64(100_000) + week, return_inverse=True, return_counts=True
    )
    return np.asarray(0.5 ** (week / settings.half_life_weeks) / counts[inverse])


def _window(chances: Floats, deal_id: pd.Series) -> pd.DataFrame:
    survival = np.cumprod(chances[:, :, 0], axis=1)
    before = np.column_stack([np.ones(len(chances)), survival[:, :-1]])
    return pd.DataFrame({
        "deal_id": deal_id.to_numpy(),
        "p_won": (before * chances[:, :, 1]).sum(axis=1),
        "p_lost": (before * chances[:, :, 2]).sum(axis=1),
        "p_open": survival[:, -1],
    })  # fmt: skip
