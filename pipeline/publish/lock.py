"""One writer per reports folder: the second one waits, and says for whom."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from pipeline.errors import PublishError

_LOOK_EVERY_SECONDS = 0.5


@contextlib.contextmanager
def writing(lock: Path, wait_seconds: float, say: Callable[[str], None]) -> Iterator[None]:
    """Hold the lock; the operating system lets go of it however the holder ends.

    Raises:
        PublishError: another run still holds it after `wait_seconds`.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    with open(lock, "a+", encoding="ascii") as handle:
        _take(handle.fileno(), lock, wait_seconds, say)
        handle.truncate(0)
        handle.write(f"{os.getpid()}\n")
        handle.flush()
        yield


def _take(descriptor: int, lock: Path, wait_seconds: float, say: Callable[[str], None]) -> None:
    limit = time.monotonic() + wait_seconds
    said = False
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = lock.read_text(encoding="ascii").strip() or "unknown"
            if time.monotonic() >= limit:
                raise PublishError(
                    f"Another run (process {holder}) is publishing into {lock.parent}.",
                    "Try again when it has ended.",
                ) from None
            if not said:
                say(f"Another run (process {holder}) is publishing into {lock.parent}: waiting for it.")
                said = True
            time.sleep(_LOOK_EVERY_SECONDS)
        else:
            return
