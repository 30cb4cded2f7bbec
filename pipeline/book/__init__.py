"""The book of business as of a date: the only door through which an analysis sees data.

A `Book` shows what was known at the end of its date, and of its scope only. Questions are Ibis
expressions that aggregate where the data is; answers are bounded pandas frames in a fixed order.
"""

from pipeline.book.book import Book
from pipeline.book.desk import open_book

__all__ = ["Book", "open_book"]
