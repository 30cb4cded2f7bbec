"""Both languages have the same messages with the same variables, each key in one file."""

import re
from pathlib import Path

import pytest
from fluent.syntax import FluentParser, ast

from pipeline.exhibits.catalogues import LOCALE

LANGUAGES = ("en", "zh")


def _entries(path: Path) -> list[ast.EntryType]:
    return FluentParser().parse(path.read_text(encoding="utf-8")).body


def _messages(language: str) -> dict[str, tuple[str, ast.Message]]:
    found = {}
    for path in sorted((LOCALE / language).glob("*.ftl")):
        for entry in _entries(path):
            if isinstance(entry, ast.Message):
                assert entry.id.name not in found, f"{path.name}: `{entry.id.name}` stands in two places"
                found[entry.id.name] = (path.name, entry)
    return found


def _variables(message: ast.Message) -> set[str]:
    names = set()

    def walk(node):
        if isinstance(node, ast.VariableReference):
            names.add(node.id.name)
        for value in vars(node).values():
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.BaseNode):
                    walk(child)

    walk(message)
    return names


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_of_a_catalogue_is_understood(language):
    junk = [
        (path.name, entry.content.splitlines()[0])
        for path in sorted((LOCALE / language).glob("*.ftl"))
        for entry in _entries(path)
        if isinstance(entry, ast.Junk)
    ]
    assert not junk


def test_both_languages_have_the_same_files_and_keys():
    en, zh = _messages("en"), _messages("zh")
    assert {key: file for key, (file, _) in en.items()} == {key: file for key, (file, _) in zh.items()}


def test_both_languages_use_the_same_variables():
    en, zh = _messages("en"), _messages("zh")
    different = {
        key: (_variables(en[key][1]), _variables(zh[key][1]))
        for key in en.keys() & zh.keys()
        if _variables(en[key][1]) != _variables(zh[key][1])
    }
    assert not different


def test_chinese_messages_are_chinese():
    plain = [
        key
        for key, (_, message) in _messages("zh").items()
        if (words := re.sub(r"\{[^}]*\}", "", _text(message))).strip()
        and re.search("[A-Za-z]{4,}", words)
        and not re.search("[\u4e00-\u9fff]", words)
    ]
    assert not plain


def test_english_messages_are_english():
    assert not [
        key for key, (_, message) in _messages("en").items() if re.search("[\u4e00-\u9fff]", _text(message))
    ]


def _text(message: ast.Message) -> str:
    parts = []

    def walk(node):
        if isinstance(node, ast.TextElement):
            parts.append(node.value)
        for value in vars(node).values():
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.BaseNode):
                    walk(child)

    walk(message)
    return " ".join(parts)
