"""The simulated company: a generator with known truth, seeded, of any size.

It stands where a company's own data would: same tables, same rules of what was known when, and with
it the truth (buying rhythms, stage hazards, win chances, payment habits) that estimates must meet.
"""

import calendar
import datetime
from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from pipeline.company_demo.mess import Exports, write_exports
from pipeline.company_demo.plan import Plan
from pipeline.company_demo.scenarios import SCENARIOS, Scenario, scenario_named
from pipeline.company_demo.simulation import simulate
from pipeline.company_demo.tables import tables_of
from pipeline.company_demo.truth import truth_of
from pipeline.errors import UsageError

__all__ = ["SCENARIOS", "DemoCompany", "Exports", "Scenario", "generate", "write_exports"]

FEWEST, MOST = 50, 1_000_000
DEFAULT_UNTIL = datetime.date(2026, 10, 31)
DEFAULT_SEED = 20260101


@dataclass(frozen=True)
class DemoCompany:
    """A simulated company.

    Attributes:
        tables: every table of the catalog by name, as known at the end of `until`.
        truth: what is really so, see `truth.truth_of`.
    """

    tables: dict[str, pd.DataFrame]
    truth: dict[str, pd.DataFrame]
    until: datetime.date
    scenario: str


def generate(
    customers: int = 10_000,
    until: datetime.date = DEFAULT_UNTIL,
    seed: int = DEFAULT_SEED,
    scenario: str = "baseline",
    *,
    luck: int = 0,
    only: Collection[str] | None = None,
) -> DemoCompany:
    """Five years of a company's tables up to the end of the month of `until`.

    The same arguments give the same tables, byte for byte; with `only`, those of these names. Another `luck`
    is the same company with another course of events: a figure moves by it as far as chance moves it.

    Raises:
        UsageError: a number of customers outside 50 to 1,000,000, a month outside 2016 to 2037, or an
            unknown scenario.
    """
    if not FEWEST <= customers <= MOST:
        raise UsageError(f"customers: {customers} is outside {FEWEST} to {MOST:,}.")
    if not 2016 <= until.year <= 2037:
        raise UsageError(f"until: {until} is outside the years 2016 to 2037.")
    last = until.replace(day=calendar.monthrange(until.year, until.month)[1])
    simulation = simulate(Plan(customers, last, seed, scenario_named(scenario), luck=luck))
    return DemoCompany(tables_of(simulation, only), truth_of(simulation), last, scenario)
