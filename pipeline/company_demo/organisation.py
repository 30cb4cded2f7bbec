"""Seats, and the people who hold them one after another.

A seat is a place in the organisation that customers belong to; people come and go. The chain is
rep, key-account manager, area manager, market manager, general manager.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.company_demo.names import people_names
from pipeline.company_demo.plan import Plan
from pipeline.company_demo.rhythm import NEVER, Days, Floats
from pipeline.company_demo.words import MARKET_ORDER_FOR_SMALL, MARKETS

CUSTOMERS_A_REP, CUSTOMERS_A_MARKET, MOST_REPS = 130, 40, 2_000
REPS_A_KEY_ACCOUNT_MANAGER, KEY_ACCOUNT_MANAGERS_AN_AREA = 5, 3
MEAN_TENURE_YEARS = 5.0
SKILL_SPREAD = 0.35
SUPPORT = (("presales", 4), ("service", 5), ("delivery", 6), ("business_development", 7), ("office", 8))
"""Roles beside the selling chain, with their department's place in `words.DEPARTMENTS`."""
KEY_ACCOUNTS, MANAGEMENT = 2, 3
DAY_BITS = 21


@dataclass(frozen=True)
class Organisation:
    """Seats (one row each) and spells (one row per person: who held which seat from when to when)."""

    seats: pd.DataFrame
    spells: pd.DataFrame
    markets: tuple[str, ...]
    regions: tuple[tuple[str, int], ...]

    @property
    def sellers(self) -> Days:
        """Seats that carry customers and targets: reps and key-account managers."""
        return np.flatnonzero(self.seats["role"].isin(["rep", "key_account_manager"]).to_numpy())

    def holder(self, seat: Days, day: Days) -> Days:
        """The person (row of `spells`) who held each seat on each day."""
        keys = (self.spells["seat"].to_numpy() << DAY_BITS) + self.spells["from"].to_numpy()
        return np.searchsorted(keys, (seat << DAY_BITS) + day, side="right") - 1


def organise(plan: Plan) -> Organisation:
    """An organisation whose size follows the number of customers."""
    rng = plan.generator("organisation")
    markets = _markets(plan.customers)
    regions = tuple((region, code) for code, market in enumerate(markets) for region in MARKETS[market][1])
    seats = _seats(plan.customers, markets, regions, rng)
    return Organisation(seats, _spells(seats, plan, rng), markets, regions)


def _markets(customers: int) -> tuple[str, ...]:
    number = min(len(MARKETS), max(2, customers // CUSTOMERS_A_MARKET))
    chosen = MARKET_ORDER_FOR_SMALL[:number]
    return tuple(market for market in MARKETS if market in chosen)


def _seats(
    customers: int, markets: tuple[str, ...], regions: tuple[tuple[str, int], ...], rng: np.random.Generator
) -> pd.DataFrame:
    rows: list[tuple[str, int, int, int, int]] = [("general_manager", -1, -1, MANAGEMENT, -1)]
    shares = np.array([MARKETS[market][0] for market in markets])
    reps = np.maximum(1, np.round(shares / shares.sum() * min(customers / CUSTOMERS_A_REP, MOST_REPS)))
    for market in range(len(markets)):
        below = [place for place, (_, code) in enumerate(regions) if code == market]
        _add_market(rows, market, below, int(reps[market]))
    frame = pd.DataFrame(rows, columns=["role", "market", "region", "department", "manager"])
    return frame.assign(potential=rng.lognormal(0, 0.25, len(frame)))


def _add_market(
    rows: list[tuple[str, int, int, int, int]], market: int, regions: list[int], reps: int
) -> None:
    head = len(rows)
    rows.append(("market_manager", market, -1, MANAGEMENT, 0))
    area = account_manager = head
    for number in range(reps):
        team = REPS_A_KEY_ACCOUNT_MANAGER
        if number % (team * KEY_ACCOUNT_MANAGERS_AN_AREA) == 0:
            area = len(rows)
            rows.append(("area_manager", market, -1, MANAGEMENT, head))
        if number % team == 0:
            account_manager = len(rows)
            rows.append(("key_account_manager", market, regions[number % len(regions)], KEY_ACCOUNTS, area))
        rows.append(("rep", market, regions[number % len(regions)], int(number % 3 == 2), account_manager))
    rows.extend((role, market, -1, department, head) for role, department in SUPPORT)


def _spells(seats: pd.DataFrame, plan: Plan, rng: np.random.Generator) -> pd.DataFrame:
    seat = np.arange(len(seats), dtype=np.int64)
    start = plan.first - rng.integers(330, 2500, len(seats))
    spells = []
    while len(seat):
        stays = np.maximum(200, rng.exponential(MEAN_TENURE_YEARS * 365, len(seat))).astype(np.int64)
        # Whoever holds the seat when the history opens has not left before it.
        end = np.where(start < plan.first, plan.first, start) + stays
        spells.append(
            pd.DataFrame({"seat": seat, "from": start, "to": np.where(end > plan.horizon, NEVER, end)})
        )
        going = end <= plan.horizon
        seat, start = seat[going], end[going] + 1
    frame = pd.concat(spells).sort_values(["seat", "from"], ignore_index=True)
    skill: Floats = rng.normal(0, SKILL_SPREAD, len(frame))
    joined = frame["from"].copy()
    # The first holder of a seat also stands for whoever held it before the history opens.
    frame.loc[~frame["seat"].duplicated(), "from"] = 0
    return frame.assign(joined=joined, skill=skill, name=people_names(len(frame), rng))
