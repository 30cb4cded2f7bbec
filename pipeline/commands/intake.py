"""Commands that bring data in and judge it."""

import datetime
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from pipeline.commands.places import writes_all

F = TypeVar("F", bound=Callable[..., Any])
WAREHOUSE = click.option("--warehouse", default=None, help="Warehouse URL instead of the data folder's file.")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


def data_option(default: str) -> Callable[[F], F]:
    """`--data`, which commands read against the project's folder, as notebooks do."""
    return click.option(
        "--data",
        type=click.Path(path_type=Path),
        default=Path(default),
        show_default=True,
        help="Data folder.",
    )


@click.command("import")
@click.argument("locations", nargs=-1, required=True, metavar="FOLDER|FILE|URL...")
@click.option(
    "--mapping", default="", help="salesforce, hubspot, dynamics, pipedrive, odoo, kingdee, or a TOML file."
)
@click.option("--dry-run", is_flag=True, help="Show what would be matched and loaded; write nothing.")
@click.option(
    "--exported-on",
    type=click.DateTime(["%Y-%m-%d"]),
    default=None,
    help="Day of the export; default: the last day on which anything happened in it.",
)
@data_option("data/company")
@WAREHOUSE
@AS_JSON
def import_(
    *,
    locations: tuple[str, ...],
    mapping: str,
    dry_run: bool,
    exported_on: datetime.datetime | None,
    data: Path,
    warehouse: str | None,
    as_json: bool,
) -> None:
    """Check exports of a CRM or ERP and load them.

    Reads CSV (any delimiter, UTF-8, UTF-16, GB18030), Excel, Parquet, folders of them, web addresses and
    databases. Loading a file again changes nothing; a later export adds what changed to the history.
    Rows that cannot be right are not loaded but listed, with the reason, in the table quarantine.

    Ends with 0 when all recognised files were loaded, 1 when one was refused.

    \b
      quarterdeck import exports/ --data data/ours --dry-run
      quarterdeck import deals.csv accounts.xlsx --mapping salesforce --data data/ours
    """  # noqa: D301 - click reads the character
    from pipeline.company import home
    from pipeline.intake import import_data
    from pipeline.intake.starter import company_of, write_starter
    from pipeline.warehouse import Warehouse

    data = home() / data
    company, text = company_of(data, mapping, locations)
    now = datetime.datetime.now(datetime.UTC)
    with Warehouse.open(data, warehouse) as opened:
        report = import_data(
            locations,
            opened,
            company,
            today=now.astimezone().date(),
            mapping=mapping,
            exported_on=exported_on.date() if exported_on else None,
            dry_run=dry_run,
            imported_at=now.isoformat(timespec="seconds"),
        )
    if text and not dry_run:
        write_starter(data, text)
    tell(report.to_json() if as_json else report.to_text(company.language))
    sys.exit(report.exit_code)


def tell(result: Any) -> None:
    """Print a result: text as it is, anything else as JSON."""
    if isinstance(result, str):
        click.echo(result)
        return
    click.echo(json.dumps(result, ensure_ascii=not writes_all(), indent=1, default=str))


@click.command()
@data_option("data/demo")
@WAREHOUSE
@click.option(
    "--reports", type=click.Path(path_type=Path), default=Path("reports"), show_default=True,
    help="Folder of what is published: check.html and check.json go there.",
)  # fmt: skip
@AS_JSON
def check(*, data: Path, warehouse: str | None, reports: Path, as_json: bool) -> None:
    """Report on the quality of the loaded data.

    Completeness, keys, references to nothing, impossible days, old exports, values that company.toml does
    not list, what imports refused, and what each chapter of the review lacks.

    Ends with 0, or with 1 when keys are broken or nothing is loaded.
    """
    from pipeline.company import find_company, home
    from pipeline.intake.quality import quality
    from pipeline.publish.checking import publish_check
    from pipeline.tables.messages import message
    from pipeline.warehouse import Warehouse

    data = home() / data
    company = find_company(data, home())
    today = datetime.datetime.now(datetime.UTC).astimezone().date()
    with Warehouse.open(data, warehouse) as opened:
        report = quality(opened, company, today)
    publish_check(report, company, reports)
    plain = (
        message("check-nothing", company.language)
        if report.tables.empty
        else report.to_text(company.language)
    )
    tell(report.to_json() if as_json else plain)
    sys.exit(report.exit_code)
