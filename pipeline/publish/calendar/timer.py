"""What is to be called every hour, and what each keeper of timers can do with it."""

from __future__ import annotations

import hashlib
import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

MINUTE = 5
"""Past the hour: due times are full or half hours."""


@dataclass(frozen=True)
class Timer:
    """What is to be called, and where its keeper finds things.

    Attributes:
        command: the words of the command.
        home: the folder in which it runs.
        units: systemd's folder of this user's units.
        settings: file of environment variables (mail server, warehouse) that systemd and Windows' task read,
            if it is there.
    """

    command: tuple[str, ...]
    home: Path
    units: Path
    settings: Path

    @property
    def name(self) -> str:
        """One timer per command and folder."""
        told = f"{self.home} {shlex.join(self.command)}"
        return f"quarterdeck-{hashlib.sha256(told.encode()).hexdigest()[:8]}"


class Keeper(Protocol):
    """A part of the operating system that calls a command every hour."""

    def is_usable(self) -> bool:
        """True where this machine has it."""

    def install(self, timer: Timer) -> None:
        """Put the timer in place; once more changes nothing.

        Raises:
            PublishError: it was refused.
        """

    def remove(self, timer: Timer) -> None:
        """Take the timer away; nothing happens where there is none.

        Raises:
            PublishError: it was refused.
        """

    def is_installed(self, timer: Timer) -> bool:
        """True if exactly this timer is in place."""

    def describe(self, timer: Timer) -> str:
        """What `install` writes."""


def call(*words: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
    """Call a program of the system with `text` as its input; 127 where there is none of that name."""
    try:
        done = subprocess.run(  # noqa: S603
            words, input=text, capture_output=True, text=True, errors="surrogateescape", check=False
        )
    except FileNotFoundError:
        return subprocess.CompletedProcess(words, 127, "", f"there is no {words[0]} on this machine")
    done.stderr = done.stderr.encode(errors="replace").decode()  # to be shown; a table goes back as it came
    return done
