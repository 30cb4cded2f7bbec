"""Every kind of leak is seeded once and must be flagged; clean data must not be."""

import numpy as np
import pandas as pd
import pytest

from pipeline.models.leakage import audit_fields, lag_sensitivity, score_shift, shift_row, significant_digits


def clean(rng: np.random.Generator, count: int = 600) -> tuple[pd.DataFrame, pd.DataFrame]:
    def part(number: int) -> pd.DataFrame:
        return pd.DataFrame(
            {
                "source": rng.choice(list("abcdef"), number),
                "market": rng.choice(list("uvwxyz"), number),
                "amount": np.round(rng.lognormal(12, 1, number), -2),
                "revenue": rng.lognormal(11, 2, number),
                "employees": rng.integers(1, 5000, number).astype(float),
            }
        )

    return part(count).assign(is_won=rng.random(count) < 0.45), part(200)


FIELDS = ("source", "market", "revenue", "employees")


def flagged(closed: pd.DataFrame, open_cases: pd.DataFrame, fields: tuple[str, ...] = FIELDS) -> set:
    table = audit_fields(closed, open_cases, fields=fields, amount="amount")
    return set(table.loc[table["is_flagged"], ["kind", "field"]].itertuples(index=False, name=None))


def test_clean_deals_raise_no_suspicion() -> None:
    assert flagged(*clean(np.random.default_rng(1))) == set()


def test_a_field_that_tells_the_outcome() -> None:
    closed, now = clean(np.random.default_rng(2))
    closed["closing_note"] = np.where(closed["is_won"], "signed", "archived")
    now["closing_note"] = "signed"
    assert ("single_field", "closing_note") in flagged(closed, now, (*FIELDS, "closing_note"))


def test_a_field_filled_in_at_closing() -> None:
    rng = np.random.default_rng(3)
    closed, now = clean(rng)
    now["market"] = np.where(rng.random(len(now)) < 0.68, "", now["market"])
    assert ("fill_rate", "market") in flagged(closed, now)


def test_a_field_filled_in_for_won_deals() -> None:
    closed, now = clean(np.random.default_rng(4))
    closed["market"] = closed["market"].where(closed["is_won"] | (closed.index % 2 == 0), "")
    assert ("fill_rate_won_lost", "market") in flagged(closed, now)


def test_exact_amounts_of_contracts() -> None:
    rng = np.random.default_rng(5)
    closed, now = clean(rng)
    exact = np.round(rng.lognormal(12, 1, len(closed)), 2)
    closed["amount"] = np.where(closed["is_won"], exact, np.round(exact, -4) + 10_000)
    kinds = {kind for kind, _ in flagged(closed, now)}
    assert {"roundness", "roundness_won_lost"} <= kinds


def test_revenue_that_contains_the_deal() -> None:
    closed, now = clean(np.random.default_rng(6))
    closed["revenue"] += closed["amount"].where(closed["is_won"], 0.0)
    assert ("contains_amount", "revenue") in flagged(closed, now)


def test_one_amount_again_and_again_with_one_outcome() -> None:
    closed, now = clean(np.random.default_rng(7))
    order = np.arange(len(closed)) // 4
    closed["amount"] = 100_001.0 + order * 37
    closed["is_won"] = order % 2 == 0
    assert ("repeated_amount", "amount") in flagged(closed, now)


def test_copies() -> None:
    closed, now = clean(np.random.default_rng(8))
    doubled = pd.concat([closed, closed.head(60)], ignore_index=True)
    assert ("duplicates", "") in flagged(doubled, now)


def test_open_deals_of_another_kind() -> None:
    rng = np.random.default_rng(9)
    same = score_shift(rng.beta(2, 3, 800), rng.beta(2, 3, 400))
    other = score_shift(rng.beta(2, 3, 800), rng.beta(6, 2, 400))
    assert not shift_row(same)["is_flagged"]
    assert shift_row(other)["is_flagged"]


def test_a_record_that_rests_on_knowing_early() -> None:
    table = lag_sensitivity({0: 0.77, 90: 0.76, 180: 0.67}.__getitem__, [0, 90, 180])
    assert table["loss"].tolist() == pytest.approx([0.0, 0.01, 0.10])
    assert table["is_flagged"].tolist() == [False, False, True]


def test_significant_digits() -> None:
    digits = significant_digits(pd.Series([120_000.0, 118_437.0, 0.0, np.nan, 99.5]))
    assert digits[[0, 1, 4]].tolist() == [2, 6, 3]
    assert np.isnan(digits[[2, 3]]).all()
