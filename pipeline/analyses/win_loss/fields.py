"""When each field of a deal is known. A model may learn only from what an open deal has, too.

`creation`: written down when the deal was created. `snapshot`: as it stood on the day of a snapshot.
`today`: an attribute without history; it may have been set after the outcome, so it is never learned
from. `closing`: known only once the deal ended, never used before.
"""

from typing import Literal

Known = Literal["creation", "snapshot", "today", "closing"]

KNOWN_AT: dict[str, Known] = {
    "source": "creation",
    "channel": "creation",
    "business_line": "creation",
    "product_line": "creation",
    "is_strategic": "creation",
    "market": "creation",
    "department": "snapshot",
    "industry": "creation",
    "first_amount": "creation",
    "has_traded": "creation",
    "stage": "snapshot",
    "amount_change": "snapshot",
    "age_days": "snapshot",
    "days_in_stage": "snapshot",
    "days_to_expected_close": "snapshot",
    "days_since_change": "snapshot",
    "pushes": "snapshot",
    "pulls": "snapshot",
    "regressions": "snapshot",
    "activities_a_month": "snapshot",
    "activities_30_days": "snapshot",
    "rep_win_rate": "snapshot",
    "customer_win_rate": "snapshot",
    "grade": "today",
    "probability": "snapshot",
    "forecast_category": "snapshot",
    "competitor": "closing",
    "reason_rep": "closing",
    "reason_customer": "closing",
    "closed_on": "closing",
}
"""Fields by name. The CRM's own probability is judged beside the model, not fed to it."""

JUDGED_ONLY = ("probability", "forecast_category")
LEARNED_FROM = tuple(
    name for name, known in KNOWN_AT.items() if known in ("creation", "snapshot") and name not in JUDGED_ONLY
)
DRIVER_FIELDS = (
    "source", "channel", "business_line", "product_line", "is_strategic", "market", "department", "industry",
    "first_amount", "has_traded", "activities_a_month",
)  # fmt: skip
"""What drivers are looked for in: known at creation, and the care taken early on."""
HAZARD_FIELDS = (
    "stage", "days_in_stage", "days_to_expected_close", "days_since_change", "activities_30_days", "pushes",
    "amount_now",
)  # fmt: skip
SEGMENTS = (
    "market", "business_line", "product_line", "industry", "source", "channel", "size", "department",
    "person",
)  # fmt: skip
