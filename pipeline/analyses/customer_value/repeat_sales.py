"""Which product line next, for which customer, at what expected value: learned from the year before.

For every line, of the customers who a year ago had bought other lines but not this one, the share that has
bought it since; by each line they had, and pulled toward the share of all (worth 20 customers). The same
rates, learned a year earlier, are held against what happened in the last twelve months.
"""

import numpy as np
import pandas as pd

YEAR = pd.Timedelta(days=364)
PRIOR_CUSTOMERS = 20.0
FEWEST_CUSTOMERS = 30


def repeat_sales(
    lines: pd.DataFrame, customers: pd.DataFrame, as_of: pd.Timestamp, margin_rate: float
) -> pd.DataFrame:
    """Proposals, one row per customer and product line, the highest expected value first.

    Columns: customer_id, product_line, kind (`new` line, or `again`: one the customer knows), probability
    of a purchase within twelve months, expected_amount if it buys (of the first year), expected_value
    (probability x amount x margin).

    Args:
        lines: one row per customer and product line: first_order_on, purchase_days, amount.
        customers: one row per customer: purchases_12_months, probability_alive.
        as_of: the book's date.
        margin_rate: margin as a share of the amount.
    """
    lines = lines.loc[lines["product_line"] != ""]
    known = customers.set_index("customer_id")
    lines = lines.loc[lines["customer_id"].isin(known.index)]
    if lines.empty:
        return pd.DataFrame(
            columns=[
                "customer_id",
                "product_line",
                "kind",
                "probability",
                "expected_amount",
                "expected_value",
            ]
        )
    new = _chances(lines, lines["first_order_on"] <= as_of, learned_rates(lines, as_of))
    # rates are means over customers of whom some had left: scaled by how alive this one is
    alive = known["probability_alive"]
    relative = new["customer_id"].map(alive) / max(float(alive.mean()), 1e-9)
    new["probability"] = (new["probability"] * relative).clip(upper=0.95)
    proposals = pd.concat([new.assign(kind="new"), _again(lines, known).assign(kind="again")])
    amounts = _typical_first_year(lines, as_of)
    own = lines.set_index(["customer_id", "product_line"])["amount"]
    days = lines.set_index(["customer_id", "product_line"])["purchase_days"]
    each = (own / days).rename("each").reset_index()
    proposals = proposals.merge(each, on=["customer_id", "product_line"], how="left")
    first_year = proposals["product_line"].map(amounts)
    again = proposals["each"] * proposals["purchases"]
    proposals["expected_amount"] = np.where(
        proposals["kind"] == "new", first_year, again / proposals["probability"].clip(lower=1e-9)
    )
    proposals["expected_value"] = proposals["probability"] * proposals["expected_amount"] * margin_rate
    order = ["expected_value", "customer_id", "product_line"]
    columns = ["customer_id", "product_line", "kind", "probability", "expected_amount", "expected_value"]
    found = proposals.sort_values(order, ascending=[False, True, True], kind="stable")[columns]
    return found.reset_index(drop=True)


def checked_rates(lines: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """The rates a year ago would have given, against the last twelve months: one row per product line.

    Columns: product_line, customers (who had not bought it a year ago), expected and actual (of them, who
    have bought it since), lift (share of buyers in the fifth with the highest chance, relative to all).
    """
    lines = lines.loc[lines["product_line"] != ""]
    then = as_of - YEAR
    past = lines.loc[lines["first_order_on"] <= then]
    if past.empty:
        return pd.DataFrame(columns=["product_line", "customers", "expected", "actual", "lift"])
    made = _chances(lines, lines["first_order_on"] <= then, learned_rates(past, then))
    since = lines.loc[lines["first_order_on"] > then, ["customer_id", "product_line"]].assign(bought=1.0)
    made = made.merge(since, how="left").fillna({"bought": 0.0})
    return pd.DataFrame([_judged(str(line), part) for line, part in made.groupby("product_line")])


def learned_rates(lines: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Chance of a first purchase within a year: one row per line had, one column per line not had."""
    then = as_of - YEAR
    had = _had(lines, lines["first_order_on"] <= then)
    got = _had(lines, lines["first_order_on"] <= as_of).reindex(had.index, fill_value=False) & ~had
    open_to, first = (~had).astype(float), got.astype(float)
    overall = first.sum() / open_to.sum().clip(lower=1)
    cases = had.astype(float).T @ open_to
    hits = had.astype(float).T @ first
    return (hits + PRIOR_CUSTOMERS * overall) / (cases + PRIOR_CUSTOMERS)


def _had(lines: pd.DataFrame, known: pd.Series) -> pd.DataFrame:
    """Which lines each customer had bought: one row per customer, one column per line."""
    every = pd.Index(sorted(lines["product_line"].unique()), name="product_line")
    row, customers = pd.factorize(lines.loc[known, "customer_id"], sort=True)
    table = np.zeros((len(customers), len(every)), dtype=bool)
    table[row, every.get_indexer(lines.loc[known, "product_line"])] = True
    return pd.DataFrame(table, index=pd.Index(customers, name="customer_id"), columns=every)


def _chances(lines: pd.DataFrame, known: pd.Series, rates: pd.DataFrame) -> pd.DataFrame:
    """Per customer and line not had: the mean rate over the lines it had."""
    had = _had(lines, known)
    rates = rates.reindex(index=had.columns, columns=had.columns).fillna(0.0)
    own = had.to_numpy(dtype=float)
    chance = own @ rates.to_numpy() / own.sum(axis=1, keepdims=True)
    row, column = np.nonzero(~had.to_numpy())
    return pd.DataFrame(
        {
            "customer_id": had.index[row],
            "product_line": had.columns[column],
            "probability": chance[row, column],
        }
    )


def _again(lines: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """Purchases to come of lines the customer knows: the expected ones, by its own mix."""
    mix = lines["purchase_days"] / lines.groupby("customer_id")["purchase_days"].transform("sum")
    expected = lines["customer_id"].map(known["purchases_12_months"]) * mix
    found = lines[["customer_id", "product_line"]].assign(purchases=expected)
    return found.assign(probability=-np.expm1(-expected))


def _typical_first_year(lines: pd.DataFrame, as_of: pd.Timestamp) -> pd.Series:
    """Mean amount of a line's customers who first bought it within the last year."""
    recent = lines.loc[lines["first_order_on"] > as_of - YEAR]
    means = lines.groupby("product_line")["amount"].median()
    fresh = recent.groupby("product_line")["amount"]
    return fresh.mean().where(fresh.size() >= FEWEST_CUSTOMERS).reindex(means.index).fillna(means)


def _judged(line: str, part: pd.DataFrame) -> dict[str, object]:
    first = part.sort_values("probability", ascending=False, kind="stable").head(max(len(part) // 5, 1))
    share = float(part["bought"].mean())
    return {
        "product_line": line,
        "customers": len(part),
        "expected": float(part["probability"].sum()),
        "actual": float(part["bought"].sum()),
        "lift": float(first["bought"].mean()) / share if share else float("nan"),
    }
