"""Opportunities as they stood on given days, rebuilt from the changes known by then.

Everything is "the last change before the day" by window functions, never an as-of join: it is faster and
runs on every engine. A deal's history at a day is exactly the changes with `known_on` up to that day.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import date
from typing import Any

from pipeline.book.days import day_literal
from pipeline.book.dimensions import deal_size, first_text, with_dimensions
from pipeline.book.knowledge import Knowledge, known_by
from pipeline.company import Company

DEAL = ("snapshot_on", "opportunity_id")
RECENT_DAYS = 30
TURNS = (
    "probability", "forecast_category", "next_step_on", "entered_stage_on", "closed_known_on", "pushes",
    "pulls", "amount_changes", "regressions",
)  # fmt: skip
"""Columns that need each change beside the one before it, or the very last: the dear ones."""
ACTIVITY = ("activities", "activities_30_days", "last_activity_on")


def deals_at_end(know: Knowledge, company: Company, wanted: Collection[str]) -> Any:
    """One row per deal known, as it stood at the end of the book's date, with the columns `wanted`."""
    return _deals(know, company, wanted, "", lambda: changes_at_end(know))


def open_deals(know: Knowledge, company: Company, days: Sequence[date], wanted: Collection[str]) -> Any:
    """One row per day and deal open then, as it stood and was known then, with the columns `wanted`."""
    label = "open " + " ".join(day.isoformat() for day in days)
    return _deals(know, company, wanted, label, lambda: changes_of_open(know, days))


def _deals(
    know: Knowledge, company: Company, wanted: Collection[str], label: str, changes: Callable[[], Any]
) -> Any:
    """Building blocks by name: the states that `changes` lead to (`label` says which), with attributes."""
    if set(TURNS) & set(wanted):
        moves = know.named(f"turns {label}", lambda: with_previous(company, changes(), DEAL))
        state = know.named(f"states {label}", lambda: states(company, moves, turns=True))
    else:
        state = know.named(
            f"plain states {label}", lambda: states(company, _placed(company, changes()), turns=False)
        )
    named = f"deals {_label(wanted)} {label}"
    at_end = not label
    return know.named(named, lambda: with_attributes(know, company, state, wanted, at_end=at_end))


def _placed(company: Company, changes: Any) -> Any:
    return changes.mutate(stage_index=stage_number(company, changes.stage))


def _label(wanted: Collection[str]) -> str:
    return " ".join(sorted(wanted))


def changes_at_end(know: Knowledge) -> Any:
    """Every known change, with snapshot_on = the book's date."""
    history = know.table("opportunity_history")
    return history.mutate(snapshot_on=day_literal(know.as_of))


def changes_of_open(know: Knowledge, days: Sequence[date]) -> Any:
    """For each day, the changes known by then of the deals that were open then."""
    import ibis

    history = know.table("opportunity_history")
    later = ibis.window(group_by="opportunity_id", order_by="change_number", following=(1, None))
    spans = history.mutate(hidden_on=history.known_on.min().over(later))
    snapshots = ibis.array([ibis.literal(day) for day in days]).unnest().name("snapshot_on").as_table()
    spans = spans.filter(spans.outcome == "open").select("known_on", "hidden_on", deal="opportunity_id")
    pairs = spans.join(
        snapshots,
        [
            spans.known_on <= snapshots.snapshot_on,
            spans.hidden_on.isnull() | (spans.hidden_on > snapshots.snapshot_on),
        ],
    ).select("deal", "snapshot_on")
    joined = pairs.inner_join(history, [("deal", "opportunity_id")])
    return joined.filter(joined.known_on <= joined.snapshot_on).drop("deal")


def stage_number(company: Company, stage: Any) -> Any:
    """1 for the company's first stage and so on; 0 where the stage is unknown or not recorded."""
    import ibis

    numbers = [(stage == key, number) for number, key in enumerate(company.stage_keys, start=1)]
    return ibis.cases(*numbers, else_=0).cast("int64")


def with_previous(company: Company, changes: Any, keys: Sequence[str]) -> Any:
    """Changes with their stage_index, what stood before (previous_*), and last_number of the deal."""
    import ibis

    changes = _placed(company, changes)
    ordered = ibis.window(group_by=list(keys), order_by="change_number")
    before = {
        f"previous_{name}": changes[name].lag().over(ordered)
        for name in ("outcome", "stage", "stage_index", "amount", "expected_close_on")
    }
    last = changes.change_number.max().over(ibis.window(group_by=list(keys)))
    return changes.mutate(**before, last_number=last)


def enters_stage(changes: Any) -> Any:
    """True for a change by which a deal comes to stand, open, in another stage."""
    moved = changes.previous_outcome.isnull() | (changes.previous_outcome != "open")
    return (changes.outcome == "open") & (moved | (changes.stage != changes.previous_stage))


