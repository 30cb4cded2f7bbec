"""Medians and shares of ends with cases that have not ended; counted by hand and by loop."""

import numpy as np
import pytest

from pipeline.errors import ModelInputError
from pipeline.models.survival import median_time, shares_ended, survival_curve

# The 6-MP arm of Freireich et al. (1963), in Kalbfleisch and Prentice (2002), table 1.1.
WEEKS = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
RELAPSED = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]


def test_published_remission_times():
    curve = survival_curve(WEEKS, RELAPSED).set_index("days")["still_there"]
    assert curve[6] == pytest.approx(18 / 21)
    assert curve[7] == pytest.approx(18 / 21 * 16 / 17)
    assert curve[23] == pytest.approx(0.4482, abs=5e-5)
    assert median_time(WEEKS, RELAPSED).days == 23


def test_median_without_open_cases_is_the_median():
    result = median_time([1, 2, 3, 4, 5], [True] * 5)
    assert (result.days, result.cases, result.ended) == (3, 5, 5)


def test_nothing_ended():
    result = median_time([5, 6], [False, False])
    assert np.isnan(result.days)
    assert (result.cases, result.ended) == (2, 0)
    assert survival_curve([5, 6], [0, 0]).empty


def test_shares_without_open_cases_are_counts():
    result = shares_ended([1, 2, 3, 4], [1, 2, 1, 1], causes=3)
    assert result["share"].tolist() == pytest.approx([3 / 4, 1 / 4, 0])
    assert result["cases"].tolist() == [3, 1, 0]


def naive_aalen_johansen(days, cause, causes):
    still, shares = 1.0, np.zeros(causes)
    for day in sorted(set(days)):
        at_risk = sum(d >= day for d in days)
        for number in range(1, causes + 1):
            ended = sum(d == day and c == number for d, c in zip(days, cause, strict=True))
            shares[number - 1] += still * ended / at_risk
        still *= 1 - sum(d == day and c > 0 for d, c in zip(days, cause, strict=True)) / at_risk
    return shares


def test_shares_with_open_cases_equal_the_loop():
    rng = np.random.default_rng(3)
    days, cause = rng.integers(1, 40, 200), rng.integers(0, 4, 200)
    expected = naive_aalen_johansen(days.tolist(), cause.tolist(), 3)
    result = shares_ended(days, cause, causes=3)
    np.testing.assert_allclose(result["share"], expected, atol=1e-12)
    assert (result["low"] < result["share"]).all()
    assert (result["share"] < result["high"]).all()


def test_open_cases_are_not_failures():
    # Half of those followed to the end were won; the raw share would say 1 of 4.
    assert shares_ended([10, 10, 1, 1], [1, 2, 0, 0], causes=2)["share"].tolist() == [0.5, 0.5]


def test_the_interval_covers_the_truth_about_as_often_as_it_says():
    rng = np.random.default_rng(8)
    hits = 0
    for _ in range(200):
        time, watch = rng.uniform(0, 40, 80), rng.uniform(5, 90, 80)
        cause = np.where(rng.random(80) < 0.6, 1, 2)
        seen = np.where(time <= watch, cause, 0)
        row = shares_ended(np.minimum(time, watch), seen, causes=2).iloc[0]
        hits += row["low"] <= 0.6 <= row["high"]
    assert 0.68 < hits / 200 < 0.92


def test_refuses_bad_times():
    with pytest.raises(ModelInputError):
        median_time([1, -2], [1, 1])
    with pytest.raises(ModelInputError):
        median_time([1, 2], [1])
    with pytest.raises(ModelInputError, match="cause"):
        shares_ended([1, 2], [1, 5], causes=2)
