"""Why a number moved between two reviews: new data, corrected data, another definition, other code."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from pipeline.publish.comparison import compare
from pipeline.publish.record import Record


@dataclass(frozen=True)
class Change:
    """One headline number in two reviews, its change split exactly: the four parts add up to it.

    Attributes:
        before, after: as published; None where a review lacks the number, and then nothing is split.
        by_code: other code, libraries or notebooks.
        by_definition: company.toml says something else.
        by_corrected_data: what the earlier period's data are known to be today, against what they were.
        by_new_data: the rest: what happened since.
    """

    name: str
    before: float | None
    after: float | None
    by_new_data: float | None = None
    by_corrected_data: float | None = None
    by_definition: float | None = None
    by_code: float | None = None

    @property
    def is_split(self) -> bool:
        """Whether both reviews have the number."""
        return self.by_new_data is not None

    @property
    def parts(self) -> dict[str, float]:
        """What each cause moved, by its name."""
        return {name: value for name, value in asdict(self).items() if name.startswith("by_")}

    def to_json(self) -> dict[str, Any]:
        """For programs."""
        return asdict(self)


@dataclass(frozen=True)
class Recomputed:
    """The earlier review made again with today's code.

    Attributes:
        with_its_definition: from today's data, by the company.toml of then.
        with_todays: from today's data, by the company.toml of today.
    """

    with_its_definition: Record
    with_todays: Record


def needs_recomputing(before: Record, *, data: str, definition: str, after: Record) -> bool:
    """False when nothing but new data can have moved a number: the earlier review would come out the same.

    Args:
        before: the earlier review.
        data: fingerprint of the earlier period's book as it is known today.
        definition: hash of what company.toml says today.
        after: the later review.
    """
    same_code = not any(one.startswith("code:") for one in compare(before, after).details)
    return not (same_code and before.data == data and before.definition == definition)


def split_changes(before: Record, after: Record, again: Recomputed | None) -> tuple[Change, ...]:
    """Every headline number that moved, split by what moved it.

    Args:
        before: the earlier review, as published.
        after: the later one.
        again: the earlier one made again; None when `needs_recomputing` says that it would be the same.
    """
    return tuple(
        _change(moved.name, moved.before, moved.after, before, again)
        for moved in compare(before, after).moved
    )


def _change(
    name: str, was: float | None, now: float | None, before: Record, again: Recomputed | None
) -> Change:
    if was is None or now is None:
        return Change(name, was, now)
    if again is None:
        return Change(name, was, now, now - was, 0.0, 0.0, 0.0)
    kept = again.with_its_definition.headlines.get(name)
    today = again.with_todays.headlines.get(name)
    if kept is None or today is None:
        return Change(name, was, now)
    # With other data and other code at once, what neither definition nor time explains is the data's.
    is_code = again.with_its_definition.data == before.data
    moved = kept - was
    return Change(
        name,
        was,
        now,
        by_new_data=now - today,
        by_corrected_data=0.0 if is_code else moved,
        by_definition=today - kept,
        by_code=moved if is_code else 0.0,
    )
