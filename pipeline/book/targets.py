"""Targets in force."""

from datetime import date
from typing import Any

import pandas as pd

from pipeline.book.section import Section
from pipeline.parameters import Period

KEY = ("period", "metric", "market", "department", "person_id", "business_line", "product_line")

HEAD = ("period", "period_first", "period_last")


class Targets(Section):
    """Targets that were set by the book's date."""

    def in_force(self, first: date, last: date) -> pd.DataFrame:
        """Targets of the periods that overlap `first` to `last`, one row per period, metric and dimensions.

        Of several settings the latest known one counts. Columns: period, period_first, period_last, metric,
        market, department, person (and person_id), business_line, product_line ("" means all of it), amount,
        set_on. A scope holds the targets that name its value.
        """
        return self._once(("in_force", first, last), lambda: self._in_force(first, last))

    def _in_force(self, first: date, last: date) -> pd.DataFrame:
        import ibis

        targets = self._know.table("targets")
        newest = targets.set_on.max().over(ibis.window(group_by=list(KEY)))
        targets = targets.mutate(newest=newest)
        targets = targets.filter(targets.set_on == targets.newest)
        targets = self._of_scope(targets.mutate(person=targets.person_id))
        frame = self._home(targets.select(*KEY, "person", "amount", "set_on"), KEY)
        spans = {key: Period.parse(key, first) for key in frame["period"].unique()}
        for column, end in (("period_first", "first"), ("period_last", "last")):
            ends = frame["period"].map({key: getattr(span, end) for key, span in spans.items()})
            frame.insert(1, column, ends.astype("datetime64[s]"))
        frame = frame[[*HEAD, *(c for c in frame.columns if c not in HEAD)]]
        overlaps = (frame["period_first"] <= pd.Timestamp(last)) & (
            frame["period_last"] >= pd.Timestamp(first)
        )
        return frame[overlaps].reset_index(drop=True)

    def _of_scope(self, targets: Any) -> Any:
        scope = self._book.scope
        return targets if scope.is_company else targets.filter(targets[scope.dimension] == scope.value)
