"""What an exhibit is: an immutable value that shows itself in JupyterLab and in the published page alike.

Its HTML is a fragment without script or style of its own. A notebook shows it behind a short style
element (`notebook_style`), which the publisher takes off again. Beside the HTML each exhibit carries
`application/vnd.quarterdeck.exhibit+json`: what it is, whether it was left out, and its typed tables,
from which the workbook is made.
"""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Concatenate, Literal, ParamSpec, TypeVar

from pipeline import catalog
from pipeline.exhibits import palette
from pipeline.exhibits.markup import escape, tag
from pipeline.exhibits.reader import Reader
from pipeline.findings import Missing

EXHIBIT_MIME = "application/vnd.quarterdeck.exhibit+json"
HEADLINES_MIME = "application/vnd.quarterdeck.headlines+json"
STYLE_END = "<!--quarterdeck-->"

ExhibitKind = Literal["figure", "table", "findings", "headlines", "note", "provenance"]


@dataclass(frozen=True)
class Sheet:
    """A table for the workbook: typed values under named columns.

    Attributes:
        title: name of the sheet (shortened to what Excel allows).
        columns: one mapping per column with `label`, `kind` (see `pipeline.findings.Kind`) and `unit`.
        rows: values in base units, dates as ISO text, `None` where there is none.
        notes: sentences below the table.
    """

    title: str
    columns: tuple[Mapping[str, str], ...]
    rows: tuple[tuple[Any, ...], ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Exhibit:
    """Base of every exhibit.

    Attributes:
        html: a fragment that is valid in any HTML page; its identifiers begin with `ident`.
        text: the same in plain text.
        title: what it says, in one line.
        ident: prefix of the fragment's identifiers.
        sheets: its data for the workbook.
        left_out: it stands where a figure or table could not be made.
    """

    html: str
    text: str
    title: str = ""
    ident: str = ""
    sheets: tuple[Sheet, ...] = ()
    left_out: bool = False
    kind: ExhibitKind = field(default="note", kw_only=True)

    def extra(self) -> dict[str, Any]:
        """Further MIME types of the bundle."""
        return {}

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:  # noqa: ARG002
        record = {
            "kind": self.kind,
            "title": self.title,
            "ident": self.ident,
            "left_out": self.left_out,
            "sheets": [
                {
                    "title": sheet.title,
                    "columns": [dict(column) for column in sheet.columns],
                    "rows": [list(row) for row in sheet.rows],
                    "notes": list(sheet.notes),
                }
                for sheet in self.sheets
            ],
        }
        return {
            "text/html": notebook_style() + self.html,
            "text/plain": self.text,
            EXHIBIT_MIME: record,
            **self.extra(),
        }


@dataclass(frozen=True)
class Figure(Exhibit):
    """A chart as inline SVG with alt text, its finding as title and its data behind `<details>`."""

    kind: ExhibitKind = field(default="figure", kw_only=True)


@dataclass(frozen=True)
class Table(Exhibit):
    """A display table."""

    kind: ExhibitKind = field(default="table", kw_only=True)


@dataclass(frozen=True)
class Findings(Exhibit):
    """Ranked sentences, each with its number and a link to its evidence."""

    records: tuple[Mapping[str, Any], ...] = field(default=(), kw_only=True)
    kind: ExhibitKind = field(default="findings", kw_only=True)

    def extra(self) -> dict[str, Any]:
        """The sentences as records, for `run.json`."""
        return {"application/vnd.quarterdeck.findings+json": [dict(record) for record in self.records]}


@dataclass(frozen=True)
class Headlines(Exhibit):
    """Key figures as cards; `records` has each number unrounded, for the run's record."""

    records: tuple[Mapping[str, Any], ...] = field(default=(), kw_only=True)
    kind: ExhibitKind = field(default="headlines", kw_only=True)

    def extra(self) -> dict[str, Any]:
        """The numbers as records."""
        return {HEADLINES_MIME: [dict(record) for record in self.records]}


@dataclass(frozen=True)
class Note(Exhibit):
    """One sentence; with `left_out`, in the place of what could not be shown."""

    kind: ExhibitKind = field(default="note", kw_only=True)


P = ParamSpec("P")
T = TypeVar("T")
E = TypeVar("E", bound=Exhibit)


def exhibit(
    function: Callable[Concatenate[T, P], E],
) -> Callable[Concatenate[T | Missing, P], E | Note]:
    """Decorate an exhibit function `f(table, ..., reader)`: of a `Missing` it makes the note that says why.

    The reader is found among the other arguments, positional or by name.
    """

    @functools.wraps(function)
    def shown(table: T | Missing, /, *args: P.args, **kwargs: P.kwargs) -> E | Note:
        if isinstance(table, Missing):
            return left_out(table, _reader_among([*args, *kwargs.values()], function.__name__))
        return function(table, *args, **kwargs)

    return shown


def left_out(missing: Missing, reader: Reader) -> Note:
    """The sentence that stands where an exhibit would, and says what is missing and why."""
    what = reader.text(missing.what)
    if missing.reason:
        why = reader.text(missing.reason, **missing.values)
    else:
        names = reader.join(_table_name(table, reader) for table in missing.tables)
        why = reader.text("left-out-tables", tables=names, number=len(missing.tables))
    sentence = reader.text("left-out", what=what, why=why)
    return Note(
        html=tag("p", escape(sentence), "qd-note qd-left-out"), text=sentence, title=what, left_out=True
    )


def note(sentence: str) -> Note:
    """A plain sentence, already in the reader's language."""
    return Note(html=tag("p", escape(sentence), "qd-note"), text=sentence, title=sentence)


@functools.cache
def notebook_style() -> str:
    """The style element that precedes an exhibit in a notebook; the publisher strips it."""
    from pipeline.exhibits.stylesheet import exhibit_css

    variables = palette.css(":root", "[data-jp-theme-light=false]")
    return f"<style>{variables}{exhibit_css()}</style>{STYLE_END}"


def without_notebook_style(fragment: str) -> str:
    """An exhibit's HTML as it goes into a page."""
    head, mark, rest = fragment.partition(STYLE_END)
    return rest if mark and head.startswith("<style>") else fragment


def _table_name(table: str, reader: Reader) -> str:
    declared = catalog.tables().get(table)
    return declared.label(reader.language) if declared else table


def _reader_among(values: list[Any], function: str) -> Reader:
    for value in values:
        if isinstance(value, Reader):
            return value
    raise TypeError(f"{function}: an exhibit function needs a Reader among its arguments.")
