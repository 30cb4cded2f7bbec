"""Events, regression, level and forecast, against naive counts and simulations with known truth."""

import numpy as np
import pandas as pd
import pytest

from pipeline.errors import ModelInputError, NotEnoughData
from pipeline.models.level_calibration import _weighted, calibrated_level
from pipeline.models.poisson_regression import fit_poisson_regression
from pipeline.models.purchase_boosting import boosting_features, fit_purchase_boosting
from pipeline.models.purchase_forecast import forecast_purchases
from pipeline.models.repeat_purchase.events import PurchaseEvents
from pipeline.models.repeat_purchase.replay import Replay

EVENTS = PurchaseEvents.of([0, 1, 0, 0, 1, 2, 0], [0, 3, 10, 10, 13, 20, 40], [1, 2, 3, 4, 5, 6, 7])


def seasonal_events(random, customers=400, days=1100, season=0.5):
    """Customers who arrive over time, buy at their own rate times a yearly wave, and leave by chance."""
    who, when = [], []
    for customer in range(customers):
        arrives = random.integers(0, days - 100)
        leaves = arrives + random.exponential(900)
        rate = random.gamma(1.5) / 45
        day = np.arange(arrives + 1, min(days, int(leaves) + 1))
        chance = rate * (1 + season * np.sin(2 * np.pi * day / 364))
        bought = day[random.random(day.size) < chance]
        when += [arrives, *bought]
        who += [customer] * (bought.size + 1)
    return PurchaseEvents.of(who, when)


class TestEvents:
    def test_two_purchases_of_a_day_are_one(self):
        assert EVENTS.customer.tolist() == [0, 0, 0, 1, 1, 2]
        assert EVENTS.amount.tolist() == [1, 3 + 4, 7, 2, 5, 6]
        assert EVENTS.interval_days.tolist() == [0, 10, 30, 0, 10, 0]

    def test_a_cut_knows_nothing_of_later(self):
        seen = EVENTS.cut(15)
        assert seen.customers.tolist() == [0, 1]
        assert seen.frequency.tolist() == [1, 1]
        assert seen.recency_days.tolist() == [10, 10]
        assert seen.age_days.tolist() == [15, 12]
        assert seen.mean_amount.tolist() == [(1 + 7) / 2, (2 + 5) / 2]
        assert seen.sum_log_interval_days == pytest.approx(2 * np.log(10))

    def test_counts_and_totals(self):
        assert EVENTS.counts(10, 40, np.array([0, 1])).tolist() == [1, 1]
        assert EVENTS.total(10, 40) == 3
        assert EVENTS.total(-1, 99) == 6
        assert EVENTS.total_of_existing(10, 40) == 2
        assert EVENTS.amounts(10, 40, np.array([0, 1])).tolist() == [7, 5]

    def test_refusals(self):
        with pytest.raises(NotEnoughData):
            PurchaseEvents.of([], [])
        with pytest.raises(NotEnoughData):
            EVENTS.cut(-1)
        with pytest.raises(ModelInputError):
            PurchaseEvents.of([0], [1, 2])
        with pytest.raises(ModelInputError):
            PurchaseEvents.of([0], [-1])


class TestRegression:
    def test_known_coefficients_are_found(self):
        random = np.random.default_rng(1)
        features = random.normal(size=(20_000, 2))
        counts = random.poisson(np.exp(0.5 + 0.8 * features[:, 0] - 0.3 * features[:, 1])).astype(float)
        fitted = fit_poisson_regression(features, counts, ridge=0.0)
        np.testing.assert_allclose(fitted.slopes / fitted.scale, [0.8, -0.3], atol=0.02)
        assert fitted.predict(features).sum() == pytest.approx(counts.sum(), rel=1e-6)

    def test_constant_features_do_no_harm(self):
        fitted = fit_poisson_regression(np.ones((50, 3)), np.full(50, 2.0))
        np.testing.assert_allclose(fitted.predict(np.ones((2, 3))), [2, 2])


