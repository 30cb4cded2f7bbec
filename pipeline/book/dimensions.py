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
    """`rows` (with customer_id, rep_id and perhaps channel) with the dimensions that come from
    customers and people: market, department, person, industry, grade, channel. Only `needed` joins are made.
    """
    wanted = set(needed) & FROM_CUSTOMER
    if not wanted:
        return rows
    customers = know.table("customers")
    customers = customers.select(
        customer_key=customers.customer_id, customer_market=customers.market, customer_rep=customers.rep_id,
        customer_channel=customers.channel, industry=customers.industry, grade=customers.grade_manual,
    )  # fmt: skip
    joined = rows.left_join(customers, [("customer_id", "customer_key")])
    values = {name: joined[name].fill_null("") for name in ("industry", "grade")}
    values["channel"] = first_text(
        joined.channel if "channel" in rows.columns else "", joined.customer_channel
    )
    values["person"] = first_text(joined.rep_id, joined.customer_rep)
    values["market"] = joined.customer_market.fill_null("")
    joined = joined.mutate(**values)
    if wanted & FROM_PERSON:
        joined = _with_people(know, joined)
    return joined.select(*dict.fromkeys([*rows.columns, *FROM_CUSTOMER_IN_ORDER]), *_department(joined))


FROM_CUSTOMER_IN_ORDER = ("market", "person", "industry", "grade", "channel")


def _department(joined: Any) -> list[str]:
    return ["department"] if "department" in joined.columns else []


def _with_people(know: Knowledge, rows: Any) -> Any:
    people = know.table("people")
    people = people.select(
        person_key=people.person_id, department=people.department, person_market=people.market
    )
    joined = rows.left_join(people, [("person", "person_key")])
    return joined.mutate(
        department=joined.department.fill_null(""), market=first_text(joined.market, joined.person_market)
    )


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
