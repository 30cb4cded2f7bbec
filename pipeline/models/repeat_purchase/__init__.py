"""Repeat purchase: how often customers buy, whether they have left, what they will buy.

`distinct_patterns` turns customers into patterns; the `fit_*` functions turn patterns into a model that
answers `probability_alive`, `expected_purchases` and `simulate_purchases`.
"""

from pipeline.models.repeat_purchase.beta_geometric_prediction import BetaGeometricModel
from pipeline.models.repeat_purchase.fit import fit_bg_nbd, fit_mbg_cnbd_k, fit_mbg_nbd, fit_pareto_nbd
from pipeline.models.repeat_purchase.fitting import Estimate
from pipeline.models.repeat_purchase.pareto import ParetoModel
from pipeline.models.repeat_purchase.patterns import PurchasePatterns, distinct_patterns

RepeatPurchaseModel = BetaGeometricModel | ParetoModel

__all__ = [
    "BetaGeometricModel",
    "Estimate",
    "ParetoModel",
    "PurchasePatterns",
    "RepeatPurchaseModel",
    "distinct_patterns",
    "fit_bg_nbd",
    "fit_mbg_cnbd_k",
    "fit_mbg_nbd",
    "fit_pareto_nbd",
]
