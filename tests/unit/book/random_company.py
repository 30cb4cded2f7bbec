"""Random tables of every kind, with gaps, late knowledge, reopened deals, credits and cancellations."""

from datetime import date, timedelta

import numpy as np
import pandas as pd

from pipeline import catalog

FIRST = date(2026, 1, 1)
DAYS = 200
MARKETS = ("East", "North", "South")


def tables(seed: int) -> dict[str, pd.DataFrame]:
    """All tables of the catalogue, a dozen to some dozens of rows each."""
    draw = Draw(np.random.default_rng(seed))
    people = [f"p{i}" for i in range(5)]
    customers = [f"c{i}" for i in range(12)]
    products = [f"x{i}" for i in range(4)]
    orders, deals, invoices = ids("o", 30), ids("d", 14), ids("i", 25)
    made = {
        "people": draw.table(
            "people", people, market=MARKETS, department=("Sales 1", "Sales 2"), joined_on=date, left_on=date
        ),
        "customers": draw.table(
            "customers", customers, market=MARKETS, rep_id=people, industry=("steel", "food"),
            channel=("web",),
            grade_manual=("A", "B"), first_contact_on=date, is_key_account=(True, False),
        ),
        "products": draw.table("products", products, product_line=("mini", "new"), business_line=("direct",)),
        "orders": draw.table(
            "orders", orders, customer_id=customers, rep_id=people, ordered_on=date, amount=(-40.0, 900.0),
            business_line=("direct", "service"), channel=("fair",), cancelled_on=date, opportunity_id=deals,
        ),
        "opportunities": draw.table(
            "opportunities", deals, customer_id=customers, created_on=date, business_line=("direct",
            "service"),
            product_line=("mini", "new"), reasons_known_on=date, reason_rep=("price", "fit"),
            competitor=("Rival",),
        ),
        "activities": draw.table(
            "activities", ids("a", 40), kind=("call", "visit", "meeting"), done_on=date,
            customer_id=customers,
            opportunity_id=deals, person_id=people,
        ),
        "shipments": draw.table(
            "shipments", ids("s", 20), order_id=orders, shipped_on=date, delivered_on=date, amount=(1.0,
            500.0)
        ),
        "invoices": draw.table(
            "invoices", invoices, order_id=orders, customer_id=customers, issued_on=date, due_on=date,
            amount=(1.0, 900.0)
        ),
        "payments": draw.table(
            "payments", ids("y", 30), invoice_id=invoices, customer_id=customers, paid_on=date, amount=(1.0,
            500.0)
        ),
        "service_tickets": draw.table(
            "service_tickets", ids("t", 12), customer_id=customers, person_id=people, kind=("complaint",
            "fault"),
            opened_on=date, answered_on=date, closed_on=date, satisfaction=(1.0, 5.0),
        ),
    }  # fmt: skip
    made["order_lines"] = draw.lines(made["orders"], products)
    made["opportunity_history"] = draw.history(made["opportunities"], people)
    made |= draw.settings(customers, people, products)
    return made


def ids(letter: str, count: int) -> list[str]:
    return [f"{letter}{number}" for number in range(count)]


