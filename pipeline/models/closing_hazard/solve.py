"""Penalised maximum likelihood of a multinomial logit on indicator terms."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import minimize

from pipeline.models.closing_hazard.design import Block, Floats, Ints

SMALLEST_GAIN = 1e-6
"""Share of the loss below which a step is not worth taking."""


def solve(
    levels: list[Ints], event: Ints, weight: Floats, *, blocks: Sequence[Block], initial: Floats | None
) -> Floats:
    """Penalised maximum likelihood of the multinomial logit, on rows that differ (L-BFGS)."""
    penalty: Any = sparse.block_diag([b.penalty for b in blocks]).tocsr()
    cells, targets = _aggregate(levels, event, weight)
    design = _indicator_matrix(cells, [b.levels for b in blocks])
    transposed, totals = design.T.tocsr(), targets.sum(axis=1)
    size = design.shape[1]

    first = _common_rates(targets, size) if initial is None else initial
    scale = _scale(design, totals, first, penalty)

    def loss(flat: Floats) -> tuple[float, Floats]:
        beta = flat.reshape(size, 2) * scale
        score = design @ beta
        chances, log_total = _softmax_and_norm(score)
        pull = penalty @ beta
        value = (totals * log_total).sum() - (targets[:, 1:] * score).sum() + 0.5 * (beta * pull).sum()
        gradient = transposed @ (totals[:, None] * chances[:, 1:] - targets[:, 1:]) + pull
        return float(value), (gradient * scale).ravel()

    minimizer: Any = minimize
    options = {"maxiter": 400, "ftol": SMALLEST_GAIN}
    result = minimizer(loss, (first / scale).ravel(), jac=True, method="L-BFGS-B", options=options)
    return np.asarray(result.x).reshape(size, 2) * scale


def _scale(design: Any, totals: Floats, beta: Floats, penalty: Any) -> Floats:
    """One over the root of the curvature along each coefficient: in these units all are about as steep."""
    chances = _softmax_and_norm(design @ beta)[0][:, 1:]
    curvature = design.T @ (totals[:, None] * chances * (1 - chances))
    return np.asarray(1 / np.sqrt(curvature + penalty.diagonal()[:, None] + 1e-6))


def _common_rates(targets: Floats, size: int) -> Floats:
    """Everything zero but the level, which is the first column."""
    totals = targets.sum(axis=0) + 0.5
    first = np.zeros((size, 2))
    first[0] = np.log(totals[1:] / totals[0])
    return first


def _aggregate(levels: list[Ints], event: Ints, weight: Floats) -> tuple[Ints, Floats]:
    """Rows with equal levels become one row with the weight of each outcome."""
    table = np.column_stack(levels)
    key = np.zeros(len(table), dtype=np.int64)
    for column in table.T:
        key = pd.factorize(key * (column.max(initial=0) + 1) + column)[0].astype(np.int64)
    targets = np.zeros((key.max(initial=-1) + 1, 3))
    np.add.at(targets, (key, event), weight)
    first = np.unique(key, return_index=True)[1]
    return table[first], targets


def _indicator_matrix(levels: Ints, sizes: list[int]) -> Any:
    starts = np.cumsum([0, *sizes[:-1]])
    rows, terms = levels.shape
    indices = (levels + starts).ravel()
    pointers = np.arange(0, rows * terms + 1, terms)
    return sparse.csr_array((np.ones(rows * terms), indices, pointers), shape=(rows, sum(sizes)))


def scores(levels: list[Ints], blocks: Sequence[Block], beta: Floats) -> Floats:
    """Log-odds of won and lost against staying open, one row per row of the levels."""
    sizes = [b.levels for b in blocks]
    starts = np.cumsum([0, *sizes[:-1]])
    total = np.zeros((len(levels[0]), 2))
    for start, level in zip(starts, levels, strict=True):
        total += beta[start + level]
    return total


def _softmax_and_norm(score: Floats) -> tuple[Floats, Floats]:
    won, lost = score.T
    peak = np.maximum(np.maximum(won, lost), 0.0)
    parts = np.exp(np.stack([-peak, won - peak, lost - peak]))  # column by column: rows of three are slow
    total = parts[0] + parts[1] + parts[2]
    return (parts / total).T, peak + np.log(total)


def softmax(score: Floats) -> Floats:
    """Chances of open, won and lost from the log-odds of the last two."""
    return _softmax_and_norm(score)[0]
