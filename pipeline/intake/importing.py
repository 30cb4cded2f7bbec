"""Import: exports of a CRM or ERP -> checked tables in the warehouse."""

import datetime
import hashlib
from collections.abc import Sequence
from functools import cache

import pandas as pd

from pipeline.company import Company
from pipeline.errors import SourceError
from pipeline.intake.assembling import Assembled, Known, assemble
from pipeline.intake.gathering import (
    LOADED,
    REFUSED,
    UNCHANGED,
    Gathered,
    Reading,
    gather,
    labelled,
    latest_event,
)
from pipeline.intake.report import ImportReport, report_of
from pipeline.sources import Labelled, detect_crm, layers
from pipeline.sources.mapping import Mapping, fingerprint
from pipeline.tables import options_for
from pipeline.tables.messages import message
from pipeline.warehouse import Warehouse


def import_data(
    locations: Sequence[str],
    warehouse: Warehouse,
    company: Company,
    *,
    today: datetime.date,
    mapping: str = "",
    exported_on: datetime.date | None = None,
    dry_run: bool = False,
    imported_at: str = "",
) -> ImportReport:
    """Check exports and load them.

    A file that was loaded before with the same mapping changes nothing. A later export of the same CRM
    appends to the history of opportunities what changed.

    Args:
        locations: files, folders, web addresses or URLs of databases.
        warehouse: where the tables go.
        company: the company whose exports they are.
        today: the day on which the import runs; nothing can have happened after it.
        mapping: name of a shipped mapping or path of a mapping file; empty to find out.
        exported_on: day of the export; None takes the last day on which anything happened in it.
        dry_run: do everything but write.
        imported_at: time stamp kept with the import.

    Raises:
        SourceError: nothing could be recognised, or there is nothing at a location.
        UsageError: an unknown mapping.
    """
    first = layers(mapping, company.mapping)
    sources = labelled(locations, first)
    stack = first if mapping else _with_crm(sources, company)
    reading = Reading(
        stack=stack,
        company=company,
        latest=exported_on or today,
        known=_known_files(warehouse, _mark(stack, company)),
        known_open=_known_open(warehouse),
    )
    gathered = gather(sources, reading)
    _refuse_nothing(gathered)
    day = exported_on or latest_event(gathered) or today
    assembled = _assemble(gathered, warehouse, reading, day)
    report = report_of(
        gathered,
        assembled,
        warehouse,
        exported_on=day,
        stack=stack,
        import_id=_import_id(gathered, day),
        dry_run=dry_run,
    )
    if not dry_run and any(entry.status == LOADED for entry in gathered):
        _write(warehouse, assembled, report, _imports(report, gathered, _mark(stack, company), imported_at))
    return report


def _with_crm(sources: Sequence[Labelled | SourceError], company: Company) -> tuple[Mapping, ...]:
    return layers(detect_crm([s for s in sources if isinstance(s, Labelled)]), company.mapping)


def _mark(stack: Sequence[Mapping], company: Company) -> str:
    """What a file's rows depend on besides its bytes: mappings, stages, currency and time zone."""
    names = "+".join(mapping.name or "own" for mapping in stack[:-2]) or "generic"
    settings = [*company.stage_keys, company.money.currency, company.schedule.timezone]
    digest = hashlib.sha256("\x1f".join([fingerprint(tuple(stack)), *settings]).encode()).hexdigest()[:12]
    return f"{names}@{digest}"


def _known_files(warehouse: Warehouse, mark: str) -> frozenset[tuple[str, str]]:
    imports = warehouse.frame("imports")
    same = imports[imports["mapping"] == mark]
    return frozenset(zip(same["sha256"], same["table_name"], strict=True))


def _known_open(warehouse: Warehouse) -> frozenset[str]:
    if not warehouse.has("opportunity_history"):
        return frozenset()
    history = warehouse.frame("opportunity_history")
    last = history.drop_duplicates("opportunity_id", keep="last")
    return frozenset(last.loc[last["outcome"].eq("open"), "opportunity_id"])


def _refuse_nothing(gathered: Sequence[Gathered]) -> None:
    if any(entry.status in {LOADED, UNCHANGED} for entry in gathered):
        return
    reasons = [entry.reason for entry in gathered if entry.status == REFUSED]
    if reasons:
        raise SourceError("\n".join(reasons))
    names = ", ".join(entry.origin for entry in gathered)
    raise SourceError(
        f"{names}: no table was recognised.",
        "Name its columns in a mapping file (docs/importing.md), or see what was found with --dry-run.",
    )


def _assemble(
    gathered: Sequence[Gathered], warehouse: Warehouse, reading: Reading, day: datetime.date
) -> Assembled:
    checked = [entry.checked for entry in gathered if entry.checked is not None and len(entry.checked.frame)]
    imports = warehouse.frame("imports")
    exports = imports.loc[imports["table_name"].eq("opportunities"), "exported_on"]
    earlier = exports[exports < pd.Timestamp(day)]
    known = Known(
        frame=cache(warehouse.frame),
        imported=frozenset(imports["table_name"]),
        previous_on=earlier.max().date() if len(earlier) else None,
    )
    options = options_for("opportunities", reading.stack, reading.company, reading.latest)
    return assemble(checked, known, day, options.opened_as, options.known_at_creation)


def _import_id(gathered: Sequence[Gathered], day: datetime.date) -> str:
    content = "".join(entry.sha256 for entry in gathered if entry.status == LOADED)
    return f"{day.isoformat()}-{hashlib.sha256(content.encode()).hexdigest()[:8]}"


def _write(warehouse: Warehouse, assembled: Assembled, report: ImportReport, imports: pd.DataFrame) -> None:
    with warehouse.transaction():
        for name, rows in assembled.frames.items():
            warehouse.exchange(name, rows, assembled.by[name])
        warehouse.append("imports", imports)
        if len(report.quarantine):
            warehouse.append("quarantine", _quarantine(report))


def _imports(report: ImportReport, gathered: Sequence[Gathered], mark: str, imported_at: str) -> pd.DataFrame:
    rows = [
        {
            "import_id": report.import_id,
            "imported_at": imported_at,
            "file": entry.origin,
            "sha256": entry.sha256,
            "table_name": entry.checked.kind.name,
            "mapping": mark,
            "exported_on": pd.Timestamp(report.exported_on),
            "rows_read": entry.checked.rows_read,
            "rows_accepted": len(entry.checked.frame),
            "rows_refused": entry.checked.rows_refused,
        }
        for entry in gathered
        if entry.checked is not None
    ]
    return pd.DataFrame(rows)


def _quarantine(report: ImportReport) -> pd.DataFrame:
    rows = report.quarantine.assign(import_id=report.import_id)
    keys = rows[["rule", "column_name", "action"]].drop_duplicates()
    texts = {
        (rule, column, action): message(rule, "en", column=column, action=action)
        for rule, column, action in keys.itertuples(index=False)
    }
    found = zip(rows["rule"], rows["column_name"], rows["action"], strict=True)
    return rows.assign(message=[texts[key] for key in found])
