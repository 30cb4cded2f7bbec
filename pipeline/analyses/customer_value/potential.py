"""Potential of each customer, the matrix of value and potential, and computed grades beside manual ones."""

import numpy as np
import pandas as pd

from pipeline.book import Book

PEER_QUANTILE = 0.8
FEWEST_PEERS = 20
KEY_SHARE = 0.7
"""Traded customers are key (A) if they belong to those who bring this share of the expected value."""
ORDINARY_SHARE = 0.9
RECENT_CONTACT_DAYS = 182
GRADES = {
    "top-value": "A", "top-amount": "A", "other-value": "B", "qualified-deal": "A", "open-deal": "B",
    "contact": "B",
}  # fmt: skip
"""Grade by reason; C for none."""


def with_potential(customers: pd.DataFrame) -> pd.DataFrame:
    """The customers with wallet and potential (wallet less the last 12 months).

    Where no wallet is recorded, that of the best fifth of peers (same industry; all, where there are
    fewer than 20) stands for it (`wallet_is_estimated`). A recorded wallet smaller than what we alone sold
    is out of date: what we sold stands for it (`wallet_is_outgrown`).
    """
    spent = customers["amount_12_months"]
    buying = customers.loc[spent > 0]
    overall = float(buying["amount_12_months"].quantile(PEER_QUANTILE)) if len(buying) else 0.0
    groups = buying.groupby("industry")["amount_12_months"]
    peers = groups.quantile(PEER_QUANTILE).where(groups.size() >= FEWEST_PEERS, overall)
    estimated = customers["industry"].map(peers).fillna(overall)
    recorded = customers["wallet_a_year"].astype(float)
    is_recorded = recorded > 0
    wallet = np.maximum(recorded.where(is_recorded, estimated), spent)
    return customers.assign(
        wallet=wallet,
        wallet_is_estimated=~is_recorded,
        wallet_is_outgrown=is_recorded & (spent > recorded),
        potential=np.maximum(wallet - np.maximum(spent, 0), 0.0),
    )


def with_cells(customers: pd.DataFrame) -> pd.DataFrame:
    """Traded customers with value_level (high, medium, low), potential_level (high, low) and treatment.

    High value: those who bring the first 70% of the expected 12-month value (where no value could be learned:
    of the last 12 months' amount); medium: up to 90%. High potential: above the median of all customers.
    """
    value = customers["value_12_months"]
    value = customers["amount_12_months"].clip(lower=0) if value.isna().all() else value.fillna(0.0)
    share = _share_from_largest(value)
    level = np.select([share <= KEY_SHARE, share <= ORDINARY_SHARE], ["high", "medium"], default="low")
    potential = np.where(customers["potential"] > customers["potential"].median(), "high", "low")
    treatment = np.select(
        [
            (level != "low") & (potential == "high"),
            level == "high",
            level == "medium",
            potential == "high",
        ],
        ["grow", "keep", "harvest", "nurture"],
        default="let-go",
    )
    return customers.assign(value_level=level, potential_level=potential, treatment=treatment)


def graded(customers: pd.DataFrame, book: Book) -> pd.DataFrame:
    """A computed grade and its reason beside the manual one, one row per customer and prospect.

    Traded: A if among those who bring the first 70% of the expected value, else B. Not traded: A if a deal
    is qualified or further and the wallet is in the upper third, B if a deal is open or there was contact
    within 26 weeks, else C.
    """
    warm = _open_deals(book)
    deals = customers["customer_id"].map(warm).fillna(0)
    contact = customers["customer_id"].isin(_recently_met(book))
    rich = customers["wallet"] >= customers["wallet"].quantile(2 / 3)
    traded = customers["is_traded"]
    key = traded & (customers["value_level"] == "high")
    unknown = bool(customers["value_12_months"].isna().all())
    reason = np.select(
        [key & np.full(len(customers), unknown), key, traded, (deals >= 2) & rich, deals >= 1, contact],
        ["top-amount", "top-value", "other-value", "qualified-deal", "open-deal", "contact"],
        default="nothing",
    )
    proposed = pd.Series(reason, index=customers.index).map(GRADES).fillna("C")
    return customers.assign(
        proposed_grade=proposed,
        reason=reason,
        agrees=np.where(customers["grade"] == "", True, customers["grade"] == proposed),
    )


def _share_from_largest(value: pd.Series) -> pd.Series:
    """Share of the whole held by those larger than each, and half of itself."""
    ordered = value.sort_values(ascending=False, kind="stable")
    total = max(float(ordered.sum()), 1e-12)
    return ((ordered.cumsum() - ordered / 2) / total).reindex(value.index)


def _open_deals(book: Book) -> pd.Series:
    """Deepest stage (1, 2, ...) of the open deals of each customer."""
    deals = book.whole.opportunities.as_they_stood()
    deals = deals.loc[deals["outcome"] == "open"]
    return deals.groupby("customer_id")["stage_index"].max()


def _recently_met(book: Book) -> set[str]:
    since = pd.Timestamp(book.as_of) - pd.Timedelta(days=RECENT_CONTACT_DAYS)
    done = book.whole.activities.by_customer()
    return set(done.loc[done["last_activity_on"] >= since, "customer_id"])
