"""Large single sales, evened out before the models see them.

A few large sales make most of the noise of a month, and a model takes a month in which one of them came for
a new level. What a sale brings beyond a cap is therefore taken out of its month and given back to all months:
so actuaries cap large losses and load for the excess. Each month gets half of it in proportion to what the
rest brings then, and half the same (with the rest's season), because nothing tells whether large sales grow
with the others. Forecasts are still of everything, and they are judged by what really came.
"""

import numpy as np
import pandas as pd

from pipeline.analyses.forecast.series import Array, Leaves
from pipeline.book import Book
from pipeline.company import DIMENSIONS

SHARE_BEYOND = 0.4
"""Share of all money that single sales bring beyond the cap."""
LATEST_MONTHS = 36
"""Months that tell how much comes beyond the cap."""
PRIOR_SALES = 20.0
"""A leaf is believed to bring as much beyond the cap as the company does, as firmly as so many sales of that
size would show it."""
GROWTH_SHARED = 0.5
"""How far what comes beyond the cap grows with the rest (1: alike, 0: not at all)."""
YEAR_MONTHS, YEAR_DAYS = 12, 365


def evened_leaves(book: Book, metric: str, leaves: Leaves) -> Leaves:
    """The leaves' months with large sales evened out; over the latest months they add up to what came."""
    cap = book.sales.cap(SHARE_BEYOND, metric)  # type: ignore[arg-type]
    if cap <= 0 or not leaves.amounts.size:
        return leaves
    cells = book.sales.beyond(cap, metric, "month", DIMENSIONS)  # type: ignore[arg-type]
    beyond = np.zeros_like(leaves.amounts)
    used = list(leaves.dimensions.columns)
    row = np.zeros(len(cells), dtype=int)
    if used:
        rows = pd.MultiIndex.from_frame(leaves.dimensions)
        row = rows.get_indexer(pd.MultiIndex.from_frame(cells[used]))
    column = leaves.months.get_indexer(pd.DatetimeIndex(cells["period_start"]))
    inside = (row >= 0) & (column >= 0)
    np.add.at(beyond, (row[inside], column[inside]), cells["amount"].to_numpy(dtype=float)[inside])
    return Leaves(leaves.dimensions, given_back(leaves.amounts, beyond, PRIOR_SALES * cap), leaves.months)


def evened_days(book: Book, metric: str, daily: pd.DataFrame) -> pd.DataFrame:
    """The company's days (period_start, amount) with large sales evened out; every day from the first on."""
    cap = book.sales.cap(SHARE_BEYOND, metric)  # type: ignore[arg-type]
    if cap <= 0 or daily.empty:
        return daily
    days = pd.date_range(daily["period_start"].min(), book.as_of, freq="D", unit="s", name="period_start")
    cells = book.sales.beyond(cap, metric, "day")  # type: ignore[arg-type]
    came, beyond = (
        each.set_index("period_start")["amount"].reindex(days).fillna(0.0).to_numpy(dtype=float)[None, :]
        for each in (daily, cells)
    )
    latest = LATEST_MONTHS * YEAR_DAYS // YEAR_MONTHS
    evened = given_back(came, beyond, 0.0, latest=latest, year=YEAR_DAYS)
    return pd.DataFrame({"period_start": days, "amount": evened[0]})


def given_back(
    amounts: Array, beyond: Array, prior: float, *, latest: int = LATEST_MONTHS, year: int = YEAR_MONTHS
) -> Array:
    """Spread what came beyond the cap: rows by periods, whose latest ones add up to what came in all.

    Args:
        amounts: what came.
        beyond: the part of it beyond the cap.
        prior: money below the cap, as whose worth a row is believed to be like all rows.
        latest: periods that tell how much comes beyond.
        year: periods of a year.
    """
    left = amounts - beyond
    whole = np.nansum(left, axis=0)
    lately = slice(-latest, None)
    came, kept = np.nansum(amounts[:, lately], axis=1), np.nansum(left[:, lately], axis=1)
    if kept.sum() <= 0 or came.sum() <= kept.sum():
        return amounts
    usual = came.sum() / kept.sum() - 1
    loading = np.maximum(came - kept + prior * usual, 0.0) / np.maximum(np.maximum(kept, 0.0) + prior, 1e-9)
    level = np.maximum(_yearly_mean(whole, year), 1e-9)
    shape = (level[lately].mean() / level) ** (1 - GROWTH_SHARED)
    given = np.nan_to_num(left) * loading[:, None] * shape
    return np.asarray(left + given * (came.sum() - kept.sum()) / max(float(given[:, lately].sum()), 1e-9))


def _yearly_mean(values: Array, year: int) -> Array:
    """Mean of the year around each period; near the ends of the first or last whole year."""
    count = len(values)
    width = min(year, count)
    sums = np.concatenate([[0.0], np.cumsum(values)])
    first = np.clip(np.arange(count) - width // 2, 0, count - width)
    return np.asarray((sums[first + width] - sums[first]) / width)
