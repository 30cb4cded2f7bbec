"""What a fresh fork does to become an ordinary-looking process: most often an IPython kernel."""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import logging
import os
import random
import runpy
import signal
import sys
import threading
import time
import traceback
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, NoReturn

from pipeline.publish.warm.settings import HIDDEN_WHILE_PRELOADING

INLINE_BACKEND = "module://matplotlib_inline.backend_inline"
_LAST_WORDS_SECONDS = 1.0


@dataclass(frozen=True)
class ForkRequest:
    """What follows `python -m`, and the process that the owner wants around it.

    Attributes:
        forget: modules that were imported for the server alone.
    """

    module: str
    arguments: list[str]
    environment: dict[str, str]
    working_folder: str
    file_creation_mask: int
    streams: tuple[int, int, int]
    server_process_id: int
    forget: tuple[str, ...] = ()


def detach(request: ForkRequest) -> None:
    """Cut the ties to the server: session, signals, standard streams."""
    os.setsid()
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for target, descriptor in enumerate(request.streams):
        os.dup2(descriptor, target)
    for descriptor in request.streams:
        os.close(descriptor)


def run(request: ForkRequest) -> NoReturn:
    """Take on the owner's environment, then be what was asked for until the end."""
    os.umask(request.file_creation_mask)
    os.chdir(request.working_folder)
    os.environ.clear()
    os.environ.update(request.environment)
    time.tzset()
    _forget_what_the_server_was(request.forget)
    _tell_multiprocessing_where_it_is()
    _reseed()
    _set_matplotlib_backend()
    _set_thread_counts()
    sys.argv = [request.module, *request.arguments]
    code = 0
    try:
        if request.module == "ipykernel_launcher":
            _run_kernel(request)
        else:
            runpy.run_module(request.module, run_name="__main__", alter_sys=True)
    except SystemExit as wanted:
        code = _exit_code(wanted)
    except BaseException:
        traceback.print_exc()
        code = 1
    _end(code)


def _run_kernel(request: ForkRequest) -> None:
    from ipykernel.kernelapp import IPKernelApp

    sys.argv[0] = _launcher_path()
    # ipykernel read JPY_PARENT_PID when it was imported; the parent to watch is the server.
    options: dict[str, Any] = {"parent_handle": request.server_process_id}
    if __package__ in sys.modules:  # a run's; one of JupyterLab imports this package anew
        options["outstream_class"] = f"{__package__}.streams.QuietStream"
        _spare_the_debugger()
    kernel: Any = IPKernelApp.instance(**options)
    kernel.initialize()
    kernel.log.setLevel(kernel.log_level)  # else every message makes records that the handler throws away
    kernel.start()
    if kernel.control_thread is not None:
        # It may still be saying that it is idle. ipykernel, when it cleans up, takes away what carries the
        # words and then waits for the thread: one kernel in ten stood still until it was killed.
        kernel.control_thread.join(_LAST_WORDS_SECONDS)


def _spare_the_debugger() -> None:
    """Nobody debugs a run: its kernel need not note the files of all modules for a debugger to step over.

    To look at four thousand modules is to copy the pages that they lie on, a tenth of what a start costs.
    """
    from ipykernel import ipkernel

    ipkernel.sys = _WithoutModules()  # type: ignore[assignment, attr-defined]


class _WithoutModules:
    """`sys`, but that no modules are in it."""

    modules: ClassVar[dict[str, Any]] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(sys, name)


def _exit_code(wanted: SystemExit) -> int:
    """As the interpreter reads it: none is success, a text is printed and means failure."""
    if wanted.code is None or isinstance(wanted.code, int):
        return int(wanted.code or 0)
    print(wanted.code, file=sys.stderr)
    return 1


def _end(code: int) -> NoReturn:
    """End as an interpreter does, but leave the libraries' memory to the operating system.

    Taking thousands of modules apart would first copy the pages that are shared with the server.
    """
    with contextlib.suppress(Exception):
        threading._shutdown()  # type: ignore[attr-defined]  # waits for threads that are no daemons
    gc.freeze()  # IPython looks for garbage when it ends; what lives goes with the process
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):
            stream.flush()
    os._exit(code)


def modules_to_forget(kept: Iterable[str] = ()) -> tuple[str, ...]:
    """This package (a kernel must import today's code) and what was hidden while preloading.

    Modules of the package among `kept` mean that the whole of it may stay: its files are as they were.

    The server asks before it forks: to look through all modules is to copy the pages that they lie on.
    """
    package = __name__.partition(".")[0]
    stays = any(name.partition(".")[0] == package for name in kept)
    ours = [name for name in sys.modules if (name + ".").startswith(package + ".") and not stays]
    hidden = [name for name in HIDDEN_WHILE_PRELOADING if sys.modules.get(name, ...) is None]
    return (*ours, *hidden)


def _forget_what_the_server_was(names: tuple[str, ...]) -> None:
    for name in names:
        sys.modules.pop(name, None)
    importlib.invalidate_caches()
    root = logging.getLogger()
    for handler in list(root.handlers):
        root.removeHandler(handler)


def _tell_multiprocessing_where_it_is() -> None:
    """It noted the working folder when it was imported, and spawned processes look for modules there."""
    process = sys.modules.get("multiprocessing.process")
    if process is not None:
        process.ORIGINAL_DIR = os.getcwd()  # type: ignore[attr-defined]


def _reseed() -> None:
    random.seed()
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed(None)


def _set_matplotlib_backend() -> None:
    """A matplotlib imported before the fork read MPLBACKEND from the server's environment."""
    matplotlib = sys.modules.get("matplotlib")
    if matplotlib is not None:
        matplotlib.rcParams["backend"] = os.environ.get("MPLBACKEND") or INLINE_BACKEND


def _set_thread_counts() -> None:
    """Give BLAS the thread count that it would have had in a process of its own."""
    wanted = _first_number("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS") or _available_cores()
    if wanted <= 1 or "numpy" not in sys.modules:
        return
    with contextlib.suppress(ImportError):
        import threadpoolctl  # type: ignore[import-untyped]

        threadpoolctl.threadpool_limits(limits=wanted, user_api="blas")


def _first_number(*names: str) -> int:
    for name in names:
        value = os.environ.get(name, "").split(",")[0]
        if value.isdigit():
            return int(value)
    return 0


def _available_cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _launcher_path() -> str:
    import ipykernel_launcher  # type: ignore[import-untyped]

    return str(ipykernel_launcher.__file__)
