"""One run of the simulated company, as arrays of numbers; `tables` and `truth` give it its labels."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from pipeline.company_demo.activities import make_activities, make_tickets
from pipeline.company_demo.customers import make_customers
from pipeline.company_demo.journeys import NEGOTIATION, walk
from pipeline.company_demo.money import make_invoices, make_payments, make_shipments
from pipeline.company_demo.opportunities import WON, make_opportunities
from pipeline.company_demo.orders import acquisition, make_lines, make_orders
from pipeline.company_demo.organisation import Organisation, organise
from pipeline.company_demo.plan import Plan
from pipeline.company_demo.products import make_products
from pipeline.company_demo.reasons import give_reasons
from pipeline.company_demo.rhythm import NEVER, Days
from pipeline.company_demo.scenarios import Scenario

KNOWN_LATE, MEAN_DAYS_LATE = 0.08, 4.0
QUARTER_DAYS = 92


@dataclass(frozen=True)
class Simulation:
    """Everything that happened up to the horizon; rows refer to each other by position."""

    plan: Plan
    organisation: Organisation
    products: pd.DataFrame
    customers: pd.DataFrame
    acquired: Days
    deals: pd.DataFrame
    history: pd.DataFrame
    reasons: pd.DataFrame
    orders: pd.DataFrame
    lines: pd.DataFrame
    shipments: pd.DataFrame
    invoices: pd.DataFrame
    payments: pd.DataFrame

    @property
    def money(self) -> dict[str, pd.DataFrame]:
        """By metric: day, market, line, seat and amount of every sale and payment up to the horizon."""
        orders = self.orders.assign(market=self.customers["market"].to_numpy()[self.orders["customer"]])
        sales = orders.loc[orders["cancelled"] == NEVER, ["day", "market", "line", "seat", "amount"]]
        order = self.invoices["order"].to_numpy()[self.payments["invoice"]]
        paid = orders.loc[order, ["market", "line", "seat"]].reset_index(drop=True)
        cash = paid.assign(day=self.payments["paid"].to_numpy(), amount=self.payments["amount"].to_numpy())
        return {"contracts": sales, "collections": cash.loc[cash["day"] <= self.plan.horizon]}


def simulate(plan: Plan) -> Simulation:
    """Run the company from its first day to the horizon."""
    organisation = organise(plan)
    products = make_products(plan)
    customers = make_customers(plan, organisation)
    deals = make_opportunities(plan, customers, organisation)
    history = walk(plan, deals, organisation)
    history = _enlarge_one_deal(plan, history)
    deals, history = _without_forgotten(plan, deals, _with_known_days(plan, history))
    customers = customers.assign(contact=_first_contact(plan, customers, deals))
    wins = _wins(deals)
    orders = make_orders(plan, customers, wins, organisation)
    shipments = make_shipments(plan, orders)
    invoices = make_invoices(plan, orders, shipments, customers)
    return Simulation(
        plan,
        organisation,
        products,
        customers,
        acquisition(customers, wins),
        deals,
        history,
        give_reasons(plan, deals, deals["ended"].to_numpy(), deals["outcome"].to_numpy()),
        orders,
        make_lines(plan, customers, orders, products),
        shipments,
        invoices,
        make_payments(plan, invoices, customers),
    )


def undisturbed(simulation: Simulation) -> Simulation:
    """The same company without its scenario: what its plans were made from."""
    plan = simulation.plan
    return simulation if plan.scenario == Scenario() else simulate(replace(plan, scenario=Scenario()))


def activities_of(simulation: Simulation) -> pd.DataFrame:
    """One row per activity known by the last day."""
    s = simulation
    return make_activities(s.plan, s.deals, s.deals["ended"].to_numpy(), s.customers, s.organisation)


def tickets_of(simulation: Simulation) -> pd.DataFrame:
    """One row per service ticket known by the last day."""
    return make_tickets(simulation.plan, simulation.customers, simulation.organisation)


def _with_known_days(plan: Plan, history: pd.DataFrame) -> pd.DataFrame:
    """Some changes are entered days later; what comes after a change is never known before it."""
    rng = plan.generator("known days")
    late = np.where(rng.random(len(history)) < KNOWN_LATE, rng.geometric(1 / MEAN_DAYS_LATE, len(history)), 0)
    number = history.groupby("deal").cumcount() + 1
    known = pd.Series(np.where(number == 1, history["day"], history["day"] + late))
    known = known.groupby(history["deal"]).cummax()
    return history.assign(number=number, known=known.astype("int64"))


def _without_forgotten(
    plan: Plan, deals: pd.DataFrame, history: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Deals that ended before the history opens were never entered; the rest is renumbered."""
    last = history.drop_duplicates("deal", keep="last").set_index("deal")
    ended = last["day"].where(last["outcome"] > 0, NEVER)
    deals = deals.assign(ended=ended, outcome=last["outcome"], final_amount=last["amount"])
    kept = deals["ended"].to_numpy() >= plan.first
    place = np.cumsum(kept) - 1
    inside = history.loc[kept[history["deal"].to_numpy()]]
    inside = inside.assign(deal=place[inside["deal"].to_numpy()])
    return deals.loc[kept].reset_index(drop=True), inside.reset_index(drop=True)


def _first_contact(plan: Plan, customers: pd.DataFrame, deals: pd.DataFrame) -> Days:
    contact = np.minimum(customers["contact"].to_numpy(), plan.last)
    np.minimum.at(contact, deals["customer"].to_numpy(), deals["created"].to_numpy())
    return np.asarray(np.minimum(contact, customers["acquired"].to_numpy()))


def _wins(deals: pd.DataFrame) -> pd.DataFrame:
    won = deals.loc[deals["outcome"] == WON]
    return pd.DataFrame(
        {
            "deal": won.index.to_numpy(),
            "customer": won["customer"].to_numpy(),
            "day": won["ended"].to_numpy(),
            "amount": won["final_amount"].to_numpy(),
            "line": won["line"].to_numpy(),
            "channel": won["channel"].to_numpy(),
            "seat": won["seat"].to_numpy(),
            "product": won["product"].to_numpy(),
        }
    )


def _enlarge_one_deal(plan: Plan, history: pd.DataFrame) -> pd.DataFrame:
    """Let one open deal, in its last stage and soon to be won where there is one, outweigh the quarter."""
    share = plan.scenario.dominant_share
    if not share:
        return history
    won = history.loc[history["outcome"] == WON]
    recent = won["day"].between(plan.last - 365, plan.last)
    quarter = won.loc[recent, "amount"].sum() * QUARTER_DAYS / 365
    before = history.loc[history["day"] <= plan.last].drop_duplicates("deal", keep="last")
    still_open = before.loc[before["outcome"] == 0, ["deal", "amount", "stage"]]
    soon = won.loc[won["day"].between(plan.last + 10, plan.last + QUARTER_DAYS - 10), "deal"]
    is_late, is_won_soon = still_open["stage"] == NEGOTIATION, still_open["deal"].isin(soon)
    fitting = (still_open.loc[mask] for mask in (is_late & is_won_soon, is_won_soon, is_late, is_late | True))
    chosen = next((deals for deals in fitting if len(deals)), still_open).nlargest(1, "amount")
    if chosen.empty:
        return history
    factor = share * quarter / float(chosen["amount"].iloc[0])
    mine = history["deal"] == chosen["deal"].iloc[0]
    return history.assign(amount=history["amount"].where(~mine, np.round(history["amount"] * factor, -2)))
