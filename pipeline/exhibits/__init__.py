"""Exhibits: a finished table becomes a figure, a display table or a sentence, in the reader's language.

Exhibits only draw. They compute no statistic, and the same input gives the same bytes. What every
notebook needs can be imported from here; the chapters' own exhibits stand in their modules.
"""

from pipeline.exhibits.cards import headlines
from pipeline.exhibits.exhibit import exhibit, note
from pipeline.exhibits.reader import Reader
from pipeline.exhibits.sentences import answers, findings
from pipeline.exhibits.sources import provenance

__all__ = ["Reader", "answers", "exhibit", "findings", "headlines", "note", "provenance"]
