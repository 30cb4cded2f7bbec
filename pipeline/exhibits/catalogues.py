"""The message catalogues: Fluent files of each language, one per room, loaded together.

`locale/<language>/base.ftl` has what every exhibit and page needs; each chapter has its own file.
A key lives in exactly one file, and both languages have the same keys with the same variables
(`tests/unit/exhibits/test_catalogues.py`).
"""

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fluent.runtime import FluentBundle, FluentResource

from pipeline.company import Language

LOCALE = Path(__file__).resolve().parents[1] / "locale"
LOCALES: Mapping[Language, str] = {"en": "en-GB", "zh": "zh-CN"}


def message(language: Language, key: str, values: Mapping[str, Any]) -> str:
    """A message of one language with its variables filled in.

    Raises:
        LookupError: the catalogues of that language have no such key, or a variable is missing.
    """
    bundle = _bundle(language)
    if not bundle.has_message(key):
        raise LookupError(f"locale/{language} has no message `{key}`.")
    pattern = bundle.get_message(key).value
    written, errors = bundle.format_pattern(pattern, dict(values))
    if errors:
        raise LookupError(f"locale/{language}: message `{key}`: {errors[0]}.")
    return str(written)


def has_message(language: Language, key: str) -> bool:
    """Whether the catalogues of that language have the key."""
    return bool(_bundle(language).has_message(key))


@functools.cache
def _bundle(language: Language) -> Any:
    bundle = FluentBundle([LOCALES[language]], use_isolating=False)
    for path in sorted((LOCALE / language).glob("*.ftl")):
        bundle.add_resource(FluentResource(path.read_text(encoding="utf-8")))
    return bundle
