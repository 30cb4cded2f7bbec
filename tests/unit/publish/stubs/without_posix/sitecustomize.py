"""Takes away what Windows lacks, in every Python that starts with this folder on its path.

It does not make a Windows: the interpreter and the libraries are those of this machine, and have code of
their own for Windows. So attributes and modules are missing for our package alone, and what the operating
system refuses is refused to all. Only Linux can play this part (it looks into /proc).
"""

from __future__ import annotations

import builtins
import io
import os
import select
import selectors
import signal
import socket
import stat
import sys
import types
import warnings
from collections.abc import Callable
from typing import Any

MODULES = {"fcntl", "pwd", "grp", "resource", "termios", "pty", "tty", "syslog", "posix"}
ATTRIBUTES = {
    os: (
        "fork forkpty getuid geteuid getgid getegid getpgid getpgrp setpgid setsid killpg wait waitid "
        "WNOHANG set_blocking get_blocking sched_getaffinity uname getloadavg sysconf statvfs chown lchown "
        "fchmod fchown mkfifo O_DIRECTORY O_NOFOLLOW O_CLOEXEC O_NONBLOCK register_at_fork posix_spawn"
    ),
    signal: (
        "SIGKILL SIGHUP SIGCHLD SIGUSR1 SIGUSR2 SIGALRM SIGPIPE pthread_sigmask alarm setitimer sigwait pause"
    ),
    socket: "AF_UNIX SO_PEERCRED send_fds recv_fds CMSG_LEN",
    select: "poll epoll kqueue",
}
FORBIDDEN = set('<>"|?*:')
OURS = "pipeline"


def apply() -> None:
    """Do it."""
    for module, names in ATTRIBUTES.items():
        _hide(module, names.split())
    builtins.__import__ = _without(MODULES, builtins.__import__)
    _refuse_file_operations()
    _refuse_pipes_to_select()
    if sys.flags.warn_default_encoding:
        warnings.filterwarnings("error", category=EncodingWarning, module=rf"{OURS}\b")


def is_ours(frame: types.FrameType | None) -> bool:
    """True in our package's code."""
    name = frame.f_globals.get("__name__", "") if frame is not None else ""
    spec = frame.f_globals.get("__spec__") if frame is not None and name == "__main__" else None
    return getattr(spec, "name", name).partition(".")[0] == OURS


def _hide(module: types.ModuleType, names: list[str]) -> None:
    hidden = {name: module.__dict__.pop(name) for name in names if hasattr(module, name)}

    def find(name: str) -> Any:
        if name in hidden and not is_ours(sys._getframe(1)):
            return hidden[name]
        raise AttributeError(f"module {module.__name__!r} has no attribute {name!r} on Windows")

    module.__dict__["__getattr__"] = find
    if module is socket:  # its own functions do not ask `__getattr__`
        family, pair = hidden["AF_UNIX"], socket.socketpair
        socket.socketpair = lambda *_, **__: pair(family)


def _without(names: set[str], ordinary: Callable[..., Any]) -> Callable[..., Any]:
    def importing(name: str, *rest: Any, **options: Any) -> Any:
        if name in names and is_ours(sys._getframe(1)):
            raise ModuleNotFoundError(f"No module named {name!r} on Windows", name=name)
        return ordinary(name, *rest, **options)

    return importing


def _refuse_file_operations() -> None:
    _refuse_links()
    _refuse_renames()
    _refuse_to_flush_what_is_read()
    _refuse_names_and_folders()


def _refuse_links() -> None:
    def symlink(*_: Any, **__: Any) -> None:
        raise OSError(1314, "A required privilege is not held by the client")

    os.symlink = symlink


