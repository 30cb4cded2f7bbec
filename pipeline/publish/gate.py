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
_WORDS = {
    "en": {
        "rows": "{rows} rows are known by {day}.",
        "reaches": "The data's last event is of {last}; the period begins on {first}.",
        "covers": "The data's last event is of {last}; the period ends on {end}.",
        "refused": "{refused} of {rows} imported rows were refused ({share}; {most} are tolerated). "
        "`quarterdeck check` lists them.",
    },
    "zh": {
        "rows": "截至 {day} 共有 {rows} 行数据。",
        "reaches": "数据中最后一次业务发生在 {last}；本期从 {first} 开始。",
        "covers": "数据中最后一次业务发生在 {last}；本期到 {end} 结束。",
        "refused": "导入的 {rows} 行中有 {refused} 行被拒绝（{share}，容许 {most}）。"
        "`quarterdeck check` 可逐条列出。",
    },
}
"""Not in the catalogues of text: those need libraries that a run without anything to do never imports."""


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
    """Checks of the data, the same for every scope, in words of the company's language."""
    return (
        _has_rows(subject),
        _reaches_the_period(subject),
        _covers_the_period(subject),
        _few_refused(subject),
        *_problems(subject),
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
    return Check("data present", rows > 0, _say(subject, "rows", rows=f"{rows:,}", day=subject.as_of))


def _reaches_the_period(subject: Subject) -> Check:
    reaches = subject.last_day is not None and subject.last_day >= subject.period.first
    words = _say(subject, "reaches", last=_day(subject), first=subject.period.first)
    return Check("data reaches the period", reaches, words)


def _covers_the_period(subject: Subject) -> Check:
    enough = subject.period.last - datetime.timedelta(days=_STALE_DAYS)
    covers = subject.last_day is not None and subject.last_day >= enough
    words = _say(subject, "covers", last=_day(subject), end=subject.period.last)
    return Check("data covers the period", covers, words, holds_back=False)


def _few_refused(subject: Subject) -> Check:
    imported = subject.refused_rows + subject.accepted_rows
    share = subject.refused_rows / max(imported, 1)
    words = _say(
        subject,
        "refused",
        refused=f"{subject.refused_rows:,}",
        rows=f"{imported:,}",
        share=f"{share:.1%}",
        most=f"{MOST_REFUSED_SHARE:.0%}",
    )
    return Check("few rows refused", share <= MOST_REFUSED_SHARE, words)


def _problems(subject: Subject) -> list[Check]:
    """What `quarterdeck check` finds wrong; what makes reports wrong holds them back."""
    return [Check(one.name, False, one.sentence, holds_back=one.is_serious) for one in subject.problems]


def _say(subject: Subject, key: str, **values: object) -> str:
    return _WORDS[subject.company.language][key].format(**values)


def _day(subject: Subject) -> str:
    return str(subject.last_day) if subject.last_day else "-"


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
                words = f"{other} says {before!r} for {name}, {notebook} says {value!r}."
                checks.append(Check(f"one value of {name}", False, words))
    return checks
