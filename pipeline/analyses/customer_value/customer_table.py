"""One row per customer with everything the chapter says of it, and the tables drawn from it."""

import numpy as np
import pandas as pd

from pipeline.analyses.customer_value.life_cycle import PHASES, life_cycle
from pipeline.analyses.customer_value.potential import graded, with_cells, with_potential
from pipeline.analyses.customer_value.purchases import Purchases
from pipeline.analyses.customer_value.value import LearnedValue
from pipeline.book import Book
from pipeline.findings import Missing

VALUES = (
    "purchases_12_months", "spend", "probability_alive", "margin_rate", "value_12_months",
    "value_12_months_low", "value_12_months_high", "lifetime_value", "lifetime_value_low",
    "lifetime_value_high",
)  # fmt: skip
TEXTS = ("industry", "market", "region", "channel", "rep_id", "person", "department", "grade")
FEWEST_DAYS_FOR_RHYTHM = 3
SURELY_ALIVE = 0.95


def customer_table(book: Book, learned: LearnedValue | Missing, segments: pd.DataFrame) -> pd.DataFrame:
    """Every customer and prospect of the whole company, one row each.

    Columns beyond those of `book.customers.all` and `book.sales.customers`: phase, days_quiet, rhythm_days,
    quiet_intervals, trend, expected values with intervals (see `LearnedValue`), segment, wallet, potential,
    value_level, potential_level, treatment, proposed_grade, reason, agrees, usual_value (margin of a year
    at its usual rhythm), value_at_stake.

    Args:
        book: the book; the company's whole is used.
        learned: expected values, or why there are none.
        segments: one row per customer: customer_id, segment.
    """
    whole = book.whole
    rows = _everyone(whole)
    rows = rows.merge(segments, on="customer_id", how="left").fillna({"segment": ""})
    if rows["is_traded"].any():
        chance = None if isinstance(learned, Missing) else _chance_of_purchase(learned)
        rows = rows.merge(life_cycle(Purchases.of(whole), chance), on="customer_id", how="left")
    else:
        rows = rows.assign(
            phase="", days_quiet=np.nan, rhythm_days=np.nan, quiet_intervals=np.nan, trend=np.nan
        )
    rows["phase"] = rows["phase"].fillna("").where(rows["is_traded"], "prospect")
    for column in ("amount", "amount_12_months", "orders_12_months", "purchase_days"):
        rows[column] = rows[column].fillna(0.0)
    rows = _with_values(rows, learned)
    rows = graded(with_cells(with_potential(rows)), whole)
    usual = 364 / rows["rhythm_days"] * rows["spend"] * rows["margin_rate"]
    rows["usual_value"] = usual
    rows["value_at_stake"] = (usual * (1 - rows["probability_alive"])).fillna(0.0)
    return rows


def _chance_of_purchase(learned: LearnedValue) -> pd.Series:
    """Chance of at least one purchase within a year, by customer_id."""
    return pd.Series(-np.expm1(-learned.customers.set_index("customer_id")["purchases_12_months"]))


def _everyone(whole: Book) -> pd.DataFrame:
    """Customers and prospects with their purchases; buyers without a row get empty attributes."""
    known, bought = whole.customers.all(), whole.sales.customers()
    strangers = bought.loc[~bought["customer_id"].isin(known["customer_id"]), ["customer_id"]]
    if len(strangers):
        texts = [name for name in TEXTS if name in known]
        rest = strangers.assign(**dict.fromkeys(texts, ""), is_key_account=False, is_traded=True)
        known = pd.concat([known, rest.assign(name=rest["customer_id"])], ignore_index=True)
        known["is_traded"] = known["is_traded"].astype(bool)
    return known.merge(bought, on="customer_id", how="left")


def _with_values(rows: pd.DataFrame, learned: LearnedValue | Missing) -> pd.DataFrame:
    """Expected values; empty without a model."""
    if isinstance(learned, Missing):
        return rows.assign(**dict.fromkeys(VALUES, np.nan))
    return rows.merge(learned.customers, on="customer_id", how="left")


def rfm(rows: pd.DataFrame) -> pd.DataFrame:
    """Traded customers by fifths of recency and frequency: recency, frequency (5 best), customers, amount."""
    traded = rows.loc[rows["is_traded"]]
    if traded.empty:
        return pd.DataFrame(columns=["recency", "frequency", "customers", "amount_12_months"])
    scores = pd.DataFrame(
        {
            "recency": 6 - _fifths(traded["days_quiet"]),
            "frequency": _fifths(traded["purchase_days"]),
            "customers": 1,
            "amount_12_months": traded["amount_12_months"],
        }
    )
    return scores.groupby(["recency", "frequency"], as_index=False).sum()


def _sum(values: pd.Series) -> float:
    """A sum that stays empty where nothing is known."""
    return float(values.sum(min_count=1))


def _fifths(values: pd.Series) -> pd.Series:
    """1 to 5 by rank; equal values get equal scores."""
    fifths = (values.rank(pct=True, method="average") * 5).clip(1, 5)
    return pd.Series(np.ceil(fifths), index=values.index).astype(int)


