"""Windows' Task Scheduler: an hourly task that calls a small script, which sets up what a shell would have.

The task runs while its user is logged on; running it without is a setting of the Task Scheduler that asks for
a password, and left to a person.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from subprocess import CompletedProcess

from pipeline.errors import PublishError

Run = Callable[..., CompletedProcess[str]]

PROGRAM = "schtasks"


def script(home: Path, command: Sequence[str], settings: Path) -> str:
    """A batch file: read the settings (`NAME=value` lines) if there are any, go home, run the command."""
    kept = _quoted(str(settings))
    return "\n".join(
        (
            "@echo off",
            "chcp 65001 >nul",
            f'if exist {kept} for /f "usebackq eol=# delims=" %%i in ({kept}) do set "%%i"',
            f"cd /d {_quoted(str(home))}",
            " ".join(map(_quoted, command)),
            "",
        )
    )


def install(name: str, batch_file: Path, text: str, minute: int, run: Run) -> None:
    """Write the script and have it called every hour; once more changes nothing.

    Raises:
        PublishError: the Task Scheduler refused.
    """
    batch_file.parent.mkdir(parents=True, exist_ok=True)
    batch_file.write_text(text, encoding="utf-8", newline="\r\n")
    when = ("/SC", "HOURLY", "/ST", f"00:{minute:02d}")
    _asked(run(PROGRAM, "/Create", "/F", "/TN", name, "/TR", f'"{batch_file}"', *when))


def remove(name: str, batch_file: Path, run: Run) -> None:
    """Take task and script away; nothing happens where there are none."""
    if _knows(name, run):
        _asked(run(PROGRAM, "/Delete", "/F", "/TN", name))
    batch_file.unlink(missing_ok=True)


def is_installed(name: str, batch_file: Path, text: str, run: Run) -> bool:
    """True if the task is there and its script is this one."""
    return batch_file.is_file() and batch_file.read_text(encoding="utf-8") == text and _knows(name, run)


def _knows(name: str, run: Run) -> bool:
    return run(PROGRAM, "/Query", "/TN", name).returncode == 0


def _asked(done: CompletedProcess[str]) -> None:
    if done.returncode:
        raise PublishError(
            f"The Task Scheduler refused: {done.stderr.strip()}",
            "Let a scheduler of your own call `quarterdeck run-due` every hour.",
        )


def _quoted(word: str) -> str:
    """For a batch file: `%` doubled, and a backslash at the end too, which would escape the quote."""
    return '"' + re.sub(r"(\\+)$", r"\1\1", word.replace("%", "%%")) + '"'
