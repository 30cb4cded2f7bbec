import datetime
import math

import pandas as pd
import pytest

from pipeline.company import Company, Dimensions, DimensionValue
from pipeline.exhibits import Reader
from pipeline.findings import Quantity, money, percent

EAST = Company(dimensions=Dimensions(market=(DimensionValue(key="East", en="East China", zh="华东"),)))
EN, ZH = Reader.of(EAST, "en"), Reader.of(EAST, "zh")


def test_money_in_both_languages():
    assert EN.money(3_245_678) == "CNY 3.25M"
    assert ZH.money(3_245_678) == "325万元"


def test_money_with_its_interval_keeps_one_unit():
    assert EN.money(3_600_000, 3_100_000, 4_200_000) == "CNY 3.60M (3.10 to 4.20M)"
    assert ZH.money(3_600_000, 3_100_000, 4_200_000) == "360万元（310至420万）"


def test_half_an_interval_is_none():
    assert EN.money(3_600_000, 3_100_000, math.nan) == "CNY 3.60M"


@pytest.mark.parametrize("reader", [EN, ZH])
def test_what_is_absent_is_a_dash(reader):
    absent = [reader.money(math.nan), reader.percent(math.nan), reader.date(pd.NaT), reader.days(math.nan)]
    absent += [reader.points(math.nan), reader.month(None), reader.write(None, "count")]
    assert set(absent) == {"–"}


def test_dates_and_periods():
    day = datetime.date(2026, 10, 5)
    assert [EN.date(day), ZH.date(day)] == ["5 Oct 2026", "2026年10月5日"]
    assert [EN.month("2026-10"), ZH.month(pd.Period("2026-10"))] == ["Oct 2026", "2026年10月"]
    assert [EN.period("2026-Q3"), ZH.period("2026-W04")] == ["Q3 2026", "2026年第4周"]
    assert [EN.week(day), ZH.week(day)] == ["week of 5 Oct", "10月5日当周"]


def test_days_have_their_plural():
    assert [EN.days(1), EN.days(45), ZH.days(45)] == ["1 day", "45 days", "45天"]


def test_points_are_always_signed():
    assert [EN.points(0.032), ZH.points(-0.032)] == ["+3.2 points", "−3.2个百分点"]


def test_labels_come_from_the_company_and_fall_back_to_the_key():
    assert [EN.label("market", "East"), ZH.label("market", "East")] == ["East China", "华东"]
    assert EN.label("market", "Atlantis") == "Atlantis"
    assert EN.label("stage", "tender") == "Tender"
    assert [EN.label("market", ""), ZH.label("market", None)] == ["not assigned", "未指定"]


def test_quantities_are_written_with_their_interval():
    assert EN.quantity(money(2e6, 1e6, 3e6)) == "CNY 2.00M (1.00 to 3.00M)"
    assert ZH.quantity(percent(0.5, 0.4, 0.6)) == "50%（40%至60%）"
    assert EN.quantity(Quantity("days", 30.0, 20.0, 40.0)) == "30 days (20 to 40 days)"
    assert ZH.quantity(Quantity("points", 0.18, 0.084, 0.276)) == "+18.0个百分点（+8.4至+27.6个百分点）"
    assert ZH.quantity(Quantity("label", "East", dimension="market")) == "华东"


def test_a_list_in_words():
    assert EN.join(["a", "b", "c"]) == "a, b and c"
    assert ZH.join(["甲", "乙", "丙"]) == "甲、乙和丙"
    assert EN.join([]) == ""


def test_unknown_messages_and_missing_variables_are_refused():
    with pytest.raises(LookupError, match="no message `nonsense`"):
        EN.text("nonsense")
    with pytest.raises(LookupError, match="format-points"):
        EN.text("format-points")


def test_the_chance_of_a_test_is_never_written_as_nought(en):
    assert [en.p_value(chance) for chance in (0.0, 0.0009, 0.001, 0.0432)] == [
        "< 0.001", "< 0.001", "0.001", "0.043",
    ]  # fmt: skip
