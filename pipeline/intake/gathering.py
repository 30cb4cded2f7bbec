"""From places to checked sources: read, recognise, check; whatever stands in the way is told, not raised."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from pipeline.company import Company
from pipeline.errors import SourceError
from pipeline.sources import Labelled, Mapping, Match, match, read
from pipeline.tables import Checked, check, options_for
from pipeline.tables.rules import PLANS

LOADED, UNCHANGED, UNKNOWN, REFUSED = "loaded", "unchanged", "not recognised", "refused"
"""What became of a source."""


@dataclass(frozen=True)
class Gathered:
    """One source and what became of it."""

    origin: str
    sha256: str = ""
    status: str = LOADED
    reason: str = ""
    match: Match | None = None
    checked: Checked | None = None
    rows: int = 0


@dataclass
class Reading:
    """How the sources of one import are read."""

    stack: Sequence[Mapping]
    company: Company
    latest: datetime.date
    known: frozenset[tuple[str, str]] = frozenset()
    known_open: frozenset[str] = frozenset()
    seen: set[str] = field(default_factory=set)


def labelled(locations: Sequence[str], stack: Sequence[Mapping]) -> list[Labelled | SourceError]:
    """Every file, sheet and table at the locations, or the error that says why it cannot be read.

    Raises:
        SourceError: there is nothing at one of the locations.
    """
    encoding = next((m.encoding for m in stack if m.encoding), "")
    delimiter = next((m.delimiter for m in stack if m.delimiter), "")
    return [found for location in locations for found in read(location, encoding, delimiter)]


def gather(sources: Sequence[Labelled | SourceError], reading: Reading) -> list[Gathered]:
    """One entry per source, in their order."""
    return [_gather(source, reading) for source in sources]


def latest_event(gathered: Sequence[Gathered]) -> datetime.date | None:
    """The last day on which anything happened according to the accepted rows; plans do not count."""
    days = [
        entry.checked.frame[name].max()
        for entry in gathered
        if entry.checked is not None
        for name, column in entry.checked.kind.columns.items()
        if column.type == "date" and name not in PLANS and name in entry.checked.frame
    ]
    known = [day for day in days if not pd.isna(day)]
    return max(known).date() if known else None


def _gather(source: Labelled | SourceError, reading: Reading) -> Gathered:
    if isinstance(source, SourceError):
        return Gathered(str(source).split(":", maxsplit=1)[0], status=REFUSED, reason=str(source))
    content = f"{source.sha256}{source.origin.partition('[')[1:]}"
    try:
        found = match(source, reading.stack)
    except SourceError as error:
        return Gathered(source.origin, source.sha256, REFUSED, str(error), rows=source.rows)
    if found is None:
        return Gathered(source.origin, source.sha256, UNKNOWN, rows=source.rows)
    if content in reading.seen or (source.sha256, found.kind.name) in reading.known:
        return Gathered(source.origin, source.sha256, UNCHANGED, match=found, rows=source.rows)
    reading.seen.add(content)
    return _check(source, found, reading)


def _check(source: Labelled, found: Match, reading: Reading) -> Gathered:
    options = options_for(found.kind.name, reading.stack, reading.company, reading.latest, reading.known_open)
    try:
        checked = check(source, found, options)
    except SourceError as error:
        return Gathered(source.origin, source.sha256, REFUSED, str(error), found, rows=source.rows)
    return Gathered(source.origin, source.sha256, LOADED, "", found, checked, source.rows)
