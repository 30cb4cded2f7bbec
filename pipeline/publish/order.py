"""The order in which notebooks start: what others build on first, then what takes longest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from pipeline.publish.plan import Task


def in_good_order(tasks: Iterable[Task], took: Callable[[Task], float]) -> list[Task]:
    """The company first (what it learns is shared by all scopes), then by depth, then what took longest."""
    chosen = list(tasks)
    depth = _depths({task.notebook: task.after for task in chosen})
    return sorted(
        chosen, key=lambda task: (not task.scope.is_company, depth[task.notebook], -took(task), task.name)
    )


def _depths(after: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    """How many notebooks stand one upon another below each; a ring counts once around."""

    def depth(name: str, above: frozenset[str]) -> int:
        below = [other for other in after[name] if other in after and other not in above | {name}]
        return max((1 + depth(other, above | {name}) for other in below), default=0)

    return {name: depth(name, frozenset()) for name in after}
