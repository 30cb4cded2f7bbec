"""Products: every business line sells every product line; the new line started two years ago."""

import numpy as np
import pandas as pd

from pipeline.company_demo.plan import Plan
from pipeline.company_demo.rhythm import Days
from pipeline.company_demo.words import BUSINESS_LINES, PRODUCT_LINES

PRODUCTS_A_LINE = 3
PRICES = (9_800.0, 3_600.0, 900.0, 5_200.0, 7_400.0)
SHARES = np.array([[0.38, 0.34, 0.08, 0.20], [0.08, 0.42, 0.36, 0.14], [0.40, 0.36, 0.10, 0.14]])
"""By business line: shares of the four product lines that exist from the start."""
NEW_LINE, NEW_LINE_YEARS_AGO, NEW_LINE_SHARE = 4, 2, 0.22
MODELS = ("S1", "M2", "X3")


def make_products(plan: Plan) -> pd.DataFrame:
    """One row per product, ordered by business line, product line, model."""
    rng = plan.generator("products")
    rows = [
        (line, product_line, model, PRICES[product_line] * (1 + 0.6 * model) * (0.5 if line == 2 else 1))
        for line in range(len(BUSINESS_LINES))
        for product_line in range(len(PRODUCT_LINES))
        for model in range(PRODUCTS_A_LINE)
    ]
    frame = pd.DataFrame(rows, columns=["line", "product_line", "model", "price"])
    return frame.assign(cost=np.round(frame["price"] * rng.uniform(0.52, 0.75, len(frame)), 2))


def choose_product_lines(line: Days, day: Days, plan: Plan, rng: np.random.Generator) -> Days:
    """A product line for each sale of a business line on a day; the new one grows from nothing."""
    edges = np.cumsum(SHARES, axis=1)[line]
    chosen = (rng.random(len(line))[:, None] > edges[:, :-1]).sum(axis=1)
    started = plan.last - 365 * NEW_LINE_YEARS_AGO
    chance = NEW_LINE_SHARE * np.clip((day - started) / (365 * NEW_LINE_YEARS_AGO), 0, 1)
    return np.where(rng.random(len(line)) < chance, NEW_LINE, chosen)


def choose_products(line: Days, product_line: Days, rng: np.random.Generator) -> Days:
    """A product (row of `make_products`) of each business line and product line."""
    model = rng.choice(PRODUCTS_A_LINE, len(line), p=[0.5, 0.3, 0.2])
    return (line * len(PRODUCT_LINES) + product_line) * PRODUCTS_A_LINE + model
