"""Ctrl-C and SIGTERM end a run in order: workers and kernels stop, staging goes, the lock is free."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from collections.abc import Iterator
from types import FrameType

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")  # Windows knows SIGBREAK, the others SIGHUP
_SIGNALS = tuple(getattr(signal, name) for name in _NAMES if hasattr(signal, name))


class Cancelled(BaseException):
    """A signal asked the run to end. Not an `Exception`: nothing on the way may mistake it for a failure."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.number = number


@contextlib.contextmanager
def cancellable() -> Iterator[None]:
    """In this block SIGINT and SIGTERM unwind the stack; the process ends with 128 + the signal's number."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, _cancel) for number in _SIGNALS}
    try:
        yield
    except Cancelled as cancelled:
        sys.stderr.write(f"Cancelled ({cancelled}): nothing was published.\n")
        sys.exit(128 + cancelled.number)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _cancel(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
    """Once: a second signal must not interrupt the tidying up."""
    for one in _SIGNALS:
        signal.signal(one, signal.SIG_IGN)
    raise Cancelled(number)
