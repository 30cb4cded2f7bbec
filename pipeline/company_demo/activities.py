"""Activities on opportunities, the duties on key accounts with their breaches, and service tickets."""

import numpy as np
import pandas as pd

from pipeline.company_demo.organisation import Organisation
from pipeline.company_demo.plan import Plan
from pipeline.company_demo.rhythm import NEVER, Days, first_of_month, month_number, to_working_day, weekday

KINDS = ("call", "visit", "meeting", "demo", "email")
KIND_SHARES = (0.40, 0.18, 0.14, 0.06, 0.22)
CALL, VISIT = 0, 1
A_WEEK, EFFORT_WEIGHT = 0.33, 0.35
MONTHLY_CALL_DONE, QUARTERLY_VISIT_DONE, GENERAL_MANAGER_VISITS = 0.94, 0.92, 3.2
CUSTOMER_CALLS_A_YEAR = 0.8
TICKETS_A_YEAR = 0.35
TICKET_KINDS = ("complaint", "fault", "question", "return", "other")
TICKET_SHARES = (0.18, 0.30, 0.34, 0.10, 0.08)
GENERAL_MANAGER_SEAT = 0


def make_activities(
    plan: Plan, deals: pd.DataFrame, ended: Days, customers: pd.DataFrame, organisation: Organisation
) -> pd.DataFrame:
    """One row per activity known by the last day, in order of day; `deal` is -1 for visits to customers."""
    rng = plan.generator("activities")
    parts = [
        _on_deals(plan, deals, ended, rng),
        _key_account_duties(plan, customers, rng),
        _on_customers(plan, customers, rng),
    ]
    frame = pd.concat(parts, ignore_index=True)
    frame["day"] = _working(frame["day"].to_numpy())
    frame = frame.loc[(frame["day"] <= plan.last)]
    frame = frame.sort_values(["day", "customer", "deal"], kind="stable", ignore_index=True)
    seat = np.where(
        frame["by_general_manager"], GENERAL_MANAGER_SEAT, customers["seat"].to_numpy()[frame["customer"]]
    )
    return frame.assign(holder=organisation.holder(seat, frame["day"].to_numpy()))


def _working(days: Days) -> Days:
    return np.where(weekday(days) >= 5, to_working_day(days), days)


def _on_deals(plan: Plan, deals: pd.DataFrame, ended: Days, rng: np.random.Generator) -> pd.DataFrame:
    created = deals["created"].to_numpy()
    forgotten = created + 7 * deals["stale_from"].to_numpy()
    until = np.minimum(np.minimum(ended, forgotten), plan.last)
    weeks = np.maximum(until - created, 0) / 7
    number = rng.poisson(A_WEEK * np.exp(EFFORT_WEIGHT * deals["effort"].to_numpy()) * weeks)
    deal = np.repeat(np.arange(len(deals), dtype=np.int64), number)
    day = created[deal] + 2 + (rng.random(len(deal)) * (until - created)[deal]).astype(np.int64)
    # A day moved back from a weekend must not fall before the deal was created.
    day = np.minimum(day, np.maximum(until, created + 2)[deal])
    kind = rng.choice(len(KINDS), len(deal), p=KIND_SHARES)
    frame = _rows(kind, day, deals["customer"].to_numpy()[deal], deal)
    return frame.loc[_working(day) >= created[deal]]


def _key_account_duties(plan: Plan, customers: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """A call each month, a visit each quarter, three general manager's visits a year: most, not all."""
    key = np.flatnonzero(customers["is_key"].to_numpy())
    months = np.arange(*month_number(np.array([plan.first, plan.last + 1])), dtype=np.int64)
    who, month = (grid.ravel() for grid in np.meshgrid(key, months, indexing="ij"))
    start = first_of_month(month)
    calls = rng.random(len(who)) < MONTHLY_CALL_DONE
    visits = (month % 3 == rng.integers(0, 3, len(who))) & (rng.random(len(who)) < QUARTERLY_VISIT_DONE)
    general = rng.random(len(who)) < GENERAL_MANAGER_VISITS / 12
    since = customers["contact"].to_numpy()[who]
    parts = []
    for done, kind, by_general_manager in (
        (calls, CALL, False),
        (visits, VISIT, False),
        (general, VISIT, True),
    ):
        since_contact = done & (start >= since)
        day = start[since_contact] + rng.integers(2, 28, int(since_contact.sum()))
        parts.append(_rows(np.full(len(day), kind), day, who[since_contact], -1, by_general_manager))
    return pd.concat(parts, ignore_index=True)


def _on_customers(plan: Plan, customers: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    start, end = _trading_span(plan, customers)
    number = rng.poisson(CUSTOMER_CALLS_A_YEAR * (end - start) / 365)
    who = np.repeat(np.arange(len(customers), dtype=np.int64), number)
    day = start[who] + (rng.random(len(who)) * (end - start)[who]).astype(np.int64)
    return _rows(rng.choice(len(KINDS), len(who), p=KIND_SHARES), day, who, -1)


def _trading_span(plan: Plan, customers: pd.DataFrame) -> tuple[Days, Days]:
    start = np.clip(customers["acquired"].to_numpy() + 3, plan.first, plan.last)
    end = np.clip((customers["acquired"] + customers["life"]).to_numpy(), start, plan.last)
    return start, end


def _rows(
    kind: Days, day: Days, customer: Days, deal: Days | int, by_general_manager: bool = False
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "kind": kind,
            "day": day,
            "customer": customer,
            "deal": deal,
            "by_general_manager": by_general_manager,
        }
    )


def make_tickets(plan: Plan, customers: pd.DataFrame, organisation: Organisation) -> pd.DataFrame:
    """One row per service ticket known by the last day; most complaints are answered within a day."""
    rng = plan.generator("tickets")
    start, end = _trading_span(plan, customers)
    number = rng.poisson(TICKETS_A_YEAR * (end - start) / 365)
    who = np.repeat(np.arange(len(customers), dtype=np.int64), number)
    opened = start[who] + (rng.random(len(who)) * (end - start)[who]).astype(np.int64)
    late = rng.random(len(who)) < 0.12
    answered = opened + np.where(late, rng.integers(2, 12, len(who)), rng.integers(0, 2, len(who)))
    solved = answered + rng.geometric(0.18, len(who)) - 1
    solved = np.where(rng.random(len(who)) < 0.02, NEVER, solved)
    mood = rng.normal(4.3, 0.7, len(who)) - 0.7 * late - 0.02 * (solved - opened).clip(max=40)
    seats = organisation.seats
    service = seats.index[seats["role"] == "service"].to_numpy()
    seat = service[customers["market"].to_numpy()[who]]
    frame = pd.DataFrame(
        {
            "customer": who,
            "kind": rng.choice(len(TICKET_KINDS), len(who), p=TICKET_SHARES),
            "opened": opened,
            "answered": answered,
            "solved": solved,
            "satisfaction": np.clip(np.round(mood), 1, 5),
            "holder": organisation.holder(seat, opened),
        }
    )
    return frame.sort_values(["opened", "customer"], kind="stable", ignore_index=True)
