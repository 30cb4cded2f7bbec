"""Which due reviews are done: one small file each, so that downtime, overlap and kills can't confuse it."""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass
from pathlib import Path

from pipeline.publish.calendar.occurrences import Occurrence
from pipeline.publish.layout import Layout, write_atomically


@dataclass(frozen=True)
class Ledger:
    """The files of a reports folder."""

    folder: Path

    @classmethod
    def of(cls, layout: Layout) -> Ledger:
        """The ledger beside what is published."""
        return cls(layout.root / ".calendar")

    def is_done(self, occurrence: Occurrence) -> bool:
        """True once the review was published."""
        return self._file(occurrence).is_file()

    def note_done(self, occurrence: Occurrence, at: datetime.datetime) -> None:
        """Remember that it was."""
        write_atomically(
            self._file(occurrence), json.dumps({"done_at": at.isoformat(timespec="seconds")}) + "\n"
        )

    def due(self, occurrences: list[Occurrence], now: datetime.datetime) -> list[Occurrence]:
        """What has fallen due and is not done, oldest first.

        After downtime that is everything missed since the last one done; of a line that was never done, only
        the latest: a new schedule does not publish the past.
        """
        chosen = []
        for series in dict.fromkeys(one.series for one in occurrences):
            fallen = [one for one in occurrences if one.series == series and one.due_at <= now]
            done = [number for number, one in enumerate(fallen) if self.is_done(one)]
            chosen += fallen[done[-1] + 1 :] if done else fallen[-1:]
        return sorted(chosen, key=lambda one: (one.due_at, one.key))

    def _file(self, occurrence: Occurrence) -> Path:
        return self.folder / f"{occurrence.key}.json"
