"""Systemd: two units of this user."""

from __future__ import annotations

import shutil
from pathlib import Path

from pipeline.errors import PublishError
from pipeline.publish.calendar.timer import MINUTE, Timer, call


class Systemd:
    """A timer unit that catches up on what was missed while the machine was off, and its service."""

    def is_usable(self) -> bool:
        """True where a manager of this user runs."""
        return (
            bool(shutil.which("systemctl")) and not call("systemctl", "--user", "show-environment").returncode
        )

    def install(self, timer: Timer) -> None:
        """Write the units and enable the timer."""
        timer.units.mkdir(parents=True, exist_ok=True)
        for path, text in self.files(timer).items():
            path.write_text(text, encoding="utf-8")
        _systemctl("daemon-reload")
        _systemctl("enable", "--now", f"{timer.name}.timer")

    def remove(self, timer: Timer) -> None:
        """Disable the timer and take the units away."""
        units = self.files(timer)
        if any(path.exists() for path in units):
            _systemctl("disable", "--now", f"{timer.name}.timer")
            for path in units:
                path.unlink(missing_ok=True)
            _systemctl("daemon-reload")

    def is_installed(self, timer: Timer) -> bool:
        """True if both units say what `install` writes."""
        units = self.files(timer).items()
        return all(path.is_file() and path.read_text(encoding="utf-8") == text for path, text in units)

    def describe(self, timer: Timer) -> str:
        """Both units under their paths."""
        return "\n".join(f"# {path}\n{text}" for path, text in self.files(timer).items())

    def files(self, timer: Timer) -> dict[Path, str]:
        """Systemd's two units."""
        service = (
            "[Unit]\nDescription=Quarterdeck: publish the reviews that are due\n\n"
            f"[Service]\nType=oneshot\nWorkingDirectory={_literal(timer.home)}\n"
            f"EnvironmentFile=-{_literal(timer.settings)}\nExecStart={_quoted(timer.command)}\n"
        )
        hourly = (
            "[Unit]\nDescription=Quarterdeck: ask every hour what is due\n\n"
            f"[Timer]\nOnCalendar=*:{MINUTE:02d}\nPersistent=true\n\n[Install]\nWantedBy=timers.target\n"
        )
        return {timer.units / f"{timer.name}.service": service, timer.units / f"{timer.name}.timer": hourly}


def _systemctl(*words: str) -> None:
    done = call("systemctl", "--user", *words)
    if done.returncode:
        raise PublishError(
            f"systemctl --user {' '.join(words)} failed: {done.stderr.strip()}.", "Try --with cron."
        )


def _quoted(words: tuple[str, ...]) -> str:
    """Systemd's quoting: double quotes, `%` doubled, and `$` too: variables are replaced inside quotes."""
    return " ".join(
        '"' + _literal(word.replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$")) + '"'
        for word in words
    )


def _literal(path: Path | str) -> str:
    """A path as systemd reads it: `%` would begin one of its own abbreviations."""
    return str(path).replace("%", "%%")
