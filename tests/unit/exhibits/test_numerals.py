import math

import pytest

from pipeline.exhibits import numerals

NAN = math.nan


@pytest.mark.parametrize(
    ("amounts", "language", "expected"),
    [
        ([3_245_678], "en", ("M", 2)),
        ([32_456_780], "en", ("M", 1)),
        ([324_567_800], "en", ("M", 0)),
        ([999.4], "en", ("", 0)),
        ([-5e9, 1], "en", ("bn", 2)),
        ([9e13], "en", ("tn", 1)),
        ([3_245_678], "zh", ("万", 0)),
        ([32_456], "zh", ("万", 2)),
        ([4.2e8], "zh", ("亿", 2)),
        ([], "en", ("", 0)),
        ([NAN, math.inf], "zh", ("", 0)),
    ],
)
def test_money_unit_gives_three_figures_of_the_largest_amount(amounts, language, expected):
    unit = numerals.money_unit(amounts, "auto", language)
    assert (unit.suffix(language), unit.decimals) == expected


def test_an_amount_just_below_a_unit_moves_up_with_its_rounding():
    # 999,600 in thousands would read 1,000k
    assert numerals.money_unit([999_600], "auto", "en").en == "M"


def test_display_unit_can_be_fixed():
    assert numerals.money_unit([5], "wan", "zh").worth == 10_000


@pytest.mark.parametrize(
    ("body", "currency", "language", "expected"),
    [
        ("3.2M", "CNY", "en", "CNY 3.2M"),
        ("−3.2M", "CNY", "en", "−CNY 3.2M"),
        ("+3.2M", "USD", "en", "+$3.2M"),
        ("320万", "CNY", "zh", "320万元"),
        ("320万", "CHF", "zh", "320万 CHF"),
    ],
)
def test_currency_stands_where_the_language_wants_it(body, currency, language, expected):
    assert numerals.with_currency(body, currency, language) == expected


@pytest.mark.parametrize(
    ("number", "digits", "signed", "expected"),
    [
        (1234567, 0, False, "1,234,567"),
        (-1234.5, 1, False, "−1,234.5"),
        (-0.4, 0, False, "0"),
        (0.4, 0, True, "0"),
        (12, 0, True, "+12"),
        (NAN, 0, False, "–"),
        (None, 0, False, "–"),
    ],
)
def test_grouped_has_a_true_minus_and_no_signed_zero(number, digits, signed, expected):
    assert numerals.grouped(number, digits, signed=signed) == expected


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        (0.347, "35%"),
        (0.0443, "4.4%"),
        (0.0, "0%"),
        (1.0, "100%"),
        (0.0001, "<0.1%"),
        (0.9999, ">99%"),
        (-0.0001, ">−0.1%"),
        (1.37, "137%"),
        (NAN, "–"),
    ],
)
def test_percent_never_rounds_a_little_to_nothing_or_almost_all_to_all(share, expected):
    assert numerals.percent(share) == expected


@pytest.mark.parametrize(
    ("number", "expected"), [(0, "0"), (7, "7"), (1.23456, "1.23"), (123.456, "123"), (0.0012345, "0.00123")]
)
def test_plain_keeps_three_figures(number, expected):
    assert numerals.plain(number) == expected
