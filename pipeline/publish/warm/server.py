"""The fork server: imports once, never computes, stays single-threaded, forks a kernel per request.

Started by `client` as `python -m pipeline.publish.warm.server '{"socket": ..., ...}'`. Each kernel's
connection is its life line: when the owner's end closes, the kernel and its process group are killed; when
the kernel ends, its exit code goes back over the same connection.
"""

from __future__ import annotations

import contextlib
import errno
import gc
import importlib
import json
import logging
import os
import selectors
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any, Final

from pipeline.locks import Busy, holding
from pipeline.publish.warm.child import INLINE_BACKEND, ForkRequest, detach, modules_to_forget, run
from pipeline.publish.warm.key import project_state
from pipeline.publish.warm.settings import HIDDEN_WHILE_PRELOADING
from pipeline.publish.warm.threads import count_threads, end_known_threads
from pipeline.publish.warm.wire import Hangup, peer_user_id, receive_message, send_message

log = logging.getLogger("warm")

_REQUEST_TIMEOUT_SECONDS = 10.0
_LONGEST_SLEEP_SECONDS = 30.0


def main() -> None:
    """Preload, announce, serve; in a fork, become the kernel."""
    setup: dict[str, Any] = json.loads(sys.argv[1])
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(process)d %(message)s")
    if sys.path and os.path.abspath(sys.path[0]) == os.getcwd():
        del sys.path[0]  # `-m` put the server's own working folder there
    preload(setup)
    server = ForkServer(setup)
    _announce(setup["ready_descriptor"], {"ready": True})
    request = server.serve()
    if request is not None:
        del server
        run(request)


def preload(setup: dict[str, Any]) -> None:
    """Import every module of the list that can be imported without starting threads.

    A module may have a function `before_forks` for what every fork would do again for itself.
    A library that leaves a thread behind can't be unloaded: the process starts itself anew without it.
    """
    for name in HIDDEN_WHILE_PRELOADING:
        sys.modules[name] = None  # type: ignore[assignment]
    for name in setup["preload"]:
        try:
            getattr(importlib.import_module(name), "before_forks", _nothing)()
        except (
            Exception
        ) as error:  # an optional library may be absent or broken; the kernel will say so itself
            log.info("left out %s: %s", name, error)
        end_known_threads(name)
        if count_threads() > 1:
            log.info("left out %s: importing it starts threads", name)
            _start_anew_without(name, setup)
    _do_once()
    gc.collect()
    gc.freeze()  # pages of what lives now stay shared with the forks


def _nothing() -> None:
    """Most modules have nothing to prepare."""


def _do_once() -> None:
    """What libraries put off until they are first used, and every fork would do for itself.

    matplotlib reads the entry points of all packages for its backends; nbformat compiles its schema.
    """
    backends, validator = map(sys.modules.get, ("matplotlib.backends", "nbformat.validator"))
    with contextlib.suppress(Exception):  # other versions may do it otherwise
        if backends is not None:
            backends.backend_registry.is_valid_backend(INLINE_BACKEND)
    with contextlib.suppress(Exception):
        if validator is not None:
            validator.get_validator(4, 5)


def _start_anew_without(name: str, setup: dict[str, Any]) -> None:
    remaining = [module for module in setup["preload"] if module != name]
    if len(remaining) == len(setup["preload"]):
        _announce(
            setup["ready_descriptor"], {"ready": False, "reason": "the interpreter starts threads by itself"}
        )
        sys.exit(1)
    os.set_inheritable(setup["ready_descriptor"], True)
    os.execv(  # noqa: S606
        sys.executable, [*sys.orig_argv[:-1], json.dumps({**setup, "preload": remaining})]
    )


def _announce(descriptor: int, message: dict[str, Any]) -> None:
    with contextlib.suppress(BrokenPipeError):
        os.write(descriptor, json.dumps(message).encode())
    os.close(descriptor)


