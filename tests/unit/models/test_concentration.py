"""Concentration against arithmetic and a naive pairwise Gini."""

import numpy as np
import pytest

from pipeline.errors import ModelInputError, NotEnoughData
from pipeline.models.concentration import concentration


def test_four_customers_by_hand():
    found = concentration([10, 60, 0, 20, 10, -5])
    assert found.curve["position"].tolist() == [1, 3, 0, 4]
    assert found.curve["share_of_value"].tolist() == pytest.approx([60 / 100, 80 / 100, 90 / 100, 1])
    assert found.items_for_80_percent == 2
    assert found.effective_count == pytest.approx(1 / (0.6**2 + 0.2**2 + 0.1**2 + 0.1**2))
    assert found.levels.set_index("share_of_items")["items"].to_dict() == {
        0.01: 1,
        0.05: 1,
        0.1: 1,
        0.2: 1,
        0.5: 2,
    }


def test_gini_is_the_mean_absolute_difference_over_twice_the_mean():
    values = np.random.default_rng(1).lognormal(size=200)
    pairs = np.abs(values[:, None] - values[None, :]).mean()
    assert concentration(values).gini == pytest.approx(pairs / (2 * values.mean()))


def test_equal_customers_are_not_concentrated():
    found = concentration([7.0] * 50)
    assert found.gini == pytest.approx(0)
    assert found.effective_count == pytest.approx(50)
    assert found.items_for_80_percent == 40


def test_nothing_to_concentrate():
    with pytest.raises(NotEnoughData):
        concentration([0.0, -1.0])
    with pytest.raises(ModelInputError):
        concentration([1.0, float("nan")])
