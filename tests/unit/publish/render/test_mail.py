import datetime
import re

import pandas as pd

from pipeline.exhibits import answers, findings, headlines
from pipeline.exhibits.specimen_data import HOSTILE
from pipeline.findings import Finding, label, money, percent, text
from pipeline.publish.render import render_mail

VALUES = {
    "amount": money(1.6e6),
    "market": label("market", "East"),
    "share": percent(0.62),
    "name": text(HOSTILE[0]),
}


def _mail(write, reader, company, facts):
    found = [Finding("gallery-finding", VALUES, 1, kind="answer"), Finding("gallery-finding", VALUES, 2)]
    parts = [
        ("", "answer", [answers(found, reader)]),
        (
            "",
            "headlines",
            [headlines({"landing_month": 2e6, "landing_month_low": 1e6, "landing_month_high": 3e6}, reader)],
        ),
        ("Findings", "f", [findings(found, reader)]),
    ]
    return render_mail(
        write(parts),
        company=company,
        language=reader.language,
        facts=facts,
        link="https://example.invalid/r?a=1&b=2",
    )


def test_subject_and_both_bodies_say_the_same(write, en, company, facts):
    mail = _mail(write, en, company, facts)
    assert mail.subject == "A title · Oct 2026 · East market"
    for words in ("CNY 2.00M", "CNY 1.00M to 3.00M", "Expected landing, month", "as known on 31 Oct 2026"):
        assert words in mail.html
        assert words in mail.text
    assert "https://example.invalid/r?a=1&b=2" in mail.text


def test_html_has_no_script_style_element_picture_or_class(write, en, company, facts):
    html = _mail(write, en, company, facts).html
    assert not re.search(r"<(script|style|img|link|svg)\b", html)
    assert "class=" not in html
    assert "var(--" not in html
    assert "a=1&amp;b=2" in html


def test_chinese(write, zh, company, facts):
    mail = _mail(write, zh, company, facts)
    assert "本月预计达成: 200万元 (100万至300万元)" in mail.text
    assert 'lang="zh-CN"' in mail.html


def test_a_letter_has_the_pages_cards_and_tells_changes_risks_and_actions_apart(write, en, company, facts):
    people = pd.DataFrame({"person_id": ["P1"], "name": ["Mia Xiao"]})
    due = datetime.date(2026, 11, 7)
    found = [
        Finding("gallery-finding", VALUES, 9, kind="action", owner="P1", due_on=due),
        *(Finding("gallery-finding", VALUES, stake, kind="change") for stake in range(5)),
    ]
    figures = {"landing_year": 6e8, "landing_month": 5e7, "win_rate": 0.4}
    cards = headlines(figures, en, show=("win_rate", "landing_year"))
    parts = [("", "headlines", [cards]), ("Findings", "f", [findings(found, en, people=people)])]
    mail = render_mail(write(parts), company=company, language="en", facts=facts)
    lines = mail.text.splitlines()
    assert lines[5:7] == ["Win rate, by number: 40%", "Expected landing, year: CNY 600M"]
    assert lines.index("What changed") < lines.index("Actions")
    assert sum(line.startswith("- ") for line in lines) == 3 + 1
    assert lines[lines.index("Actions") + 1].endswith("Owner: Mia Xiao · Due: 7 Nov 2026")
    assert mail.html.count("font-size:21px") == 2
