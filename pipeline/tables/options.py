"""How the values of one source read: what mapping and company say about it."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.catalog import Column
from pipeline.company import Company
from pipeline.sources import Mapping as SourceMapping
from pipeline.sources.kinds import kinds
from pipeline.sources.labels import fold

CHANGES = "opportunity_history"
OUTCOMES = ("open", "won", "lost", "invalid")


@dataclass(frozen=True)
class Options:
    """What holds for one kind of export.

    Attributes:
        names: our column -> the source's value -> ours.
        constants: our column -> the value of every row.
        is_doubtful: nothing tells 1.234 from 1,234 in a file where either may be meant.
        latest: last day that an event of this export can have.
        stages: keys of the company's stages.
        known_open: opportunities that were open when last seen; they may close without a date.
        field_names: folded name of a property in a list of changes -> our column.
        declared: columns of an opportunity as exported.
    """

    latest: datetime.date
    currency: str = ""
    timezone: str = "UTC"
    decimal: str = ""
    is_doubtful: bool = False
    dates: str = ""
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    stages: tuple[str, ...] = ()
    known_open: frozenset[str] = frozenset()
    field_names: Mapping[str, str] = field(default_factory=dict)
    declared: Mapping[str, Column] = field(default_factory=dict)
    opened_as: str = ""
    known_at_creation: tuple[str, ...] = ()


def options_for(
    kind: str,
    stack: Sequence[SourceMapping],
    company: Company,
    latest: datetime.date,
    known_open: frozenset[str] = frozenset(),
) -> Options:
    """Gather from all layers what holds for one kind; stronger layers win."""
    sections = [mapping.section(kind) for mapping in stack]
    names: dict[str, dict[str, str]] = {}
    constants: dict[str, str] = {}
    for section in reversed(sections):
        constants |= section.constants
    for section in reversed(sections if kind != CHANGES else [m.section("opportunities") for m in stack]):
        for column, meanings in section.values.items():
            names.setdefault(column, {}).update({fold(theirs): ours for theirs, ours in meanings.items()})
    _name_stages(names.setdefault("stage", {}), company)
    return Options(
        latest=latest,
        currency=company.money.currency,
        timezone=_first([m.timezone for m in stack]) or company.schedule.timezone,
        decimal=_first([m.decimal for m in stack]),
        dates=_first([s.dates for s in sections]) or _first([m.dates for m in stack]),
        names=names,
        constants=constants,
        stages=company.stage_keys,
        known_open=known_open,
        field_names=_field_names(stack) if kind == CHANGES else {},
        declared=kinds()["opportunities"].columns,
        opened_as=_first([s.opened_as for s in sections]),
        known_at_creation=next((s.known_at_creation for s in sections if s.known_at_creation), ()),
    )


def _field_names(stack: Sequence[SourceMapping]) -> dict[str, str]:
    """What a property of an opportunity is called, as label or as the system's own name."""
    names = {fold(column): column for column in kinds()["opportunities"].columns}
    for mapping in reversed(stack):
        for column, labels in mapping.section("opportunities").columns.items():
            names |= {fold(label): column for label in labels}
    return names


def _name_stages(names: dict[str, str], company: Company) -> None:
    """The company's own stages read under key and either name, and keep their meaning against aliases."""
    for stage in company.stages:
        for name in (stage.key, stage.en, stage.zh):
            if name:
                names[fold(name)] = stage.key
    for outcome in OUTCOMES[1:]:
        names.setdefault(fold(outcome), outcome)


def _first(values: Sequence[str]) -> str:
    return next((value for value in values if value), "")
