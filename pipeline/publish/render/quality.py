"""The quality of the loaded data as a page: what is wrong in sentences, then every table of the check."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline import catalog
from pipeline.company import Company, Language
from pipeline.exhibits.markup import clean
from pipeline.exhibits.reader import Reader
from pipeline.intake.problems import problems
from pipeline.intake.quality import QualityReport
from pipeline.publish.render.facts import Link
from pipeline.publish.render.pages import page

SECTIONS = (
    ("tables", "tables"), ("keys", "keys"), ("impossible-days", "impossible_days"), ("orphans", "orphans"),
    ("stale", "stale"), ("unknown-values", "unknown_values"), ("refused", "refused"),
    ("completeness", "completeness"), ("chapters", "chapters"),
)  # fmt: skip
TABLE_COLUMNS = ("table_name", "refers_to")
SHARES = ("filled",)


def render_quality(
    output: Path, report: QualityReport, *, company: Company, language: Language, links: Sequence[Link] = ()
) -> Path:
    """Write the page of a quality report; tables without rows, and columns that are filled, are left out."""
    reader = Reader.of(company, language)
    checked_on = reader.text("check-page-as-of", day=reader.date(report.checked_on))
    title = f"{reader.text('check-page-title')} · {company.title(language)}"
    found = [{"sentence": one.sentence(language), "is_serious": one.is_serious} for one in problems(report)]
    html = page(
        "quality.html.j2",
        reader,
        title=title,
        running_head=f"{title} · {checked_on}",
        company=company.title(language),
        checked_on=checked_on,
        problems=found,
        tables=[
            _table(key, _frame(report, name), reader) for key, name in SECTIONS if len(_frame(report, name))
        ],
        links=links,
    )
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(html, encoding="utf-8", newline="\n")
    return output


def _frame(report: QualityReport, name: str) -> pd.DataFrame:
    frame: pd.DataFrame = getattr(report, name)
    if name == "completeness":
        return frame[frame["filled"] < 1]
    return frame


def _table(key: str, frame: pd.DataFrame, reader: Reader) -> dict[str, Any]:
    columns = [
        {
            "title": reader.text(f"check-column-{name}") if reader.has_text(f"check-column-{name}") else name,
            "is_number": pd.api.types.is_numeric_dtype(frame[name]) and frame[name].dtype != bool,
        }
        for name in frame.columns
    ]
    rows = [
        [_cell(name, value, reader) for name, value in zip(frame.columns, row, strict=True)]
        for row in frame.itertuples(index=False, name=None)
    ]
    return {"title": reader.text(f"check-{key}"), "anchor": key, "columns": columns, "rows": rows}


def _cell(name: str, value: Any, reader: Reader) -> str:
    if isinstance(value, bool) or type(value).__name__ in {"bool_", "bool"}:
        return reader.text("check-yes" if value else "check-no")
    if name in TABLE_COLUMNS and value in catalog.tables():
        return f"{catalog.table(value).label(reader.language)} ({value})"
    if name in SHARES:
        return reader.percent(float(value), digits=1)
    if pd.api.types.is_integer(value):
        return str(reader.count(int(value)))
    return "" if pd.isna(value) else clean(str(value))
