"""Which of all findings the executive page says: few, by money at stake, no thing twice."""

from collections.abc import Iterable, Sequence

from pipeline.analyses.executive_summary.chapters import Chapter
from pipeline.findings import Finding

MOST_OF_ONE_KIND = 2
"""Of one message (say, "deal X is stalled") at most so many are shown, so that other matters are seen."""


def answers_of(chapters: Sequence[Chapter]) -> tuple[Finding, ...]:
    """The first answer of each chapter, in the order of the chapters."""
    firsts = (next((f for f in chapter.findings if f.kind == "answer"), None) for chapter in chapters)
    return tuple(finding for finding in firsts if finding is not None)


def foremost(findings: Iterable[Finding], kind: str, most: int) -> tuple[Finding, ...]:
    """The `most` findings of a kind with the most money at stake; at most two of one message."""
    ranked = sorted((f for f in findings if f.kind == kind), key=lambda f: (-f.money_at_stake, f.key))
    kept: list[Finding] = []
    seen: dict[str, int] = {}
    for finding in ranked:
        seen[finding.key] = seen.get(finding.key, 0) + 1
        if seen[finding.key] <= MOST_OF_ONE_KIND:
            kept.append(finding)
    return tuple(kept[:most])
