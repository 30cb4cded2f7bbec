"""A run from end to end: plan, execute, gate, draw, publish by one rename, record, catalogue."""

from __future__ import annotations

import datetime
import secrets
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pipeline.company import Language
from pipeline.publish import aftermath, assembly
from pipeline.publish.assembly import ScopeReport
from pipeline.publish.before_forks import PRELOAD
from pipeline.publish.drawing import executed_path, report_job
from pipeline.publish.edition import editions
from pipeline.publish.execution import Progress, available_cores, call_in_pool, execute, open_pool
from pipeline.publish.gate import Check, data_checks, holds_back
from pipeline.publish.jobs import Limits, Outcome
from pipeline.publish.layout import Layout
from pipeline.publish.lock import writing
from pipeline.publish.order import in_good_order
from pipeline.publish.pages import Pages
from pipeline.publish.plan import Plan, Task, make_plan
from pipeline.publish.publication import Staging
from pipeline.publish.record import Record, write_record
from pipeline.publish.since_last import since_last
from pipeline.publish.subject import OpenSubject, open_subject, resolve_scopes
from pipeline.publish.worker.pool import Keyed, Pool

STANDARD_LIMITS = Limits()
STANDARD_PAGES = Pages()

Status = Literal["published", "unchanged", "held back"]


@dataclass(frozen=True)
class Request:
    """What a review is asked to be.

    Attributes:
        data: the data folder, relative to `home` or absolute.
        home: the project's folder: notebooks, lock, and where kernels work.
        scopes: `company`, `market=East`, `each-market`, ...
        languages: of the reports; empty for the company's own and those that readers in company.toml ask for.
        only: notebooks to run; empty for all.
        jobs: notebooks at a time; 0 for one per core.
        force: run what is unchanged too.
        wait_seconds: how long to wait for another run.
        settings: further parameters of the notebooks.
        preload: modules that workers and kernels find imported.
        beside: reports folder in which the period before is looked up; the run's own when None.
    """

    data: str
    reports: Path
    home: Path
    period: str = "last-closed month"
    scopes: tuple[str, ...] = ("company",)
    languages: tuple[Language, ...] = ()
    only: tuple[str, ...] = ()
    jobs: int = 0
    force: bool = False
    limits: Limits = STANDARD_LIMITS
    wait_seconds: float = 6 * 3600.0
    settings: dict[str, Any] = field(default_factory=dict)
    beside: Path | None = None
    preload: tuple[str, ...] = PRELOAD


@dataclass(frozen=True)
class ScopeResult:
    """What became of one scope's report; `record` is what is published now, if anything."""

    scope: str
    status: Status
    record: Record | None
    held_by: tuple[Check, ...] = ()


@dataclass(frozen=True)
class ReviewResult:
    """What became of a run."""

    period: str
    run: str
    scopes: tuple[ScopeResult, ...]

    def to_json(self, reports: Path) -> dict[str, Any]:
        """For programs."""
        layout = Layout(reports)
        return {
            "period": self.period,
            "run": self.run,
            "exit_code": self.exit_code,
            "index": str(layout.index),
            "scopes": [
                {
                    "scope": one.scope,
                    "status": one.status,
                    "record": str(layout.record(self.period, one.scope)) if one.record else None,
                    "headlines": one.record.headlines if one.record else {},
                    "held_by": [check.message for check in one.held_by],
                }
                for one in self.scopes
            ],
        }

    def to_text(self, reports: Path) -> str:
        """For people: one line per scope, and why what is held back is held back."""
        layout = Layout(reports)
        lines = []
        for one in self.scopes:
            place = layout.scope(self.period, one.scope)
            lines.append(f"{self.period} {one.scope}: {one.status} ({place})")
            lines += [f"  {check.message}" for check in one.held_by]
        return "\n".join([*lines, f"Catalogue: {layout.index}"])

    @property
    def exit_code(self) -> int:
        """0 if everything asked for is published, 1 if anything is held back."""
        return int(any(one.status == "held back" for one in self.scopes))


def review(
    request: Request, progress: Progress, open_book: OpenSubject = open_subject, pages: Pages = STANDARD_PAGES
) -> ReviewResult:
    """Publish the review of a period.

    Raises:
        UsageError: an unknown notebook, scope, period or parameter; nothing was run.
        PublishError: another run holds the reports folder for too long.
    """
    subject = open_book(request.data, request.period)
    made = editions(resolve_scopes(request.scopes, subject), subject.company, request.languages)
    plan = make_plan(subject, made, request.home, request.only, request.settings)
    layout = Layout(request.reports)
    with writing(layout.lock, request.wait_seconds, progress.say):
        aftermath.complete_last(layout)
        return _Run(request, plan, layout, progress, pages, open_book=open_book).do()


