"""Sales velocity: what the pipeline earns a day."""

import datetime

import numpy as np
import pandas as pd

from pipeline.analyses.funnel.passages import QUALIFIED_INDEX

MONTHS = 12


def sales_velocity(deals: pd.DataFrame, as_of: datetime.date) -> pd.DataFrame:
    """Velocity = qualified open deals x win rate x average won amount / sales cycle, one row.

    Win rate, amount and cycle are those of deals closed in the last twelve months. Columns: qualified_deals,
    win_rate, average_amount, cycle_days (mean from creation to signing), velocity (money a day).
    """
    since = pd.Timestamp(as_of) - pd.DateOffset(months=MONTHS)
    closed = deals.loc[(deals["closed_on"] > since) & deals["outcome"].isin(["won", "lost"])]
    won = closed.loc[closed["outcome"] == "won"]
    qualified = (deals["outcome"] == "open") & (deals["deepest_stage_index"] >= QUALIFIED_INDEX)
    rate = len(won) / len(closed) if len(closed) else np.nan
    cycle = (won["closed_on"] - won["created_on"]).dt.days.mean()
    amount = won["amount"].mean()
    velocity = int(qualified.sum()) * rate * amount / cycle if cycle and cycle > 0 else np.nan
    return pd.DataFrame(
        {
            "qualified_deals": [int(qualified.sum())],
            "win_rate": [rate],
            "average_amount": [amount],
            "cycle_days": [cycle],
            "velocity": [velocity],
        }
    )
