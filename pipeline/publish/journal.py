"""The list of finished runs: one line each, appended; ten thousand of them make the next no slower."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_BLOCK_BYTES = 65_536


def append(path: Path, entry: dict[str, Any]) -> None:
    """Add a line; a line that a kill cut short is closed first and skipped by readers."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "ab+") as file:
        if file.tell():
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                file.write(b"\n")
        file.write(json.dumps(entry, ensure_ascii=False).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def latest_first(path: Path) -> Iterator[dict[str, Any]]:
    """Entries from the newest to the oldest, reading only as much of the file as is asked for."""
    for line in _lines_backwards(path):
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if isinstance(entry, dict):
            yield entry


def _lines_backwards(path: Path) -> Iterator[bytes]:
    if not path.is_file():
        return
    with open(path, "rb") as file:
        position = file.seek(0, os.SEEK_END)
        rest = b""
        while position:
            size = min(_BLOCK_BYTES, position)
            position -= size
            file.seek(position)
            first, *others = (file.read(size) + rest).split(b"\n")
            yield from (line for line in reversed(others) if line)
            rest = first
        if rest:
            yield rest
