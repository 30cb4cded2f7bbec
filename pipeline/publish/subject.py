"""What a review is about: the period, the state of the data, the scopes that exist."""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from pipeline.company import Company
from pipeline.parameters import COMPANY_SCOPE, Period, Scope


@dataclass(frozen=True)
class Subject:
    """The facts about a book that planning and the record need.

    Attributes:
        data: the data folder as notebooks are given it.
        fingerprint: of everything the book knows by the period's end.
        tables: rows and fingerprint of each table.
        first_day, last_day: first and last day on which the data has an event.
        markets: for `each-market`, in reporting order.
        refused_rows, accepted_rows: of the imports that made the data.
    """

    data: str
    period: Period
    company: Company
    fingerprint: str
    tables: dict[str, TableFacts]
    first_day: datetime.date | None
    last_day: datetime.date | None
    markets: tuple[str, ...]
    refused_rows: int = 0
    accepted_rows: int = 0

    @property
    def as_of(self) -> datetime.date:
        """The day whose end the book shows."""
        return self.period.last

    @property
    def definition(self) -> str:
        """Hash of what `company.toml` says, except who gets what when."""
        said = self.company.model_dump(mode="json", exclude={"delivery", "schedule", "mapping"})
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:24]


@dataclass(frozen=True)
class TableFacts:
    """Rows known by the end of the period, and their fingerprint."""

    rows: int
    fingerprint: str


class OpenSubject(Protocol):
    """How a subject is found; tests give their own."""

    def __call__(self, data: str, period: str) -> Subject:
        """Open the book of a period and note its facts."""
        ...


def open_subject(data: str, period: str) -> Subject:
    """The facts of the company's book of a period.

    Raises:
        UsageError: the period does not read, or the data knows nothing of it.
        WarehouseError: the data cannot be opened.
    """
    from pipeline import catalog
    from pipeline.book import open_book

    book = open_book(data=data, period=period)
    warehouse = book.warehouse
    try:
        tables = {
            name: TableFacts(book.rows(name), warehouse.fingerprint(name, book.as_of))
            for name in catalog.tables()
            if book.has(name)
        }
        imports = warehouse.frame("imports")
        return Subject(
            data=data,
            period=book.period,
            company=book.company,
            fingerprint=book.knowledge.fingerprint,
            tables=tables,
            first_day=book.first_day,
            last_day=book.last_day,
            markets=_markets(book.company, set(book.customers.all()["market"])),
            refused_rows=int(imports["rows_refused"].sum()),
            accepted_rows=int(imports["rows_accepted"].sum()),
        )
    finally:
        warehouse.close()


def subject_fields(data: str, period: str) -> dict[str, Any]:
    """`open_subject` as plain values, without the company: they travel between processes and into notes."""
    subject = open_subject(data, period)
    fields = {one.name: getattr(subject, one.name) for one in dataclasses.fields(subject)}
    for name in ("company", "period", "first_day", "last_day", "tables"):
        del fields[name]
    return fields | {
        "period": subject.period.key,
        "first_day": subject.first_day.isoformat() if subject.first_day else "",
        "last_day": subject.last_day.isoformat() if subject.last_day else "",
        "tables": {name: dataclasses.asdict(facts) for name, facts in subject.tables.items()},
    }


def subject_from_fields(fields: Mapping[str, Any], company: Company) -> Subject:
    """The subject that `subject_fields` made."""
    given = dict(fields)
    for name in ("first_day", "last_day"):
        given[name] = datetime.date.fromisoformat(given[name]) if given[name] else None
    given["period"] = Period.parse(given["period"], datetime.date.min)
    given["tables"] = {name: TableFacts(**facts) for name, facts in given["tables"].items()}
    given["markets"] = tuple(given["markets"])
    return Subject(company=company, **given)


def resolve_scopes(texts: tuple[str, ...], subject: Subject) -> tuple[Scope, ...]:
    """The scopes that texts ask for; `each-market` stands for one report per market.

    Raises:
        UsageError: a text that is no scope.
    """
    scopes: list[Scope] = []
    for text in texts or (COMPANY_SCOPE.key,):
        if text.strip() == "each-market":
            scopes += [Scope("market", market) for market in subject.markets]
        else:
            scopes.append(Scope.parse(text))
    return tuple(dict.fromkeys(scopes))


def _markets(company: Company, met: set[str]) -> tuple[str, ...]:
    """Markets that customers belong to: in the company's order, then those it does not list."""
    listed = [market for market in company.order("market") if market in met]
    return (*listed, *sorted(met - set(listed) - {""}))
