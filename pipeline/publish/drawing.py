"""What a report's page is told: masthead, neighbours, and how to make it again."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.company import Language
from pipeline.publish.code_state import versions
from pipeline.publish.jobs import CallJob
from pipeline.publish.layout import EXECUTED_FOLDER, Layout
from pipeline.publish.pages import Pages
from pipeline.publish.plan import Plan, Task

_LOCALE = Path(__file__).resolve().parents[1] / "locale"


def report_job(
    plan: Plan, task: Task, *, folder: Path, report: str, pages: Pages, neighbours: Mapping[str, Any]
) -> CallJob:
    """Draw one notebook's page into a scope's staging folder."""
    return CallJob(
        pages.report,
        {
            "executed": str(executed_path(folder, task.notebook)),
            "output": str(folder / f"{task.notebook}.html"),
            "company": plan.subject.company.model_dump(mode="json"),
            "language": task.edition.language,
            "facts": {**page_facts(plan, task, report), **neighbours},
        },
    )


def neighbours(
    plan: Plan, task: Task, *, layout: Layout, titles: Mapping[str, str], since: Mapping[str, Any]
) -> dict[str, Any]:
    """What a page is told beyond its notebook: the reports beside it and what the review before said."""
    return {
        "siblings": [
            {"title": title, "href": f"{name}.html"}
            for name, title in titles.items()
            if name != task.notebook
        ],
        "previous_href": _previous(plan, task, layout),
        **since,
    }


def digest(facts: Mapping[str, Any]) -> str:
    """Tells whether a page would be told the same again."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:24]


def page_facts(plan: Plan, task: Task, report: str) -> dict[str, Any]:
    """The facts that every page of a task has."""
    subject = plan.subject
    return {
        "notebook": task.notebook,
        "period_key": subject.period.key,
        "as_of": subject.as_of.isoformat(),
        "scope_dimension": task.scope.dimension,
        "scope_value": task.scope.value,
        "run_id": report,
        "fingerprint": subject.fingerprint,
        "versions": versions(),
        "rows": {name: facts.rows for name, facts in subject.tables.items()},
        "rebuild_command": rebuild_command(plan, task),
        "index_href": "../../index.html",
    }


def rebuild_command(plan: Plan, task: Task) -> str:
    """What to type to make the report again."""
    words = ["quarterdeck", "review", plan.subject.period.key, "--data", plan.subject.data]
    if not task.scope.is_company:
        words += ["--scope", f"'{task.scope.key}'"]
    return " ".join([*words, "--only", task.notebook])


def executed_path(folder: Path, notebook: str) -> Path:
    """Where the executed notebook lies below a scope's folder."""
    return folder / EXECUTED_FOLDER / f"{notebook}.ipynb"


def localised_title(notebook: str, title: str, language: Language) -> str:
    """A notebook's title in the reader's language; the notebook's own where no translation is given."""
    try:
        told = tomllib.loads((_LOCALE / language / "notebooks" / f"{notebook}.toml").read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError):
        return title
    first = str(told.get("title", "")).strip().partition("\n")[0].lstrip("# ").strip()
    return first or title


def _previous(plan: Plan, task: Task, layout: Layout) -> str:
    """The same report of the period before, as seen from the page; empty where it was not published."""
    before = layout.scope(plan.subject.period.back().key, task.edition.key) / f"{task.notebook}.html"
    if not before.is_file():
        return ""
    return f"../../{before.relative_to(layout.root).as_posix()}"