class Draw:
    """Draws columns; a third of what is not required is left empty."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng

    def day(self) -> date:
        return FIRST + timedelta(days=int(self.rng.integers(DAYS)))

    def value(self, kind: object) -> object:
        if kind is date:
            return self.day()
        if isinstance(kind, tuple) and isinstance(kind[0], float):
            return round(float(self.rng.uniform(*kind)), 2)
        return kind[int(self.rng.integers(len(kind)))]

    def table(self, name: str, keys: list[str], **kinds: object) -> pd.DataFrame:
        declared = catalog.table(name)
        columns: dict[str, list[object]] = {declared.key[0]: list(keys)}
        for column, kind in kinds.items():
            gap = 0.0 if declared.column(column).required else 0.33
            columns[column] = [None if self.rng.random() < gap else self.value(kind) for _ in keys]
        return typed(name, pd.DataFrame(columns))

    def lines(self, orders: pd.DataFrame, products: list[str]) -> pd.DataFrame:
        rows = []
        for order in orders.itertuples():
            for number in range(int(self.rng.integers(3))):
                part = round(order.amount / 2, 2)
                product = None if self.rng.random() < 0.2 else self.value(products)
                rows.append((order.order_id, number + 1, order.ordered_on, product, 2.0, part))
        columns = ["order_id", "line_number", "ordered_on", "product_id", "quantity", "amount"]
        return typed("order_lines", pd.DataFrame(rows, columns=columns))

    def history(self, deals: pd.DataFrame, people: list[str]) -> pd.DataFrame:
        rows = []
        for deal in deals.itertuples():
            changed = deal.created_on.date()
            for number in range(1, int(self.rng.integers(1, 7)) + 1):
                known = changed + timedelta(days=int(self.rng.integers(0, 20)))
                rows.append((deal.opportunity_id, number, changed, known, *self.state(people)))
                changed += timedelta(days=int(self.rng.integers(0, 40)))
        columns = (
            "opportunity_id change_number changed_on known_on outcome stage amount "
            "probability expected_close_on rep_id next_step_on"
        )
        return typed("opportunity_history", pd.DataFrame(rows, columns=columns.split()))

    def state(self, people: list[str]) -> tuple[object, ...]:
        def some(kind: object) -> object:
            return None if self.rng.random() < 0.2 else self.value(kind)

        outcome = self.value(("open", "open", "open", "won", "lost", "invalid"))
        stage = some(("lead", "qualified", "proposal", "tender", "odd"))
        return outcome, stage, some((1e4, 3e6)), some((0.0, 1.0)), some(date), some(people), some(date)

    def settings(
        self, customers: list[str], people: list[str], products: list[str]
    ) -> dict[str, pd.DataFrame]:
        """Tables whose rows are set again later; keys are kept distinct."""
        made = {
            "targets": {
                "period": ("2026", "2026-Q1", "2026-02"), "metric": ("contracts", "collections"),
                "market": MARKETS,
                "person_id": people, "business_line": ("direct",), "amount": (1.0, 900.0), "set_on": date,
            },
            "credit_terms": {
                "customer_id": customers, "set_on": date, "term_days": (30, 60), "adjustment": (0.0, 9.0)
            },
            "quotas": {
                "customer_id": customers, "product_id": products, "month": ("2026-02", "2026-03"),
                "allocated": (1.0, 9.0), "set_on": date,
            },
            "scorecard_inputs": {
                "person_id": people, "month": ("2026-02",), "indicator": ("teamwork",), "value": (1.0, 99.0),
                "set_on": date,
            },
            "market_grid": {
                "industry": ("steel", "food"), "market": MARKETS, "region": ("r1", "r2"), "companies": (3, 9)
            },
        }  # fmt: skip
        return {name: self.rows(name, kinds) for name, kinds in made.items()}

    def rows(self, name: str, kinds: dict[str, object]) -> pd.DataFrame:
        declared = catalog.table(name)
        table = pd.DataFrame(
            [
                {
                    c: None if not declared.column(c).required and self.rng.random() < 0.3 else self.value(k)
                    for c, k in kinds.items()
                }
                for _ in range(20)
            ]
        )
        key = [column for column in declared.key if column in table.columns]
        return typed(name, table.drop_duplicates(key, ignore_index=True))


def typed(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """A table in the catalogue's dtypes."""
    for column in table.columns:
        if catalog.table(name).column(column).type == "date":
            table[column] = pd.to_datetime(table[column]).astype("datetime64[s]")
    return table


def cut(made: dict[str, pd.DataFrame], as_of: date) -> dict[str, pd.DataFrame]:
    """The tables as they could have been exported at the end of `as_of`: nothing that became known later."""
    day = pd.Timestamp(as_of)
    left = {}
    for name, table in made.items():
        declared = catalog.table(name)
        kept = table[table[declared.known_on] <= day].copy() if declared.known_on else table.copy()
        original = kept.copy()
        for column in declared.columns:
            if column.known_with and column.name in kept and column.known_with in kept:
                kept[column.name] = kept[column.name].where(original[column.known_with] <= day)
        left[name] = kept
    return left
