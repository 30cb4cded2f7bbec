"""`quarterdeck run`, `new` and `lab`: notebooks by hand."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import click

from pipeline.commands.places import places, say, subject_finder, tell


@click.command()
@click.argument("notebook")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="A parameter; repeatable.")
@places
def run(*, notebook: str, settings: tuple[str, ...], data: str, reports: Path, as_json: bool) -> None:
    r"""Make a one-off report from NOTEBOOK with parameters of your own.

    \b
      quarterdeck run win_loss --set period=2026-Q3 --set scope=market=East --set listed_deals=50
    """
    from pipeline.company import home
    from pipeline.publish.analyst.one_off import parse_settings, run_one
    from pipeline.publish.cancelling import cancellable
    from pipeline.publish.progress import ProgressView
    from pipeline.publish.review import Request

    request = Request(data=data, reports=reports, home=home())
    with cancellable(), ProgressView() as progress:
        made = run_one(
            notebook, parse_settings(notebook, settings), request, progress, subject_finder(reports)
        )
    told = {
        "page": str(made.page),
        "executed": str(made.executed),
        "parameters": made.parameters,
        "headlines": made.headlines,
    }
    tell(told, str(made.page), as_json)


@click.command()
@click.argument("name")
@click.option("--title", default="", help="Its title; made from the name when not given.")
@click.option("--json", "as_json", is_flag=True, help="Print machine-readable results.")
def new(*, name: str, title: str, as_json: bool) -> None:
    """Start a notebook NAME from the template: it runs as it is and is in the next review."""
    import pipeline
    from pipeline.company import home
    from pipeline.publish.analyst.template import new_notebook

    locale = Path(pipeline.__file__).parent / "locale"
    notebook, words = new_notebook(name, home(), locale, title)
    tell({"notebook": str(notebook), "words": str(words)}, f"{notebook}\n{words}", as_json)


@click.command(context_settings={"ignore_unknown_options": True})
@click.option("--data", default="data/demo", show_default=True, help="Folder of the data.")
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def lab(*, data: str, options: tuple[str, ...]) -> None:
    """Open JupyterLab on the notebooks, with warm kernels; OPTIONS go to JupyterLab.

    For other data than the notebooks' own default, working copies of them are made in the data folder.
    """
    from pipeline.company import home
    from pipeline.publish.analyst.lab import prepare_lab
    from pipeline.publish.warm.client import warm_up
    from pipeline.publish.warm.settings import WarmSettings

    with tempfile.TemporaryDirectory(prefix="quarterdeck-lab-") as scratch:
        prepared = prepare_lab(home(), data, dict(os.environ), Path(scratch), options)
        warming = (WarmSettings(), prepared.environment)
        threading.Thread(target=warm_up, args=warming, daemon=True).start()
        say(f"JupyterLab opens {prepared.folder}; end it with Ctrl-C.")
        try:
            done = subprocess.run(prepared.command, env=prepared.environment, check=False)  # noqa: S603
        except KeyboardInterrupt:
            return
    sys.exit(done.returncode)
