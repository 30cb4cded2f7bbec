"""The gate: which checks a report must pass before it is published, and in what words it fails."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.publish.jobs import Failure
from pipeline.publish.kept import Kept
from pipeline.publish.subject import Subject

MOST_REFUSED_SHARE = 0.05
SAME_NUMBER = 1e-9  # sums of floats differ in the last digits with the order of their terms
_STALE_DAYS = 7


@dataclass(frozen=True)
class Check:
    """One check of the data or of the report.

    Attributes:
        holds_back: a failure of it keeps the report from being published; otherwise it is a remark.
        message: the rule and the value seen, in words.
    """

    name: str
    passed: bool
    message: str
    holds_back: bool = True


def data_checks(subject: Subject) -> tuple[Check, ...]:
    """Checks of the data, the same for every scope."""
    return (
        _has_rows(subject),
        _reaches_the_period(subject),
        _covers_the_period(subject),
        _few_refused(subject),
    )


def report_checks(failures: Mapping[str, Failure], kept: Mapping[str, Kept]) -> tuple[Check, ...]:
    """Checks of one scope's report: every notebook ran, and no two of them state different numbers."""
    ran = [Check(f"notebook {name}", False, _in_words(name, failure)) for name, failure in failures.items()]
    return (*ran, *_disagreements(kept))


def holds_back(checks: tuple[Check, ...]) -> tuple[Check, ...]:
    """The failed checks that keep a report from being published."""
    return tuple(check for check in checks if check.holds_back and not check.passed)


def _has_rows(subject: Subject) -> Check:
    rows = sum(facts.rows for facts in subject.tables.values())
    return Check("data present", rows > 0, f"{rows:,} rows are known by {subject.as_of}.")


def _reaches_the_period(subject: Subject) -> Check:
    reaches = subject.last_day is not None and subject.last_day >= subject.period.first
    message = f"The data's last event is of {subject.last_day}; the period begins on {subject.period.first}."
    return Check("data reaches the period", reaches, message)


def _covers_the_period(subject: Subject) -> Check:
    enough = subject.period.last - datetime.timedelta(days=_STALE_DAYS)
    covers = subject.last_day is not None and subject.last_day >= enough
    message = f"The data's last event is of {subject.last_day}; the period ends on {subject.period.last}."
    return Check("data covers the period", covers, message, holds_back=False)


def _few_refused(subject: Subject) -> Check:
    imported = subject.refused_rows + subject.accepted_rows
    share = subject.refused_rows / max(imported, 1)
    message = (
        f"{subject.refused_rows:,} of {imported:,} imported rows were refused "
        f"({share:.1%}; {MOST_REFUSED_SHARE:.0%} are tolerated). `quarterdeck check` lists them."
    )
    return Check("few rows refused", share <= MOST_REFUSED_SHARE, message)


def _in_words(name: str, failure: Failure) -> str:
    where = f" in cell {failure.cell!r}" if failure.cell else ""
    return f"{name} failed{where}: {failure.error}: {failure.message}"


def _disagreements(kept: Mapping[str, Kept]) -> list[Check]:
    said: dict[str, tuple[str, float]] = {}
    checks = []
    for notebook, one in kept.items():
        for name, value in one.headlines.items():
            other, before = said.setdefault(name, (notebook, value))
            if not math.isclose(before, value, rel_tol=SAME_NUMBER, abs_tol=SAME_NUMBER):
                message = f"{other} says {before!r} for {name}, {notebook} says {value!r}."
                checks.append(Check(f"one value of {name}", False, message))
    return checks
