"""What the two chapters hand to their exhibits."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from pipeline.findings import Finding, Missing

Table = pd.DataFrame | Missing


@dataclass(frozen=True)
class ForecastResult:
    """The monthly forecast of a scope.

    Attributes:
        outlook: one row per metric and month: metric, month, amount (past), expected, low_80, high_80,
            low_95, high_95 (to come).
        vintages: one row per earlier origin and month: origin, month, expected, actual, metric.
        hierarchy: one row per metric and cut: metric, dimension, value, last_12_months, next_12_months,
            growth, next_month, next_month_low, next_month_high, path (last 24 months and the next ones).
        landing: see `landing.landing`.
        landing_track: see `landing_record.landing_track`.
        accuracy: see `track.accuracy_of`, with metric.
        revision: bridge of the year's landing since last month: step (closed month; of the months to come:
            time series, target, open deals), amount, is_total.
        large_sales: see `large_sales.evened_out`; of the whole company.
        one_off: months that the models did not take at face value.
        young: new units that were forecast by analogy: dimension, value, first_month, months, amount,
            analogues, growth, metric.
        trend, season, effects: see `anatomy.anatomy`.
        models: one row per metric: shares of the models, errors in the backtest, calendar effects.
    """

    outlook: Table
    vintages: Table
    hierarchy: Table
    landing: Table
    landing_track: Table
    accuracy: Table
    revision: Table
    large_sales: Table
    one_off: Table
    young: Table
    trend: Table
    season: Table
    effects: Table
    models: Table
    headlines: Mapping[str, float] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class EightWeeksResult:
    """The eight-week rolling table of a scope.

    Attributes:
        weeks: one row per metric and week: metric, week_start, lead, expected, low, high, from_known_items.
        cells: one row per metric, cut and week: metric, dimension, value, week_start, lead, expected, low,
            high (80%; NaN without a record), total_low and total_high (of the eight weeks together).
        past_week: one row per metric: week_start, actual, and its forecasts of one to eight weeks before.
        vintages: one row per metric, origin and week that has come or will come.
        accuracy: one row per metric and lead: error, bias, coverage_80, error_mean_13_weeks, error_last_year.
        record: one row per metric, of the sum of all eight weeks: replays, error, those of the baselines,
            used (a baseline that stands in for some of the weeks; "": none).
        levels: one row per metric and dimension, of eight weeks by unit, at every fourth past week:
            dimension, replays, units, error, bias, coverage_80, error_mean_13_weeks, error_last_year.
        deals: named open deals that carry the contracts.
        invoices: named invoices that carry the collections.
        slipped: deals that were due and did not come, and why.
        sufficiency: one row per business line: target, signed, weighted pipeline, sufficiency, coverage.
    """

    weeks: Table
    cells: Table
    past_week: Table
    vintages: Table
    accuracy: Table
    record: Table
    levels: Table
    deals: Table
    invoices: Table
    slipped: Table
    sufficiency: Table
    headlines: Mapping[str, float] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
