import datetime

import pandas as pd
import pytest

from pipeline.exhibits import answers, findings
from pipeline.exhibits.sentences import rank
from pipeline.findings import Finding, Missing, label, money, percent, text

VALUES = {
    "amount": money(1.6e6),
    "market": label("market", "East"),
    "share": percent(0.62),
    "name": text("<b>A</b>"),
}


def _finding(stake, kind="finding", **more):
    return Finding("gallery-finding", VALUES, stake, kind=kind, **more)


def test_a_sentence_is_computed_from_its_numbers_in_each_language(en, zh):
    assert answers([_finding(1, "answer")], en).text == (
        "The East market is CNY 1.60M short of its target; 62% of the gap is one deal with <b>A</b>."
    )
    assert answers([_finding(1, "answer")], zh).text == "华东市场距指标差160万元，其中62%来自<b>A</b>一单。"


def test_findings_are_ranked_by_the_money_at_stake_and_equals_keep_their_order():
    first, second, third = _finding(1), _finding(5, evidence="a"), _finding(5, evidence="b")
    assert [finding.evidence for finding in rank([first, second, third])] == ["a", "b", ""]


def test_few_are_shown_and_the_rest_stand_behind_more(en):
    html = findings([_finding(float(at)) for at in range(10)], en, most=7).html
    assert html.index("<details") > html.index("qd-sentence")
    assert html.partition("<details")[0].count("<li>") == 7
    assert "3 more" in html


def test_names_from_the_data_are_escaped(en):
    html = findings([_finding(1)], en).html
    assert "<b>A" not in html
    assert "&lt;b&gt;A&lt;/b&gt;" in html


def test_an_action_has_owner_and_date_or_fields_for_them(en):
    people = pd.DataFrame({"person_id": ["P1"], "name": ["Wei <Chen>"]})
    owned = findings(
        [_finding(1, "action", owner="P1", due_on=datetime.date(2026, 11, 20))], en, people=people
    )
    assert "<bdi>Wei &lt;Chen&gt;</bdi>" in owned.html
    assert "20 Nov 2026" in owned.html
    open_ended = findings([_finding(1, "action")], en)
    assert open_ended.html.count("qd-field") == 2


def test_the_second_message_is_the_reason(en):
    assert "The deal slipped twice since August." in findings([_finding(1)], en).html


def test_evidence_is_linked(en):
    assert (
        '<a class="qd-evidence" href="#contracts">' in findings([_finding(1, evidence="contracts")], en).html
    )


def test_nothing_found_is_said(reader):
    assert reader.text("findings-none") in findings([], reader).html
    assert answers(Missing("gallery-thing"), reader).text == reader.text("answer-none")


def test_records_have_the_unrounded_values(en):
    record = findings([_finding(1.6e6, evidence="x")], en).records[0]
    assert record["values"]["amount"] == 1.6e6
    assert record["money_at_stake"] == 1.6e6
    assert record["evidence"] == "x"


def test_a_missing_message_is_refused(en):
    with pytest.raises(LookupError):
        findings([Finding("no-such-message")], en)
