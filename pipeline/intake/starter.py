"""The first `company.toml` of a new data folder."""

import json
import tomllib
from collections.abc import Sequence
from pathlib import Path

from pipeline.company import COMPANY_FILE, Company, company_from, load_company
from pipeline.sources import Mapping, layers
from pipeline.sources.locations import base_name

TEMPLATE = """# Written by the first import; everything that may stand here is described in docs/company.md.
name = {name}
language = {language}

[money]
currency = {currency}

[calendar]
country = {country}  # whose public holidays and working days count

[schedule]
timezone = {timezone}
"""


def company_of(folder: Path, mapping: str, locations: Sequence[str]) -> tuple[Company, str]:
    """The company of a data folder and, where there is none yet, the text of its first `company.toml`."""
    if (folder / COMPANY_FILE).is_file():
        return load_company(folder / COMPANY_FILE), ""
    text = starter_text(base_name(locations), layers(mapping))
    return company_from(tomllib.loads(text)), text


def starter_text(name: str, stack: Sequence[Mapping]) -> str:
    """What mappings say of name, currency, country, time zone and language, else the defaults."""
    default = Company()
    said = {
        "name": _first([m.title for m in stack[:-2]]) or name,
        "language": _first([m.language for m in stack]) or default.language,
        "currency": _first([m.currency for m in stack]) or default.money.currency,
        "country": _first([m.country for m in stack]) or default.calendar.country,
        "timezone": _first([m.timezone for m in stack]) or default.schedule.timezone,
    }
    return TEMPLATE.format(**{key: json.dumps(value, ensure_ascii=False) for key, value in said.items()})


def write_starter(folder: Path, text: str) -> None:
    """Put the first `company.toml` into a data folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / COMPANY_FILE).write_text(text, encoding="utf-8")


def _first(values: Sequence[str]) -> str:
    return next((value for value in values if value), "")
