"""Drivers: few false alarms, effects that cover the truth, plain arithmetic where it is possible."""

import numpy as np
import pandas as pd
import pytest

from pipeline.errors import NotEnoughData
from pipeline.models.drivers import find_drivers


def deals(rng: np.random.Generator, count: int, gap: float) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "source": rng.choice(["fair", "referral"], count),
            "market": rng.choice(list("abcd"), count),
            "amount": rng.lognormal(0, 1, count),
            "customer_id": rng.integers(0, count // 2, count),
        }
    )
    chance = 0.4 + gap * (frame["source"] == "referral")
    return frame.assign(is_won=rng.random(count) < chance)


def test_one_field_alone_gives_the_raw_difference() -> None:
    frame = pd.DataFrame({
        "source": ["fair"] * 100 + ["referral"] * 100,
        "is_won": [True] * 30 + [False] * 70 + [True] * 60 + [False] * 40,
    })  # fmt: skip
    effects = find_drivers(frame, fields=["source"]).effects.set_index("level")
    # Firth adds half a case to each cell: 30.5/101 and 60.5/101 around their mean
    middle = (30.5 / 101 + 60.5 / 101) / 2
    assert effects.loc["referral", "effect"] == pytest.approx(60.5 / 101 - middle, abs=1e-4)
    assert effects.loc["fair", "effect"] == pytest.approx(30.5 / 101 - middle, abs=1e-4)
    assert effects.loc["fair", "raw_gap"] == pytest.approx(0.30 - 0.45)


def test_nothing_is_named_where_nothing_is() -> None:
    rng = np.random.default_rng(11)
    alarms = [
        find_drivers(deals(rng, 400, 0.0), fields=["source", "market", "amount"], cluster="customer_id")
        .fields["is_driver"].any()
        for _ in range(60)
    ]  # fmt: skip
    assert np.mean(alarms) <= 0.10  # 3 expected of 60; the full study of 500 is a benchmark


def test_a_true_driver_is_found_and_its_interval_holds() -> None:
    rng = np.random.default_rng(12)
    named, held = [], []
    for _ in range(40):
        found = find_drivers(deals(rng, 800, 0.15), fields=["source", "market", "amount"])
        named.append(found.fields.set_index("field").loc["source", "is_driver"])
        row = found.effects.set_index(["field", "level"]).loc[("source", "referral")]
        held.append(row["low"] <= 0.075 * 2 * 0.5 <= row["high"])
    assert np.mean(named) >= 0.9
    assert np.mean(held) >= 0.85


def test_copies_of_a_customer_do_not_make_a_driver() -> None:
    rng = np.random.default_rng(13)
    customers = pd.DataFrame({"market": rng.choice(list("ab"), 40), "won": rng.random(40) < 0.5})
    frame = customers.loc[np.repeat(np.arange(40), 20)].assign(customer_id=np.repeat(np.arange(40), 20))
    frame = frame.assign(is_won=frame["won"] ^ (rng.random(800) < 0.1), other=rng.choice(list("xy"), 800))
    careless = find_drivers(frame, fields=["market", "other"]).fields.set_index("field")
    careful = find_drivers(frame, fields=["market", "other"], cluster="customer_id").fields.set_index("field")
    assert careful.loc["market", "p_value"] > careless.loc["market", "p_value"]


def test_too_few_deals_are_refused() -> None:
    with pytest.raises(NotEnoughData, match="effects"):
        find_drivers(deals(np.random.default_rng(0), 8, 0.0), fields=["source", "market", "amount"])


def test_a_level_that_always_wins_has_an_interval_that_is_not_a_point() -> None:
    frame = pd.DataFrame({
        "source": ["sure"] * 30 + ["fair"] * 200, "is_won": [True] * 30 + [True, False] * 100,
    })  # fmt: skip
    row = find_drivers(frame, fields=["source"]).effects.set_index("level").loc["sure"]
    assert row["high"] - row["low"] > 0.05
    assert row["adjusted_rate"] == pytest.approx(30.5 / 31, abs=1e-3)
