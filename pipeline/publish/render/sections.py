"""An executed notebook as a report's parts: title, answer, key figures, sections, what was left out."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.company import Language
from pipeline.exhibits.exhibit import EXHIBIT_MIME, HEADLINES_MIME, without_notebook_style
from pipeline.exhibits.markup import clean, escape, tag, token
from pipeline.publish.render.prose import to_html, translated

FINDINGS_MIME = "application/vnd.quarterdeck.findings+json"
TITLE = re.compile(r"^#\s+(.+?)\s*$", re.MULTILINE)
SECTION = re.compile(r"^##\s+(.+?)\s*$", re.MULTILINE)
LEAD_CELLS = ("answer", "headlines")
LAYOUTS = ("column", "one-page")
"""How a page is set: one column for reading, or everything on one screen and one sheet of paper."""
PAPERMILL_MARKS = frozenset({"papermill-error-cell-tag"})
"""Cells that papermill put in to announce a failure; the failure itself is told elsewhere."""


@dataclass(frozen=True)
class Block:
    """A piece of a section: prose, or one exhibit with its record."""

    html: str
    text: str = ""
    record: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_exhibit(self) -> bool:
        """Whether a cell's output made it."""
        return bool(self.record)

    @property
    def is_left_out(self) -> bool:
        """Whether it stands for something that could not be shown."""
        return bool(self.record.get("left_out"))


@dataclass(frozen=True)
class Section:
    """A heading and what stands below it."""

    title: str
    anchor: str
    blocks: tuple[Block, ...]

    @property
    def is_left_out(self) -> bool:
        """Whether none of its exhibits could be made."""
        exhibits = [block for block in self.blocks if block.is_exhibit]
        return bool(exhibits) and all(block.is_left_out for block in exhibits)

    @property
    def is_provenance(self) -> bool:
        """Whether it only says where the numbers come from: the page's footer and the workbook say that."""
        exhibits = [block for block in self.blocks if block.is_exhibit]
        return bool(exhibits) and all(block.record.get("kind") == "provenance" for block in exhibits)


@dataclass(frozen=True)
class Document:
    """A report's parts in the order of the page."""

    title: str
    question: str
    layout: str
    lead: tuple[Block, ...]
    sections: tuple[Section, ...]
    left_out: tuple[Section, ...]
    stray: tuple[str, ...]
    headlines: tuple[Mapping[str, Any], ...]
    findings: tuple[Mapping[str, Any], ...]

    @property
    def exhibits(self) -> Iterator[Block]:
        """All exhibits in order."""
        yield from self.lead
        for section in self.sections:
            yield from (block for block in section.blocks if block.is_exhibit)


def read_document(notebook: Mapping[str, Any], name: str, language: Language) -> Document:
    """Take an executed notebook (as parsed JSON) apart; code is never shown.

    Args:
        notebook: nbformat 4.
        name: the notebook's name, under which its translations stand.
        language: of the prose.
    """
    head = ""
    lead: list[Block] = []
    stray: list[str] = []
    sections = [_Draft("", [])]
    records: dict[str, list[Mapping[str, Any]]] = {HEADLINES_MIME: [], FINDINGS_MIME: []}
    for cell in notebook["cells"]:
        ident = cell.get("id", "")
        if set(cell.get("metadata", {}).get("tags", ())) & PAPERMILL_MARKS:
            continue
        if cell["cell_type"] == "markdown":
            source = translated(name, ident, _joined(cell["source"]), language)
            if TITLE.search(source) and not head:
                head = source
            else:
                _add_prose(sections, source)
        elif cell["cell_type"] == "code":
            blocks, other = _outputs(cell, records)
            stray += other
            (lead if ident in LEAD_CELLS else sections[-1].blocks).extend(blocks)
    finished = [draft.finish(place) for place, draft in enumerate(sections) if draft.title or draft.blocks]
    title, question = _head(head, name)
    return Document(
        title=title,
        question=question,
        layout=_layout(notebook),
        lead=tuple(lead),
        sections=tuple(
            section for section in finished if not section.is_left_out and not section.is_provenance
        ),
        left_out=tuple(section for section in finished if section.is_left_out),
        stray=tuple(stray),
        headlines=tuple(records[HEADLINES_MIME]),
        findings=tuple(records[FINDINGS_MIME]),
    )


def _layout(notebook: Mapping[str, Any]) -> str:
    asked = notebook.get("metadata", {}).get("quarterdeck", {}).get("layout", "")
    return asked if asked in LAYOUTS else LAYOUTS[0]


def notebook_name(path: Path) -> str:
    """Name of a notebook from its file."""
    return path.name.removesuffix(".ipynb")


@dataclass
class _Draft:
    title: str
    blocks: list[Block]

    def finish(self, place: int) -> Section:
        return Section(self.title, f"s{place}-{token(self.title)[1:7]}", tuple(self.blocks))


def _head(source: str, name: str) -> tuple[str, str]:
    found = TITLE.search(source)
    title = clean(found[1]) if found else name.replace("_", " ").capitalize()
    rest = TITLE.sub("", source, count=1).strip()
    return title, to_html(rest) if rest else ""


def _add_prose(sections: list[_Draft], source: str) -> None:
    """Start a new section at each `##` heading; prose before the first one stays with the open section."""
    places = [*SECTION.finditer(source)]
    before = source[: places[0].start()] if places else source
    if before.strip():
        sections[-1].blocks.append(_prose(before))
    ends = [*(place.start() for place in places[1:]), len(source)]
    for found, end in zip(places, ends, strict=False):
        body = source[found.end() : end]
        sections.append(_Draft(clean(found[1]), [_prose(body)] if body.strip() else []))


def _prose(markdown: str) -> Block:
    return Block(tag("div", to_html(markdown), "prose"), markdown.strip())


def _outputs(
    cell: Mapping[str, Any], records: dict[str, list[Mapping[str, Any]]]
) -> tuple[list[Block], list[str]]:
    blocks: list[Block] = []
    stray: list[str] = []
    for output in cell.get("outputs", ()):
        data = output.get("data", {})
        if EXHIBIT_MIME in data:
            html = without_notebook_style(_joined(data.get("text/html", "")))
            blocks.append(Block(html, _joined(data.get("text/plain", "")), data[EXHIBIT_MIME]))
            for mime, kept in records.items():
                kept.extend(data.get(mime, []))
        elif text := _stray(output):
            stray.append(text)
            if output.get("name") != "stderr":
                blocks.append(Block(tag("pre", escape_lines(text), "stray"), text))
    return blocks, stray


def _stray(output: Mapping[str, Any]) -> str:
    if output["output_type"] == "stream":
        return _joined(output.get("text", "")).strip()
    return _joined(output.get("data", {}).get("text/plain", "")).strip()


def escape_lines(text: str) -> str:
    """Text of several lines, escaped."""
    return "\n".join(escape(line) for line in text.splitlines())


def _joined(source: Any) -> str:
    return "".join(source) if isinstance(source, list) else str(source)
