"""Records: what is kept of a notebook, what the gate says, what moved between two runs."""

from __future__ import annotations

import dataclasses
import datetime
import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.company import Company
from pipeline.errors import PublishError
from pipeline.parameters import Period
from pipeline.publish.comparison import Moved, compare
from pipeline.publish.gate import data_checks, holds_back, report_checks
from pipeline.publish.jobs import (
    ExecuteJob,
    Failure,
    Limits,
    Outcome,
    job_from_line,
    outcome_from_fields,
    outcome_to_fields,
    to_line,
)
from pipeline.publish.kept import Kept, read_kept
from pipeline.publish.record import NotebookRecord, Record, find_record, read_record, write_record
from pipeline.publish.subject import Subject, TableFacts, resolve_scopes, subject_from_fields

HEADLINES = "application/vnd.quarterdeck.headlines+json"
FINDINGS = "application/vnd.quarterdeck.findings+json"
EXHIBIT = "application/vnd.quarterdeck.exhibit+json"


def subject(**changes: Any) -> Subject:
    usual = Subject(
        data="data/demo",
        period=Period.parse("2026-10", datetime.date(2026, 11, 3)),
        company=Company(),
        fingerprint="f1",
        tables={"orders": TableFacts(3, "o1")},
        first_day=datetime.date(2021, 1, 1),
        last_day=datetime.date(2026, 10, 31),
        markets=("East", "South"),
        accepted_rows=95,
        refused_rows=5,
    )
    return dataclasses.replace(usual, **changes)


def record(**changes: Any) -> Record:
    notebook = NotebookRecord(
        "n1", {"period": "2026-10", "listed_deals": 25}, "s1", "Win and loss", {}, (), (), {}
    )
    usual = Record(
        period="2026-10", first_day="2026-10-01", last_day="2026-10-31", scope="company", language="en",
        report="r1",
        headlines={"wins": 12.0, "losses": 8.0}, findings=(), notebooks={"win_loss": notebook}, checks=(),
        data="f1", data_folder="data/demo", tables={"orders": {"rows": 3, "fingerprint": "o1"}},
        definition="d1", code="c1",
        lock="l1", versions={"pandas": "3.1"},
    )  # fmt: skip
    return dataclasses.replace(usual, **changes)


def test_numbers_findings_and_gaps_are_read_from_outputs(tmp_path: Path) -> None:
    outputs = [
        {"data": {HEADLINES: [
            {"name": "wins", "value": 12.0, "low": None, "high": None},
            {"name": "landing_month", "value": 5.0, "low": 4.0, "high": 6.5},
            {"name": "win_rate", "value": float("nan"), "low": None, "high": None},
        ]}},
        {"data": {FINDINGS: [{"kind": "change", "sentence": "Two deals slipped."}]}},
        {"data": {EXHIBIT: {"left_out": True, "title": "Lifetime value"}}},
        {"output_type": "stream", "text": "x"},
    ]  # fmt: skip
    cells = [{"cell_type": "markdown", "source": ["# Win and loss\n", "\n", "Why?"]}]
    cells.append({"cell_type": "code", "source": "", "outputs": outputs})  # type: ignore[dict-item]
    (tmp_path / "x.ipynb").write_text(json.dumps({"cells": cells}))
    kept = read_kept(tmp_path / "x.ipynb")
    assert kept.title == "Win and loss"
    assert kept.headlines == {
        "wins": 12.0,
        "landing_month": 5.0,
        "landing_month_low": 4.0,
        "landing_month_high": 6.5,
    }
    assert kept.findings == ({"kind": "change", "sentence": "Two deals slipped."},)
    assert kept.left_out == ("Lifetime value",)


@pytest.mark.parametrize(
    ("changes", "held_by"),
    [
        ({}, []),
        ({"tables": {}}, ["data present"]),
        ({"last_day": None}, ["data reaches the period"]),
        ({"last_day": datetime.date(2026, 9, 30)}, ["data reaches the period"]),
        ({"last_day": datetime.date(2026, 10, 1)}, []),
        ({"refused_rows": 5, "accepted_rows": 94}, ["few rows refused"]),
    ],
)
def test_data_checks(changes: dict[str, Any], held_by: list[str]) -> None:
    assert [check.name for check in holds_back(data_checks(subject(**changes)))] == held_by


def test_stale_data_is_remarked_but_published() -> None:
    checks = {check.name: check for check in data_checks(subject(last_day=datetime.date(2026, 10, 20)))}
    assert not checks["data covers the period"].passed
    assert not checks["data covers the period"].holds_back


