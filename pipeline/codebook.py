"""The codebook page, written from the catalogue's declarations."""

from collections.abc import Iterable

from pipeline.catalog import Column, Table

OPENING = """# Codebook

Every table of the warehouse. This page is generated from `pipeline/catalog.toml` by `quarterdeck codebook`;
a test keeps the two equal. Amounts are in the company's currency (`company.toml`, `[money]`).

"Known" says by which date a row or a value counts as known: a report as of a date sees nothing later.
A table without such a date has no history; its rows are taken as of today.
"""


def codebook_text(tables: Iterable[Table]) -> str:
    """Markdown of the codebook: one section per table, one row per column."""
    return OPENING + "".join(_section(table) for table in tables)


def _section(table: Table) -> str:
    known = f"by `{table.known_on}`" if table.known_on else "no history"
    key = ", ".join(f"`{column}`" for column in table.key)
    head = f"\n## {table.name}\n\n{table.en} ({table.zh}): {table.grain}.\n\nKey: {key}. Known: {known}.\n\n"
    lines = ["| column | type | meaning | 含义 | notes |", "| --- | --- | --- | --- | --- |"]
    return head + "\n".join(lines + [_row(column) for column in table.columns]) + "\n"


def _row(column: Column) -> str:
    return f"| `{column.name}` | {column.type} | {column.en} | {column.zh} | {_notes(column)} |"


def _notes(column: Column) -> str:
    bounds = _bounds(column)
    notes = [
        "required" if column.required else "",
        "personal" if column.personal else "",
        column.unit if column.unit != bounds else "",
        bounds,
        " / ".join(column.choices),
        f"in `{column.references}`" if column.references else "",
        f"known with `{column.known_with}`" if column.known_with else "",
    ]
    return "; ".join(note for note in notes if note)


def _bounds(column: Column) -> str:
    if column.minimum is None:
        return ""
    return (
        f"at least {column.minimum:g}"
        if column.maximum is None
        else f"{column.minimum:g} to {column.maximum:g}"
    )
