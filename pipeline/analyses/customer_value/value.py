"""What each customer is worth: purchases to come, what one brings, and for how long.

Learned on the whole company. Expected purchases come from `models.purchase_forecast`, amounts from `amounts`;
the interval of a customer's value is simulated from both.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.analyses.cache import cached
from pipeline.analyses.customer_value.amounts import PRIOR_WINDOWS, Amounts, expected_amounts
from pipeline.analyses.customer_value.margins import Margins, margins
from pipeline.analyses.customer_value.purchases import Purchases
from pipeline.analyses.customer_value.repeat_sales import window_days
from pipeline.book import Book
from pipeline.company import Company
from pipeline.errors import NotEnoughData
from pipeline.findings import Missing, Quantity
from pipeline.models.purchase_forecast import PurchaseForecast, forecast_purchases
from pipeline.models.repeat_purchase.replay import Replay
from pipeline.models.spend import SpendModel

YEAR_DAYS = 364
"""Fifty-two weeks, so that windows a year apart fall on the same weekdays."""
DRAWS = 200
NORMAL_80 = 1.2816
"""Standard deviations to either end of an 80% interval."""
SEED = 7


@dataclass(frozen=True)
class LearnedValue:
    """What the whole company's purchases teach.

    Attributes:
        customers: one row per customer who has bought: customer_id, purchases_12_months (expected), spend
            (expected amount of one purchase), probability_alive, margin_rate, value_12_months and
            lifetime_value (expected margin, with _low and _high).
        total: one row: value_12_months of all with _low and _high, as wide as the simulated sums.
        parameters: one row per parameter of the fitted models: model, parameter, value, low, high.
        ways: how the level of purchases came about (see `models.level_calibration.Level`).
        margins: margin rates, measured or assumed.
        expected_then: purchases that were to be expected of each customer in a window that began so many
            days ago and was as long as the windows of `repeat_sales`, by customer_id.
    """

    customers: pd.DataFrame
    total: pd.DataFrame
    parameters: pd.DataFrame
    ways: pd.DataFrame
    margins: Margins
    expected_then: dict[int, pd.Series]


def history_too_short(book: Book, months: float, what: str) -> Missing | None:
    """A refusal, if the history is shorter than the company demands of a prediction."""
    needed = book.company.customer_value.minimum_history_months
    if months >= needed - 0.5:
        return None
    return Missing(
        what,
        reason="customer-value-history-too-short",
        values={"months": Quantity("number", round(months, 1)), "needed": Quantity("count", needed)},
    )


@cached
def learned_value(book: Book) -> LearnedValue | Missing:
    """The value of every customer of the whole company; why not, where history is too short."""
    what = "missing-customer-value"
    if not book.whole.has("orders") and book.whole.sales.purchase_days().empty:
        return Missing(what, tables=("orders",))
    try:
        purchases = Purchases.of(book.whole)
        refusal = history_too_short(book, purchases.months, what)
        return refusal or learned_from(purchases, book.company, margins(book))
    except NotEnoughData:
        return Missing(what, reason="customer-value-too-few-repeats")


def learned_from(purchases: Purchases, company: Company, known: Margins) -> LearnedValue:
    """The value of every customer, from its purchase days.

    Raises:
        NotEnoughData: too few customers have bought again.
    """
    settings = company.customer_value
    replay = Replay(purchases.events, purchases.today)
    forecast = forecast_purchases(replay, purchases.today, YEAR_DAYS)
    seen = purchases.now
    amounts = expected_amounts(purchases, window_days(purchases.today))
    each = amounts.expected
    later = _discounted_years(replay, purchases, settings.lifetime_years, settings.discount_rate_a_year)
    factor = _ratio(
        forecast.customers["expected"].to_numpy(), forecast.customers["model_expected"].to_numpy()
    )
    expected = forecast.customers["expected"].to_numpy()
    lifetime = later * factor
    ids = purchases.ids(seen.customers).to_series()
    rates = known.of_customers(ids)
    table = pd.DataFrame(
        {
            "customer_id": ids.to_numpy(),
            "purchases_12_months": expected,
            "spend": each,
            "probability_alive": forecast.customers["probability_alive"],
            "margin_rate": rates,
            "value_12_months": expected * each * rates,
            "lifetime_value": lifetime * each * rates,
        }
    )
    draws = _simulated_margin(replay, purchases, amounts, forecast, factor) * rates[:, None]
    tail = (1 - company.forecast.interval) / 2
    low, high = np.quantile(draws, [tail, 1 - tail], axis=1)
    table["value_12_months_low"], table["value_12_months_high"] = low, high
    years = _ratio(table["lifetime_value"].to_numpy(), table["value_12_months"].to_numpy())
    table["lifetime_value_low"], table["lifetime_value_high"] = low * years, high * years
    total = _total(table, draws.sum(axis=0), tail)
    parameters = _parameters(replay, purchases, amounts.spend)
    return LearnedValue(
        table, total, parameters, forecast.level.ways, known, _expected_then(replay, purchases)
    )


def _expected_then(replay: Replay, purchases: Purchases) -> dict[int, pd.Series]:
    """What was to be expected of the last two windows when they began; windows too early are left out."""
    days, found = window_days(purchases.today), {}
    for ago in (days, 2 * days):
        try:
            then = replay.at(purchases.today - ago)
        except NotEnoughData:
            continue
        ids = purchases.ids(then.seen.customers)
        found[ago] = pd.Series(np.mean(then.expected(days), axis=0), index=ids)
    return found


def _ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    return np.asarray(above / np.maximum(below, 1e-12))


def _discounted_years(replay: Replay, purchases: Purchases, years: float, rate: float) -> np.ndarray:
    """Expected purchases of the probability model over the lifetime, each year's discounted to today."""
    now = replay.at(purchases.today)
    total, before = np.zeros(now.seen.customers.size), np.zeros(now.seen.customers.size)
    for year in range(1, int(np.ceil(years)) + 1):
        until = min(float(year), years)
        reached = np.mean(now.expected(round(until * YEAR_DAYS)), axis=0)
        total += (reached - before) * (1 + rate) ** -((year - 1 + until) / 2)
        before = reached
    return total