def states(company: Company, c: Any, *, turns: bool) -> Any:
    """One row per snapshot_on and deal: its state and what its history of changes `c` amounts to.

    `TURNS` are there only if asked for, and `c` then has what stood before each change.
    """
    number, is_open = c.change_number, c.outcome == "open"
    staged, planned = c.stage != "", is_open & c.expected_close_on.notnull()
    state = c.group_by(*DEAL).agg(
        outcome=c.outcome.argmax(number),
        open_stage=c.stage.argmax(number, where=is_open & staged),
        any_stage=c.stage.argmax(number, where=staged),
        deepest=c.stage_index.max(),
        amount=c.amount.argmax(number, where=c.amount.notnull()),
        first_amount=c.amount.argmin(number, where=c.amount.notnull()),
        expected_close_on=c.expected_close_on.argmax(number, where=planned),
        first_expected_close_on=c.expected_close_on.argmin(number, where=planned),
        rep_id=c.rep_id.argmax(number, where=c.rep_id != ""),
        last_changed_on=c.changed_on.argmax(number),
        open_changes=is_open.sum(),
        **(_turns(c) if turns else {}),
    )
    return _finished(company, state)


def _turns(c: Any) -> dict[str, Any]:
    """What a deal's last change says, and what each change moved."""
    number, is_open = c.change_number, c.outcome == "open"
    is_last, planned = number == c.last_number, is_open & c.expected_close_on.notnull()
    closing = ~is_open & (c.previous_outcome.isnull() | (c.previous_outcome != c.outcome))
    return {
        "probability": c.probability.max(where=is_last),
        "forecast_category": c.forecast_category.max(where=is_last),
        "next_step_on": c.next_step_on.max(where=is_last),
        "entered_stage_on": c.changed_on.argmax(number, where=enters_stage(c)),
        "closed_known_on": c.known_on.argmax(number, where=closing),
        "pushes": (planned & (c.expected_close_on > c.previous_expected_close_on)).sum(),
        "pulls": (planned & (c.expected_close_on < c.previous_expected_close_on)).sum(),
        "amount_changes": (is_open & (c.amount != c.previous_amount)).sum(),
        "regressions": (is_open & (c.stage_index > 0) & (c.stage_index < c.previous_stage_index)).sum(),
    }


def latest_reps(know: Knowledge) -> Any:
    """One row per deal with a known change: deal, rep_id (the last one recorded)."""
    changes = know.table("opportunity_history")
    last = changes.rep_id.argmax(changes.change_number, where=changes.rep_id != "").fill_null("")
    return changes.group_by("opportunity_id").agg(rep_id=last).rename(deal="opportunity_id")


def _finished(company: Company, state: Any) -> Any:
    import ibis

    is_open = state.outcome == "open"
    stage = first_text(state.open_stage, state.any_stage)
    reached = ibis.ifelse(state.outcome == "won", len(company.stages), state.deepest)
    nothing = ibis.null("date")
    if "closed_known_on" in state.columns:
        state = state.mutate(closed_known_on=ibis.ifelse(is_open, nothing, state.closed_known_on))
    return state.mutate(
        stage=stage, stage_index=stage_number(company, stage), deepest_stage_index=reached,
        closed_on=ibis.ifelse(is_open, nothing, state.last_changed_on),
        history_is_rebuilt=~is_open & (state.open_changes <= 1),
        rep_id=state.rep_id.fill_null(""),
    ).drop("open_stage", "any_stage", "deepest", "open_changes")  # fmt: skip


def with_attributes(
    know: Knowledge, company: Company, state: Any, wanted: Collection[str], *, at_end: bool
) -> Any:
    """States with the deal's attributes and what is `wanted` of its dimensions and activities by then."""
    deals = know.table("opportunities")
    joined = state.inner_join(deals, "opportunity_id")
    joined = known_by("opportunities", joined, joined.snapshot_on)
    joined = joined.mutate(size=deal_size(company, joined.amount))
    needed = set(wanted) | ({"person"} if "rep_id" in wanted else set())
    joined = with_dimensions(know, joined, needed)
    if "rep_id" in wanted:
        joined = joined.mutate(rep_id=joined.person)
    return _with_activities(know, joined, at_end=at_end) if set(ACTIVITY) & needed else joined


def _with_activities(know: Knowledge, deals: Any, *, at_end: bool) -> Any:
    done = _activities(know, deals, at_end=at_end)
    joined = deals.left_join(done, [("snapshot_on", "day"), ("opportunity_id", "deal")])
    counts = {name: joined[name].fill_null(0) for name in ACTIVITY[:2]}
    return joined.mutate(**counts).drop("day", "deal")


def _activities(know: Knowledge, deals: Any, *, at_end: bool) -> Any:
    """One row per snapshot_on (day) and deal with activities done by then."""
    done = know.table("activities")
    done = done.filter(done.opportunity_id != "").select("done_on", deal="opportunity_id")
    if at_end:
        pairs = done.mutate(day=day_literal(know.as_of))  # nothing later is known
    else:
        asked = deals.select("opportunity_id", day="snapshot_on")
        pairs = asked.inner_join(done, [("opportunity_id", "deal")])
        pairs = pairs.filter(pairs.done_on <= pairs.day)
    age = pairs.day.delta(pairs.done_on, unit="day")
    return pairs.group_by("day", "deal").agg(
        activities=pairs.count(),
        activities_30_days=(age < RECENT_DAYS).sum(),
        last_activity_on=pairs.done_on.max(),
    )
