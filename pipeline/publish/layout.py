"""Where everything lies in a reports folder.

index.html                        the catalogue: latest periods first
check.html, check.json            the quality of the data, as of the last `quarterdeck check`
<period>  ->  .runs/<period>/<run>    what is published: a link, put in place by one rename
<period>/<scope>/run.json         the record; beside it <notebook>.html and executed/<notebook>.ipynb
incidents/<period>/<scope>.html   why a report was held back, until the next one is published
.runs/  .staging/  .catalogue/  .splits/  .lock  .lock.holder  .history.jsonl
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from pipeline.files import replace_file

RECORD_FILE = "run.json"
EXECUTED_FOLDER = "executed"
_UNSAFE = re.compile(r"[^\w=@.\- ()（）]", re.UNICODE)


@dataclass(frozen=True)
class Layout:
    """Paths below one reports folder."""

    root: Path

    @property
    def lock(self) -> Path:
        """Held by the process that writes here."""
        return self.root / ".lock"

    @property
    def staging(self) -> Path:
        """Unfinished runs; whatever lies here when a run starts is left over."""
        return self.root / ".staging"

    @property
    def history(self) -> Path:
        """One line per finished run, appended."""
        return self.root / ".history.jsonl"

    @property
    def catalogue(self) -> Path:
        """What the catalogue's pages are made of, one file per year."""
        return self.root / ".catalogue"

    @property
    def index(self) -> Path:
        """The catalogue's first page."""
        return self.root / "index.html"

    @property
    def check(self) -> Path:
        """The page about the quality of the data."""
        return self.root / "check.html"

    def published(self, period_key: str) -> Path:
        """The link to what is published for a period."""
        return self.root / period_key

    def runs(self, period_key: str) -> Path:
        """The folder of a period's runs, each a complete state of the period."""
        return self.root / ".runs" / period_key

    def run(self, period_key: str, run_id: str) -> Path:
        """One run's folder."""
        return self.runs(period_key) / run_id

    def scope(self, period_key: str, scope_key: str) -> Path:
        """The published report of a period and scope."""
        return self.published(period_key) / scope_folder(scope_key)

    def record(self, period_key: str, scope_key: str) -> Path:
        """The published record of a period and scope."""
        return self.scope(period_key, scope_key) / RECORD_FILE

    def split(self, period_key: str, scope_key: str) -> Path:
        """What moved the numbers of a period and scope since the period before."""
        return self.root / ".splits" / period_key / f"{scope_folder(scope_key)}.json"

    def incident(self, period_key: str, scope_key: str) -> Path:
        """The page that says why a report was held back."""
        return self.root / "incidents" / period_key / f"{scope_folder(scope_key)}.html"

    def create(self) -> None:
        """Make the folders that every run needs."""
        for folder in (self.root, self.staging, self.catalogue, self.root / ".runs"):
            folder.mkdir(parents=True, exist_ok=True)


def scope_folder(scope_key: str) -> str:
    """A scope's key as a folder's name: what a file system could take amiss becomes `_` and a number.

    >>> scope_folder("market=East")
    'market=East'
    """
    return _UNSAFE.sub(lambda match: f"_{ord(match[0]):x}_", scope_key).strip(". ") or "_"


def write_atomically(path: Path, text: str) -> None:
    """Write a file so that a reader, or a kill, sees the old text or the new, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    with open(part, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    replace_file(part, path)
