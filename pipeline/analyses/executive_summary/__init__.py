"""The executive page: where we land, where the gap is and why, what changed, what to do, how good we were.

Handbook, "The executive page". It computes nothing of its own that a chapter already has: it calls
the chapters on the same book (their expensive steps are kept on disk) and puts their answers in order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from pipeline.analyses.executive_summary.against_target import gap_by, last_forecast, standing
from pipeline.analyses.executive_summary.chapters import Chapter, read_chapters
from pipeline.analyses.executive_summary.choosing import answers_of, foremost
from pipeline.analyses.executive_summary.risks import target_risks
from pipeline.analyses.forecast.landing import landing
from pipeline.book import Book
from pipeline.findings import Finding, Missing

MOST_RISKS = 5
MOST_ACTIONS = 5
MOST_CHANGES = 7
MOST_CARDS = 8
NO_CAUSES = Missing("missing-causes-of-gap", ("targets",))
CARDS = (
    "landing_year", "probability_of_target_year", "landing_quarter", "contracts_cny", "collections_cny",
    "win_rate", "open_pipeline_cny", "active_customers", "landing_month", "wins", "losses", "customers",
)  # fmt: skip
"""Key figures in the order in which an executive asks; the first eight that the data support are shown."""


@dataclass(frozen=True)
class ExecutiveSummary:
    """One page.

    Attributes:
        standing: one row per horizon (month, quarter, year): target, landing with interval, gap and the
            probability of reaching the target; money in the company's currency.
        gap_by_market, gap_by_business_line: one row per unit with a target for the year.
        causes: one row per tested cause of the gap, from the performance chapter.
        last_forecast: one row: what last month's forecast said of this month, and what came.
        answers: the first sentence of each chapter.
        changes, risks, actions: the foremost of all chapters by money at stake.
    """

    standing: pd.DataFrame | Missing
    gap_by_market: pd.DataFrame | Missing
    gap_by_business_line: pd.DataFrame | Missing
    causes: pd.DataFrame | Missing
    last_forecast: pd.DataFrame | Missing
    answers: tuple[Finding, ...]
    changes: tuple[Finding, ...]
    risks: tuple[Finding, ...]
    actions: tuple[Finding, ...]
    headlines: Mapping[str, float]

    @property
    def cards(self) -> tuple[str, ...]:
        """The headlines that open the page: those of `CARDS` that the data support."""
        return tuple(name for name in CARDS if name in self.headlines)[:MOST_CARDS]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything the page says, for the record of the run."""
        return (*self.answers, *self.changes, *self.risks, *self.actions)


def analyse(book: Book) -> ExecutiveSummary:
    """Put the chapters' answers for one book in the order in which an executive asks."""
    chapters = read_chapters(book)
    landed = landing(book)
    said = [finding for chapter in chapters for finding in chapter.findings]
    return ExecutiveSummary(
        standing=standing(landed),
        gap_by_market=gap_by(landed, "market"),
        gap_by_business_line=gap_by(landed, "business_line"),
        causes=next((c.causes for c in chapters if c.causes is not None), NO_CAUSES),
        last_forecast=last_forecast(book),
        answers=answers_of(chapters),
        changes=foremost(said, "change", MOST_CHANGES),
        risks=foremost([*target_risks(landed, book.people.managers()), *said], "risk", MOST_RISKS),
        actions=foremost(said, "action", MOST_ACTIONS),
        headlines=merged_headlines(chapters),
    )


def merged_headlines(chapters: Sequence[Chapter]) -> dict[str, float]:
    """All chapters' headline numbers; where two chapters give one name, the earlier chapter's counts."""
    merged: dict[str, float] = {}
    for chapter in chapters:
        for name, value in chapter.headlines.items():
            merged.setdefault(name, value)
    return merged
