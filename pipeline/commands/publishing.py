"""The commands that publish, each a screenful in one of the modules named here."""

from pipeline.commands.analysts import lab, new, run
from pipeline.commands.records import diff, history, verify
from pipeline.commands.reviewing import review
from pipeline.commands.timetable import deliver, due, run_due, schedule

__all__ = [
    "deliver",
    "diff",
    "due",
    "history",
    "lab",
    "new",
    "review",
    "run",
    "run_due",
    "schedule",
    "verify",
]
