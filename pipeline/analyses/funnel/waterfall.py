"""What happened to the pipeline between two days: every yuan of the difference has one cause."""

import datetime

import numpy as np
import pandas as pd

STEPS = ("new", "reopened", "pulled_in", "amount_up", "amount_down", "pushed_out", "lost", "invalid", "won")
"""Causes in reading order, between `start` and `end`."""
SIGNS = {
    "start": 1, "new": 1, "reopened": 1, "pulled_in": 1, "amount_up": 0, "amount_down": 0, "pushed_out": -1,
    "lost": -1, "invalid": -1, "won": -1,
}  # fmt: skip
"""What each step does to the number of deals."""
NOWHERE = "outside"


Span = tuple[datetime.date, datetime.date]


def waterfall(between: pd.DataFrame, due: Span | None = None) -> pd.DataFrame:
    """One row per step from the pipeline at one day to that at another: start, the causes, end.

    With `due`, the pipeline is the amount of open deals whose expected closing day lies in that span; else of
    all open deals. A deal won in the span is pulled in if it was not expected there; a deal lost is not. What
    was created and decided in between enters as new and leaves again. Columns: step, amount (signed), deals,
    deals_change (the same in numbers of deals: signed, 0 for a change of amount), is_total. Both columns add
    up to the difference: see `residual`.

    `between` has one row per opportunity, its state at two days with the suffixes _start and _end.
    """
    moves = deal_moves(between, due)
    total = {step: moves.loc[moves["step"] == step] for step in ("start", *STEPS)}
    rows = [
        (step, rows["amount"].sum(), len(rows), SIGNS[step] * len(rows), step == "start")
        for step, rows in total.items()
    ]
    here = _due(between, "_end", due)
    rows.append(("end", between.loc[here, "amount_end"].sum(), int(here.sum()), int(here.sum()), True))
    return pd.DataFrame(rows, columns=["step", "amount", "deals", "deals_change", "is_total"])


def residual(steps: pd.DataFrame, column: str = "amount") -> float:
    """Start and causes less the end, of `amount` or `deals_change`: zero but for rounding."""
    end = steps.loc[steps["step"] == "end", column].sum()
    return float(steps.loc[steps["step"] != "end", column].sum() - end)


def deal_moves(between: pd.DataFrame, due: Span | None = None) -> pd.DataFrame:
    """One row per opportunity and step it took: opportunity_id, step, amount (signed); `start` is a step."""
    before, after = _due(between, "_start", due), _due(between, "_end", due)
    known = between["outcome_start"] != ""
    open_before, open_after = between["outcome_start"] == "open", between["outcome_end"] == "open"
    was, now = between["amount_start"].fillna(0), between["amount_end"].fillna(0)
    gone = between["outcome_end"] == ""
    now = now.where(~gone, was)
    closed = ~open_after & ~gone & (open_before | ~known)
    # A win belongs to the span in which it was signed; a lost deal to that in which it was expected.
    is_won = between["outcome_end"] == "won"
    in_span = _within(between["closed_on_end"], due).where(
        is_won, _within(between["expected_close_on_end"], due)
    )
    due_when_closed = closed & in_span
    lapsed = closed & before
    passed = (due_when_closed & ~before) | lapsed
    entered = (after | (due_when_closed & closed)) & ~before
    change = (now - was).where(known & (before | (entered & open_before)) & ~gone, 0.0)
    flows = {
        "start": was.where(before),
        "new": now.where(entered & ~known),
        "reopened": now.where(entered & known & ~open_before),
        "pulled_in": was.where(entered & open_before),
        "amount_up": change.where(change > 0),
        "amount_down": change.where(change < 0),
        "pushed_out": -now.where(before & (open_after | gone) & ~after),
        **{outcome: -now.where(passed & (between["outcome_end"] == outcome)) for outcome in ENDED},
    }
    parts = [_step(between, step, amounts) for step, amounts in flows.items()]
    return pd.concat(parts, ignore_index=True)


ENDED = ("lost", "invalid", "won")


def _step(between: pd.DataFrame, step: str, amounts: pd.Series) -> pd.DataFrame:
    chosen = amounts.notna()
    return pd.DataFrame(
        {"opportunity_id": between.loc[chosen, "opportunity_id"], "step": step, "amount": amounts[chosen]}
    )


def _due(between: pd.DataFrame, when: str, due: Span | None) -> pd.Series:
    return (between[f"outcome{when}"] == "open") & _within(between[f"expected_close_on{when}"], due)


def _within(days: pd.Series, due: Span | None) -> pd.Series:
    if due is None:
        return pd.Series(True, index=days.index)
    return days.between(pd.Timestamp(due[0]), pd.Timestamp(due[1]))


def flow(between: pd.DataFrame) -> pd.DataFrame:
    """From which state to which the deals went, one row per pair: source, target, amount, deals.

    The sums of `flow_deals`.
    """
    grouped = flow_deals(between).groupby(["source", "target"])["amount"].agg(amount="sum", deals="size")
    return grouped.reset_index()


def flow_deals(between: pd.DataFrame) -> pd.DataFrame:
    """The deals behind each band, one row per deal, the largest of each pair first.

    Columns: opportunity_id, source, target, amount.
    A state is a stage of an open deal, `new` (not known at the start), or won, lost, invalid. The amount is
    the later one. Deals that were closed at both days are left out.
    """
    moving = (between["outcome_start"] == "open") | (between["outcome_start"] == "")
    moving |= between["outcome_end"] == "open"
    rows = between.loc[moving & (between["outcome_end"] != "")]
    pairs = pd.DataFrame(
        {
            "opportunity_id": rows["opportunity_id"],
            "source": _state(rows, "_start", "new"),
            "target": _state(rows, "_end", NOWHERE),
            "amount": rows["amount_end"].fillna(0.0),
        }
    )
    order = ["source", "target", "amount", "opportunity_id"]
    return pairs.sort_values(order, ascending=[True, True, False, True], ignore_index=True)


def closed_in(deals: pd.DataFrame, since: datetime.date, as_of: datetime.date) -> pd.DataFrame:
    """One row per outcome: outcome, became_known and closed (deals, after `since` up to `as_of`).

    The waterfall counts what became known, win rates count by the day of closing; a deal closed before and
    entered later is in one and not in the other.
    """
    first, last = pd.Timestamp(since), pd.Timestamp(as_of)
    columns = {"became_known": "closed_known_on", "closed": "closed_on"}
    inside = {name: (deals[day] > first) & (deals[day] <= last) for name, day in columns.items()}
    rows = [
        (outcome, *(int((mask & (deals["outcome"] == outcome)).sum()) for mask in inside.values()))
        for outcome in ("won", "lost", "invalid")
    ]
    return pd.DataFrame(rows, columns=["outcome", *inside])


def _state(rows: pd.DataFrame, when: str, absent: str) -> np.ndarray:
    outcome, stage = rows[f"outcome{when}"], rows[f"stage{when}"]
    return np.select([outcome == "", outcome == "open"], [absent, stage.where(stage != "", "open")], outcome)
