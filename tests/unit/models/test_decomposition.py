"""Splits that add up exactly, whatever the factors; two ways to compute each."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pipeline.errors import ModelInputError
from pipeline.models.decomposition import lmdi, shapley

factor = st.floats(-1e4, 1e4).map(lambda x: 0.0 if abs(x) < 1e-6 else x)
cases = arrays(np.float64, (3, 4), elements=factor)


def by_every_order(before, after):
    """The definition: the mean over all orders of what changing a factor at its turn does."""
    number = len(before)
    parts = np.zeros(number)
    orders = list(permutations(range(number)))
    for order in orders:
        state = list(before)
        for place in order:
            was = np.prod(state)
            state[place] = after[place]
            parts[place] += np.prod(state) - was
    return parts / len(orders)


def test_two_factors_share_the_joint_change():
    # 10 deals x 2 -> 12 deals x 3: 36 - 20 = 16; deals: 2 x (2 + 3) / 2 = 5; amount: 1 x (10 + 12) / 2 = 11
    assert shapley([10, 2], [12, 3]).tolist() == [[5.0, 11.0]]


@settings(max_examples=60, deadline=None)
@given(cases, cases)
def test_parts_add_up_to_the_difference(before, after):
    parts = shapley(before, after)
    difference = after.prod(axis=1) - before.prod(axis=1)
    scale = np.maximum(np.abs(before), np.abs(after)).prod(axis=1) + 1
    np.testing.assert_allclose(parts.sum(axis=1) / scale, difference / scale, atol=1e-9)


@settings(max_examples=30, deadline=None)
@given(cases, cases)
def test_subsets_give_what_orders_give(before, after):
    expected = np.array([by_every_order(b, a) for b, a in zip(before, after, strict=True)])
    scale = np.maximum(np.abs(before), np.abs(after)).prod(axis=1)[:, None] + 1
    np.testing.assert_allclose(shapley(before, after) / scale, expected / scale, atol=1e-9)


def test_a_factor_that_does_not_change_contributes_nothing():
    parts = shapley([[3, 0, 5.0]], [[3, 2, -1.0]])
    assert parts[0, 0] == 0
    assert parts.sum() == pytest.approx(3 * 2 * -1)


@settings(max_examples=60, deadline=None)
@given(
    arrays(np.float64, (4, 4), elements=st.floats(1e-3, 1e3)),
    arrays(np.float64, (4, 4), elements=st.floats(1e-3, 1e3)),
)
def test_logarithmic_parts_add_up_too(before, after):
    difference = after.prod(axis=1) - before.prod(axis=1)
    scale = np.maximum(before, after).prod(axis=1)
    np.testing.assert_allclose(lmdi(before, after).sum(axis=1) / scale, difference / scale, atol=1e-9)


def test_logarithmic_mean_near_equality_and_rows_with_zeros():
    nearly = lmdi([[2.0, 5.0]], [[2.0 * (1 + 1e-9), 5.0]])
    assert nearly.sum() == pytest.approx(1e-8, rel=1e-6)
    np.testing.assert_array_equal(lmdi([[0.0, 5.0]], [[2.0, 5.0]]), shapley([[0.0, 5.0]], [[2.0, 5.0]]))


def test_refuses_what_cannot_be_split():
    with pytest.raises(ModelInputError, match="shape"):
        shapley([1, 2], [1, 2, 3])
    with pytest.raises(ModelInputError, match="finite"):
        shapley([1, np.nan], [1, 2])
    with pytest.raises(ModelInputError, match="more than"):
        shapley(np.ones(9), np.ones(9))
