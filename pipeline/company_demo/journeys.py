"""The walk of every opportunity through its stages, week by week.

Truth: in each week a deal moves on, or ends, with the hazard of its stage (times its own speed, the
season and the scenario). Stages are skipped and fallen back from; close dates are pushed and pulled;
amounts change; some deals are forgotten and stay open for ever.
"""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from pipeline.company_demo.opportunities import INVALID, LOST, WON
from pipeline.company_demo.organisation import Organisation
from pipeline.company_demo.plan import Plan
from pipeline.company_demo.rhythm import Days, Floats, season, to_working_day

ADVANCE = np.array([0.24, 0.20, 0.17, 0.18, 0.24])
LOSS = np.array([0.02, 0.05, 0.08, 0.11, 0.20])
INVALID_END = np.array([0.16, 0.10, 0.10, 0.10, 0.10])
LOST_DEALS_ADVANCE, INVALID_DEALS_ADVANCE = 0.75, 0.25
SKIP, SKIP_TENDER_SMALL, FALL_BACK = 0.05, 0.35, 0.035
SMALL = 500_000
PUSH_WHEN_OVERDUE, RETHINK, PULL_SHARE = 0.45, 0.02, 0.35
AMOUNT_CHANGE, AMOUNT_CHANGE_WITH_STAGE, AMOUNT_SPREAD, DISCOUNT = 0.012, 0.14, 0.18, 0.03
EXPECTED_DAYS_LEFT = np.array([150.0, 120.0, 85.0, 55.0, 28.0])
OPTIMISM = 0.8
LAST_WEEK = 400
NEGOTIATION, SIGNED = 4, 5


@dataclass
class _State:
    """The present state of all opportunities and the changes recorded so far."""

    stage: Days
    amount: Floats
    close: Days
    holder: Days
    step: Days
    log: list[pd.DataFrame] = field(default_factory=list)

    def record(self, deals: Days, day: Days, outcome: Days) -> None:
        self.log.append(pd.DataFrame({
            "deal": deals, "day": day, "outcome": outcome, "stage": self.stage[deals], "amount": self.amount[deals],
            "close": self.close[deals], "holder": self.holder[deals], "step": self.step[deals],
        }))  # fmt: skip


def walk(plan: Plan, deals: pd.DataFrame, organisation: Organisation) -> pd.DataFrame:
    """One row per opportunity and change, in order, up to the simulation's horizon."""
    rng = plan.generator("journeys")
    created = deals["created"].to_numpy()
    state = _born(deals, rng)
    everyone = np.arange(len(deals), dtype=np.int64)
    state.record(everyone, created, np.zeros(len(deals), dtype=np.int64))
    active = everyone
    for week in range(1, LAST_WEEK):
        day = to_working_day(created[active] + 7 * week + rng.integers(-2, 3, len(active)))
        active, day = active[day <= plan.horizon], day[day <= plan.horizon]
        if not len(active):
            break
        ended = _one_week(plan, deals, state, organisation, active, day, week, rng)
        active = active[~ended]
    history = pd.concat(state.log, ignore_index=True)
    return history.sort_values(["deal", "day"], kind="stable", ignore_index=True)


def _born(deals: pd.DataFrame, rng: np.random.Generator) -> _State:
    number = len(deals)
    created = deals["created"].to_numpy()
    days = EXPECTED_DAYS_LEFT[0] * OPTIMISM * rng.lognormal(0, 0.35, number) / deals["speed"].to_numpy()
    return _State(
        stage=np.zeros(number, dtype=np.int64), amount=deals["amount"].to_numpy().copy(),
        close=_tidy_close(created + days.astype(np.int64), rng), holder=deals["first_holder"].to_numpy().copy(),
        step=created + rng.integers(3, 15, number),
    )  # fmt: skip


def _one_week(
    plan: Plan, deals: pd.DataFrame, state: _State, organisation: Organisation,
    active: Days, day: Days, week: int, rng: np.random.Generator,
) -> np.ndarray:  # fmt: skip
    """Move the active deals by one week; True for those that ended."""
    stale = deals["stale_from"].to_numpy()[active] <= week
    destiny = deals["destiny"].to_numpy()[active]
    advance, end = _hazards(plan, deals, state.stage[active], destiny, active, day)
    draw = rng.random(len(active))
    moved = (draw < advance) & ~stale
    ended = (draw >= advance) & (draw < advance + end) & ~stale
    won = moved & (destiny == WON) & (state.stage[active] == NEGOTIATION)
    _move(state, active[moved & ~won], rng)
    state.stage[active[won]] = SIGNED
    changed = moved | ended
    changed |= _reprice(state, active, moved, won, stale, rng)
    changed |= _replan(deals, state, active, day, moved & ~won, ended | won, stale, rng)
    changed |= _hand_over(deals, state, organisation, active, day)
    renewed = active[changed & ~stale]
    state.step[renewed] = day[changed & ~stale] + rng.integers(3, 22, len(renewed))
    outcome = np.where(won, WON, np.where(ended, np.where(destiny == INVALID, INVALID, LOST), 0))
    state.record(active[changed], day[changed], outcome[changed])
    return won | ended


