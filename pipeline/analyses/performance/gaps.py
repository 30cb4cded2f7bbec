"""The gap of each horizon, of the whole and of each value of each cut, split into its parts.

Two gaps: to date (plan to date less actual) and to the target (target less landing). Both are split alike.
"""

import datetime
from dataclasses import dataclass

import pandas as pd

from pipeline.analyses.funnel.outlook import chance_within
from pipeline.analyses.performance.attainment import CUTS, Horizon, horizons
from pipeline.analyses.performance.factors import COUNTS, PARTS, deal_counts, expected_counts, gap_parts
from pipeline.analyses.sold import actual_by
from pipeline.book import Book
from pipeline.parameters import Period

WHOLE = "company"
TO_DATE, LANDING = "to_date", "landing"
FOCUS = "year"
"""The causes are those of the year: long enough for its shares to mean something."""


@dataclass(frozen=True)
class Stood:
    """What the gaps are made of.

    Attributes:
        whole, by: as `attainment` and `attainment_by` make them.
        landing: as the sales forecast makes it.
        deals: every deal, with qualified_on.
        outlook: opportunity_id, week_start, p_won, p_lost of open deals.
    """

    whole: pd.DataFrame
    by: pd.DataFrame
    landing: pd.DataFrame
    deals: pd.DataFrame
    outlook: pd.DataFrame


def gap_tables(book: Book, stood: Stood) -> pd.DataFrame:
    """One row per basis, horizon, cut and value: what is missing, and why.

    Basis `to_date` is the plan to date less the actual of the period that contains the book's date; basis
    `landing` the target less the landing of the period that contains the day after. The whole has the cut
    `company`. Columns: basis, horizon, period, cut, value, and those of `gap_parts`; the parts add up to gap
    in every row. Horizons and cuts without a target are left out.
    """
    made = [_to_date(stood, horizon, cut) for horizon in horizons(book) for cut in (WHOLE, *CUTS)]
    # A landing that does not tell what the open deals bring of it cannot be split.
    for kind in stood.landing.loc[stood.landing["from_open_deals"].notna(), "period"].unique():
        ahead = _ahead(book, stood, kind)
        made += [_to_target(book, stood, ahead, cut) for cut in (WHOLE, *CUTS)]
    found = [part for part in made if part is not None]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame()


def _to_date(stood: Stood, horizon: Horizon, cut: str) -> pd.DataFrame | None:
    by = () if cut == WHOLE else (cut,)
    table = stood.by.loc[stood.by["cut"] == cut] if by else stood.whole
    rows = table.loc[(table["horizon"] == horizon.period.kind) & (table["metric"] == "contracts")]
    if not rows["plan_to_date"].notna().any():
        return None
    rows = rows.assign(value=rows["value"] if by else "").set_index("value")
    spans = ((horizon.period.first, horizon.last_actual), horizon.a_year_before())
    reached, usual = (_in_index(deal_counts(stood.deals, *span, by)) for span in spans)
    index = rows.index.union(reached.index)
    plan, actual, before = (
        rows[name].reindex(index).fillna(0.0) for name in ("plan_to_date", "actual", "last_year")
    )
    split = gap_parts(plan, _with_sources(reached, actual), _with_sources(usual, before))
    return _placed(split, TO_DATE, horizon.period, cut)


def _with_sources(counts: pd.DataFrame, sold: pd.Series) -> pd.DataFrame:
    """Counts of a span that is over: what did not come from deals came without one."""
    counts = counts.reindex(sold.index).fillna(0.0)
    return counts.assign(without_deal=sold - counts["amount"], to_come=0.0)


@dataclass(frozen=True)
class Ahead:
    """A period to be landed, and the chances of its open deals to be won or lost in the rest of it.

    The chances to be won are at the landing's level: they bring what the landing expects of open deals.
    """

    period: Period
    landed: pd.DataFrame
    waiting: pd.DataFrame
    won: pd.Series
    lost: pd.Series


def _ahead(book: Book, stood: Stood, kind: str) -> Ahead:
    landed = stood.landing.loc[stood.landing["period"] == kind]
    period = Period.parse(str(landed["period_key"].iloc[0]), book.as_of)
    tomorrow = max(period.first, book.as_of + datetime.timedelta(days=1))
    won, lost = (chance_within(stood.outlook, tomorrow, period.last, end) for end in ("p_won", "p_lost"))
    waiting = stood.deals.loc[(stood.deals["outcome"] == "open") & stood.deals["qualified_on"].notna()]
    brought = float((waiting["opportunity_id"].map(won).fillna(0.0) * waiting["amount"].fillna(0.0)).sum())
    whole = landed.loc[landed["dimension"] == WHOLE, "from_open_deals"].sum()
    return Ahead(period, landed, waiting, won * (whole / brought if brought > 0 else 1.0), lost)


