"""What a run asks of a worker process and what it hears back; one JSON object a line."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from pipeline.publish.before_forks import PRELOAD

FailureKind = Literal["cell", "time", "memory", "kernel", "worker", "call"]


@dataclass(frozen=True)
class Limits:
    """What one notebook may take."""

    seconds: float = 1800.0
    memory_bytes: int = 4 * 1024**3


@dataclass(frozen=True)
class ExecuteJob:
    """Run one notebook in a fresh kernel and write it, with its outputs, to `output`.

    Attributes:
        warm: fork the kernel from a process that has imported `preload`; else start an ordinary one.
    """

    source: str
    output: str
    parameters: dict[str, Any]
    working_folder: str
    limits: Limits = Limits()
    warm: bool = True
    preload: tuple[str, ...] = PRELOAD


@dataclass(frozen=True)
class CallJob:
    """Call `function` (module:name) with plain `arguments` in a worker, which has the libraries."""

    function: str
    arguments: dict[str, Any]


@dataclass(frozen=True)
class Failure:
    """Why a notebook did not come out.

    Attributes:
        kind: `cell` raised; over `time` or `memory`; the `kernel` or the `worker` died; a `call` failed.
        error, message: name and text of the exception, or of what happened.
        cell, source: id and code of the cell that was running.
        traceback: without colours.
        passing: another attempt may succeed.
    """

    kind: FailureKind
    error: str
    message: str
    cell: str = ""
    source: str = ""
    traceback: str = ""
    passing: bool = False


@dataclass(frozen=True)
class Outcome:
    """The end of a job. `value` is what a called function returned; `seconds` of a notebook by part."""

    failure: Failure | None = None
    seconds: dict[str, float] = field(default_factory=dict)
    value: Any = None
    ordinary_kernel: bool = False

    @property
    def is_good(self) -> bool:
        """No failure."""
        return self.failure is None


def to_line(message: ExecuteJob | CallJob) -> str:
    """A job as a line."""
    return json.dumps({"kind": type(message).__name__, **asdict(message)}, ensure_ascii=False) + "\n"


def job_from_line(line: str) -> ExecuteJob | CallJob:
    """A line as a job."""
    fields = json.loads(line)
    if fields.pop("kind") == "CallJob":
        return CallJob(**fields)
    return ExecuteJob(**{**fields, "limits": Limits(**fields["limits"]), "preload": tuple(fields["preload"])})


def outcome_to_fields(outcome: Outcome) -> dict[str, Any]:
    """An outcome as JSON fields."""
    return asdict(outcome)


def outcome_from_fields(fields: dict[str, Any]) -> Outcome:
    """JSON fields as an outcome."""
    failure = fields["failure"]
    return Outcome(**{**fields, "failure": Failure(**failure) if failure else None})
