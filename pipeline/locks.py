"""The one lock of this package: a file that one process holds, freed by the system when its holder dies."""

import contextlib
import math
from collections.abc import Iterator
from pathlib import Path

FOREVER = math.inf
_LOOK_EVERY_SECONDS = 0.02


class Busy(Exception):
    """Another process, or another thread of this one, holds the lock."""


@contextlib.contextmanager
def holding(
    lock: Path, wait_seconds: float = FOREVER, look_every_seconds: float = _LOOK_EVERY_SECONDS
) -> Iterator[None]:
    """Hold a lock for the length of a block.

    The file stays when the block ends. Read nothing from it: Windows lets only the holder.

    Raises:
        Busy: somebody else still holds it after `wait_seconds`.
        OSError: the file can't be made, or its file system knows no locks.
    """
    import filelock  # here, because most commands never lock anything

    held = filelock.FileLock(lock, fallback_to_soft=False)
    try:
        held.acquire(
            timeout=-1 if wait_seconds == FOREVER else wait_seconds, poll_interval=look_every_seconds
        )
    except filelock.Timeout:
        raise Busy(f"{lock} is held by another process") from None
    try:
        yield
    finally:
        held.release()
