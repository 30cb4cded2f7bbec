"""What the template is told about a report beyond its notebook, and what rendering gives back."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

Status = Literal["published", "held_back"]


@dataclass(frozen=True)
class Link:
    """A link to another page: its words and its address relative to the page."""

    title: str
    href: str


@dataclass(frozen=True)
class ReportFacts:
    """Facts for masthead and footer.

    Attributes:
        notebook: name of the notebook, without folder and suffix.
        period_key: `2026-10`, `2026-Q3`, ...
        scope_dimension: empty for the whole company, else `market`, ...
        scope_value: the dimension's value.
        as_of: last day that the data knew.
        status: published, or shown although held back.
        run_id: identifier of the run.
        fingerprint: digest of the data.
        versions: versions that matter, by name.
        rows: rows of the tables used, by table.
        rebuild_command: what to type to make the report again.
        siblings: the other reports of the run.
        index_href: address of the catalogue; empty for none.
        previous_href: the same report of the period before; empty for none.
        before_key: that period; empty when it has no report.
        before: its headline numbers that may be compared with this period's, by name.
        before_parts: what each cause moved (`by_new_data`, ...), by number, where the change was split.
        before_causes: what else than new data differs since: `corrected`, `definition`, `code`.
    """

    notebook: str
    period_key: str
    as_of: datetime.date
    scope_dimension: str = ""
    scope_value: str = ""
    status: Status = "published"
    run_id: str = ""
    fingerprint: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[str, int] = field(default_factory=dict)
    rebuild_command: str = ""
    siblings: tuple[Link, ...] = ()
    index_href: str = ""
    previous_href: str = ""
    before_key: str = ""
    before: Mapping[str, float] = field(default_factory=dict)
    before_causes: tuple[str, ...] = ()
    before_parts: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


@dataclass(frozen=True)
class RenderedReport:
    """A report on disk.

    Attributes:
        html: the page.
        workbook: the tables, or nothing when the report has none.
        html_bytes: size of the page.
        title: the report's title in its language.
        answer: its first sentence.
        headlines: the records of its key figures.
        findings: the records of its findings, answers included.
        left_out: one sentence for everything that could not be shown.
    """

    html: Path
    workbook: Path | None
    html_bytes: int
    title: str
    answer: str
    headlines: tuple[Mapping[str, Any], ...] = ()
    findings: tuple[Mapping[str, Any], ...] = ()
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Incident:
    """Why a report is held back.

    Attributes:
        notebook: which report.
        sentence: what happened, in words.
        cell: source of the failing cell, if one failed.
        error: the error's own text.
        checks: data checks that failed, in words.
        remedy: what to do.
        last_good_href: address of the last good report; empty for none.
    """

    notebook: str
    sentence: str
    cell: str = ""
    error: str = ""
    checks: tuple[str, ...] = ()
    remedy: str = ""
    last_good_href: str = ""


@dataclass(frozen=True)
class IndexEntry:
    """One published review in the catalogue.

    Attributes:
        period_key: its period.
        scope: its scope in words.
        status: its status.
        published_at: when, as text of the reader's calendar.
        reports: its reports.
        changes: sentences of what changed since the review before.
        answer: the executive page's first sentence.
    """

    period_key: str
    scope: str
    status: Status
    published_at: str
    reports: tuple[Link, ...]
    changes: tuple[str, ...] = ()
    answer: str = ""
