"""Executed notebooks and run records as pages, workbooks, mail bodies and PDF."""

from pipeline.publish.render.facts import (
    Incident,
    IndexEntry,
    Link,
    RenderedReport,
    ReportFacts,
)
from pipeline.publish.render.listing import render_incident, render_index
from pipeline.publish.render.mail import MailBody, render_mail
from pipeline.publish.render.pdf import find_chromium, print_pdf
from pipeline.publish.render.quality import render_quality
from pipeline.publish.render.report import render_report

__all__ = [
    "Incident", "IndexEntry", "Link", "MailBody", "RenderedReport", "ReportFacts", "find_chromium",
    "print_pdf", "render_incident", "render_index", "render_mail", "render_quality", "render_report",
]  # fmt: skip
