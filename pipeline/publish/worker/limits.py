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
_LEAST_PAUSE = 300.0
"""A whole family is measured so many times its own cost apart: looking must not cost what the work does."""


class Watch:
    """Context in which a kernel may run no longer and take no more memory than allowed."""

    def __init__(self, limits: Limits, kernel_process: Callable[[], int | None]) -> None:
        self.failure: Failure | None = None
        self.peak_bytes = 0
        self._limits = limits
        self._kernel_process = kernel_process
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._measured_at = self._measuring_took = 0.0

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
            used = self._memory_of(process)
            self.peak_bytes = max(self.peak_bytes, used)
            self.failure = self._verdict(used)
            if self.failure is not None:
                _kill(process)
                return

    def _memory_of(self, process: int) -> int:
        """Of the family, exactly: now and then, and always when the kernel itself may be beyond; else 0."""
        began = time.monotonic()
        is_due = began - self._measured_at > _LEAST_PAUSE * self._measuring_took
        with_shared = _sum_of(_alone(process), lambda one: one.memory_info().rss)
        if with_shared <= self._limits.memory_bytes and not is_due:
            return 0
        used = _sum_of(_family(process), lambda one: one.memory_full_info().uss)
        self._measured_at = time.monotonic()
        self._measuring_took = self._measured_at - began
        return used

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


def _alone(process: int) -> list[psutil.Process]:
    """A process, while it lives."""
    with contextlib.suppress(psutil.Error):
        return [psutil.Process(process)]
    return []


def _family(process: int) -> list[psutil.Process]:
    """A process and its descendants."""
    try:
        root = psutil.Process(process)
        return [root, *root.children(recursive=True)]
    except psutil.Error:
        return []


def _sum_of(family: list[psutil.Process], bytes_of: Callable[[psutil.Process], int]) -> int:
    """Over those that still live; unique memory (`uss`) is what a process does not share with the server."""
    total = 0
    for one in family:
        with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            total += bytes_of(one)
    return total


def _kill(process: int) -> None:
    """With all that it started: its group, or where there are no groups its descendants."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process, signal.SIGKILL)
            return
    for one in reversed(_family(process)):
        with contextlib.suppress(psutil.Error):
            one.kill()
