"""Commands that write documentation from declarations."""

from pathlib import Path

import click

from pipeline.catalog import tables
from pipeline.codebook import codebook_text


@click.command()
@click.option(
    "--output", type=click.Path(path_type=Path), default=Path("docs/codebook.md"), show_default=True
)
def codebook(output: Path) -> None:
    """Write the codebook: every table, its grain, key and columns."""
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(codebook_text(tables().values()), encoding="utf-8")
    click.echo(f"{len(tables())} tables -> {output}")
