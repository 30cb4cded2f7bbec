"""Texts, identifiers, choices, booleans and periods."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

import numpy as np

from pipeline.sources.labels import INVISIBLE, fold
from pipeline.tables.values import Values, no_rules

LONGEST = 2000
SHORTEST_BESIDE_ZERO = 3
BLANKS = re.compile(r"\s+")
FLOAT_ID = re.compile(r"(-?\d+)\.0+")
DAMAGED_ID = re.compile(r"\d(?:\.\d+)?[eE]\+\d{2}")
TRUE = frozenset({"true", "yes", "y", "1", "1.0", "t", "x", "是", "对", "√", "✓", "有"})
FALSE = frozenset({"false", "no", "n", "0", "0.0", "f", "否", "不", "×", "✗", "没有"})
MONTH_PERIOD = re.compile(r"(\d{4})[-/.年 ]?(0?[1-9]|1[0-2])月?(?:[-/.]0?1(?:[ T].*)?)?")
QUARTER_PERIOD = re.compile(r"(\d{4})[-/ 年]?(?:[qQ]|第)?([1-4一二三四])(?:季度?)?")
QUARTER_FIRST = re.compile(r"[qQ]([1-4])[-/ ]?(\d{4})")
NAMED_PERIOD = re.compile(r"([A-Za-z]{3,9})[-/ .,]*(\d{4})")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def clean(text: str) -> str:
    """NFC, trimmed, runs of blanks made one, without control and direction characters."""
    if text.isascii() and text.isprintable():
        return text if "  " not in text else BLANKS.sub(" ", text)
    return BLANKS.sub(" ", INVISIBLE.sub("", unicodedata.normalize("NFC", text))).strip()


def read_texts(texts: Sequence[str]) -> Values:
    """Read free text. Rule: `too-long` (more than 2,000 characters: usually a broken quotation mark)."""
    values = np.array([clean(text) for text in texts], dtype=object)
    rules = no_rules(len(texts))
    for position in [n for n, text in enumerate(values) if len(text) > LONGEST]:
        values[position], rules[position] = "", "too-long"
    return Values(values, rules)


def read_ids(texts: Sequence[str]) -> Values:
    """Read identifiers; numbers that a spreadsheet made floats (13085.0) lose the `.0` if all are such.

    A zero among numbers of three digits and more is what a program wrote for nobody: it is read as empty.

    Rules: `too-long`, `damaged-id` (1.23E+12: a spreadsheet has cut off its digits), `excel-error`.
    """
    read = read_texts(texts)
    values, rules = read.cells, read.rules
    numeric = [text for text in values if text[:1].isdigit() or text[:1] == "-"]
    if numeric and all(FLOAT_ID.fullmatch(text) or text.isdigit() for text in numeric):
        values = np.array([FLOAT_ID.sub(r"\1", text) for text in values], dtype=object)
        others = [len(text) for text in values if text.isdigit() and text.strip("0")]
        if others and min(others) >= SHORTEST_BESIDE_ZERO:
            values = np.where(values == "0", "", values)
    for position, text in enumerate(values):
        if DAMAGED_ID.fullmatch(text):
            rules[position] = "damaged-id"
        elif text.startswith("#") and text.endswith(("!", "?", "#N/A")):
            rules[position] = "excel-error"
    return Values(np.where(rules == "", values, ""), rules)


def read_booleans(texts: Sequence[str]) -> Values:
    """Read yes and no in English, Chinese and signs. Rule: `not-a-boolean`."""
    folded = [unicodedata.normalize("NFKC", text).casefold() for text in texts]
    values = np.array([True if t in TRUE else False if t in FALSE else None for t in folded], dtype=object)
    return Values(values, np.where([value is None for value in values], "not-a-boolean", "").astype(object))


def read_choices(texts: Sequence[str], choices: Sequence[str]) -> Values:
    """Read one of a closed list, whatever its case and separators. Rule: `unknown-choice`."""
    known = {fold(choice): choice for choice in choices}
    values = np.array([known.get(fold(text), "") for text in texts], dtype=object)
    return Values(values, np.where(values == "", "unknown-choice", "").astype(object))


def read_periods(texts: Sequence[str]) -> Values:
    """Read months, quarters and years to `2026-10`, `2026-Q3`, `2026`. Rule: `not-a-period`."""
    values = np.array([_period(unicodedata.normalize("NFKC", text)) for text in texts], dtype=object)
    return Values(values, np.where(values == "", "not-a-period", "").astype(object))


def translated(texts: Sequence[str], names: Mapping[str, str]) -> list[str]:
    """Values replaced by what a mapping says they mean; others stay."""
    folded = {fold(theirs): ours for theirs, ours in names.items()}
    return [folded.get(fold(text), text) for text in texts]


def _period(text: str) -> str:
    if re.fullmatch(r"\d{4}年?", text):
        return text[:4]
    if found := QUARTER_FIRST.fullmatch(text):
        return f"{found[2]}-Q{found[1]}"
    if re.search(r"[qQ季]", text) and (found := QUARTER_PERIOD.fullmatch(text)):
        quarter = "一二三四".find(found[2]) + 1 or found[2]
        return f"{found[1]}-Q{quarter}"
    if found := MONTH_PERIOD.fullmatch(text):
        return f"{found[1]}-{int(found[2]):02d}"
    if (found := NAMED_PERIOD.fullmatch(text)) and found[1][:3].casefold() in MONTHS:
        return f"{found[2]}-{MONTHS.index(found[1][:3].casefold()) + 1:02d}"
    return ""
