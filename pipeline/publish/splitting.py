"""Each key figure's change since the review before, split by what moved it, on the company's pages.

A split needs the earlier review made again, with today's data, settings and code. Publication does not wait
for that: the pages go out first, and are drawn anew with the parts once these are known.
"""

from __future__ import annotations

import datetime
import logging
from dataclasses import replace

from pipeline.errors import QuarterdeckError
from pipeline.parameters import Period
from pipeline.publish.execution import Progress
from pipeline.publish.layout import Layout
from pipeline.publish.pages import Pages
from pipeline.publish.recomputing import explain_changes
from pipeline.publish.record import Record, find_record
from pipeline.publish.review import STANDARD_PAGES, Request, ReviewResult, review
from pipeline.publish.since_last import causes_since, keep_split, kept_split
from pipeline.publish.subject import OpenSubject, open_subject

log = logging.getLogger(__name__)


def review_and_split(
    request: Request,
    progress: Progress,
    open_book: OpenSubject = open_subject,
    pages: Pages = STANDARD_PAGES,
) -> ReviewResult:
    """`review`; where more than new data moved the company's numbers, their parts come onto its pages.

    Args:
        request: as for `review`; markets and other scopes are told the causes in words only.
        progress: shows how it goes.
        open_book: as for `review`.
        pages: as for `review`.

    Raises:
        UsageError, PublishError: as `review` does. An earlier review that can't be made again is no error.
    """
    result = review(request, progress, open_book, pages)
    published = [one.record for one in result.scopes if one.record and one.status == "published"]
    company = next((record for record in published if record.scope == "company"), None)
    if company is None or not _split(company, request, progress, open_book, pages):
        return result
    drawn = review(replace(request, force=False), progress, open_book, pages)
    record_of = {one.scope: one.record for one in drawn.scopes if one.record}
    scopes = tuple(replace(one, record=record_of.get(one.scope, one.record)) for one in result.scopes)
    return replace(drawn, scopes=scopes)


def _split(after: Record, request: Request, progress: Progress, open_book: OpenSubject, pages: Pages) -> bool:
    """Whether a split was made that was not there."""
    layout = Layout(request.reports)
    before = _review_before(after, layout)
    if before is None or kept_split(layout, before, after):
        return False
    if not causes_since(before, after, open_book, request.data):
        return False
    try:
        changes = explain_changes(before, after, request, progress, open_book=open_book, pages=pages)
    except QuarterdeckError as error:
        log.warning("The changes since %s can't be split: %s", before.period, error)
        return False
    keep_split(layout, before, after, changes)
    return True


def _review_before(after: Record, layout: Layout) -> Record | None:
    last = datetime.date.fromisoformat(after.last_day)
    return find_record(layout.record(Period.parse(after.period, last).back().key, after.key))
