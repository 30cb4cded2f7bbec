"""Running a published report again, elsewhere, to see whether the same comes out."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.company import COMPANY_VARIABLE
from pipeline.errors import PublishError
from pipeline.publish.changes import Change, Recomputed, needs_recomputing, split_changes
from pipeline.publish.comparison import Comparison, compare
from pipeline.publish.execution import Progress
from pipeline.publish.layout import Layout
from pipeline.publish.pages import Pages
from pipeline.publish.record import Record, find_record, read_record
from pipeline.publish.review import STANDARD_PAGES, Request, review
from pipeline.publish.subject import OpenSubject, open_subject


@dataclass(frozen=True)
class Verification:
    """A record beside its recomputation.

    Attributes:
        comparison: numbers that differ, and what differs in data, definition and code since.
        different_files: published files that differ from those made anew.
    """

    record: Record
    again: Record
    comparison: Comparison
    different_files: tuple[str, ...]

    @property
    def is_same(self) -> bool:
        """Every number and every file came out the same."""
        return not self.comparison.moved and not self.different_files


def find_run(text: str, scope_key: str, layout: Layout) -> Record:
    """The record that a text means: a period, a run's identifier, or a path to a `run.json`.

    Raises:
        PublishError: it means none.
    """
    if text.endswith(".json"):
        return read_record(Path(text))
    inside = layout.record("x", scope_key).relative_to(layout.published("x"))
    runs = sorted((layout.root / ".runs").glob(f"*/{text}*"))
    for place in (layout.record(text, scope_key), *(folder / inside for folder in runs)):
        record = find_record(place)
        if record is not None:
            return record
    raise PublishError(
        f"There is no published run {text!r} of {scope_key} in {layout.root}.",
        "`quarterdeck history` lists them.",
    )


def verify(
    record: Record,
    request: Request,
    progress: Progress,
    *,
    open_book: OpenSubject = open_subject,
    pages: Pages = STANDARD_PAGES,
) -> Verification:
    """Recompute a record with the code, the settings and the data of today, and compare.

    Args:
        record: what was published.
        request: where data, reports and notebooks are; its period and scopes are the record's.
        progress: shows how it goes.
        open_book: as for `review`.
        pages: as for `review`.

    Raises:
        PublishError: the recomputation was held back.
    """
    again = recompute(record, request, progress, open_book=open_book, pages=pages)
    return Verification(record, again, compare(record, again), _different_files(record, again))


def explain_changes(
    before: Record,
    after: Record,
    request: Request,
    progress: Progress,
    *,
    open_book: OpenSubject = open_subject,
    pages: Pages = STANDARD_PAGES,
) -> tuple[Change, ...]:
    """Why each headline number moved between two reviews: new or corrected data, definition, code.

    The earlier review is made again only if its data, company.toml or the code are not what they were.
    """
    subject = open_book(request.data, before.period)
    if not needs_recomputing(before, data=subject.fingerprint, definition=subject.definition, after=after):
        return split_changes(before, after, None)
    today = recompute(before, request, progress, open_book=open_book, pages=pages)
    kept = today
    if before.settings and before.definition != today.definition:
        kept = recompute(before, request, progress, open_book=open_book, pages=pages, as_then=True)
    return split_changes(before, after, Recomputed(kept, today))


def recompute(
    record: Record,
    request: Request,
    progress: Progress,
    *,
    open_book: OpenSubject,
    pages: Pages,
    as_then: bool = False,
) -> Record:
    """The record of running the same report again, in a folder that is gone afterwards.

    Args:
        record: the report.
        request: where data, reports and notebooks are.
        progress: shows how it goes.
        open_book: as for `review`.
        pages: as for `review`.
        as_then: with what company.toml said when the report was made.

    Raises:
        PublishError: the recomputation was held back.
    """
    with tempfile.TemporaryDirectory(prefix="quarterdeck-again-") as folder:
        asked = Request(
            data=request.data,
            reports=Path(folder),
            home=request.home,
            period=record.period,
            scopes=(record.scope,),
            languages=(record.language,),
            only=tuple(record.notebooks),
            jobs=request.jobs,
            limits=request.limits,
            beside=request.reports,
            preload=request.preload,
        )
        with _settings_of(record) if as_then else contextlib.nullcontext():
            result = review(asked, progress, open_book, pages)
        again = result.scopes[0].record
        if again is None or result.exit_code:
            held = " ".join(check.message for check in result.scopes[0].held_by)
            raise PublishError(f"{record.period} {record.scope} can't be recomputed: {held}")
        return again


@contextlib.contextmanager
def _settings_of(record: Record) -> Iterator[None]:
    """In this block, workers and kernels included, company.toml says what it said for a record."""
    before = os.environ.get(COMPANY_VARIABLE)
    os.environ[COMPANY_VARIABLE] = json.dumps(record.settings, ensure_ascii=False)
    try:
        yield
    finally:
        os.environ.pop(COMPANY_VARIABLE)
        if before is not None:
            os.environ[COMPANY_VARIABLE] = before


def _different_files(record: Record, again: Record) -> tuple[str, ...]:
    was = {name: digest for one in record.notebooks.values() for name, digest in one.files.items()}
    now = {name: digest for one in again.notebooks.values() for name, digest in one.files.items()}
    return tuple(sorted(name for name in {*was, *now} if was.get(name) != now.get(name)))
