"""One writer per reports folder: the second one waits, and says for whom."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from pipeline.errors import PublishError
from pipeline.locks import Busy, holding

_LOOK_EVERY_SECONDS = 0.5


@contextlib.contextmanager
def writing(lock: Path, wait_seconds: float, say: Callable[[str], None]) -> Iterator[None]:
    """Hold the lock; the operating system lets go of it however the holder ends.

    Raises:
        PublishError: another run still holds it after `wait_seconds`.
    """
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(holding(lock, wait_seconds=0.0))
        except Busy:
            _wait(stack, lock, wait_seconds, say)
        _holder(lock).write_text(f"{os.getpid()}\n", encoding="ascii")
        yield


def _wait(stack: contextlib.ExitStack, lock: Path, wait_seconds: float, say: Callable[[str], None]) -> None:
    if wait_seconds > 0:
        say(f"{_other_run(lock)} is publishing into {lock.parent}: waiting for it.")
    try:
        stack.enter_context(holding(lock, wait_seconds, _LOOK_EVERY_SECONDS))
    except Busy:
        raise PublishError(
            f"{_other_run(lock)} is publishing into {lock.parent}.", "Try again when it has ended."
        ) from None


def _other_run(lock: Path) -> str:
    try:
        process = _holder(lock).read_text(encoding="ascii").strip()
    except OSError:
        process = ""
    return f"Another run (process {process or 'unknown'})"


def _holder(lock: Path) -> Path:
    """Who holds it stands beside the lock: on Windows nobody else can read the locked file itself."""
    return lock.with_name(f"{lock.name}.holder")
