"""The owner's side: find the fork server of a key or start it, ask for a kernel, hold its life line."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from pipeline.locks import holding
from pipeline.publish.warm.key import project_state, server_key, socket_folder
from pipeline.publish.warm.settings import (
    FAILED_START_IS_REMEMBERED_SECONDS,
    SINGLE_THREADED,
    START_TIMEOUT_SECONDS,
    WarmSettings,
    startup_environment,
)
from pipeline.publish.warm.wire import Hangup, peer_user_id, receive_message, send_message

_ANSWER_TIMEOUT_SECONDS = 30.0


class WarmUnavailable(Exception):
    """No fork can be had; the text says why, and an ordinary kernel is the way out."""


class ForkedProcess:
    """A kernel forked by a server, with the part of `subprocess.Popen`'s face that provisioners use."""

    stdin = stdout = stderr = None

    def __init__(self, connection: socket.socket, process_id: int) -> None:
        self.pid = process_id
        self.returncode: int | None = None
        self._connection = connection
        self._connection.setblocking(True)

    def poll(self) -> int | None:
        """The exit code (negative: the signal that ended it), or None while it runs."""
        if self.returncode is None and select.select([self._connection], [], [], 0)[0]:
            self._hear_of_the_end()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Block until the end.

        Raises:
            subprocess.TimeoutExpired: it still runs after `timeout` seconds.
        """
        if self.returncode is None:
            if not select.select([self._connection], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired("kernel", timeout or 0.0)
            self._hear_of_the_end()
        return self.returncode if self.returncode is not None else -signal.SIGKILL

    def send_signal(self, number: int) -> None:
        """Signal the kernel's process group, by way of the server, which knows it is alive."""
        if self.poll() is None:
            with contextlib.suppress(OSError):
                send_message(self._connection, {"signal": int(number)})

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def _hear_of_the_end(self) -> None:
        try:
            message, _ = receive_message(self._connection)
            self.returncode = int(message["exit_code"])
        except (Hangup, OSError):  # the server is gone; the kernel watches it and follows
            self.returncode = -signal.SIGKILL
        self._connection.close()


def fork_module(
    settings: WarmSettings,
    module: str,
    arguments: list[str],
    *,
    environment: dict[str, str],
    working_folder: str,
    streams: tuple[int, int, int],
) -> ForkedProcess:
    """A process that does what `python -m module arguments` would, with the libraries imported already.

    Args:
        settings: of the fork server.
        module: to run as `__main__`; `ipykernel_launcher` for a kernel.
        arguments: after the module's name.
        environment: the whole environment of the process.
        working_folder: where it begins.
        streams: descriptors of its standard input, output and error.

    Raises:
        WarmUnavailable: with the reason.
    """
    reason = why_unsafe(environment)
    if reason:
        raise WarmUnavailable(reason)
    request = {
        "module": module,
        "arguments": arguments,
        "environment": environment,
        "working_folder": working_folder,
        "file_creation_mask": _file_creation_mask(),
    }
    try:
        place = _Place(socket_folder(settings), server_key(settings, environment))
        connection = _connect_or_start(place, settings, environment)
        send_message(connection, request, streams)
        answer, _ = receive_message(connection)
    except (OSError, ValueError) as error:
        raise WarmUnavailable(str(error)) from error
    if "process" not in answer:
        connection.close()
        raise WarmUnavailable(str(answer.get("refused", answer)))
    return ForkedProcess(connection, int(answer["process"]))


def warm_up(settings: WarmSettings, environment: dict[str, str]) -> None:
    """Have the fork server of an environment ready before anyone asks for a kernel; failures show up then."""
    if why_unsafe(environment):
        return
    with contextlib.suppress(WarmUnavailable, OSError, ValueError):
        place = _Place(socket_folder(settings), server_key(settings, environment))
        _connect_or_start(place, settings, environment).close()


