"""What a run keeps of an executed notebook: its title, headline numbers, findings, and what was left out."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HEADLINES_MIME = "application/vnd.quarterdeck.headlines+json"
FINDINGS_MIME = "application/vnd.quarterdeck.findings+json"
EXHIBIT_MIME = "application/vnd.quarterdeck.exhibit+json"


@dataclass(frozen=True)
class Kept:
    """The machine-readable part of one executed notebook."""

    title: str
    headlines: dict[str, float] = field(default_factory=dict)
    findings: tuple[dict[str, Any], ...] = ()
    left_out: tuple[str, ...] = ()


def read_kept(executed: Path) -> Kept:
    """Read it from the outputs that exhibits leave."""
    notebook = json.loads(executed.read_text(encoding="utf-8"))
    headlines: dict[str, float] = {}
    findings: list[dict[str, Any]] = []
    left_out: list[str] = []
    for data in _bundles(notebook):
        for record in data.get(HEADLINES_MIME, ()):
            headlines |= _numbers(record)
        findings += [record for record in data.get(FINDINGS_MIME, ()) if record not in findings]
        exhibit = data.get(EXHIBIT_MIME, {})
        if exhibit.get("left_out"):
            left_out.append(str(exhibit.get("title", "")))
    return Kept(_title(notebook), headlines, tuple(findings), tuple(dict.fromkeys(left_out)))


def _bundles(notebook: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            yield output.get("data", {})


def _numbers(record: dict[str, Any]) -> dict[str, float]:
    """A headline's value and the ends of its interval; a number that isn't one is left out."""
    name = str(record.get("name", ""))
    given = {name: record.get("value"), f"{name}_low": record.get("low"), f"{name}_high": record.get("high")}
    return {key: value for key, value in given.items() if name and value is not None and math.isfinite(value)}


def _title(notebook: dict[str, Any]) -> str:
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            source = cell["source"]
            first = (source if isinstance(source, str) else "".join(source)).strip().partition("\n")[0]
            return first.lstrip("# ").strip()
    return ""
