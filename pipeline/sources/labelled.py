"""A source as it came: text under the source's own labels, with its provenance."""

import hashlib
from dataclasses import dataclass, field
from typing import NamedTuple

import pandas as pd


class RefusedLine(NamedTuple):
    """A line that is no row of the source: too short, too long, or unreadable."""

    line: int
    rule: str
    value: str
    detail: str = ""


@dataclass(frozen=True)
class Labelled:
    """One sheet, file or database table.

    Attributes:
        origin: the name that messages give, such as `sales.xlsx[Orders]`; never a password or a folder.
        frame: one row per record; every cell text (dates ISO, empty string where empty); columns are the
            source's labels in order; the index is the line of the file on which the record starts.
        sha256: of the file's bytes (of the content for a database table), in hexadecimal.
        refused: lines that could not be read as records.
        notes: what had to be guessed while reading, as message keys with their values.
        delimiter: of delimited text; a semicolon hints at decimal commas.
    """

    origin: str
    frame: pd.DataFrame
    sha256: str
    refused: tuple[RefusedLine, ...] = ()
    notes: tuple[tuple[str, str], ...] = field(default=())
    delimiter: str = ""

    @property
    def rows(self) -> int:
        """Records read, the refused lines not counted."""
        return len(self.frame)


def digest(data: bytes) -> str:
    """SHA-256 of bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def distinct(labels: list[str]) -> list[str]:
    """Labels made distinct: a repeated one gets ` (2)`, ` (3)`, an empty one becomes `column 5`."""
    seen: dict[str, int] = {}
    result = []
    for number, label in enumerate(labels, start=1):
        name = label.strip() or f"column {number}"
        seen[name] = seen.get(name, 0) + 1
        result.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return result
