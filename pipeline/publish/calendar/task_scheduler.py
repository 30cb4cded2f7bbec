"""Windows' Task Scheduler: an hourly task that calls a small script, which sets up what a shell would have.

The task runs while its user is logged on; running it without is a setting of the Task Scheduler that asks for
a password, and left to a person.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from subprocess import CompletedProcess

from pipeline.errors import PublishError
from pipeline.publish.calendar.timer import MINUTE, Timer, call

_PROGRAM = "schtasks"


class TaskScheduler:
    """A task and its batch file, which lies beside the settings."""

    def is_usable(self) -> bool:
        """True on Windows."""
        return bool(shutil.which(_PROGRAM))

    def install(self, timer: Timer) -> None:
        """Write the script and have it called every hour."""
        batch_file = self.batch_file(timer)
        batch_file.parent.mkdir(parents=True, exist_ok=True)
        batch_file.write_text(self.script(timer), encoding="utf-8", newline="\r\n")
        when = ("/SC", "HOURLY", "/ST", f"00:{MINUTE:02d}")
        _asked(call(_PROGRAM, "/Create", "/F", "/TN", timer.name, "/TR", f'"{batch_file}"', *when))

    def remove(self, timer: Timer) -> None:
        """Take task and script away."""
        if _knows(timer):
            _asked(call(_PROGRAM, "/Delete", "/F", "/TN", timer.name))
        self.batch_file(timer).unlink(missing_ok=True)

    def is_installed(self, timer: Timer) -> bool:
        """True if the task is there and its script is this one."""
        batch_file = self.batch_file(timer)
        is_ours = batch_file.is_file() and batch_file.read_text(encoding="utf-8") == self.script(timer)
        return is_ours and _knows(timer)

    def describe(self, timer: Timer) -> str:
        """The script under its path."""
        return f"rem {self.batch_file(timer)}, every hour\n{self.script(timer)}"

    def batch_file(self, timer: Timer) -> Path:
        """What the task calls."""
        return timer.settings.with_name(f"{timer.name}.cmd")

    def script(self, timer: Timer) -> str:
        """A batch file: read the settings (`NAME=value` lines) if there are any, go home, run the command."""
        kept = _quoted(str(timer.settings))
        return "\n".join(
            (
                "@echo off",
                "chcp 65001 >nul",
                f'if exist {kept} for /f "usebackq eol=# delims=" %%i in ({kept}) do set "%%i"',
                f"cd /d {_quoted(str(timer.home))}",
                " ".join(map(_quoted, timer.command)),
                "",
            )
        )


def _knows(timer: Timer) -> bool:
    return call(_PROGRAM, "/Query", "/TN", timer.name).returncode == 0


def _asked(done: CompletedProcess[str]) -> None:
    if done.returncode:
        raise PublishError(
            f"The Task Scheduler refused: {done.stderr.strip()}",
            "Let a scheduler of your own call `quarterdeck run-due` every hour.",
        )


def _quoted(word: str) -> str:
    """For a batch file: `%` doubled, and a backslash at the end too, which would escape the quote."""
    return '"' + re.sub(r"(\\+)$", r"\1\1", word.replace("%", "%%")) + '"'
