"""Customers and prospects: who they are, how regularly they buy, how much, and until when.

Truth: the times between purchases are gamma distributed with shape k (1: at random, more: regular) in
steady time; a customer drops out at an exponential time after the first purchase; a purchase's amount is
gamma with shape p and a rate that is gamma distributed over customers (gamma-gamma, Fader and Hardie 2013).
"""

from typing import Any

import numpy as np
import pandas as pd

from pipeline.company_demo.organisation import Organisation
from pipeline.company_demo.plan import Plan
from pipeline.company_demo.rhythm import DAYS_A_YEAR, NEVER, Days, Floats
from pipeline.company_demo.words import INDUSTRIES, MARKETS

TYPES = pd.DataFrame(
    [
        # type, share, k, mean days between purchases, mean life in years, spend scale, distribution share
        ("frequent", 0.22, 2.5, 48.0, 5.0, 12_000.0, 0.75),
        ("regular", 0.30, 4.0, 95.0, 5.0, 26_000.0, 0.35),
        ("project", 0.28, 1.0, 190.0, 3.5, 60_000.0, 0.10),
        ("yearly", 0.20, 18.0, 365.0, 7.0, 55_000.0, 0.05),
    ],
    columns=["type", "share", "k", "mean_days", "mean_life_years", "spend", "distribution"],
)
SPEND_P, SPEND_Q = 5.0, 3.5
INTERVAL_SPREAD = 0.25
TRADED_SHARE, GROWTH_A_YEAR = 0.55, 0.07
YEARS_BEFORE = 3
HABITS = pd.DataFrame(
    [
        ("prompt", 0.42, -3.0, 4.0),
        ("usual", 0.33, 8.0, 8.0),
        ("late", 0.18, 32.0, 16.0),
        ("very late", 0.07, 85.0, 35.0),
    ],
    columns=["habit", "share", "mean_days", "spread_days"],
)
"""Payment habits: days after the due day."""


def make_customers(plan: Plan, organisation: Organisation) -> pd.DataFrame:
    """One row per customer: codes of its attributes, its seat, and the truth of its behaviour."""
    rng = plan.generator("customers")
    number = plan.customers
    frame = _profile(number, organisation, rng)
    frame = frame.assign(seat=_seats(frame, organisation, rng))
    frame = frame.assign(**_behaviour(frame, plan, rng))
    frame = frame.assign(**_standing(frame, plan, rng))
    return frame.assign(seat=_with_key_accounts(frame, organisation, rng))


def _with_key_accounts(frame: pd.DataFrame, organisation: Organisation, rng: np.random.Generator) -> Days:
    """Key accounts belong to a key-account manager of their market."""
    seats = organisation.seats
    seat = frame["seat"].to_numpy().copy()
    for market in range(len(organisation.markets)):
        here = np.flatnonzero((frame["market"] == market) & frame["is_key"])
        managers = np.flatnonzero((seats["market"] == market) & (seats["role"] == "key_account_manager"))
        seat[here] = rng.choice(managers, len(here))
    return seat


def _profile(number: int, organisation: Organisation, rng: np.random.Generator) -> pd.DataFrame:
    shares = np.array([MARKETS[market][0] for market in organisation.markets])
    market = rng.choice(len(shares), number, p=shares / shares.sum())
    industries = np.array([facts[0] for facts in INDUSTRIES.values()])
    kind = rng.choice(len(TYPES), number, p=TYPES["share"])
    distribution = rng.random(number) < TYPES["distribution"].to_numpy()[kind]
    service = ~distribution & (rng.random(number) < 0.22)
    line = np.where(distribution, 1, np.where(service, 2, 0))
    channel = np.where(distribution, rng.choice([1, 2, 3], number, p=[0.55, 0.3, 0.15]), 0)
    return pd.DataFrame(
        {
            "market": market,
            "region": _regions(market, organisation, rng),
            "industry": rng.choice(len(industries), number, p=industries / industries.sum()),
            "kind": kind,
            "line": line,
            "channel": channel,
            "size": rng.lognormal(0, 0.7, number),
        }
    )


