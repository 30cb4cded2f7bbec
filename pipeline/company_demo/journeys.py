"""The walk of every opportunity through its stages, week by week.

Truth: in each week a deal moves on, or ends, with the hazard of its stage (times its own speed, the
season and the scenario). Stages are skipped and fallen back from; close dates are pushed and pulled;
amounts change; some deals are forgotten and stay open for ever.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

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
PUSH_WHEN_OVERDUE, RETHINK, RETHINK_WITH_STAGE, PULL_SHARE = 0.6, 0.02, 0.12, 0.35
AMOUNT_CHANGE, AMOUNT_CHANGE_WITH_STAGE, AMOUNT_CHANGE_WHEN_WON = 0.012, 0.14, 0.5
AMOUNT_SPREAD, DISCOUNT = 0.18, 0.03
EXPECTED_DAYS_LEFT = np.array([150.0, 120.0, 85.0, 55.0, 28.0])
OPTIMISM = 0.8
LAST_WEEK = 400
NEXT_STEP_DAYS = (10, 90)
STATE = ("stage", "amount", "close", "holder", "step")
BEFORE_TENDER, NEGOTIATION, SIGNED = 2, 4, 5
Flags = NDArray[np.bool_]


def walk(plan: Plan, deals: pd.DataFrame, organisation: Organisation) -> pd.DataFrame:
    """One row per opportunity and change, in order, up to the simulation's horizon."""
    journeys = _Journeys(plan, deals, organisation)
    active = np.arange(len(deals), dtype=np.int64)
    journeys.record(active, journeys.created, np.zeros(len(deals), dtype=np.int64))
    for week in range(1, LAST_WEEK):
        if not len(active):
            break
        active = journeys.pass_week(active, week)
    names = ("deal", "day", "outcome", *STATE)
    columns = (np.concatenate(parts) for parts in zip(*journeys.log, strict=True))
    history = pd.DataFrame(dict(zip(names, columns, strict=True)))
    return history.sort_values(["deal", "day"], kind="stable", ignore_index=True)


