"""Opportunities as they stood, their stages, and what changed between two days."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import pandas as pd

from pipeline.book.deal_states import (
    deals_at_end,
    enters_stage,
    latest_reps,
    open_deals,
    with_previous,
)
from pipeline.book.dimensions import first_text, in_scope, scope_needs, with_dimensions
from pipeline.book.section import Asked, Section
from pipeline.errors import UsageError

COLUMNS = (
    "opportunity_id", "name", "customer_id", "created_on", "outcome", "stage", "stage_index",
    "deepest_stage_index", "entered_stage_on", "amount", "first_amount", "probability", "forecast_category",
    "expected_close_on", "first_expected_close_on", "next_step_on", "closed_on", "closed_known_on",
    "last_changed_on", "pushes", "pulls", "amount_changes", "regressions", "activities", "activities_30_days",
    "last_activity_on", "rep_id", "business_line", "product_line", "market", "department", "person",
    "industry",
    "grade", "size", "channel", "product_id", "source", "is_strategic", "reasons_known_on", "reason_rep",
    "reason_customer", "competitor", "history_is_rebuilt",
)  # fmt: skip
"""Columns of the answers, in order; `docs/methods/book.md` says what each means."""
NEVER = date(1, 1, 1)


class Opportunities(Section):
    """Opportunities, as far as the book's date and scope reach."""

    def as_they_stood(self, columns: Iterable[str] = COLUMNS) -> pd.DataFrame:
        """Every known opportunity as it stood at the end of the book's date, one row each: `COLUMNS`.

        Fewer `columns` are found faster; opportunity_id is always there.

        Raises:
            UsageError: an unknown column.
        """
        wanted = _chosen(columns)
        whole = ("as_they_stood", COLUMNS)
        if whole in self._remembered:
            return self._remembered[whole][list(wanted)]
        return self._once(("as_they_stood", wanted), lambda: self._as_they_stood(wanted))

    def open_at(self, days: Iterable[date], columns: Iterable[str] = COLUMNS) -> pd.DataFrame:
        """Deals open on past days as they stood and were known then, one row per day and open deal.

        Columns: snapshot_on and `COLUMNS`, or opportunity_id and the `columns` asked for, which are found
        faster. The scope is that of the deal as it stood on the day.

        Raises:
            UsageError: a day after the book's date, or an unknown column.
        """
        asked, wanted = tuple(sorted({pd.Timestamp(day).date() for day in days})), _chosen(columns)
        for day in asked[-1:]:
            self._refuse_later(day)
        return self._once(("open_at", asked, wanted), lambda: self._open_at(asked, wanted))

    def between(self, first: date, last: date, columns: Iterable[str] = COLUMNS) -> pd.DataFrame:
        """What two days knew of each deal, one row per deal known at the end of `last`.

        Columns: opportunity_id and the others of `columns` twice, with _start (empty where the deal was
        not known yet) and _end. A deal that entered or left the scope in between has one empty half.

        Raises:
            UsageError: a day after the book's date, days in the wrong order, or an unknown column.
        """
        if first > last:
            raise UsageError(f"{first} is after {last}.", "Give the earlier day first.")
        self._refuse_later(last)
        wanted = _chosen(columns)
        start, end = (self._book.at(day).opportunities.as_they_stood(wanted) for day in (first, last))
        deals = pd.Index(start["opportunity_id"]).union(pd.Index(end["opportunity_id"]))
        halves = (_half(start, deals).add_suffix("_start"), _half(end, deals).add_suffix("_end"))
        return pd.concat(halves, axis=1).rename_axis("opportunity_id").reset_index()

    def stage_spells(self) -> pd.DataFrame:
        """Stays of deals in stages, one row per opportunity and stay.

        Columns: opportunity_id, spell (1, 2, ...), stage, stage_index, entered_on, left_on (empty if it is
        still there), next (stage, won, lost or invalid; "" if it is still there).
        """
        return self._once(("stage_spells",), self._stage_spells)

    def _refuse_later(self, day: date) -> None:
        if day > self._book.as_of:
            raise UsageError(
                f"{day} is after {self._book.as_of}, the date of the book.", "Open a later book."
            )

    def _as_they_stood(self, wanted: tuple[str, ...]) -> Asked:
        scope = self._book.scope
        deals = deals_at_end(self._know, self._book.company, {*wanted, *scope_needs(scope)})
        return self._asked(in_scope(scope, deals).select(*wanted), ["opportunity_id"])

    def _open_at(self, days: tuple[date, ...], wanted: tuple[str, ...]) -> Asked:
        scope = self._book.scope
        needed = {*wanted, *scope_needs(scope)}
        deals = open_deals(self._know, self._book.company, days or (NEVER,), needed)
        deals = in_scope(scope, deals).select("snapshot_on", *wanted)
        return self._asked(deals, ["snapshot_on", "opportunity_id"])

    def _stage_spells(self) -> Asked:
        import ibis

        changes = self._know.named("turns", self._changes)
        if not self._book.scope.is_company:
            changes = changes.semi_join(self.in_scope_now(), "opportunity_id")
        turns = changes.filter(enters_stage(changes) | (changes.outcome != changes.previous_outcome))
        ordered = ibis.window(group_by="opportunity_id", order_by="change_number")
        following = first_text(turns.outcome.substitute({"open": ""}), turns.stage)
        turns = turns.mutate(
            left_on=turns.changed_on.lead().over(ordered), next=following.lead().over(ordered).fill_null("")
        )
        spells = turns.filter(turns.outcome == "open")
        spells = spells.mutate(spell=ibis.row_number().over(ordered) + 1, entered_on=spells.changed_on)
        return self._asked(
            spells.select("opportunity_id", "spell", "stage", "stage_index", "entered_on", "left_on", "next"),
            ["opportunity_id", "spell"],
        )

    def in_scope_now(self) -> Any:
        """An Ibis expression, for the book's own use: opportunity_id and customer_id of the scope's deals."""
        scope, deals = self._book.scope, self._know.table("opportunities")
        last = latest_reps(self._know)
        deals = deals.inner_join(last, [("opportunity_id", "deal")])
        return in_scope(scope, with_dimensions(self._know, deals, scope_needs(scope)))

    def _changes(self) -> Any:
        return with_previous(self._book.company, self._know.table("opportunity_history"), ["opportunity_id"])


def _chosen(columns: Iterable[str]) -> tuple[str, ...]:
    """The columns asked for and opportunity_id, in the order of `COLUMNS`."""
    asked = {"opportunity_id", *columns}
    if unknown := sorted(asked - set(COLUMNS)):
        raise UsageError(f"{unknown[0]!r} is not a column of opportunities.", f"Use {', '.join(COLUMNS)}.")
    return tuple(column for column in COLUMNS if column in asked)


def _half(frame: pd.DataFrame, deals: pd.Index) -> pd.DataFrame:
    """A frame with one row per deal of `deals`; "", 0 and False where it has none."""
    known = frame.set_index("opportunity_id").reindex(deals)
    dtypes = frame.dtypes.drop("opportunity_id")
    fills = {"str": "", "int64": 0, "bool": False}
    known = known.fillna({c: fills[str(kind)] for c, kind in dtypes.items() if str(kind) in fills})
    return known.infer_objects().astype(dtypes.to_dict())
