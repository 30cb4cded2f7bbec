"""Which product line next, for which customer, at what expected value.

How likely a purchase opens a new line is learned from the window before: per line, the rate per expected
purchase at which customers without it began to buy it, and how much more or less often those did who had
another line. The same chances, learned one window earlier, are held against what happened; if they would have
found no more buyers than chance, nothing is proposed.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.analyses.customer_value.margins import Margins
from pipeline.models.repeat_purchase.patterns import FloatArray

WINDOWS_DAYS = (364, 182)
"""The longest window that fits into the history three times is used, so that chances can be tested."""
PRIOR_BUYERS = 10.0
"""Buyers at the overall rate that are added to each pair of lines, so that rare pairs say little."""
FEWEST_CUSTOMERS = 30
CERTAIN = 1.645
"""Standard errors by which the tested chances must beat drawing customers by lot."""
PROPOSALS = ["customer_id", "product_line", "kind", "probability", "expected_amount", "expected_value"]
CHECKS = ["product_line", "customers", "expected", "actual", "lift", "first_fifth", "by_lot"]


@dataclass(frozen=True)
class LineRates:
    """How customers come to buy a further line.

    Attributes:
        base: rate of beginning to buy each line, per expected purchase of customers without it.
        multiples: how the rate of a line (column) differs for customers who had another one (row).
    """

    base: pd.Series
    multiples: pd.DataFrame


def window_days(history_days: int) -> int:
    """Length of the windows from which chances are learned and on which they are tested."""
    fitting = [days for days in WINDOWS_DAYS if history_days >= 3 * days]
    return fitting[0] if fitting else WINDOWS_DAYS[-1]


def repeat_sales(
    lines: pd.DataFrame, customers: pd.DataFrame, as_of: pd.Timestamp, rates: LineRates, margins: Margins
) -> pd.DataFrame:
    """Proposals, one row per customer and product line, the highest expected value first.

    Columns: customer_id, product_line, kind (`new` line, or `again`: one the customer knows), probability
    of a purchase within twelve months, expected_amount if it buys (of the first year), expected_value
    (probability x amount x margin of the line).

    Args:
        lines: one row per customer and product line: first_order_on, purchase_days, amount.
        customers: one row per customer: purchases_12_months.
        as_of: the book's date.
        rates: see `learned_rates`.
        margins: margin rates.
    """
    expected = customers.set_index("customer_id")["purchases_12_months"]
    lines = lines.loc[(lines["product_line"] != "") & lines["customer_id"].isin(expected.index)]
    if lines.empty:
        return pd.DataFrame(columns=PROPOSALS)
    new = chances(lines, expected, rates).assign(kind="new")
    new["expected_amount"] = new["product_line"].map(_typical_first_year(lines, as_of))
    made = pd.concat([new, _again(lines, expected).assign(kind="again")], ignore_index=True)
    rate = margins.of_lines(made["product_line"])
    made["expected_value"] = made["probability"] * made["expected_amount"] * rate
    order = ["expected_value", "customer_id", "product_line"]
    found = made.sort_values(order, ascending=[False, True, True], kind="stable")[PROPOSALS]
    return found.reset_index(drop=True)


def learned_rates(
    lines: pd.DataFrame, expected: pd.Series, start: pd.Timestamp, end: pd.Timestamp
) -> LineRates:
    """What the window (start, end] teaches; `expected`: purchases that were to be expected at its start."""
    lines = lines.loc[(lines["product_line"] != "") & lines["customer_id"].isin(expected.index)]
    had = _had(lines, lines["first_order_on"] <= start)
    got = _had(lines, lines["first_order_on"] <= end).reindex(had.index, fill_value=False) & ~had
    purchases = expected.reindex(had.index).to_numpy(dtype=np.float64)
    open_to, began = ~had.to_numpy(), got.to_numpy(dtype=np.float64)
    base = np.array([_rate(purchases[o], b.sum()) for o, b in zip(open_to.T, began.T, strict=True)])
    chance = np.where(open_to, -np.expm1(-purchases[:, None] * base), 0.0)
    own = had.to_numpy(dtype=np.float64)
    multiples = (own.T @ began + PRIOR_BUYERS) / (own.T @ chance + PRIOR_BUYERS)
    names = had.columns
    return LineRates(pd.Series(base, index=names), pd.DataFrame(multiples, index=names, columns=names))


def chances(lines: pd.DataFrame, expected: pd.Series, rates: LineRates) -> pd.DataFrame:
    """Chance of beginning to buy each line not had: one row per customer and such line."""
    had = _had(lines, pd.Series(True, index=lines.index), rates.base.index)
    base = rates.base.reindex(had.columns).fillna(0.0).to_numpy()
    multiples = rates.multiples.reindex(index=had.columns, columns=had.columns).fillna(1.0).to_numpy()
    own = had.to_numpy(dtype=np.float64)
    multiple = own @ multiples / np.maximum(own.sum(axis=1, keepdims=True), 1)
    purchases = expected.reindex(had.index).to_numpy(dtype=np.float64)
    chance = -np.expm1(-purchases[:, None] * base * multiple)
    row, column = np.nonzero(~had.to_numpy())
    return pd.DataFrame({
        "customer_id": had.index[row],
        "product_line": had.columns[column],
        "probability": chance[row, column],
    })  # fmt: skip


def rates_held_against(
    lines: pd.DataFrame, expected: pd.Series, rates: LineRates, start: pd.Timestamp, end: pd.Timestamp
) -> pd.DataFrame:
    """Chances as of `start` against what happened until `end`: one row per product line.

    Columns: product_line, customers (who had not bought it by `start`), expected and actual (of them, who
    have begun since), lift (share of buyers in the fifth with the highest chance, relative to all),
    first_fifth (buyers in it), by_lot (buyers that a fifth drawn by lot would hold).
    """
    lines = lines.loc[(lines["product_line"] != "") & lines["customer_id"].isin(expected.index)]
    past = lines.loc[lines["first_order_on"] <= start]
    if past.empty:
        return pd.DataFrame(columns=CHECKS)
    made = chances(past, expected, rates)
    since = lines.loc[lines["first_order_on"].between(start, end, inclusive="right")]
    since = since[["customer_id", "product_line"]].assign(bought=1.0)
    made = made.merge(since, how="left").fillna({"bought": 0.0})
    rows = [_judged(str(line), part) for line, part in made.groupby("product_line")]
    return pd.DataFrame(rows, columns=CHECKS)


def beats_chance(check: pd.DataFrame) -> bool:
    """Whether the first fifths held clearly more buyers than fifths drawn by lot."""
    by_lot = float(check["by_lot"].sum())
    return by_lot > 0 and float(check["first_fifth"].sum()) - by_lot > CERTAIN * np.sqrt(by_lot)


def _rate(purchases: FloatArray, buyers: float) -> float:
    """The rate per purchase at which as many buyers were to be expected as there were (bisection)."""
    if buyers <= 0 or purchases.sum() <= 0:
        return 0.0
    low, high = 0.0, 50.0
    for _ in range(60):
        middle = (low + high) / 2
        too_few = -np.expm1(-purchases * middle).sum() < buyers
        low, high = (middle, high) if too_few else (low, middle)
    return (low + high) / 2


def _had(lines: pd.DataFrame, known: pd.Series, further: pd.Index | None = None) -> pd.DataFrame:
    """Which lines each customer had bought: one row per customer, one column per line, `further` ones too."""
    names = {*lines["product_line"], *(() if further is None else further)}
    every = pd.Index(sorted(names), name="product_line")
    row, customers = pd.factorize(lines.loc[known, "customer_id"], sort=True)
    table = np.zeros((len(customers), len(every)), dtype=bool)
    table[row, every.get_indexer(lines.loc[known, "product_line"])] = True
    return pd.DataFrame(table, index=pd.Index(customers, name="customer_id"), columns=every)


def _again(lines: pd.DataFrame, expected: pd.Series) -> pd.DataFrame:
    """Purchases to come of lines the customer knows: the expected ones, by its own mix."""
    mix = lines["purchase_days"] / lines.groupby("customer_id")["purchase_days"].transform("sum")
    purchases = lines["customer_id"].map(expected) * mix
    each = lines["amount"] / lines["purchase_days"]
    probability = -np.expm1(-purchases)
    amount = each * purchases / probability.clip(lower=1e-9)
    found = lines[["customer_id", "product_line"]]
    return found.assign(probability=probability, expected_amount=amount)


def _typical_first_year(lines: pd.DataFrame, as_of: pd.Timestamp) -> pd.Series:
    """Mean amount of a line's customers who first bought it within the last year."""
    recent = lines.loc[lines["first_order_on"] > as_of - pd.Timedelta(days=364)]
    means = lines.groupby("product_line")["amount"].median()
    fresh = recent.groupby("product_line")["amount"]
    return fresh.mean().where(fresh.size() >= FEWEST_CUSTOMERS).reindex(means.index).fillna(means)


def _judged(line: str, part: pd.DataFrame) -> tuple[str, int, float, float, float, float, float]:
    size = max(len(part) // 5, 1)
    first = part.sort_values("probability", ascending=False, kind="stable").head(size)
    bought, share = float(part["bought"].sum()), float(part["bought"].mean())
    lift = float(first["bought"].mean()) / share if share else float("nan")
    held = float(first["bought"].sum())
    return line, len(part), float(part["probability"].sum()), bought, lift, held, share * size
