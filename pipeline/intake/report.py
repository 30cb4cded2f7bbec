"""What an import did, as tables, text and JSON."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pipeline.company import Language
from pipeline.intake.assembling import Assembled
from pipeline.intake.gathering import LOADED, REFUSED, UNCHANGED, Gathered
from pipeline.sources import Mapping
from pipeline.tables.faults import COLUMNS
from pipeline.tables.messages import message
from pipeline.warehouse import Warehouse

SHOWN_FAULTS = 20
SHOWN_ORPHANS = 5


@dataclass(frozen=True)
class ImportReport:
    """The outcome of an import.

    Attributes:
        files: one row per source: file, table_name, status, rows_read, rows_accepted, rows_refused, reason.
        matches: one row per column found: file, table_name, column_name, label, found_by; unused labels have
            an empty column_name.
        tables: one row per table written: table_name, rows_before, rows_written.
        quarantine: one row per fault: file, sheet, line, table_name, column_name, rule, value, action.
        orphans: one row per reference to nothing: table_name, column_name, value, rows.
        resolved: `table.column` -> references replaced by the identifier that they mean.
        notes: file, message key, value.
    """

    import_id: str
    exported_on: datetime.date
    mapping: str
    dry_run: bool
    files: pd.DataFrame
    matches: pd.DataFrame
    tables: pd.DataFrame
    quarantine: pd.DataFrame
    orphans: pd.DataFrame
    resolved: dict[str, int]
    notes: tuple[tuple[str, str, str], ...]

    @property
    def exit_code(self) -> int:
        """0 when every recognised file was loaded, 1 when one was refused as a whole."""
        return int(self.files["status"].eq(REFUSED).any())

    def to_json(self) -> dict[str, Any]:
        """Everything as plain values for JSON."""
        return {
            "import_id": self.import_id,
            "exported_on": self.exported_on.isoformat(),
            "mapping": self.mapping,
            "dry_run": self.dry_run,
            "files": self.files.to_dict("records"),
            "matches": self.matches.to_dict("records"),
            "tables": self.tables.to_dict("records"),
            "quarantine": self.quarantine.to_dict("records"),
            "orphans": self.orphans.to_dict("records"),
            "resolved": self.resolved,
            "notes": [{"file": file, "note": key, "value": value} for file, key, value in self.notes],
        }

    def to_text(self, language: Language = "en") -> str:
        """The report as lines for a terminal."""
        parts = [self._head(language), *self._file_lines(language), *self._match_lines(language)]
        parts += self._fault_lines(language) + self._note_lines(language)
        return "\n".join(part for part in parts if part)

    def _head(self, language: Language) -> str:
        key = "import-dry-run" if self.dry_run else "import-done"
        if not self.dry_run and not self.files["status"].eq(LOADED).any():
            key = "import-nothing-new"
        return message(key, language, day=self.exported_on.isoformat(), mapping=self.mapping)

    def _file_lines(self, language: Language) -> list[str]:
        lines = []
        for row in self.files.itertuples():
            key = {LOADED: "file-loaded", UNCHANGED: "file-unchanged", REFUSED: "file-refused"}.get(
                str(row.status), "file-not-recognised"
            )
            values = {
                "table": row.table_name,
                "rows": f"{row.rows_accepted:,}",
                "refused": f"{row.rows_refused:,}",
            }
            if row.rows_refused and row.status == LOADED:
                key = "file-loaded-partly"
            lines.append("  " + message(key, language, file=row.file, reason=row.reason, **values))
        return lines

    def _match_lines(self, language: Language) -> list[str]:
        if not self.dry_run:
            return []
        lines = ["", message("matches-title", language)]
        for (file, kind), rows in self.matches.groupby(["file", "table_name"], sort=False):
            lines.append(f"  {file} -> {kind}")
            used = rows[rows["column_name"].ne("")]
            lines += [f"    {r.column_name:<20} <- {r.label}  ({r.found_by})" for r in used.itertuples()]
            unused = rows.loc[rows["column_name"].eq(""), "label"]
            if len(unused):
                lines.append("    " + message("unused-labels", language, labels=", ".join(unused)))
        return lines

    def _fault_lines(self, language: Language) -> list[str]:
        if self.quarantine.empty:
            return []
        by = ["file", "table_name", "column_name", "rule", "action"]
        groups = self.quarantine.groupby(by, sort=False, dropna=False)
        lines = ["", message("faults-title", language)]
        for (file, _, column, rule, action), rows in list(groups)[:SHOWN_FAULTS]:
            first = rows.iloc[0]
            text = message(str(rule), language, column=str(column), action=str(action))
            where = message("fault-where", language, count=f"{len(rows):,}", line=str(first["line"]))
            value = f" [{first['value']}]" if first["value"] else ""
            lines.append(f"  {file}, {where}{value}: {text}")
        if groups.ngroups > SHOWN_FAULTS:
            lines.append("  " + message("faults-more", language, count=str(groups.ngroups - SHOWN_FAULTS)))
        return lines

    def _note_lines(self, language: Language) -> list[str]:
        lines = [
            f"  {file}: {message(key, language, value=value)}".replace("  : ", "  ")
            for file, key, value in self.notes
        ]
        for column, count in self.resolved.items():
            lines.append("  " + message("references-resolved", language, column=column, count=f"{count:,}"))
        for (name, field), rows in self.orphans.groupby(["table_name", "column_name"], sort=False):
            shown = ", ".join(rows["value"].head(SHOWN_ORPHANS))
            values = {"column": f"{name}.{field}", "count": f"{rows['rows'].sum():,}", "values": shown}
            lines.append("  " + message("orphans", language, **values))
        return ["", message("notes-title", language), *lines] if lines else []


def report_of(
    gathered: Sequence[Gathered],
    assembled: Assembled,
    warehouse: Warehouse,
    *,
    exported_on: datetime.date,
    stack: Sequence[Mapping],
    import_id: str,
    dry_run: bool,
) -> ImportReport:
    """Put together what became of every source and table."""
    checked = [entry for entry in gathered if entry.checked is not None]
    faults = [
        entry.checked.faults for entry in checked if entry.checked is not None and len(entry.checked.faults)
    ]
    notes = [
        (entry.origin, key, value) for entry in checked if entry.checked for key, value in entry.checked.notes
    ]
    return ImportReport(
        import_id=import_id,
        exported_on=exported_on,
        mapping=" + ".join(m.name or "company.toml" for m in stack),
        dry_run=dry_run,
        files=_files(gathered),
        matches=_matches(gathered),
        tables=_tables(assembled, warehouse),
        quarantine=pd.concat(faults, ignore_index=True) if faults else pd.DataFrame(columns=list(COLUMNS)),
        orphans=assembled.orphans,
        resolved=assembled.resolved,
        notes=(*notes, *(("", key, value) for key, value in assembled.notes)),
    )


def _files(gathered: Sequence[Gathered]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "file": entry.origin,
                "table_name": entry.match.kind.name if entry.match else "",
                "status": entry.status,
                "rows_read": entry.checked.rows_read if entry.checked else entry.rows,
                "rows_accepted": len(entry.checked.frame) if entry.checked else 0,
                "rows_refused": entry.checked.rows_refused if entry.checked else 0,
                "sha256": entry.sha256,
                "reason": entry.reason,
            }
            for entry in gathered
        ]
    )


def _matches(gathered: Sequence[Gathered]) -> pd.DataFrame:
    rows = []
    for entry in gathered:
        if entry.match:
            kind = entry.match.kind.name
            for column, label in entry.match.columns.items():
                rows.append((entry.origin, kind, column, label, entry.match.how[column]))
            rows += [(entry.origin, kind, "", label, "") for label in entry.match.unused]
    return pd.DataFrame(rows, columns=["file", "table_name", "column_name", "label", "found_by"])


def _tables(assembled: Assembled, warehouse: Warehouse) -> pd.DataFrame:
    rows = [(name, warehouse.rows(name), len(frame)) for name, frame in assembled.frames.items()]
    return pd.DataFrame(rows, columns=["table_name", "rows_before", "rows_written"])