def _refuse_renames() -> None:
    """Nothing takes the place of a folder, and nothing that is open goes away."""
    rename, replace, unlink = os.rename, os.replace, os.unlink

    def careful_rename(source: Any, target: Any, **options: Any) -> None:
        if os.path.lexists(target):
            raise FileExistsError(183, "Cannot create a file when that file already exists", str(target))
        _refuse_if_open(source)
        rename(source, target, **options)

    def careful_replace(source: Any, target: Any, **options: Any) -> None:
        if os.path.isdir(target):
            raise PermissionError(5, "Access is denied", str(target))
        _refuse_if_open(source)
        _refuse_if_open(target)
        replace(source, target, **options)

    def careful_unlink(path: Any, **options: Any) -> None:
        _refuse_if_open(path)
        unlink(path, **options)

    os.rename, os.replace = careful_rename, careful_replace
    os.unlink = os.remove = careful_unlink


def _refuse_to_flush_what_is_read() -> None:
    fsync = os.fsync

    def careful_fsync(descriptor: int) -> None:
        with ordinary_open(f"/proc/self/fdinfo/{descriptor}", encoding="ascii") as info:
            flags = int(info.read().split("flags:")[1].split()[0], 8)
        if flags & os.O_ACCMODE == os.O_RDONLY:
            raise OSError(9, "Bad file descriptor")
        fsync(descriptor)

    ordinary_open = builtins.open
    os.fsync = careful_fsync


def _refuse_names_and_folders() -> None:
    """Names that no file can have, and opening a folder; text needs an encoding, or it gets the system's."""
    open_descriptor, ordinary_open = os.open, builtins.open

    def careful_descriptor(path: Any, flags: int, *rest: Any, **options: Any) -> int:
        if not isinstance(path, int) and os.path.isdir(path):
            raise PermissionError(13, "Permission denied", str(path))
        _refuse_name(path, flags & (os.O_WRONLY | os.O_RDWR))
        return open_descriptor(path, flags, *rest, **options)

    def careful_open(file: Any, mode: str = "r", *rest: Any, **options: Any) -> Any:
        _refuse_name(file, set(mode) & set("wax+"))
        if "b" not in mode and len(rest) < 2 and is_ours(sys._getframe(1)):
            io.text_encoding(options.get("encoding"), 2)
        return ordinary_open(file, mode, *rest, **options)

    os.open = careful_descriptor
    builtins.open = io.open = careful_open


def _refuse_if_open(path: Any) -> None:
    """Windows lets nobody rename or remove what is open, or a folder in which something is."""
    try:
        target = os.path.realpath(path) if not os.path.islink(path) else ""
        if not target:
            return
        found = os.lstat(target)
    except OSError:
        return
    inside = target + os.sep if stat.S_ISDIR(found.st_mode) else ""
    for descriptor in os.listdir("/proc/self/fd"):
        try:
            held = os.readlink(f"/proc/self/fd/{descriptor}")
        except OSError:
            continue
        if held == target or (inside and held.startswith(inside)):
            raise PermissionError(32, "The process cannot access the file: it is being used", str(path))


def _refuse_name(path: Any, writes: Any) -> None:
    if writes and isinstance(path, (str, os.PathLike)):
        name = os.path.basename(os.fsdecode(path))
        if FORBIDDEN & set(name) or name != name.rstrip(". "):
            raise OSError(22, "Invalid argument", str(path))


def _refuse_pipes_to_select() -> None:
    ordinary = select.select

    def select_sockets(*ends: Any) -> Any:
        for end in [*ends[0], *ends[1], *ends[2]]:
            if not _is_socket(end) and not _asked_by_subprocess():
                raise OSError(10038, "An operation was attempted on something that is not a socket")
        return ordinary(*ends)

    select.select = select_sockets
    selectors.SelectSelector._select = staticmethod(select_sockets)
    selectors.DefaultSelector = selectors.SelectSelector


def _is_socket(end: Any) -> bool:
    """ZeroMQ's signal is a socket there and an event descriptor here."""
    descriptor = end if isinstance(end, int) else end.fileno()
    return stat.S_ISSOCK(os.fstat(descriptor).st_mode) or "eventfd" in os.readlink(
        f"/proc/self/fd/{descriptor}"
    )


def _asked_by_subprocess() -> bool:
    """`Popen.communicate` waits for pipes with threads there."""
    frame = sys._getframe(2)
    while frame is not None:
        if frame.f_globals.get("__name__") == "subprocess":
            return True
        frame = frame.f_back
    return False


apply()
