"""The commands that publish: each reads its options, calls one function, tells the result."""

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


@click.command()
@click.argument("period", default="last-closed month")
@click.option(
    "--scope", "scopes", multiple=True, metavar="SCOPE", help="company, market=East, each-market; repeatable."
)
@click.option("--only", multiple=True, metavar="NOTEBOOK", help="Run only this notebook; repeatable.")
@click.option("--jobs", type=click.IntRange(0), default=0, help="Notebooks at a time; 0 for one per core.")
@click.option("--force", is_flag=True, help="Run what is unchanged too.")
@click.option(
    "--minutes",
    type=click.FloatRange(0.05),
    default=30.0,
    show_default=True,
    help="Time limit of a notebook.",
)
@click.option(
    "--memory",
    type=click.IntRange(100),
    default=4096,
    show_default=True,
    help="Memory limit of a notebook, MB.",
)
@click.option("--no-wait", is_flag=True, help="Give up at once when another run is publishing.")
@places
def review(
    *,
    period: str,
    scopes: tuple[str, ...],
    only: tuple[str, ...],
    jobs: int,
    force: bool,
    minutes: float,
    memory: int,
    no_wait: bool,
    data: str,
    reports: Path,
    as_json: bool,
) -> None:
    r"""Publish the review of PERIOD: last-closed month, 2026-10, 2026-Q3, 2026-W40 or 2026.

    Notebooks that would give what is published already are not run again. Ends with 0 when everything
    asked for is published, 1 when a report was held back, 2 when the command cannot be understood.
    """
    from pipeline.company import home
    from pipeline.publish.cancelling import cancellable
    from pipeline.publish.jobs import Limits
    from pipeline.publish.progress import ProgressView
    from pipeline.publish.review import Request
    from pipeline.publish.review import review as publish

    request = Request(
        data=data,
        reports=reports,
        home=home(),
        period=period,
        scopes=scopes or ("company",),
        only=only,
        jobs=jobs,
        force=force,
        limits=Limits(minutes * 60, memory * 1024**2),
        wait_seconds=0.0 if no_wait else 6 * 3600.0,
    )
    with cancellable(), ProgressView() as progress:
        result = publish(request, progress)
    _tell(result.to_json(reports) if as_json else result.to_text(reports), as_json)
    sys.exit(result.exit_code)


def _tell(result: Any, as_json: bool) -> None:
    click.echo(json.dumps(result, ensure_ascii=False, indent=1) if as_json else result)
