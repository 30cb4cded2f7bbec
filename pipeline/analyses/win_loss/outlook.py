"""When open deals will close: the weekly hazard fitted on the whole company, for the deals of the scope."""

from dataclasses import dataclass

import pandas as pd

from pipeline.analyses.cache import cached
from pipeline.analyses.win_loss.fields import HAZARD_FIELDS
from pipeline.analyses.win_loss.record import no_record, record_of
from pipeline.analyses.win_loss.training import snapshot_days, snapshots
from pipeline.book import Book
from pipeline.errors import NotEnoughData
from pipeline.models.business_days import quarter_start
from pipeline.models.closing_hazard import (
    HazardSettings,
    fit_calibrated_hazard,
    repeat_static_cases,
)

WEEKS = 60
OUTLOOK_COLUMNS = ("opportunity_id", "week_start", "week_ahead", "p_won", "p_lost")
MATURED_ORIGINS = 4


@dataclass(frozen=True)
class Outlook:
    """The company's outlook by week, and the record of earlier ones.

    `weeks`: one row per open deal and week ahead. `matured`: `record.record_of`, one row per past origin and
    deal open then. `habits`: one row per `week` of the quarter, the mean chance of today's open deals to be
    won (`p_won`) or end otherwise (`p_lost`) in it, all else equal. All empty when there are too few
    closings; `problem` then says why.
    """

    weeks: pd.DataFrame
    matured: pd.DataFrame
    habits: pd.DataFrame
    won_factor: float = 1.0
    problem: str = ""


def closing_outlook(book: Book, weeks: int = WEEKS) -> pd.DataFrame:
    """One row per open deal of the scope and week ahead (1 to `weeks`).

    Columns: `opportunity_id`, `week_start` (first of the seven days), `week_ahead`, `p_won` and `p_lost`
    (won, or ended otherwise, in that very week as seen from the book's date; an invalid deal ends
    otherwise).
    Learned on the whole company. Empty with fewer closings than a hazard needs.
    """
    table = outlook_of(book, company_outlook(book.whole))
    return table.loc[table["week_ahead"] <= weeks].reset_index(drop=True)


def outlook_of(book: Book, outlook: Outlook) -> pd.DataFrame:
    """The company's weeks of the open deals of the book's scope."""
    table = outlook.weeks
    deals = book.opportunities.as_they_stood()
    mine = deals.loc[deals["outcome"] == "open", "opportunity_id"]
    return table.loc[table["opportunity_id"].isin(mine)].reset_index(drop=True)


@cached
def company_outlook(book: Book) -> Outlook:
    """The outlook of all open deals of the company."""
    rows, now, covariates = _cases(book)
    step = 4 if covariates else 2
    settings = HazardSettings(
        quarter_start_month=quarter_start(book.company.calendar.fiscal_year_start_month),
        country=book.company.calendar.country,
        calibration_spacing_weeks=step,
        calibration_origins=MATURED_ORIGINS if covariates else 8,
    )
    try:
        model = fit_calibrated_hazard(
            rows, as_of=pd.Timestamp(book.as_of), covariates=covariates, settings=settings
        )
    except NotEnoughData as problem:
        return Outlook(_no_weeks(), no_record(), _no_habits(), problem=str(problem))
    weeks = model.predict(now, weeks=WEEKS).rename(
        columns={"deal_id": "opportunity_id", "week_starts_on": "week_start"}
    )
    weeks["week_start"] = weeks["week_start"].astype("datetime64[s]")
    return Outlook(
        weeks[list(OUTLOOK_COLUMNS)],
        record_of(model.matured_cases, rows, settings, _final_amounts(book)),
        model.by_week_of_quarter(now) if len(now) else _no_habits(),
        won_factor=model.won_factor,
    )


def _cases(book: Book) -> tuple[pd.DataFrame, pd.DataFrame, tuple[str, ...]]:
    """Training rows, today's open deals, and the covariates that vary."""
    rows = snapshots(book, snapshot_days(book))
    is_rebuilt = bool(rows["history_is_rebuilt"].all()) if len(rows) else True
    rows = _named(rows)
    varying = tuple(c for c in HAZARD_FIELDS if len(rows[c].unique()) > 1)
    covariates = () if is_rebuilt else varying
    now = rows.loc[rows["snapshot_on"] == pd.Timestamp(book.as_of)].reset_index(drop=True)
    if not covariates:
        deals = book.opportunities.as_they_stood()
        days = snapshot_days(book, every_days=7)
        rows = repeat_static_cases(
            _static(deals), as_of=pd.Timestamp(book.as_of), first_observed_on=pd.Timestamp(days[0])
        )
    return rows, now, covariates


def _named(rows: pd.DataFrame) -> pd.DataFrame:
    """The book's words in the model's: a deal that ends in any way but won is lost to the model."""
    ending = rows["ending"].where(rows["ending"] != "invalid", "lost")
    closed_on = rows["ended_on"].where(rows["ended_on"] > rows["snapshot_on"], rows["snapshot_on"])
    closed_on = closed_on.where(rows["ending"] != "open")
    renamed = rows.rename(columns={"opportunity_id": "deal_id", "created_on": "opened_on"})
    late = closed_on <= rows["snapshot_on"]
    return renamed.assign(outcome=ending, closed_on=closed_on).loc[~late].reset_index(drop=True)


def _static(deals: pd.DataFrame) -> pd.DataFrame:
    closed = deals["outcome"] != "open"
    ended_on = deals[["closed_on", "closed_known_on"]].max(axis=1).where(closed)
    outcome = deals["outcome"].where(deals["outcome"] != "invalid", "lost")
    return pd.DataFrame({
        "deal_id": deals["opportunity_id"], "opened_on": deals["created_on"], "closed_on": ended_on,
        "outcome": outcome, "amount": deals["amount"].where(~deals["history_is_rebuilt"]),
    })  # fmt: skip


def _final_amounts(book: Book) -> pd.Series:
    """Amount of each deal as known at the book's date, by deal."""
    deals = book.opportunities.as_they_stood()
    return deals.set_index("opportunity_id")["amount"]


def _no_weeks() -> pd.DataFrame:
    kinds = ("str", "datetime64[s]", "int64", "float64", "float64")
    return pd.DataFrame({n: pd.Series(dtype=k) for n, k in zip(OUTLOOK_COLUMNS, kinds, strict=True)})


def _no_habits() -> pd.DataFrame:
    return pd.DataFrame({"week": pd.Series(dtype="int64"), "p_won": 0.0, "p_lost": 0.0})
