"""Unpaid invoices at past days and now, and when they are likely to be paid."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from pipeline.analyses.forecast import cash
from pipeline.analyses.forecast.month_arrays import MONTHS, by_month, months_after
from pipeline.analyses.forecast.series import Array
from pipeline.book import Book

WEEKS = 26
"""Unpaid invoices say next to nothing of later weeks."""


def dated_invoices(book: Book) -> pd.DataFrame:
    """Invoices with the day on which each was settled; those without a day of issue or due day left out."""
    invoices = book.money.settled_invoices()
    return invoices[invoices["due_on"].notna() & invoices["issued_on"].notna()]


def payments_of(invoices: pd.DataFrame, day: date, weeks: int) -> tuple[pd.DataFrame, Array]:
    """The invoices unpaid at the end of a day, and the chance of payment in each of the next weeks."""
    known = cash.with_lateness(invoices, day)
    waiting = cash.open_at(known, day).reset_index(drop=True)
    curve = cash.payment_curve(known, day)
    return waiting, cash.expected_payments(waiting, curve, day, weeks)


def paid_by_month(book: Book, origins: Sequence[date]) -> tuple[Array, Array, Array]:
    """What unpaid invoices are expected to bring by month: at past origins, what they brought, and now.

    Origins by months ahead (twice), and months ahead.
    """
    invoices = dated_invoices(book)
    past, brought = np.zeros((len(origins), MONTHS)), np.zeros((len(origins), MONTHS))
    for number, origin in enumerate(origins):
        waiting, chance = payments_of(invoices, origin, WEEKS)
        amounts = waiting["amount"].to_numpy(dtype=float)
        past[number] = amounts @ by_month(chance, origin)
        paid = waiting["settled_on"].notna().to_numpy()
        month = months_after(origin, waiting.loc[paid, "settled_on"])
        inside = month < MONTHS
        np.add.at(brought[number], month[inside], amounts[paid][inside])
    waiting, chance = payments_of(invoices, book.as_of, WEEKS)
    return past, brought, waiting["open_amount"].to_numpy(dtype=float) @ by_month(chance, book.as_of)
