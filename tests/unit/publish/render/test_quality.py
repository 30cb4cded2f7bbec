"""The page about the quality of the data, in both languages, and its place in the catalogue."""

import datetime

import pandas as pd
import pytest

from pipeline.company import Company
from pipeline.intake.quality import QualityReport
from pipeline.publish import aftermath, catalogue
from pipeline.publish.catalogue import Entry
from pipeline.publish.checking import publish_check
from pipeline.publish.jobs import CallJob
from pipeline.publish.layout import Layout
from pipeline.publish.pages import Pages
from pipeline.publish.worker.call import call

COMPANY = Company(name="Acme <GmbH>", name_zh="甲公司")


def frame(*columns, rows=()):
    return pd.DataFrame(list(rows), columns=list(columns))


@pytest.fixture
def report():
    return QualityReport(
        checked_on=datetime.date(2026, 11, 22),
        tables=frame("table_name", "rows", "first_on", "last_on", rows=[("orders", 1675, "2021-11-11", "")]),
        completeness=frame(
            "table_name", "column_name", "filled", "is_required",
            rows=[("orders", "channel", 0.25, False), ("orders", "amount", 1.0, True)],
        ),
        keys=frame("table_name", "rows", rows=[("orders", 4)]),
        orphans=frame("table_name", "column_name", "refers_to", "rows"),
        impossible_days=frame("table_name", "column_name", "rule", "seen"),
        stale=frame("table_name", "exported_on", "days_old"),
        unknown_values=frame(
            "dimension", "table_name", "value", "rows", rows=[("channel", "orders", "<script>alert(1)", 3)],
        ),
        refused=frame("file", "rule", "column_name", "action", "rows"),
        chapters=frame("chapter", "is_complete", "missing", rows=[("performance", False, "targets")]),
    )  # fmt: skip


def test_the_page_says_what_is_wrong_in_both_languages(report, tmp_path):
    publish_check(report, COMPANY, tmp_path)
    english = (tmp_path / "check.html").read_text()
    chinese = (tmp_path / "check.zh.html").read_text()
    assert "4 rows of orders have a key (order_id) that is empty or stands there twice" in english
    assert "holds reports back" in english
    assert "orders 有 4 行的主键" in chinese
    assert "暂缓发布" in chinese
    assert '<a href="check.zh.html">中文</a>' in english
    assert '<a href="check.html">English</a>' in chinese
    assert "25.0%" in english
    assert "100.0%" not in english, "columns that are filled are left out"
    assert (tmp_path / "check.json").is_file()


def test_the_page_runs_nothing_and_shows_what_it_is_told_as_text(report, tmp_path):
    page = publish_check(report, COMPANY, tmp_path).read_text()
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "Acme &lt;GmbH&gt;" in page
    assert "default-src" in page


def draw(function, arguments):
    outcome = call(CallJob(function, arguments))
    assert outcome.is_good, outcome.failure


def test_the_catalogue_links_it_whichever_comes_first(report, tmp_path):
    layout = Layout(tmp_path)
    entry = Entry("2026-10", "2026-10-31", "company", "published", "2026-11-03T07:05:00+00:00", {})
    catalogue.add(layout, [entry])
    aftermath.draw_catalogue(layout, COMPANY, 2026, Pages(), draw)
    assert "check.html" not in layout.index.read_text()
    publish_check(report, COMPANY, tmp_path)
    assert '<a href="check.html">Quality of the data</a>' in layout.index.read_text()
    catalogue.add(layout, [entry])
    aftermath.draw_catalogue(layout, COMPANY, 2026, Pages(), draw)
    assert '<a href="check.html">Quality of the data</a>' in layout.index.read_text()