def _regions(market: Days, organisation: Organisation, rng: np.random.Generator) -> Days:
    region = np.zeros(len(market), dtype=np.int64)
    for code in range(len(organisation.markets)):
        below = [place for place, (_, owner) in enumerate(organisation.regions) if owner == code]
        here = np.flatnonzero(market == code)
        region[here] = rng.choice(below, len(here))
    return region


def _seats(frame: pd.DataFrame, organisation: Organisation, rng: np.random.Generator) -> Days:
    """The largest customers of a market go to its key-account managers, the others to its reps."""
    seats = organisation.seats
    large = frame.groupby("market")["size"].rank(pct=True) > 0.96
    seat = np.zeros(len(frame), dtype=np.int64)
    for market in range(len(organisation.markets)):
        for role, wanted in (("key_account_manager", large), ("rep", ~large)):
            here = np.flatnonzero((frame["market"] == market) & wanted)
            places = np.flatnonzero((seats["market"] == market) & (seats["role"] == role))
            weights = seats["potential"].to_numpy()[places]
            seat[here] = rng.choice(places, len(here), p=weights / weights.sum())
    return seat


def _behaviour(frame: pd.DataFrame, plan: Plan, rng: np.random.Generator) -> dict[str, Any]:
    number = len(frame)
    facts = TYPES.iloc[frame["kind"]].reset_index(drop=True)
    traded = rng.random(number) < TRADED_SHARE
    earliest = plan.first - int(YEARS_BEFORE * DAYS_A_YEAR)
    span = (plan.horizon - earliest) / DAYS_A_YEAR
    growth = np.exp(GROWTH_A_YEAR * span)
    years = np.log1p(rng.random(number) * (growth - 1)) / GROWTH_A_YEAR
    acquired = np.where(traded, earliest + (years * DAYS_A_YEAR).astype(np.int64), NEVER)
    life = rng.exponential(facts["mean_life_years"].to_numpy() * DAYS_A_YEAR).astype(np.int64)
    lead_time = rng.integers(20, 260, number)
    contact = np.where(traded, acquired - lead_time, rng.integers(earliest, plan.last, number))
    return {
        "acquired": acquired,
        "life": life,
        "contact": contact,
        "mean_days": facts["mean_days"].to_numpy() * rng.lognormal(0, INTERVAL_SPREAD, number),
        "k": facts["k"].to_numpy(),
        "mean_spend": _spend(frame, facts, rng),
    }


def _spend(frame: pd.DataFrame, facts: pd.DataFrame, rng: np.random.Generator) -> Floats:
    gamma = facts["spend"].to_numpy() * (SPEND_Q - 1) / SPEND_P
    rate = rng.gamma(SPEND_Q, 1 / gamma)
    return np.asarray(SPEND_P / rate * frame["size"].to_numpy() ** 0.5)


def _standing(frame: pd.DataFrame, plan: Plan, rng: np.random.Generator) -> dict[str, Any]:
    number = len(frame)
    habit = rng.choice(len(HABITS), number, p=HABITS["share"])
    a_year = frame["mean_spend"] * DAYS_A_YEAR / frame["mean_days"]
    share_of_wallet = rng.beta(2, 3, number).clip(0.05, 0.95)
    wallet = np.maximum(5_000, (a_year / share_of_wallet).to_numpy())
    value = a_year.where(
        (frame["acquired"] <= plan.last) & (frame["acquired"] + frame["life"] > plan.last), 0
    )
    is_key = value.rank(ascending=False, method="first") <= max(2, round(0.015 * number))
    potential = pd.Series(wallet).rank(pct=True) + rng.normal(0, 0.15, number)
    grade = np.select([potential > 0.85, potential > 0.4], [0, 1], 2)
    return {
        "habit": habit,
        "wallet": np.round(wallet, -3),
        "is_key": is_key.to_numpy(),
        "grade": np.where(rng.random(number) < 0.2, grade, -1),
        "employees": np.maximum(3, rng.lognormal(4.6, 0.8, number) * frame["size"]).astype(np.int64),
        "rating": np.clip(np.round(4.4 - 0.8 * habit + rng.normal(0, 0.5, number), 1), 1, 5),
        "term": rng.choice([30, 60, 90], number, p=[0.5, 0.35, 0.15]),
    }
