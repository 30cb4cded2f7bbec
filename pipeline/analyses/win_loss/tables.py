"""Tables of the chapter made from what the models answered."""

from datetime import date

import numpy as np
import pandas as pd

from pipeline.analyses.win_loss.fields import KNOWN_AT, LEARNED_FROM
from pipeline.analyses.win_loss.probabilities import CompanyModel

WEEKS = 8
STALE_QUANTILE = 0.99
DEAL_COLUMNS = (
    "opportunity_id", "name", "customer_id", "person", "market", "industry", "stage", "amount", "age_days",
    "expected_close_on", "pushes",
)  # fmt: skip
CARD_FIGURES = (
    "cases", "auc", "log_loss", "brier", "brier_reference", "skill", "skill_low", "skill_high",
    "calibration_error", "challenger_chance",
)  # fmt: skip


def open_deals(
    deals: pd.DataFrame, probabilities: pd.DataFrame, people: pd.DataFrame, as_of: date
) -> pd.DataFrame:
    """One row per open deal, largest expected money first.

    Columns: those of the deal (`DEAL_COLUMNS`), `owner` (name), `crm_probability` (the CRM's own), those of
    `deal_probabilities`, `expected_amount` (amount x probability of signing within 60 weeks), `is_stale`
    (older than 99% of all deals were when they ended). An amount that is not recorded is `usual_amounts`.
    """
    deals = deals.assign(amount=usual_amounts(deals))
    ended = deals.loc[deals["closed_on"].notna()]
    oldest = (ended["closed_on"] - ended["created_on"]).dt.days.quantile(STALE_QUANTILE)
    mine = deals.loc[deals["outcome"] == "open"].rename(columns={"probability": "crm_probability"})
    rows = mine.merge(probabilities, on="opportunity_id", how="inner")
    age_days = (pd.Timestamp(as_of) - rows["created_on"]).dt.days
    rows = rows.assign(
        name=rows["name"].where(rows["name"] != "", rows["opportunity_id"]),
        age_days=age_days,
        is_stale=age_days > oldest,
        owner=rows["person"].map(people.set_index("person_id")["name"]).astype(object).fillna(rows["person"]),
        expected_amount=rows["amount"].fillna(0.0) * rows["p_won_year"].fillna(0.0),
    )
    own = list(probabilities.columns.drop("opportunity_id"))
    kept = [*DEAL_COLUMNS, "owner", "crm_probability", *own, "expected_amount", "is_stale"]
    return rows.sort_values(
        ["expected_amount", "opportunity_id"], ascending=[False, True], ignore_index=True
    )[kept]


def usual_amounts(deals: pd.DataFrame) -> pd.Series:
    """Each deal's amount; where none is recorded, the mean of won deals of its product, else of all."""
    amounts = deals["amount"].where(deals["amount"] > 0)
    won = amounts.where(deals["outcome"] == "won")
    by_product = won.groupby(deals["product_id"]).transform("mean")
    filled: pd.Series = amounts.fillna(by_product).fillna(won.mean()).fillna(0.0)
    return filled


def eight_weeks(weeks: pd.DataFrame, deals: pd.DataFrame) -> pd.DataFrame:
    """One row per coming week: expected wins and losses, expected money, and what an 80% interval of wins is.

    Columns: `week_start`, `wins`, `wins_low`, `wins_high` (Poisson-binomial, normal approximation), `losses`,
    `amount`.
    """
    near = weeks.loc[weeks["week_ahead"] <= WEEKS]
    if near.empty:
        return near
    amounts = usual_amounts(deals).set_axis(deals["opportunity_id"])
    near = near.assign(
        amount=near["p_won"] * near["opportunity_id"].map(amounts).astype(float),
        spread=near["p_won"] * (1 - near["p_won"]),
    )
    table = near.groupby("week_start", as_index=False).agg(
        wins=("p_won", "sum"), losses=("p_lost", "sum"), amount=("amount", "sum"), spread=("spread", "sum")
    )
    half = 1.2816 * np.sqrt(table["spread"])
    table = table.assign(wins_low=np.maximum(table["wins"] - half, 0.0), wins_high=table["wins"] + half)
    return table.drop(columns="spread")


def model_card(model: CompanyModel) -> pd.DataFrame:
    """One row: what the model is and how far to trust it."""
    facts: dict[str, object] = {"verdict": model.verdict, "method": model.method}
    facts |= {"training_deals": model.training_deals, "training_rows": model.training_rows}
    facts |= {name: model.metrics.get(name, np.nan) for name in CARD_FIGURES}
    return pd.DataFrame([facts])


def field_registry() -> pd.DataFrame:
    """One row per field: `field`, `known` (creation, snapshot, today, closing), `is_learned_from`."""
    rows = [(name, known, name in LEARNED_FROM) for name, known in KNOWN_AT.items()]
    return pd.DataFrame(rows, columns=["field", "known", "is_learned_from"])
