"""Opportunities at birth: when, with whom, how large, and their true chance to be won.

Truth: log odds of winning (given that the deal is real) = intercept + skill of the rep + size, source,
industry, competitor, effort and whether the customer traded before.
"""

from typing import Any

import numpy as np
import pandas as pd

from pipeline.company_demo.organisation import Organisation
from pipeline.company_demo.plan import WARM_UP_DAYS, Plan
from pipeline.company_demo.products import choose_product_lines, choose_products
from pipeline.company_demo.rhythm import DAYS_A_YEAR, Days, Floats, business
from pipeline.company_demo.words import COMPETITORS, INDUSTRIES, SOURCES

PER_CUSTOMER_A_YEAR, GROWTH_A_YEAR = 0.30, 0.06
AMOUNT_MEDIAN, AMOUNT_SPREAD, AMOUNT_BY_SIZE = 190_000.0, 1.05, 0.45
AMOUNT_BY_LINE = (1.0, 0.75, 0.55)
INTERCEPT, EFFECT_OF_SIZE, EFFECT_OF_EFFORT, EFFECT_OF_TRADING = -0.55, -0.30, 0.40, 0.50
INVALID_SHARE, STALE_SHARE, STRATEGIC_SHARE = 0.20, 0.035, 0.015
WON, LOST, INVALID = 1, 2, 3
TRIES = 4
SHIFT_REACHES_BACK_DAYS = 150


def make_opportunities(plan: Plan, customers: pd.DataFrame, organisation: Organisation) -> pd.DataFrame:
    """One row per opportunity: codes, first amount, true log odds, and what will become of it."""
    rng = plan.generator("opportunities")
    created = _birthdays(plan, rng)
    frame = pd.DataFrame({"created": created, "customer": _customers(created, customers, rng)})
    frame = _attributes(frame, plan, customers, rng)
    frame = frame.assign(first_holder=organisation.holder(frame["seat"].to_numpy(), created))
    frame = frame.assign(log_odds=_log_odds(frame, organisation, plan))
    return frame.assign(**_destiny(frame, plan, rng))


def _birthdays(plan: Plan, rng: np.random.Generator) -> Days:
    days = np.arange(plan.first - WARM_UP_DAYS, plan.horizon + 1, dtype=np.int64)
    years = (days - plan.last) / DAYS_A_YEAR
    expected = (
        plan.customers * PER_CUSTOMER_A_YEAR / DAYS_A_YEAR * business(days) * np.exp(GROWTH_A_YEAR * years)
    )
    born = rng.poisson(expected)
    # Thinning rather than a lower rate keeps every other deal the same as in the baseline.
    factor = np.where((days >= plan.trouble_starts) & (days <= plan.last), plan.scenario.creation, 1.0)
    kept = rng.binomial(born, np.minimum(factor, 1)) + rng.poisson(expected * np.maximum(factor - 1, 0))
    return np.repeat(days, kept)


def _customers(created: Days, customers: pd.DataFrame, rng: np.random.Generator) -> Days:
    """Larger customers have more opportunities; those who dropped out have none."""
    edges = np.cumsum(customers["size"].to_numpy() ** 0.8)
    gone = (customers["acquired"] + customers["life"]).to_numpy()
    chosen = np.searchsorted(edges, rng.random(len(created)) * edges[-1])
    for _ in range(TRIES):
        wrong = np.flatnonzero(gone[chosen] < created)
        chosen[wrong] = np.searchsorted(edges, rng.random(len(wrong)) * edges[-1])
    return np.asarray(chosen, dtype=np.int64)


def _attributes(
    frame: pd.DataFrame, plan: Plan, customers: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    number = len(frame)
    who = customers.iloc[frame["customer"]].reset_index(drop=True)
    traded = (who["acquired"] <= frame["created"]).to_numpy()
    line = who["line"].to_numpy()
    product_line = choose_product_lines(line, frame["created"].to_numpy(), plan, rng)
    return frame.assign(
        seat=who["seat"],
        industry=who["industry"],
        line=line,
        channel=who["channel"],
        traded=traded,
        product_line=product_line,
        product=choose_products(line, product_line, rng),
        source=_sources(traded, rng),
        competitor=_pick(COMPETITORS, number, rng),
        is_strategic=rng.random(number) < STRATEGIC_SHARE,
        effort=rng.normal(0, 1, number),
        speed=rng.lognormal(0, 0.3, number),
    ).pipe(_with_amount, plan, who["size"].to_numpy(), rng)


def _with_amount(frame: pd.DataFrame, plan: Plan, size: Floats, rng: np.random.Generator) -> pd.DataFrame:
    amount = AMOUNT_MEDIAN * rng.lognormal(0, AMOUNT_SPREAD, len(frame)) * size**AMOUNT_BY_SIZE
    amount *= np.array(AMOUNT_BY_LINE)[frame["line"]] * np.where(frame["is_strategic"], 3.0, 1.0)
    troubled = (frame["created"] >= plan.trouble_starts) & (frame["created"] <= plan.last)
    amount *= np.where(troubled, plan.scenario.amount, 1.0)
    return frame.assign(amount=np.maximum(2_000, np.round(amount, -2)))


def _sources(traded: np.ndarray, rng: np.random.Generator) -> Days:
    """Repeat business comes only from those who traded before; their share is kept on the whole."""
    source = _pick(SOURCES, len(traded), rng)
    repeat = list(SOURCES).index("repeat business")
    newcomer = ~traded & (source == repeat)
    source[newcomer] = rng.choice([0, 2, 3, 4], int(newcomer.sum()))
    return source


def _pick(words: object, number: int, rng: np.random.Generator) -> Days:
    shares = np.array([facts[0] for facts in words.values()])  # type: ignore[attr-defined]
    return rng.choice(len(shares), number, p=shares / shares.sum())


def _log_odds(frame: pd.DataFrame, organisation: Organisation, plan: Plan) -> Floats:
    standard = (np.log(frame["amount"]) - np.log(AMOUNT_MEDIAN)) / AMOUNT_SPREAD
    shifted = (frame["created"] >= plan.trouble_starts - SHIFT_REACHES_BACK_DAYS) & (
        frame["created"] <= plan.last
    )
    return np.asarray(
        INTERCEPT
        + EFFECT_OF_SIZE * standard
        + EFFECT_OF_EFFORT * frame["effort"]
        + EFFECT_OF_TRADING * frame["traded"]
        + organisation.spells["skill"].to_numpy()[frame["first_holder"]]
        + np.array([facts[1] for facts in SOURCES.values()])[frame["source"]]
        + np.array([facts[1] for facts in INDUSTRIES.values()])[frame["industry"]]
        + np.array([facts[1] for facts in COMPETITORS.values()])[frame["competitor"]]
        + plan.scenario.win_shift * shifted
    )


def _destiny(frame: pd.DataFrame, plan: Plan, rng: np.random.Generator) -> dict[str, Any]:
    number = len(frame)
    chance = 1 / (1 + np.exp(-frame["log_odds"].to_numpy()))
    troubled = (frame["created"] >= plan.trouble_starts) & (frame["created"] <= plan.last)
    invalid = rng.random(number) < INVALID_SHARE * np.where(troubled, plan.scenario.invalid, 1.0)
    won = rng.random(number) < chance
    stale = rng.random(number) < STALE_SHARE
    stale_from = np.where(stale, rng.integers(4, 30, number), 10_000)
    return {
        "chance": chance,
        "destiny": np.where(invalid, INVALID, np.where(won, WON, LOST)),
        "stale_from": stale_from,
    }