def _simulated_margin(
    replay: Replay, purchases: Purchases, amounts: Amounts, forecast: PurchaseForecast, factor: np.ndarray
) -> np.ndarray:
    """Totals spent in the next year: one row per customer, one column per draw.

    Chance of the purchases and of their amounts; the level's own uncertainty moves all customers together.
    """
    random = np.random.default_rng(SEED)
    now, seen = replay.at(purchases.today), purchases.now
    counts = now.regular.simulate_purchases(seen.patterns, YEAR_DAYS, DRAWS, random)
    mean = np.maximum(seen.mean_amount, 0.01)
    totals = amounts.spend.simulate_totals(seen.frequency + 1, mean, counts, random)
    level = forecast.level
    spread = np.hypot(np.log(level.high / level.low) / (2 * NORMAL_80), amounts.log_error)
    scale = (factor * amounts.correction)[:, None]
    # a spread known from a few windows only: Student's t, not a normal
    common = spread * random.standard_t(PRIOR_WINDOWS + amounts.windows, DRAWS)
    return np.asarray(totals * scale * np.exp(common))


def _total(table: pd.DataFrame, sums: np.ndarray, tail: float) -> pd.DataFrame:
    """The sums of all customers; their intervals as wide as that of the simulated sums, about the median.

    A few large customers make a total uncertain by their own chance, beside that of the level.
    """
    value, lifetime = float(table["value_12_months"].sum()), float(table["lifetime_value"].sum())
    low, middle, high = np.quantile(sums, [tail, 0.5, 1 - tail])
    low, high = (float(end / middle) if middle > 0 else 1.0 for end in (low, high))
    return pd.DataFrame(
        {
            "value_12_months": [value],
            "value_12_months_low": [value * low],
            "value_12_months_high": [value * high],
            "lifetime_value": [lifetime],
            "lifetime_value_low": [lifetime * low],
            "lifetime_value_high": [lifetime * high],
        }
    )


def _parameters(replay: Replay, purchases: Purchases, spend: SpendModel) -> pd.DataFrame:
    now = replay.at(purchases.today)
    models = {now.regular.name: now.regular.estimate, now.memoryless.name: now.memoryless.estimate}
    models["Gamma-Gamma"] = spend.estimate
    rows = [
        (model, name, estimate[name], *estimate.interval(name))
        for model, estimate in models.items()
        for name in estimate.names
    ]
    return pd.DataFrame(rows, columns=["model", "parameter", "value", "low", "high"])
