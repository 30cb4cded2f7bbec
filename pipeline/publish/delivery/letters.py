"""Who gets what: the company's recipients matched with what is published, and the mail or files for each."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pipeline.company import Company, Recipient
from pipeline.parameters import Scope
from pipeline.publish.drawing import executed_path
from pipeline.publish.edition import edition
from pipeline.publish.layout import RECORD_FILE, Layout, scope_folder
from pipeline.publish.pages import draw_mail
from pipeline.publish.record import Record, find_record

EXECUTIVE = "executive_summary"


@dataclass(frozen=True)
class Letter:
    """One report for one reader.

    Attributes:
        executive: the notebook whose page the mail shows.
        notebooks: those whose reports go along.
    """

    recipient: Recipient
    record: Record
    folder: Path
    executive: str
    notebooks: tuple[str, ...]

    @property
    def key(self) -> str:
        """The same for the same reader, period, scope and language."""
        told = f"{self.record.period} {self.record.key} {self.recipient.to}"
        return hashlib.sha256(told.encode()).hexdigest()[:20]

    @property
    def files(self) -> list[Path]:
        """The report's files that go along: pages first, executed notebooks not."""
        names = [name for one in self.notebooks for name in self.record.notebooks[one].files]
        published = sorted(name for name in names if not name.endswith(".ipynb"))
        return [
            self.folder / name
            for name in sorted(published, key=lambda name: (not name.endswith(".html"), name))
        ]


@dataclass(frozen=True)
class Body:
    """A mail's subject and its two alternatives."""

    subject: str
    html: str
    text: str


def letters(company: Company, layout: Layout, period_key: str) -> list[Letter]:
    """A letter per recipient whose scope is published in their language, in the order of company.toml.

    The role says which page the mail shows and which reports go along; where the review has none of those
    (a weekly one, say, of another chapter) there is no letter.
    """
    found = []
    for recipient in company.delivery.recipients:
        wanted = edition(Scope.parse(recipient.scope), recipient.language or company.language, company)
        folder = layout.scope(period_key, wanted.key)
        record = find_record(folder / RECORD_FILE)
        role = company.delivery.role(recipient)
        made = record.notebooks if record else {}
        names = tuple(name for name in made if not role.notebooks or name in role.notebooks)
        if record is not None and names:
            executive = next((name for name in (role.page, EXECUTIVE) if name in names), names[0])
            found.append(Letter(recipient, record, folder, executive, names))
    return found


def body(letter: Letter, company: Company) -> Body:
    """The mail that stands for the executive page."""
    told = draw_mail(
        str(executed_path(letter.folder, letter.executive)),
        company.model_dump(mode="json"),
        letter.record.language,
        _facts(letter),
        link(letter, company),
    )
    return Body(told["subject"], told["html"], told["text"])


def link(letter: Letter, company: Company) -> str:
    """Address of the full report; empty where the company gives no address of its published reports."""
    base = company.delivery.link_base.rstrip("/")
    if not base:
        return ""
    path = f"{letter.record.period}/{scope_folder(letter.record.key)}/{letter.executive}.html"
    return f"{base}/{quote(path)}"


def _facts(letter: Letter) -> dict[str, Any]:
    record = letter.record
    dimension, _, value = record.scope.partition("=")
    return {
        "notebook": letter.executive,
        "period_key": record.period,
        "as_of": record.last_day,
        "scope_dimension": dimension if value else "",
        "scope_value": value,
        "run_id": record.report,
        "fingerprint": record.notebooks[letter.executive].fingerprint,
        "versions": record.versions,
        "rows": {name: facts["rows"] for name, facts in record.tables.items()},
    }
