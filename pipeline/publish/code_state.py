"""Which code makes the numbers: hashes of the package and the lock, and the versions that matter."""

from __future__ import annotations

import functools
import hashlib
import platform
from importlib import metadata
from pathlib import Path

LIBRARIES = (
    "pandas",
    "numpy",
    "scipy",
    "scikit-learn",
    "statsmodels",
    "duckdb",
    "ibis-framework",
    "matplotlib",
)
OPTIONAL = ("lightgbm",)
"""Named only where they are installed."""
ABSENT = "absent"
_PACKAGE = Path(__file__).resolve().parents[1]


@functools.cache
def code_hash() -> str:
    """Hash of everything in the package that can change a report: code, declarations, catalogues of text.

    This room is left out, but for the part that draws pages: how a run is scheduled changes no number.
    """
    digest = hashlib.sha256()
    for path in sorted(_PACKAGE.rglob("*")):
        if path.suffix in {".py", ".toml", ".ftl", ".css", ".html", ".j2"} and _counts(path):
            digest.update(path.relative_to(_PACKAGE).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:24]


def lock_hash(home: Path) -> str:
    """Hash of `requirements.lock`; empty where there is none."""
    lock = home / "requirements.lock"
    return hashlib.sha256(lock.read_bytes()).hexdigest()[:24] if lock.is_file() else ""


@functools.cache
def versions() -> dict[str, str]:
    """Python's version and those of the libraries that compute."""
    found = {"python": platform.python_version(), "quarterdeck": _version("quarterdeck")}
    found |= {name: _version(name) for name in LIBRARIES}
    return found | {name: _version(name) for name in OPTIONAL if _version(name) != ABSENT}


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ABSENT


def _counts(path: Path) -> bool:
    parts = path.relative_to(_PACKAGE).parts
    return parts[0] not in {"publish", "commands"} or parts[:2] == ("publish", "render")
