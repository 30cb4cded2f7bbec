"""Customer value: who is worth what, who is leaving, whom to sell what next (handbook, section 7).

Models learn on the whole company; tables show the customers of the book's scope.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.analyses.cache import cached
from pipeline.analyses.customer_value import customer_table as tables
from pipeline.analyses.customer_value.findings import findings_of, headlines_of
from pipeline.analyses.customer_value.proposals import proposals
from pipeline.analyses.customer_value.segments import Segmented, segmented
from pipeline.analyses.customer_value.track import summarised, track_record
from pipeline.analyses.customer_value.value import LearnedValue, learned_value
from pipeline.book import Book
from pipeline.errors import NotEnoughData
from pipeline.findings import Finding, Missing
from pipeline.models.concentration import concentration

Table = pd.DataFrame | Missing


@dataclass(frozen=True)
class CustomerValue:
    """Tables of the chapter; `Missing` stands where the data cannot support one.

    Attributes:
        customers: one row per customer and prospect of the scope (see `customer_table.customer_table`).
        value: traded customers by expected 12-month value, largest first.
        rfm: fifths of recency and frequency.
        pareto: one row per customer, largest 12-month amount first, cumulated shares.
        pareto_levels: share of the amount held by the first 1, 5, 10, 20, 50% of customers.
        phases: the life cycle.
        at_risk: who may be leaving, by value at stake.
        matrix: value x potential with treatment.
        margin: one row: rate of the company, covered (share of the amount whose cost is known; 0: assumed).
        grades: computed beside manual grades, counted.
        grade_differences: customers where both differ.
        segments: segments with size, money and change since last month.
        segment_moves: who moved from where to where since last month.
        segment_counts: how stable each number of segments was.
        segment_facts: one row: started_on, refits, moved_a_month, bounced.
        repeat_sales: product line proposals.
        repeat_lines: expected value of the proposals by product line and kind.
        repeat_sales_check: the proposals' rates, learned a year earlier, against what happened.
        cohorts: one row per quarter of first purchase and quarter since: share still buying, amount.
        track: past forecasts against what happened, beside the naive ones.
        track_summary: the same over all windows, one row per method.
        parameters: of the fitted models, with intervals.
        ways: how the level of purchases came about.
        headlines: stable names to numbers.
        findings: sentences, by money at stake.
    """

    customers: pd.DataFrame
    value: Table
    margin: Table
    rfm: Table
    pareto: Table
    pareto_levels: Table
    phases: Table
    at_risk: Table
    matrix: Table
    grades: Table
    grade_differences: Table
    segments: Table
    segment_moves: Table
    segment_counts: Table
    segment_facts: Table
    repeat_sales: Table
    repeat_lines: Table
    repeat_sales_check: Table
    cohorts: Table
    track: Table
    track_summary: Table
    parameters: Table
    ways: Table
    headlines: dict[str, float]
    findings: tuple[Finding, ...]


@cached
def analyse(book: Book) -> CustomerValue:
    """Customer value as of the book's date, of the book's scope."""
    learned, found = learned_value(book.whole), segmented(book.whole)
    now, before = _labels(found)
    rows = tables.customer_table(book, learned, now)
    if not book.scope.is_company:
        rows = rows.loc[rows["customer_id"].isin(book.customers.all()["customer_id"])].reset_index(drop=True)
    before = before.loc[before.index.isin(rows["customer_id"])]
    traded = bool(rows["is_traded"].any())
    sold = Missing("missing-purchases", tables=("orders",))
    pareto, levels = _pareto(rows)
    track = track_record(book.whole)
    results: dict[str, object] = {
        "customers": rows,
        "value": _or(learned, lambda: _by_value(rows)),
        "margin": _or(learned, lambda: _margin(learned)),
        "rfm": tables.rfm(rows) if traded else sold,
        "pareto": pareto,
        "pareto_levels": levels,
        "phases": tables.phases(rows) if traded else sold,
        "at_risk": _or(learned, lambda: tables.at_risk(rows)),
        "matrix": _or(learned, lambda: tables.matrix(rows)),
        "grades": tables.grade_counts(rows),
        "grade_differences": _differences(rows),
        "cohorts": _retention(book) if traded else sold,
        "track": track,
        "track_summary": track if isinstance(track, Missing) else summarised(track),
        "parameters": learned if isinstance(learned, Missing) else learned.parameters,
        "ways": learned if isinstance(learned, Missing) else learned.ways,
        **_segment_tables(found, rows, before),
        **proposals(book, rows, learned),
    }
    headlines = headlines_of(book, rows, results, learned)
    findings = findings_of(book, results, headlines)
    return CustomerValue(**results, headlines=headlines, findings=findings)  # type: ignore[arg-type]


def _or(learned: LearnedValue | Missing, make: Callable[[], pd.DataFrame]) -> Table:
    return learned if isinstance(learned, Missing) else make()


def _labels(found: Segmented | Missing) -> tuple[pd.DataFrame, pd.Series]:
    """Segments now (customer_id, segment) and a month earlier (by customer_id)."""
    if isinstance(found, Missing):
        return pd.DataFrame({"customer_id": [], "segment": []}, dtype=str), pd.Series(dtype=str)
    ends = sorted(found.labels["month_end"].unique())
    now = found.labels.loc[found.labels["month_end"] == ends[-1], ["customer_id", "segment"]]
    earlier = found.labels.loc[found.labels["month_end"] == ends[max(len(ends) - 2, 0)]]
    return now, earlier.set_index("customer_id")["segment"]


def _by_value(rows: pd.DataFrame) -> pd.DataFrame:
    found = rows.loc[rows["is_traded"] & rows["value_12_months"].notna()]
    order = ["value_12_months", "customer_id"]
    return found.sort_values(order, ascending=[False, True], kind="stable").reset_index(drop=True)


def _margin(learned: LearnedValue | Missing) -> pd.DataFrame:
    margins = learned.margins  # type: ignore[union-attr]
    return pd.DataFrame({"rate": [margins.overall], "covered": [margins.covered]})


def _differences(rows: pd.DataFrame) -> Table:
    if (rows["grade"] == "").all():
        return Missing("missing-grade-differences", reason="customer-value-no-manual-grades")
    return tables.grade_differences(rows)


def _pareto(rows: pd.DataFrame) -> tuple[Table, Table]:
    try:
        found = concentration(rows["amount_12_months"])
    except NotEnoughData:
        missing = Missing("missing-concentration", tables=("orders",))
        return missing, missing
    picked = rows.iloc[found.curve["position"].to_numpy()]
    curve = found.curve.assign(customer_id=picked["customer_id"].to_numpy(), name=picked["name"].to_numpy())
    levels = found.levels.assign(
        gini=found.gini,
        effective_count=found.effective_count,
        items_for_80_percent=found.items_for_80_percent,
    )
    return curve, levels


def _retention(book: Book) -> pd.DataFrame:
    """Shares of each quarter's new customers that bought again in later quarters (whole quarters only)."""
    cells = book.sales.cohorts(every="quarter")
    first = cells.loc[cells["periods_since"] == 0].set_index("cohort")["customers"]
    months = cells["cohort"].dt.year * 12 + cells["cohort"].dt.month - 1 + 3 * cells["periods_since"]
    after = (book.as_of + datetime.timedelta(days=1)).replace(day=1)
    over = months + 3 <= after.year * 12 + after.month - 1
    size = cells["cohort"].map(first)
    cells = cells.assign(cohort_customers=size, share=cells["customers"] / size)
    return pd.DataFrame(cells.loc[over]).reset_index(drop=True)


def _segment_tables(found: Segmented | Missing, rows: pd.DataFrame, before: pd.Series) -> dict[str, object]:
    names = ("segments", "segment_moves", "segment_counts", "segment_facts")
    if isinstance(found, Missing):
        return dict.fromkeys(names, found)
    with_mean = rows.assign(mean_purchase=rows["amount_positive"] / rows["purchase_days"].replace(0, np.nan))
    facts = {
        "started_on": [found.started_on],
        "refits": [found.refits],
        "moved_a_month": [found.moved_a_month],
        "bounced": [found.bounced],
    }
    moves = tables.segment_moves(rows, before)
    return dict(
        zip(
            names,
            (tables.segment_table(with_mean, before), moves, found.counts, pd.DataFrame(facts)),
            strict=True,
        )
    )
