"""Key figures beside those of the report before, and what moved them."""

from dataclasses import replace

from pipeline.exhibits.cards import cards_of, with_changes
from pipeline.exhibits.change_parts import change_parts
from pipeline.exhibits.markup import escape, tag
from pipeline.exhibits.reader import Reader
from pipeline.publish.render.facts import ReportFacts
from pipeline.publish.render.sections import Document


def since_the_report_before(document: Document, facts: ReportFacts, reader: Reader) -> Document:
    """The document with changes on its cards and one sentence that says what moved them."""
    if not facts.before:
        return document
    since = reader.period(facts.before_key)
    cards = with_changes(document.headlines, facts.before, since, reader)
    if not cards:
        return document
    parts = change_parts(cards_of(document.headlines), facts.before, facts.before_parts, since, reader)
    note = tag("p", escape(_sentence(facts, since, reader, is_split=bool(parts))), "qd-note qd-since") + parts
    lead = tuple(
        replace(block, html=cards + note) if block.record.get("kind") == "headlines" else block
        for block in document.lead
    )
    return replace(document, lead=lead)


def _sentence(facts: ReportFacts, since: str, reader: Reader, *, is_split: bool) -> str:
    if not facts.before_causes:
        return reader.text("page-since-new", since=since)
    causes = reader.join(reader.text(f"page-since-{cause}") for cause in facts.before_causes)
    if is_split:
        return reader.text("page-since-split", since=since, causes=causes)
    command = f"quarterdeck diff {facts.before_key} {facts.period_key} --split"
    return reader.text("page-since-also", since=since, causes=causes, command=command)
