"""Pages in headless Chromium; without it these tests are skipped, and say so."""

import datetime
import json

import pytest

from pipeline.company import Company
from pipeline.exhibits import Reader
from pipeline.exhibits.specimens import specimens
from pipeline.publish.render import ReportFacts, find_chromium, render_report
from pipeline.publish.render.gallery import executed_notebook

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
SHAPES = {"usual", "hostile"}


@pytest.fixture(scope="module")
def browser():
    """Closed after the file: while it is open an event loop runs, which other tests cannot have."""
    chromium = find_chromium()
    if chromium is None:
        pytest.skip("no Chromium on the search path")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=str(chromium), args=list(FLAGS))
        yield opened
        opened.close()


@pytest.fixture(scope="session", params=["en", "zh"])
def report(request, tmp_path_factory):
    """A report with every kind of exhibit, usual and hostile."""
    company = Company(name="Meridian Systems", name_zh="子午线系统")
    reader = Reader.of(company, request.param)
    kinds = {}
    for kind, _, exhibit in specimens(reader, SHAPES):
        kinds.setdefault(kind, []).append(exhibit)
    lead = [("", "answer", kinds.pop("answers")), ("", "headlines", kinds.pop("headlines"))]
    parts = [*lead, *((kind, kind, shown) for kind, shown in kinds.items())]
    folder = tmp_path_factory.mktemp(request.param)
    executed = folder / "executed.ipynb"
    executed.write_text(json.dumps(executed_notebook("Gallery <b>", "Question", parts)), encoding="utf-8")
    facts = ReportFacts("gallery", "2026-10", datetime.date(2026, 10, 31), rebuild_command="make gallery")
    return render_report(
        executed, folder / "report.html", company=company, language=request.param, facts=facts
    )
