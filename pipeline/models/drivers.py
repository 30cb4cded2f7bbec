"""What goes with winning, all else equal: tests that raise few false alarms, effects in points.

One logistic regression of all fields together. Each field is tested by a penalised likelihood ratio
(Heinze and Schemper 2002), scaled by the design effect of cases that share a cluster (Rao and Scott 1984,
Annals of Statistics 12), and the tests are corrected together (Benjamini and Hochberg 1995). An effect is
the mean over all cases of the fitted chance with the field set to one level, less the mean over all levels
(average partial effect; Bartus 2005), with a delta-method interval. Association, not cause.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from pipeline.errors import ModelInputError, NotEnoughData
from pipeline.models.driver_fields import DriverField, read_fields
from pipeline.models.firth import FirthLogit, fit_firth

Floats = npt.NDArray[Any]

FALSE_DISCOVERY_RATE = 0.03
"""Expected share of false alarms among the drivers named: below the 5% promised, so that chance keeps it."""
MOST_CASES = 15_000
CASES_PER_COLUMN = 5
LARGEST_CLUSTER = 200
"""Cases of one cluster above which its own pull on the fit is not worked out."""


@dataclass(frozen=True)
class Drivers:
    """`fields`: one row per field tested; `effects`: one row per field and level (or end of its range)."""

    fields: pd.DataFrame
    """field, kind (words, number), terms, statistic, p_value, q_value, is_driver, widest_points (distance of
    its highest and lowest effect), ordered by p_value."""
    effects: pd.DataFrame
    """field, level, cases, won, raw_rate, raw_gap (raw rate less the rate of all), effect, low, high (win
    rate against the mean case, 0.01 = one point), adjusted_rate."""
    cases: int
    clusters: int
    win_rate: float


def find_drivers(
    cases: pd.DataFrame,
    *,
    fields: Sequence[str],
    outcome: str = "is_won",
    cluster: str | None = None,
    level: float = 0.95,
    false_discovery_rate: float = FALSE_DISCOVERY_RATE,
) -> Drivers:
    """Which fields go with winning, and by how many points.

    Args:
        cases: one row per closed case; beyond 15,000 the latest rows (at the end) are used.
        fields: columns known before the outcome. Words with fewer than 20 cases are read together;
            numbers (more than ten values) enter by their rank, with the quartiles as their two "levels".
        outcome: column that is true for won cases.
        cluster: column whose equal values (a customer) may share what is not in the fields.
        level: of the intervals of effects.
        false_discovery_rate: expected share of false alarms among the drivers named.

    Raises:
        NotEnoughData: too few won or lost cases for so many fields.
    """
    missing = [name for name in (*fields, outcome, *([cluster] if cluster else [])) if name not in cases]
    if missing:
        raise ModelInputError(f"find_drivers needs the columns {missing}.")
    cases = cases.tail(MOST_CASES)
    won = cases[outcome].to_numpy(dtype=float)
    terms, design = read_fields(cases, fields)
    rare = min(won.sum(), (1 - won).sum())
    if rare < CASES_PER_COLUMN * (design.shape[1] - 1) or not terms:
        raise NotEnoughData(
            f"{int(rare)} cases of the rarer outcome for {design.shape[1] - 1} effects; "
            f"{CASES_PER_COLUMN} for each are needed."
        )
    model = fit_firth(design, won)
    clusters = np.arange(len(cases)) if cluster is None else pd.factorize(cases[cluster])[0]
    covariance = _robust_covariance(model, clusters)
    tested = pd.DataFrame([_test(model, term, covariance) for term in terms])
    effects = pd.concat([_effects(model, term, covariance, won, level) for term in terms], ignore_index=True)
    spans = effects.groupby("field")["effect"].agg(lambda e: e.max() - e.min())
    tested["q_value"] = stats.false_discovery_control(tested["p_value"], method="bh")
    tested["is_driver"] = tested["q_value"] <= false_discovery_rate
    tested["widest_points"] = tested["field"].map(spans)
    tested = tested.sort_values(["p_value", "field"], ignore_index=True)
    return Drivers(tested, effects, len(cases), len(np.unique(clusters)), float(won.mean()))


def _robust_covariance(model: FirthLogit, clusters: Floats) -> Floats:
    """Sandwich over clusters (Liang and Zeger 1986), each cluster's scores freed of its own pull on the fit.

    Source: Bell and McCaffrey (2002), "Bias reduction in standard errors for linear regression with
    multi-stage samples", equation 5 (CR2), on the scale of the weighted regression of the last step.
    """
    chances = 1 / (1 + np.exp(-model.design @ model.coefficients))
    spread = np.sqrt(np.maximum(chances * (1 - chances), 1e-9))
    rows, residual = model.design * spread[:, None], (model.outcome - chances) / spread
    leverage = ((rows @ model.covariance) * rows).sum(axis=1)
    order = np.argsort(clusters, kind="stable")
    starts = np.flatnonzero(np.diff(clusters[order], prepend=-1))
    sizes = np.diff([*starts, len(order)])
    scores = rows * (residual / np.sqrt(np.maximum(1 - leverage, 0.01)))[:, None]
    sums = np.add.reduceat(scores[order], starts, axis=0)
    for place in np.flatnonzero((sizes > 1) & (sizes <= LARGEST_CLUSTER)):
        own = order[starts[place] : starts[place] + sizes[place]]
        sums[place] = rows[own].T @ _freed(rows[own], residual[own], model.covariance)
    return np.asarray(model.covariance @ (sums.T @ sums) @ model.covariance)


def _freed(rows: Floats, residual: Floats, covariance: Floats) -> Floats:
    """(1 - H) to the power -1/2 times the residuals of one cluster."""
    values, vectors = np.linalg.eigh(np.eye(len(rows)) - rows @ covariance @ rows.T)
    return np.asarray((vectors / np.sqrt(np.maximum(values, 0.01))) @ (vectors.T @ residual))


def _test(model: FirthLogit, term: DriverField, covariance: Floats) -> dict[str, Any]:
    columns = np.ix_(term.columns, term.columns)
    naive = model.covariance[columns]
    inflation = max(float(np.trace(np.linalg.solve(naive, covariance[columns]))) / len(term.columns), 1.0)
    statistic = float(stats.chi2.isf(model.p_value(list(term.columns)), len(term.columns))) / inflation
    return {
        "field": term.name,
        "kind": term.kind,
        "terms": len(term.columns),
        "statistic": statistic,
        "p_value": float(stats.chi2.sf(statistic, len(term.columns))),
    }


def _effects(
    model: FirthLogit, term: DriverField, covariance: Floats, won: Floats, level: float
) -> pd.DataFrame:
    """Chance with the field set to each level, against the mean over levels as they occur."""
    means, gradients = _chances_at_levels(model, term)
    count = len(term.levels)
    cases = np.array([(term.members == place).sum() for place in range(count)])
    wins = np.array([won[term.members == place].sum() for place in range(count)])
    shares = np.full(count, 1 / count) if term.kind == "number" else cases / cases.sum()
    contrast = np.eye(count) - shares[None, :]
    effect, slope = contrast @ means, contrast @ gradients
    # Where a level was always won, clusters cannot vary: the model's own variance then holds.
    robust, own = (np.einsum("ij,jk,ik->i", slope, c, slope) for c in (covariance, model.covariance))
    half = stats.norm.ppf((1 + level) / 2) * np.sqrt(np.maximum(robust, own))
    raw, middle = wins / np.maximum(cases, 1), float(shares @ means)
    return pd.DataFrame({
        "field": term.name, "level": term.levels, "cases": cases, "won": wins, "raw_rate": raw,
        "raw_gap": raw - won.mean(), "effect": effect, "low": np.maximum(effect - half, -middle),
        "high": np.minimum(effect + half, 1 - middle), "adjusted_rate": means,
    })  # fmt: skip


def _chances_at_levels(model: FirthLogit, term: DriverField) -> tuple[Floats, Floats]:
    """Mean fitted chance with the field set to each level, and how it moves with the coefficients."""
    count = len(term.levels)
    means, gradients = np.empty(count), np.empty((count, model.design.shape[1]))
    own = list(term.columns)
    rest = model.design @ model.coefficients - model.design[:, own] @ model.coefficients[own]
    for place in range(count):
        chances = 1 / (1 + np.exp(-(rest + term.settings[place] @ model.coefficients[own])))
        slope = chances * (1 - chances)
        gradients[place] = slope @ model.design / len(slope)
        gradients[place, own] = slope.mean() * term.settings[place]
        means[place] = chances.mean()
    return means, gradients
