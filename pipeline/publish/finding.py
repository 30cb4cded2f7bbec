"""Finds a review's subject without importing a data library here: as noted before, or in a warm worker."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline import errors
from pipeline.company import COMPANY_FILE, find_company
from pipeline.publish.before_forks import PRELOAD
from pipeline.publish.code_state import code_hash
from pipeline.publish.execution import call_in_worker
from pipeline.publish.jobs import Failure
from pipeline.publish.layout import write_atomically
from pipeline.publish.subject import Subject, subject_from_fields

_FUNCTION = "pipeline.publish.subject:subject_fields"
_FILES = ("warehouse.duckdb", "warehouse.duckdb.wal", COMPANY_FILE)


@dataclass(frozen=True)
class FindSubject:
    """An `OpenSubject` that opens the book in a worker, and only if the data's files changed.

    Attributes:
        home: the project's folder.
        notes: folder in which facts are noted by the state of the files; None to open the book every time, as
            for a warehouse that is not a file.
        preload: modules that the worker finds imported.
    """

    home: Path
    notes: Path | None
    preload: tuple[str, ...] = PRELOAD

    def __call__(self, data: str, period: str) -> Subject:
        """The subject of a period.

        Raises:
            QuarterdeckError: whatever opening the book raised.
        """
        folder = self.home / data
        note = self._note(folder, period)
        fields = _read(note)
        if fields is None:
            fields = self._in_worker(data, period)
            if note is not None:
                write_atomically(note, json.dumps(fields))
        return subject_from_fields(fields, find_company(folder, self.home))

    def _note(self, folder: Path, period: str) -> Path | None:
        if self.notes is None or not (folder / _FILES[0]).is_file():
            return None
        places = [*(folder / name for name in _FILES), self.home / COMPANY_FILE]
        told = [str(folder.resolve()), period, code_hash(), *map(_state, places)]
        return self.notes / f"{hashlib.sha256(repr(told).encode()).hexdigest()[:24]}.json"

    def _in_worker(self, data: str, period: str) -> dict[str, Any]:
        outcome = call_in_worker(_FUNCTION, {"data": data, "period": period}, self.preload)
        if outcome.failure is not None:
            raise _as_error(outcome.failure)
        return dict(outcome.value)


def _as_error(failure: Failure) -> Exception:
    """One of our own errors as it was raised in the worker; anything else with its traceback there."""
    known = getattr(errors, failure.error, None)
    if isinstance(known, type) and issubclass(known, errors.QuarterdeckError):
        return known(failure.message)
    return RuntimeError(failure.traceback or f"{failure.error}: {failure.message}")


def _read(note: Path | None) -> dict[str, Any] | None:
    if note is None:
        return None
    try:
        return dict(json.loads(note.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return None


def _state(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
