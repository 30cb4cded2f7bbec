import json
import re
from dataclasses import replace

import html5lib
import pandas as pd
import pytest

from pipeline.errors import PublishError
from pipeline.exhibits import answers, charts, findings, headlines, note
from pipeline.exhibits.columns import Column
from pipeline.exhibits.exhibit import left_out
from pipeline.exhibits.specimen_data import HOSTILE
from pipeline.exhibits.tables import table
from pipeline.findings import Finding, Missing, label, money, percent, text
from pipeline.publish.render import render_report
from pipeline.publish.render.gallery import executed_notebook

VALUES = {
    "amount": money(1.6e6),
    "market": label("market", "East"),
    "share": percent(0.62),
    "name": text(HOSTILE[0]),
}
NAME, AMOUNT = Column("name", "Customer"), Column("amount", "Contracts", "money", adds=True)
FRAME = pd.DataFrame({"name": list(HOSTILE), "amount": [float(at) for at in range(len(HOSTILE))]})


def _parts(reader):
    chart = charts.bars(FRAME, reader, name=NAME, value=AMOUNT, title="Bars", ident="bars")
    linked = [Finding("gallery-finding", VALUES, 1, evidence=to) for to in ("bars", "nowhere")]
    return [
        ("", "answer", [answers([Finding("gallery-finding", VALUES, 1, kind="answer")], reader)]),
        ("", "headlines", [headlines({"wins": 23}, reader)]),
        ("Charts", "charts", [chart, chart]),
        ("Tables", "tables", [table(FRAME, [NAME, AMOUNT], reader, title=HOSTILE[0], ident="tables")]),
        ("Findings", "findings", [findings(linked, reader)]),
        ("Ageing", "ageing", [left_out(Missing("gallery-thing", ("invoices",)), reader)]),
    ]


@pytest.fixture(scope="module")
def page(write, en, company, facts, tmp_path_factory):
    tmp_path = tmp_path_factory.mktemp("page")
    report = render_report(
        write(_parts(en)), tmp_path / "out" / "r.html", company=company, language="en", facts=facts
    )
    return report, report.html.read_text(encoding="utf-8")


def test_the_page_is_valid_html(page):
    html5lib.HTMLParser(strict=True).parse(page[1])


def test_no_script_nothing_loaded_and_a_policy_that_forbids_both(page):
    html = page[1]
    assert "<script" not in html
    document = html5lib.parse(html, namespaceHTMLElements=False)
    assert not [name for element in document.iter() for name in element.attrib if str(name).startswith("on")]
    assert "default-src 'none'" in html.replace("&#39;", "'")
    assert not re.search(r"""(?:src|href)=["'](?:https?:)?//""", html)
    assert not re.search(r"url\((?!data:|#)", html)
    assert "@import" not in html


def test_answer_comes_before_the_sections(page):
    html = page[1]
    main = html.index("<main")
    assert main < html.index("short of its target") < html.index("Deals won") < html.index(">Charts</h2>")


def test_masthead_names_company_period_scope_day_and_status(page):
    head = page[1].partition("</header>")[0]
    for words in (
        "Meridian Systems",
        "Oct 2026",
        "East market",
        "31 Oct 2026",
        "Published",
        "A title",
        "A question?",
    ):
        assert words in head


def test_footer_has_the_provenance_and_the_way_to_rebuild(page):
    foot = page[1].rpartition("<footer>")[2]
    for words in (
        "2026-10-abc",
        "f" * 16,
        "orders 1,234",
        "quarterdeck review 2026-10 --scope market=East",
        "r.xlsx",
    ):
        assert words in foot


def test_identifiers_are_unique_and_links_lead_somewhere(page):
    names = re.findall(r'\bid="([^"]+)"', page[1])
    assert len(names) == len(set(names))
    for target in re.findall(r'href="#([^"]*)"', page[1]) + re.findall(r"url\(#([^)]+)\)", page[1]):
        assert target in names
    assert page[1].count('href="#bars"') == 1
    assert "nowhere" not in page[1]


def test_sections_that_could_not_be_made_move_to_one_list(page):
    report, html = page
    assert report.left_out == (
        "Left out: the age of unpaid invoices. The data have no rows in the table “Invoices”.",
    )
    assert ">Ageing</h2>" not in html
    assert html.index("Not in this report") < html.index("<strong>Ageing</strong>")


