"""What cutting a font gives once and for all pages, kept in the user's cache folder.

Only cuts that depend on the font alone are kept, never the characters of somebody's report. Without a folder
that can be written everything works the same, and slower.
"""

import contextlib
import hashlib
import os
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

from pipeline.files import replace_file
from pipeline.locks import holding

FOLDER = "quarterdeck/fonts"


def kept(name: str, font: Path, make: Callable[[], bytes]) -> bytes:
    """The bytes that `make` gives for a font; from the cache if they are there."""
    path = kept_path(name, font, make)
    return path.read_bytes() if path is not None else make()


def kept_path(name: str, font: Path, make: Callable[[], bytes]) -> Path | None:
    """The file with the bytes that `make` gives for a font; None where nothing can be kept."""
    try:
        folder = _folder(font)
        path = folder / name
        if not path.is_file():
            folder.mkdir(parents=True, exist_ok=True)
            with holding(folder / f"{name}.lock"):  # one cuts, the others wait
                if not path.is_file():
                    _write(path, make())
        return path
    except OSError:
        return None


def _folder(font: Path) -> Path:
    """One per state of the font, of what cuts it and of this code."""
    status = font.stat()
    state = [font.name, status.st_size, status.st_mtime_ns, metadata.version("fonttools"), _code()]
    base = os.environ.get("XDG_CACHE_HOME", "")
    cache = Path(base) if os.path.isabs(base) else Path.home() / ".cache"
    return cache / FOLDER / hashlib.sha256(repr(state).encode()).hexdigest()[:16]


def _code() -> str:
    return hashlib.sha256((Path(__file__).parent / "fonts.py").read_bytes()).hexdigest()


def _write(path: Path, content: bytes) -> None:
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        replace_file(part, path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            part.unlink()
