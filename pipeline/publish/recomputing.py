"""Running a published report again, elsewhere, to see whether the same comes out."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import PublishError
from pipeline.publish.comparison import Comparison, Moved, compare
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


@dataclass(frozen=True)
class Split:
    """A number's change between two runs: the part due to code and definition, and the part due to data."""

    moved: Moved
    by_code_and_definition: float | None
    by_data: float | None


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


def split_change(
    before: Record,
    after: Record,
    request: Request,
    progress: Progress,
    *,
    open_book: OpenSubject = open_subject,
    pages: Pages = STANDARD_PAGES,
) -> tuple[Split, ...]:
    """Split each change by recomputing the earlier record with today's code and definition.

    What the recomputation changes is due to code and definition, the rest to data; the two add up.
    """
    again = recompute(before, request, progress, open_book=open_book, pages=pages)
    return tuple(_split(moved, again) for moved in compare(before, after).moved)


def recompute(
    record: Record, request: Request, progress: Progress, *, open_book: OpenSubject, pages: Pages
) -> Record:
    """The record of running the same report again, in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="quarterdeck-again-") as folder:
        asked = Request(
            data=request.data,
            reports=Path(folder),
            home=request.home,
            period=record.period,
            scopes=(record.scope,),
            only=tuple(record.notebooks),
            jobs=request.jobs,
            limits=request.limits,
            beside=request.reports,
            preload=request.preload,
        )
        result = review(asked, progress, open_book, pages)
        again = result.scopes[0].record
        if again is None or result.exit_code:
            held = " ".join(check.message for check in result.scopes[0].held_by)
            raise PublishError(f"{record.period} {record.scope} can't be recomputed: {held}")
        return again


def _different_files(record: Record, again: Record) -> tuple[str, ...]:
    was = {name: digest for one in record.notebooks.values() for name, digest in one.files.items()}
    now = {name: digest for one in again.notebooks.values() for name, digest in one.files.items()}
    return tuple(sorted(name for name in {*was, *now} if was.get(name) != now.get(name)))


def _split(moved: Moved, again: Record) -> Split:
    middle = again.headlines.get(moved.name)
    if middle is None or moved.before is None or moved.after is None:
        return Split(moved, None, None)
    return Split(moved, middle - moved.before, moved.after - middle)