def test_report_checks_name_the_cell_and_the_disagreement() -> None:
    failures = {"a": Failure("cell", "ValueError", "bad", cell="chart")}
    kept = {"b": Kept("B", {"wins": 1.0}), "c": Kept("C", {"wins": 1.0}), "d": Kept("D", {"wins": 2.0})}
    assert [check.message for check in report_checks(failures, kept)] == [
        "a failed in cell 'chart': ValueError: bad",
        "b says 1.0 for wins, d says 2.0.",
    ]


def test_the_order_in_which_floats_are_added_is_no_disagreement() -> None:
    kept = {"a": Kept("A", {"x": 0.1 + 0.2 + 0.3}), "b": Kept("B", {"x": 0.3 + 0.2 + 0.1})}
    assert kept["a"].headlines != kept["b"].headlines
    assert report_checks({}, kept) == ()


def test_a_record_survives_its_file(tmp_path: Path) -> None:
    write_record(record(), tmp_path)
    assert read_record(tmp_path / "run.json") == record()
    assert find_record(tmp_path / "none.json") is None
    (tmp_path / "odd.json").write_text("[]")
    with pytest.raises(PublishError, match="not a record"):
        read_record(tmp_path / "odd.json")


def test_jobs_and_outcomes_survive_the_pipe() -> None:
    job = ExecuteJob(
        "a.ipynb", "b.ipynb", {"scope": "market=华东"}, "/home", Limits(5, 6), warm=False, preload=("json",)
    )
    assert job_from_line(to_line(job)) == job
    outcome = Outcome(Failure("cell", "E", "m", passing=True), {"total": 1.5})
    assert outcome_from_fields(json.loads(json.dumps(outcome_to_fields(outcome)))) == outcome


def test_no_difference_no_cause() -> None:
    found = compare(record(), record())
    assert (found.moved, found.causes, found.details) == ((), (), ())


def test_numbers_that_moved_by_data() -> None:
    after = record(
        data="f2",
        headlines={"wins": 13.0, "losses": 8.0},
        tables={"orders": {"rows": 4, "fingerprint": "o2"}},
    )
    found = compare(record(), after)
    assert found.moved == (Moved("wins", 12.0, 13.0),)
    assert found.moved[0].change == 13.0 - 12.0
    assert found.causes == ("data",)
    assert found.details == (
        "data: the book knows other facts of the same period",
        "data: orders has 4 rows instead of 3",
    )


def test_numbers_that_moved_by_definition_and_by_code() -> None:
    notebook = dataclasses.replace(
        record().notebooks["win_loss"], parameters={"period": "2026-10", "listed_deals": 50}, source="s2"
    )
    versions = {"pandas": "3.2", "lightgbm": "4.6"}
    after = record(definition="d2", code="c2", versions=versions, notebooks={"win_loss": notebook})
    found = compare(record(), after)
    assert found.causes == ("definition", "code")
    assert found.details == (
        "definition: company.toml says something else",
        "definition: win_loss: listed_deals is 50 instead of 25",
        "code: the package changed",
        "code: lightgbm is 4.6 instead of absent",
        "code: pandas is 3.2 instead of 3.1",
        "code: the notebook win_loss changed",
    )


def test_a_number_that_appears_has_no_change() -> None:
    moved = compare(record(headlines={}), record(headlines={"wins": 1.0})).moved
    assert (moved[0].before, moved[0].after, moved[0].change) == (None, 1.0, None)


def test_scopes_of_a_request() -> None:
    keys = [scope.key for scope in resolve_scopes(("company", "each-market", "market=East"), subject())]
    assert keys == ["company", "market=East", "market=South"]


def test_the_definition_is_what_numbers_depend_on() -> None:
    base = subject().definition
    assert subject(company=Company(name="Other")).definition != base
    delivery = Company.model_validate({"delivery": {"sender": "a@b.c"}})
    assert subject(company=delivery).definition == base


def test_a_subject_survives_its_note() -> None:
    fields = {
        "data": "data/demo", "period": "2026-10", "fingerprint": "f1", "markets": ["East", "South"],
        "tables": {"orders": {"rows": 3, "fingerprint": "o1"}}, "first_day": "2021-01-01",
        "last_day": "2026-10-31",
        "refused_rows": 5, "accepted_rows": 95,
    }  # fmt: skip
    assert subject_from_fields(json.loads(json.dumps(fields)), Company()) == subject()


def test_what_changed_is_told_most_money_first() -> None:
    from types import SimpleNamespace

    from pipeline.publish.aftermath import changes

    findings = (
        {"kind": "change", "sentence": "small", "money_at_stake": 1.0},
        {"kind": "risk", "sentence": "a risk", "money_at_stake": 9.0},
        {"kind": "change", "sentence": "large", "money_at_stake": 5.0},
    )
    record: Any = SimpleNamespace(findings=findings)
    assert changes(record) == ("large", "small")
