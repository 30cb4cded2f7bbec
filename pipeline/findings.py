"""What an analysis has to say beyond its tables: quantities, findings, and what could not be computed.

These values travel from analyses to exhibits, which turn them into sentences of either language;
neither room knows the other, both know this one.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal[
    "money", "count", "number", "percent", "points", "ratio", "p_value", "days", "date", "month", "week",
    "period", "text", "label",
]  # fmt: skip
"""How a quantity is written: `percent` a share of 0 to 1, `points` a difference of shares, `p_value` the
chance of a test, `period` a period's key (2026-Q4), `label` a dimension's value that has a name in each
language (`dimension` says which)."""


@dataclass(frozen=True)
class Quantity:
    """One number of a sentence, with its interval where it has one.

    `value`, `low` and `high` are unrounded and in base units: money in the company's currency,
    percent and points as 0 to 1, days as days.
    """

    kind: Kind
    value: float | int | str | datetime.date
    low: float | None = None
    high: float | None = None
    dimension: str = ""


@dataclass(frozen=True)
class Finding:
    """One sentence, before it has a language.

    Attributes:
        key: message of the catalogues (`locale/<language>/<chapter>.ftl`).
        values: the message's variables.
        money_at_stake: what the ranking goes by, in the company's currency, at least 0.
        evidence: identifier of the exhibit that shows it.
        kind: `answer` (first sentence of a chapter), `change` (since last month), and so on.
        owner: person_id of who acts, for actions and risks.
        due_on: when an action is to be done.
        likelihood: 0 to 1, for risks.
    """

    key: str
    values: Mapping[str, Quantity] = field(default_factory=dict)
    money_at_stake: float = 0.0
    evidence: str = ""
    kind: Literal["answer", "finding", "change", "risk", "action"] = "finding"
    owner: str = ""
    due_on: datetime.date | None = None
    likelihood: float | None = None


@dataclass(frozen=True)
class Missing:
    """Stands where a table would, when the company's data cannot support it.

    Attributes:
        what: message that names what is left out, such as `missing-lifetime-value`.
        tables: tables that would be needed and are empty.
        reason: message of another reason (history too short, too few deals); empty if tables say it.
        values: the reason's variables.
    """

    what: str
    tables: tuple[str, ...] = ()
    reason: str = ""
    values: Mapping[str, Quantity] = field(default_factory=dict)


def money(value: float, low: float | None = None, high: float | None = None) -> Quantity:
    """An amount in the company's currency."""
    return Quantity("money", value, low, high)


def count(value: float) -> Quantity:
    """A number of things."""
    return Quantity("count", value)


def percent(value: float, low: float | None = None, high: float | None = None) -> Quantity:
    """A share of 0 to 1."""
    return Quantity("percent", value, low, high)


def text(value: str) -> Quantity:
    """Free text from the data, such as a customer's name."""
    return Quantity("text", value)


def label(dimension: str, key: str) -> Quantity:
    """A dimension's value, written in the reader's language."""
    return Quantity("label", key, dimension=dimension)


def period(key: str) -> Quantity:
    """A period by its key: 2026-10, 2026-Q4, 2026."""
    return Quantity("period", key)
