"""Open deals at past days and now, and the week in which each is likely to be signed.

One snapshot query brings the deals as they stood and were known at every origin; the hazard is fitted anew
every few months with what was known by then, so that no replay knows the future.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from pipeline.book import Book
from pipeline.company import DIMENSIONS, Calendar
from pipeline.errors import NotEnoughData
from pipeline.models.business_days import quarter_start

if TYPE_CHECKING:  # its solver is slow to import
    from pipeline.models.closing_hazard import ClosingHazard

COVARIATES = ("stage", "days_to_expected_close", "value")
LEARNING_WEEKS = 104
SNAPSHOT_WEEKS = 4
REFIT_AFTER = timedelta(weeks=4)
"""A fit serves the origins before this much time has passed."""


def deal_rows(book: Book, days: Sequence[date]) -> pd.DataFrame:
    """One row per day and deal open then: what was known then, and how it ended as known at the book's date.

    Columns beside the book's: deal_id, opened_on, days_to_expected_close, value (amount, or the usual one
    where there is none), ending (won, lost, open), ended_on, known_on.
    """
    rows = book.opportunities.open_at(tuple(days))
    ends = book.opportunities.as_they_stood().set_index("opportunity_id")
    ends = ends[["outcome", "closed_on", "closed_known_on", "amount"]].reindex(
        rows["opportunity_id"].to_numpy()
    )
    ending = pd.Series(ends["outcome"].to_numpy(), index=rows.index).replace({"invalid": "lost"})
    closed = (ending != "open").to_numpy()
    ended_on = pd.Series(ends["closed_on"].to_numpy(), index=rows.index).where(closed)
    rows = rows.assign(
        deal_id=rows["opportunity_id"],
        opened_on=rows["created_on"],
        days_to_expected_close=(rows["expected_close_on"] - rows["snapshot_on"]).dt.days,
        ending=ending,
        ended_on=ended_on,
        known_on=pd.Series(ends["closed_known_on"].to_numpy(), index=rows.index).where(closed),
        won_amount=np.where(ending == "won", ends["amount"].fillna(0.0).to_numpy(), 0.0),
        value=_values(book, rows),
    )
    return rows[~(rows["ended_on"] <= rows["snapshot_on"])].reset_index(drop=True)


def _values(book: Book, rows: pd.DataFrame) -> pd.Series:
    """Amount of each deal; where empty the mean of deals of the same product line (or of all) won by its day.

    Before any was won, the mean of the deals open that day.
    """
    deals = book.opportunities.as_they_stood()
    won = deals[(deals["outcome"] == "won") & (deals["amount"] > 0)]
    key = "product_id" if (won["product_id"] != "").any() else "product_line"
    given = rows["amount"].where(rows["amount"] > 0).astype(float)
    values = given.copy()
    for day, at_once in rows[given.isna()].groupby("snapshot_on"):
        known = won[won["closed_known_on"] <= day]
        usual = at_once[key].map(known.groupby(key)["amount"].mean()).astype(float)
        open_then = given[rows["snapshot_on"] == day].mean()
        values[at_once.index] = usual.fillna(known["amount"].mean()).fillna(open_then)
    return values.fillna(0.0)


def learning_days(as_of: date, weeks: int, step: int = SNAPSHOT_WEEKS) -> list[date]:
    """Snapshot days to learn from, oldest first."""
    return [as_of - timedelta(weeks=k) for k in range(0, weeks, step)][::-1]


def deals_with_hazards(
    book: Book, origins: Sequence[date]
) -> "tuple[pd.DataFrame, list[ClosingHazard | None]]":
    """`deal_rows` of every origin (oldest first) and of the book's date, and the hazard of each such day.

    A hazard is fitted anew every four weeks with what was known by then, from snapshots whole weeks apart.
    """
    days = [*origins, book.as_of]
    back = (book.as_of - days[0]).days // 7 + 1
    learning = learning_days(book.as_of, LEARNING_WEEKS + back)
    first = book.first_day or book.as_of
    rows = deal_rows(book, [day for day in sorted({*days, *learning}) if day >= first])
    taught = rows[rows["snapshot_on"].isin([pd.Timestamp(day) for day in learning])]
    found: list[ClosingHazard | None] = []
    latest: ClosingHazard | None = None
    fitted_on: date | None = None
    for day in days:
        if fitted_on is None or day - fitted_on >= REFIT_AFTER:
            latest, fitted_on = _fitted(taught, pd.Timestamp(day), book.company.calendar) or latest, day
        found.append(latest)
    return rows, found


def _fitted(rows: pd.DataFrame, origin: pd.Timestamp, calendar: Calendar) -> "ClosingHazard | None":
    from pipeline.models.closing_hazard import HazardSettings, fit_closing_hazard

    first = origin - pd.Timedelta(weeks=LEARNING_WEEKS)
    past = rows[rows["snapshot_on"].between(first, origin)]
    known = past["known_on"] <= origin
    past = past.assign(closed_on=past["ended_on"].where(known), outcome=past["ending"].where(known, "open"))
    # Before the first recorded closing deals could only be seen to stay open.
    past = past[past["snapshot_on"] >= past["closed_on"].min()]
    varying = [name for name in COVARIATES if past[name].nunique(dropna=False) >= 2]
    settings = HazardSettings(
        quarter_start_month=quarter_start(calendar.fiscal_year_start_month), country=calendar.country
    )
    try:
        return fit_closing_hazard(past, as_of=origin, covariates=varying, settings=settings)
    except NotEnoughData:
        return None


def chances(hazard: "ClosingHazard | None", open_deals: pd.DataFrame, origin: date, weeks: int) -> np.ndarray:
    """Chance of being signed in each of the next `weeks`: deals by weeks; zeros without a hazard."""
    if hazard is None or open_deals.empty:
        return np.zeros((len(open_deals), weeks))
    from dataclasses import replace

    at_origin = replace(hazard, as_of=pd.Timestamp(origin))
    predicted = at_origin.predict(open_deals.reset_index(drop=True), weeks=weeks)
    return np.asarray(predicted["p_won"].to_numpy().reshape(len(open_deals), weeks))


def keys_of(open_deals: pd.DataFrame) -> pd.DataFrame:
    """The dimensions of each deal."""
    return open_deals[[name for name in DIMENSIONS if name in open_deals]].reset_index(drop=True)
