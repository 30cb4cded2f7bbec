"""A reader's own figures in place of proposed ones: read from a table, checked, and filled up to the total.

The table has the columns market, business_line, month (may be left out or empty: the whole period) and
either amount (in the company's currency) or share (of the total: 0.12 or 12%). Rows without a figure are
left as computed, so that the proposal's own sheet can be filled in and handed back.
"""

import re
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.analyses.performance.split import UNITS, rounded_to_total
from pipeline.company import Company
from pipeline.errors import SourceError, UsageError
from pipeline.sources import Labelled, read

TOLERANCE = 1e-6
TITLE_ROWS = 5
UNIT = re.compile(r"[(（][^()（）]*[)）]\s*$")
COLUMNS = ("market", "business_line", "month", "amount", "share")
ALIASES = {
    "market": ("market", "市场"),
    "business_line": ("business_line", "business line", "业务线"),
    "month": ("month", "月份"),
    "amount": ("amount", "override", "own figure", "金额", "自定金额"),
    "share": ("share", "占比"),
}
"""Labels under which each column is found, whatever their case."""


def read_override(path: Path, company: Company) -> pd.DataFrame:
    """The figures of a CSV or Excel file, one row per market, business line and month: `COLUMNS`.

    Of a workbook the first sheet counts that has the columns. Markets and business lines may be written as
    in the data or under their names of either language.

    Raises:
        UsageError: no such file, not a table, a needed column is missing, or a figure that is no number.
    """
    if not path.is_file():
        raise UsageError(f"{path.name}: there is no such file.", "Give its path from the data folder.")
    try:
        tables = [_headed(found.frame) for found in read(str(path)) if isinstance(found, Labelled)]
    except SourceError as error:
        raise UsageError(str(error)) from None
    if not tables:
        raise UsageError(f"{path.name}: cannot be read as a table.", "Save it as CSV (UTF-8) or Excel.")
    fitting = (table for table in tables if not _absent(_columns(table)))
    return typed_override(next(fitting, tables[0]), path.name, company)


def typed_override(frame: pd.DataFrame, name: str, company: Company) -> pd.DataFrame:
    """Text as it stands in a file (the index has its lines) -> `COLUMNS`; rows without a figure are left out.

    Raises:
        UsageError: as `read_override`.
    """
    found = _columns(frame)
    if absent := _absent(found):
        seen = ", ".join(map(str, frame.columns)) or "none"
        raise UsageError(f"{name}: has no column {', '.join(absent)}.", f"Its columns: {seen}.")
    table = pd.DataFrame(
        {column: frame[label].str.strip() if label else "" for column, label in found.items()},
        index=frame.index,
    )
    for column in ("amount", "share"):
        table[column] = [
            _number(text, f"{name}, line {line}", column) for line, text in table[column].items()
        ]
    for column in UNITS:
        keys = {text: value.key for value in getattr(company.dimensions, column)
                for text in (value.key, value.en, value.zh) if text}  # fmt: skip
        table[column] = [keys.get(text, text) for text in table[column]]
    table["month"] = table["month"].str[:7]
    given = table["amount"].notna() | table["share"].notna()
    return table.loc[given, list(COLUMNS)].reset_index(drop=True)


