import json
import math

import pytest

from pipeline.exhibits import headlines
from pipeline.exhibits.cards import kind_of, with_changes
from pipeline.exhibits.exhibit import HEADLINES_MIME

VALUES = {
    "landing_month": 18.4e6, "landing_month_low": 15e6, "landing_month_high": 22e6, "wins": 23, "losses": 41,
    "win_rate": 0.359, "secret_count": 7, "gap_month": math.nan,
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("contracts_cny", "money"), ("landing_year", "money"), ("target_quarter", "money"),
        ("gap_month", "money"),
        ("forecast_next_month", "money"), ("win_rate", "percent"), ("win_rate_by_amount", "percent"),
        ("probability_of_target_year", "percent"), ("wins", "count"), ("open_deals", "count"),
        ("contracts_cny_year_to_date", "money"), ("days_sales_outstanding_days", "days"),
    ],
)  # fmt: skip
def test_the_kind_follows_from_the_name(name, kind):
    assert kind_of(name) == kind


def test_cards_show_value_interval_and_change(en):
    html = headlines(VALUES, en, before={"wins": 20, "losses": 38}, since="Sep 2026").html
    assert "<small>CNY</small> 18.4M" in html
    assert "CNY 15.0M to 22.0M" in html
    assert '<span class="qd-better">+3 since Sep 2026</span>' in html
    assert '<span class="qd-worse">+3 since Sep 2026</span>' in html


def test_chinese_cards_have_their_unit(zh):
    assert "1,840万<small>元</small>" in headlines(VALUES, zh).html


def test_only_what_has_a_label_gets_a_card_but_all_go_to_the_record(en):
    shown = headlines(VALUES, en)
    assert "secret" not in shown.html
    names = [record["name"] for record in shown.records]
    assert names == ["landing_month", "wins", "losses", "win_rate", "secret_count", "gap_month"]


def test_records_are_unrounded_plain_json(en):
    bundle = headlines(VALUES, en)._repr_mimebundle_()
    records = json.loads(json.dumps(bundle[HEADLINES_MIME], allow_nan=False))
    assert records[0] == {
        "name": "landing_month", "label": "Expected landing, month", "kind": "money", "unit": "CNY",
        "value": 18.4e6, "low": 15e6, "high": 22e6, "card": 1,
    }  # fmt: skip
    assert records[-1]["value"] is None


def test_show_chooses_and_orders_the_cards(en):
    html = headlines(VALUES, en, show=("losses", "wins", "unknown")).html
    assert html.index("Deals lost") < html.index("Deals won")
    assert "landing" not in html.lower()


def test_cards_made_again_from_their_records_keep_their_order_and_gain_the_change(en):
    shown = headlines(VALUES, en, show=("losses", "wins"))
    again = with_changes(shown.records, {"wins": 20}, "Sep 2026", en)
    assert again == headlines(VALUES, en, show=("losses", "wins"), before={"wins": 20}, since="Sep 2026").html
    assert with_changes((), {"wins": 20}, "Sep 2026", en) == ""
