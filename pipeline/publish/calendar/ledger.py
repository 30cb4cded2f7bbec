"""Which due reviews are done: one small file each, so that downtime, overlap and kills can't confuse it."""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass
from pathlib import Path

from pipeline.publish.calendar.occurrences import Occurrence
from pipeline.publish.layout import Layout, write_atomically

DELIVERED_WITHIN_DAYS = 3
"""So long every call tries letters that failed again; then a person has been told often enough."""


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
        told = {"period": occurrence.period.key, "done_at": at.isoformat(timespec="seconds")}
        write_atomically(self._file(occurrence), json.dumps(told) + "\n")

    def undelivered(self, now: datetime.datetime) -> list[str]:
        """Periods published lately whose letters have not all gone out, the oldest first."""
        since = (now - datetime.timedelta(days=DELIVERED_WITHIN_DAYS)).isoformat(timespec="seconds")
        told = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(self.folder.glob("*.json"))]
        waiting = [one for one in told if not one.get("delivered") and one.get("done_at", "") >= since]
        return list(dict.fromkeys(one["period"] for one in sorted(waiting, key=lambda one: one["done_at"])))

    def note_delivered(self, period_key: str) -> None:
        """Remember that nobody waits for this period any more."""
        for path in self.folder.glob("*.json"):
            told = json.loads(path.read_text(encoding="utf-8"))
            if told.get("period") == period_key:
                write_atomically(path, json.dumps(told | {"delivered": True}) + "\n")

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
