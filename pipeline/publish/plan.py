"""The plan of a run: period x scopes x notebooks, each with a fingerprint of what its outcome rests on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.errors import UsageError
from pipeline.parameters import Scope, checked
from pipeline.publish.code_state import code_hash, lock_hash, versions
from pipeline.publish.edition import Edition
from pipeline.publish.subject import Subject

NOTEBOOKS_FOLDER = "notebooks"
SUMMARY = "executive_summary"
"""Listed last."""


@dataclass(frozen=True)
class Task:
    """One notebook of one edition.

    Attributes:
        parameters: what the notebook is given, checked against its declaration.
        fingerprint: changes when the outcome may: parameters, book, company, notebook, code, versions, lock.
        after: notebooks whose results this one uses.
    """

    notebook: str
    source: Path
    edition: Edition
    parameters: dict[str, Any] = field(hash=False)
    fingerprint: str
    after: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """For people: `win_loss (market=East)`."""
        return f"{self.notebook} ({self.edition.key})"

    @property
    def scope(self) -> Scope:
        """Whom it shows."""
        return self.edition.scope


def builds_on(notebook: bytes) -> tuple[str, ...]:
    """Notebooks whose results one uses, as its metadata say: `"quarterdeck": {"after": ["win_loss"]}`.

    Results are kept, whoever computes them: started side by side, both would want the same at once, and one
    would wait for the other.
    """
    try:
        told = json.loads(notebook)["metadata"]["quarterdeck"]["after"]
    except (ValueError, KeyError, TypeError):
        return ()
    return tuple(str(name) for name in told) if isinstance(told, list) else ()


@dataclass(frozen=True)
class Plan:
    """All tasks of a run. `is_complete`: every notebook there is, not a choice of some."""

    subject: Subject
    tasks: tuple[Task, ...]
    is_complete: bool
    code: str
    lock: str

    @property
    def editions(self) -> tuple[Edition, ...]:
        """Editions in the order asked for."""
        return tuple(dict.fromkeys(task.edition for task in self.tasks))

    def of(self, edition: Edition) -> tuple[Task, ...]:
        """The tasks of one edition."""
        return tuple(task for task in self.tasks if task.edition == edition)


def make_plan(
    subject: Subject,
    editions: Iterable[Edition],
    home: Path,
    only: tuple[str, ...] = (),
    settings: dict[str, Any] | None = None,
) -> Plan:
    """Plan a run of `only` these notebooks, or of all; `settings` are further parameters of a one-off report.

    Raises:
        UsageError: an unknown notebook, or a parameter outside its declaration.
    """
    sources = find_notebooks(home)
    chosen = _chosen(only, sources)
    code, lock = code_hash(), lock_hash(home)
    texts = {source: source.read_bytes() for source in chosen}
    tasks = []
    for edition in editions:
        for source, text in texts.items():
            parameters = _parameters(source.stem, subject, edition, settings or {})
            facts = {
                "parameters": parameters,
                "book": subject.fingerprint,
                "company": subject.definition,
                "notebook": hashlib.sha256(text).hexdigest(),
                "code": code,
                "lock": lock,
                "versions": versions(),
            }
            fingerprint = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:24]
            tasks.append(Task(source.stem, source, edition, parameters, fingerprint, builds_on(text)))
    return Plan(subject, tuple(tasks), not only, code, lock)


def find_notebooks(home: Path) -> list[Path]:
    """The notebooks of the review, by name, the one that reads the others' results last.

    Those whose name begins with `_` or `.` are drafts.

    Raises:
        UsageError: there are none.
    """
    folder = home / NOTEBOOKS_FOLDER
    named = sorted(folder.glob("*.ipynb"), key=lambda path: (path.stem == SUMMARY, path.stem))
    found = [path for path in named if not path.name.startswith(("_", "."))]
    if not found:
        raise UsageError(f"{folder} has no notebooks.", "Run the command in the project's folder.")
    return found


def _chosen(only: tuple[str, ...], sources: list[Path]) -> list[Path]:
    by_name = {source.stem: source for source in sources}
    wanted = [Path(name).stem if name.endswith(".ipynb") else name for name in only]
    unknown = [name for name in wanted if name not in by_name]
    if unknown:
        raise UsageError(f"There is no notebook {unknown[0]!r}.", f"There are: {', '.join(by_name)}.")
    return [by_name[name] for name in dict.fromkeys(wanted)] if wanted else sources


def _parameters(
    notebook: str, subject: Subject, edition: Edition, settings: dict[str, Any]
) -> dict[str, Any]:
    """The parameters that differ from the notebook's own literals are still all written down."""
    given = {
        "data": subject.data,
        "period": subject.period.key,
        "scope": edition.scope.key,
        "language": edition.language,
        **settings,
    }
    return checked(notebook, given).model_dump(mode="json")