def why_unsafe(environment: dict[str, str]) -> str:
    """The first reason against forking on this machine and in this environment; empty if there is none."""
    python_path = [entry for entry in environment.get("PYTHONPATH", "").split(os.pathsep) if entry]
    if not can_fork():
        return "this system cannot fork"
    if sys.platform not in {"linux", "darwin"}:
        return f"forking is not known to be safe on {sys.platform}"
    if sys.platform == "darwin" and _uses_accelerate():
        return "the numerical libraries of this macOS are not safe to fork (Accelerate)"
    return "" if all(map(os.path.isabs, python_path)) else "PYTHONPATH has relative folders"


def can_fork() -> bool:
    """True where processes fork and speak over Unix sockets; Windows has neither."""
    return hasattr(os, "fork") and hasattr(os, "getuid") and hasattr(socket, "AF_UNIX")


class _Place:
    """Where the server of one key is found."""

    def __init__(self, folder: Path, key: str) -> None:
        self.socket = folder / f"{key}.sock"
        self.lock = folder / f"{key}.lock"
        self.log = folder / f"{key}.log"
        self.failure = folder / f"{key}.failed"


def _connect_or_start(place: _Place, settings: WarmSettings, environment: dict[str, str]) -> socket.socket:
    connection = _connect(place)
    if connection is not None:
        return connection
    with holding(place.lock):
        connection = _connect(place)
        if connection is None:
            _raise_if_failed_lately(place)
            _start(place, settings, environment)
            connection = _connect(place)
    if connection is None:
        raise WarmUnavailable("the fork server started but does not answer")
    return connection


def _connect(place: _Place) -> socket.socket | None:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(_ANSWER_TIMEOUT_SECONDS)
    try:
        connection.connect(str(place.socket))
    except (FileNotFoundError, ConnectionRefusedError):
        connection.close()
        return None
    if peer_user_id(connection) != os.getuid():
        connection.close()
        raise PermissionError(f"{place.socket} is served by another user")
    return connection


def _start(place: _Place, settings: WarmSettings, environment: dict[str, str]) -> None:
    """Start a server and wait until it has imported everything."""
    reader, writer = os.pipe()
    setup = {
        "socket": str(place.socket),
        "lock": str(place.lock),
        "preload": list(settings.preload),
        "project": project_state(settings.preload),
        "idle_seconds": settings.idle_seconds,
        "ready_descriptor": writer,
    }
    with open(reader, "rb", buffering=0) as ready, open(place.log, "wb") as log:
        try:
            process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-m", "pipeline.publish.warm.server", json.dumps(setup)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=startup_environment(environment) | SINGLE_THREADED,
                cwd="/",
                pass_fds=(writer,),
                start_new_session=True,
            )
        finally:
            os.close(writer)
        if not select.select([ready], [], [], START_TIMEOUT_SECONDS)[0]:
            process.kill()
        answer: dict[str, Any] = json.loads(ready.read() or b"{}")
    if not answer.get("ready"):
        process.wait()
        reason = answer.get("reason") or f"it ended with code {process.returncode} (see {place.log})"
        place.failure.write_text(reason, encoding="utf-8")
        raise WarmUnavailable(f"the fork server did not start: {reason}")
    process.returncode = 0  # it outlives this process on purpose; no warning when the object goes
    place.failure.unlink(missing_ok=True)


def _raise_if_failed_lately(place: _Place) -> None:
    with contextlib.suppress(FileNotFoundError):
        if time.time() - place.failure.stat().st_mtime < FAILED_START_IS_REMEMBERED_SECONDS:
            raise WarmUnavailable(
                f"the fork server failed to start a while ago: {place.failure.read_text(encoding='utf-8')}"
            )


def _uses_accelerate() -> bool:
    """Apple's BLAS hands work to threads that a fork loses; NumPy's own build information names it."""
    from numpy.__config__ import CONFIG

    return "accelerate" in str(CONFIG.get("Build Dependencies", {}).get("blas", "")).lower()


def _file_creation_mask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
