"""Claim: BG/NBD is fitted to 1,000,000 customers in about half a CPU second, within 300 MB.

Customers are simulated at the CDNOW estimates, 39 weeks, by day. Prints CPU seconds and peak memory, and the
ratio to a peer: one sort of ten million numbers on the same machine, so that slow machines can be told.
"""

import resource
import time

import numpy as np

from pipeline.models.repeat_purchase import distinct_patterns, fit_bg_nbd, fit_pareto_nbd
from pipeline.models.repeat_purchase.simulation import simulate_beta_geometric


def main(customers: int = 1_000_000) -> None:
    random = np.random.default_rng(0)
    ages = random.integers(27 * 7, 39 * 7, customers)
    values = np.array([0.243, 4.414, 0.793, 2.426])
    seen = simulate_beta_geometric(values, ages, random, drops_after_first=False)
    numbers = random.random(10_000_000)
    started = time.process_time()
    numbers.sort()
    sort = time.process_time() - started
    del numbers
    started = time.process_time()
    patterns = distinct_patterns(seen.frequency, seen.recency_days, seen.age_days)
    model = fit_bg_nbd(patterns)
    spent = time.process_time() - started
    print(
        f"BG/NBD on {customers:,} customers ({patterns.frequency.size:,} patterns): {spent:.2f} CPU s, "
        f"{spent / sort:.2f} of a sort of 10,000,000 numbers ({sort:.2f} s); r = {model.estimate['r']:.3f}"
    )
    started = time.process_time()
    fit_pareto_nbd(patterns)
    spent = time.process_time() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"Pareto/NBD: {spent:.2f} CPU s, {spent / sort:.2f} of the sort; peak of the process {peak:.0f} MB")


if __name__ == "__main__":
    main()