class _Journeys:
    """The present state of all opportunities, and the changes recorded so far."""

    def __init__(self, plan: Plan, deals: pd.DataFrame, organisation: Organisation) -> None:
        number = len(deals)
        self.plan, self.organisation, self.rng = plan, organisation, plan.generator("journeys")
        self.created, self.seat = deals["created"].to_numpy(), deals["seat"].to_numpy()
        self.destiny, self.speed = deals["destiny"].to_numpy(), deals["speed"].to_numpy()
        self.stale_from = deals["stale_from"].to_numpy()
        self.stage = np.zeros(number, dtype=np.int64)
        self.amount = deals["amount"].to_numpy().copy()
        self.holder = deals["first_holder"].to_numpy().copy()
        first_guess = EXPECTED_DAYS_LEFT[0] * OPTIMISM * self.rng.lognormal(0, 0.35, number) / self.speed
        self.close = _tidy_close(self.created + first_guess.astype(np.int64), self.rng)
        self.step = self.created + self.rng.integers(*NEXT_STEP_DAYS, number)
        self.log: list[tuple[np.ndarray, ...]] = []

    def record(self, deals: Days, day: Days, outcome: Days) -> None:
        """Write down the whole state of some deals."""
        self.log.append((deals, day, outcome, *(getattr(self, name)[deals] for name in STATE)))

    def pass_week(self, active: Days, week: int) -> Days:
        """Let a week pass for the active deals; those that are still open after it."""
        day = to_working_day(self.created[active] + 7 * week + self.rng.integers(-2, 3, len(active)))
        active, day = active[day <= self.plan.horizon], day[day <= self.plan.horizon]
        cared_for = self.stale_from[active] > week
        advance, end = self._hazards(active, day)
        draw = self.rng.random(len(active))
        moved = (draw < advance) & cared_for
        ended = (draw >= advance) & (draw < advance + end) & cared_for
        won = moved & (self.destiny[active] == WON) & (self.stage[active] == NEGOTIATION)
        self._move(active[moved & ~won])
        self.stage[active[won]] = SIGNED
        changed = moved | ended | (self._reprice(active, moved, won) & cared_for)
        changed |= self._replan(active, day, moved, can_change=cared_for & ~ended & ~won)
        changed |= self._hand_over(active, day)
        renewed = changed & cared_for
        self.step[active[renewed]] = day[renewed] + self.rng.integers(*NEXT_STEP_DAYS, int(renewed.sum()))
        lost = np.where(self.destiny[active] == INVALID, INVALID, LOST)
        self.record(active[changed], day[changed], np.where(won, WON, np.where(ended, lost, 0))[changed])
        return np.asarray(active[~(won | ended)])

    def _hazards(self, active: Days, day: Days) -> tuple[Floats, Floats]:
        stage, destiny, speed = self.stage[active], self.destiny[active], self.speed[active]
        busy = np.clip(season(day), 0.1, 1.8)
        scenario = self.plan.scenario
        troubled = (day >= self.plan.trouble_starts) & (day <= self.plan.last)
        faster = np.where(troubled, np.array(scenario.advance, dtype=float)[stage], 1.0)
        sooner_lost = np.where(troubled, np.array(scenario.loss, dtype=float)[stage], 1.0)
        kind = np.select([destiny == WON, destiny == LOST], [1.0, LOST_DEALS_ADVANCE], INVALID_DEALS_ADVANCE)
        advance = ADVANCE[stage] * speed * faster * kind * np.where(stage == NEGOTIATION, busy, busy**0.5)
        advance[(stage == NEGOTIATION) & (destiny != WON)] = 0
        end = np.select([destiny == LOST, destiny == INVALID], [LOSS[stage], INVALID_END[stage]], 0.0)
        return np.clip(advance, 0, 0.8), np.clip(end * sooner_lost * speed * busy**0.5, 0, 0.2)

    def _move(self, deals: Days) -> None:
        """One stage on; now and then over a stage, small deals often over the tender; sometimes back."""
        stage = self.stage[deals]
        draw = self.rng.random(len(deals))
        skip = np.where((stage == BEFORE_TENDER) & (self.amount[deals] < SMALL), SKIP_TENDER_SMALL, SKIP)
        step = np.where(draw < skip, 2, 1)
        step = np.where((draw > 1 - FALL_BACK) & (stage >= 2), -1, step)
        self.stage[deals] = np.minimum(stage + step, NEGOTIATION)

    def _reprice(self, active: Days, moved: Flags, won: Flags) -> Flags:
        chance = np.where(
            won, AMOUNT_CHANGE_WHEN_WON, np.where(moved, AMOUNT_CHANGE_WITH_STAGE, AMOUNT_CHANGE)
        )
        repriced = self.rng.random(len(active)) < chance
        factor = self.rng.lognormal(-DISCOUNT, AMOUNT_SPREAD, int(repriced.sum()))
        factor = np.where(won[repriced], np.minimum(factor, 1.02), factor)
        who = active[repriced]
        self.amount[who] = np.maximum(1_000, np.round(self.amount[who] * factor, -2))
        return np.asarray(repriced)

    def _replan(self, active: Days, day: Days, moved: Flags, can_change: Flags) -> Flags:
        """Push close dates that have passed or no longer hold; pull in some."""
        draw = self.rng.random
        number, close = len(active), self.close[active]
        left = EXPECTED_DAYS_LEFT[self.stage[active].clip(max=NEGOTIATION)] / self.speed[active]
        overdue = (close < day) & (draw(number) < PUSH_WHEN_OVERDUE)
        rethink = draw(number) < np.where(moved, RETHINK_WITH_STAGE, RETHINK)
        pull = rethink & ~overdue & (draw(number) < PULL_SHARE)
        later = np.maximum(close, day) + (left * self.rng.uniform(0.2, 0.7, number)).astype(np.int64) + 7
        sooner = close - self.rng.integers(7, 45, number)
        push = overdue | (rethink & ~pull)
        replanned = (push | (pull & (sooner > day + 7))) & can_change
        self.close[active[replanned]] = _tidy_close(np.where(push, later, sooner)[replanned], self.rng)
        return np.asarray(replanned)

    def _hand_over(self, active: Days, day: Days) -> Flags:
        holder = self.organisation.holder(self.seat[active], day)
        changed = holder != self.holder[active]
        self.holder[active] = holder
        return np.asarray(changed)


def _tidy_close(day: Days, rng: np.random.Generator) -> Days:
    """Working days, and often the last day of the month, as people write them."""
    next_month = (day.astype("datetime64[D]").astype("datetime64[M]") + 1).astype("datetime64[D]")
    month_end = next_month.astype(np.int64) - 1
    return to_working_day(np.where(rng.random(len(day)) < 0.35, month_end, day))
