"""The gap of each horizon, of the whole and of each value of each cut, split into its parts."""

import pandas as pd

from pipeline.analyses.performance.attainment import Horizon, actual_by, horizons, plan_to_date
from pipeline.analyses.performance.factors import PARTS, deal_counts, gap_parts
from pipeline.book import Book

CUTS = ("market", "business_line", "department", "person")
WHOLE = "company"


def gap_tables(book: Book, targets: pd.DataFrame, deals: pd.DataFrame) -> pd.DataFrame:
    """One row per horizon, cut and value: what is missing to date, and why.

    The whole has the cut `company`. Columns: horizon, period, cut, value, and those of `gap_parts`; the parts
    add up to gap in every row. Horizons and cuts without a target are left out. `deals` has qualified_on.
    """
    parts = [
        part
        for horizon in horizons(book)
        for cut in (WHOLE, *CUTS)
        if (part := _one(book, targets, deals, horizon, cut)) is not None
    ]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _one(
    book: Book, targets: pd.DataFrame, deals: pd.DataFrame, horizon: Horizon, cut: str
) -> pd.DataFrame | None:
    by = () if cut == WHOLE else (cut,)
    plan = plan_to_date(book, targets, horizon, "contracts", by)
    if plan is None:
        return None
    first, last = horizon.period.first, horizon.last_actual
    before = horizon.a_year_before()
    actual, sold = actual_by(book, "contracts", first, last, by), actual_by(book, "contracts", *before, by)
    counts, usual = deal_counts(deals, first, last, by), deal_counts(deals, *before, by)
    tables = [_indexed(table, by) for table in (plan, actual, sold)]
    index = tables[0].index.union(tables[1].index).union(counts.index.astype("str") if by else counts.index)
    planned = tables[0].reindex(index).fillna(0.0)
    split = gap_parts(planned, tables[1], counts, usual, tables[2])
    frame = split.rename_axis("value").reset_index()
    if not by:
        frame["value"] = ""
    frame.insert(0, "cut", cut)
    frame.insert(0, "period", horizon.period.key)
    frame.insert(0, "horizon", horizon.period.kind)
    return frame


def _indexed(table: pd.DataFrame, by: tuple[str, ...]) -> pd.Series:
    return table.set_index(by[0])["amount"] if by else table["amount"]


def residuals(gaps: pd.DataFrame) -> pd.Series:
    """What the parts leave unexplained in each row: zero but for the last bits."""
    return gaps["gap"] - gaps[list(PARTS)].sum(axis=1)
