"""What each customer is worth: purchases to come, what one brings, and for how long.

Learned on the whole company. Expected purchases come from `models.purchase_forecast`, amounts from the
Gamma-Gamma model; the interval of a customer's value is simulated from both.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.analyses.cache import cached
from pipeline.analyses.customer_value.purchases import Purchases
from pipeline.book import Book
from pipeline.errors import NotEnoughData
from pipeline.findings import Missing, Quantity
from pipeline.models.purchase_forecast import PurchaseForecast, forecast_purchases
from pipeline.models.repeat_purchase.replay import Replay
from pipeline.models.spend import SpendModel, fit_spend

YEAR_DAYS = 364
"""Fifty-two weeks, so that windows a year apart fall on the same weekdays."""
DRAWS = 200
SEED = 7


@dataclass(frozen=True)
class LearnedValue:
    """What the whole company's purchases teach.

    Attributes:
        customers: one row per customer who has bought: customer_id, purchases_12_months (expected), spend
            (expected amount of one purchase), probability_alive, value_12_months and lifetime_value (expected
            margin, with _low and _high).
        total: one row: value_12_months of all with _low and _high, whose width is that of the level.
        parameters: one row per parameter of the fitted models: model, parameter, value, low, high.
        ways: how the level of purchases came about (see `models.level_calibration.Level`).
    """

    customers: pd.DataFrame
    total: pd.DataFrame
    parameters: pd.DataFrame
    ways: pd.DataFrame


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
        return refusal or _learn(book, purchases)
    except NotEnoughData:
        return Missing(what, reason="customer-value-too-few-repeats")


def _learn(book: Book, purchases: Purchases) -> LearnedValue:
    settings = book.company.customer_value
    replay = Replay(purchases.events, purchases.today)
    forecast = forecast_purchases(replay, purchases.today, YEAR_DAYS)
    seen = purchases.now
    spend = fit_spend(seen.frequency + 1, np.maximum(seen.mean_amount, 0.01))
    each = _expected_spend(spend, purchases)
    later = _discounted_years(replay, purchases, settings.lifetime_years, settings.discount_rate_a_year)
    factor = _ratio(
        forecast.customers["expected"].to_numpy(), forecast.customers["model_expected"].to_numpy()
    )
    expected = forecast.customers["expected"].to_numpy()
    lifetime = later * factor
    table = pd.DataFrame(
        {
            "customer_id": purchases.ids(seen.customers),
            "purchases_12_months": expected,
            "spend": each,
            "probability_alive": forecast.customers["probability_alive"],
            "value_12_months": expected * each * settings.margin_rate,
            "lifetime_value": lifetime * each * settings.margin_rate,
        }
    )
    draws = _simulated_margin(replay, purchases, spend, forecast, factor) * settings.margin_rate
    tail = (1 - book.company.forecast.interval) / 2
    low, high = np.quantile(draws, [tail, 1 - tail], axis=1)
    table["value_12_months_low"], table["value_12_months_high"] = low, high
    years = _ratio(table["lifetime_value"].to_numpy(), table["value_12_months"].to_numpy())
    table["lifetime_value_low"], table["lifetime_value_high"] = low * years, high * years
    return LearnedValue(
        table, _total(table, forecast), _parameters(replay, purchases, spend), forecast.level.ways
    )


def _ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    return np.asarray(above / np.maximum(below, 1e-12))


def _expected_spend(spend: SpendModel, purchases: Purchases) -> np.ndarray:
    seen = purchases.now
    expected = spend.expected_spend(seen.frequency + 1, np.maximum(seen.mean_amount, 0.01))
    return np.where(np.isfinite(expected), expected, seen.mean_amount)


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
    replay: Replay, purchases: Purchases, spend: SpendModel, forecast: PurchaseForecast, factor: np.ndarray
) -> np.ndarray:
    """Totals spent in the next year: one row per customer, one column per draw.

    Chance of the purchases and of their amounts; the level's own uncertainty moves all customers together.
    """
    random = np.random.default_rng(SEED)
    now, seen = replay.at(purchases.today), purchases.now
    counts = now.regular.simulate_purchases(seen.patterns, YEAR_DAYS, DRAWS, random)
    totals = spend.simulate_totals(seen.frequency + 1, np.maximum(seen.mean_amount, 0.01), counts, random)
    level = forecast.level
    spread = np.log(level.high / level.low) / (2 * 1.2816)
    return np.asarray(totals * factor[:, None] * np.exp(random.normal(0, spread, DRAWS)))


def _total(table: pd.DataFrame, forecast: PurchaseForecast) -> pd.DataFrame:
    value, level = float(table["value_12_months"].sum()), forecast.level
    lifetime = float(table["lifetime_value"].sum())
    low, high = level.low / level.expected, level.high / level.expected
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
