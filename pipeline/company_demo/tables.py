"""The simulated company as the catalog's tables: what is known at the end of the last day."""

from collections.abc import Callable, Collection

import numpy as np
import pandas as pd

from pipeline.company_demo.activities import KINDS, TICKET_KINDS
from pipeline.company_demo.frames import dates, identifiers, in_catalog_form, labels
from pipeline.company_demo.inputs import (
    make_credit_terms,
    make_market_grid,
    make_quotas,
    make_scorecard_inputs,
)
from pipeline.company_demo.names import company_names
from pipeline.company_demo.products import MODELS
from pipeline.company_demo.rhythm import NEVER, Days
from pipeline.company_demo.simulation import Simulation, activities_of, tickets_of, undisturbed
from pipeline.company_demo.targets import make_targets
from pipeline.company_demo.words import (
    BUSINESS_LINES,
    CHANNELS,
    COMPETITORS,
    DEPARTMENTS,
    FORECAST_CATEGORIES,
    INDUSTRIES,
    OUTCOMES,
    PRODUCT_LINES,
    REASONS,
    SOURCES,
    STAGE_KEYS,
    STAGE_PROBABILITIES,
)

GRADES = ("A", "B", "C")


def tables_of(simulation: Simulation, only: Collection[str] | None = None) -> dict[str, pd.DataFrame]:
    """Every table of the catalog, in its order; of `only`, those of these names."""
    s = simulation
    makers: dict[str, Callable[[], pd.DataFrame]] = {
        "customers": lambda: _customers(s),
        "people": lambda: _people(s),
        "products": lambda: _products(s),
        "opportunities": lambda: _opportunities(s),
        "opportunity_history": lambda: _history(s),
        "activities": lambda: _activities(s),
        "orders": lambda: _orders(s),
        "order_lines": lambda: _order_lines(s),
        "shipments": lambda: _shipments(s),
        "invoices": lambda: _invoices(s),
        "payments": lambda: _payments(s),
        "targets": lambda: make_targets(s.plan, undisturbed(s).money, s.organisation),
        "service_tickets": lambda: _tickets(s),
        "market_grid": lambda: make_market_grid(s.plan, s.customers, s.organisation),
        "credit_terms": lambda: make_credit_terms(s.plan, s.customers, s.acquired),
        "quotas": lambda: make_quotas(s.plan, s.customers, s.orders, s.lines),
        "scorecard_inputs": lambda: make_scorecard_inputs(s.plan, s.organisation),
    }
    return {name: make() for name, make in makers.items() if only is None or name in only}


def customer_ids(numbers: Days) -> pd.Series:
    """Ids of customers by position."""
    return identifiers("C", numbers)


def opportunity_ids(numbers: Days) -> pd.Series:
    """Ids of opportunities by position."""
    return identifiers("D", numbers)


def person_ids(numbers: Days) -> pd.Series:
    """Ids of people by position of their spell."""
    return identifiers("P", numbers, 5)


def order_ids(numbers: Days) -> pd.Series:
    """Ids of orders by position."""
    return identifiers("S", numbers, 8)


def _known(frame: pd.DataFrame, day: str, s: Simulation) -> pd.DataFrame:
    return frame.loc[frame[day] <= s.plan.last]


def _customers(s: Simulation) -> pd.DataFrame:
    c, org = s.customers, s.organisation
    last = np.full(len(c), s.plan.last)
    return in_catalog_form(
        "customers",
        {
            "customer_id": customer_ids(np.arange(len(c))),
            "name": company_names(c["industry"].to_numpy(), s.plan.generator("customer names")),
            "industry": labels(list(INDUSTRIES), c["industry"].to_numpy()),
            "market": labels(org.markets, c["market"].to_numpy()),
            "region": labels([name for name, _ in org.regions], c["region"].to_numpy()),
            "channel": labels(CHANNELS, c["channel"].to_numpy()),
            "rep_id": person_ids(org.holder(c["seat"].to_numpy(), last)),
            "grade_manual": labels(GRADES, c["grade"].to_numpy()),
            "is_key_account": c["is_key"].to_numpy(),
            "first_contact_on": dates(c["contact"].to_numpy()),
            "employees": c["employees"].to_numpy(),
            "wallet_a_year": c["wallet"].to_numpy(),
            "rating": c["rating"].to_numpy(),
        },
    )


