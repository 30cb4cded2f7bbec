"""The live view of a run on a terminal, or a line per event where there is none; on standard error."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING

from pipeline.publish.jobs import Failure, Outcome
from pipeline.publish.plan import Task

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, TaskID


class ProgressView:
    """A line per running notebook with its cells, and one for the whole run.

    The library that draws them is imported with the first notebook: a run without any ends at once.
    """

    def __init__(self, quiet: bool = False) -> None:
        self._quiet = quiet
        self._console: Console | None = None
        self._bars: Progress | None = None
        self._bar_of: dict[Task, TaskID] = {}
        self._whole: TaskID | None = None
        self._started: dict[Task, float] = {}

    def __enter__(self) -> ProgressView:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bars is not None:
            self._bars.stop()

    def begin(self, tasks: int) -> None:
        """So many notebooks are to run."""
        bars = self._show_bars()
        self._whole = bars.add_task("notebooks", total=tasks)

    def cell(self, task: Task, cell: int, cells: int) -> None:
        """A notebook begins a cell."""
        self._started.setdefault(task, time.monotonic())
        bars = self._show_bars()
        if task not in self._bar_of:
            self._bar_of[task] = bars.add_task(task.name, total=cells)
        bars.update(self._bar_of[task], completed=cell - 1, total=cells)

    def again(self, task: Task, failure: Failure) -> None:
        """A notebook failed for a passing reason and is tried again."""
        self._forget(task)
        self.say(f"{task.name}: {failure.error}: {failure.message} Trying again.")

    def end(self, task: Task, outcome: Outcome) -> None:
        """A notebook is finished."""
        self._forget(task)
        if self._whole is not None and self._bars is not None:
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
        self._open_console().print(text, highlight=False, markup=False, soft_wrap=True)

    def _forget(self, task: Task) -> None:
        bar = self._bar_of.pop(task, None)
        if bar is not None and self._bars is not None:
            self._bars.remove_task(bar)

    def _open_console(self) -> Console:
        from rich.console import Console

        if self._console is None:
            self._console = Console(file=sys.stderr, quiet=self._quiet)
        return self._console

    def _show_bars(self) -> Progress:
        from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bars

        if self._bars is None:
            console = self._open_console()
            self._bars = Bars(
                SpinnerColumn(),
                TextColumn("{task.description}"),
                BarColumn(bar_width=24),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                console=console,
                transient=True,
                disable=not console.is_terminal,
            )
            self._bars.start()
        return self._bars
