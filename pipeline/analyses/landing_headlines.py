"""The landing's headline numbers: named once, because two chapters and the executive page state them."""

import pandas as pd

from pipeline.findings import Missing

WHOLE = "company"


def landing_headlines(landed: pd.DataFrame | Missing) -> dict[str, float]:
    """Of the whole, by period (month, quarter, year): what is known of each, under stable names.

    landing_<period> with _low and _high, target_<period>, gap_<period> and probability_of_target_<period>.
    """
    if isinstance(landed, Missing):
        return {}
    found: dict[str, float] = {}
    for row in landed.loc[landed["dimension"] == WHOLE].to_dict("records"):
        kind = row["period"]
        found |= {
            f"landing_{kind}": row["landing"],
            f"landing_{kind}_low": row["low"],
            f"landing_{kind}_high": row["high"],
            f"target_{kind}": row["target"],
            f"gap_{kind}": row["gap"],
            f"probability_of_target_{kind}": row["probability_of_target"],
        }
    return {name: float(value) for name, value in found.items() if pd.notna(value)}
