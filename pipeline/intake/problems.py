"""What a quality report finds wrong, as sentences, and which of it makes reports wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipeline import catalog
from pipeline.company import Language
from pipeline.tables.messages import message

if TYPE_CHECKING:
    from pipeline.intake.quality import QualityReport

MOST_ORPHANS_SHARE = 0.05
"""So many of a column's rows may refer to something that is not there; beyond it, cuts by it are wrong."""
NAMED_VALUES = 5


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with the data.

    Attributes:
        kind: `nothing`, `keys`, `orphans`, `wrong-order`, `in-the-future`, `stale`, `unknown-values`.
        subject: table or column, to tell problems of a kind apart.
        is_serious: reports would be wrong: the gate holds them back.
        values: what the sentence is made with.
    """

    kind: str
    subject: str
    is_serious: bool
    values: dict[str, str] = field(default_factory=dict)

    def sentence(self, language: Language = "en") -> str:
        """The problem in words."""
        return message(f"problem-{self.kind}", language, **self.values)


def problems(report: QualityReport) -> tuple[Problem, ...]:
    """Everything that is wrong, what makes reports wrong first."""
    if report.tables.empty:
        return (Problem("nothing", "data", True),)
    found = [
        *_keys(report),
        *_orphans(report),
        *_days(report),
        *_stale(report),
        *_unknown(report),
    ]
    return tuple(sorted(found, key=lambda one: not one.is_serious))


def _keys(report: QualityReport) -> Iterator[Problem]:
    for row in report.keys.to_dict("records"):
        key = ", ".join(catalog.table(row["table_name"]).key)
        values = {"rows": f"{row['rows']:,}", "table": row["table_name"], "columns": key}
        yield Problem("keys", row["table_name"], True, values)


def _orphans(report: QualityReport) -> Iterator[Problem]:
    rows_of = dict(zip(report.tables["table_name"], report.tables["rows"], strict=True))
    for row in report.orphans.to_dict("records"):
        share = row["rows"] / max(rows_of.get(row["table_name"], 0), 1)
        values = {
            "rows": f"{row['rows']:,}", "table": row["table_name"], "column": row["column_name"],
            "target": row["refers_to"], "share": f"{share:.1%}", "most": f"{MOST_ORPHANS_SHARE:.0%}",
        }  # fmt: skip
        name = _place(row)
        yield Problem("orphans", name, share > MOST_ORPHANS_SHARE, values)


def _days(report: QualityReport) -> Iterator[Problem]:
    for row in report.impossible_days.to_dict("records"):
        values = {"table": row["table_name"], "column": row["column_name"], "seen": str(row["seen"])}
        yield Problem(row["rule"], _place(row), False, values)


def _stale(report: QualityReport) -> Iterator[Problem]:
    for row in report.stale.to_dict("records"):
        values = {"table": row["table_name"], "day": str(row["exported_on"]), "days": str(row["days_old"])}
        yield Problem("stale", row["table_name"], False, values)


def _unknown(report: QualityReport) -> Iterator[Problem]:
    by = ["dimension", "table_name"]
    for group, rows in report.unknown_values.groupby(by, sort=False):
        dimension, table = map(str, group)
        named = ", ".join(map(str, rows["value"].head(NAMED_VALUES)))
        values = {"dimension": dimension, "table": table, "count": str(len(rows)), "values": named}
        yield Problem("unknown-values", f"{table}.{dimension}", False, values)


def _place(row: dict[Any, Any]) -> str:
    return f"{row['table_name']}.{row['column_name']}"
