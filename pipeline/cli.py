"""The command `quarterdeck`: which commands exist, and how errors are shown.

A command's module is imported only when the command runs, so that help appears at once.
"""

import importlib
import io
import logging
import sys
from collections.abc import Mapping, Sequence
from typing import cast

import click

from pipeline.errors import QuarterdeckError

COMMANDS: Mapping[str, tuple[str, str]] = {
    "review": (
        "pipeline.commands.publishing:review",
        "Publish the review of a month, week, quarter or year.",
    ),
    "run": ("pipeline.commands.publishing:run", "Make a one-off report from one notebook."),
    "import": ("pipeline.commands.intake:import_", "Check and load exports of a CRM or ERP."),
    "check": ("pipeline.commands.intake:check", "Report on the quality of the loaded data."),
    "demo": ("pipeline.commands.demo:demo", "Make the demo company's data."),
    "lab": ("pipeline.commands.publishing:lab", "Open JupyterLab on the notebooks."),
    "new": ("pipeline.commands.publishing:new", "Start a new notebook from the template."),
    "history": ("pipeline.commands.publishing:history", "List published runs."),
    "diff": ("pipeline.commands.publishing:diff", "Compare the numbers of two periods."),
    "verify": ("pipeline.commands.publishing:verify", "Recompute a published run and compare."),
    "due": ("pipeline.commands.publishing:due", "List what the calendar says is due."),
    "run-due": ("pipeline.commands.publishing:run_due", "Publish whatever is due; safe to call every hour."),
    "schedule": ("pipeline.commands.publishing:schedule", "Install, show or remove the timer for run-due."),
    "deliver": ("pipeline.commands.publishing:deliver", "Send a published review to its readers."),
    "codebook": ("pipeline.commands.documents:codebook", "Write the codebook of all tables."),
}
"""Command name -> (module:object, one line of help), in the order in which help lists them."""


class Commands(click.Group):
    """A click group that imports a command when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Names of all commands in reading order."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command object, imported now; None for an unknown name."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        return cast(click.Command, getattr(importlib.import_module(module), attribute))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.command(
    cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(package_name="quarterdeck")
@click.option("-v", "--verbose", is_flag=True, help="Log what happens to standard error.")
def quarterdeck(verbose: bool) -> None:
    """The monthly sales review: import, check, publish, deliver.

    Begin with `quarterdeck demo` and `quarterdeck review`, or import your own exports:

    \b
      quarterdeck import exports/ --mapping salesforce --data data/ours
      quarterdeck check  --data data/ours
      quarterdeck review --data data/ours --reports reports/ours
    """  # noqa: D301 - click reads the backspace as "keep these lines"
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; a `QuarterdeckError` is printed without a traceback."""
    _write_any_script()
    try:
        quarterdeck.main(args=list(arguments) if arguments is not None else None, prog_name="quarterdeck")
    except QuarterdeckError as error:
        click.echo(f"quarterdeck: {error}", err=True)
        sys.exit(error.exit_code)


def _write_any_script() -> None:
    """A stream whose encoding lacks a character gets `?` for it: a Chinese name must not end a run."""
    from pipeline.commands.places import writes_all

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and not writes_all(stream):
            stream.reconfigure(errors="replace")
