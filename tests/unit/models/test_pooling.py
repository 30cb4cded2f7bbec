"""Partial pooling against hand arithmetic and simulated groups with known rates."""

import numpy as np
import pandas as pd
import pytest

from pipeline.errors import ModelInputError, NotEnoughData
from pipeline.models.pooling import homogeneity_p_value, pool_rates, wilson_interval


def groups(won: list[int], closed: list[int]) -> pd.DataFrame:
    return pd.DataFrame({"group": [f"g{i}" for i in range(len(won))], "won": won, "closed": closed})


def test_wilson_by_hand() -> None:
    # 8 of 10, z = 1.96: centre (8 + z^2/2) / (10 + z^2), half width z sqrt(8*2/10 + z^2/4) / (10 + z^2)
    z = 1.959964
    centre, half = (8 + z**2 / 2) / (10 + z**2), z * (8 * 2 / 10 + z**2 / 4) ** 0.5 / (10 + z**2)
    low, high = wilson_interval([8], [10])
    assert low[0] == pytest.approx(centre - half, rel=1e-5)
    assert high[0] == pytest.approx(centre + half, rel=1e-5)


def test_chi_square_of_two_groups_by_hand() -> None:
    # 30/50 and 20/50 around 0.5: 4 cells of (5^2 / 25) = 4.0 on one degree of freedom
    assert homogeneity_p_value([30, 20], [50, 50]) == pytest.approx(0.04550, abs=1e-5)


def test_small_groups_move_further_than_large_ones() -> None:
    pooled = pool_rates(groups([1, 90, 30, 20, 55], [1, 100, 100, 100, 100])).rates
    assert pooled["own_weight"].iloc[0] < 0.3 < 0.8 < pooled["own_weight"].iloc[1]
    assert abs(pooled["rate"].iloc[1] - 0.9) < 0.05 < abs(pooled["rate"].iloc[0] - 1.0)
    assert (pooled["rate_low"] < pooled["rate"]).all()
    assert (pooled["next_high"] >= pooled["rate_high"] - 0.05).all()


def test_equal_groups_collapse_to_the_whole() -> None:
    pooled = pool_rates(groups([10, 11, 9, 10, 12, 8] * 5, [20] * 30))
    assert pooled.rates["rate"].between(0.45, 0.55).all()
    assert pooled.spread < 0.05
    assert pooled.difference_p_value > 0.5


def test_groups_without_cases_get_the_common_rate_and_a_wide_interval() -> None:
    pooled = pool_rates(groups([0, 60, 20, 45], [0, 100, 100, 100])).rates
    assert np.isnan(pooled["raw_rate"].iloc[0])
    assert pooled["rate"].iloc[0] == pytest.approx(0.417, abs=0.06)
    assert pooled["rate_high"].iloc[0] - pooled["rate_low"].iloc[0] > 0.3


def test_shrunken_rates_predict_better_and_intervals_hold() -> None:
    rng = np.random.default_rng(3)
    losses = {"raw": 0.0, "pooled": 0.0, "shrunken": 0.0}
    held, next_held, seen = 0, 0, 0
    for _ in range(40):
        true = rng.beta(0.45 * 30, 0.55 * 30, 25)
        closed = rng.integers(3, 40, 25)
        won, later = rng.binomial(closed, true), rng.binomial(closed, true)
        rates = pool_rates(groups(won.tolist(), closed.tolist())).rates
        losses["raw"] += ((rates["raw_rate"] - true) ** 2).sum()
        losses["pooled"] += ((won.sum() / closed.sum() - true) ** 2).sum()
        losses["shrunken"] += ((rates["rate"] - true) ** 2).sum()
        held += rates["rate_low"].le(true).mul(rates["rate_high"].ge(true)).sum()
        next_held += ((later / closed >= rates["next_low"]) & (later / closed <= rates["next_high"])).sum()
        seen += 25
    assert losses["shrunken"] < losses["pooled"] < losses["raw"]
    assert 0.93 <= held / seen <= 0.97
    assert 0.93 <= next_held / seen <= 0.99  # whole numbers of deals: never below, sometimes above


def test_impossible_counts_are_refused() -> None:
    with pytest.raises(ModelInputError, match="won <= closed"):
        pool_rates(groups([3], [2]))
    with pytest.raises(NotEnoughData):
        pool_rates(groups([0, 0], [0, 0]))
