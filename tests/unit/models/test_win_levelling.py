"""Haste, maturity and levels of win probabilities: no fold may profit from what became known later."""

import numpy as np
import pytest

from pipeline.models.win_probability import haste_weights
from pipeline.models.win_probability.platt import fit_levelling
from pipeline.models.win_probability.settings import WinSettings
from pipeline.models.win_probability.splits import Timeline


def test_haste_weights_by_hand() -> None:
    follow_up = np.array([5.0, 50.0, 150.0, 200.0])
    found = haste_weights(np.array([10.0, 100.0, 199.0, 500.0]), follow_up)
    np.testing.assert_allclose(found, [4 / 3, 4 / 2, 4 / 1, 5.0])


def test_haste_weights_restore_the_rate_that_hasty_losses_hide() -> None:
    rng = np.random.default_rng(1)
    number, today = 40_000, 400.0
    seen = rng.uniform(0, today, number)
    won = rng.random(number) < 0.5
    taken = np.where(won, rng.uniform(30, 150, number), rng.uniform(1, 60, number))
    decided = seen + taken <= today
    weights = haste_weights(taken[decided], today - seen)
    assert won[decided].mean() < 0.475
    assert np.average(won[decided], weights=weights) == pytest.approx(0.5, abs=0.008)


def test_mature_rows_are_known_and_older_than_nine_of_ten_endings_take() -> None:
    line = Timeline(seen=np.arange(0.0, 100.0), known=np.arange(0.0, 100.0) + np.tile([5.0, 20.0], 50))
    rows = line.mature_by(np.arange(100), 60.0)
    assert rows.max() == 40
    assert (line.known[rows] <= 60).all()


def test_a_fold_is_levelled_by_nothing_that_became_known_after_its_first_day() -> None:
    rng = np.random.default_rng(2)
    number = 3_000
    seen = np.sort(rng.uniform(0, 1_000, number))
    line = Timeline(seen, seen + rng.exponential(60, number))
    log_odds = rng.normal(0, 1, number)
    outcome = (rng.random(number) < 1 / (1 + np.exp(-log_odds - 0.5))).astype(float)
    fold = (np.arange(number) // 600).astype(float)
    begins = seen[fold == 3].min()
    later = np.where(line.known > begins, 1 - outcome, outcome)
    _, first = levelled(log_odds, outcome, fold, line)
    _, second = levelled(log_odds, later, fold, line)
    np.testing.assert_array_equal(first[fold <= 3], second[fold <= 3])
    assert not np.array_equal(first[fold == 4], second[fold == 4])


def levelled(log_odds, outcome, fold, line):
    return fit_levelling(log_odds, outcome, np.ones(len(fold)), fold, timeline=line, settings=WinSettings())


def test_a_shifted_score_is_brought_back_to_the_level() -> None:
    rng = np.random.default_rng(3)
    number = 20_000
    seen = np.sort(rng.uniform(0, 1_000, number))
    line = Timeline(seen, seen + rng.exponential(30, number))
    truth = rng.normal(0, 1, number)
    outcome = (rng.random(number) < 1 / (1 + np.exp(-truth))).astype(float)
    level, _ = levelled(truth / 0.8 - 1, outcome, (np.arange(number) // 4_000).astype(float), line)
    assert level.slope == pytest.approx(0.8, abs=0.08)
    assert level.shift == pytest.approx(0.8, abs=0.1)


def test_without_a_mature_row_scores_stay_as_they_are() -> None:
    line = Timeline(np.arange(10.0), np.arange(10.0) + 30)
    fold = np.repeat([0.0, 1.0], 5)
    _, probability = levelled(np.zeros(10), np.ones(10), fold, line)
    np.testing.assert_allclose(probability, 0.5)
