"""A scope's report in one language: most have one, the company's; a reader may ask for another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import get_args

from pipeline.company import Company, Language
from pipeline.parameters import Scope

_MARK = "@"


@dataclass(frozen=True)
class Edition:
    """One report of a period: for whom, and in which language.

    Attributes:
        key: names the report's folder: the scope's key, with the language unless it is the company's own.
    """

    scope: Scope
    language: Language
    key: str


def edition(scope: Scope, language: Language, company: Company) -> Edition:
    """The edition of a scope in a language."""
    tail = "" if language == company.language else f"{_MARK}{language}"
    return Edition(scope, language, f"{scope.key}{tail}")


def editions(
    scopes: Iterable[Scope], company: Company, languages: Iterable[Language] = ()
) -> tuple[Edition, ...]:
    """What a run of these scopes makes.

    Each scope in `languages`; when there are none, in the company's own language and those that the readers
    of that scope in company.toml ask for.
    """
    given = tuple(dict.fromkeys(languages))
    return tuple(
        edition(scope, language, company)
        for scope in scopes
        for language in (given or _languages_of(scope, company))
    )


def scope_and_language(key: str) -> tuple[Scope, Language | None]:
    """What an edition's key names; no language means the company's own."""
    scope, mark, language = key.rpartition(_MARK)
    if mark and language in get_args(Language):
        return Scope.parse(scope), language  # type: ignore[return-value]
    return Scope.parse(key), None


def _languages_of(scope: Scope, company: Company) -> tuple[Language, ...]:
    readers = [one for one in company.delivery.recipients if Scope.parse(one.scope) == scope]
    return tuple(dict.fromkeys([company.language, *(one.language or company.language for one in readers)]))
