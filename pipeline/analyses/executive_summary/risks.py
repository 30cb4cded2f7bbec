"""Risks that only the page as a whole can see: targets that are likely to be missed, the money first."""

from collections.abc import Mapping

import pandas as pd

from pipeline.findings import Finding, Missing, Quantity, money, percent

LIKELY = 0.5
"""A target is at risk when missing it is more likely than reaching it."""
COMPANY, MARKET = "company", "market"


def target_risks(landed: pd.DataFrame | Missing, managers: Mapping[str, str]) -> list[Finding]:
    """The year's target of the whole, and of the market furthest behind, where they are likely to be missed.

    Args:
        landed: the landing chapter's table, one row per period, dimension and value.
        managers: person in charge by market.
    """
    if isinstance(landed, Missing):
        return []
    missed = landed[
        (landed["period"] == "year") & (landed["gap"] > 0) & (landed["probability_of_target"] < LIKELY)
    ]
    whole = missed[missed["dimension"] == COMPANY].head(1)
    furthest = missed[missed["dimension"] == MARKET].nlargest(1, "gap")
    return [
        *(_risk("executive-risk-year", row, {}) for _, row in whole.iterrows()),
        *(
            _risk(
                "executive-risk-market",
                row,
                {"market": Quantity("label", row["value"], dimension=MARKET)},
                managers.get(row["value"], ""),
            )
            for _, row in furthest.iterrows()
        ),
    ]


def _risk(key: str, row: pd.Series, more: Mapping[str, Quantity], owner: str = "") -> Finding:
    missing = 1 - float(row["probability_of_target"])
    values = {"period": Quantity("text", str(row["period_key"])), "gap": money(float(row["gap"])), **more}
    values["likelihood"] = percent(missing)
    return Finding(key, values, float(row["gap"]), "standing", "risk", owner, likelihood=missing)