class TestLevel:
    def test_weights_are_inverse_mean_squares_with_the_prior_worth_two_windows(self):
        table = _weighted(
            {"model": 5.0, "last_year": 6.0}, [{"model": 0.1}, {"model": 0.3, "last_year": 0.0}]
        )
        model = (2 * 0.2**2 + 0.1**2 + 0.3**2) / (2 + 2)
        last_year = (2 * 0.1**2 + 0.0**2) / (2 + 1)
        assert table["weight"].tolist() == pytest.approx(
            [(1 / model) / (1 / model + 1 / last_year), (1 / last_year) / (1 / model + 1 / last_year)]
        )

    def test_seasons_are_met(self):
        events = seasonal_events(np.random.default_rng(2))
        replay = Replay(events, 1000, regularity=1)
        errors, naive = [], []
        for origin in (700, 791, 882, 973):
            actual = events.total_of_existing(origin, origin + 91)
            errors.append(calibrated_level(replay, origin, 91).expected / actual - 1)
            naive.append(replay.at(origin).total(91) / actual - 1)
        assert np.median(np.abs(errors)) < 0.12
        assert np.median(np.abs(errors)) < 0.5 * np.median(np.abs(naive))

    def test_nothing_after_the_origin_is_used(self):
        events = seasonal_events(np.random.default_rng(3), customers=300)
        known = events.day <= 800
        cut = PurchaseEvents.of(events.customer[known], events.day[known])
        whole = calibrated_level(Replay(events, 800), 800, 91)
        part = calibrated_level(Replay(cut, 800), 800, 91)
        assert whole.expected == part.expected
        pd.testing.assert_frame_equal(whole.ways, part.ways)


class TestBoosting:
    def test_the_ratio_of_a_kind_is_learned(self):
        """Half of the customers buy twice what was expected, half as expected."""
        kind = np.repeat([0.0, 1.0], 500)[:, None]
        expected = np.linspace(0.5, 3.0, 1_000)
        counts = expected * np.where(kind[:, 0] == 1, 2.0, 1.0)
        fitted = fit_purchase_boosting([kind], [counts], [expected])
        assert fitted.ratio(np.array([[0.0], [1.0]])) == pytest.approx([1, 2], rel=0.05)

    def test_features_know_nothing_of_later(self):
        events = seasonal_events(np.random.default_rng(6), customers=150)
        known = events.day <= 700
        cut = PurchaseEvents.of(events.customer[known], events.day[known])
        whole = boosting_features(events, Replay(events, 700, regularity=1).at(700), 91)
        part = boosting_features(cut, Replay(cut, 700, regularity=1).at(700), 91)
        np.testing.assert_array_equal(whole, part)

    def test_trees_stay_out_where_there_are_few_cases(self):
        events = seasonal_events(np.random.default_rng(5))
        assert forecast_purchases(Replay(events, 900), 900, 91).members == ("models", "regression")


class TestForecast:
    def test_adds_up_to_the_level_and_ranks_better_than_recent_counts(self):
        events = seasonal_events(np.random.default_rng(4))
        found = forecast_purchases(Replay(events, 900), 900, 91)
        assert found.customers["expected"].sum() == pytest.approx(found.level.expected)
        assert found.customers["probability_alive"].between(0, 1).all()
        assert found.training_windows == 4
        customers = found.customers["customer"].to_numpy()
        actual, last = events.counts(900, 991, customers), events.counts(809, 900, customers)
        error = np.sqrt(np.mean((found.customers["expected"] - actual) ** 2))
        assert error < 0.95 * np.sqrt(np.mean((last - actual) ** 2))

    def test_a_short_history_leans_on_the_models_alone(self):
        found = forecast_purchases(Replay(seasonal_events(np.random.default_rng(5)), 150), 150, 91)
        assert found.training_windows == 0
        assert found.level.ways["way"].tolist() == ["model"]

    def test_too_few_repeats_are_refused(self):
        with pytest.raises(NotEnoughData, match="there are 2"):
            forecast_purchases(Replay(EVENTS, 40), 40, 91)
