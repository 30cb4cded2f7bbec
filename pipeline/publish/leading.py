"""What stands at `<reports>/<period>` and leads readers to the latest run of the period.

A symbolic link where the system gives one; it is put in place by one rename. Windows gives it to few users
and renames nothing over a folder: there it is a junction, and on a disk that knows neither a folder of its
own whose files are shared with the run's. These take two renames, the old one aside and the new one in. A
kill between the two leaves the old one aside; `bring_back` puts it back.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from pipeline.errors import PublishError
from pipeline.files import flush_folder, link_tree, rename

_RUN_NOTE = ".run"
"""In a folder of its own: the name of its run, and the sign that we made the folder."""
_JUNCTION_TAG = 0xA0000003  # IO_REPARSE_TAG_MOUNT_POINT, which Python's `stat` knows on Windows only


def lead(published: Path, run: Path) -> None:
    """Let `published` lead to `run`.

    Raises:
        PublishError: something that we did not put there is in the way, or is held open by another program.
    """
    if os.path.lexists(published) and not leads_to(published):
        raise PublishError(
            f"{published} is in the way: it is not a link of ours.",
            "Move it elsewhere and run the command again.",
        )
    fresh = published.with_name(f".{published.name}.{os.getpid()}.link")
    _make(fresh, run)
    try:
        _put_in(fresh, published)
    except PermissionError as error:
        take_away(fresh)
        raise PublishError(
            f"{published} can't be replaced ({error}).", "Close what shows its files and run again."
        ) from error
    flush_folder(published.parent)


def leads_to(published: Path) -> str:
    """The name of the run to which `published` leads; empty if we did not put it there."""
    if _is_link(published):
        return published.resolve().name
    try:
        return (published / _RUN_NOTE).read_text(encoding="utf-8")
    except OSError:
        return ""


def bring_back(root: Path) -> None:
    """Put back what a kill left aside in a reports folder."""
    for aside in root.glob(".*.old"):
        published = root / aside.name[1 : -len(".old")]
        if os.path.lexists(published):
            take_away(aside)
        else:
            rename(aside, published)


def take_away(path: Path) -> None:
    """Remove a link, a junction or a folder, and never what it leads to."""
    if path.is_dir() and not _is_link(path):
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _make(fresh: Path, run: Path) -> None:
    """The first of the ways that this system and disk allow."""
    ways: tuple[Callable[[Path, Path], None], ...] = (_symbolic_link, _junction, _folder)
    for way in ways[:-1]:
        take_away(fresh)
        with contextlib.suppress(OSError, ImportError, AttributeError, NotImplementedError):
            way(fresh, run)
            return
    take_away(fresh)
    ways[-1](fresh, run)


def _symbolic_link(fresh: Path, run: Path) -> None:
    os.symlink(os.path.relpath(run, fresh.parent), fresh, target_is_directory=True)


def _junction(fresh: Path, run: Path) -> None:
    import _winapi

    _winapi.CreateJunction(str(run.resolve()), str(fresh))  # type: ignore[attr-defined]


def _folder(fresh: Path, run: Path) -> None:
    link_tree(run, fresh)
    (fresh / _RUN_NOTE).write_text(run.name, encoding="utf-8")


def _put_in(fresh: Path, published: Path) -> None:
    """By one rename, or by two where nothing may be renamed over what stands there."""
    try:
        os.replace(fresh, published)
    except OSError:
        if not os.path.lexists(published):
            raise
    else:
        return
    aside = published.with_name(f".{published.name}.old")
    take_away(aside)
    rename(published, aside)
    try:
        rename(fresh, published)
    except BaseException:  # a cancelled run too
        rename(aside, published)
        raise
    take_away(aside)


def _is_link(path: Path) -> bool:
    if path.is_symlink():
        return True
    try:
        return getattr(path.lstat(), "st_reparse_tag", 0) == _JUNCTION_TAG
    except OSError:
        return False
