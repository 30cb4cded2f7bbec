"""`quarterdeck review`: publish the review of a period."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from pipeline.commands.places import places, subject_finder, tell


@click.command()
@click.argument("period", default="last-closed month")
@click.option(
    "--scope", "scopes", multiple=True, metavar="SCOPE", help="company, market=East, each-market; repeatable."
)
@click.option(
    "--language", "languages", multiple=True, type=click.Choice(["en", "zh"]),
    help="Of the reports; by default the company's own and those its readers ask for.",
)  # fmt: skip
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
    languages: tuple[Any, ...],
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
    from pipeline.publish.splitting import review_and_split

    request = Request(
        data=data,
        reports=reports,
        home=home(),
        period=period,
        scopes=scopes or ("company",),
        languages=languages,
        only=only,
        jobs=jobs,
        force=force,
        limits=Limits(minutes * 60, memory * 1024**2),
        wait_seconds=0.0 if no_wait else 6 * 3600.0,
    )
    with cancellable(), ProgressView() as progress:
        result = review_and_split(request, progress, subject_finder(reports))
    tell(result.to_json(reports), result.to_text(reports), as_json)
    sys.exit(result.exit_code)
