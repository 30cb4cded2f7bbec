"""Margin as a share of the amount: from unit costs where products have them, else one rate from the settings.

A customer's own rate stands on few orders, so it is pulled toward the company's: as if it had also bought, at
the company's rate, for the amount of five typical customers.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.book import Book

LEAST_COVERED = 0.5
"""Costs speak for the company if they are known for this share of what customers paid."""
PRIOR_CUSTOMERS = 5.0
HIGHEST_RATE = 0.95


@dataclass(frozen=True)
class Margins:
    """Margin rates of the whole company.

    Attributes:
        overall: of the company.
        covered: share of the amount whose cost is known; 0 where the rate of the settings is used.
        by_customer: rate of each customer of whom costs are known, by customer_id.
        by_line: the same by product line.
    """

    overall: float
    covered: float
    by_customer: pd.Series
    by_line: pd.Series

    @property
    def is_measured(self) -> bool:
        """Whether costs were known."""
        return self.covered > 0

    def of_customers(self, customer_ids: pd.Series) -> np.ndarray:
        """One rate per customer."""
        return np.asarray(customer_ids.map(self.by_customer).fillna(self.overall), dtype=np.float64)

    def of_lines(self, product_lines: pd.Series) -> np.ndarray:
        """One rate per product line."""
        return np.asarray(product_lines.map(self.by_line).fillna(self.overall), dtype=np.float64)


def margins(book: Book) -> Margins:
    """Margin rates, never below 0: a sale at a loss can be declined."""
    assumed = book.company.customer_value.margin_rate
    nothing = Margins(assumed, 0.0, pd.Series(dtype="float64"), pd.Series(dtype="float64"))
    whole = book.whole
    if not whole.has("order_lines", "products"):
        return nothing
    costs = whole.sales.costs()
    paid = float(whole.sales.customers()["amount"].sum())
    known = float(costs["amount"].sum())
    if known <= 0 or known < LEAST_COVERED * paid:
        return nothing
    overall = float(np.clip(1 - costs["cost"].sum() / known, 0.0, HIGHEST_RATE))
    return Margins(
        overall,
        min(known / paid, 1.0),
        _pulled(costs, "customer_id", overall),
        _pulled(costs, "product_line", overall),
    )


def _pulled(costs: pd.DataFrame, key: str, overall: float) -> pd.Series:
    """Rate per key, pulled toward the company's by the amount of five typical customers."""
    sums = costs.groupby(key)[["amount", "cost"]].sum()
    typical = float(costs.groupby("customer_id")["amount"].sum().clip(lower=0).median())
    prior = PRIOR_CUSTOMERS * max(typical, 1e-9)
    earned = sums["amount"] - sums["cost"] + prior * overall
    # returns can outweigh sales: such a customer says nothing of its margin
    base = sums["amount"].clip(lower=0) + prior
    rate = (earned / base).where(sums["amount"] > 0, overall)
    return pd.Series(rate.clip(0.0, HIGHEST_RATE))
