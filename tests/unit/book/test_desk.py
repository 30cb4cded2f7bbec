from datetime import date

import pytest
from questions import QUESTIONS

from pipeline.book import open_book
from pipeline.book.desk import resolved_period
from pipeline.company import Company
from pipeline.errors import UsageError, WarehouseError
from pipeline.warehouse import Warehouse

FROM_JANUARY = (date(2026, 1, 5),)


@pytest.mark.parametrize(
    ("text", "last_event", "key"),
    [
        ("last-closed month", date(2026, 10, 31), "2026-10"),
        ("last-closed month", date(2026, 10, 30), "2026-10"),  # the 30th is October's last working day
        ("last-closed month", date(2026, 10, 29), "2026-09"),
        ("last-closed quarter", date(2026, 10, 30), "2026-Q3"),
        ("Last-Closed Week", date(2026, 10, 30), "2026-W44"),
        ("2026-Q2", date(2026, 10, 30), "2026-Q2"),
    ],
)
def test_a_period_counts_from_the_last_day_the_data_knows(text, last_event, key):
    assert resolved_period(text, (*FROM_JANUARY, last_event), Company()).key == key


def test_today_holds_back_what_is_not_over():
    days = (*FROM_JANUARY, date(2026, 10, 31))
    assert resolved_period("last-closed month", days, Company(), date(2026, 10, 31)).key == "2026-09"
    assert resolved_period("last-closed month", days, Company(), date(2027, 3, 1)).key == "2026-10"


@pytest.mark.parametrize("text", ["2025-12", "2026-12"])
def test_a_period_outside_the_data_is_refused(text):
    with pytest.raises(UsageError, match="reaches from 2026-01-05 to 2026-10-30"):
        resolved_period(text, (*FROM_JANUARY, date(2026, 10, 30)), Company())


def test_a_folder_without_data_says_how_to_get_some(tmp_path):
    with pytest.raises(WarehouseError, match=r"quarterdeck demo .*quarterdeck import"):
        open_book(tmp_path, warehouse="")


def test_the_book_knows_what_is_missing(small):
    from conftest import book_at

    book = book_at(small, date(2026, 1, 9))
    assert book.missing("customers", "orders", "payments") == ("orders", "payments")
    assert not book.has("orders")
    assert book.rows("customers") == 5
    assert (book.first_day, book.last_day) == (date(2026, 1, 5), date(2026, 1, 5))
    assert book.whole is book


def test_a_warehouse_that_was_never_written_answers_with_empty_tables(tmp_path):
    from conftest import book_at

    book = book_at(Warehouse.open(tmp_path, url=""), date(2026, 1, 9))
    answers = {question: len(ask(book)) for question, ask in QUESTIONS.items()}
    assert answers == dict.fromkeys(QUESTIONS, 0)