class ForkServer:
    """A listening socket, the kernels alive, and one loop that sleeps until something happens."""

    def __init__(self, setup: dict[str, Any]) -> None:
        self._path: Final[str] = setup["socket"]
        self._lock_path: Final[str] = setup["lock"]
        self._idle_seconds: Final[float] = setup["idle_seconds"]
        self._process_of: dict[socket.socket, int] = {}
        self._idle_since = time.monotonic()
        self._selector = selectors.DefaultSelector()
        self._listener = _listen(self._path)
        self._identity = os.stat(self._path).st_ino
        stays = project_state(setup["preload"]) == setup["project"]
        self._forget: Final = modules_to_forget(setup["preload"] if stays else ())
        self._wake_reader, self._wake_writer = socket.socketpair()
        self._stopping = False
        for end in (self._listener, self._wake_reader, self._wake_writer):
            end.setblocking(False)
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._selector.register(self._wake_reader, selectors.EVENT_READ)
        self._install_signals()

    def serve(self) -> ForkRequest | None:
        """Serve until idle for too long or told to stop: None; or until this is a fork: its request."""
        while not self._stopping:
            for key, _ in self._selector.select(self._sleep_seconds()):
                request = self._handle(key.fileobj)
                if request is not None:
                    return request
            self._reap()
            if self._is_over() and self._withdraw():
                return None
        self._kill_all()
        return None

    def _handle(self, end: Any) -> ForkRequest | None:
        if end is self._listener:
            return self._accept()
        if end is self._wake_reader:
            with contextlib.suppress(BlockingIOError):
                self._wake_reader.recv(4096)
        elif end in self._process_of:
            self._hear(end)
        return None

    def _accept(self) -> ForkRequest | None:
        try:
            connection, _ = self._listener.accept()
        except OSError:
            return None
        connection.settimeout(_REQUEST_TIMEOUT_SECONDS)
        descriptors: list[int] = []
        try:
            if peer_user_id(connection) != os.getuid():
                raise PermissionError("a process of another user asked for a kernel")
            message, descriptors = receive_message(connection)
            return self._fork(connection, message, descriptors)
        except (OSError, ValueError, KeyError) as error:
            log.warning("refused: %s", error)
            with contextlib.suppress(OSError):
                send_message(connection, {"refused": str(error)})
            connection.close()
        finally:
            for descriptor in descriptors:
                with contextlib.suppress(OSError):  # in the fork they are closed already
                    os.close(descriptor)
        return None

    def _fork(
        self, connection: socket.socket, message: dict[str, Any], descriptors: list[int]
    ) -> ForkRequest | None:
        if count_threads() != 1:
            raise OSError(errno.EAGAIN, f"{count_threads()} threads run in the fork server")
        stdin, stdout, stderr = descriptors
        request = ForkRequest(
            module=message["module"],
            arguments=message["arguments"],
            environment=message["environment"],
            working_folder=message["working_folder"],
            file_creation_mask=message["file_creation_mask"],
            streams=(stdin, stdout, stderr),
            server_process_id=os.getpid(),
            forget=self._forget,
        )
        process = os.fork()
        if process == 0:
            connection.close()
            self._close_in_child()
            detach(request)
            descriptors.clear()
            return request
        self._process_of[connection] = process
        self._selector.register(connection, selectors.EVENT_READ)
        send_message(connection, {"process": process})
        return None

    def _hear(self, connection: socket.socket) -> None:
        """A signal to pass on, or the owner's end."""
        try:
            message, _ = receive_message(connection)
            _signal_group(self._process_of[connection], int(message["signal"]))
        except (Hangup, OSError, ValueError, KeyError):
            log.info("the owner of %d is gone", self._process_of[connection])
            _signal_group(self._process_of[connection], signal.SIGKILL)
            self._selector.unregister(connection)

    def _reap(self) -> None:
        for connection, process in list(self._process_of.items()):
            if os.waitid(os.P_PID, process, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
                continue
            _signal_group(
                process, signal.SIGKILL
            )  # what it left behind; its number is still ours until the wait
            _, status = os.waitpid(process, 0)
            with contextlib.suppress(OSError):
                send_message(connection, {"exit_code": os.waitstatus_to_exitcode(status)})
            with contextlib.suppress(KeyError):
                self._selector.unregister(connection)
            connection.close()
            del self._process_of[connection]
            self._idle_since = time.monotonic()

    def _sleep_seconds(self) -> float:
        remaining = self._idle_since + self._idle_seconds - time.monotonic()
        return (
            _LONGEST_SLEEP_SECONDS if self._process_of else min(max(remaining, 0.0), _LONGEST_SLEEP_SECONDS)
        )

    def _is_over(self) -> bool:
        if self._process_of:
            return False
        return time.monotonic() - self._idle_since >= self._idle_seconds or not self._is_reachable()

    def _is_reachable(self) -> bool:
        """False when the socket was swept away or replaced: nobody can ask any more."""
        try:
            return os.stat(self._path).st_ino == self._identity
        except OSError:
            return False

    def _withdraw(self) -> bool:
        """Take the socket away, unless someone is just about to ask."""
        if self._is_reachable():
            try:
                with holding(Path(self._lock_path), wait_seconds=0.0):
                    os.unlink(self._path)
                    self._listener.close()
            except (Busy, OSError):
                self._idle_since = time.monotonic()
                return False
        log.info("no kernel for %.0f seconds: goodbye", self._idle_seconds)
        return True

    def _kill_all(self) -> None:
        for process in self._process_of.values():
            _signal_group(process, signal.SIGKILL)
        if self._is_reachable():
            os.unlink(self._path)

    def _install_signals(self) -> None:
        signal.set_wakeup_fd(self._wake_writer.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)

    def _stop(self, *_: object) -> None:
        self._stopping = True

    def _close_in_child(self) -> None:
        for end in (self._listener, self._wake_reader, self._wake_writer, *self._process_of):
            end.close()
        self._selector.close()
        self._process_of.clear()


def _listen(path: str) -> socket.socket:
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(path)
    os.chmod(path, 0o600)
    listener.listen(128)
    return listener


def _signal_group(process: int, number: int) -> None:
    """To the kernel's process group; to the process itself while it has not made its group yet."""
    try:
        os.killpg(process, number)
    except ProcessLookupError:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, number)
    except PermissionError:  # macOS says so of a group of zombies
        pass


if __name__ == "__main__":
    main()
