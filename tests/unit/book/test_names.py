import math
from datetime import date, timedelta

import ibis
import pandas as pd
import pytest
from conftest import book_at
from pandas.testing import assert_frame_equal
from questions import QUESTIONS
from random_company import tables

from pipeline.book.marks import ANY_NUMBER, distances, holds_day, marked, unmarked, with_number
from pipeline.book.names import Names
from pipeline.errors import UsageError
from pipeline.parameters import Scope

MARCH, APRIL, MAY, JUNE = (date(2026, month, last) for month, last in ((3, 31), (4, 30), (5, 31), (6, 30)))


@pytest.fixture(scope="module")
def content():
    return tables(3)


@pytest.fixture
def warehouse(content, warehouse_of):
    return warehouse_of(content)


@pytest.fixture
def written(monkeypatch):
    """Labels of the statements that were written, in their order."""
    labels: list[str] = []
    write = Names._write

    def noted(self, label, *others):
        labels.append(label)
        return write(self, label, *others)

    monkeypatch.setattr(Names, "_write", noted)
    return labels


def recount(orders, as_of, first, last, cap):
    """Amount and what lies beyond the cap by month, added up order by order."""
    months: dict[pd.Timestamp, list[float]] = {}
    for order in orders.itertuples():
        day, gone = order.ordered_on.date(), order.cancelled_on
        if day > as_of or not first <= day <= last or (pd.notna(gone) and gone.date() <= as_of):
            continue
        beyond = math.copysign(max(abs(order.amount) - cap, 0.0), order.amount)
        sums = months.setdefault(order.ordered_on.to_period("M").to_timestamp(), [0.0, 0.0])
        sums[0], sums[1] = sums[0] + order.amount, sums[1] + beyond
    return [[month, *map(pytest.approx, sums)] for month, sums in sorted(months.items())]


def asked(warehouse, as_of, first, last, cap):
    found = book_at(warehouse, as_of).sales.by_period(first=first, last=last, cap=cap)
    return found[["period_start", "amount", "beyond"]].to_numpy().tolist()


def weeks_before(day, weeks):
    return day - timedelta(weeks=weeks)


def test_days_and_a_cap_that_move_with_the_date_are_answered_as_a_recount_does(warehouse, content, written):
    for number, as_of in enumerate((MARCH, MAY, JUNE, APRIL)):
        first, cap = weeks_before(as_of, 10), 50.0 + 100.5 * number
        expected = recount(content["orders"], as_of, first, as_of, cap)
        assert len(expected) >= 2
        assert asked(warehouse, as_of, first, as_of, cap) == expected
    assert sum("beyond" in label for label in written) == 1


def test_two_days_that_coincide_do_not_answer_for_two_that_differ(warehouse, content, written):
    orders, day = content["orders"], pd.Timestamp(MAY)
    sold = orders.loc[(orders["ordered_on"] < day) & orders["cancelled_on"].isna(), "ordered_on"].max().date()
    pairs = [(sold, sold), (weeks_before(sold, 8), sold), (sold, MAY), (MAY, MAY)]
    for first, last in pairs:
        assert asked(warehouse, MAY, first, last, 50.0) == recount(orders, MAY, first, last, 50.0)
    assert asked(warehouse, MAY, sold, sold, 50.0) != []
    assert sum("beyond" in label for label in written) == len(pairs)
    for first, last in pairs:  # the same distances a week later
        later = [day + timedelta(days=7) for day in (MAY, first, last)]
        assert asked(warehouse, *later, 50.0) == recount(orders, *later, 50.0)
    assert sum("beyond" in label for label in written) == len(pairs)


def test_a_day_at_another_distance_gets_a_statement_of_its_own(warehouse, content, written):
    for as_of in (MARCH, APRIL, MAY, JUNE):
        first = as_of.replace(day=1)
        assert asked(warehouse, as_of, first, as_of, 50.0) == recount(
            content["orders"], as_of, first, as_of, 50.0
        )
    assert sum("beyond" in label for label in written) == 2  # months of 31 and of 30 days


def test_two_caps_of_one_book_are_two_answers(warehouse, content, written):
    book = book_at(warehouse, JUNE)
    found = [book.sales.by_period(every="year", cap=cap)["beyond"].sum() for cap in (10, 100.0, math.inf, 10)]
    ever = (content["orders"], JUNE, date.min, JUNE)
    expected = [sum(row[2].expected for row in recount(*ever, cap)) for cap in (10, 100.0)]
    assert found == pytest.approx([*expected, 0.0, expected[0]])
    assert sum("beyond" in label for label in written) == 1
    with pytest.raises(UsageError, match="leaves nothing"):
        book.sales.by_period(cap=math.nan)


