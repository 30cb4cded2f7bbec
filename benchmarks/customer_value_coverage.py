"""Claims: intervals hold the truth as often as they say; estimates come near the demo company's truth.

Models: 200 simulated companies of 1,500 customers per model, clocks fine enough that rounding to days plays
no part; share of 95% intervals that hold the true parameter. By chance alone it lies between 0.92 and 0.98.

Demo: 200 demo companies of other seeds, each valued a year before its last day; what the simulated customers
then did is held against expected values, 80% intervals and chances of being active. Peer: the nominal rates.

Run: python benchmarks/customer_value_coverage.py [companies] [models|demo]
"""

import sys
from datetime import date

import numpy as np
import pandas as pd

from pipeline.analyses.customer_value.margins import Margins
from pipeline.analyses.customer_value.purchases import Purchases
from pipeline.analyses.customer_value.value import YEAR_DAYS, learned_from
from pipeline.company import Company
from pipeline.company_demo import generate
from pipeline.models.repeat_purchase import distinct_patterns, fit_bg_nbd, fit_mbg_cnbd_k, fit_pareto_nbd
from pipeline.models.repeat_purchase.events import PurchaseEvents
from pipeline.models.repeat_purchase.simulation import simulate_beta_geometric, simulate_pareto

FINE_WEEK = 700.0
TRUTH = {
    "BG/NBD": np.array([0.8, 6.0, 0.8, 2.5]),
    "MBG/CNBD-2": np.array([1.5, 9.0, 0.6, 2.5]),
    "Pareto/NBD": np.array([0.8, 6.0, 0.8, 20.0]),
}
LAST, CUSTOMERS = date(2026, 10, 31), 500


def main(companies: int = 200, part: str = "models demo") -> None:
    if "models" in part:
        for name, truth in TRUTH.items():
            held = np.mean([_holds(name, truth, company) for company in range(companies)], axis=0)
            shares = ", ".join(f"{share:.3f}" for share in held)
            print(
                f"{name}: share of {companies} intervals holding the truth: {shares} (nominal 0.95)",
                flush=True,
            )
    if "demo" in part:
        _say_demo([_demo(seed) for seed in range(1, companies + 1)])


def _holds(name: str, truth: np.ndarray, company: int) -> list[bool]:
    random = np.random.default_rng([7, company])
    ages = random.integers(25_000, 73_000, 1_500)
    if name == "Pareto/NBD":
        seen = simulate_pareto(truth, ages, random, time_unit_days=FINE_WEEK)
    else:
        regularity, modified = (2, True) if name.startswith("MBG") else (1, False)
        seen = simulate_beta_geometric(
            truth, ages, random, regularity=regularity, drops_after_first=modified, time_unit_days=FINE_WEEK
        )
    patterns = distinct_patterns(seen.frequency, seen.recency_days, seen.age_days)
    if name == "Pareto/NBD":
        estimate = fit_pareto_nbd(patterns, FINE_WEEK).estimate
    elif name == "BG/NBD":
        estimate = fit_bg_nbd(patterns, FINE_WEEK).estimate
    else:
        estimate = fit_mbg_cnbd_k(patterns, seen.sum_log_interval_days, 2, FINE_WEEK).estimate
    bounds = [estimate.interval(parameter) for parameter in estimate.names]
    return [low <= value <= high for value, (low, high) in zip(truth, bounds, strict=True)]


def _demo(seed: int) -> pd.DataFrame:
    """One demo company: per customer what was expected a year before the end, and what is true."""
    company = generate(customers=CUSTOMERS, until=LAST, seed=seed)
    days = _purchase_days(company.tables["orders"])
    then = pd.Timestamp(LAST) - pd.Timedelta(days=YEAR_DAYS)
    known = days.loc[days["ordered_on"] <= then]
    number, ids = pd.factorize(known["customer_id"], sort=True)
    first = known["ordered_on"].min()
    events = PurchaseEvents.of(number, (known["ordered_on"] - first).dt.days, known["amount"])
    purchases = Purchases(events, pd.Index(ids), first, (then - first).days)
    nothing = pd.Series(dtype="float64")
    learned = learned_from(purchases, Company(), Margins(1.0, 0.0, nothing, nothing))
    after = days.loc[days["ordered_on"] > then].groupby("customer_id")["amount"].agg(["sum", "size"])
    rows = learned.customers.set_index("customer_id")
    truth = company.truth["customers"].set_index("customer_id").reindex(rows.index)
    return rows.assign(
        company=seed,
        actual=after["sum"].reindex(rows.index).fillna(0.0),
        purchases=after["size"].reindex(rows.index).fillna(0.0),
        is_alive=truth["dropped_on"].isna() | (truth["dropped_on"] > then),
        mean_spend=truth["mean_spend"],
        total_low=float(learned.total["value_12_months_low"].iloc[0]),
        total_high=float(learned.total["value_12_months_high"].iloc[0]),
    )


def _purchase_days(orders: pd.DataFrame) -> pd.DataFrame:
    """Days with a positive net purchase, of orders never cancelled."""
    kept = orders.loc[orders["cancelled_on"].isna() & orders["customer_id"].notna()]
    days = kept.groupby(["customer_id", "ordered_on"], as_index=False)["amount"].sum()
    return days.loc[days["amount"] > 0]


def _say_demo(parts: list[pd.DataFrame]) -> None:
    rows = pd.concat(parts)
    inside = rows["actual"].between(rows["value_12_months_low"] - 1e-6, rows["value_12_months_high"] + 1e-6)
    sums = rows.groupby("company").agg(
        expected=("value_12_months", "sum"),
        actual=("actual", "sum"),
        low=("total_low", "first"),
        high=("total_high", "first"),
        purchases=("purchases", "sum"),
        purchases_expected=("purchases_12_months", "sum"),
    )
    held = sums["actual"].between(sums["low"], sums["high"])
    ratio = sums["actual"] / sums["expected"]
    print(f"demo: {len(sums)} companies, {len(rows):,} customers, a year ahead")
    print(f"  customers' 80% intervals of value that hold what came: {inside.mean():.3f} (nominal 0.80)")
    print(f"  companies' 80% intervals of value that hold what came: {held.mean():.3f} (nominal 0.80)")
    print(f"  actual / expected, median company: value {ratio.median():.3f}, "
          f"purchases {(sums['purchases'] / sums['purchases_expected']).median():.3f}")  # fmt: skip
    print(f"  expected amount of a purchase / truth, median customer of 3 and more: {_spend_ratio(rows):.3f}")
    print("  chance of being active (tenths), share truly active, customers")
    tenth = (rows["probability_alive"] * 10).clip(upper=9.999).astype(int)
    for number, group in rows.groupby(tenth):
        said, true = group["probability_alive"].mean(), group["is_alive"].mean()
        print(f"    {number / 10:.1f} and more: said {said:.2f}, true {true:.2f} ({len(group):,})")


def _spend_ratio(rows: pd.DataFrame) -> float:
    return float((rows["spend"] / rows["mean_spend"]).median())


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200, " ".join(sys.argv[2:]) or "models demo")
