"""`run.json`: everything needed to explain, compare and recompute a published report.

Two runs on the same input write the same record but for `timing`.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pipeline.company import Language
from pipeline.errors import PublishError
from pipeline.publish.code_state import versions
from pipeline.publish.edition import Edition
from pipeline.publish.gate import Check
from pipeline.publish.kept import Kept
from pipeline.publish.layout import RECORD_FILE
from pipeline.publish.plan import Plan, Task

SCHEMA = 2


@dataclass(frozen=True)
class NotebookRecord:
    """One notebook of a report.

    Attributes:
        files: its files and their hashes.
        beside: hash of what its page is told of other reports: those beside it, the review before.
    """

    fingerprint: str
    parameters: dict[str, Any]
    source: str
    title: str
    headlines: dict[str, float]
    findings: tuple[dict[str, Any], ...]
    left_out: tuple[str, ...]
    files: dict[str, str]
    answer: str = ""
    beside: str = ""


@dataclass(frozen=True)
class Record:
    """The record of one scope's report of one period.

    Attributes:
        key: names the edition's folder: the scope, and the language unless it is the company's own.
        report: identifies the content: hash of its notebooks' fingerprints.
        headlines: every number of every notebook, by its stable name.
        data, definition, code, lock: hashes; `tables` has each input table's rows and fingerprint.
        settings: what company.toml says, as `definition` hashes it; `sources`: the imported files.
        timing: the part that differs between two runs on the same input: when, how long.
    """

    period: str
    first_day: str
    last_day: str
    scope: str
    language: Language
    report: str
    headlines: dict[str, float]
    findings: tuple[dict[str, Any], ...]
    notebooks: dict[str, NotebookRecord]
    checks: tuple[dict[str, Any], ...]
    data: str
    data_folder: str
    tables: dict[str, dict[str, Any]]
    definition: str
    code: str
    lock: str
    versions: dict[str, str]
    timing: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    sources: tuple[dict[str, Any], ...] = ()
    key: str = ""
    schema: int = SCHEMA

    def __post_init__(self) -> None:
        """Records of before there were editions are of the company's own language."""
        if not self.key:
            object.__setattr__(self, "key", self.scope)


def notebook_record(task: Task, kept: Kept, files: dict[str, str], source_hash: str) -> NotebookRecord:
    """The record of one notebook that ran."""
    return NotebookRecord(
        fingerprint=task.fingerprint,
        parameters=task.parameters,
        source=source_hash,
        title=kept.title,
        headlines=kept.headlines,
        findings=kept.findings,
        left_out=kept.left_out,
        files=files,
    )


def make_record(
    plan: Plan,
    *,
    edition: Edition,
    notebooks: dict[str, NotebookRecord],
    checks: tuple[Check, ...],
    report: str,
    timing: dict[str, Any],
) -> Record:
    """The record of one scope's report."""
    subject = plan.subject
    headlines: dict[str, float] = {}
    findings: list[dict[str, Any]] = []
    for one in notebooks.values():
        headlines |= one.headlines
        findings += [finding for finding in one.findings if finding not in findings]
    return Record(
        period=subject.period.key,
        first_day=subject.period.first.isoformat(),
        last_day=subject.period.last.isoformat(),
        scope=edition.scope.key,
        language=edition.language,
        key=edition.key,
        report=report,
        headlines=dict(sorted(headlines.items())),
        findings=tuple(findings),
        notebooks=dict(sorted(notebooks.items())),
        checks=tuple(asdict(check) for check in checks),
        data=subject.fingerprint,
        data_folder=subject.data,
        tables={name: asdict(facts) for name, facts in sorted(subject.tables.items())},
        definition=subject.definition,
        code=plan.code,
        lock=plan.lock,
        versions=versions(),
        timing=timing,
        settings=subject.settings,
        sources=subject.sources,
    )


def write_record(record: Record, folder: Path) -> None:
    """Write `run.json` into a scope's folder."""
    text = json.dumps(asdict(record), ensure_ascii=False, indent=1, allow_nan=False)
    (folder / RECORD_FILE).write_text(text + "\n", encoding="utf-8", newline="\n")


def read_record(path: Path) -> Record:
    """Read a `run.json`.

    Raises:
        PublishError: there is none, or it is not one of ours.
    """
    try:
        fields = json.loads(path.read_text(encoding="utf-8"))
        notebooks = {name: _notebook(one) for name, one in fields.pop("notebooks").items()}
        for name in ("findings", "checks", "sources"):
            fields[name] = tuple(fields.get(name, ()))
        return Record(notebooks=notebooks, **fields)
    except FileNotFoundError:
        raise PublishError(f"{path}: there is no such record.") from None
    except (ValueError, KeyError, TypeError) as error:
        raise PublishError(f"{path} is not a record of a run: {error}.") from None


def find_record(path: Path) -> Record | None:
    """The record at a place, or None where there is none that reads."""
    try:
        return read_record(path)
    except PublishError:
        return None


def _notebook(fields: dict[str, Any]) -> NotebookRecord:
    return NotebookRecord(
        **{**fields, "findings": tuple(fields["findings"]), "left_out": tuple(fields["left_out"])}
    )
