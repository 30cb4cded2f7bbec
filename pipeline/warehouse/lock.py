"""One writer at a time, by a lock that the operating system lets go of when the writer dies."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pipeline.errors import WarehouseError


@contextmanager
def only_writer(path: Path) -> Iterator[None]:
    """Hold the lock of whoever writes to `path`.

    Raises:
        WarehouseError: somebody else holds it.
    """
    with open(path.with_name(path.name + ".lock"), "a+b") as lock:
        if not _try_lock(lock):
            raise WarehouseError(
                f"{path} is being written by another program.", "Wait until it has finished and try again."
            )
        yield


def _try_lock(lock: Any) -> bool:
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        else:
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
