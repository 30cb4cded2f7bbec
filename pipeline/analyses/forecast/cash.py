"""When open invoices will be paid: the company's own payment behaviour, customer by customer.

The chance of payment on a given day after the due day comes from invoices that were settled or are still
open (Kaplan and Meier 1958, by amount of invoices), shifted by how much later than usual the customer pays,
pulled to the company's habit as far as the customer has few invoices.
"""

from datetime import date

import numpy as np
import pandas as pd

from pipeline.company import DIMENSIONS

EARLIEST, LATEST = -120, 365
"""Days from the due day between which payment is modelled; the rest pays at the edges or never."""
PRIOR_INVOICES = 5.0
CLIPPED_DAYS = 90.0
LEARNING_DAYS = 730


def payment_curve(invoices: pd.DataFrame, as_of: date) -> np.ndarray:
    """Daily hazard of payment by day from the due day (less the customer's lateness), from `EARLIEST` on.

    `invoices`: one row per invoice with due_on, issued_on, settled_on as known at `as_of`.
    """
    today = pd.Timestamp(as_of)
    recent = invoices[
        (invoices["issued_on"] > today - pd.Timedelta(days=LEARNING_DAYS)) & (invoices["issued_on"] <= today)
    ]
    settled = recent["settled_on"].where(recent["settled_on"] <= today)
    end = settled.fillna(today)
    from_due = ((end - recent["due_on"]).dt.days - recent["lateness"]).round()
    days = from_due.clip(EARLIEST, LATEST).astype(int).to_numpy() - EARLIEST
    entered = ((recent["issued_on"] - recent["due_on"]).dt.days - recent["lateness"]).round().clip(
        EARLIEST, LATEST
    ).astype(int).to_numpy() - EARLIEST
    size = LATEST - EARLIEST + 1
    paid = np.bincount(days[settled.notna().to_numpy()], minlength=size).astype(float)
    leaving, coming = (
        np.bincount(days, minlength=size),
        np.bincount(np.minimum(entered, days), minlength=size),
    )
    at_risk = np.cumsum(coming) - np.concatenate([[0], np.cumsum(leaving)[:-1]])
    smooth = np.convolve(paid, np.ones(7) / 7, mode="same"), np.convolve(at_risk, np.ones(7) / 7, mode="same")
    return np.asarray(np.clip(smooth[0] / np.maximum(smooth[1], 5.0), 0.0, 0.9))


def with_lateness(invoices: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """The invoices with `lateness`: days the customer usually pays later than the company's customers do."""
    known = invoices[invoices["settled_on"] <= pd.Timestamp(as_of)]
    late = (known["settled_on"] - known["due_on"]).dt.days.clip(-CLIPPED_DAYS, CLIPPED_DAYS)
    usual = float(late.median()) if len(late) else 0.0
    by_customer = (late - usual).groupby(known["customer_id"]).agg(["sum", "size"])
    pulled = by_customer["sum"] / (by_customer["size"] + PRIOR_INVOICES)
    return invoices.assign(lateness=invoices["customer_id"].map(pulled).fillna(0.0).astype(float))


def expected_payments(open_invoices: pd.DataFrame, curve: np.ndarray, as_of: date, weeks: int) -> np.ndarray:
    """Chance of payment of each open invoice in each of the next weeks: invoices by weeks."""
    position = ((pd.Timestamp(as_of) - open_invoices["due_on"]).dt.days - open_invoices["lateness"]).round()
    start = position.clip(EARLIEST, LATEST).astype(int).to_numpy() - EARLIEST
    days = np.minimum(start[:, None] + np.arange(1, 7 * weeks + 1)[None, :], len(curve) - 1)
    survival = np.cumprod(1 - curve[days], axis=1)
    before = np.concatenate([np.ones((len(start), 1)), survival[:, :-1]], axis=1)
    daily = before - survival
    return np.asarray(daily.reshape(len(start), weeks, 7).sum(axis=2))


def open_at(invoices: pd.DataFrame, day: date) -> pd.DataFrame:
    """Invoices issued and not settled by the end of a day."""
    today = pd.Timestamp(day)
    waiting = invoices["settled_on"].isna() | (invoices["settled_on"] > today)
    return invoices[(invoices["issued_on"] <= today) & waiting & (invoices["amount"] > 0)]


def dimensions_of(invoices: pd.DataFrame) -> pd.DataFrame:
    """The dimensions of each invoice; "" where invoices do not carry one."""
    found = invoices.reindex(columns=list(DIMENSIONS), fill_value="")
    return found.fillna("").reset_index(drop=True)
