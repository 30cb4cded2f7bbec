"""Runs a plan's notebooks in parallel, and tries again what failed for a passing reason."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from pipeline.publish.before_forks import PRELOAD
from pipeline.publish.jobs import CallJob, ExecuteJob, Failure, Limits, Outcome
from pipeline.publish.plan import Task
from pipeline.publish.worker.pool import Keyed, Pool

MOST_ATTEMPTS = 3
THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_MAX_THREADS")


class Progress(Protocol):
    """Who shows how a run goes on."""

    def begin(self, tasks: int) -> None:
        """So many notebooks are to run."""

    def cell(self, task: Task, cell: int, cells: int) -> None:
        """A notebook begins a cell."""

    def again(self, task: Task, failure: Failure) -> None:
        """A notebook failed for a passing reason and is tried again."""

    def end(self, task: Task, outcome: Outcome) -> None:
        """A notebook is finished."""

    def say(self, text: str) -> None:
        """Something worth a line."""


@dataclass
class Executed:
    """How a run's notebooks came out, by task."""

    outcomes: dict[Task, Outcome] = field(default_factory=dict)
    attempts: dict[Task, int] = field(default_factory=dict)


@contextmanager
def open_pool(jobs: int, preload: tuple[str, ...] = PRELOAD) -> Iterator[Pool]:
    """Workers for `jobs` notebooks at a time.

    Each has one thread of its own: a sum that threads share differs in the last digit with their number, and
    small matrices gain nothing from more. The cores are for notebooks side by side.
    """
    environment = {
        **os.environ,
        **dict.fromkeys(THREAD_VARIABLES, "1"),
        "PYTHONHASHSEED": "0",  # the order of a set must not differ between two runs
        "PYTHONUTF8": "1",  # nor may the reading of a file with the language of the system
    }
    with Pool(jobs, environment, preload) as pool:
        yield pool


def execute(
    tasks: Iterable[Task],
    *,
    output: Callable[[Task], Path],
    pool: Pool,
    home: Path,
    limits: Limits,
    progress: Progress,
    preload: tuple[str, ...] = PRELOAD,
) -> Executed:
    """Run every task into `output(task)`; a failure is an outcome, not an exception."""
    result = Executed()
    waiting = list(tasks)
    progress.begin(len(waiting))

    def job(task: Task, warm: bool = True) -> Keyed:
        return task, ExecuteJob(
            str(task.source), str(output(task)), task.parameters, str(home), limits, warm, preload
        )

    def done(task: Task, outcome: Outcome) -> list[Keyed]:
        result.attempts[task] = attempt = result.attempts.get(task, 0) + 1
        failure = outcome.failure
        if failure is not None and failure.passing and attempt < MOST_ATTEMPTS:
            progress.again(task, failure)
            return [job(task, warm=attempt < MOST_ATTEMPTS - 1)]  # the last attempt trusts nothing warm
        result.outcomes[task] = _as_final(outcome, attempt)
        progress.end(task, outcome)
        return []

    def hear(task: Task, message: dict[str, Any]) -> None:
        if "cell" in message:
            progress.cell(task, message["cell"], message["cells"])

    pool.run([job(task) for task in waiting], done, hear)
    return result


def call_in_worker(function: str, arguments: dict[str, Any], preload: tuple[str, ...]) -> Outcome:
    """Call one function (`module:name`, plain values) where the libraries are imported already."""
    with open_pool(1, preload) as pool:
        return call_in_pool(pool, function, arguments)


def call_in_pool(pool: Pool, function: str, arguments: dict[str, Any]) -> Outcome:
    """Call one function in a worker that is there already."""
    outcomes: list[Outcome] = []

    def done(_: str, outcome: Outcome) -> list[Keyed]:
        outcomes.append(outcome)
        return []

    pool.run([(function, CallJob(function, arguments))], done, lambda *_: None)
    return outcomes[0]


def available_cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _as_final(outcome: Outcome, attempts: int) -> Outcome:
    failure = outcome.failure
    if failure is None or attempts == 1:
        return outcome
    return replace(outcome, failure=replace(failure, message=f"{failure.message} ({attempts} attempts)"))
