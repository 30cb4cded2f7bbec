"""Why deals were won or lost, as the rep says and as the customer says; they do not always agree."""

import numpy as np
import pandas as pd

from pipeline.company_demo.opportunities import LOST, WON
from pipeline.company_demo.plan import Plan
from pipeline.company_demo.rhythm import NEVER, Days
from pipeline.company_demo.words import REASONS

LOST_SHARES = np.array([0.14, 0.20, 0.12, 0.11, 0.07, 0.16, 0.11, 0.09])
WON_SHARES = np.array([0.30, 0.14, 0.26, 0.14, 0.10, 0.03, 0.03, 0.00])
REP_BLAMES_PRICE, AGREEMENT, CUSTOMER_ASKED, KNOWN = 0.18, 0.62, 0.45, 0.88
PRICE, COMPETITOR = REASONS.index("price"), REASONS.index("competitor")


def give_reasons(plan: Plan, deals: pd.DataFrame, ended: Days, outcome: Days) -> pd.DataFrame:
    """One row per opportunity: true reason, the rep's, the customer's, and when they became known.

    The customer names the true reason; reps blame the price for a share of what was their own doing.
    """
    rng = plan.generator("reasons")
    number = len(deals)
    lost = rng.choice(len(REASONS), number, p=LOST_SHARES / LOST_SHARES.sum())
    lost = np.where((lost == COMPETITOR) & (deals["competitor"] == 0), PRICE, lost)
    won = rng.choice(len(REASONS), number, p=WON_SHARES / WON_SHARES.sum())
    true = np.select([outcome == WON, outcome == LOST], [won, lost], -1)
    blames = (rng.random(number) < REP_BLAMES_PRICE) & (outcome == LOST)
    known = (rng.random(number) < KNOWN) & (true >= 0)
    asked = known & (rng.random(number) < CUSTOMER_ASKED)
    other = rng.integers(0, len(REASONS), number)
    agrees = rng.random(number) < AGREEMENT
    rep = np.where(blames, PRICE, np.where(agrees | ~asked, true, other))
    known_on = np.where(known, ended + np.minimum(rng.geometric(0.2, number) - 1, 30), NEVER)
    return pd.DataFrame(
        {
            "true": true,
            "rep": np.where(known, rep, -1),
            "customer": np.where(asked, true, -1),
            "known": known_on,
        }
    )
