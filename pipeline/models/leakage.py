"""Does a field know the outcome in advance? An audit of training cases, one finding per suspicion.

What makes models look brilliant on paper and useless on open deals, each with the test that shows it:

- `single_field`: one field alone tells won from lost (out-of-fold area under the curve)
- `fill_rate`: a field is filled for closed cases and empty for open ones, or for won and not for lost
- `roundness`: amounts are exact for won cases (contracts) and round for the others (estimates)
- `contains_amount`: a total that already holds the case's own amount once it is won
- `repeated_amount`: the same odd amount comes again and again with the same outcome
- `duplicates`: copies of one another
- `lag`: the record falls once outcomes are known later than they happen (`lag_sensitivity`)
- `score_shift`: open cases score in a region where the model learned little (population stability index)
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from pipeline.models.win_probability.features import as_codes, as_numbers
from pipeline.models.win_probability.scoring import area_under_curve
from pipeline.models.win_probability.splits import look_alike_groups

Floats = npt.NDArray[Any]

SINGLE_FIELD_AUC = 0.80
FILL_GAP = 0.15
ROUNDNESS_AUC = 0.60
CONTAINS_GAP = 0.20
DUPLICATE_SHARE = 0.02
LAG_LOSS = 0.02
STABILITY_INDEX = 0.25
REFUTED = 0.001
"""p-value below which chance is refuted: many fields are looked at."""
COLUMNS = ("kind", "field", "value", "limit", "p_value", "is_flagged")


def audit_fields(
    closed: pd.DataFrame,
    open_cases: pd.DataFrame,
    *,
    fields: Sequence[str],
    outcome: str = "is_won",
    amount: str | None = None,
    case: str | None = None,
) -> pd.DataFrame:
    """One row per check made: kind, field, value, limit, p_value (empty where none), is_flagged.

    Args:
        closed: one row per won or lost case, the fields as a model would see them.
        open_cases: one row per open case with the same fields.
        fields: columns to look at.
        outcome: column of `closed` that is true for won cases.
        amount: the column with the case's amount, for roundness and what contains it.
        case: column that names the case.
    """
    won = closed[outcome].to_numpy(dtype=bool)
    rows = [_single_field(closed[name], won) for name in fields]
    for name in fields:
        rows += _fill_rates(name, closed[name], won, open_cases)
    if amount is not None:
        rows += _amount_checks(closed, open_cases, won, fields=fields, amount=amount)
    rows.append(_duplicates(closed, fields=fields, case=case))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def lag_sensitivity(record: Callable[[int], float], lags_days: Sequence[int]) -> pd.DataFrame:
    """One row per lag: `lag_days`, `auc` that `record` gives when outcomes are known so much later.

    Columns also `loss` against no lag, and `is_flagged`: the record rests on knowing outcomes early.
    """
    table = pd.DataFrame({"lag_days": list(lags_days), "auc": [record(days) for days in lags_days]})
    table["loss"] = table["auc"].iloc[0] - table["auc"]
    table["is_flagged"] = table["loss"] >= LAG_LOSS
    return table


def score_shift(training: Floats, current: Floats, *, classes: int = 10) -> dict[str, float]:
    """Population stability index between scores in training and scores of open cases (Siddiqi 2006, ch. 5).

    Keys: `index` (above 0.25: another population), `training_mean`, `current_mean`, `outside` (share of open
    cases beyond the central 98% of training).
    """
    edges = np.quantile(training, np.linspace(0, 1, classes + 1)[1:-1])
    low, high = np.quantile(training, [0.01, 0.99])
    first = np.bincount(np.searchsorted(edges, training), minlength=classes) + 0.5
    second = np.bincount(np.searchsorted(edges, current), minlength=classes) + 0.5
    p, q = first / first.sum(), second / second.sum()
    return {
        "index": float(((q - p) * np.log(q / p)).sum()),
        "training_mean": float(np.mean(training)),
        "current_mean": float(np.mean(current)),
        "outside": float(np.mean((current < low) | (current > high))),
    }


def shift_row(shift: dict[str, float]) -> dict[str, Any]:
    """`score_shift` as a row of the audit."""
    index = shift["index"]
    return _row("score_shift", "", index, STABILITY_INDEX, None, flagged=index >= STABILITY_INDEX)


def lag_row(table: pd.DataFrame) -> dict[str, Any]:
    """`lag_sensitivity` as a row of the audit."""
    return _row(
        "lag", "", float(table["loss"].max()), LAG_LOSS, None, flagged=bool(table["is_flagged"].any())
    )


def significant_digits(amounts: pd.Series) -> Floats:
    """Digits before the zeros at the end: 120,000 has two, 118,437 six; NaN where empty or zero."""
    numbers = np.round(np.abs(as_numbers(amounts)) * 100)
    digits = np.full(len(numbers), np.nan)
    for place, number in enumerate(numbers):
        if np.isfinite(number) and number > 0:
            digits[place] = len(str(int(number)).rstrip("0"))
    return digits


def _single_field(values: pd.Series, won: npt.NDArray[np.bool_]) -> dict[str, Any]:
    """Area under the curve of the share won among like values, each case judged without itself."""
    score = _leave_one_out_rate(values, won)
    auc = area_under_curve(score, won.astype(float))
    few = min(won.sum(), (~won).sum())
    error = np.sqrt(auc * (1 - auc) / max(few, 1)) if np.isfinite(auc) else np.nan
    flagged = bool(np.isfinite(auc) and auc - 1.96 * error >= SINGLE_FIELD_AUC)
    return _row("single_field", str(values.name), auc, SINGLE_FIELD_AUC, None, flagged=flagged)


def _leave_one_out_rate(values: pd.Series, won: npt.NDArray[np.bool_]) -> Floats:
    """Share won in the other fifth folds among equal words, or in the same twentieth of numbers."""
    numeric = pd.api.types.is_numeric_dtype(values) and values.nunique() > 20
    if numeric:
        cut = pd.qcut(as_numbers(values), 20, labels=False, duplicates="drop")
        codes = np.where(np.isnan(cut), 20, np.nan_to_num(cut)).astype(int)
    else:
        codes, _ = as_codes(values)
    fold = np.arange(len(codes)) % 5
    cells = int(codes.max(initial=0)) + 1
    table = np.zeros((5, cells, 2))
    np.add.at(table, (fold, codes), np.column_stack([won, np.ones(len(codes))]))
    others = table.sum(axis=0) - table
    base = won.mean()
    rates = (others[..., 0] + base * 2) / (others[..., 1] + 2)
    return np.asarray(rates[fold, codes])


def _fill_rates(
    name: str, values: pd.Series, won: npt.NDArray[np.bool_], open_cases: pd.DataFrame
) -> list[dict[str, Any]]:
    filled = _is_filled(values)
    rows = [_gap("fill_rate_won_lost", name, filled[won], filled[~won], FILL_GAP)]
    if name in open_cases and len(open_cases):
        rows.append(_gap("fill_rate", name, filled, _is_filled(open_cases[name]), FILL_GAP))
    return rows


def _amount_checks(
    closed: pd.DataFrame,
    open_cases: pd.DataFrame,
    won: npt.NDArray[np.bool_],
    *,
    fields: Sequence[str],
    amount: str,
) -> list[dict[str, Any]]:
    rows = [_roundness("roundness_won_lost", significant_digits(closed[amount]), won)]
    if amount in open_cases and len(open_cases):
        digits = significant_digits(pd.concat([closed.loc[won, amount], open_cases[amount]]))
        rows.append(_roundness("roundness", digits, np.arange(len(digits)) < won.sum()))
    own = as_numbers(closed[amount])
    for name in fields:
        numeric = pd.api.types.is_numeric_dtype(closed[name]) and closed[name].nunique() > 10
        if name != amount and numeric:
            holds = as_numbers(closed[name]) >= own * (1 - 1e-9)
            # A total of the past is at least the amount for some; that it is so just for the won is the leak.
            row = _gap("contains_amount", name, holds[won], holds[~won], CONTAINS_GAP)
            row["is_flagged"] = row["is_flagged"] and holds[won].mean() > 0.95
            rows.append(row)
    rows.append(_repeated_amounts(own, won))
    return rows


def _roundness(kind: str, digits: Floats, first: npt.NDArray[np.bool_]) -> dict[str, Any]:
    known = np.isfinite(digits)
    a, b = digits[known & first], digits[known & ~first]
    if min(len(a), len(b)) < 20:
        return _row(kind, "amount", np.nan, ROUNDNESS_AUC, None, flagged=False)
    test = stats.mannwhitneyu(a, b)
    auc = float(test.statistic) / (len(a) * len(b))
    strength = max(auc, 1 - auc)
    flagged = strength >= ROUNDNESS_AUC and test.pvalue < REFUTED
    return _row(kind, "amount", strength, ROUNDNESS_AUC, float(test.pvalue), flagged=bool(flagged))


def _repeated_amounts(amounts: Floats, won: npt.NDArray[np.bool_]) -> dict[str, Any]:
    """Pairs of cases with the same odd amount: how often their outcomes agree, beyond chance."""
    odd = significant_digits(pd.Series(amounts)) >= 4
    frame = pd.DataFrame({"amount": amounts[odd], "won": won[odd]})
    counts = frame.groupby("amount")["won"].agg(["sum", "size"])
    counts = counts.loc[(counts["size"] >= 2) & (counts["size"] <= 20)]
    pairs = (counts["size"] * (counts["size"] - 1) / 2).sum()
    lost = counts["size"] - counts["sum"]
    alike = (counts["sum"] * (counts["sum"] - 1) / 2 + lost * (lost - 1) / 2).sum()
    if pairs < 20:
        return _row("repeated_amount", "amount", np.nan, 0.1, None, flagged=False)
    chance = won.mean() ** 2 + (1 - won.mean()) ** 2
    excess = float(alike / pairs - chance)
    p_value = float(stats.norm.sf(excess / np.sqrt(chance * (1 - chance) / len(counts))))
    return _row("repeated_amount", "amount", excess, 0.1, p_value, flagged=excess > 0.1 and p_value < REFUTED)


def _duplicates(closed: pd.DataFrame, *, fields: Sequence[str], case: str | None) -> dict[str, Any]:
    names = closed[case] if case else pd.Series(np.arange(len(closed)))
    once = ~names.duplicated().to_numpy()
    groups = look_alike_groups(closed.loc[once], fields=tuple(fields))
    share = 1 - len(np.unique(groups)) / max(len(groups), 1)
    return _row("duplicates", "", float(share), DUPLICATE_SHARE, None, flagged=share >= DUPLICATE_SHARE)


def _gap(kind: str, name: str, first: Floats, second: Floats, limit: float) -> dict[str, Any]:
    """Difference of two shares, with Fisher's exact test."""
    if not len(first) or not len(second):
        return _row(kind, name, np.nan, limit, None, flagged=False)
    gap = float(first.mean() - second.mean())
    cells = [[first.sum(), len(first) - first.sum()], [second.sum(), len(second) - second.sum()]]
    p_value = float(stats.fisher_exact(np.array(cells, dtype=int)).pvalue)
    return _row(kind, name, gap, limit, p_value, flagged=abs(gap) >= limit and p_value < REFUTED)


def _is_filled(values: pd.Series) -> npt.NDArray[np.bool_]:
    if pd.api.types.is_numeric_dtype(values) or pd.api.types.is_datetime64_any_dtype(values):
        return values.notna().to_numpy(dtype=bool)
    codes, vocabulary = as_codes(values)
    return np.array([word.strip() != "" for word in vocabulary], dtype=bool)[codes]


def _row(
    kind: str, field: str, value: float, limit: float, p_value: float | None, *, flagged: bool
) -> dict[str, Any]:
    return dict(
        zip(
            COLUMNS, (kind, field, value, limit, np.nan if p_value is None else p_value, flagged), strict=True
        )
    )
