from datetime import date

import pandas as pd
from conftest import book_at

JUNE = date(2026, 6, 30)


def test_open_invoices_are_what_payments_leave_over(small):
    owed = book_at(small, JUNE).money.open_invoices().set_index("invoice_id")
    assert list(owed.index) == ["i2", "i3"]
    assert owed.loc["i2", "open_amount"] == 150 - 50
    assert owed.loc["i2", "customer_id"] == "c2"  # by its order
    assert owed.loc["i2", "due_on"] == pd.Timestamp("2026-03-31")  # no due day: 30 days after it was issued
    assert owed.loc["i2", "days_overdue"] == 30 + 31 + 30
    assert book_at(small, date(2026, 2, 19)).money.open_invoices()["open_amount"].tolist() == [100]


def test_settled_on_is_the_day_of_the_last_payment(small):
    paid = book_at(small, JUNE).money.settled_invoices().set_index("invoice_id")
    assert paid.loc["i1", "settled_on"] == pd.Timestamp("2026-03-05")
    assert paid.loc["i1", "days_from_due"] == 13 + 5
    assert pd.isna(paid.loc["i2", "settled_on"])
    assert list(paid["payments"]) == [2, 1, 0]


def test_exposure_is_owed_shipped_and_ordered(small):
    exposure = book_at(small, JUNE).money.exposure().set_index("customer_id")
    assert exposure.loc["c3"].tolist() == [40, 30, 70 - 30, 40 + 30 + 40, 40]
    assert exposure.loc["c2", "exposure"] == 100
    assert exposure.loc["c1", "open_orders"] == 50


def test_orders_on_their_way_to_cash(small):
    orders = book_at(small, JUNE).money.orders().set_index("order_id")
    assert "o4" not in orders.index  # cancelled
    assert orders.loc["o5", ["amount", "shipped_amount", "billed_amount"]].tolist() == [70, 30, 0]
    assert orders.loc["o1", "last_delivered_on"] == pd.Timestamp("2026-01-20")
    assert book_at(small, JUNE).money.unbilled_orders()["order_id"].tolist() == ["o2", "o5", "o6"]


def test_the_latest_known_setting_counts(small):
    early, late = book_at(small, date(2026, 2, 5)), book_at(small, JUNE)
    assert early.targets.in_force(date(2026, 1, 1), date(2026, 3, 31))["amount"].tolist() == [1000, 300]
    assert late.targets.in_force(date(2026, 1, 1), date(2026, 3, 31))["amount"].tolist() == [1000, 250]
    assert late.targets.in_force(date(2026, 5, 1), date(2026, 5, 31))["period"].tolist() == [
        "2026",
        "2026-05",
    ]
    assert early.money.credit_terms()["term_days"].tolist() == [30, 30]
    assert late.money.credit_terms()["term_days"].tolist() == [60, 30]
    assert late.quotas.in_force()[["allocated", "ordered"]].to_numpy().tolist() == [[5, 2 + 1], [20, 7]]
    assert late.scorecards.inputs()["value"].tolist() == [90, 70]


def test_tickets_do_not_know_their_end_before_it_came(small):
    march = book_at(small, date(2026, 3, 31)).service.tickets()
    assert march["ticket_id"].tolist() == ["t1"]
    assert march["answered_on"].tolist() == [pd.Timestamp("2026-03-04")]
    assert march["closed_on"].isna().all()
    assert march["satisfaction"].isna().all()
    assert book_at(small, JUNE).service.tickets()["satisfaction"].tolist()[0] == 4


def test_customers_are_known_from_their_first_contact_or_event(small):
    assert book_at(small, date(2026, 2, 1)).customers.all()["customer_id"].tolist() == [
        "c1",
        "c2",
        "c3",
        "c5",
    ]
    customers = book_at(small, JUNE).customers.all().set_index("customer_id")
    assert "c4" in customers.index
    assert customers["is_traded"].tolist() == [True, False, True, False, False]
    assert customers.loc["c3", ["market", "rep_id", "grade"]].tolist() == ["North", "p2", ""]
    assert str(customers["employees"].dtype) == "Int64"


def test_people_join_and_leave(small):
    march, june = book_at(small, date(2026, 3, 31)).people.all(), book_at(small, JUNE).people.all()
    assert march["person_id"].tolist() == ["p1", "p2"]
    assert march["is_active"].all()
    assert june["is_active"].tolist() == [True, False, True]


def test_activities_belong_to_the_deals_customer(small):
    book = book_at(small, JUNE)
    assert book.activities.list(kinds=("call",))["customer_id"].tolist() == ["c1", "c2"]
    by_customer = book.activities.by_customer().set_index("customer_id")
    assert by_customer.loc["c1", ["activities", "visits_12_months", "calls_12_months"]].tolist() == [3, 2, 1]


def test_answers_have_the_contracts_dtypes(small):
    from questions import QUESTIONS

    for name, ask in QUESTIONS.items():
        dtypes = {str(kind) for kind in ask(book_at(small, JUNE)).dtypes}
        assert dtypes <= {"str", "datetime64[s]", "float64", "int64", "bool", "Int64"}, name
