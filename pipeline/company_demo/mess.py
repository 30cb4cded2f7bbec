"""The simulated company's tables as a CRM would export them, with the mess of real files.

Chinese headers, GB18030, amounts in 万元, three ways to write a date, repeated lines, impossible dates,
words where numbers belong, references to nobody: and the truth of what was broken, line by line.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from pipeline import catalog
from pipeline.errors import UsageError

Style = Literal["plain", "chinese", "workbook"]
STYLES: tuple[Style, ...] = ("plain", "chinese", "workbook")
EXPORTED = (
    "customers",
    "people",
    "products",
    "opportunities",
    "opportunity_history",
    "orders",
    "order_lines",
    "invoices",
    "payments",
)
DAMAGED_SHARE = 0.002
WAN = 10_000.0
DATE_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日")
BROKEN_DATE, WORD, NOBODY = "2026-02-30", "待定", "NOBODY-1"
VALUES_ZH: Mapping[str, Mapping[str, str]] = {
    "outcome": {"open": "进行中", "won": "赢单", "lost": "输单", "invalid": "无效"},
    "stage": {
        "lead": "信息开发",
        "qualified": "立项",
        "proposal": "提案",
        "tender": "招投标",
        "negotiation": "商务谈判",
        "contract": "签约执行",
    },
}
FAULTS = ("repeated line", "impossible date", "word for a number", "unknown reference")


@dataclass(frozen=True)
class Exports:
    """What was written.

    Attributes:
        files: path of each file; of a workbook once per table.
        broken: one row per damaged line: table, line (the header is line 1), column, fault, value.
    """

    files: Mapping[str, Path]
    broken: pd.DataFrame


def write_exports(
    tables: Mapping[str, pd.DataFrame], folder: Path, style: Style = "chinese", seed: int = 1
) -> Exports:
    """Write a company's tables as export files; `plain` ones are undamaged and have the catalog's names.

    `chinese` gives a GB18030 file per table, `workbook` an Excel file with a sheet per table.

    Raises:
        UsageError: an unknown style.
    """
    if style not in STYLES:
        raise UsageError(f"{style!r} is not a style of exports.", f"Known: {', '.join(STYLES)}.")
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    chosen = {name: tables[name] for name in EXPORTED if len(tables[name])}
    if style == "plain":
        return Exports(_write_plain(chosen, folder), _broken([]))
    faults: list[dict[str, Any]] = []
    written = {name: _messy(name, frame, rng, faults) for name, frame in chosen.items()}
    write = _write_workbook if style == "workbook" else _write_gb18030
    return Exports(write(written, folder), _broken(faults))


def _write_plain(tables: Mapping[str, pd.DataFrame], folder: Path) -> dict[str, Path]:
    files = {name: folder / f"{name}.csv" for name in tables}
    for name, frame in tables.items():
        frame.to_csv(files[name], index=False, date_format="%Y-%m-%d")
    return files


def _write_gb18030(tables: Mapping[str, pd.DataFrame], folder: Path) -> dict[str, Path]:
    files = {name: folder / f"{catalog.table(name).zh}.csv" for name in tables}
    for name, frame in tables.items():
        frame.to_csv(files[name], index=False, encoding="gb18030", lineterminator="\r\n")
    return files


def _write_workbook(tables: Mapping[str, pd.DataFrame], folder: Path) -> dict[str, Path]:
    path = folder / "导出.xlsx"
    with pd.ExcelWriter(path, engine="xlsxwriter") as book:
        for name, frame in tables.items():
            frame.to_excel(book, sheet_name=catalog.table(name).zh, index=False)
    return dict.fromkeys(tables, path)


def _messy(
    name: str, frame: pd.DataFrame, rng: np.random.Generator, faults: list[dict[str, Any]]
) -> pd.DataFrame:
    declared = catalog.table(name)
    text = pd.DataFrame(
        {c.name: _as_text(frame[c.name], c, WAN if _in_wan(name, c) else 1.0, rng) for c in declared.columns}
    )
    text = text[[column for column in text if (text[column] != "").any()]]
    _damage(declared, text, rng, faults)
    labels = {c.name: f"{c.zh}（万元）" if _in_wan(name, c) else c.zh for c in declared.columns}
    return _repeat_lines(declared, text, rng, faults).rename(columns=labels)


def _in_wan(table: str, column: catalog.Column) -> bool:
    return table.startswith("opportunit") and column.type == "money"


def _as_text(values: pd.Series, column: catalog.Column, unit: float, rng: np.random.Generator) -> pd.Series:
    known = values.notna().to_numpy()
    if column.type == "date":
        style = DATE_FORMATS[rng.integers(0, len(DATE_FORMATS))]
        written = values.dt.strftime(style)
    elif column.type == "boolean":
        written = values.map({True: "是", False: "否"})
    elif column.type == "money":
        written = (values / unit).map("{:.6f}".format)
    else:
        written = values.astype("str").replace(dict(VALUES_ZH.get(column.name, {})))
    return pd.Series(np.where(known, written.astype("object"), ""), dtype="object")


def _damage(
    declared: catalog.Table, text: pd.DataFrame, rng: np.random.Generator, faults: list[dict[str, Any]]
) -> None:
    """Break some cells in place: each line at most once, so that its fault is the one reported."""
    lines = rng.permutation(len(text))
    number = max(1, int(DAMAGED_SHARE * len(text)))
    kinds = (("date", FAULTS[1], BROKEN_DATE), ("money", FAULTS[2], WORD), ("id", FAULTS[3], NOBODY))
    for place, (kind, fault, value) in enumerate(kinds):
        columns = [c.name for c in declared.columns if c.type == kind and c.name in text]
        if kind == "id":
            columns = [name for name in columns if declared.column(name).references]
        if not columns:
            continue
        chosen = lines[place * number : (place + 1) * number]
        column = columns[0]
        text.loc[chosen, column] = value
        faults.extend(_fault(declared.name, int(line), column, fault, value) for line in chosen)


def _repeat_lines(
    declared: catalog.Table, text: pd.DataFrame, rng: np.random.Generator, faults: list[dict[str, Any]]
) -> pd.DataFrame:
    damaged = {fault["line"] - 2 for fault in faults if fault["table"] == declared.name}
    sound = np.setdiff1d(np.arange(len(text)), list(damaged))
    again = np.sort(rng.choice(sound, max(1, int(DAMAGED_SHARE * len(sound))), replace=False))
    first = len(text)
    faults.extend(_fault(declared.name, first + place, "", FAULTS[0], "") for place in range(len(again)))
    return pd.concat([text, text.iloc[again]], ignore_index=True)


def _fault(table: str, position: int, column: str, fault: str, value: str) -> dict[str, Any]:
    return {"table": table, "line": position + 2, "column": column, "fault": fault, "value": value}


def _broken(faults: list[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(faults, columns=["table", "line", "column", "fault", "value"])
