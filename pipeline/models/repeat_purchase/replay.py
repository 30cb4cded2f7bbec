"""Two fitted models per past day, fitted once: what forecasts and their backtests share.

The regular-rhythm model (MBG/CNBD-k) has the better likelihood and totals, the memoryless one (MBG/NBD)
the better ranking of customers; forecasts lean on both.
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from pipeline.models.repeat_purchase.beta_geometric_prediction import BetaGeometricModel
from pipeline.models.repeat_purchase.events import CustomersAsOf, PurchaseEvents
from pipeline.models.repeat_purchase.fit import fit_mbg_cnbd_k, fit_mbg_nbd
from pipeline.models.repeat_purchase.patterns import FloatArray


@dataclass(frozen=True)
class FittedAsOf:
    """Customers as of a day and both models fitted to them.

    Attributes:
        seen: the customers.
        regular: MBG/CNBD-k.
        memoryless: MBG/NBD.
    """

    seen: CustomersAsOf
    regular: BetaGeometricModel
    memoryless: BetaGeometricModel
    expectations: dict[int, tuple[FloatArray, FloatArray]] = field(default_factory=dict, repr=False)

    def expected(self, horizon_days: int) -> tuple[FloatArray, FloatArray]:
        """Expected purchases per customer in the next `horizon_days`: regular, memoryless."""
        if horizon_days not in self.expectations:
            patterns = self.seen.patterns
            self.expectations[horizon_days] = (
                patterns.per_customer(self.regular.expected_purchases(patterns, horizon_days)),
                patterns.per_customer(self.memoryless.expected_purchases(patterns, horizon_days)),
            )
        return self.expectations[horizon_days]

    def total(self, horizon_days: int) -> float:
        """Expected purchases of all customers: mean of the two models."""
        return float(np.mean([expected.sum() for expected in self.expected(horizon_days)]))


@dataclass(frozen=True)
class Replay:
    """Models as they would have been fitted on earlier days of one log of events.

    The regularity k is a property of the trade rather than of a day: it is found once, on all events up
    to `last_day`, when `regularity` is not given. (Backtests give it, found on the data of their own day.)
    """

    events: PurchaseEvents
    last_day: int
    regularity: int | None = None
    fits: dict[int, FittedAsOf] = field(default_factory=dict, repr=False)

    @cached_property
    def k(self) -> int:
        """The regularity used for every day."""
        if self.regularity is not None:
            return self.regularity
        seen = self.events.cut(self.last_day)
        return fit_mbg_cnbd_k(seen.patterns, seen.sum_log_interval_days).regularity

    def at(self, day: int) -> FittedAsOf:
        """Both models as of the end of `day`.

        Raises:
            NotEnoughData: too few customers had bought again by then.
        """
        if day not in self.fits:
            seen = self.events.cut(day)
            memoryless = fit_mbg_nbd(seen.patterns)
            regular = (
                memoryless
                if self.k == 1
                else fit_mbg_cnbd_k(seen.patterns, seen.sum_log_interval_days, self.k)
            )
            self.fits[day] = FittedAsOf(seen, regular, memoryless)
        return self.fits[day]
