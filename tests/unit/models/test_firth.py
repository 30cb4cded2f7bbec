"""Firth's logit where its answers are known in closed form, and where ordinary logit has none."""

import numpy as np
import pytest

from pipeline.errors import ModelInputError
from pipeline.models.firth import fit_firth


def two_by_two(a: int, b: int, c: int, d: int) -> tuple[np.ndarray, np.ndarray]:
    """`a` won and `b` lost with the trait, `c` won and `d` lost without."""
    trait = np.repeat([1.0, 1.0, 0.0, 0.0], [a, b, c, d])
    won = np.repeat([1.0, 0.0, 1.0, 0.0], [a, b, c, d])
    return np.column_stack([np.ones(len(trait)), trait]), won


def test_a_saturated_model_adds_half_a_case_to_each_cell() -> None:
    # Firth (1993), section 3: the Jeffreys penalty of a saturated 2 x 2 table adds 0.5 to every count.
    model = fit_firth(*two_by_two(8, 2, 3, 7))
    assert model.coefficients[0] == pytest.approx(np.log(3.5 / 7.5), abs=1e-5)
    assert model.coefficients[1] == pytest.approx(np.log((8.5 / 2.5) / (3.5 / 7.5)), abs=1e-5)


def test_perfect_separation_has_a_finite_estimate_and_a_one_sided_interval() -> None:
    model = fit_firth(*two_by_two(10, 0, 4, 6))
    low, high = model.interval(1)
    assert model.coefficients[1] == pytest.approx(np.log((10.5 / 0.5) / (4.5 / 6.5)), abs=1e-5)
    assert 0 < low < model.coefficients[1] < high
    assert model.p_value([1]) < 0.05


def test_large_samples_agree_with_maximum_likelihood() -> None:
    import statsmodels.discrete.discrete_model as discrete

    rng = np.random.default_rng(5)
    design = np.column_stack([np.ones(4000), rng.normal(size=(4000, 2))])
    won = (rng.random(4000) < 1 / (1 + np.exp(-design @ [-0.3, 0.8, 0.0]))).astype(float)
    ordinary = discrete.Logit(won, design).fit(disp=0)
    model = fit_firth(design, won)
    np.testing.assert_allclose(model.coefficients, ordinary.params, atol=0.01)
    np.testing.assert_allclose(np.sqrt(np.diag(model.covariance)), ordinary.bse, rtol=0.02)
    np.testing.assert_allclose(model.interval(1), ordinary.conf_int()[1], atol=0.01)


def test_unusable_designs_are_refused() -> None:
    design, won = two_by_two(5, 5, 5, 5)
    with pytest.raises(ModelInputError, match="repeat each other"):
        fit_firth(np.column_stack([design, design[:, 1]]), won)
    with pytest.raises(ModelInputError, match="0 or 1"):
        fit_firth(design, won * 2)