@pytest.mark.parametrize("as_of", [APRIL, MAY])
def test_a_reused_statement_is_the_one_that_would_be_written(warehouse, monkeypatch, written, as_of):
    made: dict[str, str] = {}
    view = warehouse.view

    def noted(name, sql, schema):
        made[name] = sql
        return view(name, sql, schema)

    monkeypatch.setattr(warehouse, "view", noted)
    answers, statements = [], []
    for reused in (False, True):
        warehouse.statements.clear()
        if reused:
            for ask in QUESTIONS.values():
                ask(book_at(warehouse, JUNE))
        made.clear()
        written.clear()
        book = book_at(warehouse, as_of)
        answers.append([ask(book) for ask in QUESTIONS.values()])
        statements.append(dict(made))
    assert written == []
    assert statements[0] == statements[1]
    for name, fresh, again in zip(QUESTIONS, *answers, strict=True):
        assert_frame_equal(again, fresh, check_exact=True, obj=name)


def test_a_day_that_the_label_does_not_tell_stays(warehouse, content):
    """Whoever names an expression badly gets it written anew, and with it what is made of it."""
    for as_of in (MARCH, MAY):
        know = book_at(warehouse, as_of).knowledge
        orders = know.table("orders")

        def since(orders=orders):
            return orders.filter(orders.ordered_on >= ibis.literal(date(2026, 2, 2)))

        def counted(know=know, since=since):
            return know.named("since a day", since).count().name("rows").as_table()

        rows = know.named("how many", counted)
        days = content["orders"]["ordered_on"].dt.date
        assert know.backend.to_pyarrow(rows)["rows"].to_pylist() == [
            ((days >= date(2026, 2, 2)) & (days <= as_of)).sum()
        ]
    kept = {label for _, label in warehouse.statements}
    assert "orders" in kept
    assert not {"since a day", "how many"} & kept


def test_a_statement_holds_its_number_and_nothing_is_made_of_it(warehouse):
    know = book_at(warehouse, MAY).knowledge
    orders = know.table("orders")
    large = orders.filter(orders.amount > 100.0)
    with pytest.raises(ValueError, match="built without the number"):
        know.named_with("large", lambda: large, lambda: None, 100.0)

    def outer():
        return know.named_with("large", lambda: orders.filter(orders.amount > ANY_NUMBER), dict, 100.0)[0]

    with pytest.raises(ValueError, match="cannot depend on a number"):
        know.named("made of it", outer)


def test_a_market_that_is_called_like_a_day_keeps_its_name(warehouse, content, warehouse_of):
    odd = {name: table.replace({"market": {"East": "2026-03-31"}}) for name, table in content.items()}
    renamed = warehouse_of(odd)
    for as_of in (MARCH, MAY, JUNE):
        there, here = (
            book_at(w, as_of).scoped(Scope("market", name)).sales.by_period(last=as_of)
            for w, name in ((renamed, "2026-03-31"), (warehouse, "East"))
        )
        assert len(here) > 0
        assert_frame_equal(there, here, check_exact=True)


SQL = (
    "SELECT CAST(x AS DECIMAL(18, 4)) WHERE a <= MAKE_DATE(2026, 5, 31) AND b > MAKE_DATE(2026, 5, 1) AND "
    "c = '2026-05-31' AND d < MAKE_DATE(2026, 1, 1) AND e < MAKE_TIMESTAMP(2026, 5, 1, 0, 0, 0.0)"
)


def test_marks_stand_for_days_by_their_distance():
    known = distances('Sales ["2026-05-01", "2026-05-31", "2026-05-31", "2026-02-31"]', MAY)
    assert known == {0, -30}
    shown = marked(SQL, MAY, known)
    assert unmarked(shown, MAY) == SQL
    assert holds_day(shown)  # 1 January is not among the known
    assert unmarked(shown, MARCH) == (
        "SELECT CAST(x AS DECIMAL(18, 4)) WHERE a <= MAKE_DATE(2026, 3, 31) AND b > MAKE_DATE(2026, 3, 1) AND"
        " c = '2026-03-31' AND d < MAKE_DATE(2026, 1, 1) AND e < MAKE_TIMESTAMP(2026, 3, 1, 0, 0, 0.0)"
    )
    assert not holds_day(marked(SQL, MAY, {*known, -150}))
    assert not holds_day("2026-02-31 DECIMAL(18, 4) IN (10, 20, 30)")


@pytest.mark.parametrize("number", [0.1, 20.0, 87505.66, 1e22, 1e-7])
def test_a_number_is_written_as_ibis_writes_it(warehouse, number):
    table = ibis.table({"x": "float64"}, name="t")
    shown, real = (
        warehouse.backend.compile(table.x * (1.0 - each / table.x)) for each in (ANY_NUMBER, number)
    )
    assert with_number(shown, number) == real
