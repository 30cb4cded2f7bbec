"""Concentration: how much of the whole comes from how few.

Sources: Lorenz (1905); Gini (1914), in the form of Brown (1994) for grouped data; Hirschman (1945).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from pipeline.errors import ModelInputError, NotEnoughData

LEVELS = (0.01, 0.05, 0.10, 0.20, 0.50)


@dataclass(frozen=True)
class Concentration:
    """Concentration of positive amounts.

    Attributes:
        curve: one row per item, largest first: `position` in the list given, `value`, `share_of_items` and
            `share_of_value` cumulated from the largest.
        levels: one row per share of items (1, 5, 10, 20, 50%): `items` (rounded up) and `share_of_value`.
        gini: 0 when all are equal, towards 1 when one has everything.
        effective_count: 1 / sum of squared shares: equal items that would be as concentrated.
        items_for_80_percent: fewest items that hold 80% of the value.
    """

    curve: pd.DataFrame
    levels: pd.DataFrame
    gini: float
    effective_count: float
    items_for_80_percent: int


def concentration(values: ArrayLike) -> Concentration:
    """Concentration of one amount per item; items of zero or less (net credits) are left out.

    Raises:
        ModelInputError: an amount is not finite.
        NotEnoughData: no amount is positive.
    """
    amounts = np.asarray(values, dtype=np.float64)
    if not np.isfinite(amounts).all():
        raise ModelInputError("concentration needs finite amounts.")
    order = np.argsort(-amounts, kind="stable")
    order = order[amounts[order] > 0]
    if order.size == 0:
        raise NotEnoughData("Concentration needs at least one positive amount.")
    largest_first = amounts[order]
    share_of_value = largest_first.cumsum() / largest_first.sum()
    share_of_value[-1] = 1.0
    share_of_items = np.arange(1, order.size + 1) / order.size
    curve = pd.DataFrame(
        {
            "position": order,
            "value": largest_first,
            "share_of_items": share_of_items,
            "share_of_value": share_of_value,
        }
    )
    counts = [int(np.ceil(level * order.size - 1e-9)) for level in LEVELS]
    levels = pd.DataFrame(
        {
            "share_of_items": LEVELS,
            "items": counts,
            "share_of_value": [share_of_value[count - 1] for count in counts],
        }
    )
    shares = largest_first / largest_first.sum()
    return Concentration(
        curve=curve,
        levels=levels,
        gini=_gini(share_of_value),
        effective_count=float(1 / (shares @ shares)),
        items_for_80_percent=int(np.searchsorted(share_of_value, 0.8 - 1e-12) + 1),
    )


def _gini(share_of_value: np.ndarray) -> float:
    """Twice the area between the curve (from the largest) and the diagonal, by trapezoids."""
    heights = np.concatenate([[0.0], share_of_value])
    area = float(((heights[1:] + heights[:-1]) / 2).mean())
    return 2 * area - 1
