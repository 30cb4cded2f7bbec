"""`python -m pipeline.publish.worker`: jobs come in on standard input, progress and outcomes go out.

A worker ends when its standard input closes, whatever it is doing: its owner is gone, and its kernel follows.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import queue
import signal
import sys
import threading
from typing import Any, TextIO

from pipeline.publish.jobs import ExecuteJob, Failure, Outcome, job_from_line, outcome_to_fields

# Dear to import, and of no use here: jsonschema's checks of IRIs, papermill's Hadoop files.
_NOT_NEEDED = ("rfc3987_syntax", "pyarrow.fs")

_GARBAGE_THRESHOLD = 50_000
"""Objects before Python looks for garbage: by default it looks ten times a notebook, for next to none."""


def main() -> None:
    """Announce readiness, then work until the input closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the owner decides what Ctrl-C means
    given, out = _take_streams()
    lock = threading.Lock()

    def tell(fields: dict[str, Any]) -> None:
        with lock, contextlib.suppress(BrokenPipeError):
            out.write(json.dumps(fields, ensure_ascii=False) + "\n")
            out.flush()

    gc.set_threshold(_GARBAGE_THRESHOLD)
    for name in _NOT_NEEDED:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]
    from pipeline.publish.worker import call, execute

    jobs: queue.Queue[str] = queue.Queue()
    threading.Thread(target=_read_jobs, args=(given, jobs), daemon=True).start()
    tell({"ready": os.getpid()})
    while True:
        job = job_from_line(jobs.get())
        try:
            outcome = execute.execute(job, tell) if isinstance(job, ExecuteJob) else call.call(job)
        except Exception as error:  # a fault of ours must not take the worker's queue down
            outcome = Outcome(Failure("worker", type(error).__name__, str(error)))
        tell({"outcome": outcome_to_fields(outcome)})


def _take_streams() -> tuple[TextIO, TextIO]:
    """The pipes from and to the owner; nothing that runs here, or is started here, reads or writes them."""
    given = os.fdopen(os.dup(0), encoding="utf-8")
    out = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)  # on Windows a child that inherits a pipe which a thread reads would stand still
    os.close(nothing)
    os.dup2(2, 1)  # what a library prints must not land between the lines
    return given, out


def _read_jobs(given: TextIO, jobs: queue.Queue[str]) -> None:
    for line in given:
        jobs.put(line)
    os._exit(0)


if __name__ == "__main__":
    main()
