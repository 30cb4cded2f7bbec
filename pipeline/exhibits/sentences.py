"""Findings as sentences: the answer first, then few findings ranked by the money at stake."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from pipeline.exhibits.exhibit import Findings, Sheet
from pipeline.exhibits.markup import clean, escape, isolate, tag, token
from pipeline.exhibits.reader import Reader
from pipeline.findings import Finding, Missing

ORDER = ("finding", "change", "risk", "action")
"""Kinds in the order in which they are shown; answers stand on their own."""


def answers(findings: Sequence[Finding] | Missing, reader: Reader) -> Findings:
    """The answers of a chapter: one sentence per question, each with its number."""
    chosen = [finding for finding in _given(findings) if finding.kind == "answer"]
    sentences = [sentence(finding, reader) for finding in chosen] or [reader.text("answer-none")]
    html = tag("div", "".join(tag("p", escape(text)) for text in sentences), "qd-exhibit qd-answers")
    return Findings(
        html=html,
        text="\n".join(sentences),
        title=sentences[0],
        records=_records(chosen, reader, {}),
        ident="answer",
    )


def findings(
    findings: Sequence[Finding] | Missing,
    reader: Reader,
    *,
    most: int = 7,
    people: pd.DataFrame | None = None,
    kinds: Sequence[str] = ORDER,
    title: str = "",
) -> Findings:
    """Findings of all kinds but answers, each kind ranked by the money at stake.

    Args:
        findings: from one chapter or several.
        reader: language and formats.
        most: sentences shown of each kind; the rest stands behind "more".
        people: `person_id` and `name` of those who may own an action.
        kinds: which kinds, in which order.
        title: heading, where several lists stand on a page.
    """
    names = {} if people is None else dict(zip(people["person_id"], people["name"], strict=True))
    chosen = {kind: rank([f for f in _given(findings) if f.kind == kind]) for kind in kinds}
    present = {kind: some for kind, some in chosen.items() if some}
    blocks = [
        _block(kind, some, reader, names, most, with_head=len(present) > 1) for kind, some in present.items()
    ]
    nothing = reader.text(f"findings-none-{kinds[0]}" if len(kinds) == 1 else "findings-none")
    body = "".join(blocks) or tag("p", escape(nothing), "qd-note")
    every = [finding for some in present.values() for finding in some]
    head = tag("p", escape(title), "qd-title") if title else ""
    text = "\n".join(f"- {sentence(finding, reader)}" for finding in every) or nothing
    return Findings(
        html=tag("div", head + body, "qd-exhibit qd-findings"),
        text=text,
        title=title or reader.text("findings-title"),
        ident=token("findings", *kinds, text),
        sheets=(_sheet(every, reader, names, title or reader.text("findings-title")),) if every else (),
        records=_records(every, reader, names),
    )


def rank(findings: Sequence[Finding]) -> list[Finding]:
    """Findings by the money at stake, largest first; equals keep their order."""
    return sorted(findings, key=lambda finding: -abs(finding.money_at_stake))


def sentence(finding: Finding, reader: Reader) -> str:
    """A finding in the reader's language, without control characters from the data."""
    return clean(reader.text(finding.key, **finding.values))


def _given(findings: Sequence[Finding] | Missing) -> Sequence[Finding]:
    return () if isinstance(findings, Missing) else findings


def _block(
    kind: str,
    findings: Sequence[Finding],
    reader: Reader,
    names: dict[str, str],
    most: int,
    *,
    with_head: bool,
) -> str:
    items = [_item(finding, reader, names) for finding in findings]
    head = tag("h3", escape(reader.text(f"findings-{kind}"))) if with_head else ""
    html = head + tag("ol", "".join(items[:most]))
    if len(items) > most:
        summary = tag("summary", escape(reader.text("findings-more", number=len(items) - most)))
        html += tag(
            "details",
            summary + tag("ol", "".join(items[most:]), style=f"counter-reset:finding {most}"),
            "qd-more",
        )
    return html


def _item(finding: Finding, reader: Reader, names: dict[str, str]) -> str:
    parts = [tag("p", escape(sentence(finding, reader)), "qd-sentence")]
    for suffix in ("why", "do"):
        key = f"{finding.key}-{suffix}"
        if reader.has_text(key):
            parts.append(tag("p", escape(reader.text(key, **finding.values)), f"qd-{suffix}"))
    meta = _meta(finding, reader, names)
    if meta:
        parts.append(tag("p", "".join(tag("span", entry) for entry in meta), "qd-meta"))
    return tag("li", tag("div", "".join(parts)))


def _meta(finding: Finding, reader: Reader, names: dict[str, str]) -> list[str]:
    entries = []
    if finding.money_at_stake > 0 and finding.kind != "change":
        entries.append(escape(reader.text("finding-stake", amount=reader.money(finding.money_at_stake))))
    if finding.likelihood is not None:
        entries.append(escape(reader.text("finding-likelihood", share=reader.percent(finding.likelihood))))
    if finding.kind == "action" or finding.owner:
        owner = isolate(names.get(finding.owner, finding.owner)) if finding.owner else _field()
        entries.append(f"{escape(reader.text('finding-owner'))} {owner}")
    if finding.kind == "action" or finding.due_on:
        due = escape(reader.date(finding.due_on)) if finding.due_on else _field()
        entries.append(f"{escape(reader.text('finding-due'))} {due}")
    if finding.evidence:
        link = escape(reader.text("finding-evidence"))
        entries.append(f'<a class="qd-evidence" href="#{escape(finding.evidence)}">{link}</a>')
    return entries


def _field() -> str:
    return '<span class="qd-field"> </span>'


def _records(
    findings: Sequence[Finding], reader: Reader, names: dict[str, str]
) -> tuple[dict[str, Any], ...]:
    return tuple(
        {
            "key": finding.key,
            "kind": finding.kind,
            "sentence": sentence(finding, reader),
            "money_at_stake": float(finding.money_at_stake),
            "evidence": finding.evidence,
            "owner": finding.owner,
            "owner_name": clean(names.get(finding.owner, finding.owner)),
            "due_on": finding.due_on.isoformat() if finding.due_on else None,
            "values": {name: _json(quantity.value) for name, quantity in finding.values.items()},  # noqa: PD011
        }
        for finding in findings
    )


def _json(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value.item() if hasattr(value, "item") else value


def _sheet(findings: Sequence[Finding], reader: Reader, names: dict[str, str], title: str) -> Sheet:
    heads = ("kind", "sentence", "stake", "owner", "due")
    kinds = {"stake": "money", "due": "date"}
    columns = tuple(
        {
            "label": reader.text(f"findings-column-{head}"),
            "kind": kinds.get(head, "text"),
            "unit": reader.currency if head == "stake" else "",
        }
        for head in heads
    )
    rows = tuple(
        (
            reader.text(f"findings-{finding.kind}"),
            sentence(finding, reader),
            float(finding.money_at_stake) or None,
            clean(names.get(finding.owner, finding.owner)),
            finding.due_on.isoformat() if finding.due_on else None,
        )
        for finding in findings
    )
    return Sheet(title, columns, rows)
