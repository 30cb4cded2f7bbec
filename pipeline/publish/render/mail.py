"""A report as a mail body: answer, key figures and findings, in HTML for old mail programs and as text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.company import Company, Language
from pipeline.exhibits.cards import cards_of
from pipeline.exhibits.markup import escape
from pipeline.exhibits.palette import light
from pipeline.exhibits.reader import Reader
from pipeline.exhibits.sources import scope_name
from pipeline.parameters import Scope
from pipeline.publish.render.facts import ReportFacts
from pipeline.publish.render.pages import LANG
from pipeline.publish.render.report import load_notebook
from pipeline.publish.render.sections import Document, read_document

FONT = "font-family:'Segoe UI',Roboto,Helvetica,Arial,'Microsoft YaHei','PingFang SC',sans-serif"
CARDS_A_ROW = 3
MOST_OF_KIND = {"change": 3, "risk": 3, "action": 5, "finding": 3}
"""Sentences of a letter by kind, in this order; the report has them all."""


@dataclass(frozen=True)
class MailBody:
    """The two alternatives of a message, and its subject."""

    subject: str
    html: str
    text: str


def render_mail(
    executed: Path, *, company: Company, language: Language, facts: ReportFacts, link: str = ""
) -> MailBody:
    """The message that stands for a report: tables and inline styles only, no script, nothing loaded.

    Args:
        executed: the executed notebook.
        company: whose report.
        language: of the message.
        facts: of the run.
        link: address of the full report; empty when it is attached.
    """
    reader = Reader.of(company, language)
    document = read_document(load_notebook(executed), facts.notebook, language)
    scope = scope_name(Scope(facts.scope_dimension, facts.scope_value), reader)
    subject = f"{document.title} · {reader.period(facts.period_key)} · {scope}"
    return MailBody(
        subject, _html(document, reader, facts, subject, link), _text(document, reader, facts, subject, link)
    )


def _answers(document: Document) -> list[str]:
    return [str(record["sentence"]) for record in document.findings if record["kind"] == "answer"]


def _told(document: Document, reader: Reader) -> list[tuple[str, list[str]]]:
    """Headings with their sentences; an action with its owner and day."""
    told = []
    for kind, most in MOST_OF_KIND.items():
        found = [record for record in document.findings if record["kind"] == kind][:most]
        if found:
            heading = reader.text(f"findings-{kind}")
            told.append((heading, [_sentence(record, reader) for record in found]))
    return told


def _sentence(record: Mapping[str, Any], reader: Reader) -> str:
    facts = []
    if record.get("owner_name"):
        facts.append(f"{reader.text('finding-owner')} {record['owner_name']}")
    if record.get("due_on"):
        facts.append(f"{reader.text('finding-due')} {reader.date(record['due_on'])}")
    return " · ".join([str(record["sentence"]), *facts])


def _html(document: Document, reader: Reader, facts: ReportFacts, subject: str, link: str) -> str:
    ink, soft, rule, main = (light(role) for role in ("ink", "soft", "rule", "main"))
    as_of = reader.text("page-as-of", date=reader.date(facts.as_of))
    head = f"{reader.company.title(reader.language)} · {subject}"
    finding = f"font-size:15px;line-height:1.5;color:{ink};margin:0;padding:7px 0;border-top:1px solid {rule}"
    heading = f"font-size:13px;font-weight:bold;color:{soft};margin:14px 0 4px"
    parts = [
        _paragraph(escape(head), f"font-size:13px;color:{soft};margin:0"),
        *(
            _paragraph(escape(sentence), f"font-size:18px;line-height:1.4;color:{ink};margin:12px 0 0")
            for sentence in _answers(document)
        ),
        _cards(cards_of(document.headlines), reader),
        *(
            _paragraph(escape(title), heading) + "".join(_paragraph(escape(text), finding) for text in told)
            for title, told in _told(document, reader)
        ),
        _paragraph(escape(as_of), f"font-size:12px;color:{soft};margin:14px 0 0"),
    ]
    if link:
        words = escape(reader.text("mail-open"))
        anchor = f'<a href="{escape(link)}" style="color:{main}">{words}</a>'
        parts.append(_paragraph(anchor, "font-size:15px;margin:14px 0 0"))
    return _letter("".join(parts), subject, LANG[reader.language], main)


def _paragraph(content: str, style: str) -> str:
    return f'<p style="{FONT};{style}">{content}</p>'


def _letter(inner: str, subject: str, lang: str, main: str) -> str:
    """A table of 600 pixels in the middle: what every mail program since 2000 draws."""
    bare = 'role="presentation" cellpadding="0" cellspacing="0"'
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
        f"<title>{escape(subject)}</title></head>"
        f'<body style="margin:0;padding:0;background:#ffffff"><table {bare} width="100%"><tr>'
        f'<td align="center" style="padding:20px 12px"><table {bare} width="600" '
        f'style="max-width:600px;width:100%;border-top:4px solid {main}"><tr>'
        f'<td style="padding:14px 0;text-align:left">{inner}</td></tr></table>'
        "</td></tr></table></body></html>"
    )


def _cards(records: Sequence[Mapping[str, Any]], reader: Reader) -> str:
    if not records:
        return ""
    rows = [records[at : at + CARDS_A_ROW] for at in range(0, len(records), CARDS_A_ROW)]
    body = "".join("<tr>" + "".join(_card(record, reader) for record in row) + "</tr>" for row in rows)
    return (
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="margin:16px 0 10px">'
        f"{body}</table>"
    )


def _card(record: Mapping[str, Any], reader: Reader) -> str:
    ink, soft = light("ink"), light("soft")
    value = reader.write(record["value"], record["kind"])
    ends = ""
    if record["low"] is not None and record["high"] is not None:
        interval = reader.interval(record["low"], record["high"], record["kind"])
        ends = f'<div style="font-size:12px;color:{soft}">{escape(interval)}</div>'
    return (
        f'<td valign="top" width="33%" style="{FONT};padding:8px 14px 8px 0;border-top:2px solid {ink}">'
        f'<div style="font-size:12px;color:{soft}">{escape(record["label"])}</div>'
        f'<div style="font-size:21px;font-weight:bold;color:{ink}">{escape(value)}</div>{ends}</td>'
    )


def _text(document: Document, reader: Reader, facts: ReportFacts, subject: str, link: str) -> str:
    lines = [reader.company.title(reader.language), subject, "=" * 60, "", *_answers(document), ""]
    for record in cards_of(document.headlines):
        value = reader.write(record["value"], record["kind"])
        if record["low"] is not None and record["high"] is not None:
            value += f" ({reader.interval(record['low'], record['high'], record['kind'])})"
        lines.append(f"{record['label']}: {value}")
    for title, told in _told(document, reader):
        lines += ["", title, *(f"- {text}" for text in told)]
    lines.append("")
    lines.append(reader.text("page-as-of", date=reader.date(facts.as_of)))
    if link:
        lines.append(f"{reader.text('mail-open')}: {link}")
    return "\n".join(lines) + "\n"
