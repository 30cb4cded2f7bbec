"""Messages about data, by key, in English and Chinese."""

from functools import cache
from importlib.resources import files
from typing import Any

from pipeline.company import Language

CATALOGUE = "data_quality.ftl"


@cache
def _bundle(language: Language) -> Any:
    from fluent.runtime import FluentBundle, FluentResource

    text = files("pipeline").joinpath("locale", language, CATALOGUE).read_text(encoding="utf-8")
    bundle = FluentBundle([language], use_isolating=False)
    bundle.add_resource(FluentResource(text))
    return bundle


def message(key: str, language: Language = "en", **values: object) -> str:
    """The sentence for a key, its variables filled in; the key itself where a catalogue lacks it."""
    bundle = _bundle(language)
    if not bundle.has_message(key):
        return key
    text, _ = bundle.format_pattern(bundle.get_message(key).value, {k: str(v) for k, v in values.items()})
    return str(text)
