"""Targets in force."""

from datetime import date
from functools import cached_property

import pandas as pd

from pipeline.book.dimensions import in_scope
from pipeline.book.section import Asked, Section
from pipeline.parameters import Period

KEY = ("period", "metric", "market", "department", "person_id", "business_line", "product_line")


class Targets(Section):
    """Targets that were set by the book's date."""

    def in_force(self, first: date, last: date) -> pd.DataFrame:
        """Targets of the periods that overlap `first` to `last`, one row per period, metric and dimensions.

        Of several settings the latest known one counts. Columns: period, period_first, period_last, metric,
        market, department, person (and person_id), business_line, product_line ("" means all of it), amount,
        set_on. A scope holds the targets that name its value.
        """
        frame = self._with_days
        overlaps = (frame["period_first"] <= pd.Timestamp(last)) & (
            frame["period_last"] >= pd.Timestamp(first)
        )
        return frame[overlaps].reset_index(drop=True)

    @cached_property
    def _with_days(self) -> pd.DataFrame:
        """All targets, with the first and last day of their periods."""
        frame = self._once(("in_force",), self._in_force)
        spans = {key: Period.parse(key, self._book.as_of) for key in frame["period"].unique()}
        for position, (column, end) in enumerate(
            (("period_first", "first"), ("period_last", "last")), start=1
        ):
            ends = frame["period"].map({key: getattr(span, end) for key, span in spans.items()})
            frame.insert(position, column, ends.astype("datetime64[s]"))
        return frame

    def _in_force(self) -> Asked:
        import ibis

        targets = self._know.table("targets")
        newest = targets.set_on.max().over(ibis.window(group_by=list(KEY)))
        targets = targets.mutate(newest=newest)
        targets = in_scope(
            self._book.scope,
            targets.filter(targets.set_on == targets.newest).mutate(person=targets.person_id),
        )
        return self._asked(targets.select(*KEY, "person", "amount", "set_on"), KEY)
