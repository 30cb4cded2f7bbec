"""Reconciliation: sums, scale, signs, and agreement with the textbook formula."""

import numpy as np
import pytest

from pipeline.errors import ModelInputError
from pipeline.models.reconciliation import reconcile, summing_matrix

GROUPS = [[1, 1, 1, 1], [1, 1, 0, 0], [0, 0, 1, 1]]
SUMMING = summing_matrix(GROUPS)


def past_errors(seed: int = 1, moments: int = 30) -> np.ndarray:
    drawn = np.random.default_rng(seed)
    return SUMMING @ drawn.normal(0, [[3.0], [1.0], [2.0], [5.0]], (4, moments)) + drawn.normal(
        0, 1, (7, moments)
    )


def test_weighted_least_squares_by_the_textbook():
    base = np.array([[100.0], [40.0], [50.0], [22.0], [20.0], [30.0], [25.0]])
    errors = past_errors()
    inverse = np.diag(1 / (errors**2).mean(axis=1))
    expected = SUMMING @ np.linalg.solve(SUMMING.T @ inverse @ SUMMING, SUMMING.T @ inverse @ base)
    np.testing.assert_allclose(
        reconcile(base, SUMMING, errors, method="variances", decimals=None), expected, rtol=1e-5
    )


@pytest.mark.parametrize("method", ["shrunk", "variances", "bottom_up"])
def test_totals_are_sums_to_the_cent(method):
    base = np.abs(np.random.default_rng(2).normal(1e6, 3e5, (7, 12)))
    result = reconcile(base, SUMMING, past_errors(), method=method)
    np.testing.assert_allclose(result[0], result[3:].sum(axis=0), rtol=1e-15)
    np.testing.assert_allclose(result[1], result[3] + result[4], rtol=1e-15)
    np.testing.assert_array_equal(result[3:], np.round(result[3:], 2))


@pytest.mark.parametrize("factor", [1e-6, 1e6, 1e12])
def test_amounts_of_any_size_get_the_same_shares(factor):
    base = np.abs(np.random.default_rng(2).normal(100, 30, (7, 3)))
    once = reconcile(base, SUMMING, past_errors(), decimals=None)
    np.testing.assert_allclose(
        reconcile(base * factor, SUMMING, past_errors() * factor, decimals=None), once * factor, rtol=1e-9
    )


def test_no_bottom_goes_below_zero():
    base = np.array([[10.0], [1.0], [9.0], [6.0], [0.1], [6.0], [3.0]])
    result = reconcile(base, SUMMING, past_errors())
    assert (result >= 0).all()
    assert result[0, 0] == pytest.approx(result[3:].sum())


def test_coherent_forecasts_stay():
    bottoms = np.array([[1.0], [2.0], [3.0], [4.0]])
    base = SUMMING @ bottoms
    np.testing.assert_allclose(reconcile(base, SUMMING, past_errors()), base, rtol=1e-9)


def test_errors_fall_on_simulated_hierarchies():
    drawn = np.random.default_rng(7)
    before = after = 0.0
    for _ in range(200):
        truth = SUMMING @ drawn.uniform(50, 150, (4, 1))
        noise = drawn.normal(0, [[8.0], [6], [6], [12], [12], [12], [12]], (7, 41))
        base = truth + noise[:, :1]
        before += np.abs(base - truth).sum()
        after += np.abs(reconcile(base, SUMMING, noise[:, 1:]) - truth).sum()
    assert after < 0.9 * before


def test_shapes_are_checked():
    with pytest.raises(ModelInputError, match="one row per series"):
        reconcile(np.ones((3, 2)), SUMMING, None)
    with pytest.raises(ModelInputError, match="not finite"):
        reconcile(np.full((7, 1), np.nan), SUMMING, None)
