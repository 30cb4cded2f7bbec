"""Two records side by side: which numbers moved, by how much, and what differs that can have moved them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from pipeline.publish.code_state import ABSENT
from pipeline.publish.record import Record

Cause = Literal["data", "definition", "code"]


@dataclass(frozen=True)
class Moved:
    """One headline number in two records; None where a record lacks it."""

    name: str
    before: float | None
    after: float | None

    @property
    def change(self) -> float | None:
        """After less before."""
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True)
class Comparison:
    """All numbers that moved, and what differs between the runs that made them.

    `causes`: `data` (the book knows other facts or ends on another day), `definition` (company.toml or
    parameters), `code` (package, notebooks, lock or library versions). With one cause, every change is due
    to it.
    """

    moved: tuple[Moved, ...]
    causes: tuple[Cause, ...]
    details: tuple[str, ...]


def compare(before: Record, after: Record) -> Comparison:
    """Compare two records of the same scope."""
    names = [*after.headlines, *(name for name in before.headlines if name not in after.headlines)]
    pairs = [Moved(name, before.headlines.get(name), after.headlines.get(name)) for name in names]
    details = _details(before, after)
    return Comparison(
        moved=tuple(pair for pair in pairs if pair.before != pair.after),
        causes=tuple(cause for cause in ("data", "definition", "code") if details[cause]),
        details=tuple(text for cause in details for text in details[cause]),
    )


def _details(before: Record, after: Record) -> dict[str, list[str]]:
    return {
        "data": _data_details(before, after),
        "definition": _definition_details(before, after),
        "code": _code_details(before, after),
    }


def _data_details(before: Record, after: Record) -> list[str]:
    texts = []
    if before.period != after.period:
        texts.append(f"data: the period is {after.period} instead of {before.period}")
    elif before.data != after.data:
        texts.append("data: the book knows other facts of the same period")
    for name in sorted({*before.tables, *after.tables}):
        was, now = (record.tables.get(name, {}).get("rows", 0) for record in (before, after))
        if was != now:
            texts.append(f"data: {name} has {now:,} rows instead of {was:,}")
    return texts


def _definition_details(before: Record, after: Record) -> list[str]:
    texts = _settings_details(before, after) if before.definition != after.definition else []
    for name in sorted(set(before.notebooks) & set(after.notebooks)):
        was, now = before.notebooks[name].parameters, after.notebooks[name].parameters
        changed = [key for key in now if key not in {"period", "data", "scope"} and was.get(key) != now[key]]
        texts += [f"definition: {name}: {key} is {now[key]!r} instead of {was.get(key)!r}" for key in changed]
    return texts


def _settings_details(before: Record, after: Record) -> list[str]:
    """Which settings of company.toml differ, where both records tell them."""
    was, now = _flat(before.settings), _flat(after.settings)
    if not was or not now:
        return ["definition: company.toml says something else"]
    names = [name for name in sorted({*was, *now}) if was.get(name) != now.get(name)]
    return [f"definition: {name} is {now.get(name)!r} instead of {was.get(name)!r}" for name in names]


def _flat(settings: Any, place: str = "") -> dict[str, Any]:
    """Settings by their place: `forecast.months_ahead`. Lists are one setting."""
    if not isinstance(settings, dict):
        return {place: settings}
    found: dict[str, Any] = {}
    for name, value in settings.items():
        found |= _flat(value, f"{place}.{name}" if place else str(name))
    return found


def _code_details(before: Record, after: Record) -> list[str]:
    texts = ["code: the package changed"] if before.code != after.code else []
    texts += ["code: requirements.lock changed"] if before.lock != after.lock else []
    for name in sorted({*before.versions, *after.versions}):
        had, has = before.versions.get(name, ABSENT), after.versions.get(name, ABSENT)
        if had != has:
            texts.append(f"code: {name} is {has} instead of {had}")
    for name in sorted({*before.notebooks, *after.notebooks}):
        was, now = before.notebooks.get(name), after.notebooks.get(name)
        if was is None or now is None:
            texts.append(f"code: the notebook {name} is {'new' if was is None else 'gone'}")
        elif was.source != now.source:
            texts.append(f"code: the notebook {name} changed")
    return texts
