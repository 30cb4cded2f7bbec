"""Watches one kernel: over its time or memory it is killed, and the reason kept."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable

import psutil

from pipeline.publish.jobs import Failure, Limits

_CHECK_EVERY_SECONDS = 0.5


class Watch:
    """Context in which a kernel may run no longer and take no more memory than allowed."""

    def __init__(self, limits: Limits, kernel_process: Callable[[], int | None]) -> None:
        self.failure: Failure | None = None
        self.peak_bytes = 0
        self._limits = limits
        self._kernel_process = kernel_process
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Watch:
        self._started = time.monotonic()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(_CHECK_EVERY_SECONDS):
            process = self._kernel_process()
            if process is None:
                continue
            used = _memory_of(process)
            self.peak_bytes = max(self.peak_bytes, used)
            self.failure = self._verdict(used)
            if self.failure is not None:
                _kill(process)
                return

    def _verdict(self, used: int) -> Failure | None:
        allowed = self._limits
        if time.monotonic() - self._started > allowed.seconds:
            return Failure(
                "time", "TimeLimit", f"It ran longer than the {allowed.seconds:g} seconds it may take."
            )
        if used > allowed.memory_bytes:
            text = (
                f"It took {used / 1e6:,.0f} MB of memory; it may take {allowed.memory_bytes / 1e6:,.0f} MB."
            )
            return Failure("memory", "MemoryLimit", text)
        return None


def _memory_of(process: int) -> int:
    """Bytes that a process and its descendants have to themselves: what the fork server shares is free."""
    total = 0
    with contextlib.suppress(psutil.NoSuchProcess):
        root = psutil.Process(process)
        for one in (root, *root.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                total += one.memory_full_info().uss
    return total


def _kill(process: int) -> None:
    for kill in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            kill(process, signal.SIGKILL)
            return
