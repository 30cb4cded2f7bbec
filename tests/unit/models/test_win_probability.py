"""The win probability: no peeping, copies kept together, levelled, and honest about having no skill."""

import numpy as np
import pandas as pd
import pytest

from pipeline.errors import NotEnoughData
from pipeline.models.win_probability import (
    calibration_error,
    fit_win_probability,
    forward_folds,
    grouped_folds,
    learn_fields,
    look_alike_groups,
    reliability,
    skill,
)


def dated_deals(rng: np.random.Generator, count: int, strength: float) -> pd.DataFrame:
    seen = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.sort(rng.integers(0, 700, count)), unit="D")
    frame = pd.DataFrame({"source": rng.choice(list("abc"), count), "amount": rng.lognormal(0, 1, count)})
    score = strength * ((frame["source"] == "a") * 2.0 - np.log(frame["amount"]))
    won = rng.random(count) < 1 / (1 + np.exp(-score))
    return frame.assign(seen_on=seen, known_on=seen + pd.Timedelta(days=30), is_won=won)


def fitted(frame: pd.DataFrame):
    return fit_win_probability(
        frame, fields=["source", "amount"], groups=np.arange(len(frame)), rng=np.random.default_rng(1),
        seen_on="seen_on", known_on="known_on",
    )  # fmt: skip


def test_a_real_signal_is_found_and_levelled() -> None:
    model = fitted(dated_deals(np.random.default_rng(2), 1200, 0.8))
    assert model.verdict == "skill"
    assert model.metrics["auc"] > 0.7
    assert model.metrics["calibration_error"] < 0.06


def test_noise_gets_the_verdict_no_skill() -> None:
    model = fitted(dated_deals(np.random.default_rng(3), 800, 0.0))
    assert model.verdict == "no skill"
    assert model.kind == "logistic"


def test_contributions_and_the_typical_case_add_up_to_the_log_odds() -> None:
    frame = dated_deals(np.random.default_rng(4), 600, 0.8)
    model = fitted(frame)
    parts = model.learner.contributions(frame).sum(axis=1).to_numpy()
    np.testing.assert_allclose(parts + model.learner.intercept, model.learner.log_odds(frame))


def test_forty_of_each_are_needed() -> None:
    with pytest.raises(NotEnoughData, match="40"):
        fitted(dated_deals(np.random.default_rng(5), 60, 0.0))


def test_later_rows_judge_only_what_was_known_before() -> None:
    frame = dated_deals(np.random.default_rng(6), 300, 0.0)
    for learned, judged in forward_folds(frame["seen_on"], frame["known_on"], np.arange(300), folds=4):
        assert frame["known_on"].iloc[learned].max() <= frame["seen_on"].iloc[judged].min()


def test_copies_are_grouped_and_never_split() -> None:
    rng = np.random.default_rng(7)
    frame = pd.DataFrame({f"f{i}": rng.choice(list("abcd"), 100) for i in range(8)})
    doubled = pd.concat([frame, frame.head(20)], ignore_index=True)
    groups = look_alike_groups(doubled, fields=list(frame.columns))
    assert (groups[:20] == groups[100:]).all()
    assert len(np.unique(groups)) == 100
    for learned, judged in grouped_folds(groups, folds=5, rng=rng):
        assert not set(groups[learned]) & set(groups[judged])


def test_rows_alike_by_chance_are_not_copies() -> None:
    frame = pd.DataFrame({"colour": list("ab") * 50})
    assert len(np.unique(look_alike_groups(frame, fields=["colour"]))) == 100


def test_ranks_survive_any_monotone_change_of_unit() -> None:
    values = pd.Series(np.random.default_rng(8).lognormal(0, 2, 500), name="amount")
    (first,) = learn_fields(values.to_frame(), ["amount"])
    (second,) = learn_fields((values * 7.2).to_frame(), ["amount"])
    np.testing.assert_allclose(first.encode(values), second.encode(values * 7.2), atol=1e-9)


def test_brier_skill_by_hand() -> None:
    won = np.array([1.0, 0.0, 1.0, 0.0])
    forecast, base = np.array([0.8, 0.2, 0.8, 0.2]), np.full(4, 0.5)
    result = skill(forecast, base, won, groups=np.arange(4), rng=np.random.default_rng(0))
    assert result["brier"] == pytest.approx(0.2**2)
    assert result["skill"] == pytest.approx(1 - 0.04 / 0.25)


def test_reliability_by_hand() -> None:
    forecast = np.array([0.1, 0.1, 0.9, 0.9])
    won = np.array([0.0, 0.0, 1.0, 0.0])
    table = reliability(forecast, won, classes=2)
    assert table["actual"].tolist() == [0.0, 0.5]
    assert table["forecast"].tolist() == pytest.approx([0.1, 0.9])
    gap = (0.1 + 0.1 + abs(0.9 - 0.5) * 2) / 4
    assert (table["forecast"] - table["actual"]).abs().mean() == pytest.approx(gap)
    assert calibration_error(np.full(100, 0.3), np.repeat([1.0, 0.0], [30, 70])) >= 0.0
