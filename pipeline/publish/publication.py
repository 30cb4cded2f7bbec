"""The transaction: a complete state of a period is staged, set beside the others, linked in by one rename.

Each run's folder holds every scope of the period: those just made, and hard links to those that stay. So
whenever a run is killed, the period's link points to one complete state, the old one or the new one. (What
stands for the link where there is none: `leading`.)
"""

from __future__ import annotations

import contextlib
import hashlib
import shutil
from collections.abc import Iterable
from pathlib import Path

from pipeline.errors import PublishError
from pipeline.files import flush_file, flush_folder, link_tree, rename
from pipeline.locks import Busy, holding
from pipeline.publish.layout import Layout, scope_folder
from pipeline.publish.leading import bring_back, lead, leads_to, take_away


class Staging:
    """An unfinished run's folder; gone unless it is published."""

    def __init__(self, layout: Layout, period_key: str, run_id: str) -> None:
        self._layout = layout
        self._period_key = period_key
        self._run_id = run_id
        self.folder = layout.staging / run_id
        self._made: dict[Path, str] = {}

    def __enter__(self) -> Staging:
        clean_up(self._layout, self._period_key)
        self.folder.mkdir(parents=True)
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def scope(self, scope_key: str) -> Path:
        """The folder in which a scope's report is made.

        Raises:
            PublishError: its name is another scope's too, on a disk that does not tell East from east.
        """
        folder = self.folder / scope_folder(scope_key)
        if folder.exists() and self._made.get(folder) != scope_key:
            raise PublishError(
                f"{scope_key} and another scope would lie in one folder, {folder.name}.",
                "Give them names that differ by more than upper and lower case.",
            )
        folder.mkdir(exist_ok=True)
        self._made[folder] = scope_key
        return folder

    def drop(self, scope_key: str) -> None:
        """Forget what was made for a scope: it is held back."""
        folder = self.folder / scope_folder(scope_key)
        shutil.rmtree(folder, ignore_errors=True)
        self._made.pop(folder, None)

    def publish(self) -> None:
        """Make this run what readers see."""
        published = self._layout.published(self._period_key)
        for folder in sorted(published.iterdir()) if published.is_dir() else []:
            if folder.is_dir() and not (self.folder / folder.name).exists():
                link_tree(folder, self.folder / folder.name)
        _flush(self.folder)
        run = self._layout.run(self._period_key, self._run_id)
        run.parent.mkdir(parents=True, exist_ok=True)
        rename(self.folder, run)
        lead(published, run)


def recover(layout: Layout) -> None:
    """Put back what a kill left aside, unless a run is at work and will do so itself."""
    if not any(layout.root.glob(".*.old")):
        return
    with contextlib.suppress(Busy), holding(layout.lock, wait_seconds=0.0):
        bring_back(layout.root)


def clean_up(layout: Layout, period_key: str) -> None:
    """Remove what killed runs left: staging folders, half-made links and files, a state never linked in."""
    layout.create()
    bring_back(layout.root)
    latest = leads_to(layout.published(period_key))
    for run in layout.runs(period_key).glob("*"):
        if run.name > latest:  # runs are named by their time
            shutil.rmtree(run, ignore_errors=True)
    for left in layout.staging.iterdir():
        shutil.rmtree(left, ignore_errors=True)
    for left in layout.root.glob(".*.link"):
        take_away(left)
    for left in layout.root.glob(".*.part"):
        left.unlink()


def file_hashes(folder: Path, files: Iterable[Path]) -> dict[str, str]:
    """SHA-256 of files by their path below `folder`."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(files)
    }


def _flush(folder: Path) -> None:
    """Have everything on the disk before the rename, so that a power cut can't publish empty files."""
    for path in folder.rglob("*"):
        if path.is_dir():
            flush_folder(path)
        elif path.stat().st_nlink == 1:  # what is linked was flushed when it was made
            flush_file(path)
    flush_folder(folder)
