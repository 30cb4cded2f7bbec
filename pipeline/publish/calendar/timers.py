"""Timers that call `quarterdeck run-due` every hour: of systemd, of cron, or of Windows' Task Scheduler."""

from __future__ import annotations

import hashlib
import shlex
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pipeline.errors import PublishError
from pipeline.publish.calendar import task_scheduler

Kind = Literal["systemd", "cron", "schtasks"]
_MINUTE = 5  # past the hour: due times are full or half hours


@dataclass(frozen=True)
class Timer:
    """What is to be called, and where the operating system keeps it.

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

    @property
    def files(self) -> dict[Path, str]:
        """Systemd's two units. `Persistent` catches up on what was missed while the machine was off."""
        service = (
            "[Unit]\nDescription=Quarterdeck: publish the reviews that are due\n\n"
            f"[Service]\nType=oneshot\nWorkingDirectory={_literal(self.home)}\n"
            f"EnvironmentFile=-{_literal(self.settings)}\nExecStart={_quoted(self.command)}\n"
        )
        timer = (
            "[Unit]\nDescription=Quarterdeck: ask every hour what is due\n\n"
            f"[Timer]\nOnCalendar=*:{_MINUTE:02d}\nPersistent=true\n\n[Install]\nWantedBy=timers.target\n"
        )
        return {self.units / f"{self.name}.service": service, self.units / f"{self.name}.timer": timer}

    @property
    def batch_file(self) -> Path:
        """What Windows' task calls."""
        return self.settings.with_name(f"{self.name}.cmd")

    @property
    def batch_text(self) -> str:
        """What is in it."""
        return task_scheduler.script(self.home, self.command, self.settings)

    @property
    def cron_line(self) -> str:
        """A line of the crontab; the comment at its end is how it is found again."""
        words = f"cd {shlex.quote(str(self.home))} && {shlex.join(self.command)}".replace("%", r"\%")
        return f"{_MINUTE} * * * * {words} # {self.name}"


def usable_kind() -> Kind:
    """What this machine has.

    Raises:
        PublishError: neither systemd for this user nor cron nor Windows' Task Scheduler.
    """
    if shutil.which("systemctl") and _run("systemctl", "--user", "show-environment").returncode == 0:
        return "systemd"
    if shutil.which("crontab"):
        return "cron"
    if shutil.which(task_scheduler.PROGRAM):
        return "schtasks"
    raise PublishError(
        "This machine has neither a systemd for users nor a crontab nor Windows' Task Scheduler.",
        "Let your own scheduler call `quarterdeck run-due` every hour and look at its exit code.",
    )


def install(timer: Timer, kind: Kind) -> None:
    """Put the timer in place; once more changes nothing."""
    if kind == "cron":
        _write_crontab([*_other_lines(timer), timer.cron_line])
        return
    if kind == "schtasks":
        task_scheduler.install(timer.name, timer.batch_file, timer.batch_text, _MINUTE, _run)
        return
    timer.units.mkdir(parents=True, exist_ok=True)
    for path, text in timer.files.items():
        path.write_text(text, encoding="utf-8")
    _systemctl("daemon-reload")
    _systemctl("enable", "--now", f"{timer.name}.timer")


def remove(timer: Timer, kind: Kind) -> None:
    """Take the timer away; nothing happens where there is none."""
    if kind == "cron":
        _write_crontab(_other_lines(timer))
        return
    if kind == "schtasks":
        task_scheduler.remove(timer.name, timer.batch_file, _run)
        return
    if any(path.exists() for path in timer.files):
        _systemctl("disable", "--now", f"{timer.name}.timer")
        for path in timer.files:
            path.unlink(missing_ok=True)
        _systemctl("daemon-reload")


def is_installed(timer: Timer, kind: Kind) -> bool:
    """True if exactly this timer is in place."""
    if kind == "cron":
        return timer.cron_line in _crontab()
    if kind == "schtasks":
        return task_scheduler.is_installed(timer.name, timer.batch_file, timer.batch_text, _run)
    return all(
        path.is_file() and path.read_text(encoding="utf-8") == text for path, text in timer.files.items()
    )


def describe(timer: Timer, kind: Kind) -> str:
    """What `install` writes."""
    if kind == "cron":
        return timer.cron_line
    if kind == "schtasks":
        return f"rem {timer.batch_file}, every hour\n{timer.batch_text}"
    return "\n".join(f"# {path}\n{text}" for path, text in timer.files.items())


def _other_lines(timer: Timer) -> list[str]:
    return [line for line in _crontab() if not line.endswith(f"# {timer.name}")]


def _crontab() -> list[str]:
    done = _run("crontab", "-l")
    return done.stdout.splitlines() if done.returncode == 0 else []  # 1 means: none yet


def _write_crontab(lines: list[str]) -> None:
    done = _run("crontab", "-", text="".join(f"{line}\n" for line in lines))
    if done.returncode:
        raise PublishError(f"crontab refused the new table: {done.stderr.strip()}.")


def _systemctl(*words: str) -> None:
    done = _run("systemctl", "--user", *words)
    if done.returncode:
        raise PublishError(
            f"systemctl --user {' '.join(words)} failed: {done.stderr.strip()}.", "Try --with cron."
        )


def _run(*words: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
    try:
        done = subprocess.run(  # noqa: S603
            words, input=text, capture_output=True, text=True, errors="surrogateescape", check=False
        )
        done.stderr = done.stderr.encode(
            errors="replace"
        ).decode()  # to be shown; a table goes back as it came
        return done
    except FileNotFoundError:
        return subprocess.CompletedProcess(words, 127, "", f"there is no {words[0]} on this machine")


def _quoted(words: tuple[str, ...]) -> str:
    """Systemd's quoting: double quotes, `%` doubled, and `$` too: variables are replaced inside quotes."""
    return " ".join(
        '"' + _literal(word.replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$")) + '"'
        for word in words
    )


def _literal(path: Path | str) -> str:
    """A path as systemd reads it: `%` would begin one of its own abbreviations."""
    return str(path).replace("%", "%%")
