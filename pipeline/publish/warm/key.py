"""Which fork server may serve which owner: the key under which its socket is found."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import stat
import sys
import sysconfig
import tempfile
from collections.abc import Iterable
from pathlib import Path

from pipeline.publish.warm.settings import WarmSettings, startup_environment

_STANDARD = sysconfig.get_path("stdlib")
_LONGEST_SOCKET_PATH = 100  # bytes; Linux allows 107, macOS 103


def server_key(settings: WarmSettings, environment: dict[str, str]) -> str:
    """Short digest of everything that a preloaded process can't change later.

    The interpreter, the modules, the environment that counts at start, the state of site-packages, this
    room's code, and the files of packages under development among the modules.
    """
    parts = {
        "interpreter": [os.path.abspath(sys.executable), sys.version],
        "preload": settings.preload,
        "environment": startup_environment(environment),
        "packages": _state_of_packages(),
        "room": _digest_of_this_room(),
        "project": project_state(settings.preload),
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:20]


def socket_folder(settings: WarmSettings) -> Path:
    """A folder that only this user can enter.

    Raises:
        PermissionError: it belongs to someone else, or others may enter it.
        OSError: its path is too long for a socket.
    """
    folder = Path(settings.folder) if settings.folder else _default_folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid() or status.st_mode & 0o077:
        raise PermissionError(f"{folder} is not a folder that only this user can enter")
    if len(os.fsencode(folder)) + len("/0123456789abcdefghij.sock") > _LONGEST_SOCKET_PATH:
        raise OSError(f"{folder} is too long a path for a socket")
    return folder


def _default_folder() -> Path:
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    base = Path(runtime) if runtime and os.access(runtime, os.W_OK) else Path(tempfile.gettempdir())
    return base / f"quarterdeck-warm-{os.getuid()}"


def project_state(preload: Iterable[str]) -> dict[str, str]:
    """Where the preloaded packages under development lie, and a digest of their files as they are now.

    A package is under development when it does not lie among the installed ones.
    """
    found = {}
    for package in sorted({name.partition(".")[0] for name in preload}):
        spec = importlib.util.find_spec(package)
        for folder in (spec and spec.submodule_search_locations) or ():
            if not _is_installed(folder):
                found[os.path.realpath(folder)] = _state_of_files(folder)
    return found


def _is_installed(folder: str) -> bool:
    parts = Path(folder).parts
    return "site-packages" in parts or "dist-packages" in parts or Path(folder).is_relative_to(_STANDARD)


def _state_of_files(folder: str) -> str:
    """Of names, sizes and times of change: to read them all would cost what a fork is to save."""
    digest = hashlib.sha256()
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(files):
            status = os.stat(os.path.join(place, name))
            digest.update(f"{place}/{name} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _state_of_packages() -> list[tuple[str, int]]:
    """Modification times of the folders that installing or removing a package touches."""
    folders = [entry for entry in sys.path if entry.endswith(("site-packages", "dist-packages"))]
    return [(folder, os.stat(folder).st_mtime_ns) for folder in sorted(set(folders)) if os.path.isdir(folder)]


def _digest_of_this_room() -> str:
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
