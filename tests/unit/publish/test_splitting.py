"""What moved the numbers since the review before, in parts, on the company's pages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.publish.splitting import review_and_split

if TYPE_CHECKING:
    from stub_house import Home

READS_FACTS = """\
import json, pathlib
from IPython.display import display
facts = json.loads(pathlib.Path(data, "facts.json").read_text())
value = float(facts["rows"] * 2 + (100 if period == "2026-10" else 0))
mime = "application/vnd.quarterdeck.headlines+json"
display({mime: [{"name": "wins", "value": value, "low": None, "high": None}]}, raw=True)"""


def publish(home: Home, **asked: Any) -> tuple[Any, list[str]]:
    from stub_house import PAGES, Quiet, open_book

    quiet = Quiet()
    return review_and_split(home.request(**asked), quiet, open_book, PAGES), quiet.ran


def told(home: Home, scope: str = "company") -> dict[str, Any]:
    return dict(json.loads((home.reports / f"2026-10/{scope}/win_loss.html").read_text())["facts"])


@pytest.fixture
def september(home: Home) -> Home:
    home.notebook("win_loss", READS_FACTS)
    publish(home, period="2026-09")  # 3 rows x 2
    return home


def test_new_data_alone_need_no_split(september: Home) -> None:
    result, ran = publish(september)
    assert [one.status for one in result.scopes] == ["published"]
    assert len(ran) == 1
    assert told(september)["before_parts"] == {}


def test_corrected_data_get_their_part_after_the_pages_went_out(september: Home) -> None:
    september.know(fingerprint="f2", rows=5)
    result, ran = publish(september)  # 5 rows x 2 + 100
    (scope,) = result.scopes
    assert (scope.status, scope.record.headlines) == ("published", {"wins": 110.0})
    assert len(ran) == 2, "October, and September again"
    parts = {"by_new_data": 100.0, "by_corrected_data": 4.0, "by_definition": 0.0, "by_code": 0.0}
    assert told(september)["before_parts"] == {"wins": parts}
    again, ran = publish(september)
    assert ([one.status for one in again.scopes], ran) == (["unchanged"], [])


def test_markets_are_told_the_cause_in_words(september: Home) -> None:
    publish(september, period="2026-09", scopes=("market=East",))
    september.know(fingerprint="f2", rows=5)
    publish(september, scopes=("market=East",))
    assert told(september, "market=East")["before_causes"] == ["corrected"]
    assert told(september, "market=East")["before_parts"] == {}


def test_an_earlier_review_that_fails_today_does_not_hold_this_one_back(september: Home) -> None:
    september.notebook("win_loss", READS_FACTS + "\nassert period != '2026-09'")
    result, _ = publish(september)
    assert [one.status for one in result.scopes] == ["published"]
    assert told(september)["before_parts"] == {}
