"""What is really so in the simulated company: the figures that estimates must come near to."""

import numpy as np
import pandas as pd

from pipeline.company_demo import opportunities as chances
from pipeline.company_demo.customers import HABITS, SPEND_P, SPEND_Q, TYPES
from pipeline.company_demo.frames import dates, labels
from pipeline.company_demo.journeys import ADVANCE, LOSS
from pipeline.company_demo.rhythm import NEVER, month_number
from pipeline.company_demo.simulation import Simulation
from pipeline.company_demo.tables import customer_ids, opportunity_ids, person_ids
from pipeline.company_demo.words import (
    BUSINESS_LINES,
    COMPETITORS,
    INDUSTRIES,
    OUTCOMES,
    REASONS,
    SOURCES,
    STAGE_KEYS,
)


def truth_of(simulation: Simulation) -> dict[str, pd.DataFrame]:
    """Tables of true values, each keyed like the table it speaks of."""
    s = simulation
    return {
        "customers": _customers(s),
        "opportunities": _opportunities(s),
        "people": _people(s),
        "win_coefficients": _coefficients(),
        "stages": _stages(s),
        "payment_habits": HABITS.copy(),
        "customer_types": TYPES.assign(spend_p=SPEND_P, spend_q=SPEND_Q),
        "future": _future(s),
    }


def _customers(s: Simulation) -> pd.DataFrame:
    """One row per customer: rhythm, mean spend, first purchase, day of dropping out, payment habit."""
    c = s.customers
    gone = np.where(s.acquired < NEVER, s.acquired + c["life"].to_numpy(), NEVER)
    return pd.DataFrame(
        {
            "customer_id": customer_ids(np.arange(len(c))),
            "type": TYPES["type"].to_numpy()[c["kind"]],
            "k": c["k"],
            "mean_days_between": c["mean_days"],
            "mean_spend": c["mean_spend"],
            "acquired_on": dates(s.acquired),
            "dropped_on": dates(gone),
            "is_alive": (s.acquired <= s.plan.last) & (gone > s.plan.last),
            "payment_habit": HABITS["habit"].to_numpy()[c["habit"]],
            "mean_days_late": HABITS["mean_days"].to_numpy()[c["habit"]],
        }
    )


def _opportunities(s: Simulation) -> pd.DataFrame:
    """One row per known opportunity: true chance, and what becomes of it by the horizon."""
    known = np.flatnonzero(s.deals["created"] <= s.plan.last)
    d, r = s.deals.iloc[known], s.reasons.iloc[known]
    return pd.DataFrame(
        {
            "opportunity_id": opportunity_ids(known),
            "log_odds": d["log_odds"].to_numpy(),
            "chance": d["chance"].to_numpy(),
            "effort": d["effort"].to_numpy(),
            "outcome": labels(OUTCOMES, d["outcome"].to_numpy()),
            "ended_on": dates(d["ended"].to_numpy()),
            "final_amount": d["final_amount"].to_numpy(),
            "is_invalid": (d["destiny"] == chances.INVALID).to_numpy(),
            "is_forgotten": (d["stale_from"] < 10_000).to_numpy(),
            "competitor": labels(list(COMPETITORS), d["competitor"].to_numpy()),
            "reason": labels(REASONS, r["true"].to_numpy()),
        }
    )


def _people(s: Simulation) -> pd.DataFrame:
    spells = s.organisation.spells
    return pd.DataFrame(
        {"person_id": person_ids(np.arange(len(spells))), "skill": spells["skill"].to_numpy()}
    )


def _coefficients() -> pd.DataFrame:
    """One row per term and level: effect on the log odds of winning."""
    rows = [
        ("intercept", "", chances.INTERCEPT),
        ("size", "one standard deviation", chances.EFFECT_OF_SIZE),
        ("effort", "one standard deviation", chances.EFFECT_OF_EFFORT),
        ("traded", "yes", chances.EFFECT_OF_TRADING),
    ]
    for term, words in (("source", SOURCES), ("industry", INDUSTRIES), ("competitor", COMPETITORS)):
        rows += [(term, level, facts[1]) for level, facts in words.items()]
    return pd.DataFrame(rows, columns=["term", "level", "log_odds"])


def _stages(s: Simulation) -> pd.DataFrame:
    """One row per open stage: weekly hazards, and what the deals did when followed to the horizon.

    `moved_on` is the share of the deals that entered a stage and, sooner or later, reached a later one (or
    were won).
    """
    h = s.history
    deepest = h.loc[h["outcome"] != chances.LOST].groupby("deal")["stage"].max()
    rows = []
    for stage in range(len(ADVANCE)):
        entered = h.loc[(h["stage"] == stage) & (h["outcome"] == 0), "deal"].unique()
        on = deepest.reindex(entered).to_numpy() > stage
        rows.append(
            (STAGE_KEYS[stage], ADVANCE[stage], LOSS[stage], len(entered), on.mean() if len(on) else np.nan)
        )
    return pd.DataFrame(rows, columns=["stage", "advance_a_week", "loss_a_week", "entered", "moved_on"])


def _future(s: Simulation) -> pd.DataFrame:
    """What then happened: one row per metric, later month, market and business line."""
    parts = []
    for metric, rows in s.money.items():
        later = rows.loc[rows["day"] > s.plan.last]
        month = month_number(later["day"].to_numpy()).astype("datetime64[M]").astype("datetime64[s]")
        cells = later.assign(metric=metric, month=month).groupby(["metric", "month", "market", "line"])
        parts.append(cells[["amount"]].sum().reset_index())
    future = pd.concat(parts, ignore_index=True)
    return future.assign(
        market=labels(s.organisation.markets, future["market"].to_numpy()),
        business_line=labels(BUSINESS_LINES, future["line"].to_numpy()),
    ).drop(columns="line")