def _people(s: Simulation) -> pd.DataFrame:
    """Everyone who ever held a seat by the last day; the manager is the last one known."""
    spells, seats, last = s.organisation.spells, s.organisation.seats, s.plan.last
    known = np.flatnonzero(spells["joined"] <= last)
    seat = spells["seat"].to_numpy()[known]
    chief = seats["manager"].to_numpy()[seat]
    then = np.minimum(spells["to"].to_numpy()[known], last)
    manager = np.where(chief < 0, -1, s.organisation.holder(np.maximum(chief, 0), then))
    ids = person_ids(known)
    return in_catalog_form(
        "people",
        {
            "person_id": ids,
            "name": spells["name"].iloc[known].reset_index(drop=True),
            "role": seats["role"].iloc[seat].reset_index(drop=True),
            "department": labels(DEPARTMENTS, seats["department"].to_numpy()[seat]),
            "market": labels(s.organisation.markets, seats["market"].to_numpy()[seat]),
            "manager_id": person_ids(manager),
            "email": ids.str.lower() + "@meridian.example",
            "joined_on": dates(spells["joined"].to_numpy()[known]),
            "left_on": dates(spells["to"].to_numpy()[known], last),
        },
    )


def _products(s: Simulation) -> pd.DataFrame:
    p = s.products
    line, product_line = (
        labels(BUSINESS_LINES, p["line"].to_numpy()),
        labels(PRODUCT_LINES, p["product_line"].to_numpy()),
    )
    model = labels(MODELS, p["model"].to_numpy())
    return in_catalog_form(
        "products",
        {
            "product_id": identifiers("K", np.arange(len(p)), 3),
            "name": "Meridian " + product_line.str.title() + " " + model + " (" + line + ")",
            "product_line": product_line,
            "business_line": line,
            "list_price": p["price"].to_numpy(),
            "unit_cost": p["cost"].to_numpy(),
        },
    )


def _opportunities(s: Simulation) -> pd.DataFrame:
    known = np.flatnonzero(s.deals["created"] <= s.plan.last)
    d, r = s.deals.iloc[known], s.reasons.iloc[known]
    told = (r["known"] <= s.plan.last).to_numpy()
    line = labels(PRODUCT_LINES, d["product_line"].to_numpy())
    rivals = labels(list(COMPETITORS), np.where(told & (d["competitor"] > 0), d["competitor"], -1))
    return in_catalog_form(
        "opportunities",
        {
            "opportunity_id": opportunity_ids(known),
            "name": line.str.title() + " project " + identifiers("", known, 5),
            "customer_id": customer_ids(d["customer"].to_numpy()),
            "created_on": dates(d["created"].to_numpy()),
            "business_line": labels(BUSINESS_LINES, d["line"].to_numpy()),
            "product_line": line,
            "product_id": identifiers("K", d["product"].to_numpy(), 3),
            "source": labels(list(SOURCES), d["source"].to_numpy()),
            "channel": labels(CHANNELS, d["channel"].to_numpy()),
            "is_strategic": d["is_strategic"].to_numpy(),
            "reasons_known_on": dates(np.where(told, r["known"], NEVER)),
            "reason_rep": labels(REASONS, np.where(told, r["rep"], -1)),
            "reason_customer": labels(REASONS, np.where(told, r["customer"], -1)),
            "competitor": rivals,
        },
    )


def _history(s: Simulation) -> pd.DataFrame:
    h = _known(s.history, "known", s)
    stage = h["stage"].to_numpy()
    probability = np.array(STAGE_PROBABILITIES)[stage] * np.where(h["outcome"] >= 2, 0.0, 1.0)
    return in_catalog_form(
        "opportunity_history",
        {
            "opportunity_id": opportunity_ids(h["deal"].to_numpy()),
            "change_number": h["number"].to_numpy(),
            "changed_on": dates(h["day"].to_numpy()),
            "known_on": dates(h["known"].to_numpy()),
            "outcome": labels(OUTCOMES, h["outcome"].to_numpy()),
            "stage": labels(STAGE_KEYS, stage),
            "amount": h["amount"].to_numpy(),
            "probability": probability,
            "expected_close_on": dates(h["close"].to_numpy()),
            "rep_id": person_ids(h["holder"].to_numpy()),
            "next_step_on": dates(np.where(h["outcome"] > 0, NEVER, h["step"])),
            "forecast_category": labels(FORECAST_CATEGORIES, np.where(h["outcome"] > 0, 5, stage)),
        },
    )


