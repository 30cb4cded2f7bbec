"""The live view of a run on a terminal, or a line per event where there is none; on standard error."""

from __future__ import annotations

import sys
import time
from types import TracebackType

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from pipeline.publish.jobs import Failure, Outcome
from pipeline.publish.plan import Task


class ProgressView:
    """A line per running notebook with its cells, and one for the whole run."""

    def __init__(self, quiet: bool = False) -> None:
        self._console = Console(file=sys.stderr, quiet=quiet)
        self._bars = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        )
        self._bar_of: dict[Task, TaskID] = {}
        self._whole: TaskID | None = None
        self._started: dict[Task, float] = {}

    def __enter__(self) -> ProgressView:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    def begin(self, tasks: int) -> None:
        """So many notebooks are to run."""
        self._whole = self._bars.add_task("notebooks", total=tasks)

    def cell(self, task: Task, cell: int, cells: int) -> None:
        """A notebook begins a cell."""
        self._started.setdefault(task, time.monotonic())
        if task not in self._bar_of:
            self._bar_of[task] = self._bars.add_task(task.name, total=cells)
        self._bars.update(self._bar_of[task], completed=cell - 1, total=cells)

    def again(self, task: Task, failure: Failure) -> None:
        """A notebook failed for a passing reason and is tried again."""
        self._forget(task)
        self.say(f"{task.name}: {failure.error}: {failure.message} Trying again.")

    def end(self, task: Task, outcome: Outcome) -> None:
        """A notebook is finished."""
        self._forget(task)
        if self._whole is not None:
            self._bars.advance(self._whole)
        seconds = outcome.seconds.get("total", 0.0)
        verdict = (
            "done"
            if outcome.failure is None
            else f"FAILED: {outcome.failure.error}: {outcome.failure.message}"
        )
        self.say(f"{task.name}: {verdict} ({seconds:.1f} s)")

    def say(self, text: str) -> None:
        """Something worth a line."""
        self._console.print(text, highlight=False, markup=False, soft_wrap=True)

    def _forget(self, task: Task) -> None:
        bar = self._bar_of.pop(task, None)
        if bar is not None:
            self._bars.remove_task(bar)
