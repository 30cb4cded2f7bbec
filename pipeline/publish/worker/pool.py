"""The owner's side: starts workers, hands out jobs, hears progress, ends everything on the way out."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import queue
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import IO, Any

from pipeline.publish.before_forks import PRELOAD
from pipeline.publish.jobs import CallJob, ExecuteJob, Failure, Outcome, outcome_from_fields, to_line
from pipeline.publish.warm.client import ForkedProcess, WarmUnavailable, fork_module
from pipeline.publish.warm.settings import WarmSettings

log = logging.getLogger(__name__)

Job = ExecuteJob | CallJob
Keyed = tuple[Hashable, Job]

_MODULE = "pipeline.publish.worker"
_GRACE_SECONDS = 120.0  # beyond a notebook's own limit, which the worker enforces itself
_END_SECONDS = 3.0

_Heard = tuple["_Worker", dict[str, Any] | None]
"""A worker and its message; None when it has ended."""


class Pool:
    """At most `size` worker processes, each started when there is a job for it and kept until the end."""

    def __init__(self, size: int, environment: dict[str, str], preload: tuple[str, ...] = PRELOAD) -> None:
        self._size = size
        self._preload = preload
        self._environment = environment
        self._workers: list[_Worker] = []
        self._heard: queue.SimpleQueue[_Heard] = queue.SimpleQueue()

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.end()
        limit = time.monotonic() + _END_SECONDS
        for worker in self._workers:
            worker.wait_or_kill(max(limit - time.monotonic(), 0.0))

    def run(
        self,
        jobs: Iterable[Keyed],
        done: Callable[[Any, Outcome], Iterable[Keyed]],
        progress: Callable[[Any, dict[str, Any]], None],
    ) -> None:
        """Work off all jobs; `done` hears each outcome and may answer with further jobs."""
        waiting = deque(jobs)
        while waiting or any(worker.key is not None for worker in self._workers):
            self._hand_out(waiting)
            for key, outcome in self._hear(progress):
                waiting.extend(done(key, outcome))

    def _hand_out(self, waiting: deque[Keyed]) -> None:
        while waiting:
            worker = next((one for one in self._workers if one.key is None), None)
            if worker is None and len(self._workers) < self._size:
                worker = _Worker(self._environment, self._preload, self._heard)
                self._workers.append(worker)
            if worker is None:
                return
            worker.give(*waiting.popleft())

    def _hear(self, progress: Callable[[Any, dict[str, Any]], None]) -> list[tuple[Hashable, Outcome]]:
        finished = []
        for worker, message in self._messages():
            if message is None:
                worker.has_ended = True
            elif "outcome" in message:
                finished.append((worker.take_key(), outcome_from_fields(message["outcome"])))
            elif worker.key is not None:
                progress(worker.key, message)
        for worker in list(self._workers):
            lost = worker.lost()
            if lost is not None:
                finished += [(worker.take_key(), Outcome(lost))] if worker.key is not None else []
                worker.wait_or_kill(0.0)
                self._workers.remove(worker)
        return finished

    def _messages(self) -> Iterator[_Heard]:
        """What has arrived; what arrives within a second, if nothing has."""
        with contextlib.suppress(queue.Empty):
            yield self._heard.get(timeout=1.0)
            while True:
                yield self._heard.get_nowait()


class _Worker:
    """One worker process and the job it has."""

    def __init__(
        self, environment: dict[str, str], preload: tuple[str, ...], heard: queue.SimpleQueue[_Heard]
    ) -> None:
        self._process, self._input, output = _start(environment, preload)
        self.key: Hashable = None
        self.has_ended = False
        self._deadline = float("inf")
        threading.Thread(target=self._listen, args=(output, heard), daemon=True).start()

    def give(self, key: Hashable, job: Job) -> None:
        self.key = key
        limit = job.limits.seconds if isinstance(job, ExecuteJob) else 300.0
        self._deadline = time.monotonic() + limit + _GRACE_SECONDS
        with contextlib.suppress(OSError):  # it died; `lost` will say so
            self._input.write(to_line(job).encode())
            self._input.flush()

    def take_key(self) -> Hashable:
        key, self.key = self.key, None
        self._deadline = float("inf")
        return key

    def lost(self) -> Failure | None:
        """Why this worker is of no use any more, if so."""
        if self.has_ended:
            return Failure("worker", "WorkerDied", "The worker process ended unexpectedly.", passing=True)
        if time.monotonic() > self._deadline:
            return Failure("time", "TimeLimit", "It ran beyond its time and did not answer.")
        return None

    def end(self) -> None:
        with contextlib.suppress(OSError):
            self._input.close()

    def wait_or_kill(self, seconds: float) -> None:
        self.end()
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _listen(self, output: IO[bytes], heard: queue.SimpleQueue[_Heard]) -> None:
        """In a thread of its own until the worker ends: Windows can't wait for several pipes at once."""
        with output:
            for line in output:
                if line.endswith(b"\n"):  # a kill may cut the last one short
                    heard.put((self, json.loads(line)))
        heard.put((self, None))


def _start(
    environment: dict[str, str], preload: tuple[str, ...]
) -> tuple[subprocess.Popen[bytes] | ForkedProcess, IO[bytes], IO[bytes]]:
    """A worker and the ends of its pipes: a fork, or a process of its own where no fork can be had.

    Either has a session of its own: Ctrl-C is for the owner, who then ends its workers in order.
    """
    job_reader, job_writer = os.pipe()
    answer_reader, answer_writer = os.pipe()
    try:
        process = _fork_or_spawn(environment, preload, job_reader, answer_writer)
    finally:
        os.close(job_reader)
        os.close(answer_writer)
    return process, os.fdopen(job_writer, "wb"), os.fdopen(answer_reader, "rb")


def _fork_or_spawn(
    environment: dict[str, str], preload: tuple[str, ...], job_reader: int, answer_writer: int
) -> subprocess.Popen[bytes] | ForkedProcess:
    try:
        return fork_module(
            WarmSettings(preload),
            _MODULE,
            [],
            environment=environment,
            working_folder=os.getcwd(),
            streams=(job_reader, answer_writer, 2),
        )
    except WarmUnavailable as reason:
        log.info("A worker starts as a process of its own: %s", reason)
        command = (sys.executable, "-m", _MODULE)
        return subprocess.Popen(  # noqa: S603
            command,
            stdin=job_reader,
            stdout=answer_writer,
            env=environment,
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # Windows' nearest to a session
        )