def _activities(s: Simulation) -> pd.DataFrame:
    a = activities_of(s)
    return in_catalog_form(
        "activities",
        {
            "activity_id": identifiers("A", np.arange(len(a)), 9),
            "kind": labels(KINDS, a["kind"].to_numpy()),
            "done_on": dates(a["day"].to_numpy()),
            "customer_id": customer_ids(a["customer"].to_numpy()),
            "opportunity_id": opportunity_ids(a["deal"].to_numpy()),
            "person_id": person_ids(a["holder"].to_numpy()),
        },
    )


def _orders(s: Simulation) -> pd.DataFrame:
    o = _known(s.orders, "day", s)
    return in_catalog_form(
        "orders",
        {
            "order_id": order_ids(o.index.to_numpy()),
            "customer_id": customer_ids(o["customer"].to_numpy()),
            "opportunity_id": opportunity_ids(o["deal"].to_numpy()),
            "rep_id": person_ids(o["holder"].to_numpy()),
            "ordered_on": dates(o["day"].to_numpy()),
            "amount": o["amount"].to_numpy(),
            "business_line": labels(BUSINESS_LINES, o["line"].to_numpy()),
            "channel": labels(CHANNELS, o["channel"].to_numpy()),
            "promised_on": dates(o["promised"].to_numpy()),
            "cancelled_on": dates(o["cancelled"].to_numpy(), s.plan.last),
        },
    )


def _order_lines(s: Simulation) -> pd.DataFrame:
    day = s.orders["day"].to_numpy()[s.lines["order"]]
    known = s.lines.loc[day <= s.plan.last]
    return in_catalog_form(
        "order_lines",
        {
            "order_id": order_ids(known["order"].to_numpy()),
            "line_number": known["position"].to_numpy(),
            "ordered_on": dates(day[day <= s.plan.last]),
            "product_id": identifiers("K", known["product"].to_numpy(), 3),
            "quantity": known["quantity"].to_numpy(),
            "unit_price": known["price"].to_numpy(),
            "amount": known["amount"].to_numpy(),
        },
    )


def _shipments(s: Simulation) -> pd.DataFrame:
    shipments = _known(s.shipments, "shipped", s)
    return in_catalog_form(
        "shipments",
        {
            "shipment_id": identifiers("H", shipments.index.to_numpy(), 8),
            "order_id": order_ids(shipments["order"].to_numpy()),
            "shipped_on": dates(shipments["shipped"].to_numpy()),
            "delivered_on": dates(shipments["delivered"].to_numpy(), s.plan.last),
            "amount": shipments["amount"].to_numpy(),
        },
    )


def _invoices(s: Simulation) -> pd.DataFrame:
    invoices = _known(s.invoices, "issued", s)
    return in_catalog_form(
        "invoices",
        {
            "invoice_id": identifiers("I", invoices.index.to_numpy(), 8),
            "order_id": order_ids(invoices["order"].to_numpy()),
            "customer_id": customer_ids(invoices["customer"].to_numpy()),
            "issued_on": dates(invoices["issued"].to_numpy()),
            "due_on": dates(invoices["due"].to_numpy()),
            "amount": invoices["amount"].to_numpy(),
        },
    )


def _payments(s: Simulation) -> pd.DataFrame:
    p = _known(s.payments, "paid", s)
    return in_catalog_form(
        "payments",
        {
            "payment_id": identifiers("R", p.index.to_numpy(), 8),
            "invoice_id": identifiers("I", p["invoice"].to_numpy(), 8),
            "customer_id": customer_ids(p["customer"].to_numpy()),
            "paid_on": dates(p["paid"].to_numpy()),
            "amount": p["amount"].to_numpy(),
        },
    )


def _tickets(s: Simulation) -> pd.DataFrame:
    t, last = tickets_of(s), s.plan.last
    solved = t["solved"].to_numpy()
    return in_catalog_form(
        "service_tickets",
        {
            "ticket_id": identifiers("T", np.arange(len(t)), 7),
            "customer_id": customer_ids(t["customer"].to_numpy()),
            "person_id": person_ids(t["holder"].to_numpy()),
            "kind": labels(TICKET_KINDS, t["kind"].to_numpy()),
            "opened_on": dates(t["opened"].to_numpy()),
            "answered_on": dates(t["answered"].to_numpy(), last),
            "closed_on": dates(solved, last),
            "satisfaction": np.where(solved <= last, t["satisfaction"], np.nan),
        },
    )
