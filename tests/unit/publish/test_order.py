"""What starts first."""

from __future__ import annotations

import json
from pathlib import Path

from pipeline.parameters import Scope
from pipeline.publish.edition import Edition
from pipeline.publish.order import in_good_order
from pipeline.publish.plan import Task, builds_on, find_notebooks

HOME = Path(__file__).parents[3]
COMPANY, EAST = Scope.parse("company"), Scope.parse("market=East")


def task(notebook: str, scope: Scope = COMPANY, after: tuple[str, ...] = ()) -> Task:
    return Task(notebook, Path(notebook), Edition(scope, "en", scope.key), {}, "", after)


def names(tasks: list[Task]) -> list[str]:
    return [one.notebook if one.scope.is_company else f"{one.notebook} of East" for one in tasks]


def test_the_company_then_what_others_build_on_then_the_longest() -> None:
    took = {"a": 1.0, "b": 5.0, "c": 9.0, "d": 9.0}
    tasks = [
        task("a", EAST),
        task("d", after=("c",)),
        task("c", after=("a", "not asked for")),
        task("b"),
        task("a"),
        task("b", EAST),
    ]
    found = in_good_order(tasks, lambda one: took[one.notebook])
    assert names(found) == ["b", "a", "c", "d", "b of East", "a of East"]


def test_notebooks_that_name_each_other_still_run() -> None:
    tasks = [task("a", after=("b",)), task("b", after=("a",)), task("c", after=("a",))]
    assert sorted(names(in_good_order(tasks, lambda _: 0.0))) == ["a", "b", "c"]


def test_what_a_notebook_builds_on_stands_in_its_metadata() -> None:
    told = {"metadata": {"quarterdeck": {"after": ["win_loss"]}}}
    assert builds_on(json.dumps(told).encode()) == ("win_loss",)
    for nothing in (b"", b"[]", b'{"metadata": {"quarterdeck": {"after": 3}}}', b'{"metadata": {}}'):
        assert builds_on(nothing) == ()


def test_our_notebooks_name_notebooks_that_there_are() -> None:
    found = {path.stem: builds_on(path.read_bytes()) for path in find_notebooks(HOME)}
    assert {other for after in found.values() for other in after} <= set(found)
    assert "win_loss" in found["funnel"]