def test_hostile_text_is_harmless(page):
    assert "alert(&#x27;owned&#x27;)" in page[1]
    assert "\u202e" not in page[1]


def test_what_the_report_gives_back(page):
    report, html = page
    assert report.title == "A title"
    assert report.answer.startswith("The East market")
    assert report.html_bytes == len(html.encode())
    assert [record["name"] for record in report.headlines] == ["wins"]
    assert [record["kind"] for record in report.findings] == ["answer", "finding", "finding"]


def test_the_same_notebook_gives_the_same_bytes(write, en, company, facts, tmp_path):
    executed = write(_parts(en))
    one, two = (
        render_report(executed, tmp_path / name / "r.html", company=company, language="en", facts=facts)
        for name in ("one", "two")
    )
    assert one.html.read_bytes() == two.html.read_bytes()
    assert one.workbook.read_bytes() == two.workbook.read_bytes()


def test_code_is_never_shown_and_stray_output_is_escaped(write, company, facts, tmp_path):
    notebook = executed_notebook("T", "Q", [])
    data = {"text/html": "<img src=x onerror=alert(1)>", "text/plain": "<obj>"}
    stray = [
        {"output_type": "stream", "name": "stdout", "text": "<script>alert(1)</script>"},
        {"output_type": "execute_result", "metadata": {}, "execution_count": 1, "data": data},
    ]
    notebook["cells"].append(
        {"cell_type": "code", "id": "c", "metadata": {}, "source": "SECRET = 1", "outputs": stray}
    )
    path = tmp_path / "n.ipynb"
    path.write_text(json.dumps(notebook))
    html = render_report(
        path, tmp_path / "n.html", company=company, language="en", facts=facts
    ).html.read_text()
    assert "SECRET" not in html
    assert "<script>" not in html
    assert "<img" not in html
    assert "&lt;obj&gt;" in html


def test_chinese_pages_are_chinese_and_carry_their_characters(write, zh, company, facts, tmp_path):
    executed = write([("章节", "c", [note("内容")])], "标题", "问题？")
    report = render_report(executed, tmp_path / "z.html", company=company, language="zh", facts=facts)
    html = report.html.read_text(encoding="utf-8")
    assert '<html lang="zh-CN">' in html
    assert "华东市场" in html
    assert "子午线系统" in html
    assert "@font-face" in html


def test_prose_without_a_heading_stays_in_the_section_before(tmp_path, company, facts):
    notebook = executed_notebook("T", "Q", [("One", "one", [])])
    for ident, source in (
        ("more", "Plain *prose*."),
        ("two", "preamble\n## Two\nfirst body\n## Three\nlast body"),
    ):
        cell = {
            "cell_type": "markdown",
            "id": ident,
            "metadata": {},
            "source": source.splitlines(keepends=True),
        }
        notebook["cells"].append(cell)
    path = tmp_path / "n.ipynb"
    path.write_text(json.dumps(notebook))
    html = render_report(
        path, tmp_path / "n.html", company=company, language="en", facts=facts
    ).html.read_text()
    order = [
        html.index(words)
        for words in (
            ">One</h2>",
            "<em>prose</em>",
            "preamble",
            ">Two</h2>",
            "first body",
            ">Three</h2>",
            "last body",
        )
    ]
    assert order == sorted(order)


def test_what_is_no_notebook_is_refused(tmp_path, company, facts):
    path = tmp_path / "x.ipynb"
    path.write_text("{}")
    with pytest.raises(PublishError, match="not a notebook"):
        render_report(path, tmp_path / "x.html", company=company, language="en", facts=facts)
    with pytest.raises(PublishError, match="cannot be read"):
        render_report(
            tmp_path / "none.ipynb", tmp_path / "x.html", company=company, language="en", facts=facts
        )


def test_cards_show_the_change_since_the_report_before_and_what_moved_it(write, en, company, facts, tmp_path):
    executed = write(_parts(en))

    def drawn(**before):
        told = replace(facts, before_key="2026-09", before={"wins": 20.0}, **before)
        report = render_report(executed, tmp_path / "r.html", company=company, language="en", facts=told)
        return report.html.read_text(encoding="utf-8")

    assert "+3 since Sep 2026" in drawn()
    assert "new data alone" in drawn()
    also = drawn(before_causes=("code", "corrected"))
    assert "changed code and corrected data of earlier periods" in also
    assert "quarterdeck diff 2026-09 2026-10 --split" in also
