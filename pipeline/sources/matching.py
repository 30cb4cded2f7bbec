"""Which kind of export a labelled frame is, and which of its labels means which column."""

import fnmatch
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.errors import SourceError
from pipeline.sources.kinds import Kind, kinds
from pipeline.sources.labelled import Labelled
from pipeline.sources.labels import bracketed, fold, fold_without_unit
from pipeline.sources.mapping import BASE_LAYERS, Mapping, crms, shipped

HINT_WEIGHT = 2.5
MINIMUM_MATCHES = 2
MASTERS = ("customers", "people", "products")
"""Kinds with so common labels that a file without a telling name needs one more of them."""
Aliases = dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Match:
    """A source recognised.

    Attributes:
        kind: what it is.
        columns: our column -> the source's label.
        how: our column -> the layer that named the label (`salesforce`, `generic`, `catalog`).
        unused: labels that mean nothing to us.
        units: our column -> unit given by the label's brackets or the mapping.
        said_units: columns whose unit the mapping gives.
    """

    kind: Kind
    columns: dict[str, str]
    how: dict[str, str]
    unused: tuple[str, ...]
    units: dict[str, str] = field(default_factory=dict)
    said_units: frozenset[str] = frozenset()


def match(source: Labelled, stack: Sequence[Mapping]) -> Match | None:
    """Recognise a source; None when it is no kind of export that we know, or is to be ignored.

    Raises:
        SourceError: it is one that we know, but a required column or a distinct label is missing.
    """
    if not source.frame.columns.size or _named(source.origin, [m.ignore for m in stack]):
        return None
    forced = _forced(source.origin, stack)
    candidates = [kinds()[forced]] if forced else list(kinds().values())
    matches = [_match_kind(source, kind, stack) for kind in candidates]
    scored = [(_score(source, m), m) for m in matches if forced or _is_identified(source, m, stack)]
    if not scored:
        return None
    best = max(scored, key=lambda pair: pair[0])[1]
    _require(source, best, stack)
    _refuse_doubled_labels(source, best)
    return best


def detect_crm(sources: Sequence[Labelled]) -> str:
    """The shipped mapping whose own labels, which no base layer has, occur most often; empty in doubt."""
    common = _listed(*BASE_LAYERS) | {name for kind in kinds().values() for name in kind.columns}
    counts = {name: _occurrences(sources, name, _listed(name) - common) for name in crms()}
    ranked = sorted(counts.values(), reverse=True)
    if ranked[0] < MINIMUM_MATCHES or ranked[0] == ranked[1]:
        return ""
    return max(counts, key=lambda name: counts[name])


def _listed(*names: str) -> set[str]:
    sections = [section for name in names for section in shipped()[name].sections.values()]
    return {label.casefold() for s in sections for labels in s.columns.values() for label in labels}


def _occurrences(sources: Sequence[Labelled], name: str, labels: set[str]) -> int:
    found = sum(label.strip().casefold() in labels for s in sources for label in s.frame.columns)
    return found + MINIMUM_MATCHES * any(name in source.origin.casefold() for source in sources)


def _forced(origin: str, stack: Sequence[Mapping]) -> str:
    for mapping in stack:
        for kind, section in mapping.sections.items():
            if _named(origin, [section.files]):
                return kind
    return ""


def _named(origin: str, patterns: Sequence[Sequence[str]]) -> bool:
    file, _, sheet = origin.partition("[")
    names = [name.casefold() for name in (origin, file, file.rpartition("/")[2], sheet.rstrip("]")) if name]
    return any(
        fnmatch.fnmatch(name, pattern.casefold()) for group in patterns for pattern in group for name in names
    )


def _match_kind(source: Labelled, kind: Kind, stack: Sequence[Mapping]) -> Match:
    labels = list(source.frame.columns)
    exact, bare = _index(labels, fold), _index(labels, fold_without_unit)
    columns: dict[str, str] = {}
    how: dict[str, str] = {}
    taken: set[str] = set()
    for layer, aliases in _alias_layers(kind, stack):
        for column, names in aliases.items():
            if column in columns:
                continue
            found = _find(names, exact, bare, taken)
            if found:
                columns[column], how[column] = found, layer
                taken.add(found)
    unused = tuple(label for label in labels if label not in taken)
    said = {
        name: unit for mapping in reversed(stack) for name, unit in mapping.section(kind.name).units.items()
    }
    inside = {name: bracketed(label)[-1] for name, label in columns.items() if bracketed(label)}
    return Match(kind, columns, how, unused, inside | said, frozenset(said))


def _index(labels: Sequence[str], folding: object) -> dict[str, str]:
    assert callable(folding)
    index: dict[str, str] = {}
    for label in labels:
        index.setdefault(folding(label), label)
    return index


def _alias_layers(kind: Kind, stack: Sequence[Mapping]) -> list[tuple[str, Aliases]]:
    """The user's own mapping, the catalogue's names, the CRM's labels, then what many systems say."""
    listed = [(m.name or "own", dict(m.section(kind.name).columns)) for m in stack]
    names: Aliases = {name: (name,) for name in kind.columns}
    meanings: Aliases = {name: (column.en, column.zh) for name, column in kind.columns.items()}
    own = [layer for layer in listed if layer[0] not in shipped()]
    known = [layer for layer in listed if layer[0] in shipped()]
    return [*own, ("catalog", names), *known, ("catalog", meanings)]


def _find(names: Sequence[str], exact: dict[str, str], bare: dict[str, str], taken: set[str]) -> str:
    for name in names:
        for index, folding in ((exact, fold), (bare, fold_without_unit)):
            label = index.get(folding(name), "")
            if label and label not in taken:
                return label
    return ""


def _given(m: Match, stack: Sequence[Mapping]) -> set[str]:
    constants = {name for mapping in stack for name in mapping.section(m.kind.name).constants}
    return set(m.columns) | constants


def _is_identified(source: Labelled, m: Match, stack: Sequence[Mapping]) -> bool:
    given = _given(m, stack)
    found = all(given & set(group) for group in m.kind.identify)
    is_named = _has_hint(source, m.kind) or m.kind.name not in MASTERS
    return found and len(m.columns) >= (MINIMUM_MATCHES if is_named else MINIMUM_MATCHES + 1)


def _score(source: Labelled, m: Match) -> tuple[float, float]:
    found = len(m.columns)
    return found + HINT_WEIGHT * _has_hint(source, m.kind), found / max(1, len(m.kind.columns))


def _has_hint(source: Labelled, kind: Kind) -> bool:
    name = fold(source.origin)
    return any(fold(part) in name for part in kind.hints)


def _require(source: Labelled, m: Match, stack: Sequence[Mapping]) -> None:
    given = _given(m, stack)
    for group in m.kind.required:
        if not given & set(group):
            shown = ", ".join(list(source.frame.columns)[:30])
            raise SourceError(
                f"{source.origin}: was recognised as {m.kind.name}, but no column means "
                f"{' or '.join(f'`{name}`' for name in group)}. It has: {shown}.",
                f'Name it in a mapping file: [{m.kind.name}] columns.{group[0]} = "...".',
            )


def _refuse_doubled_labels(source: Labelled, m: Match) -> None:
    for column, label in m.columns.items():
        twin = f"{label} (2)"
        if twin in source.frame.columns and not source.frame[twin].equals(source.frame[label]):
            raise SourceError(
                f"{source.origin}: two columns are called {label!r} and differ; "
                f"which of them is `{column}` cannot be known.",
                "Rename one of them in the export.",
            )
