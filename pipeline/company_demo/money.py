"""From order to cash: shipments, invoices with instalments, payments by each customer's habit."""

import numpy as np
import pandas as pd

from pipeline.company_demo.customers import HABITS
from pipeline.company_demo.frames import cents
from pipeline.company_demo.plan import Plan
from pipeline.company_demo.rhythm import NEVER, Days, to_working_day

LEAD_DAYS_SHAPE, LEAD_DAYS_MEAN = 4.0, 17.0
SPLIT_SHIPMENT_ABOVE, INSTALMENTS_ABOVE = 300_000.0, 200_000.0
INSTALMENTS = (0.3, 0.6)
"""On signing and on delivery; what remains is kept back for half a year."""
RETENTION_DAYS = 180
NEVER_PAID, PAID_IN_TWO = 0.010, 0.06
FIRST_PART = 0.6


def make_shipments(plan: Plan, orders: pd.DataFrame) -> pd.DataFrame:
    """One row per shipment of an order that was not cancelled; large orders ship in two."""
    rng = plan.generator("shipments")
    sold = orders.loc[(orders["amount"] > 0) & (orders["cancelled"] == NEVER)]
    lead = np.maximum(1, rng.gamma(LEAD_DAYS_SHAPE, LEAD_DAYS_MEAN / LEAD_DAYS_SHAPE, len(sold))).astype(
        np.int64
    )
    half = sold["amount"].to_numpy() > SPLIT_SHIPMENT_ABOVE
    amount = sold["amount"].to_numpy()
    first_amount = np.where(half, cents(amount / 2), amount)
    first = pd.DataFrame(
        {"order": sold.index, "shipped": sold["day"].to_numpy() + lead, "amount": first_amount}
    )
    second = pd.DataFrame(
        {
            "order": sold.index[half],
            "shipped": first["shipped"].to_numpy()[half] + rng.integers(10, 40, int(half.sum())),
            "amount": cents(amount - first_amount)[half],
        }
    )
    both = pd.concat([first, second], ignore_index=True)
    both["shipped"] = to_working_day(both["shipped"].to_numpy()).clip(
        min=orders["day"].to_numpy()[both["order"]]
    )
    both["delivered"] = both["shipped"] + rng.integers(1, 8, len(both))
    return both.sort_values(["shipped", "order"], kind="stable", ignore_index=True)


def make_invoices(
    plan: Plan, orders: pd.DataFrame, shipments: pd.DataFrame, customers: pd.DataFrame
) -> pd.DataFrame:
    """One row per invoice or instalment; the invoices of an order add up to it."""
    rng = plan.generator("invoices")
    delivered = shipments.groupby("order")["delivered"].max().reindex(orders.index)
    billed = orders.assign(delivered=delivered.fillna(orders["day"] + 3).astype(np.int64))
    billed = billed.loc[billed["cancelled"] == NEVER]
    large = billed["amount"] >= INSTALMENTS_ABOVE
    parts = [_part(billed.loc[~large], 1.0, "delivered", 5, rng)]
    parts += [
        _part(billed.loc[large], INSTALMENTS[0], "day", 7, rng),
        _part(billed.loc[large], INSTALMENTS[1], "delivered", 10, rng),
        _rest(billed.loc[large]),
    ]
    invoices = pd.concat(parts, ignore_index=True)
    invoices["due"] = invoices["issued"] + customers["term"].to_numpy()[invoices["customer"]]
    return invoices.sort_values(["issued", "order"], kind="stable", ignore_index=True)


def _part(
    orders: pd.DataFrame, share: float, since: str, within: int, rng: np.random.Generator
) -> pd.DataFrame:
    issued = to_working_day(orders[since].to_numpy() + rng.integers(0, within, len(orders)))
    return pd.DataFrame(
        {
            "order": orders.index,
            "customer": orders["customer"].to_numpy(),
            "issued": np.maximum(issued, orders["day"].to_numpy()),
            "amount": cents(orders["amount"].to_numpy() * share),
        }
    )


def _rest(orders: pd.DataFrame) -> pd.DataFrame:
    amount = orders["amount"].to_numpy()
    paid = sum(cents(amount * share) for share in INSTALMENTS)
    return pd.DataFrame(
        {
            "order": orders.index,
            "customer": orders["customer"].to_numpy(),
            "issued": to_working_day(orders["delivered"].to_numpy() + RETENTION_DAYS),
            "amount": cents(amount - paid),
        }
    )


def make_payments(plan: Plan, invoices: pd.DataFrame, customers: pd.DataFrame) -> pd.DataFrame:
    """One row per payment; `delay_days` after the due day follow the customer's habit, some never pay."""
    rng = plan.generator("payments")
    habit = customers["habit"].to_numpy()[invoices["customer"]]
    delay = rng.normal(HABITS["mean_days"].to_numpy()[habit], HABITS["spread_days"].to_numpy()[habit])
    paid = np.maximum(
        to_working_day(invoices["due"].to_numpy() + delay.astype(np.int64)), invoices["issued"] + 1
    )
    kept = rng.random(len(invoices)) >= NEVER_PAID
    halves = rng.random(len(invoices)) < PAID_IN_TWO
    amount = invoices["amount"].to_numpy()
    first = np.where(halves, cents(amount * FIRST_PART), amount)
    later = to_working_day(paid + rng.integers(15, 70, len(invoices)))
    frame = _payments(invoices, paid, first, kept)
    second = _payments(invoices, np.maximum(later, paid + 1), cents(amount - first), kept & halves)
    both = pd.concat([frame, second], ignore_index=True)
    return both.sort_values(["paid", "invoice"], kind="stable", ignore_index=True)


def _payments(invoices: pd.DataFrame, paid: Days, amount: np.ndarray, kept: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "invoice": np.flatnonzero(kept),
            "customer": invoices["customer"].to_numpy()[kept],
            "paid": paid[kept],
            "amount": amount[kept],
        }
    )
