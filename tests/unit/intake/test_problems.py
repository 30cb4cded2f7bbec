"""What a quality report finds wrong, in words, and what of it holds reports back."""

import datetime

import pandas as pd
import pytest

from pipeline.intake.problems import problems
from pipeline.intake.quality import QualityReport

DAY = datetime.date(2026, 11, 22)
COLUMNS = {
    "tables": ["table_name", "rows", "first_on", "last_on"],
    "completeness": ["table_name", "column_name", "filled", "is_required"],
    "keys": ["table_name", "rows"],
    "orphans": ["table_name", "column_name", "refers_to", "rows"],
    "impossible_days": ["table_name", "column_name", "rule", "seen"],
    "stale": ["table_name", "exported_on", "days_old"],
    "unknown_values": ["dimension", "table_name", "value", "rows"],
    "refused": ["file", "rule", "column_name", "action", "rows"],
    "chapters": ["chapter", "is_complete", "missing"],
}


def report(**rows):
    given = {"tables": [("orders", 100, "", "")], **rows}
    frames = {name: pd.DataFrame(given.get(name, []), columns=columns) for name, columns in COLUMNS.items()}
    return QualityReport(checked_on=DAY, **frames)


def test_good_data_has_no_problem():
    assert problems(report()) == ()


def test_nothing_loaded_is_serious():
    (problem,) = problems(report(tables=[]))
    assert problem.is_serious
    assert problem.sentence() == "Nothing is loaded: there is nothing to report on."


def test_a_broken_key_is_serious_and_comes_first():
    found = problems(
        report(
            impossible_days=[("orders", "cancelled_on < ordered_on", "wrong-order", "2")],
            keys=[("orders", 4)],
        )
    )
    assert [(one.kind, one.is_serious) for one in found] == [("keys", True), ("wrong-order", False)]
    assert found[0].sentence() == (
        "4 rows of orders have a key (order_id) that is empty or stands there twice: sums would count them "
        "wrongly."
    )
    assert found[0].sentence("zh") == "orders 有 4 行的主键（order_id）为空或重复：合计会算错。"
    assert found[1].sentence() == "In orders, cancelled_on < ordered_on in 2 rows."


@pytest.mark.parametrize(("rows", "is_serious"), [(5, False), (6, True)])
def test_references_to_nothing_are_serious_beyond_one_in_twenty(rows, is_serious):
    (problem,) = problems(report(orphans=[("orders", "customer_id", "customers", rows)]))
    assert problem.is_serious is is_serious
    assert f"{rows} rows of orders ({rows}.0%; up to 5% are tolerated)" in problem.sentence()


def test_unknown_values_are_one_problem_per_dimension_and_table():
    seen = [("channel", "orders", value, 1) for value in "abcdefg"]
    (problem,) = problems(report(unknown_values=seen))
    assert problem.sentence() == (
        "channel in orders has 7 values that company.toml does not list: a, b, c, d, e."
    )


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_kind_has_its_sentence(language):
    found = problems(
        report(
            keys=[("orders", 1)],
            orphans=[("orders", "customer_id", "customers", 1)],
            impossible_days=[
                ("orders", "ordered_on", "in-the-future", "2030-01-01"),
                ("a", "b", "wrong-order", "1"),
            ],
            stale=[("orders", "2026-01-31", 295)],
            unknown_values=[("channel", "orders", "x", 1)],
        )
    )
    assert len(found) == 6
    assert not [
        one for one in found if one.sentence(language).startswith("problem-") or "{" in one.sentence(language)
    ]
