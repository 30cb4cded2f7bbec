"""What the sections of a book have in common."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline.book.answers import brought_home
from pipeline.book.knowledge import Knowledge

if TYPE_CHECKING:
    from pipeline.book.book import Book


@dataclass(frozen=True)
class Asked:
    """An Ibis expression, the columns that order its rows, and its whole numbers that may be empty."""

    expression: Any
    order: tuple[str, ...]
    nullable: tuple[str, ...] = ()


class Section:
    """One subject of the book; asks within the book's date and scope, and remembers the answers."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._remembered: dict[tuple[Any, ...], pd.DataFrame] = {}

    @property
    def _know(self) -> Knowledge:
        return self._book.knowledge

    def _asked(self, expression: Any, order: Sequence[str], nullable: Sequence[str] = ()) -> Asked:
        return Asked(expression, tuple(order), tuple(nullable))

    def _once(
        self, question: tuple[Any, ...], ask: Callable[[], Asked], number: float | None = None
    ) -> pd.DataFrame:
        """The answer to a question, asked once; each caller gets a frame of its own (copied on write).

        A `number` belongs to the question, and `ask` puts `ANY_NUMBER` for it: numbers that differ at every
        date would otherwise have the statement written anew each time.
        """
        key = question if number is None else (*question, number)
        if key not in self._remembered:
            self._remembered[key] = self._answer(question, ask, number)
        return self._remembered[key].copy(deep=False)

    def _answer(
        self, question: tuple[Any, ...], ask: Callable[[], Asked], number: float | None
    ) -> pd.DataFrame:
        told: list[Asked] = []

        def expression() -> Any:
            told.append(ask())
            return told[0].expression

        words = json.dumps(question, default=str)
        label = f"{type(self).__name__} {words} in {self._book.scope.key}"
        named, facts = self._know.named_with(
            label, expression, lambda: (told[0].order, told[0].nullable), number
        )
        return brought_home(self._know.backend, named, *facts)
