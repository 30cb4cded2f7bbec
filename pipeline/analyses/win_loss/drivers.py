"""What goes with winning across the company, from fields known before the outcome."""

from dataclasses import dataclass
from datetime import timedelta

import pandas as pd

from pipeline.analyses.cache import cached
from pipeline.analyses.win_loss.fields import DRIVER_FIELDS
from pipeline.analyses.win_loss.training import decided, learning_days, snapshots
from pipeline.book import Book
from pipeline.errors import NotEnoughData
from pipeline.models.drivers import find_drivers

DRIVER_DAYS = 3 * 365
EARLY_DAYS = 21
"""A deal is looked at in its first snapshot of at least this age: early care, not care at the end."""


@dataclass(frozen=True)
class CompanyDrivers:
    """`fields` and `effects` of `models.drivers.Drivers`; empty with a `problem` where deals are too few."""

    fields: pd.DataFrame
    effects: pd.DataFrame
    deals: int = 0
    win_rate: float = float("nan")
    problem: str = ""


@cached
def company_drivers(book: Book) -> CompanyDrivers:
    """Test the company's deals that ended in the last three years for what goes with winning."""
    early = _early_looks(book)
    fields = tuple(name for name in DRIVER_FIELDS if len(early[name].unique()) > 1)
    try:
        found = find_drivers(early, fields=fields, cluster="customer_id")
    except NotEnoughData as problem:
        return CompanyDrivers(pd.DataFrame(), pd.DataFrame(), problem=str(problem))
    return CompanyDrivers(found.fields, found.effects, found.cases, found.win_rate)


def _early_looks(book: Book) -> pd.DataFrame:
    """One row per decided deal: its first snapshot of the age asked, or its latest before."""
    rows = decided(snapshots(book, learning_days(book)), book.as_of)
    rows = rows.loc[rows["ended_on"] > pd.Timestamp(book.as_of - timedelta(days=DRIVER_DAYS))]
    old_enough = rows["age_days"] >= EARLY_DAYS
    ranked = rows.assign(late=~old_enough).sort_values(["late", "snapshot_on"], kind="stable")
    first = ranked.drop_duplicates("opportunity_id", keep="first")
    return first.assign(
        customer_id=first["customer_id"].where(first["customer_id"] != "", first["opportunity_id"])
    ).sort_values(["ended_on", "opportunity_id"], ignore_index=True)