class _Run:
    """The steps of one run and what they share."""

    def __init__(
        self,
        request: Request,
        plan: Plan,
        layout: Layout,
        progress: Progress,
        pages: Pages,
        *,
        open_book: OpenSubject,
    ) -> None:
        self._request = request
        self._plan = plan
        self._layout = layout
        self._progress = progress
        self._pages = pages
        self._open_book = open_book
        self._started = time.monotonic()
        self._id = _run_id()
        self._period = plan.subject.period.key

    def do(self) -> ReviewResult:
        reports = [
            assembly.begin(self._plan, edition, self._layout, self._request.force)
            for edition in self._plan.editions
        ]
        checks = data_checks(self._plan.subject)
        for report in reports:
            report.checks = checks
            if report.is_current:
                self._place(report)
        due = [report for report in reports if report.beside or not report.is_current]
        jobs = self._request.jobs or min(available_cores(), max(sum(len(one.stale) for one in due), 1))
        with open_pool(jobs, self._request.preload) as pool:  # its workers start with the first job
            if not due or holds_back(checks):
                held = due if holds_back(checks) else []
                self._tell_and_draw(reports, held, pool)
                return self._result(reports, held, published={})
            published = self._make_and_publish(due, checks, pool)
            held = [report for report in due if report.edition.key not in published]
            self._remember(reports, held, published, pool)
            return self._result(reports, held, published)

    def _make_and_publish(
        self, due: list[ScopeReport], checks: tuple[Check, ...], pool: Pool
    ) -> dict[str, Record]:
        with Staging(self._layout, self._period, self._id) as staging:
            self._execute(due, staging, pool)
            for report in due:
                assembly.judge(report, checks)
            drawn = self._draw([report for report in due if not report.held_by], staging, pool)
            for report in due:
                assembly.judge(report, checks)  # a page that could not be drawn holds back too
            published = self._write_records(due, staging, drawn)
            if published:
                staging.publish()
        return published

    def _execute(self, due: list[ScopeReport], staging: Staging, pool: Pool) -> None:
        report_of = {task: report for report in due for task in report.stale}
        for report in due:
            folder = staging.scope(report.edition.key)
            published = self._layout.scope(self._period, report.edition.key)
            assembly.stage_staying(report, folder, published)
        executed = execute(
            self._in_good_order(list(report_of), due),
            output=lambda task: executed_path(staging.scope(task.edition.key), task.notebook),
            pool=pool,
            home=self._request.home,
            limits=self._request.limits,
            progress=self._progress,
            preload=self._request.preload,
        )
        for task, outcome in executed.outcomes.items():
            assembly.take_outcome(report_of[task], task, outcome, staging.scope(task.edition.key))

    def _place(self, report: ScopeReport) -> None:
        layout = Layout(self._request.beside or self._request.reports)
        assembly.place(report, layout, since_last(report, layout, self._open_book, self._request.data))

    def _draw(self, good: list[ScopeReport], staging: Staging, pool: Pool) -> dict[str, dict[str, Any]]:
        drawn: dict[str, dict[str, Any]] = {report.edition.key: {} for report in good}
        jobs: list[Keyed] = []
        report_of = {}
        for report in good:
            folder = staging.scope(report.edition.key)
            self._place(report)
            assembly.take_away_pages(report, folder)
            for task in report.to_draw:
                told = report.beside[task.notebook]
                report_of[task] = report
                jobs.append(
                    (
                        task,
                        report_job(
                            self._plan,
                            task,
                            folder=folder,
                            report=report.report,
                            pages=self._pages,
                            neighbours=told,
                        ),
                    )
                )

        def done(task: Task, outcome: Outcome) -> list[Keyed]:
            if outcome.failure is not None:
                report_of[task].failures[task.notebook] = outcome.failure
            drawn[task.edition.key][task.notebook] = outcome.value
            return []

        pool.run(jobs, done, lambda *_: None)
        return drawn

    def _write_records(
        self, due: list[ScopeReport], staging: Staging, drawn: dict[str, dict[str, Any]]
    ) -> dict[str, Record]:
        records = {}
        for report in due:
            key = report.edition.key
            if report.held_by:
                staging.drop(key)
                continue
            record = assembly.finish(report, staging.scope(key), drawn[key], self._timing(report))
            write_record(record, staging.scope(key))
            records[key] = record
        return records

    def _remember(
        self, reports: list[ScopeReport], held: list[ScopeReport], published: dict[str, Record], pool: Pool
    ) -> None:
        seconds = round(time.monotonic() - self._started, 3)
        aftermath.remember(self._layout, self._id, list(published.values()), held, seconds)
        self._tell_and_draw(reports, held, pool)

    def _tell_and_draw(self, reports: list[ScopeReport], held: list[ScopeReport], pool: Pool) -> None:
        def draw(function: str, arguments: dict[str, Any]) -> None:
            outcome = call_in_pool(pool, function, arguments)
            if outcome.failure is not None:
                raise RuntimeError(outcome.failure.traceback or outcome.failure.message)

        settled = [report for report in reports if report not in held]
        aftermath.tell_incidents(self._layout, held, settled, self._pages, draw)
        subject = self._plan.subject
        aftermath.draw_catalogue(self._layout, subject.company, subject.period.last.year, self._pages, draw)

    def _timing(self, report: ScopeReport) -> dict[str, Any]:
        return {
            "run": self._id,
            "published_at": _now(),
            "seconds": {name: outcome.seconds for name, outcome in sorted(report.outcomes.items())},
            "peak_memory_bytes": {
                name: outcome.value["peak_memory_bytes"]
                for name, outcome in sorted(report.outcomes.items())
                if outcome.value
            },
        }

    def _in_good_order(self, tasks: list[Task], due: list[ScopeReport]) -> list[Task]:
        took = {
            (report.edition, name): seconds.get("total", 0.0)
            for report in due
            if report.before
            for name, seconds in report.before.timing.get("seconds", {}).items()
        }
        return in_good_order(tasks, lambda task: took.get((task.edition, task.notebook), 1e9))

    def _result(
        self, reports: list[ScopeReport], held: list[ScopeReport], published: dict[str, Record]
    ) -> ReviewResult:
        results = []
        for report in reports:
            key = report.edition.key
            if report in held:
                results.append(ScopeResult(key, "held back", report.before, report.held_by))
            elif key in published:
                results.append(ScopeResult(key, "published", published[key]))
            else:
                results.append(ScopeResult(key, "unchanged", report.before))
        return ReviewResult(self._period, self._id, tuple(results))


def _run_id() -> str:
    """Sorts by time; the tail tells apart runs of one second."""
    return f"{datetime.datetime.now(datetime.UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
