"""Lessons: two deals alike at birth, one won and one lost, and how their ways parted."""

import numpy as np
import pandas as pd

from pipeline.analyses.win_loss.rates import closed_deals
from pipeline.analyses.win_loss.reasons import mapped_reasons
from pipeline.book import Book

MONTHS = 12
MOST_DEALS = 1_500
LIKE_FIELDS = ("industry", "product_line", "business_line", "source", "channel", "market", "size")
AMOUNT_WEIGHT = 1.5
"""A factor of e in the amount weighs as much as one and a half different fields."""


def similar_pairs(book: Book, most: int = 10) -> pd.DataFrame:
    """One row per pair of a won and a lost deal of the scope, closest first, each deal in one pair only.

    Columns: `won_id`, `lost_id`, `won_name`, `lost_name`, `distance` (number of fields that differ plus the
    weighted difference of log amounts), `alike` and `unlike` (fields that agree and differ, comma-separated),
    and for won and lost each: `amount`, `days` (from creation to close), `activities`, `pushes`, `reason`,
    `competitor`, `person`.
    """
    first = pd.Timestamp(book.period.last) + pd.Timedelta(days=1) - pd.DateOffset(months=MONTHS)
    deals = mapped_reasons(closed_deals(book, first.date(), book.period.last))
    deals = deals.sort_values("first_amount", ascending=False, kind="stable").head(MOST_DEALS)
    won, lost = deals.loc[deals["is_won"]], deals.loc[~deals["is_won"]]
    if won.empty or lost.empty:
        return pd.DataFrame()
    distance = _distances(won, lost)
    chosen = _closest(distance, most)
    return pd.DataFrame([_pair(won.iloc[i], lost.iloc[j], distance[i, j]) for i, j in chosen])


def _distances(won: pd.DataFrame, lost: pd.DataFrame) -> np.ndarray:
    logs = [np.log(np.maximum(f["first_amount"].fillna(0).to_numpy(), 1.0)) for f in (won, lost)]
    total = AMOUNT_WEIGHT * np.abs(logs[0][:, None] - logs[1][None, :])
    for name in LIKE_FIELDS:
        total += won[name].to_numpy()[:, None] != lost[name].to_numpy()[None, :]
    return np.asarray(total)


def _closest(distance: np.ndarray, most: int) -> list[tuple[int, int]]:
    """Greedy: the closest pair first, then the closest of the deals left."""
    order = np.argsort(distance, axis=None, kind="stable")[: 50 * most]
    used_won: set[int] = set()
    used_lost: set[int] = set()
    found: list[tuple[int, int]] = []
    for flat in order:
        i, j = divmod(int(flat), distance.shape[1])
        if i in used_won or j in used_lost:
            continue
        used_won.add(i)
        used_lost.add(j)
        found.append((i, j))
        if len(found) == most:
            break
    return found


def _pair(won: pd.Series, lost: pd.Series, distance: float) -> dict[str, object]:
    row: dict[str, object] = {
        "distance": float(distance),
        "alike": ",".join(name for name in LIKE_FIELDS if won[name] == lost[name] and won[name] != ""),
        "unlike": ",".join(name for name in LIKE_FIELDS if won[name] != lost[name]),
    }
    for side, deal in (("won", won), ("lost", lost)):
        row |= {
            f"{side}_id": deal["opportunity_id"],
            f"{side}_name": deal["name"] or deal["opportunity_id"],
            f"{side}_amount": float(deal["amount"]),
            f"{side}_days": int((deal["closed_on"] - deal["created_on"]).days),
            f"{side}_activities": int(deal["activities"]),
            f"{side}_pushes": int(deal["pushes"]),
            f"{side}_competitor": deal["competitor"],
            f"{side}_reason": deal["customer_reason"] or deal["rep_reason"],
            f"{side}_person": deal["person"],
        }
    return row
