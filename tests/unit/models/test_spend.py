"""Gamma-Gamma against differences, arithmetic and simulations with known truth."""

import numpy as np
import pytest

from pipeline.errors import ModelInputError, NotEnoughData
from pipeline.models.repeat_purchase.fitting import Estimate
from pipeline.models.spend import SpendModel, _likelihood, fit_spend

MODEL = SpendModel(Estimate(("p", "q", "gamma"), np.array([4.0, 3.0, 10.0]), 0.0, np.eye(3)))


def simulated(size, random, p=4.0, q=3.0, gamma=10.0):
    x = random.integers(1, 8, size)
    rate = random.gamma(q, size=size) / gamma
    return x, random.gamma(p * x) / rate / x


def test_expectation_is_the_weighted_mean_of_equation_5():
    """(q - 1) / (p x + q - 1) of p gamma / (q - 1) and the rest of the own mean."""
    weight = (3 - 1) / (4 * 5 + 3 - 1)
    expected = weight * (4 * 10 / (3 - 1)) + (1 - weight) * 50
    assert MODEL.expected_spend([5], [50.0])[0] == pytest.approx(expected)
    assert MODEL.expected_spend([0], [float("nan")])[0] == pytest.approx(4 * 10 / (3 - 1)) == MODEL.mean_spend


def test_gradient_is_that_of_the_function():
    likelihood = _likelihood(np.array([1.0, 2.0, 7.0]), np.array([3.0, 30.0, 9.0]))
    values = np.array([4.0, 3.0, 10.0])
    for place in range(3):
        step = np.zeros(3)
        step[place] = 1e-5
        slope = (likelihood(values * np.exp(step))[0] - likelihood(values * np.exp(-step))[0]) / 2e-5
        assert likelihood(values)[1][place] == pytest.approx(slope, rel=1e-6)


def test_estimates_do_not_depend_on_the_currency():
    x, mean = simulated(2_000, np.random.default_rng(1))
    one, many = fit_spend(x, mean).estimate, fit_spend(x, mean * 1e6).estimate
    np.testing.assert_allclose(one.parameters * [1, 1, 1e6], many.parameters, rtol=1e-6)


def test_intervals_cover_at_their_nominal_rate():
    """80 simulated companies of 400 customers."""
    held = []
    for company in range(80):
        x, mean = simulated(400, np.random.default_rng([2, company]))
        found = fit_spend(x, mean).estimate
        bounds = map(found.interval, found.names)
        held.append([low <= t <= high for t, (low, high) in zip((4, 3, 10), bounds, strict=True)])
    covered = np.mean(held, axis=0)
    assert (covered >= 0.87).all(), covered


def test_quantiles_hold_the_true_mean_of_that_share_of_customers():
    random = np.random.default_rng(3)
    x = random.integers(1, 8, 20_000)
    rate = random.gamma(3.0, size=x.size) / 10
    mean = random.gamma(4.0 * x) / rate / x
    below = 4 / rate < MODEL.spend_quantile(x, mean, 0.8)
    assert below.mean() == pytest.approx(0.8, abs=0.01)


def test_totals_have_the_expected_mean_and_nothing_comes_from_nothing():
    totals = MODEL.simulate_totals([5], [50.0], np.full((1, 50_000), 2.0), np.random.default_rng(4))
    assert totals.mean() == pytest.approx(2 * MODEL.expected_spend([5], [50.0])[0], rel=0.02)
    assert MODEL.simulate_totals([5], [50.0], np.zeros((1, 5)), np.random.default_rng(4)).sum() == 0


@pytest.mark.parametrize(("x", "mean"), [([0], [5.0]), ([1], [-5.0]), ([1], [float("nan")]), ([1, 2], [5.0])])
def test_values_outside_the_domain_are_refused(x, mean):
    with pytest.raises(ModelInputError):
        fit_spend(x, mean)


def test_few_customers_are_refused():
    with pytest.raises(NotEnoughData, match="there are 2"):
        fit_spend([1, 2], [5.0, 6.0])
