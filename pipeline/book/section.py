"""What the sections of a book have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline.book.answers import brought_home
from pipeline.book.knowledge import Knowledge

if TYPE_CHECKING:
    from pipeline.book.book import Book


class Section:
    """One subject of the book; asks within the book's date and scope, and remembers the answers."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._remembered: dict[tuple[Any, ...], pd.DataFrame] = {}

    @property
    def _know(self) -> Knowledge:
        return self._book.knowledge

    def _home(self, expression: Any, order: Sequence[str], nullable: Sequence[str] = ()) -> pd.DataFrame:
        return brought_home(self._know.backend, expression, order, nullable)

    def _once(self, question: tuple[Any, ...], ask: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        """The answer to a question, asked once; each caller gets a frame of its own (copied on write)."""
        if question not in self._remembered:
            self._remembered[question] = ask()
        return self._remembered[question].copy(deep=False)