def _headed(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame under the row that has the columns: a report's sheet has its title above them."""
    if not _absent(_columns(frame)):
        return frame
    for place in range(min(len(frame), TITLE_ROWS)):
        below = frame.iloc[place + 1 :].set_axis(frame.iloc[place].astype(str).tolist(), axis=1)
        if not _absent(_columns(below)):
            return below
    return frame


def _columns(frame: pd.DataFrame) -> dict[str, str]:
    """Which label (its unit in brackets aside) stands for which column; "" where none does."""
    labels = {UNIT.sub("", str(label)).strip().lower(): str(label) for label in frame.columns}
    return {
        column: next((labels[alias] for alias in aliases if alias in labels), "")
        for column, aliases in ALIASES.items()
    }


def _absent(found: dict[str, str]) -> list[str]:
    figures = [] if found["amount"] or found["share"] else ["amount or share"]
    return [*(column for column in UNITS if not found[column]), *figures]


def _number(text: str, place: str, column: str) -> float:
    cleaned = text.replace(",", "").replace(" ", "")
    if not cleaned:
        return np.nan
    percent = cleaned.endswith(("%", "％"))
    try:
        value = float(cleaned.rstrip("%％")) / (100 if percent else 1)
    except ValueError:
        value = np.nan
    if not (np.isfinite(value) and value >= 0 and not (percent and column == "amount")):
        raise UsageError(f"{place}: {column} is {text!r}, which is no figure of 0 or more.")
    return value


def overriding(proposal: pd.DataFrame, own: pd.DataFrame, rounding: float = 100.0) -> pd.DataFrame:
    """The proposal with a reader's own figures; the other cells keep their proportions and fill up the total.

    A figure for a market and business line without a month holds for the whole period, and its months keep
    their season; one with a month holds for that cell.

    Args:
        proposal: as `propose_split` makes it.
        own: as `read_override` makes it.
        rounding: cells are multiples of it.

    Returns:
        The proposal's rows and columns; `override` has what was asked for, `proposed` adds up to the
        same total as before.

    Raises:
        UsageError: an unknown market, business line or month, a cell named twice, both an amount and a share,
            own figures above the total, or all cells given and not adding up to it.
    """
    if own.empty:
        return proposal
    total = float(proposal["proposed"].sum())
    asked = _amounts(proposal, own, total)
    cells = proposal.assign(override=np.nan).reset_index(drop=True)
    goal = cells["computed"].to_numpy(copy=True)
    fixed = np.zeros(len(cells), dtype=bool)
    own_figure = np.full(len(cells), np.nan)
    for row in asked.to_dict("records"):
        here = (
            (cells["market"] == row["market"]) & (cells["business_line"] == row["business_line"])
        ).to_numpy()
        if row["month"]:
            here = here & (cells["month"] == row["month"]).to_numpy()
        _fix(goal, fixed, here, float(row["amount"]), f"{row['market']} / {row['business_line']}")
        own_figure[here] = goal[here]
    _fill_up(goal, fixed, total)
    goal[~fixed] = _rounded(goal[~fixed], total - goal[fixed].sum(), rounding)
    return cells.assign(override=own_figure, proposed=goal)


def _rounded(free: np.ndarray, total: float, rounding: float) -> np.ndarray:
    """What the reader left free, rounded; the largest cell takes what the reader's own figures leave over."""
    if not len(free):
        return free
    cells = rounded_to_total(free, total, rounding)
    cells[cells.argmax()] += total - cells.sum()
    return cells


def _fix(goal: np.ndarray, fixed: np.ndarray, here: np.ndarray, amount: float, name: str) -> None:
    """Give `amount` to the cells `here`: what is fixed stays, the others share the rest as computed."""
    rest = amount - goal[here & fixed].sum()
    free = here & ~fixed
    if rest < -TOLERANCE * max(amount, 1.0) or (not free.any() and abs(rest) > TOLERANCE * max(amount, 1.0)):
        raise UsageError(f"{name}: its months do not fit its own figure of {amount:,.0f}.")
    weight = goal[free] if goal[free].sum() > 0 else np.ones(int(free.sum()))
    goal[free] = max(rest, 0.0) * weight / weight.sum()
    fixed |= here


def _fill_up(goal: np.ndarray, fixed: np.ndarray, total: float) -> None:
    rest = total - goal[fixed].sum()
    free = ~fixed
    if rest < -TOLERANCE * total:
        raise UsageError(
            f"The own figures add up to {goal[fixed].sum():,.0f}, more than the total of {total:,.0f}.",
            "Lower them, or set another total as the period's target.",
        )
    if not free.any():
        if rest > TOLERANCE * total:
            raise UsageError(
                f"All cells are given and {rest:,.0f} of the total of {total:,.0f} is left over.",
                "Leave a cell empty to take it.",
            )
        return
    weight = goal[free] if goal[free].sum() > 0 else np.ones(int(free.sum()))
    goal[free] = max(rest, 0.0) * weight / weight.sum()


def _amounts(proposal: pd.DataFrame, own: pd.DataFrame, total: float) -> pd.DataFrame:
    """The reader's rows as amounts, cells before whole periods; every fault named with its row."""
    both = own["amount"].notna() & own["share"].notna()
    if both.any():
        raise UsageError(f"{_row(own.loc[both].iloc[0])}: give an amount or a share, not both.")
    for column in (*UNITS, "month"):
        known = set(proposal[column]) | ({""} if column == "month" else set())
        wrong = own.loc[~own[column].isin(known)]
        if len(wrong):
            seen = wrong.iloc[0]
            raise UsageError(
                f"{_row(seen)}: {column} {seen[column]!r} is not in the proposal.",
                f"Known: {', '.join(sorted(known - {''}))}.",
            )
    pairs = pd.MultiIndex.from_frame(proposal[UNITS])
    for row in own.to_dict("records"):
        if (row["market"], row["business_line"]) not in pairs:
            raise UsageError(f"{row['market']} / {row['business_line']} is not in the proposal.")
    twice = own.duplicated([*UNITS, "month"])
    if twice.any():
        raise UsageError(f"{_row(own.loc[twice].iloc[0])} is given twice.")
    amount = own["amount"].where(own["amount"].notna(), own["share"] * total)
    return own.assign(amount=amount).sort_values("month", ascending=False, kind="stable")


def _row(row: pd.Series) -> str:
    named = (str(row[name]) for name in (*UNITS, "month"))
    return " / ".join(text for text in named if text)
