"""What is expected of people who have left goes to those who stay, nearest first; totals do not change."""

import numpy as np
import pandas as pd

from pipeline.analyses.forecast.series import Array, groups_of, sums_of
from pipeline.book import Book

PERSON = "person"
NEAREST_FIRST = (
    ("business_line", "product_line", "market", "department"),
    ("business_line", "market", "department"),
    ("market", "department"),
    ("market",),
)
"""Who takes over: people with the same of these, as long as there are any."""


def departed_people(book: Book) -> frozenset[str]:
    """The people known to have left by the book's date."""
    if not book.has("people"):
        return frozenset()
    people = book.whole.people.all()
    return frozenset(people.loc[people["left_on"] <= pd.Timestamp(book.as_of), "person_id"])


def handed_over(leaves: pd.DataFrame, amounts: Array, gone: frozenset[str]) -> Array:
    """Amounts (leaves by steps) with those of departed people taken over, in proportion, by those who stay.

    What nobody of the same market sells stays where it is.
    """
    if PERSON not in leaves or not gone:
        return amounts
    is_gone = leaves[PERSON].isin(gone).to_numpy()
    kept = np.where(is_gone[:, None], 0.0, amounts)
    open_amounts = amounts - kept
    for nearest in NEAREST_FIRST:
        alike = groups_of(leaves, [name for name in nearest if name in leaves])
        lost, held = sums_of(open_amounts, alike), sums_of(kept, alike)
        factor = np.where(held > 0, lost / np.where(held > 0, held, 1.0), 0.0)
        kept = kept * (1.0 + factor[alike])
        open_amounts = np.where((held > 0)[alike], 0.0, open_amounts)
    return np.asarray(kept + open_amounts)
