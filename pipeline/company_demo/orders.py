"""Orders: won opportunities sign one, and trading customers order again by their own rhythm."""

import numpy as np
import pandas as pd

from pipeline.company_demo.customers import SPEND_P
from pipeline.company_demo.frames import cents
from pipeline.company_demo.organisation import Organisation
from pipeline.company_demo.plan import Plan
from pipeline.company_demo.products import SHARES, choose_product_lines, choose_products
from pipeline.company_demo.rhythm import NEVER, Clock, Days, Floats

RETURN_SHARE, CANCELLED_SHARE = 0.008, 0.012
MOST_LINES, HOME_LINE_SHARE = 4, 0.7
PROMISED_DAYS = (14, 40)
MOST_PURCHASES = 1_500


def acquisition(customers: pd.DataFrame, wins: pd.DataFrame) -> Days:
    """The day of each customer's first purchase: by its own rhythm or by a won opportunity."""
    acquired = customers["acquired"].to_numpy().copy()
    np.minimum.at(acquired, wins["customer"].to_numpy(), wins["day"].to_numpy())
    return acquired


def make_orders(
    plan: Plan, customers: pd.DataFrame, wins: pd.DataFrame, organisation: Organisation
) -> pd.DataFrame:
    """One row per order up to the horizon, in order of day; `deal` is -1 for repeat orders.

    `wins` has one row per won opportunity: deal, customer, day, amount, line, channel, seat, product.
    """
    rng = plan.generator("orders")
    repeat = _repeat_orders(plan, customers, acquisition(customers, wins), rng)
    who = customers.iloc[repeat["customer"]].reset_index(drop=True)
    repeat = repeat.assign(deal=-1, product=-1, line=who["line"], channel=who["channel"], seat=who["seat"])
    signed = wins.loc[wins["day"] >= plan.first, list(repeat.columns)]
    both = pd.concat([repeat, signed], ignore_index=True)
    both = pd.concat([both, _returns(plan, repeat, rng)], ignore_index=True)
    both = both.sort_values(["day", "customer", "amount"], kind="stable", ignore_index=True)
    return _with_terms(both, organisation, rng)


def _repeat_orders(
    plan: Plan, customers: pd.DataFrame, acquired: Days, rng: np.random.Generator
) -> pd.DataFrame:
    own = customers["acquired"].to_numpy() <= acquired
    start = int(min(acquired.min(), plan.first)) - 1
    clock = Clock(start, plan.horizon)
    who = np.flatnonzero(acquired <= plan.horizon)
    steady = clock.steady(acquired[who])
    ends = np.minimum(acquired + customers["life"].to_numpy(), plan.horizon)
    k, mean = customers["k"].to_numpy(), customers["mean_days"].to_numpy()
    parts = [(who[own[who]], acquired[who[own[who]]])]
    for _ in range(MOST_PURCHASES):
        steady = steady + rng.gamma(k[who], mean[who] / k[who])
        day = clock.day(steady)
        alive = day <= ends[who]
        who, steady, day = who[alive], steady[alive], day[alive]
        if not len(who):
            break
        parts.append((who, day))
    customer, day = (np.concatenate(column) for column in zip(*parts, strict=True))
    kept = day >= plan.first
    customer, day = customer[kept], day[kept]
    spend = rng.gamma(SPEND_P, customers["mean_spend"].to_numpy()[customer] / SPEND_P)
    return pd.DataFrame({"customer": customer, "day": day, "amount": cents(np.maximum(spend, 100))})


def _returns(plan: Plan, repeat: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Part of an order sent back some weeks later: an order of its own with a negative amount."""
    returned = repeat.loc[rng.random(len(repeat)) < RETURN_SHARE]
    returned = returned.assign(
        day=returned["day"] + rng.integers(7, 60, len(returned)),
        amount=-cents(returned["amount"].to_numpy() * rng.uniform(0.1, 1.0, len(returned))),
    )
    return returned.loc[returned["day"] <= plan.horizon]


def _with_terms(orders: pd.DataFrame, organisation: Organisation, rng: np.random.Generator) -> pd.DataFrame:
    number = len(orders)
    day = orders["day"].to_numpy()
    cancelled = (rng.random(number) < CANCELLED_SHARE) & (orders["amount"] > 0).to_numpy()
    return orders.assign(
        holder=organisation.holder(orders["seat"].to_numpy(), day),
        promised=day + rng.integers(*PROMISED_DAYS, number),
        cancelled=np.where(cancelled, day + rng.integers(1, 15, number), NEVER),
    )


def make_lines(
    plan: Plan, customers: pd.DataFrame, orders: pd.DataFrame, products: pd.DataFrame
) -> pd.DataFrame:
    """One row per order line; the lines of an order add up to it to the cent."""
    rng = plan.generator("lines")
    number = np.where(orders["amount"] > 0, 1 + rng.binomial(MOST_LINES - 1, 0.3, len(orders)), 1)
    order = np.repeat(np.arange(len(orders), dtype=np.int64), number)
    first = np.r_[0, np.cumsum(number)[:-1]]
    position = np.arange(len(order)) - np.repeat(first, number)
    amount = _split(orders["amount"].to_numpy(), first, order, rng)
    usual = home_lines(plan, customers)[orders["customer"].to_numpy()]
    product = _line_products(plan, orders.assign(usual=usual).iloc[order], position, rng)
    price = products["price"].to_numpy()[product] * rng.uniform(0.8, 1.0, len(order))
    quantity = np.maximum(1, np.round(np.abs(amount) / price)) * np.sign(amount)
    quantity = np.where(amount == 0, 1, quantity)
    return pd.DataFrame(
        {
            "order": order,
            "position": position + 1,
            "product": product,
            "quantity": quantity,
            "price": cents(amount / quantity),
            "amount": amount,
        }
    )


def _split(amount: Floats, first: Days, order: Days, rng: np.random.Generator) -> Floats:
    weight = rng.gamma(2.0, 1.0, len(order))
    share = weight / np.add.reduceat(weight, first)[order]
    parts = cents(amount[order] * share)
    parts[first] = cents(parts[first] + amount - np.add.reduceat(parts, first))
    return parts


def _line_products(plan: Plan, sold: pd.DataFrame, position: Days, rng: np.random.Generator) -> Days:
    """Mostly the customer's usual product line; of a signed deal first of all the deal's product.

    `sold` has the order of each line, with the customer's `usual` product line.
    """
    line = sold["line"].to_numpy()
    any_line = choose_product_lines(line, sold["day"].to_numpy(), plan, rng)
    at_home = rng.random(len(sold)) < HOME_LINE_SHARE
    product = choose_products(line, np.where(at_home, sold["usual"], any_line), rng)
    deals_own = sold["product"].to_numpy()
    return np.where((position == 0) & (deals_own >= 0), deals_own, product)


def home_lines(plan: Plan, customers: pd.DataFrame) -> Days:
    """The product line that each customer usually buys."""
    rng = plan.generator("home lines")
    edges = np.cumsum(SHARES, axis=1)[customers["line"].to_numpy()]
    return np.asarray((rng.random(len(customers))[:, None] > edges[:, :-1]).sum(axis=1))
