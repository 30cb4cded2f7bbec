"""How values read: expected ones typed by hand."""

# ruff: noqa: E501 - one case beside the other

import datetime

import numpy as np
import pandas as pd
import pytest

from pipeline.tables.dates import order_evidence, read_dates
from pipeline.tables.numbers import decimal_evidence, read_numbers, unit_factor, without_doubtful
from pipeline.tables.texts import clean, read_booleans, read_choices, read_ids, read_periods
from pipeline.tables.values import by_distinct


def number(text, *others, **options):
    """The first of several values of one column, or the rule that it breaks."""
    read = read_numbers([text, *others], **options)
    return read.rules[0] or float(read.cells[0])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1234.5", 1234.5), ("-12", -12), ("1,234,567.89", 1234567.89), ("(1,234)", -1234), ("12-", -12),
        ("－１２．５", -12.5), ("１，２３４", 1234), ("¥1,200", 1200), ("1200元", 1200), ("12.5万", 125_000), ("3亿", 3e8),
        ("12万元", 120_000), ("5k", 5000), ("1.2M", 1_200_000), ("1 234 567", 1234567), ("1'234", 1234), ("+7", 7),
        ("1.5e3", 1500), (".5", 0.5), ("-¥30", -30), ("¥-30", -30), ("RMB 100", 100), ("12,34,567", 1234567),
        ("abc", "not-a-number"), ("1,2,3", "not-a-number"), ("12..5", "not-a-number"), ("#N/A", "excel-error"),
        ("nan", "not-a-number"), ("1e400", "too-large"), ("9999999999999999", "too-large"), ("1-2", "not-a-number"),
    ],
)  # fmt: skip
def test_numbers(text, value):
    assert number(text) == value


def test_the_decimal_sign_is_decided_by_the_column():
    assert number("1.234", "1.234,50") == 1234
    assert number("1.234", "1,234.50") == 1.234
    assert number("1,234", "2,5") == 1.234
    assert number("1,234") == 1234
    assert number("1,234", "1.234,50", "1,234.50") == "ambiguous-number"
    assert number("1.234,50", "1,234.50") == 1234.5
    assert number("1.234", decimal=",") == 1234


@pytest.mark.parametrize(
    ("text", "currency", "value"),
    [("$5", "USD", 5), ("$5", "CNY", "other-currency"), ("€5", "EUR", 5), ("5 EUR", "USD", "other-currency"),
     ("¥5", "JPY", 5), ("¥5", "CNY", 5), ("£5", "CNY", "other-currency")],
)  # fmt: skip
def test_currencies(text, currency, value):
    assert number(text, currency=currency) == value


@pytest.mark.parametrize(
    ("unit", "factor"),
    [("万元", 10_000), ("元", 1), ("亿元", 1e8), ("千元", 1000), ("人民币万元", 10_000), ("USD", 1), ("k", 1000),
     ("million", 1e6), ("单位：万元", 10_000), ("bushel", None), ("%", None)],
)  # fmt: skip
def test_units(unit, factor):
    assert unit_factor(unit) == factor


def day(text, order="", timezone="Asia/Shanghai"):
    read = read_dates([text], order, timezone)
    return read.rules[0] or str(read.cells[0].astype("datetime64[D]"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-10-31", "2026-10-31"), ("2026-10-31 23:59:59", "2026-10-31"), ("2026/1/5", "2026-01-05"),
        ("2026.10.31", "2026-10-31"), ("2026年10月31日", "2026-10-31"), ("２０２６年１０月３１日", "2026-10-31"),
        ("20261031", "2026-10-31"), ("31-Oct-2026", "2026-10-31"), ("Oct 31, 2026", "2026-10-31"),
        ("31 October 2026", "2026-10-31"), ("31.10.2026", "2026-10-31"), ("31/10/2026", "2026-10-31"),
        ("10/31/2026", "2026-10-31"), ("05/05/2026", "2026-05-05"), ("1.2.2026", "2026-02-01"),
        ("46326", "2026-10-31"), ("46326.75", "2026-10-31"), ("1793404800000", "2026-10-31"),
        ("2026-10-31T20:00:00Z", "2026-11-01"), ("2026-10-31T00:00:00.000+0000", "2026-10-31"),
        ("2026-10-31T20:00:00+08:00", "2026-10-31"), ("10/31/26", "2026-10-31"),
        ("03/04/2026", "ambiguous-date"), ("2026-02-29", "no-such-day"), ("2026-13-01", "no-such-day"),
        ("soon", "not-a-date"), ("1026-01-01", "date-out-of-range"), ("2026-10", "not-a-date"), ("#REF!", "excel-error"),
    ],
)  # fmt: skip
def test_dates(text, expected):
    assert day(text) == expected


