"""Mapping files: which label of an export means which column, and how its values read.

A mapping is TOML: a few settings for the whole export, then one section per kind of export. Layers of
mappings lie over each other: the user's own file, the CRM's, Chinese, generic, the catalogue's names.
"""

import difflib
import hashlib
import json
import tomllib
from collections.abc import Mapping as MappingType
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, ValidationError, field_validator, model_validator

from pipeline.company import Settings
from pipeline.errors import SourceError, UsageError
from pipeline.sources.kinds import kinds

DateOrder = Literal["", "d/m/y", "m/d/y", "y/m/d"]
BASE_LAYERS = ("chinese", "generic")
SETTINGS = (
    "name", "title", "currency", "timezone", "country", "language", "encoding", "delimiter", "decimal",
    "dates", "ignore", "extends",
)  # fmt: skip


class Section(Settings):
    """How one kind of export reads.

    Attributes:
        files: patterns of file or sheet names that are of this kind, whatever their columns.
        columns: our column -> the label or labels that mean it, best first.
        constants: our column -> the value of every row.
        values: our column -> the source's value -> ours (`values.stage`, `values.outcome`, ...).
        units: our column -> unit of its amounts, such as `万元`.
        dates: order of day, month and year where the values leave it open.
        opened_as: stage in which opportunities begin, where the export has no history.
        known_at_creation: columns that the CRM never overwrites, so that their value of today was known
            when the opportunity was created.
    """

    files: tuple[str, ...] = ()
    columns: MappingType[str, tuple[str, ...]] = Field(default_factory=dict)
    constants: MappingType[str, str] = Field(default_factory=dict)
    values: MappingType[str, MappingType[str, str]] = Field(default_factory=dict)
    units: MappingType[str, str] = Field(default_factory=dict)
    dates: DateOrder = ""
    opened_as: str = ""
    known_at_creation: tuple[str, ...] = ()

    @field_validator("columns", mode="before")
    @classmethod
    def _one_label_or_several(cls, raw: Any) -> Any:
        if not isinstance(raw, dict):
            return raw
        return {name: (label,) if isinstance(label, str) else tuple(label) for name, label in raw.items()}

    @field_validator("constants", mode="before")
    @classmethod
    def _constants_are_text(cls, raw: Any) -> Any:
        return {name: str(value) for name, value in raw.items()} if isinstance(raw, dict) else raw


class Mapping(Settings):
    """One mapping file."""

    name: str = ""
    title: str = ""
    currency: str = Field(default="", pattern="^([A-Z]{3})?$")
    timezone: str = ""
    country: str = Field(default="", pattern="^([A-Z]{2})?$")
    language: Literal["", "en", "zh"] = ""
    encoding: str = ""
    delimiter: str = ""
    decimal: Literal["", ".", ","] = ""
    dates: DateOrder = ""
    ignore: tuple[str, ...] = ()
    extends: tuple[str, ...] = ()
    sections: MappingType[str, Section] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _columns_exist(self) -> Self:
        for kind, section in self.sections.items():
            named = {*section.columns, *section.constants, *section.values, *section.units}
            for column in sorted(named - set(kinds()[kind].columns)):
                raise ValueError(f"[{kind}] {_unknown('column', column, list(kinds()[kind].columns))}")
        return self

    def section(self, kind: str) -> Section:
        """The section of a kind, empty where the mapping has none."""
        return self.sections.get(kind, Section())


@cache
def shipped() -> MappingType[str, Mapping]:
    """The mappings that come with the software, by name."""
    folder = files("pipeline.sources").joinpath("mappings")
    found = sorted((path for path in folder.iterdir() if path.name.endswith(".toml")), key=lambda p: p.name)
    return {
        path.name.removesuffix(".toml"): mapping_from(
            {"name": path.name.removesuffix(".toml"), **tomllib.loads(path.read_text(encoding="utf-8"))},
            path.name,
        )
        for path in found
    }


def crms() -> tuple[str, ...]:
    """Names of the shipped mappings that stand for one CRM or ERP."""
    return tuple(name for name in shipped() if name not in BASE_LAYERS)


def layers(chosen: str = "", own: MappingType[str, Any] | None = None) -> tuple[Mapping, ...]:
    """The mappings that hold, the strongest first.

    Args:
        chosen: name of a shipped mapping or path of a mapping file; empty for the base layers only.
        own: the company's own aliases (`[mapping]` of company.toml).

    Raises:
        UsageError: no such mapping.
        SourceError: a mapping file that breaks a rule.
    """
    stack: list[Mapping] = [mapping_from(dict(own), "company.toml [mapping]")] if own else []
    if chosen:
        stack += _with_extended(_find(chosen))
    return (*stack, *(shipped()[name] for name in BASE_LAYERS))


def mapping_from(raw: dict[str, Any], origin: str) -> Mapping:
    """Check a parsed mapping file; `origin` is the name that messages give.

    Raises:
        SourceError: an unknown setting, section or column, or a wrong value.
    """
    sections = {name: body for name, body in raw.items() if isinstance(body, dict)}
    settings = {name: value for name, value in raw.items() if not isinstance(value, dict)}
    for name in sections:
        if name not in kinds():
            raise SourceError(f"{origin}: {_unknown('section', name, list(kinds()))}")
    for name in settings:
        if name not in SETTINGS:
            raise SourceError(f"{origin}: {_unknown('setting', name, list(SETTINGS))}")
    try:
        return Mapping.model_validate({**settings, "sections": sections})
    except ValidationError as error:
        raise SourceError("\n".join(_explain(fault, origin) for fault in error.errors())) from None


def fingerprint(stack: tuple[Mapping, ...]) -> str:
    """A short hash of what mappings say, so that a changed mapping loads a known file again."""
    text = json.dumps([mapping.model_dump(mode="json") for mapping in stack], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _find(chosen: str) -> Mapping:
    if chosen in shipped():
        return shipped()[chosen]
    path = Path(chosen)
    if path.suffix != ".toml" and not path.is_file():
        raise UsageError(_unknown("mapping", chosen, list(shipped())))
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise UsageError(f"{chosen}: there is no such mapping file.", "Check the path.") from None
    except (OSError, UnicodeDecodeError):
        raise SourceError(f"{path.name}: cannot be read as UTF-8 text.", "Save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise SourceError(f"{path.name}: is not valid TOML: {error}.") from None
    return mapping_from({"name": path.stem, **raw}, path.name)


def _with_extended(mapping: Mapping) -> list[Mapping]:
    for name in mapping.extends:
        if name not in shipped():
            raise SourceError(f"{mapping.name}: extends: {_unknown('mapping', name, list(shipped()))}")
    return [mapping, *(shipped()[name] for name in mapping.extends)]


def _unknown(what: str, name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    hint = f"Did you mean `{close[0]}`?" if close else f"Known: {', '.join(known)}."
    return f"unknown {what} `{name}`. {hint}"


def _explain(fault: Any, origin: str) -> str:
    where = ".".join(str(part) for part in fault["loc"] if part != "sections")
    message = fault["msg"].removeprefix("Value error, ")
    if fault["type"] == "extra_forbidden":
        known = list(Section.model_fields)
        return f"{origin}: {_unknown('key', where, known)}"
    seen = "" if fault["type"] in {"value_error", "missing"} else f" (seen: {fault['input']!r})"
    return f"{origin}: `{where}`: {message}{seen}." if where else f"{origin}: {message}"
