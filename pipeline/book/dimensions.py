"""The dimensions of a row, and the filter of a scope: the one place for each.

The market of a sale or deal is the customer's, else that of the responsible person; the person is the
one who stands in the row, else the customer's; the department is the person's.
"""

from collections.abc import Iterable
from typing import Any

from pipeline.book.knowledge import Knowledge
from pipeline.company import Company
from pipeline.errors import UsageError
from pipeline.parameters import Scope

DIMENSIONS = (
    "business_line", "product_line", "market", "department", "person", "industry", "grade", "size", "channel",
)  # fmt: skip
FROM_CUSTOMER = {"market", "person", "department", "industry", "grade", "channel"}
FROM_PERSON = {"market", "department"}


def checked_dimensions(by: Iterable[str]) -> tuple[str, ...]:
    """The dimensions asked for.

    Raises:
        UsageError: one of them is no dimension.
    """
    chosen = tuple(by)
    if unknown := [name for name in chosen if name not in DIMENSIONS]:
        raise UsageError(f"{unknown[0]!r} is not a dimension.", f"Use some of {', '.join(DIMENSIONS)}.")
    return chosen


def with_dimensions(know: Knowledge, rows: Any, needed: Iterable[str] = DIMENSIONS) -> Any:
    """Rows (with customer_id, rep_id and perhaps channel) and the dimensions of their customer and person.

    Adds market, department, person, industry, grade and channel; only the joins that `needed` asks for are
    made, and without any the rows stay as they are.
    """
    wanted = set(needed) & FROM_CUSTOMER
    if not wanted:
        return rows
    joined = rows.left_join(
        know.named("customer_facts", lambda: _customer_facts(know)), [("customer_id", "customer_key")]
    )
    values = {
        "person": first_text(joined.rep_id, joined.customer_rep),
        "market": joined.customer_market.fill_null(""),
        "industry": joined.industry.fill_null(""),
        "grade": joined.grade.fill_null(""),
        "channel": first_text(joined.channel if "channel" in rows.columns else "", joined.customer_channel),
    }
    joined = joined.mutate(**values).select(*dict.fromkeys([*rows.columns, *values]))
    return _with_people(know, joined) if wanted & FROM_PERSON else joined


def _with_people(know: Knowledge, rows: Any) -> Any:
    people = know.named("person_facts", lambda: _person_facts(know))
    joined = rows.left_join(people, [("person", "person_key")])
    joined = joined.mutate(
        department=joined.department.fill_null(""), market=first_text(joined.market, joined.person_market)
    )
    return joined.select(*rows.columns, "department")


def _customer_facts(know: Knowledge) -> Any:
    return know.table("customers").select(
        "industry", customer_key="customer_id", customer_market="market", customer_rep="rep_id",
        customer_channel="channel", grade="grade_manual",
    )  # fmt: skip


def _person_facts(know: Knowledge) -> Any:
    return know.table("people").select("department", person_key="person_id", person_market="market")


def first_text(*values: Any) -> Any:
    """The first of several texts that is not empty; "" if all are."""
    import ibis

    chosen = ibis.literal("")
    for value in reversed([v for v in values if not isinstance(v, str)]):
        filled = value.fill_null("")
        chosen = ibis.ifelse(filled != "", filled, chosen)
    return chosen


def deal_size(company: Company, amount: Any) -> Any:
    """Deal size of an amount (handbook section 3); "" where there is no amount."""
    import ibis

    deals = company.deals
    return ibis.cases(
        (amount > deals.large_above, "large"), (amount >= deals.medium_from, "medium"),
        (amount < deals.medium_from, "small"), else_="",
    )  # fmt: skip


def in_scope(scope: Scope, rows: Any) -> Any:
    """The rows of a scope. `rows` must have the scope's dimension as a column."""
    return rows if scope.is_company else rows.filter(rows[scope.dimension] == scope.value)


def scope_needs(scope: Scope) -> set[str]:
    """The dimensions that `in_scope` looks at."""
    return set() if scope.is_company else {scope.dimension}
