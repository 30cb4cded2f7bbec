"""Tables of repeat sales: proposals, their sums by product line, and how such proposals did before."""

import pandas as pd

from pipeline.analyses.customer_value.repeat_sales import (
    LineRates,
    beats_chance,
    learned_rates,
    rates_held_against,
    repeat_sales,
)
from pipeline.analyses.customer_value.value import LearnedValue
from pipeline.book import Book
from pipeline.findings import Missing

WHAT = "missing-repeat-sales"
TABLES = ("repeat_sales", "repeat_lines", "repeat_sales_check")
NOTHING = LineRates(pd.Series(dtype="float64"), pd.DataFrame())

Tables = dict[str, pd.DataFrame | Missing]


def proposals(book: Book, rows: pd.DataFrame, learned: LearnedValue | Missing) -> Tables:
    """Tables by name: `repeat_sales`, `repeat_lines`, `repeat_sales_check`.

    New lines are proposed only if chances learned a window earlier found clearly more buyers than lots would
    have; purchases to come of lines that customers know stay.

    Args:
        book: the book.
        rows: customers of the scope.
        learned: expected values, or why there are none.
    """
    if isinstance(learned, Missing):
        return dict.fromkeys(TABLES, learned)
    lines = book.whole.sales.customer_product_lines()
    if lines.loc[lines["product_line"] != "", "product_line"].nunique() < 2:
        return dict.fromkeys(TABLES, Missing(WHAT, reason="customer-value-no-lines"))
    as_of = pd.Timestamp(book.as_of)
    rates, check = _tested(lines, learned, as_of)
    made = repeat_sales(lines, learned.customers, as_of, rates, learned.margins)
    shown = made.merge(rows[["customer_id", "name", "rep_id", "market"]], on="customer_id")
    reason = _reason(check)
    if reason:
        shown = shown.loc[shown["kind"] == "again"].reset_index(drop=True)
    refused = Missing(WHAT, reason=reason)
    return {
        "repeat_sales": refused if reason else shown,
        "repeat_lines": _by_line(shown),
        "repeat_sales_check": refused if check is None else check,
    }


def _tested(
    lines: pd.DataFrame, learned: LearnedValue, as_of: pd.Timestamp
) -> tuple[LineRates, pd.DataFrame | None]:
    """Rates learned from the last window, and how those of the window before did in it."""
    if not learned.expected_then:
        return NOTHING, None
    days = min(learned.expected_then)
    window, recent = pd.Timedelta(days=days), learned.expected_then[days]
    rates = learned_rates(lines, recent, as_of - window, as_of)
    before = learned.expected_then.get(2 * days)
    if before is None:
        return rates, None
    earlier = learned_rates(lines, before, as_of - 2 * window, as_of - window)
    return rates, rates_held_against(lines, recent, earlier, as_of - window, as_of)


def _reason(check: pd.DataFrame | None) -> str:
    if check is None or check.empty:
        return "customer-value-proposals-untested"
    return "" if beats_chance(check) else "customer-value-proposals-no-better"


def _by_line(shown: pd.DataFrame) -> pd.DataFrame:
    """Sums of expected value: one row per product line and kind, the line with most first."""
    sums = shown.groupby(["product_line", "kind"], as_index=False)["expected_value"].sum()
    order = sums.groupby("product_line")["expected_value"].transform("sum").sort_values(ascending=False)
    return pd.DataFrame(sums.loc[order.index].sort_values("kind", kind="stable").reset_index(drop=True))
