"""Repeat-purchase models against naive formulas, differences, simulations with known truth."""

from math import comb, exp, log

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import betaln, gammaln, hyp2f1

from pipeline.errors import ModelInputError, NotEnoughData
from pipeline.models.repeat_purchase import (
    distinct_patterns,
    fit_bg_nbd,
    fit_mbg_cnbd_k,
    fit_mbg_nbd,
    fit_pareto_nbd,
)
from pipeline.models.repeat_purchase.beta_geometric import BetaGeometricLikelihood
from pipeline.models.repeat_purchase.beta_geometric_prediction import BetaGeometricModel
from pipeline.models.repeat_purchase.fitting import Estimate
from pipeline.models.repeat_purchase.pareto import ParetoLikelihood, ParetoModel
from pipeline.models.repeat_purchase.simulation import simulate_beta_geometric

VALUES = np.array([0.6, 5.0, 0.8, 2.5])
SIX = distinct_patterns([0, 1, 3, 10, 3, 0], [0, 21, 70, 140, 70, 0], [140, 100, 70, 154, 70, 140])


def estimate(values, names=("r", "alpha", "a", "b")):
    return Estimate(names, np.asarray(values, float), 0.0, np.full((4, 4), np.inf))


def beta_geometric_likelihood(k=1, modified=False, log_intervals=0.0, patterns=SIX):
    return BetaGeometricLikelihood.of(
        patterns,
        regularity=k,
        drops_after_first=modified,
        time_unit_days=7.0,
        sum_log_interval_days=log_intervals,
    )


class TestPatterns:
    def test_equal_customers_share_a_pattern(self):
        assert SIX.frequency.size == 4
        assert sorted(SIX.customers.tolist()) == [1, 1, 2, 2]
        assert SIX.customer_count == 6
        assert SIX.repeater_count == 4

    def test_values_find_their_customers_again(self):
        assert SIX.per_customer(SIX.frequency.astype(float)).tolist() == [0, 1, 3, 10, 3, 0]
        assert SIX.per_customer(SIX.age_days.astype(float)).tolist() == [140, 100, 70, 154, 70, 140]

    def test_wide_ranges_are_counted_the_same_way(self):
        random = np.random.default_rng(1)
        x = random.integers(1, 400, 500)
        recency = random.integers(1, 30_000, 500)
        patterns = distinct_patterns(x, recency, recency + 9)
        np.testing.assert_array_equal(patterns.recency_days[patterns.of_customer], recency)

    @pytest.mark.parametrize(
        ("x", "recency", "age", "says"),
        [
            ([1], [3, 4], [5], "equally long"),
            ([1], [8], [5], "last purchase lies after"),
            ([0], [3], [5], "exactly where frequency is 0"),
            ([1.5], [3], [5], "whole numbers"),
            ([-1], [3], [5], "negative"),
            ([], [], [], "one per customer"),
            ([float("nan")], [3], [5], "finite"),
        ],
    )
    def test_contradictions_are_refused(self, x, recency, age, says):
        with pytest.raises(ModelInputError, match=says):
            distinct_patterns(x, recency, age)


