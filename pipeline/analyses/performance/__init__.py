"""Performance: where we stand against target, why, and what it takes (handbook section 4)."""

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from pipeline.analyses.cache import cached
from pipeline.analyses.funnel.open_deals import with_state
from pipeline.analyses.funnel.outlook import company_outlook
from pipeline.analyses.funnel.passages import stage_limits
from pipeline.analyses.performance.attainment import attainment, attainment_by, attainment_of_halves
from pipeline.analyses.performance.causes import causes, main_cause
from pipeline.analyses.performance.checks import level_breaches, smart_audit
from pipeline.analyses.performance.factors import qualified_on
from pipeline.analyses.performance.gaps import LANDING, WHOLE, Stood, gap_tables, of_focus
from pipeline.analyses.performance.landing import landing_of
from pipeline.analyses.performance.needs import deals_needed, dominant_deal
from pipeline.analyses.performance.proposal import proposal, with_override
from pipeline.analyses.performance.sentences import findings_of, headlines_of
from pipeline.analyses.target_levels import TargetTree
from pipeline.book import Book
from pipeline.findings import Finding, Missing
from pipeline.parameters import Period

__all__ = ["PerformanceResult", "analyse", "with_override"]

Table = pd.DataFrame | Missing


@dataclass(frozen=True)
class PerformanceResult:
    """The tables of the performance chapter; each is described at the function that makes it.

    Attributes:
        attainment: the whole, by horizon and metric.
        attainment_by: contracts by horizon and every dimension.
        landing: where the coming month, quarter and year will land.
        gaps: the gap to date and the gap to the target with their parts, by horizon and dimension.
        causes: why the year is behind its plan to date, with tests, money and share of that gap and of the
            gap to the target.
        main_cause: the cause with most money; "" if there is none.
        required: qualified deals still needed, by period and segment.
        breaches: targets that do not add up.
        proposal: next period's split.
        audit: targets with the SMART letters they pass.
    """

    attainment: Table
    attainment_by: Table
    landing: Table
    gaps: Table
    causes: Table
    required: Table
    breaches: Table
    proposal: Table
    audit: Table
    main_cause: str = ""
    headlines: dict[str, float] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


@cached
def analyse(
    book: Book, landing: pd.DataFrame | None = None, outlook: pd.DataFrame | None = None
) -> PerformanceResult:
    """Performance of the book's scope.

    Args:
        book: the book.
        landing: as the sales forecast makes it; computed if not given.
        outlook: as the win and loss analysis makes it; computed if not given.
    """
    if not book.has("orders") and not book.has("opportunities"):
        return _nothing()
    year = Period.containing(book.as_of, "year")
    targets = book.targets.in_force(year.first, year.last)
    tree = TargetTree(targets)
    tables: dict[str, Any] = {
        "attainment": attainment(book, tree),
        "attainment_by": attainment_by(book, tree),
        "landing": landing_of(book) if landing is None else landing,
        "breaches": level_breaches(tree, year) if len(targets) else _no_targets("missing-target-checks"),
    }
    tables |= _from_deals(book, tree, tables, outlook)
    tables["audit"] = (
        smart_audit(book, targets, tables["breaches"], tables["landing"])
        if len(targets)
        else _no_targets("missing-target-audit")
    )
    stated = headlines_of(tables)
    if not book.has("payments"):
        stated = {name: value for name, value in stated.items() if not name.startswith("collections_")}
    return PerformanceResult(**tables, headlines=stated, findings=findings_of(tables, book))


def _from_deals(
    book: Book, tree: TargetTree, tables: dict[str, Any], outlook: pd.DataFrame | None
) -> dict[str, Any]:
    deals, spells = book.opportunities.as_they_stood(), book.opportunities.stage_spells()
    deals = deals.assign(qualified_on=qualified_on(spells, deals).to_numpy())
    limits = stage_limits(spells, deals, book.company.deals.stalled_quantile)
    waiting = with_state(deals, book.company, limits, book.as_of)
    made: dict[str, Any] = {"proposal": proposal(book, waiting)}
    if tree.is_empty or deals.empty:
        missing = ("targets",) if tree.is_empty else ("opportunities",)
        names = ("gaps", "causes", "required")
        return made | {name: Missing(f"missing-{name}", tables=missing) for name in names}
    outlook = company_outlook(book) if outlook is None else outlook
    stood = Stood(tables["attainment"], tables["attainment_by"], tables["landing"], deals, outlook)
    gaps = gap_tables(book, stood)
    needed = deals_needed(book, deals, waiting, outlook, tables["landing"])
    made["gaps"] = gaps if len(gaps) else _no_targets("missing-gaps")
    made["required"] = needed if len(needed) else _no_targets("missing-required")
    made["causes"] = _no_targets("missing-causes")
    focus = of_focus(gaps)
    if len(focus):
        whole = focus.loc[focus["cut"] == WHOLE].iloc[0]
        halves = attainment_of_halves(book, tree)
        dominant = dominant_deal(waiting, outlook, book.as_of)
        ahead = of_focus(gaps, LANDING)
        made["causes"] = causes(whole, focus, halves, dominant, book.company.performance, ahead=ahead)
        made["main_cause"] = main_cause(made["causes"])
    return made


def _no_targets(what: str) -> Missing:
    return Missing(what, tables=("targets",))


def _nothing() -> PerformanceResult:
    missing = Missing("missing-performance", tables=("orders", "opportunities"))
    names = [name for name, kind in PerformanceResult.__dataclass_fields__.items() if kind.type == Table]
    tables: dict[str, Any] = dict.fromkeys(names, missing)
    return PerformanceResult(**tables)
