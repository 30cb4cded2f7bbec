"""Large single sales, evened out before the models see them.

A few large sales make most of the noise of a month, and a model takes a month in which one of them came for
a new level. What a sale brings beyond a cap is therefore taken out of its month, and every month gets a load
on the rest instead, as actuaries cap large losses and load for the excess. The load is half way between the
same at all times and the same money in all years, because nothing tells whether large sales grow with the
others. Forecasts are still of everything, and they are judged by what really came.
"""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.analyses.forecast.series import Array, Leaves, leaves_of
from pipeline.book import Book

Ints = npt.NDArray[np.int64]

SHARE_BEYOND = 0.4
"""Share of all money that single sales bring beyond the cap."""
LATEST_MONTHS = 36
"""Months that tell how much comes beyond the cap."""
PRIOR_SALES = 20.0
"""A leaf is believed to bring as much beyond the cap as its business line does, and a line as the company, as
firmly as so many sales of that size would show it."""
KIND = "business_line"
GROWTH_SHARED = 0.5
"""How far what comes beyond the cap grows with the rest (1: alike, 0: not at all)."""
LEAST_LEVEL = 0.05
"""A year that brings less of what is usual lately (or takes back) counts as this."""
YEAR_MONTHS, YEAR_DAYS = 12, 365


def cap_of(book: Book, metric: str) -> float | None:
    """Size of a sale beyond which sales are evened out; None without sales."""
    return book.sales.cap(SHARE_BEYOND, metric) or None  # type: ignore[arg-type]


def evened_leaves(cells: pd.DataFrame, leaves: Leaves, cap: float) -> Leaves:
    """The leaves' months with large sales evened out; over the latest months they add up to what came.

    `cells`: those that the leaves were made of, with what lies beyond the cap.
    """
    beyond = leaves_of(cells.assign(amount=cells["beyond"]), leaves.months)
    kinds = _kinds(leaves.dimensions)
    evened = given_back(leaves.amounts, beyond.amounts, PRIOR_SALES * cap, kinds=kinds)
    return Leaves(leaves.dimensions, evened, leaves.months)


def evened_sums(sums: pd.DataFrame, cap: float) -> Array:
    """What each leaf (one row: dimensions, amount, beyond) brought in one period, large sales evened out."""
    came, beyond = (sums[name].to_numpy(dtype=float)[:, None] for name in ("amount", "beyond"))
    return given_back(came, beyond, PRIOR_SALES * cap, kinds=_kinds(sums))[:, 0]


def _kinds(rows: pd.DataFrame) -> Ints | None:
    return np.asarray(rows.groupby(KIND).ngroup(), dtype=np.int64) if KIND in rows else None


def days_to_learn(book: Book, metric: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The company's days (period_start, amount), and the same (every day) with large sales evened out."""
    cap = cap_of(book, metric)
    sold = book.sales.by_period(metric, "day", cap=cap)  # type: ignore[arg-type]
    came_on = sold[["period_start", "amount"]]
    if cap is None:
        return came_on, came_on
    days = pd.date_range(sold["period_start"].min(), book.as_of, freq="D", unit="s", name="period_start")
    daily = sold.set_index("period_start").reindex(days).fillna(0.0)
    came, beyond = (daily[name].to_numpy(dtype=float)[None, :] for name in ("amount", "beyond"))
    latest = LATEST_MONTHS * YEAR_DAYS // YEAR_MONTHS
    evened = given_back(came, beyond, 0.0, latest=latest, year=YEAR_DAYS)
    return came_on, pd.DataFrame({"period_start": days, "amount": evened[0]})


def evened_out(book: Book, metrics: Iterable[str]) -> pd.DataFrame:
    """What was evened out of the company's last twelve months, one row per metric.

    Columns: metric, cap (of a single sale), sales (larger than that), beyond (what they brought beyond it),
    share (of all that came).
    """
    first = pd.Timestamp(book.as_of) - pd.DateOffset(months=YEAR_MONTHS)
    rows = []
    for metric in metrics:
        cap = cap_of(book, metric)
        if cap is None:
            continue
        daily = book.sales.by_period(metric, "day", cap=cap)  # type: ignore[arg-type]
        lately = daily[daily["period_start"] > first]
        beyond, whole = (float(lately[name].sum()) for name in ("beyond", "amount"))
        share = beyond / whole if whole > 0 else float("nan")
        rows.append({"metric": metric, "cap": cap, "sales": int(lately["larger"].sum()), "beyond": beyond,
                     "share": share})  # fmt: skip
    return pd.DataFrame(rows)


def given_back(
    amounts: Array,
    beyond: Array,
    prior: float,
    *,
    kinds: Ints | None = None,
    latest: int = LATEST_MONTHS,
    year: int = YEAR_MONTHS,
) -> Array:
    """Spread what came beyond the cap: rows by periods, whose latest ones add up to what came in all.

    Args:
        amounts: what came.
        beyond: the part of it beyond the cap.
        prior: money below the cap, as whose worth a row is believed to be like others of its kind, and a kind
            like all.
        kinds: number of each row's kind; one kind by default.
        latest: periods that tell how much comes beyond.
        year: periods of a year.
    """
    left = amounts - beyond
    whole = np.nansum(left, axis=0)
    lately = slice(-latest, None)
    came, kept = np.nansum(amounts[:, lately], axis=1), np.nansum(left[:, lately], axis=1)
    if kept.sum() <= 0 or came.sum() <= kept.sum():
        return amounts
    kind = np.zeros(len(amounts), dtype=np.int64) if kinds is None else kinds
    brought, below = (np.bincount(kind, weights=each).astype(np.float64) for each in (came - kept, kept))
    usual = _loading(brought, below, prior, came.sum() / kept.sum() - 1)
    loading = _loading(came - kept, kept, prior, usual[kind])
    usual_level = kept.sum() / len(whole[lately])
    level = np.maximum(_yearly_mean(whole, year), LEAST_LEVEL * usual_level)
    shape = (usual_level / level) ** (1 - GROWTH_SHARED)
    given = np.nan_to_num(left) * loading[:, None] * shape
    return np.asarray(left + given * (came.sum() - kept.sum()) / max(float(given[:, lately].sum()), 1e-9))


def _loading(beyond: Array, below: Array, prior: float, usual: float | Array) -> Array:
    """What comes beyond the cap for each unit below it, pulled to the usual."""
    return np.asarray(
        np.maximum(beyond + prior * usual, 0.0) / np.maximum(np.maximum(below, 0.0) + prior, 1e-9)
    )


def _yearly_mean(values: Array, year: int) -> Array:
    """Mean of the year around each period; near the ends of the first or last whole year."""
    count = len(values)
    width = min(year, count)
    sums = np.concatenate([[0.0], np.cumsum(values)])
    first = np.clip(np.arange(count) - width // 2, 0, count - width)
    return np.asarray((sums[first + width] - sums[first]) / width)
