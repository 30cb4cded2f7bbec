"""The transaction: a complete state of a period is staged, set beside the others, linked in by one rename.

Each run's folder holds every scope of the period: those just made, and hard links to those that stay. So
whenever a run is killed, the period's link points to one complete state, the old one or the new one.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from pipeline.errors import PublishError
from pipeline.publish.layout import Layout, scope_folder


class Staging:
    """An unfinished run's folder; gone unless it is published."""

    def __init__(self, layout: Layout, period_key: str, run_id: str) -> None:
        self._layout = layout
        self._period_key = period_key
        self._run_id = run_id
        self.folder = layout.staging / run_id

    def __enter__(self) -> Staging:
        clean_up(self._layout, self._period_key)
        self.folder.mkdir(parents=True)
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def scope(self, scope_key: str) -> Path:
        """The folder in which a scope's report is made."""
        folder = self.folder / scope_folder(scope_key)
        folder.mkdir(exist_ok=True)
        return folder

    def drop(self, scope_key: str) -> None:
        """Forget what was made for a scope: it is held back."""
        shutil.rmtree(self.folder / scope_folder(scope_key), ignore_errors=True)

    def publish(self) -> None:
        """Make this run what readers see."""
        published = self._layout.published(self._period_key)
        for folder in sorted(published.iterdir()) if published.is_dir() else []:
            if folder.is_dir() and not (self.folder / folder.name).exists():
                link_tree(folder, self.folder / folder.name)
        _flush(self.folder)
        run = self._layout.run(self._period_key, self._run_id)
        run.parent.mkdir(parents=True, exist_ok=True)
        os.rename(self.folder, run)
        put_in_place(run, published)


def put_in_place(run: Path, published: Path) -> None:
    """Let `published` lead to `run`, in one step.

    Raises:
        PublishError: something that we did not put there is in the way.
    """
    if published.exists() and not published.is_symlink():
        raise PublishError(
            f"{published} is in the way: it is not a link of ours.",
            "Move it elsewhere and run the command again.",
        )
    link = published.with_name(f".{published.name}.{os.getpid()}.link")
    with contextlib.suppress(FileNotFoundError):
        link.unlink()
    os.symlink(os.path.relpath(run, published.parent), link, target_is_directory=True)
    os.replace(link, published)
    _flush_folder(published.parent)


def link_tree(source: Path, target: Path) -> None:
    """The same files under another folder, sharing their content; copied where links can't be had."""
    shutil.copytree(source, target, copy_function=link_or_copy)


def clean_up(layout: Layout, period_key: str) -> None:
    """Remove what killed runs left: staging folders, half-made links and files, a state never linked in."""
    layout.create()
    published = layout.published(period_key)
    latest = published.resolve().name if published.is_symlink() else ""
    for run in layout.runs(period_key).glob("*"):
        if run.name > latest:  # runs are named by their time
            shutil.rmtree(run, ignore_errors=True)
    for left in layout.staging.iterdir():
        shutil.rmtree(left, ignore_errors=True)
    for left in layout.root.glob(".*.link"):
        left.unlink()
    for left in layout.root.glob(".*.part"):
        left.unlink()


def file_hashes(folder: Path, files: Iterable[Path]) -> dict[str, str]:
    """SHA-256 of files by their path below `folder`."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(files)
    }


def link_or_copy(source: str, target: str) -> str:
    """A hard link, or a copy where the file system has none."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target


def _flush(folder: Path) -> None:
    """Have everything on the disk before the rename, so that a power cut can't publish empty files."""
    for path in folder.rglob("*"):
        if path.is_dir():
            _flush_folder(path)
        elif path.stat().st_nlink == 1:  # what is linked was flushed when it was made
            with open(path, "rb") as file:
                os.fsync(file.fileno())
    _flush_folder(folder)


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
