"""One scope's report in the making: what runs again, what stays, what the gate says, its record."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pipeline.files import link_or_copy
from pipeline.publish.drawing import digest, executed_path, localised_title, neighbours
from pipeline.publish.edition import Edition
from pipeline.publish.gate import Check, holds_back, report_checks
from pipeline.publish.jobs import Failure, Outcome
from pipeline.publish.kept import Kept, read_kept
from pipeline.publish.layout import Layout
from pipeline.publish.plan import Plan, Task
from pipeline.publish.publication import file_hashes
from pipeline.publish.record import NotebookRecord, Record, find_record, make_record, notebook_record


@dataclass
class ScopeReport:
    """An edition's part of a run.

    Attributes:
        before: the record that is published now, if any.
        stale: tasks that must run.
        staying: records of notebooks that this run does not execute.
        beside: what each page that is to be drawn is told of other reports, by notebook.
    """

    plan: Plan
    edition: Edition
    before: Record | None
    stale: tuple[Task, ...]
    staying: dict[str, NotebookRecord]
    failures: dict[str, Failure] = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    kept: dict[str, Kept] = field(default_factory=dict)
    checks: tuple[Check, ...] = ()
    beside: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def is_current(self) -> bool:
        """Nothing to run, and nothing to take away; a page may have to be drawn anew."""
        return self.before is not None and not self.stale and set(self.staying) == set(self.before.notebooks)

    @property
    def to_draw(self) -> tuple[Task, ...]:
        """Tasks of pages that are drawn, the notebook's run or not."""
        return tuple(task for task in self.plan.of(self.edition) if task.notebook in self.beside)

    @property
    def held_by(self) -> tuple[Check, ...]:
        """The checks that hold this report back."""
        return holds_back(self.checks)

    @property
    def report(self) -> str:
        """Identifies the content: the same fingerprints give the same report."""
        fingerprints = {name: record.fingerprint for name, record in self.staying.items()}
        fingerprints |= {task.notebook: task.fingerprint for task in self.stale}
        return hashlib.sha256(repr(sorted(fingerprints.items())).encode()).hexdigest()[:12]

    @property
    def titles(self) -> dict[str, str]:
        """Titles of all notebooks of the report, by name, the executive page first."""
        named = {name: record.title for name, record in self.staying.items()}
        named |= {name: kept.title for name, kept in self.kept.items()}
        return {
            name: named[name] for name in sorted(named, key=lambda name: (name != "executive_summary", name))
        }


def begin(plan: Plan, edition: Edition, layout: Layout, force: bool) -> ScopeReport:
    """Compare an edition's plan with what is published."""
    before = find_record(layout.record(plan.subject.period.key, edition.key))
    folder = layout.scope(plan.subject.period.key, edition.key)
    tasks = plan.of(edition)
    stale = tuple(task for task in tasks if force or not _is_published(task, before, folder))
    planned = {task.notebook for task in tasks}
    running = {task.notebook for task in stale}
    published = before.notebooks if before else {}
    # A full run drops notebooks that are no longer there; a run of some leaves the others alone.
    staying = {
        name: record
        for name, record in published.items()
        if name not in running and (name in planned or not plan.is_complete)
    }
    return ScopeReport(plan, edition, before, stale, staying)


def stage_staying(report: ScopeReport, folder: Path, published: Path) -> None:
    """Link the files of notebooks that stay into the staging folder."""
    for record in report.staying.values():
        for name in record.files:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            link_or_copy(str(published / name), str(folder / name))


def take_outcome(report: ScopeReport, task: Task, outcome: Outcome, folder: Path) -> None:
    """Note how a notebook came out."""
    report.outcomes[task.notebook] = outcome
    if outcome.failure is not None:
        report.failures[task.notebook] = outcome.failure
        return
    kept = read_kept(executed_path(folder, task.notebook))
    language = report.edition.language
    report.kept[task.notebook] = replace(kept, title=localised_title(task.notebook, kept.title, language))


def judge(report: ScopeReport, data: tuple[Check, ...]) -> None:
    """Put the report through the gate."""
    current = {task.notebook: task.fingerprint for task in report.plan.of(report.edition)}
    same_state = {
        name: Kept(record.title, record.headlines)
        for name, record in report.staying.items()
        if current.get(name) == record.fingerprint
    }
    report.checks = (*data, *report_checks(report.failures, {**same_state, **report.kept}))


def place(report: ScopeReport, layout: Layout, since: dict[str, Any]) -> None:
    """Note what pages are to be told of other reports; those that were told the same stay as they are."""
    for task in report.plan.of(report.edition):
        told = neighbours(report.plan, task, layout=layout, titles=report.titles, since=since)
        known = report.staying.get(task.notebook)
        if known is None or known.beside != digest(told):
            report.beside[task.notebook] = told


def take_away_pages(report: ScopeReport, folder: Path) -> None:
    """Make room for pages that are drawn anew: what lies there is shared with the published state."""
    for name in set(report.beside) & set(report.staying):
        for path in _drawn_files(folder, name):
            path.unlink(missing_ok=True)


def finish(report: ScopeReport, folder: Path, drawn: dict[str, Any], timing: dict[str, Any]) -> Record:
    """The record of a report whose pages are drawn."""
    notebooks = _records(report)
    for name, told in report.beside.items():
        files = [executed_path(folder, name), *_drawn_files(folder, name)]
        notebooks[name] = replace(
            notebooks[name],
            files=file_hashes(folder, [path for path in files if path.is_file()]),
            answer=(drawn.get(name) or {}).get("answer", ""),
            beside=digest(told),
        )
    return _record(report, notebooks, timing)


def preview(report: ScopeReport) -> Record:
    """The record as it will be, but for what is only known once the pages are drawn."""
    return _record(report, _records(report), {})


def _records(report: ScopeReport) -> dict[str, NotebookRecord]:
    notebooks = dict(report.staying)
    for task in report.stale:
        source = hashlib.sha256(task.source.read_bytes()).hexdigest()[:24]
        notebooks[task.notebook] = notebook_record(task, report.kept[task.notebook], {}, source)
    return notebooks


def _record(report: ScopeReport, notebooks: dict[str, NotebookRecord], timing: dict[str, Any]) -> Record:
    return make_record(
        report.plan,
        edition=report.edition,
        notebooks=notebooks,
        checks=report.checks,
        report=report.report,
        timing=timing,
    )


def _drawn_files(folder: Path, notebook: str) -> list[Path]:
    return [folder / f"{notebook}{suffix}" for suffix in (".html", ".xlsx")]


def _is_published(task: Task, before: Record | None, folder: Path) -> bool:
    known = before.notebooks.get(task.notebook) if before else None
    if known is None or known.fingerprint != task.fingerprint:
        return False
    return all((folder / name).is_file() for name in known.files)
