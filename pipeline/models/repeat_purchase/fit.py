"""Fitting the repeat-purchase models to customers' purchase patterns.

Each function takes distinct patterns and returns a fitted model. Refusals say why.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from pipeline.errors import NotEnoughData
from pipeline.models.repeat_purchase import beta_geometric, pareto
from pipeline.models.repeat_purchase.beta_geometric import BetaGeometricLikelihood
from pipeline.models.repeat_purchase.beta_geometric_prediction import BetaGeometricModel
from pipeline.models.repeat_purchase.fitting import Estimate, LogLikelihood, maximise
from pipeline.models.repeat_purchase.pareto import ParetoLikelihood, ParetoModel
from pipeline.models.repeat_purchase.patterns import FloatArray, IntArray, PurchasePatterns

DAYS_PER_WEEK = 7.0
LARGEST_REGULARITY = 12
FEWEST_REPEATERS = 20
COARSE_PATTERNS = 4_000
"""Searches start on a systematic sample of about this many patterns when there are many more."""

Prepare = Callable[[PurchasePatterns], LogLikelihood]


def fit_bg_nbd(patterns: PurchasePatterns, time_unit_days: float = DAYS_PER_WEEK) -> BetaGeometricModel:
    """BG/NBD: random intervals, dropout possible after each repeat purchase.

    Source: Fader, Hardie and Lee (2005), equation 6.

    Raises:
        NotEnoughData: fewer than 20 customers bought again.
    """
    return _fit_beta_geometric(patterns, 1, False, time_unit_days, 0.0)


def fit_mbg_nbd(patterns: PurchasePatterns, time_unit_days: float = DAYS_PER_WEEK) -> BetaGeometricModel:
    """MBG/NBD: as BG/NBD, dropout possible after the first purchase too.

    Source: Batislam, Denizel and Filiztekin (2007), equation 7.

    Raises:
        NotEnoughData: fewer than 20 customers bought again.
    """
    return _fit_beta_geometric(patterns, 1, True, time_unit_days, 0.0)


def fit_mbg_cnbd_k(
    patterns: PurchasePatterns,
    sum_log_interval_days: float,
    regularity: int | None = None,
    time_unit_days: float = DAYS_PER_WEEK,
) -> BetaGeometricModel:
    """MBG/CNBD-k: Erlang-k intervals; k is chosen by likelihood unless given.

    Source: Reutterer, Platzer and Schroeder (2021), section 3.

    Args:
        patterns: customers' purchase patterns.
        sum_log_interval_days: sum over all repeat purchases of the logarithm of the days since the
            purchase before (day-level, so every interval is at least one day).
        regularity: k, if it is known.
        time_unit_days: days in the unit of time of alpha.

    Raises:
        NotEnoughData: fewer than 20 customers bought again.
    """
    if regularity is not None:
        return _fit_beta_geometric(patterns, regularity, True, time_unit_days, sum_log_interval_days)
    best = _fit_beta_geometric(patterns, 1, True, time_unit_days, sum_log_interval_days)
    for candidate in range(2, LARGEST_REGULARITY + 1):
        model = _fit_beta_geometric(patterns, candidate, True, time_unit_days, sum_log_interval_days)
        if model.estimate.log_likelihood <= best.estimate.log_likelihood:
            return best
        best = model
    return best


def fit_pareto_nbd(patterns: PurchasePatterns, time_unit_days: float = DAYS_PER_WEEK) -> ParetoModel:
    """Pareto/NBD: random intervals, dropout at any moment.

    Source: Schmittlein, Morrison and Colombo (1987); Fader and Hardie (2005).

    Raises:
        NotEnoughData: fewer than 20 customers bought again.
    """

    def prepare(some: PurchasePatterns) -> LogLikelihood:
        return ParetoLikelihood.of(some, time_unit_days=time_unit_days)

    scale = _typical_interval(patterns, time_unit_days)
    starts = [
        np.array([0.5, scale, 0.5, scale]),
        np.array([1.0, scale, 0.1, 10 * scale]),
        np.array([0.3, scale / 3, 2.0, 10 * scale]),
    ]
    return ParetoModel(_estimate(pareto.PARAMETERS, prepare, patterns, starts, thorough=True), time_unit_days)


def _fit_beta_geometric(
    patterns: PurchasePatterns,
    regularity: int,
    drops_after_first: bool,
    time_unit_days: float,
    sum_log_interval_days: float,
) -> BetaGeometricModel:
    def prepare(some: PurchasePatterns) -> LogLikelihood:
        return BetaGeometricLikelihood.of(
            some,
            regularity=regularity,
            drops_after_first=drops_after_first,
            time_unit_days=time_unit_days,
            sum_log_interval_days=sum_log_interval_days,
        )

    scale = regularity * _typical_interval(patterns, time_unit_days)
    starts = [np.array([0.5, scale, 0.5, 1.5]), np.array([1, scale, 1, 10.0])]
    estimate = _estimate(beta_geometric.PARAMETERS, prepare, patterns, starts)
    return BetaGeometricModel(estimate, regularity, drops_after_first, time_unit_days)


def _estimate(
    names: tuple[str, ...],
    prepare: Prepare,
    patterns: PurchasePatterns,
    starts: list[FloatArray],
    *,
    thorough: bool = False,
) -> Estimate:
    if patterns.repeater_count < FEWEST_REPEATERS:
        raise NotEnoughData(
            f"A repeat-purchase model needs at least {FEWEST_REPEATERS} customers who bought again; "
            f"there are {patterns.repeater_count}."
        )
    size, sample = patterns.customer_count, _systematic_sample(patterns)
    if sample is None:
        return maximise(names, prepare(patterns), starts, size=size, thorough=thorough)
    return maximise(
        names,
        prepare(patterns),
        starts,
        size=size,
        thorough=thorough,
        coarse=prepare(sample),
        coarse_size=sample.customer_count,
    )


def _typical_interval(patterns: PurchasePatterns, time_unit_days: float) -> float:
    """Observed customer time per repeat purchase, in units of time."""
    repeats = float(patterns.customers @ patterns.frequency)
    time = float(patterns.customers @ patterns.age_days) / time_unit_days
    return max(time, 1.0) / max(repeats, 1.0)


def _systematic_sample(patterns: PurchasePatterns) -> PurchasePatterns | None:
    """Every n-th pattern with a repeat purchase, weighted by n; those without are few and all stay."""
    again = np.flatnonzero(patterns.frequency > 0)
    step = again.size // COARSE_PATTERNS
    if step < 2:
        return None
    chosen: IntArray = np.concatenate([np.flatnonzero(patterns.frequency == 0), again[step // 2 :: step]])
    weight = np.where(patterns.frequency[chosen] > 0, step, 1)
    return replace(
        patterns,
        frequency=patterns.frequency[chosen],
        recency_days=patterns.recency_days[chosen],
        age_days=patterns.age_days[chosen],
        customers=patterns.customers[chosen] * weight,
        of_customer=np.array([], dtype=np.int64),
    )
