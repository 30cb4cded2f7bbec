"""Targets of a scope by cut, from the finest level at which they were set."""

import pandas as pd

from pipeline.analyses.forecast.series import TOTAL, month_starts
from pipeline.book import Book
from pipeline.company import DIMENSIONS
from pipeline.parameters import Period


def scope_targets(book: Book, metric: str, period: Period) -> pd.DataFrame:
    """Targets of a period by cut of the scope, one row per dimension and value: dimension, value, target.

    Built from the finest targets that were set for persons by month within the period; a company that sets
    none by person takes the totals that were set for the period itself.
    """
    targets = book.targets.in_force(period.first, period.last)
    targets = targets[targets["metric"] == metric]
    inside = (targets["period_first"] >= pd.Timestamp(period.first)) & (
        targets["period_last"] <= pd.Timestamp(period.last)
    )
    targets = targets[inside]
    days = (targets["period_last"] - targets["period_first"]).dt.days
    monthly = targets[(days < 31) & (targets["person"] != "")]
    months = len(month_starts(period.first, period.last))
    complete = monthly["period"].nunique() == months
    own = targets[targets["period"] == period.key]
    if complete:
        return _target_sums(monthly)
    finest = own[own["person"] != ""] if (own["person"] != "").any() else own.iloc[:0]
    return _target_sums(finest) if len(finest) else _totals_as_set(own)


def _target_sums(targets: pd.DataFrame) -> pd.DataFrame:
    parts = (
        [pd.DataFrame({"dimension": [TOTAL], "value": [""], "target": [targets["amount"].sum()]})]
        if len(targets)
        else []
    )
    for dimension in DIMENSIONS:
        if dimension in targets and (targets[dimension] != "").all() and len(targets):
            sums = targets.groupby(dimension)["amount"].sum().reset_index()
            parts.append(
                sums.rename(columns={dimension: "value", "amount": "target"}).assign(dimension=dimension)
            )
    return (
        pd.concat(parts, ignore_index=True)
        if parts
        else pd.DataFrame({"dimension": [], "value": [], "target": []}).astype(
            {"dimension": str, "value": str, "target": float}
        )
    )


def _totals_as_set(own: pd.DataFrame) -> pd.DataFrame:
    """Targets set for the period as they name their cut: nothing (the total) or exactly one dimension."""
    rows = []
    for _, target in own.iterrows():
        named = [name for name in DIMENSIONS if target[name] != ""]
        if len(named) <= 1:
            rows.append(
                (named[0] if named else TOTAL, target[named[0]] if named else "", float(target["amount"]))
            )
    return pd.DataFrame(rows, columns=["dimension", "value", "target"]).astype(
        {"dimension": str, "value": str, "target": float}
    )
