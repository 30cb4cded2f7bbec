"""Visits, calls and other activities."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import pandas as pd

from pipeline.book.days import day_literal, year_before
from pipeline.book.dimensions import first_text, in_scope, with_dimensions
from pipeline.book.section import Asked, Section


class Activities(Section):
    """What was done with customers and deals, as far as the book's date and scope reach."""

    def list(
        self, first: date | None = None, last: date | None = None, kinds: Iterable[str] = ()
    ) -> pd.DataFrame:
        """Activities from `first` to `last`, of `kinds` (all when empty), one row each.

        Columns: activity_id, kind, done_on, customer_id (the deal's where the activity names none),
        opportunity_id, person_id, role (of the person), market, department, person, industry, grade,
        business_line and product_line (of the deal). Market, department: as of a sale; the person who did it.
        """
        question = ("list", first, last, tuple(kinds))
        return self._once(question, lambda: self._list(first, last, question[3]))

    def by_customer(self) -> pd.DataFrame:
        """What was done with each customer, one row per customer with an activity.

        Columns: customer_id, activities, activities_12_months, visits_12_months (visits and meetings),
        calls_12_months, first_activity_on, last_activity_on, last_visit_on, last_call_on.
        """
        return self._once(("by_customer",), self._by_customer)

    def _rows(self) -> Any:
        done, deals = self._know.table("activities"), self._know.table("opportunities")
        people = self._know.table("people").select("role", doer="person_id")
        deals = deals.select(
            "business_line", "product_line", deal="opportunity_id", deal_customer="customer_id"
        )
        rows = done.left_join(deals, [("opportunity_id", "deal")])
        rows = rows.left_join(people, [("person_id", "doer")])
        rows = rows.mutate(
            customer_id=first_text(rows.customer_id, rows.deal_customer), rep_id=rows.person_id,
            role=rows.role.fill_null(""), business_line=rows.business_line.fill_null(""),
            product_line=rows.product_line.fill_null(""),
        ).drop("deal", "deal_customer", "doer")  # fmt: skip
        return in_scope(self._book.scope, with_dimensions(self._know, rows))

    def _list(self, first: date | None, last: date | None, kinds: tuple[str, ...]) -> Asked:
        rows = self._rows()
        if first is not None:
            rows = rows.filter(rows.done_on >= day_literal(first))
        if last is not None:
            rows = rows.filter(rows.done_on <= day_literal(last))
        if kinds:
            rows = rows.filter(rows.kind.isin(kinds))
        columns = (
            "activity_id", "kind", "done_on", "customer_id", "opportunity_id", "person_id", "role", "market",
            "department", "person", "industry", "grade", "business_line", "product_line",
        )  # fmt: skip
        return self._asked(rows.select(*columns), ["done_on", "activity_id"])

    def _by_customer(self) -> Asked:
        rows = self._rows()
        rows = rows.filter(rows.customer_id != "")
        recent = rows.done_on > year_before(self._book.as_of)
        visit, call = rows.kind.isin(("visit", "meeting")), rows.kind == "call"
        found = rows.group_by("customer_id").agg(
            activities=rows.count(), activities_12_months=recent.sum(),
            visits_12_months=(recent & visit).sum(),
            calls_12_months=(recent & call).sum(), first_activity_on=rows.done_on.min(),
            last_activity_on=rows.done_on.max(), last_visit_on=rows.done_on.max(where=visit),
            last_call_on=rows.done_on.max(where=call),
        )  # fmt: skip
        return self._asked(found, ["customer_id"])
