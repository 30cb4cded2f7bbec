"""Putting files in place on every system: in one step, on the disk, patient with whoever has them open."""

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

_ATTEMPTS = 8
_FIRST_PAUSE_SECONDS = 0.02
_KNOWS_FOLDERS = hasattr(os, "O_DIRECTORY")
"""False on Windows, which opens no folder and flushes only what is open for writing."""


def replace_file(part: Path, path: Path) -> None:
    """Let a finished file take the place of another in one step.

    Raises:
        PermissionError: not allowed; on Windows also while another program has the file open for long.
    """
    _patiently(lambda: os.replace(part, path))


def rename(source: Path, target: Path) -> None:
    """Give a file or folder a name that is free.

    Raises:
        PermissionError: not allowed; on Windows also while another program has something in it open for long.
    """
    _patiently(lambda: os.rename(source, target))


def flush_file(path: Path) -> None:
    """Have a file's content on the disk."""
    with open(path, "rb" if _KNOWS_FOLDERS else "r+b") as file:
        os.fsync(file.fileno())


def flush_folder(folder: Path) -> None:
    """Have a folder's entries on the disk, where the system lets one ask for it."""
    if not _KNOWS_FOLDERS:
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def link_tree(source: Path, target: Path) -> None:
    """The same files under another folder, sharing their content; copied where links can't be had."""
    shutil.copytree(source, target, copy_function=link_or_copy)


def link_or_copy(source: str, target: str) -> str:
    """A hard link, or a copy where the file system has none."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target


def _patiently(step: Callable[[], None]) -> None:
    """Again after a while, together about 2.5 seconds: virus scanners and readers soon let go of a file."""
    for attempt in range(_ATTEMPTS):
        try:
            step()
        except PermissionError:
            if attempt == _ATTEMPTS - 1:
                raise
            time.sleep(_FIRST_PAUSE_SECONDS * 2**attempt)
        else:
            return
