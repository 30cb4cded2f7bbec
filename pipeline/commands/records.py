"""`quarterdeck history`, `diff`, `verify`: what was published, what moved, whether it comes out again."""

from __future__ import annotations

import itertools
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from pipeline.commands.places import places, subject_finder, tell

_PARTS = {
    "by_new_data": "new data",
    "by_corrected_data": "corrected data",
    "by_definition": "definition",
    "by_code": "code",
}
_MOST_NAMED = 4
_SCOPE = click.option("--scope", default="company", show_default=True, help="Of which scope.")


@click.command()
@click.option("--latest", type=click.IntRange(1), default=20, show_default=True, help="How many runs.")
@places
def history(*, latest: int, data: str, reports: Path, as_json: bool) -> None:  # noqa: ARG001
    """List the runs that published, the latest first."""
    from pipeline.publish import journal
    from pipeline.publish.layout import Layout

    entries = list(itertools.islice(journal.latest_first(Layout(reports).history), latest))
    lines = [_line(entry) for entry in entries] or [f"Nothing was published in {reports}."]
    tell(entries, "\n".join(lines), as_json)


@click.command()
@click.argument("before")
@click.argument("after")
@_SCOPE
@click.option(
    "--split", is_flag=True, help="Split each change by new data, corrected data, definition, code."
)
@places
def diff(
    *, before: str, after: str, scope: str, split: bool, data: str, reports: Path, as_json: bool
) -> None:
    r"""Say which numbers moved between two runs, and whether by data, definition or code.

    BEFORE and AFTER are periods, runs that `history` lists, or paths of run.json files.

    \b
      quarterdeck diff 2026-09 2026-10
    """
    from pipeline.publish.comparison import compare
    from pipeline.publish.layout import Layout
    from pipeline.publish.recomputing import find_run

    earlier, later = (find_run(text, scope, Layout(reports)) for text in (before, after))
    found = compare(earlier, later)
    parts = _parts(earlier, later, data, reports) if split else {}
    moved = [{**asdict(one), "change": one.change, **parts.get(one.name, {})} for one in found.moved]
    lines = [_moved(one) for one in moved] or ["No number moved."]
    lines += ["", f"What differs: {', '.join(found.causes) or 'nothing'}", *found.details]
    result = {"moved": moved, "causes": found.causes, "details": found.details}
    tell(result, "\n".join(lines), as_json)


@click.command()
@click.argument("run")
@_SCOPE
@places
def verify(*, run: str, scope: str, data: str, reports: Path, as_json: bool) -> None:
    """Recompute a published RUN and compare every number and every file.

    RUN is a period, a run that `history` lists, or the path of a run.json. Ends with 0 when all is the same.
    """
    from pipeline.publish.cancelling import cancellable
    from pipeline.publish.layout import Layout
    from pipeline.publish.progress import ProgressView
    from pipeline.publish.recomputing import find_run
    from pipeline.publish.recomputing import verify as recompute

    record = find_run(run, scope, Layout(reports))
    with cancellable(), ProgressView() as progress:
        result = recompute(record, _request(data, reports), progress, open_book=subject_finder(reports))
    moved = [{**asdict(one), "change": one.change} for one in result.comparison.moved]
    lines = [_moved(one) for one in moved]
    lines += [f"{name}: the file differs" for name in result.different_files]
    lines += list(result.comparison.details)
    lines += [f"{record.period} {record.scope}: {'the same' if result.is_same else 'DIFFERENT'}"]
    told = {
        "same": result.is_same,
        "moved": moved,
        "different_files": result.different_files,
        "causes": result.comparison.causes,
    }
    tell(told, "\n".join(lines), as_json)
    sys.exit(0 if result.is_same else 1)


def _parts(earlier: Any, later: Any, data: str, reports: Path) -> dict[str, dict[str, float | None]]:
    from pipeline.publish.cancelling import cancellable
    from pipeline.publish.progress import ProgressView
    from pipeline.publish.recomputing import explain_changes

    with cancellable(), ProgressView() as progress:
        changes = explain_changes(
            earlier, later, _request(data, reports), progress, open_book=subject_finder(reports)
        )
    return {one.name: {part: getattr(one, part) for part in _PARTS} for one in changes}


def _request(data: str, reports: Path) -> Any:
    from pipeline.company import home
    from pipeline.publish.review import Request

    return Request(data=data, reports=reports, home=home())


def _line(entry: dict[str, Any]) -> str:
    scopes = entry.get("scopes", {})
    held = [scope for scope, one in scopes.items() if one["status"] == "held back"]
    good = [scope for scope in scopes if scope not in held]
    shown = good if len(good) <= _MOST_NAMED else [*good[: _MOST_NAMED - 1], "..."]
    told = f"{len(good)} published" + (f" ({', '.join(shown)})" if good else "")
    told += f", held back: {', '.join(held)}" if held else ""
    return f"{entry['run']}  {entry['period']:9}  {entry['seconds']:8.1f} s  {told}"


def _moved(one: dict[str, Any]) -> str:
    change = "" if one["change"] is None else f"  ({one['change']:+,.6g})"
    told = f"{one['name']}: {_number(one['before'])} -> {_number(one['after'])}{change}"
    parts = [f"{words} {one[part]:+,.6g}" for part, words in _PARTS.items() if one.get(part)]
    return f"{told}  by {', '.join(parts)}" if parts else told


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:,.10g}"
