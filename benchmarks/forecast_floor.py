"""Claim: the landing misses about as little as the truth would, and one company's plan can be nearer by luck.

    python benchmarks/forecast_floor.py [LUCKS] [SEED] [CUSTOMERS]      60, the demo company's, 10,000

The same simulated company lives its years again with other luck; the mean of these is what the simulator
itself expects, and no forecast made without the open deals can be expected to miss less. Prints, for sums of
the next k months at the last 24 month ends and of the next eight weeks at the last thirteen weeks:
the error of that truth and of a baseline (the plan, where one covers the months; the mean of thirteen weeks)
on the company as it is, the means over the other lucks, and in how many of these the truth was ahead.
"""

import sys

import numpy as np
import pandas as pd

from pipeline.company_demo import DEFAULT_SEED, DEFAULT_UNTIL
from pipeline.company_demo.plan import Plan
from pipeline.company_demo.rhythm import first_of_month, month_number
from pipeline.company_demo.scenarios import Scenario
from pipeline.company_demo.simulation import simulate
from pipeline.company_demo.tables import tables_of

REPLAYS, YEAR, LENGTHS = 24, 12, 11
WEEK_REPLAYS, EIGHT_WEEKS, THIRTEEN_WEEKS = 13, 56, 91
KEY = ["period", "market", "department", "person_id", "business_line"]


def lived(customers: int, seed: int, luck: int) -> tuple[np.ndarray, np.ndarray]:
    """Contracts by day of the history, and the plan of every month in the end."""
    simulation = simulate(Plan(customers, DEFAULT_UNTIL, seed, Scenario(), luck=luck))
    plan, contracts = simulation.plan, simulation.money["contracts"]
    day, known = contracts["day"].to_numpy() - plan.first, contracts["day"].to_numpy() <= plan.last
    daily = np.bincount(day[known], contracts["amount"].to_numpy()[known], plan.last - plan.first + 1)
    targets = tables_of(simulation, ["targets"])["targets"]
    targets = targets[(targets["metric"] == "contracts") & (targets["person_id"] != "")]
    newest = targets.sort_values("set_on", kind="stable").drop_duplicates(KEY, keep="last")
    months = pd.period_range(end=pd.Period(DEFAULT_UNTIL, "M"), periods=YEAR * plan.years).astype(str)
    return daily, newest.groupby("period")["amount"].sum().reindex(months).to_numpy()


def month_of_days(seed: int, customers: int) -> np.ndarray:
    """The month of every day of the history, counted from its first."""
    plan = Plan(customers, DEFAULT_UNTIL, seed, Scenario())
    months = month_number(np.arange(plan.first, plan.last + 1))
    assert first_of_month(months[:1])[0] == plan.first
    return np.asarray(months - months[0])


def months_missed(came: np.ndarray, said: np.ndarray, first_calendar_month: int) -> np.ndarray:
    """Error of the sums of the next 1 to 11 months over the origins whose months lie in one planned year."""
    errors = []
    for length in range(1, LENGTHS + 1):
        origins = [
            origin
            for origin in range(len(came) - REPLAYS, len(came) - length + 1)
            if 0 < (origin + first_calendar_month) % YEAR <= YEAR - length
        ]
        sums = np.array([(came[o : o + length].sum(), said[o : o + length].sum()) for o in origins])
        errors.append(np.abs(sums[:, 1] - sums[:, 0]).sum() / sums[:, 0].sum())
    return np.array(errors)


def weeks_missed(daily: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Errors of the sums of the next eight weeks: the truth's and the mean of thirteen weeks'."""
    ends = [len(daily) - 7 * back for back in range(EIGHT_WEEKS // 7, EIGHT_WEEKS // 7 + WEEK_REPLAYS)]
    came, truth, mean = (
        np.array(sums)
        for sums in zip(
            *(
                (
                    daily[end : end + EIGHT_WEEKS].sum(),
                    expected[end : end + EIGHT_WEEKS].sum(),
                    daily[end - THIRTEEN_WEEKS : end].mean() * EIGHT_WEEKS,
                )
                for end in ends
            ),
            strict=True,
        )
    )
    return np.array([np.abs(said - came).sum() / came.sum() for said in (truth, mean)])


def main(lucks: int, seed: int, customers: int) -> None:
    lives = [lived(customers, seed, luck) for luck in range(lucks + 1)]
    month = month_of_days(seed, customers)
    first = DEFAULT_UNTIL.month % YEAR
    expected = np.mean([daily for daily, _ in lives[1:]], axis=0)
    monthly = [np.bincount(month, daily) for daily, _ in lives]
    truth = np.array([months_missed(came, np.bincount(month, expected), first) for came in monthly])
    plan = np.array([
        months_missed(came, planned, first)
        for came, (_, planned) in zip(monthly, lives, strict=True)
    ])  # fmt: skip
    ahead = truth[1:] < plan[1:]
    table = pd.DataFrame({
        "months": np.arange(1, LENGTHS + 1), "truth": truth[0], "plan": plan[0],
        "truth_mean": truth[1:].mean(axis=0), "plan_mean": plan[1:].mean(axis=0),
        "truth_ahead": ahead.mean(axis=0),
    })  # fmt: skip
    print(f"sums of the next months, {lucks} other lucks of seed {seed} with {customers:,} customers")
    print(table.round(3).to_string(index=False))
    print(f"the truth is ahead of the plan at every length in {ahead.all(axis=1).mean():.0%} of them")
    weeks = np.array([weeks_missed(daily, expected) for daily, _ in lives])
    print("sums of eight weeks: truth {:.3f}, mean of thirteen weeks {:.3f};".format(*weeks[0]), end=" ")
    print("means of the others {:.3f}, {:.3f};".format(*weeks[1:].mean(axis=0)), end=" ")
    print(f"the truth is ahead in {(weeks[1:, 0] < weeks[1:, 1]).mean():.0%}")


if __name__ == "__main__":
    given = [int(each) for each in sys.argv[1:]]
    main(*given, *(60, DEFAULT_SEED, 10_000)[len(given) :])
