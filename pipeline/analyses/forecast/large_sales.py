"""Large single sales, evened out before the models see them.

A few large sales make most of the noise of a month, and a model takes a month in which one of them came for
a new level. What a sale brings beyond a cap is therefore taken out of its month and given back to all months:
so actuaries cap large losses and load for the excess. Each month gets half of it in proportion to what the
rest brings then, and half the same (with the rest's season), because nothing tells whether large sales grow
with the others. Forecasts are still of everything, and they are judged by what really came.
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from pipeline.analyses.forecast.series import Array, Leaves, leaves_of
from pipeline.book import Book

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


def cap_of(book: Book, metric: str) -> float | None:
    """Size of a sale beyond which sales are evened out; None without sales."""
    return book.sales.cap(SHARE_BEYOND, metric) or None  # type: ignore[arg-type]


def evened_leaves(cells: pd.DataFrame, leaves: Leaves, cap: float) -> Leaves:
    """The leaves' months with large sales evened out; over the latest months they add up to what came.

    `cells`: those that the leaves were made of, with what lies beyond the cap.
    """
    beyond = leaves_of(cells.assign(amount=cells["beyond"]), leaves.months)
    return Leaves(
        leaves.dimensions, given_back(leaves.amounts, beyond.amounts, PRIOR_SALES * cap), leaves.months
    )


def evened_days(book: Book, metric: str) -> pd.DataFrame:
    """The company's days (period_start, amount) with large sales evened out; every day from the first on."""
    daily = book.sales.by_period(metric, "day", cap=cap_of(book, metric))  # type: ignore[arg-type]
    if daily.empty:
        return daily
    days = pd.date_range(daily["period_start"].min(), book.as_of, freq="D", unit="s", name="period_start")
    daily = daily.set_index("period_start").reindex(days).fillna(0.0)
    came, beyond = (daily[name].to_numpy(dtype=float)[None, :] for name in ("amount", "beyond"))
    latest = LATEST_MONTHS * YEAR_DAYS // YEAR_MONTHS
    evened = given_back(came, beyond, 0.0, latest=latest, year=YEAR_DAYS)
    return pd.DataFrame({"period_start": days, "amount": evened[0]})


def evened_out(book: Book, metrics: Iterable[str]) -> pd.DataFrame:
    """What was evened out of the company's last twelve months, one row per metric.

    Columns: metric, cap (of a single sale), sales (larger than that), beyond (what they brought beyond it),
    share (of all that came).
    """
    first = pd.Timestamp(book.as_of) - pd.DateOffset(months=YEAR_MONTHS)
    rows = []
    for metric in metrics:
        cap = cap_of(book, metric)
        daily = book.sales.by_period(metric, "day", cap=cap)  # type: ignore[arg-type]
        lately = daily[daily["period_start"] > first]
        beyond, whole = (float(lately[name].sum()) for name in ("beyond", "amount"))
        share = beyond / whole if whole > 0 else float("nan")
        rows.append({"metric": metric, "cap": cap, "sales": int(lately["larger"].sum()), "beyond": beyond,
                     "share": share})  # fmt: skip
    return pd.DataFrame(rows)


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
