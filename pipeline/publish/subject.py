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
        sources: per imported file its name, hash, day of export and rows.
        problems: what `quarterdeck check` finds wrong, but for what depends on the day of the check.
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
    sources: tuple[dict[str, Any], ...] = ()
    problems: tuple[DataProblem, ...] = ()

    @property
    def as_of(self) -> datetime.date:
        """The day whose end the book shows."""
        return self.period.last

    @property
    def definition(self) -> str:
        """Hash of what `company.toml` says, except who gets what when."""
        return hashlib.sha256(json.dumps(self.settings, sort_keys=True).encode()).hexdigest()[:24]

    @property
    def settings(self) -> dict[str, Any]:
        """What `company.toml` says, defaults included, except who gets what when and how imports are read."""
        return self.company.model_dump(mode="json", exclude={"delivery", "schedule", "mapping"})


@dataclass(frozen=True)
class DataProblem:
    """Something wrong with the data, in words; a serious one makes reports wrong."""

    name: str
    sentence: str
    is_serious: bool


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
            sources=_sources(imports),
            problems=_problems(warehouse, book.company, book.as_of),
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
        "problems": [dataclasses.asdict(problem) for problem in subject.problems],
    }


def subject_from_fields(fields: Mapping[str, Any], company: Company) -> Subject:
    """The subject that `subject_fields` made."""
    given = dict(fields)
    for name in ("first_day", "last_day"):
        given[name] = datetime.date.fromisoformat(given[name]) if given[name] else None
    given["period"] = Period.parse(given["period"], datetime.date.min)
    given["tables"] = {name: TableFacts(**facts) for name, facts in given["tables"].items()}
    given["markets"] = tuple(given["markets"])
    given["sources"] = tuple(given.get("sources", ()))
    given["problems"] = tuple(DataProblem(**problem) for problem in given.get("problems", ()))
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


def _sources(imports: Any) -> tuple[dict[str, Any], ...]:
    """One entry per file that was imported, in the order of the imports."""
    kept = imports[
        ["file", "sha256", "table_name", "exported_on", "rows_read", "rows_accepted", "rows_refused"]
    ]
    kept = kept.assign(exported_on=imports["exported_on"].dt.strftime("%Y-%m-%d").fillna(""))
    rows = kept.astype(object).where(kept.notna(), None).to_dict("records")
    return tuple({str(name): _plain(value) for name, value in row.items()} for row in rows)


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str) else int(value)


def _problems(warehouse: Any, company: Company, as_of: datetime.date) -> tuple[DataProblem, ...]:
    """What is wrong whatever day it is: a report that was made again must get the same verdict."""
    from pipeline.intake.problems import problems
    from pipeline.intake.quality import quality

    by_the_clock = ("in-the-future", "stale")
    return tuple(
        DataProblem(f"data {one.kind} {one.subject}", one.sentence(company.language), one.is_serious)
        for one in problems(quality(warehouse, company, as_of))
        if one.kind not in by_the_clock
    )


def _markets(company: Company, met: set[str]) -> tuple[str, ...]:
    """Markets that customers belong to: in the company's order, then those it does not list."""
    listed = [market for market in company.order("market") if market in met]
    return (*listed, *sorted(met - set(listed) - {""}))
