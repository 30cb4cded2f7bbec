"""A house of a few lines: notebooks without data, a subject from a small file, pages of one line.

On PYTHONPATH, so that workers and kernels find it too.
"""

from __future__ import annotations

import datetime
import json
import sys
from pathlib import Path
from typing import Any

from pipeline.company import find_company
from pipeline.errors import UsageError
from pipeline.parameters import Period
from pipeline.publish.jobs import Failure, Limits, Outcome
from pipeline.publish.pages import Pages
from pipeline.publish.review import Request, ReviewResult, review
from pipeline.publish.subject import DataProblem, Subject, TableFacts
from pipeline.publish.warm.settings import KERNEL_PRELOAD

PRELOAD = (
    *KERNEL_PRELOAD,
    *("papermill.execute", "nbclient", "psutil", "pydantic", "pydantic._internal._generate_schema"),
    *("annotated_types", "pydantic.functional_validators"),
)
HEADLINES = "application/vnd.quarterdeck.headlines+json"
PAGES = Pages("stub_house:page", "stub_house:incident_page", "stub_house:index_page")
PARAMETERS = (
    'data: str = "data/demo"\nperiod: str = "last-closed month"\nscope: str = "company"\nlanguage: str = "en"'
)
SAYS = """\
from IPython.display import display
display({{"{mime}": [{{"name": "{name}", "value": {value}, "low": None, "high": None}}]}}, raw=True)"""


class Home:
    """A project's folder, its data, and where it publishes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.reports = folder / "reports"
        (folder / "notebooks").mkdir(parents=True, exist_ok=True)
        if not (folder / "facts.json").exists():
            self.know()

    def know(self, **facts: Any) -> None:
        """What the data says from now on."""
        usual = {
            "fingerprint": "f1",
            "rows": 3,
            "last_day": "2026-10-31",
            "refused": 0,
            "markets": ["East", "South"],
            "problems": [],
        }
        (self.folder / "facts.json").write_text(json.dumps({**usual, **facts}))

    def notebook(self, name: str, *code: str, title: str = "A title") -> None:
        """Write a notebook of these cells."""
        cells = [("title", "markdown", f"# {title}"), ("parameters", "code", PARAMETERS)]
        cells += [(f"cell-{number}", "code", source) for number, source in enumerate(code)]
        whole = {
            "cells": [_cell(*cell) for cell in cells],
            "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
        (self.folder / "notebooks" / f"{name}.ipynb").write_text(json.dumps(whole))

    def says(self, name: str, headline: str, value: float, *more: str) -> None:
        """Write a notebook that states one number."""
        self.notebook(name, SAYS.format(mime=HEADLINES, name=headline, value=value), *more)

    def request(self, **options: Any) -> Request:
        """A request for this home's review of October 2026."""
        given: dict[str, Any] = {
            "limits": Limits(60, 2 * 1024**3),
            "jobs": 1,
            "preload": PRELOAD,
            "period": "2026-10",
            **options,
        }
        return Request(data=str(self.folder), reports=self.reports, home=self.folder, **given)

    def review(self, progress: Any = None, **options: Any) -> ReviewResult:
        """Publish."""
        return review(self.request(**options), progress or Quiet(), open_book, PAGES)


