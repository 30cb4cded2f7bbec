"""A plan is made of what was known in January."""

import datetime

import numpy as np
import pandas as pd
import pytest

from pipeline.company_demo import targets
from pipeline.company_demo.plan import Plan
from pipeline.company_demo.scenarios import scenario_named
from pipeline.company_demo.simulation import simulate
from pipeline.company_demo.targets import make_targets

UNTIL = datetime.date(2026, 10, 31)


@pytest.fixture(scope="module")
def simulation():
    return simulate(Plan(800, UNTIL, 5, scenario_named("baseline")))


def _targets(simulation, money):
    return make_targets(simulation.plan, money, simulation.organisation)


def _of_the_company(targets):
    whole = targets["market"].eq("") & targets["metric"].eq("contracts")
    return targets.loc[whole].set_index("period")["amount"]


def test_what_is_sold_after_january_changes_no_plan_of_the_year(simulation):
    january = int(np.datetime64("2026-01-01").astype("datetime64[D]").astype(np.int64))
    doubled = {
        metric: frame.assign(amount=frame["amount"].where(frame["day"] < january, 2 * frame["amount"]))
        for metric, frame in simulation.money.items()
    }
    pd.testing.assert_frame_equal(
        _targets(simulation, doubled), _targets(simulation, simulation.money), check_exact=True
    )


def test_what_was_sold_the_year_before_does(simulation):
    one = _targets(simulation, simulation.money)
    first = int(np.datetime64("2025-01-01").astype("datetime64[D]").astype(np.int64))
    more = {
        metric: frame.assign(amount=frame["amount"].where(frame["day"] < first, 1.2 * frame["amount"]))
        for metric, frame in simulation.money.items()
    }
    other = _targets(simulation, more)
    whole = {
        name: frame.loc[frame["market"].eq("") & frame["metric"].eq("contracts")].set_index("period")[
            "amount"
        ]
        for name, frame in (("one", one), ("other", other))
    }
    grown = whole["other"] / whole["one"]
    assert grown["2024"] == pytest.approx(1)  # planned in January 2024
    assert grown["2026"] > 1.1


def test_the_total_is_last_year_s_grown_by_half_its_growth_and_half_a_steady_one(monkeypatch):
    monkeypatch.setattr(targets, "JUDGEMENT", 0.0)
    monkeypatch.setattr(targets, "FIRST_PLANS_MISS", 0.0)
    sold = np.array([10.0, 100.0, 110.0, 130.0])[:, None, None] * np.ones((1, 2, 2)) / 4
    planned = targets._plan_by_year(sold, np.array([0.1, 1.0, 1.0, 0.8]), np.random.default_rng(1))
    # The first years have no two whole years behind them and are planned by themselves, filled up.
    assert planned.sum(axis=(1, 2)) == pytest.approx([100, 100, 110, 110 * (1 + (0.10 + 0.08) / 2)])
