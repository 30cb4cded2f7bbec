"""Cron: a line of this user's crontab."""

from __future__ import annotations

import shlex
import shutil

from pipeline.errors import PublishError
from pipeline.publish.calendar.timer import MINUTE, Timer, call


class Cron:
    """A line whose comment at the end is how it is found again; all other lines stay as they are."""

    def is_usable(self) -> bool:
        """True where there is a crontab."""
        return bool(shutil.which("crontab"))

    def install(self, timer: Timer) -> None:
        """Add the line, or write it anew."""
        _write([*_other_lines(timer), self.describe(timer)])

    def remove(self, timer: Timer) -> None:
        """Take the line away."""
        _write(_other_lines(timer))

    def is_installed(self, timer: Timer) -> bool:
        """True if the line stands there."""
        return self.describe(timer) in _lines()

    def describe(self, timer: Timer) -> str:
        """The line."""
        words = f"cd {shlex.quote(str(timer.home))} && {shlex.join(timer.command)}".replace("%", r"\%")
        return f"{MINUTE} * * * * {words} # {timer.name}"


def _other_lines(timer: Timer) -> list[str]:
    return [line for line in _lines() if not line.endswith(f"# {timer.name}")]


def _lines() -> list[str]:
    done = call("crontab", "-l")
    return done.stdout.splitlines() if done.returncode == 0 else []  # 1 means: none yet


def _write(lines: list[str]) -> None:
    done = call("crontab", "-", text="".join(f"{line}\n" for line in lines))
    if done.returncode:
        raise PublishError(f"crontab refused the new table: {done.stderr.strip()}.")
