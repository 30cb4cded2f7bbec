"""Timers that call `quarterdeck run-due` every hour: of systemd, of cron, or of Windows' Task Scheduler."""

from __future__ import annotations

from pipeline.errors import PublishError
from pipeline.publish.calendar.cron import Cron
from pipeline.publish.calendar.systemd import Systemd
from pipeline.publish.calendar.task_scheduler import TaskScheduler
from pipeline.publish.calendar.timer import Keeper

KEEPERS: dict[str, Keeper] = {"systemd": Systemd(), "cron": Cron(), "schtasks": TaskScheduler()}
"""By name; of those that a machine has, the first is taken."""


def usable() -> str:
    """The name of what this machine has.

    Raises:
        PublishError: neither systemd for this user nor cron nor Windows' Task Scheduler.
    """
    for name, keeper in KEEPERS.items():
        if keeper.is_usable():
            return name
    raise PublishError(
        "This machine has neither a systemd for users nor a crontab nor Windows' Task Scheduler.",
        "Let your own scheduler call `quarterdeck run-due` every hour and look at its exit code.",
    )
