"""Verification, the split of a change, one-off reports, and books opened only when the data changed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.errors import PublishError, UsageError
from pipeline.publish import finding
from pipeline.publish.analyst.one_off import run_one
from pipeline.publish.changes import Change
from pipeline.publish.comparison import compare
from pipeline.publish.finding import FindSubject
from pipeline.publish.layout import Layout
from pipeline.publish.recomputing import explain_changes, find_run, verify

if TYPE_CHECKING:
    from stub_house import Home

READS_FACTS = """\
import json, pathlib
from IPython.display import display
facts = json.loads(pathlib.Path(data, "facts.json").read_text())
value = float({formula})
mime = "application/vnd.quarterdeck.headlines+json"
display({{mime: [{{"name": "wins", "value": value, "low": None, "high": None}}]}}, raw=True)"""


def tools(home: Home) -> tuple[Any, Any, dict[str, Any]]:
    from stub_house import PAGES, Quiet, open_book

    return home.request(), Quiet(), {"open_book": open_book, "pages": PAGES}


def test_a_run_is_verified_file_by_file(home: Home) -> None:
    home.notebook("win_loss", READS_FACTS.format(formula="facts['rows']"))
    home.review()
    record = find_run("2026-10", "company", Layout(home.reports))
    request, quiet, house = tools(home)
    found = verify(record, request, quiet, **house)
    assert found.is_same
    home.know(fingerprint="f2", rows=5)
    changed = verify(record, request, quiet, **house)
    assert not changed.is_same
    assert [(one.name, one.before, one.after) for one in changed.comparison.moved] == [("wins", 3.0, 5.0)]
    assert changed.comparison.causes == ("data",)
    assert "executed/win_loss.ipynb" in changed.different_files


def test_a_change_is_due_to_new_data_when_nothing_else_differs(home: Home) -> None:
    home.notebook("win_loss", READS_FACTS.format(formula="3 if period == '2026-09' else 7"))
    home.review(period="2026-09")
    home.review()
    before, after = (find_run(period, "company", Layout(home.reports)) for period in ("2026-09", "2026-10"))
    request, quiet, house = tools(home)
    (change,) = explain_changes(before, after, request, quiet, **house)
    assert change == Change(
        "wins", 3.0, 7.0, by_new_data=4.0, by_corrected_data=0.0, by_definition=0.0, by_code=0.0
    )
    assert quiet.ran == [], "the earlier review would come out the same: it is not made again"


def test_a_change_is_split_exactly_into_new_and_corrected_data_and_definition(home: Home) -> None:
    """wins = rows of September x horizon, plus 100 in October."""
    horizon = "__import__('pipeline.company').company.find_company(pathlib.Path(data), pathlib.Path(data))"
    formula = f"facts['rows'] * {horizon}.forecast.months_ahead + (100 if period == '2026-10' else 0)"
    toml = home.folder / "company.toml"
    toml.write_text("[forecast]\nmonths_ahead = 2\n")
    home.notebook("win_loss", READS_FACTS.format(formula=formula))
    home.review(period="2026-09")  # 3 x 2
    home.know(fingerprint="f2", rows=5)
    toml.write_text("[forecast]\nmonths_ahead = 4\n")
    home.review()  # 5 x 4 + 100
    before, after = (find_run(period, "company", Layout(home.reports)) for period in ("2026-09", "2026-10"))
    request, quiet, house = tools(home)
    (change,) = explain_changes(before, after, request, quiet, **house)
    assert (change.before, change.after) == (3 * 2, 5 * 4 + 100)
    assert change.by_corrected_data == (5 - 3) * 2
    assert change.by_definition == 5 * (4 - 2)
    assert change.by_new_data == 100
    assert change.by_code == 0
    assert "definition: forecast.months_ahead is 4 instead of 2" in compare(before, after).details


def test_a_change_by_code_is_told_from_one_by_data(home: Home) -> None:
    home.notebook("win_loss", READS_FACTS.format(formula="facts['rows'] if period == '2026-09' else 7"))
    home.review(period="2026-09")
    home.notebook(
        "win_loss", READS_FACTS.format(formula="10 * (facts['rows'] if period == '2026-09' else 7)")
    )
    home.review()
    before, after = (find_run(period, "company", Layout(home.reports)) for period in ("2026-09", "2026-10"))
    request, quiet, house = tools(home)
    (change,) = explain_changes(before, after, request, quiet, **house)
    assert change.by_code == 10 * 3 - 3
    assert change.by_new_data == 10 * 7 - 10 * 3


def test_a_run_is_found_by_period_by_name_and_by_file(home: Home) -> None:
    home.says("win_loss", "wins", 1.0)
    first = home.review().run
    home.says("win_loss", "wins", 2.0)
    home.review()
    layout = Layout(home.reports)
    assert find_run("2026-10", "company", layout).headlines == {"wins": 2.0}
    assert find_run(first, "company", layout).headlines == {"wins": 1.0}
    assert find_run(str(layout.record("2026-10", "company")), "company", layout).headlines == {"wins": 2.0}
    with pytest.raises(PublishError, match="`quarterdeck history` lists them"):
        find_run("2026-01", "company", layout)


def test_a_one_off_report_leaves_the_review_alone(home: Home) -> None:
    home.says("other", "wins", 1.0)
    home.review()
    published = (home.reports / "2026-10").resolve()
    request, quiet, house = tools(home)
    made = run_one(
        "other", {"scope": "market=East"}, request, quiet, house["open_book"], pages=house["pages"]
    )
    assert made.parameters["scope"] == "market=East"
    assert made.headlines == {"wins": 1.0}
    assert json.loads(made.page.read_text())["facts"]["index_href"] == "../../../index.html"
    assert (home.reports / "2026-10").resolve() == published
    home.notebook("other", "1 / 0")
    with pytest.raises(PublishError, match="in cell 'cell-0': ZeroDivisionError"):
        run_one("other", {}, request, quiet, house["open_book"], pages=house["pages"])


def test_a_book_is_opened_again_only_when_its_files_changed(tmp_path: Path, monkeypatch: Any) -> None:
    from stub_house import PRELOAD

    monkeypatch.setattr(finding, "_FUNCTION", "stub_house:fields")
    data = tmp_path / "data"
    data.mkdir()
    (data / "warehouse.duckdb").write_text("one")
    find = FindSubject(tmp_path, tmp_path / "notes", PRELOAD)
    asked = data / "asked"
    first = find(str(data), "2026-10")
    assert find(str(data), "2026-10") == first
    assert asked.read_text() == "."
    (data / "warehouse.duckdb").write_text("another")
    find(str(data), "2026-10")
    (data / "company.toml").write_text('name = "Ours"\n')
    assert find(str(data), "2026-10").company.name == "Ours"
    assert asked.read_text() == "..."
    FindSubject(tmp_path, None, PRELOAD)(str(data), "2026-10")
    assert asked.read_text() == "...."
    with pytest.raises(UsageError, match="knows nothing of 1999-01") as caught:
        find(str(data), "1999-01")
    assert caught.value.exit_code == 2
