"""What the publishing commands share: where data and reports are, and how results are told."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

_WAREHOUSE_VARIABLE = "QUARTERDECK_WAREHOUSE"


def places(command: F) -> F:
    """The options that every publishing command has."""
    for option in reversed(
        (
            click.option("--data", default="data/demo", show_default=True, help="Folder of the data."),
            click.option(
                "--warehouse", default=None, metavar="URL", callback=_set_url, expose_value=False,
                help="Another place than a file in --data.",
            ),
            click.option(
                "--reports", type=click.Path(path_type=Path), default=Path("reports"), show_default=True,
                help="Folder of what is published.",
            ),
            click.option("--json", "as_json", is_flag=True, help="Print machine-readable results."),
        )
    ):  # fmt: skip
        command = option(command)
    return command


def _set_url(context: click.Context, option: click.Parameter, url: str | None) -> None:  # noqa: ARG001
    """Kernels find the warehouse by the environment: a URL must not end up in a notebook."""
    if url:
        os.environ[_WAREHOUSE_VARIABLE] = url


def subject_finder(reports: Path) -> Any:
    """How these commands open books: in a warm worker, and for a warehouse in a file only when it changed."""
    from pipeline.company import home
    from pipeline.publish.finding import FindSubject

    is_file = not os.environ.get(_WAREHOUSE_VARIABLE)
    return FindSubject(home(), reports / ".subjects" if is_file else None)


def tell(result: Any, text: str, as_json: bool) -> None:
    """Print a result on standard output, for programs or for people."""
    click.echo(json.dumps(result, ensure_ascii=not writes_all(), indent=1) if as_json else text)


def say(text: str) -> None:
    """A line on standard error."""
    click.echo(text, err=True)


def writes_all(stream: Any = None) -> bool:
    """True where a stream (standard output) takes every character; a redirected one on Windows may not."""
    return (getattr(stream or sys.stdout, "encoding", "") or "").lower().replace("-", "") == "utf8"
