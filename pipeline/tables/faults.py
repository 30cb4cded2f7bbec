"""What is wrong with a source: one line per cell or row, with rule, value and what was done about it."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from pipeline.sources import Labelled, Match

COLUMNS = ("file", "sheet", "line", "table_name", "column_name", "rule", "value", "action")
REFUSED, EMPTIED, KEPT = "row-refused", "value-emptied", "kept"
"""Actions: the row was not loaded; was loaded without this value; was loaded as it is, with a warning."""
SHOWN_CHARACTERS = 200


class Faults:
    """Collects faults of one source; `frame` is one row per fault, in order of lines."""

    def __init__(self, source: Labelled, found: Match) -> None:
        self._source = source
        self._found = found
        self._parts: list[pd.DataFrame] = []
        self.notes: list[tuple[str, str]] = list(source.notes)

    def add_values(self, column: str, rules: np.ndarray) -> None:
        """Values that could not be read; `rules` has one entry per row, empty where all is well."""
        broken = np.flatnonzero(rules != "")
        if len(broken):
            self.add(column, self._source.frame.index[broken], rules[broken], EMPTIED)

    def add(self, column: str, lines: Iterable[int], rule: str | np.ndarray, action: str) -> None:
        """Faults of one column on several lines."""
        index = pd.Index(lines)
        if not len(index):
            return
        self._parts.append(
            pd.DataFrame(
                {
                    "line": index.to_numpy(),
                    "column_name": column,
                    "rule": rule,
                    "value": self._shown(column, index),
                    "action": action,
                }
            )
        )

    def note(self, key: str, value: str) -> None:
        """Something about the whole source that its reader should know."""
        self.notes.append((key, value))

    def refuse(self, lines: Iterable[int]) -> None:
        """Say of every fault on these lines that it cost the row."""
        refused = pd.Index(lines)
        for part in self._parts:
            part.loc[part["line"].isin(refused) & (part["action"] == EMPTIED), "action"] = REFUSED

    def turn(self, column: str, rule: str, action: str, into: str) -> None:
        """Change what was done about a rule of a column."""
        for part in self._parts:
            chosen = (part["column_name"] == column) & (part["rule"] == rule) & (part["action"] == action)
            part.loc[chosen, "action"] = into

    @property
    def lines_refused(self) -> pd.Index:
        """Lines that are not loaded."""
        parts = [part.loc[part["action"] == REFUSED, "line"] for part in self._parts]
        return pd.Index(pd.concat(parts).unique()) if parts else pd.Index([], dtype="int64")

    def emptied(self, column: str) -> pd.Index:
        """Lines on which a column's value could not be read."""
        chosen = [p.loc[(p["column_name"] == column) & (p["action"] == EMPTIED), "line"] for p in self._parts]
        return pd.Index(pd.concat(chosen).unique()) if chosen else pd.Index([], dtype="int64")

    def frame(self) -> pd.DataFrame:
        """All faults, the unreadable lines of the source included."""
        ragged = pd.DataFrame(
            [(r.line, "", r.rule, r.value, REFUSED) for r in self._source.refused],
            columns=["line", "column_name", "rule", "value", "action"],
        )
        whole = pd.concat([ragged, *self._parts], ignore_index=True) if self._parts else ragged
        file, _, sheet = self._source.origin.partition("[")
        whole = whole.assign(file=file, sheet=sheet.rstrip("]"), table_name=self._found.kind.name)
        return whole[list(COLUMNS)].sort_values("line", kind="stable", ignore_index=True)

    def _shown(self, column: str, index: pd.Index) -> np.ndarray:
        labels = [self._found.columns[name] for name in column.split("+") if name in self._found.columns]
        if not labels:
            return np.full(len(index), "", dtype=object)
        cells = self._source.frame.loc[index, labels]
        return cells.agg(" | ".join, axis=1).str.slice(0, SHOWN_CHARACTERS).to_numpy(dtype=object)
