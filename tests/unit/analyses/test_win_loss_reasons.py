"""Reasons in the words of exports, English and Chinese, mapped to the handbook's taxonomy."""

import pandas as pd
import pytest

from pipeline.analyses.win_loss.fields import KNOWN_AT, LEARNED_FROM
from pipeline.analyses.win_loss.pairs import _closest
from pipeline.analyses.win_loss.reasons import TAXONOMY, mapped_reasons, reason_of
from pipeline.analyses.win_loss.training import decided


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", ""),
        ("price", "price"),
        ("Timing/Budget", "timing_budget"),
        ("Too expensive compared with the offer", "price"),
        ("Lost to competitor", "competitor"),
        ("Lost to another vendor at a lower price", "price"),
        ("No decision / went dark", "no_decision"),
        ("Missing feature: offline mode", "product_fit"),
        ("Budget cut by head office", "timing_budget"),
        ("Champion left the company", "relationship"),
        ("价格太高", "price"),
        ("产品功能不满足", "product_fit"),
        ("客户关系不到位", "relationship"),
        ("不了了之", "no_decision"),
        ("预算取消", "timing_budget"),
        ("售前人员不足", "resources"),
        ("竞争对手抢单", "competitor"),
        ("ＰＲＩＣＥ", "price"),
        ("xyzzy", "other"),
    ],
)
def test_words_of_exports(text: str, reason: str) -> None:
    assert reason_of(text) == reason


def test_every_code_of_the_taxonomy_means_itself() -> None:
    assert [reason_of(code) for code in TAXONOMY] == list(TAXONOMY)


def test_both_sides_are_mapped() -> None:
    deals = pd.DataFrame({"reason_rep": ["价格", ""], "reason_customer": ["no budget", "demo failed"]})
    mapped = mapped_reasons(deals)
    assert mapped["rep_reason"].tolist() == ["price", ""]
    assert mapped["customer_reason"].tolist() == ["timing_budget", "sales_process"]


def test_nothing_known_only_at_closing_is_ever_learned_from() -> None:
    never = {name for name, known in KNOWN_AT.items() if known in ("closing", "today")}
    assert never >= {"competitor", "reason_rep", "reason_customer", "closed_on", "grade"}
    assert not never & set(LEARNED_FROM)


def test_deals_decided_late_weigh_more_than_hasty_ones() -> None:
    day = pd.Timestamp("2026-01-01")
    rows = pd.DataFrame({
        "opportunity_id": ["a", "b", "c", "d"],
        "snapshot_on": [day, day, day, pd.Timestamp("2026-03-01")],
        "ending": ["won", "lost", "open", "invalid"],
        "ended_on": pd.DatetimeIndex(["2026-01-11", "2026-03-22", None, "2026-03-05"]),
    })  # fmt: skip
    kept = decided(rows, pd.Timestamp("2026-04-01").date()).set_index("opportunity_id")
    assert kept.index.tolist() == ["a", "b"]
    # follow-up is 90, 90, 90 and 31 days: all four could show an ending after 10 days, three after 80.
    assert kept["weight"].tolist() == pytest.approx([1.0, 4 / 3])


def test_closest_pairs_use_each_deal_once() -> None:
    import numpy as np

    distance = np.array([[0.1, 0.2], [0.15, 0.9]])
    assert _closest(distance, 2) == [(0, 0), (1, 1)]
