"""The gallery: all exhibits with usual and extreme data on one page of each language.

python -m pipeline.publish.render.gallery OUTPUT_FOLDER
"""

import datetime
import sys
from pathlib import Path
from typing import Any

from pipeline.company import Company, Language
from pipeline.exhibits.exhibit import Exhibit
from pipeline.exhibits.reader import Reader
from pipeline.exhibits.specimens import specimens
from pipeline.publish.render.facts import RenderedReport, ReportFacts
from pipeline.publish.render.report import render_report


def write_gallery(folder: Path, company: Company, language: Language) -> RenderedReport:
    """Write `gallery-<language>.html` into a folder, by the way that every report goes."""
    import json

    reader = Reader.of(company, language)
    folder.mkdir(parents=True, exist_ok=True)
    executed = folder / f"gallery-{language}.ipynb"
    executed.write_text(json.dumps(notebook_of(reader)), encoding="utf-8")
    facts = ReportFacts("gallery", "2026-10", datetime.date(2026, 10, 31), rebuild_command="make gallery")
    try:
        return render_report(
            executed, folder / f"gallery-{language}.html", company=company, language=language, facts=facts
        )
    finally:
        executed.unlink()


def executed_notebook(
    title: str, question: str, parts: list[tuple[str, str, list[Exhibit]]]
) -> dict[str, Any]:
    """A notebook as if it had been executed: sections with a heading, a cell id and exhibits.

    An empty heading leaves the exhibits in the section before.
    """
    cells: list[dict[str, Any]] = [_markdown("title", f"# {title}\n\n{question}")]
    for heading, ident, exhibits in parts:
        if heading:
            cells.append(_markdown(f"{ident}-text", f"## {heading}"))
        outputs = [
            {
                "output_type": "execute_result",
                "metadata": {},
                "execution_count": 1,
                "data": shown._repr_mimebundle_(),
            }
            for shown in exhibits
        ]
        cells.append(
            {
                "cell_type": "code",
                "id": ident,
                "metadata": {},
                "source": "",
                "execution_count": 1,
                "outputs": outputs,
            }
        )
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}


def _markdown(ident: str, source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": ident, "metadata": {}, "source": source}


def notebook_of(reader: Reader) -> dict[str, Any]:
    """All specimens as an executed notebook."""
    kinds: dict[str, list[Exhibit]] = {}
    for kind, _, shown in specimens(reader):
        kinds.setdefault(kind, []).append(shown)
    parts = [
        ("", "answer", kinds["answers"]),
        *(
            (reader.text(f"gallery-{kind}"), kind, shown)
            for kind, shown in kinds.items()
            if kind != "answers"
        ),
    ]
    return executed_notebook(reader.text("gallery-page"), reader.text("gallery-question"), parts)


def main() -> None:
    """Write both languages."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "reports/gallery")
    for language in ("en", "zh"):
        report = write_gallery(folder, Company(name="Meridian Systems", name_zh="子午线系统"), language)
        print(f"{report.html} ({report.html_bytes / 1e6:.2f} MB)")


if __name__ == "__main__":
    main()