class Quiet:
    """Progress that is kept instead of shown."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.ran: list[str] = []
        self.tried_again: list[str] = []

    def begin(self, tasks: int) -> None: ...

    def cell(self, task: Any, cell: int, cells: int) -> None: ...

    def again(self, task: Any, failure: Failure) -> None:
        self.tried_again.append(f"{task.notebook}: {failure.error}")

    def end(self, task: Any, outcome: Outcome) -> None:
        self.ran.append(task.notebook)

    def say(self, text: str) -> None:
        self.lines.append(text)


def open_book(data: str, period: str) -> Subject:
    facts = json.loads((Path(data) / "facts.json").read_text())
    return Subject(
        data=data,
        period=Period.parse(period, datetime.date(2026, 11, 3)),
        company=find_company(Path(data), Path(data)),
        fingerprint=facts["fingerprint"],
        tables={"orders": TableFacts(facts["rows"], facts["fingerprint"])} if facts["rows"] else {},
        first_day=datetime.date(2021, 1, 1),
        last_day=datetime.date.fromisoformat(facts["last_day"]),
        markets=tuple(facts["markets"]),
        refused_rows=facts["refused"],
        accepted_rows=100,
        problems=tuple(DataProblem(*one) for one in facts["problems"]),
    )


def fields(data: str, period: str) -> dict[str, Any]:
    """What the book would say, told by a worker; counts how often it is asked."""
    asked = Path(data) / "asked"
    asked.write_text(asked.read_text() + "." if asked.exists() else ".")
    if period == "1999-01":
        raise UsageError("The data knows nothing of 1999-01.", "It reaches from 2021 to 2026.")
    return {
        "data": data, "period": period, "fingerprint": "f",
        "tables": {"orders": {"rows": 3, "fingerprint": "o"}}, "first_day": "", "last_day": "2026-10-31",
        "markets": ["East"], "refused_rows": 0, "accepted_rows": 1,
    }  # fmt: skip


def page(executed: str, output: str, company: Any, language: str, facts: dict[str, Any]) -> dict[str, Any]:
    if facts["notebook"] == "cannot_be_drawn":
        raise ValueError("no ink")
    Path(output).write_text(
        json.dumps({"facts": facts, "bytes": len(Path(executed).read_bytes())}, sort_keys=True)
    )
    return {"answer": f"answer of {facts['notebook']}"}


def incident_page(
    output: str, company: Any, language: str, facts: dict[str, Any], incident: dict[str, Any]
) -> None:
    Path(output).write_text(json.dumps({"facts": facts, "incident": incident}))


def index_page(output: str, company: Any, language: str, entries: list[Any], links: list[Any]) -> None:
    Path(output).write_text(json.dumps({"entries": entries, "links": links}))


def _cell(ident: str, kind: str, source: str) -> dict[str, Any]:
    cell: dict[str, Any] = {"id": ident, "cell_type": kind, "metadata": {}, "source": source}
    if kind == "code":
        cell |= {"outputs": [], "execution_count": None}
    if ident == "parameters":
        cell["metadata"] = {"tags": ["parameters"]}
    return cell


def publish(folder: str) -> int:
    """A forced review, as the command runs it."""
    from pipeline.publish.cancelling import cancellable

    with cancellable():
        return Home(Path(folder)).review(force=True).exit_code


def _exit_code(folder: str) -> int:
    try:
        return publish(folder)
    except SystemExit as ended:
        return int(ended.code or 0)
    except BaseException:
        return 99


def fork_runs(folder: str) -> None:
    """For each line read, fork a run in a session of its own, tell its number, and how it ended.

    A run that is killed at any moment of its work costs no start of an interpreter this way.
    """
    import os

    for _ in sys.stdin:
        process = os.fork()
        if process == 0:
            os.setsid()
            os.dup2(os.open(os.devnull, os.O_RDWR), 0)
            os._exit(_exit_code(folder))
        sys.stdout.write(f"{process}\n")
        sys.stdout.flush()
        _, status = os.waitpid(process, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def refuse_links() -> None:
    """From now on this process gets no symbolic link, as most users of Windows."""
    import os

    def symlink(*_: object, **__: object) -> None:
        raise OSError(1314, "A required privilege is not held by the client")

    os.symlink = symlink  # type: ignore[assignment]


if __name__ == "__main__":
    if "--no-links" in sys.argv:
        refuse_links()
    if "--fork" in sys.argv:
        fork_runs(sys.argv[1])
    else:
        sys.exit(publish(sys.argv[1]))
