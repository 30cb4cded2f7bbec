"""A company small enough to reckon by hand; tables as the tests type them."""

import pandas as pd

DATES = (
    "created_on", "ordered_on", "cancelled_on", "promised_on", "changed_on", "known_on", "expected_close_on",
    "next_step_on", "reasons_known_on", "paid_on", "issued_on", "due_on", "done_on", "set_on", "opened_on",
    "answered_on", "closed_on", "shipped_on", "delivered_on", "first_contact_on", "joined_on", "left_on",
)  # fmt: skip


def frame(columns: str, *rows: tuple[object, ...]) -> pd.DataFrame:
    """A typed table: names of the columns, then its rows; dates as text."""
    table = pd.DataFrame(list(rows), columns=columns.split())
    for name in table.columns:
        if name in DATES:
            table[name] = pd.to_datetime(table[name]).astype("datetime64[s]")
    return table


def tables() -> dict[str, pd.DataFrame]:
    """Three reps in two markets, five customers, and every kind of event; the story runs in 2026."""
    return {
        "people": frame(
            "person_id name role department market joined_on left_on",
            ("p1", "Ada", "rep", "Sales 1", "East", "2020-01-01", None),
            ("p2", "Bo", "rep", "Sales 2", "North", "2020-01-01", "2026-06-30"),
            ("p3", "Cy", "rep", "Sales 2", "North", "2026-04-01", None),
        ),
        "customers": frame(
            "customer_id name industry market rep_id channel grade_manual is_key_account first_contact_on "
            "employees",
            ("c1", "Alpha", "steel", "East", "p1", "web", "A", True, "2025-01-01", 10),
            ("c2", "Beta", "steel", "North", "p2", None, "B", False, "2025-02-01", None),
            ("c3", "Gamma", "food", None, "p2", None, None, None, None, 7),
            ("c4", "Delta", "food", "East", "p1", None, None, False, "2026-05-05", 3),
            ("c5", "Epsilon", None, None, None, None, None, False, None, None),
        ),
        "products": frame(
            "product_id name product_line business_line",
            ("x", "X", "standard", "direct"),
            ("y", "Y", "mini", "direct"),
        ),
        "orders": frame(
            "order_id customer_id rep_id ordered_on amount business_line channel cancelled_on",
            ("o1", "c1", "p1", "2026-01-10", 100.0, "direct", None, None),
            ("o2", "c1", "p1", "2026-01-10", 50.0, "direct", None, None),
            ("o3", "c1", "p3", "2026-03-01", -30.0, "direct", None, None),
            ("o4", "c2", "p2", "2026-02-15", 200.5, "service", "fair", "2026-04-10"),
            ("o5", "c3", None, "2026-05-20", 70.0, None, None, None),
            ("o6", None, "p3", "2026-06-11", 9.99, "direct", None, None),
        ),
        "order_lines": frame(
            "order_id line_number ordered_on product_id quantity amount",
            ("o1", 1, "2026-01-10", "x", 2.0, 60.0),
            ("o1", 2, "2026-01-10", "y", 1.0, 30.0),
            ("o2", 1, "2026-01-10", "x", 1.0, 50.004),
            ("o5", 1, "2026-05-20", "y", 7.0, 70.0),
        ),
        "opportunities": frame(
            "opportunity_id name customer_id created_on business_line product_line is_strategic "
            "reasons_known_on reason_rep competitor",
            ("d1", "Deal 1", "c1", "2026-01-05", "direct", "standard", True, "2026-05-02", "price", "Rival"),
            ("d2", "Deal 2", "c2", "2026-02-01", "service", "mini", False, None, None, None),
            ("d3", "Deal 3", "c3", "2026-03-01", "direct", None, False, None, "early", None),
            ("d4", "Deal 4", "c4", "2026-05-05", "direct", "mini", False, None, None, None),
        ),
        "opportunity_history": frame(
            "opportunity_id change_number changed_on known_on outcome stage amount expected_close_on rep_id "
            "next_step_on probability",
            ("d1", 1, "2026-01-05", "2026-01-05", "open", "lead", 3e6, "2026-04-01", "p1", None, 0.05),
            ("d1", 2, "2026-02-01", "2026-02-03", "open", "proposal", 3e6, "2026-05-01", "p1", None, 0.3),
            ("d1", 3, "2026-03-01", "2026-03-02", "open", "qualified", 2.5e6, "2026-06-01", "p1", None, 0.15),
            ("d1", 4, "2026-04-30", "2026-05-02", "lost", "qualified", 2.5e6, "2026-04-30", "p1", None, 0.0),
            ("d2", 1, "2026-02-01", "2026-02-01", "open", "lead", 4e5, "2026-05-01", "p2", None, None),
            ("d2", 2, "2026-03-15", "2026-03-15", "open", "tender", 6e5, "2026-04-15", "p2", None, None),
            ("d2", 3, "2026-04-10", "2026-04-10", "open", "tender", 6e5, "2026-04-15", "p3", None, None),
            ("d2", 4, "2026-05-20", "2026-05-20", "won", "contract", 5.5e5, "2026-05-20", "p3", None, 1.0),
            ("d3", 1, "2026-03-01", "2026-06-15", "open", "lead", None, None, None, None, None),
            ("d4", 1, "2026-05-05", "2026-05-05", "open", "lead", 1e5, "2026-07-01", "p1", None, 0.05),
        ),
        "activities": frame(
            "activity_id kind done_on customer_id opportunity_id person_id",
            ("a1", "visit", "2026-01-20", "c1", "d1", "p1"),
            ("a2", "call", "2026-02-20", None, "d1", "p1"),
            ("a3", "call", "2026-03-20", "c2", None, "p2"),
            ("a4", "meeting", "2026-05-30", "c1", None, "p3"),
        ),
        "invoices": frame(
            "invoice_id order_id customer_id issued_on due_on amount",
            ("i1", "o1", "c1", "2026-01-15", "2026-02-15", 100.0),
            ("i2", "o4", None, "2026-03-01", None, 150.0),
            ("i3", None, "c3", "2026-06-01", "2026-06-20", 40.0),
        ),
        "payments": frame(
            "payment_id invoice_id customer_id paid_on amount",
            ("y1", "i1", "c1", "2026-02-20", 60.0),
            ("y2", "i1", "c1", "2026-03-05", 40.0),
            ("y3", "i2", None, "2026-04-20", 50.0),
            ("y4", None, "c4", "2026-06-02", 5.0),
        ),
        "shipments": frame(
            "shipment_id order_id shipped_on delivered_on amount",
            ("s1", "o1", "2026-01-12", "2026-01-20", 100.0),
            ("s2", "o5", "2026-05-28", "2026-06-03", 30.0),
        ),
        "targets": frame(
            "period metric market department person_id business_line product_line amount set_on",
            ("2026", "contracts", None, None, None, None, None, 1000.0, "2026-01-02"),
            ("2026-Q1", "contracts", "East", None, None, None, None, 300.0, "2026-01-02"),
            ("2026-Q1", "contracts", "East", None, None, None, None, 250.0, "2026-02-10"),
            ("2026-05", "collections", None, None, "p1", None, None, 70.0, "2026-04-20"),
        ),
        "service_tickets": frame(
            "ticket_id customer_id person_id kind opened_on answered_on closed_on satisfaction",
            ("t1", "c1", "p1", "complaint", "2026-03-03", "2026-03-04", "2026-04-01", 4.0),
            ("t2", "c2", None, "fault", "2026-05-03", None, None, None),
        ),
        "market_grid": frame(
            "industry market region companies spend_per_company",
            ("steel", "East", "Wuxi", 40, 1000.0),
            ("food", "North", None, 10, 500.0),
        ),
        "credit_terms": frame(
            "customer_id set_on term_days adjustment reason",
            ("c1", "2026-01-01", 30, 0.0, None),
            ("c1", "2026-04-01", 60, 5.0, "loyal"),
            ("c2", "2026-02-01", 30, None, None),
        ),
        "quotas": frame(
            "customer_id product_id month allocated set_on",
            ("c1", "x", "2026-01", 10.0, "2026-01-01"),
            ("c1", "x", "2026-01", 5.0, "2026-02-01"),
            ("c3", "y", "2026-05", 20.0, "2026-04-01"),
        ),
        "scorecard_inputs": frame(
            "person_id month indicator value set_on",
            ("p1", "2026-01", "teamwork", 80.0, "2026-02-01"),
            ("p1", "2026-01", "teamwork", 90.0, "2026-03-01"),
            ("p2", "2026-01", "teamwork", 70.0, "2026-02-01"),
        ),
    }
