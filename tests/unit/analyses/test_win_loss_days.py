"""Days of the snapshots that win and loss learns from."""

import datetime
from types import SimpleNamespace

import pandas as pd

from pipeline.analyses.win_loss import training

AS_OF = datetime.date(2026, 10, 31)


def book(deals):
    table = pd.DataFrame({"closed_on": pd.to_datetime(["2020-01-01"] * deals)})
    return SimpleNamespace(as_of=AS_OF, opportunities=SimpleNamespace(as_they_stood=lambda: table))


def back(days):
    return [(AS_OF - day).days for day in reversed(days)]


def test_a_small_book_is_learned_from_every_four_weeks_of_three_years():
    assert back(training.learning_days(book(10))) == [28 * place for place in range(39)]


def test_a_large_book_is_learned_from_every_third_of_them_and_looked_at_for_thirteen_months(monkeypatch):
    monkeypatch.setattr(training, "LARGE_BOOK_DEALS", 9)
    assert back(training.learning_days(book(10))) == [84 * place for place in range(13)]
    assert back(training.snapshot_days(book(10))) == [28 * place for place in range(14)]
