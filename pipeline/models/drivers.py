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
from pipeline.models.firth import FirthLogit, fit_firth

Floats = npt.NDArray[Any]

FALSE_DISCOVERY_RATE = 0.05
MIN_LEVEL_CASES = 20
MOST_LEVELS = 12
MOST_CASES = 15_000
CASES_PER_COLUMN = 5
OTHER = "(other)"
LOW_RANK, HIGH_RANK = 0.25, 0.75


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


@dataclass(frozen=True)
class _Field:
    """Columns of one field in the design, and what the design looks like with the field set to a level."""

    name: str
    kind: str
    codes: Floats
    levels: tuple[str, ...]
    rank: Floats
    columns: list[int]

    def block(self) -> Floats:
        """Its columns of the design."""
        if self.kind == "number":
            return np.asarray(self.rank - 0.5)[:, None]
        return np.asarray(np.eye(len(self.levels))[self.codes][:, 1:])

    def set_to(self, level: int) -> Floats:
        if self.kind == "number":
            return np.array([(LOW_RANK, HIGH_RANK)[level] - 0.5])
        return np.asarray(np.eye(len(self.levels))[level][1:])


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
    terms = _terms(cases, fields)
    design = _design(len(cases), terms)
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


def _terms(cases: pd.DataFrame, fields: Sequence[str]) -> list[_Field]:
    """Fields that vary, without columns that others already imply."""
    terms: list[_Field] = []
    design = np.ones((len(cases), 1))
    for name in fields:
        term = _read_field(cases[name])
        if term is None:
            continue
        wider = np.hstack([design, term.block()])
        if np.linalg.matrix_rank(wider.T @ wider) < wider.shape[1]:
            continue
        term.columns.extend(range(design.shape[1], wider.shape[1]))
        terms.append(term)
        design = wider
    return terms


def _read_field(values: pd.Series) -> _Field | None:
    name = str(values.name)
    numeric = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
    if numeric and values.nunique() > 10:
        numbers = values.to_numpy(dtype=float, na_value=np.nan)
        rank = pd.Series(numbers).rank(pct=True).fillna(0.5).to_numpy()
        low, high = np.nanquantile(numbers, [LOW_RANK, HIGH_RANK])
        return _Field(name, "number", np.array([]), (f"{low:.6g}", f"{high:.6g}"), rank, [])
    words = values.astype("object").where(values.notna(), "").map(str)
    counts = words.value_counts()
    kept = counts.index[counts >= MIN_LEVEL_CASES][:MOST_LEVELS]
    words = words.where(words.isin(kept), OTHER)
    if (words == OTHER).sum() < MIN_LEVEL_CASES:
        words = words.where(words != OTHER, kept[0] if len(kept) else OTHER)
    counts = words.value_counts()
    levels = tuple(sorted(counts.index, key=lambda w: (-int(counts[w]), str(w))))
    if len(levels) < 2:
        return None
    codes = pd.Index(levels).get_indexer(pd.Index(words))
    return _Field(name, "words", codes, levels, np.array([]), [])


def _design(rows: int, terms: list[_Field]) -> Floats:
    return np.hstack([np.ones((rows, 1)), *[term.block() for term in terms]])


def _robust_covariance(model: FirthLogit, clusters: Floats) -> Floats:
    """Sandwich over clusters, with the small-sample factor (Liang and Zeger 1986)."""
    chances = 1 / (1 + np.exp(-model.design @ model.coefficients))
    scores = model.design * (model.outcome - chances)[:, None]
    sums = np.zeros((int(clusters.max()) + 1, scores.shape[1]))
    np.add.at(sums, clusters, scores)
    count, size = len(sums), len(model.coefficients)
    factor = count / max(count - 1, 1) * (len(scores) - 1) / max(len(scores) - size, 1)
    return np.asarray(factor * model.covariance @ (sums.T @ sums) @ model.covariance)


def _test(model: FirthLogit, term: _Field, covariance: Floats) -> dict[str, Any]:
    columns = np.ix_(term.columns, term.columns)
    naive = model.covariance[columns]
    inflation = max(float(np.trace(np.linalg.solve(naive, covariance[columns]))) / len(term.columns), 1.0)
    statistic = float(stats.chi2.isf(model.p_value(term.columns), len(term.columns))) / inflation
    return {
        "field": term.name,
        "kind": term.kind,
        "terms": len(term.columns),
        "statistic": statistic,
        "p_value": float(stats.chi2.sf(statistic, len(term.columns))),
    }


def _effects(model: FirthLogit, term: _Field, covariance: Floats, won: Floats, level: float) -> pd.DataFrame:
    """Chance with the field set to each level, against the mean over levels as they occur."""
    count = len(term.levels)
    means, gradients = np.empty(count), np.empty((count, model.design.shape[1]))
    for place in range(count):
        design = model.design.copy()
        design[:, term.columns] = term.set_to(place)
        chances = 1 / (1 + np.exp(-design @ model.coefficients))
        means[place] = chances.mean()
        gradients[place] = (design * (chances * (1 - chances))[:, None]).mean(axis=0)
    cases, wins = _counts(term, won)
    shares = np.full(count, 1 / count) if term.kind == "number" else cases / cases.sum()
    contrast = np.eye(count) - shares[None, :]
    effect, slope = contrast @ means, contrast @ gradients
    error = np.sqrt(np.einsum("ij,jk,ik->i", slope, covariance, slope))
    half = stats.norm.ppf((1 + level) / 2) * error
    raw = wins / np.maximum(cases, 1)
    return pd.DataFrame({
        "field": term.name, "level": term.levels, "cases": cases, "won": wins, "raw_rate": raw,
        "raw_gap": raw - won.mean(), "effect": effect, "low": effect - half, "high": effect + half,
        "adjusted_rate": means,
    })  # fmt: skip


def _counts(term: _Field, won: Floats) -> tuple[Floats, Floats]:
    """Cases and wins per level; of a number, below its first and above its third quarter."""
    if term.kind == "number":
        sides = (term.rank <= LOW_RANK, term.rank >= HIGH_RANK)
        return np.array([s.sum() for s in sides]), np.array([won[s].sum() for s in sides])
    count = len(term.levels)
    return np.bincount(term.codes, minlength=count), np.bincount(term.codes, weights=won, minlength=count)