class TestLikelihood:
    def test_bg_nbd_is_equation_6_of_the_paper(self):
        """L = A1 A2 (A3 + [x > 0] A4), written out naively."""
        r, alpha, a, b = VALUES
        total = 0.0
        for x, recency, age in [
            (0, 0, 20),
            (1, 3, 100 / 7),
            (3, 10, 10),
            (10, 20, 22),
            (3, 10, 10),
            (0, 0, 20),
        ]:
            a1 = gammaln(r + x) - gammaln(r) + r * log(alpha)
            a2 = gammaln(a + b) + gammaln(b + x) - gammaln(b) - gammaln(a + b + x)
            a3 = (alpha + age) ** -(r + x)
            a4 = a / (b + x - 1) * (alpha + recency) ** -(r + x) if x else 0.0
            total += a1 + a2 + log(a3 + a4)
        assert beta_geometric_likelihood()(VALUES)[0] == pytest.approx(total)

    @pytest.mark.parametrize("k", [1, 2, 3])
    def test_mbg_cnbd_k_is_the_integral_over_rate_of_the_story(self, k):
        """One customer: repeats at 4, 6, 10 weeks, seen for 15; the rate is integrated away numerically."""
        r, alpha, a, b = VALUES
        gaps, recency, age, x = [4.0, 2.0, 4.0], 10.0, 15.0, 3

        def given_rate(rate):
            prior = exp(r * log(alpha) - gammaln(r) + (r - 1) * log(rate) - alpha * rate)
            density = np.prod([rate**k * g ** (k - 1) * exp(-rate * g) / exp(gammaln(k)) for g in gaps])
            quiet = sum(
                (rate * (age - recency)) ** j * exp(-rate * (age - recency)) / exp(gammaln(j + 1))
                for j in range(k)
            )
            stays = exp(betaln(a, b + x + 1) - betaln(a, b))
            leaves = exp(betaln(a + 1, b + x) - betaln(a, b))
            return prior * density * (stays * quiet + leaves)

        expected = log(quad(given_rate, 0, 30, limit=500)[0])
        one = distinct_patterns([x], [70], [105])
        log_intervals = float(np.log(np.array(gaps) * 7).sum())
        likelihood = beta_geometric_likelihood(k, True, log_intervals, one)
        assert likelihood(VALUES)[0] == pytest.approx(expected, rel=1e-6)

    def test_pareto_nbd_is_the_hypergeometric_form(self):
        """Fader and Hardie (2005) equation 18, for alpha > beta."""
        r, alpha, s, beta = 0.6, 9.0, 0.7, 6.0
        total = 0.0
        for x, recency, age in [
            (0, 0, 20),
            (1, 3, 100 / 7),
            (3, 10, 10),
            (10, 20, 22),
            (3, 10, 10),
            (0, 0, 20),
        ]:
            n = r + s + x

            def part(time, n=n):
                z = (alpha - beta) / (alpha + time)
                return hyp2f1(n, s + 1, n + 1, z) / (alpha + time) ** n

            alive = (alpha + age) ** -(r + x) * (beta + age) ** -s
            dead = s / n * (part(recency) - part(age))
            total += gammaln(r + x) - gammaln(r) + r * log(alpha) + s * log(beta) + log(alive + dead)
        likelihood = ParetoLikelihood.of(SIX, time_unit_days=7.0)
        assert likelihood(np.array([r, alpha, s, beta]))[0] == pytest.approx(total, rel=1e-9)

    @pytest.mark.parametrize("swap", [False, True])
    def test_pareto_nbd_alone_with_extreme_scales(self, swap):
        values = np.array([2.0, 0.5, 0.3, 90.0])[[0, 3, 2, 1] if swap else slice(None)]
        r, alpha, s, beta = values
        x, recency, age = 30, 3.0, 52.0

        def leaving(u):
            return s * (alpha + u) ** -(r + x) * (beta + u) ** -(s + 1)

        dead = quad(leaving, recency, age, points=[recency + 0.2, recency + 2], epsabs=0, limit=500)[0]
        alive = (alpha + age) ** -(r + x) * (beta + age) ** -s
        expected = gammaln(r + x) - gammaln(r) + r * log(alpha) + s * log(beta) + log(alive + dead)
        one = distinct_patterns([x], [21], [364])
        assert ParetoLikelihood.of(one, time_unit_days=7.0)(values)[0] == pytest.approx(expected, abs=1e-6)

    @pytest.mark.parametrize(
        "likelihood",
        [
            beta_geometric_likelihood(1, False),
            beta_geometric_likelihood(1, True),
            beta_geometric_likelihood(3, True, 5.0),
            ParetoLikelihood.of(SIX, time_unit_days=7.0),
        ],
        ids=["BG", "MBG", "MBG-3", "Pareto"],
    )
    def test_gradients_are_those_of_the_function(self, likelihood):
        _, gradient = likelihood(VALUES)
        for place in range(4):
            step = np.zeros(4)
            step[place] = 1e-5
            above = likelihood(VALUES * np.exp(step))[0]
            below = likelihood(VALUES * np.exp(-step))[0]
            assert gradient[place] == pytest.approx((above - below) / 2e-5, rel=1e-5, abs=1e-6)


class TestPrediction:
    def test_bg_nbd_expectation_is_equation_10_of_the_paper(self):
        r, alpha, a, b = VALUES
        model = BetaGeometricModel(estimate(VALUES), 1, False, 7.0)
        t = 13.0
        for x, recency, age, got in zip(
            SIX.frequency,
            SIX.recency_days / 7,
            SIX.age_days / 7,
            model.expected_purchases(SIX, 91),
            strict=True,
        ):
            shrink = ((alpha + age) / (alpha + age + t)) ** (r + x)
            series = hyp2f1(r + x, b + x, a + b + x - 1, t / (alpha + age + t))
            dead = a / (b + x - 1) * ((alpha + age) / (alpha + recency)) ** (r + x) if x else 0.0
            expected = (a + b + x - 1) / (a - 1) * (1 - shrink * series) / (1 + dead)
            assert got == pytest.approx(expected, rel=1e-8)

    @pytest.mark.parametrize(
        "model",
        [
            BetaGeometricModel(estimate(VALUES), 1, True, 7.0),
            BetaGeometricModel(estimate([1.2, 9.0, 0.5, 3.0]), 3, True, 7.0),
            ParetoModel(estimate([0.6, 10.0, 1.0, 12.0], ("r", "alpha", "s", "beta")), 7.0),
        ],
        ids=["MBG", "MBG-3", "Pareto with s = 1"],
    )
    def test_expectation_is_the_mean_of_its_own_simulation(self, model):
        draws = model.simulate_purchases(SIX, 91, 40_000, np.random.default_rng(4))
        expected = SIX.per_customer(model.expected_purchases(SIX, 91))
        error = draws.std(axis=1) / 200
        assert (np.abs(draws.mean(axis=1) - expected) < 4.5 * error + 1e-9).all()

    def test_expectation_predicts_what_a_simulated_company_does_next(self):
        """Simulate 52 + 26 weeks, learn nothing, predict with the true parameters."""
        values, random = np.array([1.5, 12.0, 0.4, 3.0]), np.random.default_rng(8)
        ages = np.full(40_000, 364)
        half = simulate_beta_geometric(values, ages, np.random.default_rng(8), regularity=2)
        whole = simulate_beta_geometric(values, ages + 182, random, regularity=2)
        # both runs start from the same rates and dropout chances, so that totals can be compared
        patterns = distinct_patterns(half.frequency, half.recency_days, half.age_days)
        model = BetaGeometricModel(estimate(values), 2, True, 7.0)
        expected = patterns.per_customer(model.expected_purchases(patterns, 182)).sum()
        assert expected == pytest.approx(whole.frequency.sum() - half.frequency.sum(), rel=0.06)
        alive = patterns.per_customer(model.probability_alive(patterns))
        assert alive.mean() == pytest.approx(half.is_alive.mean(), abs=0.01)

    def test_a_customer_who_just_bought_is_alive_and_a_silent_one_is_not(self):
        patterns = distinct_patterns([20, 20], [700, 200], [700, 700])
        alive = patterns.per_customer(
            BetaGeometricModel(estimate(VALUES), 1, True, 7.0).probability_alive(patterns)
        )
        assert alive[0] > 0.9
        assert alive[1] < 0.01

    def test_lifetimes_far_beyond_the_data_stay_finite(self):
        model = BetaGeometricModel(estimate([0.3, 2.0, 0.1, 0.2]), 2, True, 7.0)
        expected = model.expected_purchases(SIX, 3650)
        assert np.isfinite(expected).all()
        assert (expected > model.expected_purchases(SIX, 364)).all()


