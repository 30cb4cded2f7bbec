"""The quality of the loaded data: completeness, keys, orphans, impossible days, staleness, what lacks."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import pandas as pd

from pipeline import catalog
from pipeline.company import Company, Language
from pipeline.intake.counting import DAY_ORDERS, orphan_rows, summary, values
from pipeline.tables.messages import message
from pipeline.tables.rules import PLANS
from pipeline.warehouse import Warehouse

NEEDS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "customer_value": (("orders", "opportunities"),),
    "win_loss": (("opportunities",), ("opportunity_history",)),
    "sales_forecast": (("orders", "payments", "opportunities"),),
    "funnel": (("opportunities",), ("opportunity_history",)),
    "performance": (("targets",), ("orders", "opportunities")),
    "eight_weeks": (("opportunities",), ("invoices",), ("payments",)),
    "key_accounts": (("customers",), ("activities",)),
    "market_grid": (("market_grid",), ("customers",)),
    "scorecards": (("people",), ("scorecard_inputs",)),
    "order_to_cash": (("orders",), ("invoices",), ("payments",), ("shipments",), ("credit_terms",)),
    "service": (("service_tickets",),),
    "quotas": (("quotas",), ("order_lines",)),
}
"""Chapter -> groups of tables; of each group one must have rows for the chapter to be complete."""
DIMENSION_COLUMNS = (
    ("business_line", "opportunities"), ("business_line", "orders"), ("business_line", "products"),
    ("product_line", "opportunities"), ("product_line", "products"), ("market", "customers"),
    ("market", "people"), ("department", "people"), ("industry", "customers"), ("channel", "customers"),
    ("channel", "orders"), ("channel", "opportunities"),
)  # fmt: skip
STALE_DAYS = 35
SHOWN_ROWS = 12


@dataclass(frozen=True)
class QualityReport:
    """The quality of the data of one warehouse.

    Attributes:
        tables: one row per table with rows: table_name, rows, first_on, last_on.
        completeness: one row per column: table_name, column_name, filled (0 to 1), is_required.
        keys: one row per table whose key is empty or doubled in some rows: table_name, rows.
        orphans: one row per referring column: table_name, column_name, rows.
        impossible_days: one row per column or pair: table_name, column_name, rule, rows.
        stale: one row per export that is older than a month: table_name, exported_on, days_old.
        unknown_values: one row per value that company.toml does not list: dimension, table_name, value, rows.
        refused: one row per file and rule of the quarantine: file, rule, column_name, action, rows.
        chapters: one row per chapter: chapter, is_complete, missing (tables, separated by commas).
    """

    checked_on: datetime.date
    tables: pd.DataFrame
    completeness: pd.DataFrame
    keys: pd.DataFrame
    orphans: pd.DataFrame
    impossible_days: pd.DataFrame
    stale: pd.DataFrame
    unknown_values: pd.DataFrame
    refused: pd.DataFrame
    chapters: pd.DataFrame

    @property
    def exit_code(self) -> int:
        """1 when keys are broken or nothing is loaded: reports would be wrong; else 0."""
        return int(self.tables.empty or len(self.keys) > 0)

    def to_json(self) -> dict[str, Any]:
        """Every table as records, with the day of the check."""
        frames = {
            field.name: getattr(self, field.name) for field in fields(self) if field.name != "checked_on"
        }
        records = {
            name: frame.astype(object).where(frame.notna(), None).to_dict("records")
            for name, frame in frames.items()
        }
        return {"checked_on": self.checked_on.isoformat(), **records}

    def to_text(self, language: Language = "en") -> str:
        """The report for a terminal; sections without rows are left out."""
        lines = [message("check-title", language, day=self.checked_on.isoformat())]
        thin = self.completeness[(self.completeness["filled"] < 1) & (self.completeness["filled"] > 0)]
        thin = thin.assign(filled=thin["filled"].map("{:.1%}".format))
        for key, frame in [
            ("tables", self.tables), ("keys", self.keys), ("impossible-days", self.impossible_days),
            ("orphans", self.orphans), ("stale", self.stale), ("unknown-values", self.unknown_values),
            ("refused", self.refused), ("completeness", thin), ("chapters", self.chapters),
        ]:  # fmt: skip
            if len(frame):
                lines += ["", message(f"check-{key}", language), _lines(frame, language)]
        return "\n".join(lines)


def quality(warehouse: Warehouse, company: Company, today: datetime.date) -> QualityReport:
    """Judge what a warehouse has.

    Args:
        warehouse: where the tables are.
        company: whose dimensions and stages count as known.
        today: the day of the check: staleness and the future are counted from it.
    """
    found = {name: summary(warehouse, name) for name in catalog.tables() if warehouse.has(name)}
    found = {name: counts for name, counts in found.items() if counts["rows"]}
    return QualityReport(
        checked_on=today,
        tables=_tables(found),
        completeness=_completeness(found),
        keys=_keys(found),
        orphans=_orphans(warehouse, found),
        impossible_days=_impossible_days(found, today),
        stale=_stale(warehouse, today),
        unknown_values=_unknown_values(warehouse, company, found),
        refused=_refused(warehouse),
        chapters=_chapters(found),
    )


Counts = Mapping[str, Mapping[str, Any]]


def _tables(found: Counts) -> pd.DataFrame:
    rows = []
    for name, counts in found.items():
        known_on = catalog.table(name).known_on
        first, last = (counts.get(f"{end}:{known_on}", pd.NaT) for end in ("first", "last"))
        rows.append((name, int(counts["rows"]), _day(first), _day(last)))
    return pd.DataFrame(rows, columns=["table_name", "rows", "first_on", "last_on"])


def _day(value: Any) -> str:
    return "" if pd.isna(value) else f"{pd.Timestamp(value):%Y-%m-%d}"


def _completeness(found: Counts) -> pd.DataFrame:
    rows = [
        (name, column.name, float(counts[f"filled:{column.name}"]) / float(counts["rows"]), column.required)
        for name, counts in found.items()
        for column in catalog.table(name).columns
    ]
    return pd.DataFrame(rows, columns=["table_name", "column_name", "filled", "is_required"])


def _keys(found: Counts) -> pd.DataFrame:
    rows = []
    for name, counts in found.items():
        required = [key for key in catalog.table(name).key if catalog.table(name).column(key).required]
        empty = max((int(counts["rows"]) - _whole(counts[f"filled:{key}"]) for key in required), default=0)
        broken = max(empty, int(counts["rows"]) - int(counts["keys"]))
        if broken:
            rows.append((name, broken))
    return pd.DataFrame(rows, columns=["table_name", "rows"])


def _orphans(warehouse: Warehouse, found: Counts) -> pd.DataFrame:
    rows = []
    for name in found:
        for column in (c for c in catalog.table(name).columns if c.references):
            count = orphan_rows(warehouse, name, column.name, column.references)
            if count:
                rows.append((name, column.name, column.references, count))
    return pd.DataFrame(rows, columns=["table_name", "column_name", "refers_to", "rows"])


def _impossible_days(found: Counts, today: datetime.date) -> pd.DataFrame:
    rows = []
    for name, counts in found.items():
        for column in (
            c.name for c in catalog.table(name).columns if c.type == "date" and c.name not in PLANS
        ):
            last = counts[f"last:{column}"]
            if _day(last) > today.isoformat():
                rows.append((name, column, "in-the-future", _day(last)))
        for earlier, later in DAY_ORDERS.get(name, ()):
            count = _whole(counts[f"order:{earlier}+{later}"])
            if count:
                rows.append((name, f"{later} < {earlier}", "wrong-order", str(count)))
    return pd.DataFrame(rows, columns=["table_name", "column_name", "rule", "seen"])


def _whole(count: Any) -> int:
    """A sum as a whole number; the sum over nothing is missing and counts as none."""
    return 0 if pd.isna(count) else int(count)


def _stale(warehouse: Warehouse, today: datetime.date) -> pd.DataFrame:
    imports = warehouse.frame("imports")
    latest = imports.groupby("table_name")["exported_on"].max().reset_index()
    latest["days_old"] = (pd.Timestamp(today) - latest["exported_on"]).dt.days
    stale = latest[latest["days_old"] > STALE_DAYS]
    return stale.assign(exported_on=stale["exported_on"].map(_day)).reset_index(drop=True)


def _unknown_values(warehouse: Warehouse, company: Company, found: Counts) -> pd.DataFrame:
    checks = [(d, table, d, company.order(d)) for d, table in DIMENSION_COLUMNS]
    checks.append(("stage", "opportunity_history", "stage", company.stage_keys))
    parts = []
    for dimension, table, column, known in checks:
        if known and table in found:
            seen = values(warehouse, table, column)
            unknown = seen[~seen["value"].isin(known)]
            parts.append(unknown.assign(dimension=dimension, table_name=table))
    columns = ["dimension", "table_name", "value", "rows"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def _refused(warehouse: Warehouse) -> pd.DataFrame:
    quarantine = warehouse.frame("quarantine")
    by = ["file", "rule", "column_name", "action"]
    return quarantine.groupby(by, sort=True).size().rename("rows").reset_index()


def _chapters(found: Counts) -> pd.DataFrame:
    rows = []
    for chapter, groups in NEEDS.items():
        missing = [" / ".join(group) for group in groups if not set(group) & set(found)]
        rows.append((chapter, not missing, ", ".join(missing)))
    return pd.DataFrame(rows, columns=["chapter", "is_complete", "missing"])


def _lines(frame: pd.DataFrame, language: Language) -> str:
    shown = frame.head(SHOWN_ROWS) if len(frame) > SHOWN_ROWS + 12 else frame
    text = "\n".join(f"  {line}" for line in shown.to_string(index=False).split("\n"))
    rest = len(frame) - len(shown)
    return text + (f"\n  {message('check-more', language, count=str(rest))}" if rest else "")