def test_excel_serials_count_from_the_last_day_of_1899():
    assert day("46326") == str(datetime.date(1899, 12, 30) + datetime.timedelta(days=46326))


def test_the_order_of_day_and_month_is_proved_by_all_values():
    assert order_evidence(["03/04/2026", "13/04/2026"]) == {"d/m/y"}
    assert order_evidence(["03/04/2026", "04/13/2026"]) == {"m/d/y"}
    assert order_evidence(["13/04/2026", "04/13/2026"]) == {"d/m/y", "m/d/y"}
    assert order_evidence(["03/04/2026"]) == set()
    assert (day("03/04/2026", "d/m/y"), day("03/04/2026", "m/d/y")) == ("2026-04-03", "2026-03-04")


def test_floats_in_identifiers_lose_their_zero_only_if_all_are_numbers():
    assert read_ids(["13085.0", "85048"]).cells.tolist() == ["13085", "85048"]
    assert read_ids(["13085.0", "1.5"]).cells.tolist() == ["13085.0", "1.5"]
    assert read_ids(["1.0", "A7"]).cells.tolist() == ["1", "A7"]
    assert read_ids(["4.89E+11"]).rules.tolist() == ["damaged-id"]
    assert read_ids(["00012"]).cells.tolist() == ["00012"]


def test_a_zero_among_long_numbers_is_nobody():
    """A cleaned export wrote 0.0 for sales without a customer; where people count from zero, 0 is someone."""
    assert read_ids(["0.0", "12346.0", "13085.0"]).cells.tolist() == ["", "12346", "13085"]
    assert read_ids(["0", "1", "12346"]).cells.tolist() == ["0", "1", "12346"]
    assert read_ids(["0", "C12346"]).cells.tolist() == ["0", "C12346"]
    assert read_ids(["0"]).cells.tolist() == ["0"]


def test_texts_are_cleaned_of_what_nobody_sees():
    assert clean("  a\u00a0 b ") == "a b"
    assert clean("\ufeffA\u200bc\u202eme\x00") == "Acme"
    assert clean("e\u0301") == "\u00e9"


def test_choices_booleans_and_periods():
    assert read_choices(["Market Manager", "boss"], ["market_manager"]).cells.tolist() == [
        "market_manager",
        "",
    ]
    assert read_booleans(["是", "No", "TRUE", "2"]).rules.tolist() == ["", "", "", "not-a-boolean"]
    texts = [
        "2026-10",
        "2026年1月",
        "2026Q3",
        "2026年第三季度",
        "2026",
        "Oct 2026",
        "2026/10/01",
        "Q3 2026",
        "13/2026",
    ]
    expected = ["2026-10", "2026-01", "2026-Q3", "2026-Q3", "2026", "2026-10", "2026-10", "2026-Q3", ""]
    assert read_periods(texts).cells.tolist() == expected


def test_a_column_is_read_through_its_distinct_values():
    seen = []

    def read(texts):
        seen.extend(texts)
        return read_numbers(texts)

    series = pd.Series(["5", "x", "5", "", None, "n/a", "5"], index=[9, 8, 7, 6, 5, 4, 3], dtype="str")
    result = by_distinct(series, read, "float64")
    assert seen == ["5", "x"]
    assert result.cells.index.tolist() == series.index.tolist()
    assert np.array_equal(result.cells.to_numpy(), [5, np.nan, 5, np.nan, np.nan, np.nan, 5], equal_nan=True)
    assert result.rules.tolist() == ["", "not-a-number", "", "", "", "", ""]


def test_a_thousand_or_one_and_a_bit_is_refused_where_nothing_tells():
    texts = ["1.234", "7", "0.125", "12.5"]
    read = without_doubtful(texts, read_numbers(texts))
    assert read.rules.tolist() == ["ambiguous-number", "", "", ""]
    assert decimal_evidence(["1.234", "7"]) == set()
    assert decimal_evidence(["1.234", "2,5"]) == {","}
    assert decimal_evidence(["2.5", "2,5"]) == {".", ","}
