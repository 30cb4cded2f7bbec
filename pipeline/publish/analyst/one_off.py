"""One notebook with parameters of one's own, as a report beside the published ones."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from pipeline.company import Language
from pipeline.errors import PublishError, UsageError
from pipeline.parameters import PARAMETERS_OF, Parameters, Scope
from pipeline.publish.drawing import executed_path, report_job
from pipeline.publish.edition import edition
from pipeline.publish.execution import Progress, execute, open_pool
from pipeline.publish.jobs import Outcome
from pipeline.publish.kept import read_kept
from pipeline.publish.layout import Layout
from pipeline.publish.pages import Pages
from pipeline.publish.plan import Plan, Task, make_plan
from pipeline.publish.review import STANDARD_PAGES, Request
from pipeline.publish.subject import OpenSubject, open_subject

FOLDER = "one-off"


@dataclass(frozen=True)
class OneOff:
    """A finished one-off report."""

    page: Path
    executed: Path
    parameters: dict[str, Any]
    headlines: dict[str, float]


def run_one(
    notebook: str,
    settings: dict[str, Any],
    request: Request,
    progress: Progress,
    open_book: OpenSubject = open_subject,
    *,
    pages: Pages = STANDARD_PAGES,
) -> OneOff:
    """Run one notebook and draw its page into `<reports>/one-off/<notebook>/<fingerprint>/`.

    Raises:
        UsageError: an unknown notebook or parameter.
        PublishError: the notebook failed; the message names the cell.
    """
    asked = {"period": request.period, "scope": "company", "data": request.data, **settings}
    subject = open_book(str(asked.pop("data")), str(asked.pop("period")))
    scope = Scope.parse(str(asked.pop("scope")))
    language = asked.pop("language", subject.company.language)
    if language not in get_args(Language):
        raise UsageError(f"language={language!r} is no language of reports.", "There are en and zh.")
    plan = make_plan(subject, [edition(scope, language, subject.company)], request.home, (notebook,), asked)
    (task,) = plan.tasks
    folder = Layout(request.reports).root / FOLDER / task.notebook / task.fingerprint
    folder.mkdir(parents=True, exist_ok=True)
    with open_pool(1, request.preload) as pool:
        executed = executed_path(folder, task.notebook)
        outcomes = execute(
            [task],
            output=lambda _: executed,
            pool=pool,
            home=request.home,
            limits=request.limits,
            progress=progress,
            preload=request.preload,
        )
        _raise_if_failed(outcomes.outcomes[task])
        pool.run([(task, _page_job(plan, task, folder, pages))], _expect_page, lambda *_: None)
    kept = read_kept(executed)
    return OneOff(folder / f"{task.notebook}.html", executed, task.parameters, kept.headlines)


def parse_settings(notebook: str, texts: tuple[str, ...]) -> dict[str, Any]:
    """Values of `name=value` texts in the types that the notebook declares.

    Raises:
        UsageError: a text without `=`. (Names and bounds are checked with all the others.)
    """
    declared = PARAMETERS_OF.get(Path(notebook).stem, Parameters).model_fields
    settings = {}
    for text in texts:
        name, separator, value = text.partition("=")
        if not separator or not name.strip():
            raise UsageError(f"{text!r} sets nothing.", "Write --set name=value.")
        field = declared.get(name.strip())
        settings[name.strip()] = value if field is None or field.annotation is str else _literal(value)
    return settings


def _literal(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return value


def _page_job(plan: Plan, task: Task, folder: Path, pages: Pages) -> Any:
    return report_job(
        plan,
        task,
        folder=folder,
        report=task.fingerprint[:12],
        pages=pages,
        neighbours={"index_href": "../../../index.html"},
    )


def _expect_page(task: Task, outcome: Outcome) -> list[Any]:  # noqa: ARG001
    _raise_if_failed(outcome)
    return []


def _raise_if_failed(outcome: Outcome) -> None:
    failure = outcome.failure
    if failure is not None:
        where = f" in cell {failure.cell!r}" if failure.cell else ""
        raise PublishError(
            f"The notebook failed{where}: {failure.error}: {failure.message}\n{failure.traceback}"
        )