def phases(rows: pd.DataFrame) -> pd.DataFrame:
    """One row per phase of the life cycle: phase, customers, amount_12_months, value_12_months."""
    found = rows.groupby("phase").agg(
        customers=("customer_id", "size"),
        amount_12_months=("amount_12_months", "sum"),
        value_12_months=("value_12_months", _sum),
    )
    return found.reindex([phase for phase in PHASES if phase in found.index]).reset_index()


def matrix(rows: pd.DataFrame) -> pd.DataFrame:
    """One row per cell of value and potential.

    Columns: value_level, potential_level, treatment, customers, value_12_months, potential, wallets_recorded
    (customers whose wallet is known; that of the others is estimated), wallets_outgrown (of those, customers
    who bought more from us than their wallet holds).
    """
    traded = rows.loc[rows["is_traded"]]
    keys = ["value_level", "potential_level", "treatment"]
    found = traded.groupby(keys, as_index=False).agg(
        customers=("customer_id", "size"),
        value_12_months=("value_12_months", "sum"),
        potential=("potential", "sum"),
        wallets_recorded=("wallet_is_estimated", lambda estimated: int((~estimated).sum())),
        wallets_outgrown=("wallet_is_outgrown", "sum"),
    )
    rank = {"high": 0, "medium": 1, "low": 2}
    order = found["value_level"].map(rank) * 10 + found["potential_level"].map(rank)
    return found.loc[order.sort_values(kind="stable").index].reset_index(drop=True)


def at_risk(rows: pd.DataFrame) -> pd.DataFrame:
    """Customers who may be leaving, most value at stake first: declining by their own rhythm, not yet lost.

    Customers with fewer than three purchase days have no rhythm of their own and are left out, and so are
    those whom the model holds alive with 95% or more.
    """
    known = rows["purchase_days"] >= FEWEST_DAYS_FOR_RHYTHM
    doubtful = (rows["phase"] == "declining") & (rows["probability_alive"] < SURELY_ALIVE)
    found = rows.loc[known & doubtful & (rows["value_at_stake"] > 0)]
    order = ["value_at_stake", "customer_id"]
    return found.sort_values(order, ascending=[False, True], kind="stable").reset_index(drop=True)


def grade_differences(rows: pd.DataFrame) -> pd.DataFrame:
    """Customers whose computed grade differs from the manual one, the most valuable first."""
    found = rows.loc[~rows["agrees"].astype(bool)]
    order = ["value_12_months", "wallet", "customer_id"]
    return found.sort_values(order, ascending=[False, False, True], kind="stable").reset_index(drop=True)


def grade_counts(rows: pd.DataFrame) -> pd.DataFrame:
    """One row per is_traded (traded first), grade (by hand; none last) and proposed_grade.

    Columns: is_traded, grade, proposed_grade, customers, amount_12_months.
    """
    keys = ["is_traded", "grade", "proposed_grade"]
    found = rows.groupby(keys, as_index=False).agg(
        customers=("customer_id", "size"), amount_12_months=("amount_12_months", "sum")
    )
    order = found.assign(untraded=~found["is_traded"].astype(bool), none=found["grade"] == "")
    return found.loc[order.sort_values(["untraded", "none", *keys[1:]], kind="stable").index].reset_index(
        drop=True
    )


def segment_table(rows: pd.DataFrame, before: pd.Series) -> pd.DataFrame:
    """One row per segment, the one with most expected value first.

    Columns: segment, customers, customers_before (of a month earlier), change, share_of_customers,
    share_of_amount (12 months), value_12_months, median days_quiet, purchase_days and spend.
    """
    rows = rows.loc[rows["segment"] != ""]
    found = rows.groupby("segment").agg(
        customers=("customer_id", "size"),
        amount_12_months=("amount_12_months", "sum"),
        value_12_months=("value_12_months", _sum),
        days_quiet=("days_quiet", "median"),
        orders_12_months=("orders_12_months", "mean"),
        spend=("mean_purchase", "median"),
    )
    found["customers_before"] = before.value_counts().reindex(found.index).fillna(0)
    found["change"] = found["customers"] - found["customers_before"]
    found["share_of_customers"] = found["customers"] / max(found["customers"].sum(), 1)
    found["share_of_amount"] = found["amount_12_months"] / max(found["amount_12_months"].sum(), 1e-9)
    order = found.sort_values(["value_12_months", "customers"], ascending=False, kind="stable")
    return order.rename_axis("segment").reset_index()


def segment_moves(rows: pd.DataFrame, before: pd.Series) -> pd.DataFrame:
    """Who moved, one row per pair: source, target, customers, value_12_months; most customers first.

    New customers come from "" (none).
    """
    now = rows.loc[rows["segment"] != ""]
    moves = pd.DataFrame(
        {
            "source": now["customer_id"].map(before).fillna("").to_numpy(),
            "target": now["segment"].to_numpy(),
            "value_12_months": now["value_12_months"].to_numpy(),
        }
    )
    moves = moves.loc[moves["source"] != moves["target"]]
    found = moves.groupby(["source", "target"], as_index=False).agg(
        customers=("target", "size"), value_12_months=("value_12_months", _sum)
    )
    order = ["customers", "source", "target"]
    return found.sort_values(order, ascending=[False, True, True], kind="stable").reset_index(drop=True)
