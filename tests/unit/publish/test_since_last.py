"""What a page is told of the report before."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from stub_house import Home


def facts(home: Home) -> dict[str, Any]:
    return dict(json.loads((home.reports / "2026-10/company/win_loss.html").read_text())["facts"])


@pytest.fixture
def september(home: Home) -> Home:
    home.says("win_loss", "wins", 12.0)
    home.says("other", "landing_month", 5.0)
    home.says("year", "landing_year", 70.0)
    home.review(period="2026-09")
    return home


def test_a_page_is_told_the_numbers_of_the_report_before_that_ask_the_same(september: Home) -> None:
    september.review()
    told = facts(september)
    assert told["before_key"] == "2026-09"
    assert told["before"] == {"wins": 12.0, "landing_year": 70.0}
    assert told["before_causes"] == []


def test_data_of_then_that_are_known_otherwise_today_are_corrected_data(september: Home) -> None:
    september.know(fingerprint="f2")
    september.review()
    assert facts(september)["before_causes"] == ["corrected"]


def test_another_notebook_is_other_code_and_another_definition_is_named(september: Home) -> None:
    september.says("win_loss", "wins", 13.0)
    (september.folder / "company.toml").write_text("[deals]\nattention_amount = 900000\n")
    september.review()
    assert facts(september)["before_causes"] == ["code", "definition"]


def test_the_first_report_is_told_of_no_other(home: Home) -> None:
    home.says("win_loss", "wins", 12.0)
    home.review()
    assert "before" not in facts(home)


def test_an_earlier_review_published_anew_draws_the_later_pages_anew_without_running_them(
    september: Home,
) -> None:
    from stub_house import Quiet

    september.review()
    page = september.reports / "2026-10/company/win_loss.html"
    before, shown = page.resolve(), page.read_text()
    says_earlier(september, wins=11.0)
    again = Quiet()
    (result,) = september.review(again).scopes
    assert (result.status, again.ran) == ("published", [])
    assert facts(september)["before"]["wins"] == 11.0
    assert before.read_text() == shown, "the state that was published before is left as it was"
    (unchanged,) = september.review().scopes
    assert unchanged.status == "unchanged"


def test_a_report_published_beside_it_is_linked_from_pages_that_were_there_already(home: Home) -> None:
    home.says("win_loss", "wins", 12.0)
    home.says("other", "customers", 7.0)
    home.review(only=("win_loss",))
    assert facts(home)["siblings"] == []
    home.review()
    assert [link["href"] for link in facts(home)["siblings"]] == ["other.html"]


def says_earlier(home: Home, wins: float) -> None:
    """As if the review of September had been made again from corrected data."""
    path = home.reports / "2026-09/company/run.json"
    told = json.loads(path.read_text())
    told["headlines"]["wins"] = wins
    path.write_text(json.dumps(told))