class TestFitting:
    def test_regularity_is_found(self):
        values, random = np.array([2.0, 15.0, 0.5, 3.0]), np.random.default_rng(3)
        seen = simulate_beta_geometric(values, random.integers(200, 728, 4_000), random, regularity=3)
        patterns = distinct_patterns(seen.frequency, seen.recency_days, seen.age_days)
        model = fit_mbg_cnbd_k(patterns, seen.sum_log_interval_days)
        assert model.regularity == 3
        assert model.name == "MBG/CNBD-3"
        apart = np.log(model.estimate.parameters / values) / model.estimate.standard_errors
        assert (np.abs(apart) < 3.5).all()

    def test_a_thinned_start_ends_where_a_full_one_does(self):
        random = np.random.default_rng(5)
        seen = simulate_beta_geometric(
            VALUES, random.integers(100, 500, 30_000), random, drops_after_first=False
        )
        patterns = distinct_patterns(seen.frequency, seen.recency_days, seen.age_days)
        fitted = fit_bg_nbd(patterns).estimate
        gradient = beta_geometric_likelihood(patterns=patterns)(fitted.parameters)[1]
        assert np.abs(gradient).max() < 1e-3
        np.testing.assert_allclose(fitted.parameters, VALUES, rtol=0.15)

    def test_nobody_drops_out(self):
        """Without dropout the likelihood is flat in a and b: an answer, with very wide intervals."""
        random = np.random.default_rng(6)
        seen = simulate_beta_geometric(
            np.array([2.0, 8.0, 0.01, 5e4]), random.integers(100, 500, 500), random
        )
        patterns = distinct_patterns(seen.frequency, seen.recency_days, seen.age_days)
        for fit in (fit_mbg_nbd, fit_pareto_nbd):
            alive = fit(patterns).probability_alive(patterns)
            assert alive.mean() > 0.95

    def test_few_repeaters_are_refused(self):
        with pytest.raises(NotEnoughData, match="there are 4"):
            fit_bg_nbd(SIX)

    def test_intervals_cover_at_their_nominal_rate(self):
        """60 simulated companies of 600 customers (benchmarks/customer_value_coverage.py: 200)."""
        truth, held = np.array([1.5, 9.0, 0.6, 2.5]), []
        for company in range(60):
            random = np.random.default_rng([7, company])
            # clocks in hundredths of a day, so that rounding to days plays no part
            ages = random.integers(25_000, 73_000, 600)
            seen = simulate_beta_geometric(truth, ages, random, regularity=2, time_unit_days=700.0)
            patterns = distinct_patterns(seen.frequency, seen.recency_days, seen.age_days)
            found = fit_mbg_cnbd_k(patterns, seen.sum_log_interval_days, 2, 700.0).estimate
            bounds = map(found.interval, found.names)
            held.append([low <= t <= high for t, (low, high) in zip(truth, bounds, strict=True)])
        assert (np.mean(held, axis=0) >= 0.87).all(), np.mean(held, axis=0)


def test_binomials_are_what_the_phases_count():
    """(shape)_j / j! for whole shapes is a binomial coefficient: the weight of j ticks."""
    model = BetaGeometricModel(estimate([1.0, 5.0, 1.0, 1.0]), 3, True, 7.0)
    one = distinct_patterns([1], [70], [140])
    weights = np.exp(model._log_phase_terms(one))[:, 0]
    share = 10 / 25
    assert weights.tolist() == pytest.approx([1.0, comb(4, 1) * share, comb(5, 2) * share**2])
