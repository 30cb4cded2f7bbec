"""One notebook through papermill's API, with progress by cell, limits, and a failure told in full."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nbclient.client import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbformat.v4 import nbbase
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from papermill.exceptions import PapermillExecutionError
from papermill.execute import prepare_notebook_metadata, raise_for_execution_errors, remove_error_markers
from papermill.iorw import load_notebook_node, local_file_io_cwd
from papermill.parameterize import parameterize_notebook
from papermill.utils import chdir

from pipeline.publish.jobs import ExecuteJob, Failure, Outcome
from pipeline.publish.warm.client import ForkedProcess
from pipeline.publish.warm.manager import OrdinaryKernelManager, WarmKernelManager
from pipeline.publish.worker.executed import write_without_traces
from pipeline.publish.worker.limits import Watch

ENGINE_NAME = "quarterdeck"
PASSING_ERRORS = frozenset(
    {"ConnectionError", "ConnectionResetError", "ConnectionRefusedError", "BrokenPipeError", "TimeoutError"}
    | {"OperationalError", "InterfaceError", "BlockingIOError", "InterruptedError", "DeadlockDetected"}
)
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_START_TIMEOUT_SECONDS = 180

Tell = Callable[[dict[str, Any]], None]


class _Run:
    """What the engine learns while a notebook runs: its kernel, its current cell."""

    def __init__(self, tell: Tell) -> None:
        self.tell = tell
        self.client: PapermillNotebookClient | None = None
        self.notebook: Any = None
        self.was_forked = False
        self.cell: Any = None
        self.kernel_started: float = 0.0

    def kernel_process(self) -> int | None:
        provisioner = getattr(getattr(self.client, "km", None), "provisioner", None)
        if provisioner is None or not provisioner.has_process:
            return None
        self.was_forked = isinstance(provisioner.process, ForkedProcess)
        return int(provisioner.pid)

    def begin_cell(self, cell: Any, index: int, cells: int) -> None:
        self.kernel_started = self.kernel_started or time.monotonic()
        self.kernel_process()
        self.cell = cell
        self.tell({"cell": index + 1, "cells": cells})


class _Client(PapermillNotebookClient):  # type: ignore[misc]
    """papermill's client; it reports each cell, and notes no times, which nobody keeps (`executed`)."""

    def __init__(self, run: _Run, nb_man: Any, **options: Any) -> None:
        super().__init__(nb_man, **options)
        self._run = run

    def papermill_execute_cells(self) -> None:
        """Run every cell until one fails."""
        for index, cell in enumerate(self.nb.cells):
            self._run.begin_cell(cell, index, len(self.nb.cells))
            try:
                self.execute_cell(cell, index)
            except CellExecutionError as error:
                self.nb_man.cell_exception(cell, cell_index=index, exception=error)
                break

    def process_message(self, *arguments: Any, **options: Any) -> Any:
        """As nbclient does, without saving the notebook in between."""
        return NotebookClient.process_message(self, *arguments, **options)


class _Engine(NBClientEngine):  # type: ignore[misc]
    """papermill's own engine with this client."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> Any:
        run: _Run = options.pop("run")
        run.notebook = nb_man.nb
        # The client must own its kernel, or nobody ends it.
        run.client = client = _Client(
            run,
            nb_man,
            kernel_manager_class=options["kernel_manager_class"],
            kernel_name=kernel_name,
            startup_timeout=options["start_timeout"],
            record_timing=False,
            log=logging.getLogger("papermill"),
        )
        return client.execute()


papermill_engines.register(ENGINE_NAME, _Engine)


def execute(job: ExecuteJob, tell: Tell) -> Outcome:
    """Run the notebook and write it, without traces of when and where, to the job's output."""
    started = time.monotonic()
    run = _Run(tell)
    with Watch(job.limits, run.kernel_process) as watch:
        failure = _run_papermill(job, run)
    if watch.failure is not None:
        failure = _at_cell(watch.failure, run.cell)
    if run.notebook is not None:
        write_without_traces(run.notebook, Path(job.output))
    seconds = {
        "total": time.monotonic() - started,
        "kernel": max(run.kernel_started - started, 0.0) if run.kernel_started else 0.0,
    }
    return Outcome(
        failure, seconds, {"peak_memory_bytes": watch.peak_bytes}, ordinary_kernel=not run.was_forked
    )


def _run_papermill(job: ExecuteJob, run: _Run) -> Failure | None:
    try:
        _drive(job, run)
    except PapermillExecutionError as error:
        return _cell_failure(error, run.cell)
    except DeadKernelError:
        return _at_cell(Failure("kernel", "DeadKernel", "The kernel died.", passing=True), run.cell)
    except (OSError, RuntimeError) as error:  # a kernel that did not start, a channel that broke
        return _at_cell(Failure("kernel", type(error).__name__, str(error), passing=True), run.cell)
    return None


def _drive(job: ExecuteJob, run: _Run) -> None:
    """What papermill's `execute_notebook` does, without writing what is written anew afterwards."""
    with local_file_io_cwd(), _outputs_as_they_come():
        notebook = load_notebook_node(job.source)
        given = {"engine_name": ENGINE_NAME, "kernel_name": "python3", "language": "python"}
        if job.parameters:
            notebook = parameterize_notebook(notebook, job.parameters, **given)
        notebook = remove_error_markers(prepare_notebook_metadata(notebook, job.source, None))
        with chdir(job.working_folder):
            notebook = papermill_engines.execute_notebook_with_engine(
                ENGINE_NAME,
                notebook,
                kernel_name="python3",
                progress_bar=False,
                start_timeout=_START_TIMEOUT_SECONDS,
                run=run,
                kernel_manager_class=_manager(job),
            )
        raise_for_execution_errors(notebook, None)


@contextmanager
def _outputs_as_they_come() -> Iterator[None]:
    """A kernel of ours keeps to the protocol: to check each output against nbformat's schema costs 2 ms."""
    check, nbbase.validate = nbbase.validate, lambda *_: None
    try:
        yield
    finally:
        nbbase.validate = check


def _manager(job: ExecuteJob) -> type[WarmKernelManager]:
    if not job.warm:
        return OrdinaryKernelManager
    return type("KernelManager", (WarmKernelManager,), {"preloaded": job.preload})


def _cell_failure(error: PapermillExecutionError, cell: Any) -> Failure:
    return Failure(
        kind="cell",
        error=str(error.ename),
        message=_COLOURS.sub("", str(error.evalue)),
        cell=str(cell.get("id", "")) if cell is not None else "",
        source=str(error.source),
        traceback=_COLOURS.sub("", "\n".join(error.traceback)),
        passing=str(error.ename).rpartition(".")[2] in PASSING_ERRORS,
    )


def _at_cell(failure: Failure, cell: Any) -> Failure:
    if cell is None:
        return failure
    return Failure(
        failure.kind,
        failure.error,
        failure.message,
        cell=str(cell.get("id", "")),
        source=str(cell.get("source", "")),
        passing=failure.passing,
    )
