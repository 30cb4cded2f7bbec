"""The words around an exhibit: the finding as title, what is shown, notes, alt text."""

from collections.abc import Sequence
from typing import Required, TypedDict

from pipeline.exhibits.columns import Column


class Captions(TypedDict, total=False):
    """Words around an exhibit, all in the reader's language.

    Attributes:
        title: the finding, computed from the numbers: "Three customers bring half of the revenue".
        subtitle: what is shown: quantity, unit, population with its number, period, kind of interval.
        note: source, definition, caution; one or two sentences.
        alt: what a listener needs to know; by default title, subtitle and the extremes.
        ident: name under which findings link to the exhibit (`Finding.evidence`), unique in a notebook;
            lower-case letters, figures, hyphens.
        more: further columns of the data table behind the figure.
        empty: what stands in place of a table without rows.
    """

    title: Required[str]
    subtitle: str
    note: str
    alt: str
    ident: str
    more: Sequence[Column]
    empty: str
