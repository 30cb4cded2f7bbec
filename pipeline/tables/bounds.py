"""Bounds and required values of whole columns, by pandera; its failure cases become faults."""

import pandas as pd

from pipeline.catalog import Column
from pipeline.sources.kinds import Kind
from pipeline.tables.faults import EMPTIED, REFUSED, Faults

MISSING = "missing"


def check_bounds(frame: pd.DataFrame, kind: Kind, must: frozenset[str], faults: Faults) -> pd.DataFrame:
    """Empty values outside their bounds; list missing required ones, which cost their rows."""
    failures = _failures(frame, kind, must)
    if failures.empty:
        return frame
    frame = frame.copy(deep=False)
    for (name, rule), group in failures.groupby(["column", "rule"], sort=True):
        lines = pd.Index(group["index"])
        if rule == MISSING:
            unread = faults.emptied(str(name))
            faults.add(str(name), lines.difference(unread), MISSING, REFUSED)
            faults.refuse(lines)
        else:
            faults.add(str(name), lines, str(rule), REFUSED if name in must else EMPTIED)
            frame[name] = frame[name].mask(frame.index.isin(lines))
    return frame


def _failures(frame: pd.DataFrame, kind: Kind, must: frozenset[str]) -> pd.DataFrame:
    """One row per failing cell: column, rule, index (line)."""
    import pandera.pandas as pandera
    from pandera.errors import SchemaErrors

    schema = pandera.DataFrameSchema(
        {
            name: _declared(pandera, kind.columns[name], name in must)
            for name in frame.columns
            if name in kind.columns
        }
    )
    try:
        schema.validate(frame, lazy=True)
    except SchemaErrors as error:
        cases: pd.DataFrame = error.failure_cases
        return cases.assign(rule=cases["check"])[["column", "rule", "index"]]
    return pd.DataFrame({"column": [], "rule": [], "index": []})


def _declared(pandera: "object", column: Column, is_required: bool) -> "object":
    checks = []
    check = pandera.Check  # type: ignore[attr-defined]
    if column.minimum is not None:
        checks.append(check.ge(column.minimum, error="below-minimum"))
    if column.maximum is not None:
        checks.append(check.le(column.maximum, error="above-maximum"))
    if column.type == "share":
        checks += [check.ge(0, error="below-minimum"), check.le(1, error="above-maximum")]
    if is_required and column.dtype == "str":
        checks.append(check.ne("", error=MISSING))
    elif is_required:
        checks.append(check(lambda values: values.notna(), ignore_na=False, error=MISSING))
    return pandera.Column(None, checks, nullable=True)  # type: ignore[attr-defined]
