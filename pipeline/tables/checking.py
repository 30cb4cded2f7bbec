"""One labelled source -> one typed, keyed, checked frame, and a line for whatever is wrong with it."""

from dataclasses import dataclass

import pandas as pd

from pipeline import catalog
from pipeline.sources import Labelled, Match
from pipeline.sources.kinds import Kind
from pipeline.tables.bounds import check_bounds
from pipeline.tables.changes import settled_changes
from pipeline.tables.columns import typed_columns
from pipeline.tables.completing import completed
from pipeline.tables.faults import REFUSED, Faults
from pipeline.tables.opportunities import settled
from pipeline.tables.options import CHANGES, Options
from pipeline.tables.rules import check_days

MADE_LATER = {
    "opportunities": {"created_on"},
    "opportunity_history": {"change_number", "known_on", "outcome"},
    "order_lines": {"line_number"},
}
"""Required columns that are made when the export is put beside what is known already."""


@dataclass(frozen=True)
class Checked:
    """A source that was checked.

    Attributes:
        kind: what it is.
        frame: one row per accepted record; the index is its line.
        faults: one row per fault: file, sheet, line, table_name, column_name, rule, value, action.
        rows_read: records and unreadable lines.
        rows_refused: those that are not in `frame`, blank ones not counted.
        notes: remarks on the whole source, as message key and value.
    """

    kind: Kind
    frame: pd.DataFrame
    faults: pd.DataFrame
    rows_read: int
    rows_refused: int
    notes: tuple[tuple[str, str], ...] = ()


def check(source: Labelled, found: Match, options: Options) -> Checked:
    """Type, complete and check a source.

    Raises:
        SourceError: the mapping gives a unit that nobody knows.
    """
    kind = found.kind
    frame, faults = typed_columns(source, found, options)
    frame, blank = _without_blank(frame, source, found)
    frame = check_days(frame, kind, options.latest, faults)
    frame = completed(frame, kind, options, faults)
    if kind.name == "opportunities":
        frame = settled(frame, options, faults)
    if kind.name == CHANGES:
        frame = settled_changes(frame, source, found, options, faults)
    frame = check_bounds(frame, kind, _must(kind), faults)
    frame = frame.loc[~frame.index.isin(faults.lines_refused)]
    frame = _without_doubles(frame, kind, faults)
    listed = faults.frame()
    return Checked(
        kind=kind,
        frame=frame,
        faults=listed,
        rows_read=source.rows - blank + len(source.refused),
        rows_refused=source.rows - blank + len(source.refused) - len(frame),
        notes=tuple(faults.notes),
    )


def _must(kind: Kind) -> frozenset[str]:
    return frozenset(catalog.table(kind.name).required) - MADE_LATER.get(kind.name, set())


def _without_blank(frame: pd.DataFrame, source: Labelled, found: Match) -> tuple[pd.DataFrame, int]:
    """Rows in which every recognised column is empty are the white space of an export, not records."""
    labels = list(found.columns.values())
    first = source.frame[labels[0]]
    suspects = first.index[first.str.strip().eq("")]
    if not len(suspects):
        return frame, 0
    cells = source.frame.loc[suspects, labels]
    blank = suspects[cells.apply(lambda column: column.str.strip().eq("")).all(axis=1)]
    return frame.drop(index=blank), len(blank)


def _without_doubles(frame: pd.DataFrame, kind: Kind, faults: Faults) -> pd.DataFrame:
    """Keep the first row of each key; equal ones are mere copies, others contradict it."""
    key = [name for name in catalog.table(kind.name).key if name in frame]
    if MADE_LATER.get(kind.name, set()) & set(catalog.table(kind.name).key) or not key:
        return frame
    repeated = frame.duplicated(subset=key, keep="first")
    if not repeated.any():
        return frame
    copies = repeated & frame.duplicated(keep="first")
    name = "+".join(key)
    faults.add(name, frame.index[copies], "copy-of-row", REFUSED)
    faults.add(name, frame.index[repeated & ~copies], "duplicate-key", REFUSED)
    return frame.loc[~repeated]
