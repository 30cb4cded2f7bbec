"""Customers simulated from the models themselves: the known truth against which estimates are held."""

from dataclasses import dataclass

import numpy as np

from pipeline.models.repeat_purchase.patterns import FloatArray, IntArray


@dataclass(frozen=True)
class SimulatedCustomers:
    """One entry per customer, times in whole days, and what only a simulation knows.

    Attributes:
        frequency: days with a repeat purchase.
        recency_days: days from the first to the last purchase.
        age_days: days from the first purchase to the end of the observation.
        sum_log_interval_days: sum of the logarithms of all intervals between purchases, in days.
        is_alive: whether the customer is still active at the end.
    """

    frequency: IntArray
    recency_days: IntArray
    age_days: IntArray
    sum_log_interval_days: float
    is_alive: IntArray


def simulate_beta_geometric(
    values: FloatArray,
    age_days: IntArray,
    random: np.random.Generator,
    *,
    regularity: int = 1,
    drops_after_first: bool = True,
    time_unit_days: float = 7.0,
) -> SimulatedCustomers:
    """Purchases of one customer per age under a (M)BG/CNBD-k model with r, alpha, a, b = `values`.

    A purchase counts on the day it falls on; two on one day count once.
    """
    r, alpha, a, b = values
    size = age_days.size
    interval_days = time_unit_days / (random.gamma(r, size=size) / alpha)
    dropout = random.beta(a, b, size=size)
    frequency, day = np.zeros(size, np.int64), np.zeros(size, np.int64)
    clock, log_intervals = np.zeros(size), 0.0
    alive = np.ones(size, bool) if not drops_after_first else random.random(size) >= dropout
    going = np.flatnonzero(alive)
    while going.size:
        clock[going] += random.gamma(regularity, size=going.size) * interval_days[going]
        going = going[clock[going] < age_days[going] + 0.5]
        today = np.rint(clock[going]).astype(np.int64)
        later = today > day[going]
        log_intervals += float(np.log((today - day[going])[later]).sum())
        frequency[going] += later
        day[going] = today
        stays = random.random(going.size) >= dropout[going]
        alive[going[~stays]] = False
        going = going[stays]
    return SimulatedCustomers(frequency, day, age_days, log_intervals, alive.astype(np.int64))


def simulate_pareto(
    values: FloatArray, age_days: IntArray, random: np.random.Generator, *, time_unit_days: float = 7.0
) -> SimulatedCustomers:
    """Purchases of one customer per age under a Pareto/NBD model with r, alpha, s, beta = `values`."""
    r, alpha, s, beta = values
    size = age_days.size
    interval_days = time_unit_days / (random.gamma(r, size=size) / alpha)
    leaves = random.exponential(size=size) * time_unit_days / (random.gamma(s, size=size) / beta)
    frequency, day, clock = np.zeros(size, np.int64), np.zeros(size, np.int64), np.zeros(size)
    going, end = np.arange(size), np.minimum(leaves, age_days + 0.5)
    log_intervals = 0.0
    while going.size:
        clock[going] += random.exponential(size=going.size) * interval_days[going]
        going = going[clock[going] < end[going]]
        today = np.minimum(np.rint(clock[going]).astype(np.int64), age_days[going])
        later = today > day[going]
        log_intervals += float(np.log((today - day[going])[later]).sum())
        frequency[going] += later
        day[going] = today
    return SimulatedCustomers(frequency, day, age_days, log_intervals, (leaves > age_days).astype(np.int64))
