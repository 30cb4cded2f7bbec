"""False drivers and interval coverage over simulated companies, against one test per field without care.

Claim: less than 5% of companies in which nothing drives winning get a driver, less than 5% of inert fields
are named beside true drivers, and 93 to 97% of the intervals of effects hold the truth. Companies have 500,
1,000 or 2,000 deals; deals of one customer share what no field tells; the market (inert) goes with the
industry (a driver in every second company), and amounts act through their logarithm. The peer is what a
spreadsheet does: a chi-square test per field at 5%, uncorrected.
Run: python benchmarks/win_loss_false_drivers.py [companies]
"""

import sys

import numpy as np
import pandas as pd
from scipy import stats

from pipeline.models.drivers import find_drivers

WORDS = {"industry": 8, "source": 5, "market": 8, "channel": 4, "grade": 3}
INTERCEPT = -0.4
FIELDS = (*WORDS, "amount", "age_days")
DRIVERS = ("industry", "source", "amount")
CUSTOMERS_APART = 0.4
"""Standard deviation, in log-odds, of what deals of one customer share."""
QUARTERS = (0.25, 0.75)

Truth = dict[str, list[float]]


def company(rng: np.random.Generator, *, deals: int, strength: float) -> tuple[pd.DataFrame, Truth]:
    """One simulated company: deals with fields, won or lost, and each field's true effects in points."""
    frame = pd.DataFrame({name: rng.integers(0, levels, deals).astype(str) for name, levels in WORDS.items()})
    frame["market"] = frame["market"].where(rng.random(deals) < 0.5, frame["industry"])
    frame["amount"] = rng.lognormal(12, 1, deals)
    frame["age_days"] = rng.gamma(2, 30, deals)
    frame["customer_id"] = rng.integers(0, deals // 3, deals)
    customer = CUSTOMERS_APART * rng.normal(0, 1, deals // 3)
    effects = {name: strength * rng.normal(0, 1, levels) for name, levels in WORDS.items() if name in DRIVERS}
    slope = strength * rng.normal(0, 1)
    parts = {name: effects[name][frame[name].astype(int)] for name in effects}
    parts["amount"] = slope * (np.log(frame["amount"].to_numpy()) - 12)
    rest = INTERCEPT + customer[frame["customer_id"]]
    frame["is_won"] = rng.random(deals) < _chance(rest + sum(parts.values()))
    truth = {}
    for name in FIELDS:
        others = rest + sum(part for other, part in parts.items() if other != name)
        own = effects.get(name, np.zeros(WORDS.get(name, 2)))
        if name == "amount":
            own = slope * (np.log(np.quantile(frame["amount"], QUARTERS)) - 12)
        truth[name] = _points(frame[name], own, others)
    return frame, truth


def _chance(score: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-score))


def _points(values: pd.Series, own: np.ndarray, others: np.ndarray) -> list[float]:
    means = np.array([_chance(others + effect).mean() for effect in own])
    if values.name in WORDS:
        shares = np.bincount(values.astype(int), minlength=len(own)) / len(values)
    else:
        shares = np.full(len(own), 1 / len(own))
    return list(means - means @ shares)


def covered(effects: pd.DataFrame, truth: Truth) -> list[bool]:
    """Whether each interval holds the truth."""
    hits = []
    for name, rows in effects.groupby("field"):
        for place, (_, row) in enumerate(rows.iterrows()):
            true_effect = truth[name][int(row["level"]) if name in WORDS else place]
            hits.append(bool(row["low"] <= true_effect <= row["high"]))
    return hits


def naive_alarm(frame: pd.DataFrame, won: np.ndarray) -> bool:
    """Whether any uncorrected chi-square test of a field of words is below 5%."""
    return any(stats.chi2_contingency(pd.crosstab(frame[name], won)).pvalue < 0.05 for name in WORDS)


def main(companies: int) -> None:
    rng = np.random.default_rng(20261031)
    alarms, naive, null_hits, hits, named, inert = 0, 0, [], [], [], []
    for number in range(companies):
        deals = (500, 1000, 2000)[number % 3]
        frame, truth = company(rng, deals=deals, strength=0.0)
        found = find_drivers(frame, fields=FIELDS, cluster="customer_id")
        alarms += bool(found.fields["is_driver"].any())
        null_hits += covered(found.effects, truth)
        naive += naive_alarm(frame, frame["is_won"].to_numpy())
        frame, truth = company(rng, deals=deals, strength=0.35)
        found = find_drivers(frame, fields=FIELDS, cluster="customer_id")
        hits += covered(found.effects, truth)
        verdict = found.fields.set_index("field")["is_driver"]
        named.append([bool(verdict[name]) for name in DRIVERS])
        inert.append([bool(verdict[name]) for name in FIELDS if name not in DRIVERS])
    power, false = np.mean(named, axis=1), np.array(inert)
    print(f"companies without drivers that got one: {alarms / companies:.3f}")
    print(f"the same with uncorrected tests: {naive / companies:.3f}")
    print(f"ratio of false alarms to the uncorrected tests: {alarms / max(naive, 1):.2f}")
    print(f"inert fields named beside true drivers: {false.mean():.3f}; of all fields named: "
          f"{false.sum() / max(false.sum() + np.sum(named), 1):.3f}")  # fmt: skip
    print(f"95% intervals that hold the true effect: {np.mean(hits):.3f} with drivers, "
          f"{np.mean(null_hits):.3f} without")  # fmt: skip
    for size, deals in enumerate((500, 1000, 2000)):
        print(f"drivers found at {deals} deals: {power[size::3].mean():.3f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