def _to_target(book: Book, stood: Stood, ahead: Ahead, cut: str) -> pd.DataFrame | None:
    by = () if cut == WHOLE else (cut,)
    rows = ahead.landed.loc[ahead.landed["dimension"] == cut].set_index("value")
    if not rows["target"].notna().any():
        return None
    first, last, as_of = ahead.period.first, ahead.period.last, book.as_of
    expected = _in_index(expected_counts(ahead.waiting, ahead.won, ahead.lost, by))
    counted = _in_index(deal_counts(stood.deals, first, min(last, as_of), by, as_of))
    reached = counted.add(expected, fill_value=0.0)
    sold, coming = rows["signed"], rows["landing"] - rows["signed"]
    reached = _of_sources(reached, sold, coming, counted["amount"], expected["amount"])
    usual = _year_before(book, stood, ahead.period, by)
    return _placed(gap_parts(rows["target"].fillna(0.0), reached, usual), LANDING, ahead.period, cut)


def _year_before(book: Book, stood: Stood, period: Period, by: tuple[str, ...]) -> pd.DataFrame:
    """The same period a year before, told apart by what was known at the same day of that year."""
    first, last, seen = (_year_back(day) for day in (period.first, period.last, book.as_of))
    counts = _in_index(deal_counts(stood.deals, first, last, by, seen))
    by_then = _in_index(deal_counts(stood.deals, first, min(last, seen), by, seen))
    sold = _indexed(actual_by(book, "contracts", first, min(last, seen), by), by)
    whole = _indexed(actual_by(book, "contracts", first, last, by), by)
    sold, whole = (table.reindex(table.index.union(counts.index)).fillna(0.0) for table in (sold, whole))
    later = counts["amount"] - by_then["amount"].reindex(counts.index).fillna(0.0)
    return _of_sources(counts, sold, whole.sub(sold, fill_value=0.0), by_then["amount"], later)


def _of_sources(
    counts: pd.DataFrame, sold: pd.Series, coming: pd.Series, of_sold: pd.Series, of_coming: pd.Series
) -> pd.DataFrame:
    """Counts with without_deal (of what is sold) and to_come (coming, but from no deal in hand)."""
    index = sold.index.union(coming.index)
    sold, coming, of_sold, of_coming = (
        amounts.reindex(index).fillna(0.0) for amounts in (sold, coming, of_sold, of_coming)
    )
    counted = counts.reindex(index).fillna(0.0)[list(COUNTS)]
    return counted.assign(without_deal=sold - of_sold, to_come=coming - of_coming)


def _year_back(day: datetime.date) -> datetime.date:
    """The same day last year; a month's last day stays its month's last."""
    last = day == Period.containing(day, "month").last
    moved = (pd.Timestamp(day) - pd.DateOffset(years=1)).date()
    return Period.containing(moved, "month").last if last else moved


def _placed(split: pd.DataFrame, basis: str, period: Period, cut: str) -> pd.DataFrame:
    place = {"basis": basis, "horizon": period.kind, "period": period.key, "cut": cut}
    return split.rename_axis("value").reset_index().assign(**place)[[*place, "value", *split.columns]]


def _indexed(table: pd.DataFrame, by: tuple[str, ...]) -> pd.Series:
    return table.set_index(by[0])["amount"] if by else _in_index(table)["amount"]


def _in_index(counts: pd.DataFrame) -> pd.DataFrame:
    """The whole's only row under the value ""."""
    return counts if counts.index.dtype != "int64" else counts.set_axis([""] * len(counts), axis=0)


def of_focus(gaps: pd.DataFrame, basis: str = TO_DATE) -> pd.DataFrame:
    """The year's rows of a basis. The causes speak of the gap to date, which holds nothing but facts."""
    return gaps.loc[(gaps["basis"] == basis) & (gaps["horizon"] == FOCUS)] if len(gaps) else gaps


def residuals(gaps: pd.DataFrame) -> pd.Series:
    """What the parts leave unexplained in each row: zero but for the last bits."""
    return gaps["gap"] - gaps[list(PARTS)].sum(axis=1)