def _hazards(
    plan: Plan, deals: pd.DataFrame, stage: Days, destiny: Days, active: Days, day: Days
) -> tuple[Floats, Floats]:
    speed = deals["speed"].to_numpy()[active]
    busy = np.clip(season(day), 0.1, 1.8)
    troubled = (day >= plan.trouble_starts) & (day <= plan.last)
    faster = np.where(troubled, np.array(plan.scenario.advance)[stage], 1.0)
    slower_losses = np.where(troubled, np.array(plan.scenario.loss, dtype=float)[stage], 1.0)
    kind = np.select([destiny == WON, destiny == LOST], [1.0, LOST_DEALS_ADVANCE], INVALID_DEALS_ADVANCE)
    advance = ADVANCE[stage] * speed * faster * kind * np.where(stage == NEGOTIATION, busy, busy**0.5)
    advance[(stage == NEGOTIATION) & (destiny != WON)] = 0
    end = np.select([destiny == LOST, destiny == INVALID], [LOSS[stage], INVALID_END[stage]], 0.0)
    return np.clip(advance, 0, 0.8), np.clip(end * slower_losses * speed * busy**0.5, 0, 0.2)


def _move(state: _State, deals: Days, rng: np.random.Generator) -> None:
    """One stage on; now and then over a stage, small deals often over the tender; sometimes back."""
    stage = state.stage[deals]
    draw = rng.random(len(deals))
    skip = np.where((stage == 2) & (state.amount[deals] < SMALL), SKIP_TENDER_SMALL, SKIP)
    step = np.where(draw < skip, 2, 1)
    step = np.where((draw > 1 - FALL_BACK) & (stage >= 2), -1, step)
    state.stage[deals] = np.minimum(stage + step, NEGOTIATION)


def _reprice(
    state: _State,
    active: Days,
    moved: np.ndarray,
    won: np.ndarray,
    stale: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    chance = np.where(won, 0.5, np.where(moved, AMOUNT_CHANGE_WITH_STAGE, AMOUNT_CHANGE))
    repriced = (rng.random(len(active)) < chance) & ~stale
    factor = rng.lognormal(-DISCOUNT, AMOUNT_SPREAD, int(repriced.sum()))
    factor = np.where(won[repriced], np.minimum(factor, 1.02), factor)
    who = active[repriced]
    state.amount[who] = np.maximum(1_000, np.round(state.amount[who] * factor, -2))
    return repriced


def _replan(
    deals: pd.DataFrame, state: _State, active: Days, day: Days,
    moved: np.ndarray, ended: np.ndarray, stale: np.ndarray, rng: np.random.Generator,
) -> np.ndarray:  # fmt: skip
    """Push close dates that have passed or no longer hold; pull in some."""
    left = EXPECTED_DAYS_LEFT[state.stage[active].clip(max=NEGOTIATION)] / deals["speed"].to_numpy()[active]
    overdue = (state.close[active] < day) & (rng.random(len(active)) < PUSH_WHEN_OVERDUE)
    rethink = rng.random(len(active)) < np.where(moved, 0.12, RETHINK)
    pull = rethink & ~overdue & (rng.random(len(active)) < PULL_SHARE)
    push = overdue | (rethink & ~pull)
    later = (
        np.maximum(state.close[active], day)
        + (left * rng.uniform(0.2, 0.7, len(active))).astype(np.int64)
        + 7
    )
    sooner = state.close[active] - rng.integers(7, 45, len(active))
    pull &= sooner > day + 7
    replanned = (push | pull) & ~stale & ~ended
    state.close[active[replanned]] = _tidy_close(np.where(push, later, sooner)[replanned], rng)
    return replanned


def _hand_over(
    deals: pd.DataFrame, state: _State, organisation: Organisation, active: Days, day: Days
) -> np.ndarray:
    holder = organisation.holder(deals["seat"].to_numpy()[active], day)
    changed = holder != state.holder[active]
    state.holder[active] = holder
    return changed


def _tidy_close(day: Days, rng: np.random.Generator) -> Days:
    """Working days, and often the last day of the month, as people write them."""
    next_month = (day.astype("datetime64[D]").astype("datetime64[M]") + 1).astype("datetime64[D]")
    month_end = next_month.astype(np.int64) - 1
    return to_working_day(np.where(rng.random(len(day)) < 0.35, month_end, day))
