"""The command that makes the demo company's data."""

import datetime
import hashlib
import json
from pathlib import Path
from typing import Any

import click

from pipeline.errors import UsageError
from pipeline.parameters import Period

NOTE = "demo.json"
_SIMULATOR = "simulator"
"""In the note: hash of the code that made the data. Other code may give the same arguments other data."""


@click.command()
@click.option("--customers", type=click.IntRange(50, 1_000_000), default=10_000, show_default=True)
@click.option(
    "--until", default="2026-10", show_default=True, metavar="MONTH", help="Last month of the history."
)
@click.option("--seed", type=int, default=20260101, show_default=True, help="Another seed, another company.")
@click.option("--scenario", default="baseline", show_default=True, help="A known trouble of the last months.")
@click.option(
    "--luck",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="The same company with another course of events.",
)
@click.option("--data", type=click.Path(path_type=Path), default=Path("data/demo"), show_default=True)
@click.option("--warehouse", "url", default=None, metavar="URL", help="Another place than a file in --data.")
@click.option("--force", is_flag=True, help="Replace the data that is there.")
@click.option("--json", "as_json", is_flag=True, help="Print machine-readable results.")
def demo(
    *,
    customers: int,
    until: str,
    seed: int,
    scenario: str,
    luck: int,
    data: Path,
    url: str | None,
    force: bool,
    as_json: bool,
) -> None:
    """Make the demo company's data: five years of a simulated company up to MONTH.

    The same arguments always give the same data, and when that is there already nothing is done. What another
    version of the simulator made for these arguments is made anew.
    """
    wanted = {
        "customers": customers,
        "until": _month(until).key,
        "seed": seed,
        "scenario": scenario,
        "luck": luck,
        _SIMULATOR: _simulator(),
    }
    rows = _rows_there(data, wanted, url) if not force else None
    made = rows is None
    if rows is None:
        rows = _fill(data, wanted, url, force or _is_of_an_older_simulator(data, wanted, url))
    if as_json:
        click.echo(json.dumps({**wanted, "data": str(data), "made": made, "rows": rows}))
        return
    click.echo(
        f"{data}: {'made' if made else 'is there already:'} {sum(rows.values()):,} rows in {len(rows)} tables"
    )


def _month(text: str) -> Period:
    period = Period.parse(text, datetime.date(2000, 1, 1))
    if period.kind != "month":
        raise UsageError(f"--until: {text!r} is not a month.", "Write it like 2026-10.")
    return period


def _rows_there(data: Path, wanted: dict[str, Any], url: str | None) -> dict[str, int] | None:
    """Rows by table if just this data was made here before."""
    from pipeline.catalog import tables
    from pipeline.warehouse import Warehouse

    note = data / NOTE
    if not note.is_file() or json.loads(note.read_text(encoding="utf-8")) != wanted:
        return None
    warehouse = Warehouse.open(data, url)
    try:
        return {name: warehouse.rows(name) for name in tables()} if warehouse.has("customers") else None
    finally:
        warehouse.close()


def _simulator() -> str:
    """Hash of the code that simulates and of what it is told about tables."""
    package = Path(__file__).resolve().parents[1]
    files = [*sorted((package / "company_demo").rglob("*.py")), package / "catalog.toml"]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:16]


def _is_of_an_older_simulator(data: Path, wanted: dict[str, Any], url: str | None) -> bool:
    """True if these arguments' data lie here, made by other code, and nothing was imported beside them."""
    from pipeline.warehouse import Warehouse

    note = data / NOTE
    if not note.is_file():
        return False
    told = {"luck": 0, **json.loads(note.read_text(encoding="utf-8"))}
    if any(told.get(name) != value for name, value in wanted.items() if name != _SIMULATOR):
        return False
    warehouse = Warehouse.open(data, url)
    try:
        return warehouse.frame("imports").empty
    finally:
        warehouse.close()


def _fill(data: Path, wanted: dict[str, Any], url: str | None, force: bool) -> dict[str, int]:
    from pipeline.company_demo import generate
    from pipeline.warehouse import Warehouse

    warehouse = Warehouse.open(data, url)
    try:
        if not force:
            _refuse_to_overwrite(warehouse, data)
        company = generate(
            wanted["customers"],
            _month(wanted["until"]).last,
            wanted["seed"],
            wanted["scenario"],
            luck=wanted["luck"],
        )
        with warehouse.transaction():
            for name, frame in company.tables.items():
                warehouse.replace(name, frame)
    finally:
        warehouse.close()
    data.mkdir(parents=True, exist_ok=True)
    (data / NOTE).write_text(json.dumps(wanted), encoding="utf-8")
    return {name: len(frame) for name, frame in company.tables.items()}


def _refuse_to_overwrite(warehouse: Any, data: Path) -> None:
    from pipeline.catalog import tables

    if any(warehouse.has(name) and warehouse.rows(name) for name in tables()):
        raise UsageError(
            f"{data} holds other data.", "Give another --data, or --force to replace what is there."
        )
