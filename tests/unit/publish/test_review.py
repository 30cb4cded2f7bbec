"""A run from end to end, with notebooks of a few lines: published, skipped, held back, tried again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.errors import PublishError, UsageError
from pipeline.publish.jobs import Limits
from pipeline.publish.layout import Layout
from pipeline.publish.lock import writing

if TYPE_CHECKING:
    from stub_house import Home


def record(home: Home, scope: str = "company") -> dict[str, Any]:
    return dict(json.loads((home.reports / "2026-10" / scope / "run.json").read_text()))


def index(home: Home) -> list[dict[str, Any]]:
    return list(json.loads((home.reports / "index.html").read_text())["entries"])


def states(result: Any) -> dict[str, str]:
    return {one.scope: one.status for one in result.scopes}


def test_a_review_is_published_recorded_and_listed(home: Home) -> None:
    home.says("win_loss", "wins", 12.0)
    home.says("executive_summary", "contracts_cny", 2.5e6)
    result = home.review()
    assert (result.exit_code, states(result)) == (0, {"company": "published"})
    told = record(home)
    assert told["headlines"] == {"contracts_cny": 2.5e6, "wins": 12.0}
    assert told["notebooks"]["win_loss"]["parameters"]["period"] == "2026-10"
    assert told["tables"] == {"orders": {"rows": 3, "fingerprint": "f1"}}
    folder = home.reports / "2026-10" / "company"
    assert sorted(path.name for path in folder.iterdir()) == [
        "executed", "executive_summary.html", "run.json", "win_loss.html",
    ]  # fmt: skip
    (entry,) = index(home)
    assert entry["period_key"] == "2026-10"
    assert entry["answer"] == "answer of executive_summary"
    assert [link["href"] for link in entry["reports"]] == [
        "2026-10/company/executive_summary.html", "2026-10/company/win_loss.html",
    ]  # fmt: skip


def test_two_runs_on_the_same_input_are_byte_identical(home: Home, tmp_path: Path) -> None:
    home.says("win_loss", "wins", 12.0, "import sys; print({'b', 'a', 'c'}); sys.getsizeof")
    home.says("other", "customers", 7.0)

    def published() -> dict[str, bytes]:
        folder = (home.reports / "2026-10" / "company").resolve()
        files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
        told = json.loads(files.pop("run.json").read_text())
        told.pop("timing")
        return {name: path.read_bytes() for name, path in files.items()} | {
            "record": json.dumps(told).encode()
        }

    home.review()
    first = published()
    home.review(force=True)
    assert published() == first


def test_unchanged_notebooks_are_not_run_again(home: Home) -> None:
    from stub_house import Quiet

    home.says("win_loss", "wins", 12.0)
    home.says("other", "customers", 7.0)
    home.review()
    again = Quiet()
    assert states(home.review(again)) == {"company": "unchanged"}
    assert again.ran == []
    assert len(list((home.reports / ".runs" / "2026-10").iterdir())) == 1
    home.says("other", "customers", 8.0)
    one = Quiet()
    assert states(home.review(one)) == {"company": "published"}
    assert one.ran == ["other"]
    assert record(home)["headlines"] == {"customers": 8.0, "wins": 12.0}
    home.know(fingerprint="f2")
    both = Quiet()
    home.review(both)
    assert sorted(both.ran) == ["other", "win_loss"]


def test_a_notebook_taken_away_leaves_the_report(home: Home) -> None:
    home.says("win_loss", "wins", 12.0)
    home.says("other", "customers", 7.0)
    home.review()
    (home.folder / "notebooks" / "other.ipynb").unlink()
    assert states(home.review()) == {"company": "published"}
    assert record(home)["headlines"] == {"wins": 12.0}
    assert not (home.reports / "2026-10" / "company" / "other.html").exists()


def test_only_some_notebooks_leave_the_others_as_they_are(home: Home) -> None:
    home.says("win_loss", "wins", 12.0)
    home.says("other", "customers", 7.0)
    home.review()
    home.know(fingerprint="f2")
    home.says("other", "customers", 9.0)
    home.review(only=("other",))
    assert record(home)["headlines"] == {"customers": 9.0, "wins": 12.0}
    assert (home.reports / "2026-10" / "company" / "win_loss.html").is_file()


def test_a_failing_notebook_holds_the_report_back_and_the_last_good_one_stays(home: Home) -> None:
    home.says("win_loss", "wins", 12.0)
    home.review()
    good = (home.reports / "2026-10").resolve()
    home.notebook("win_loss", "x = 1", "1 / 0")
    result = home.review()
    assert (result.exit_code, states(result)) == (1, {"company": "held back"})
    assert (home.reports / "2026-10").resolve() == good
    assert record(home)["headlines"] == {"wins": 12.0}
    incident = json.loads((home.reports / "incidents" / "2026-10" / "company.html").read_text())["incident"]
    assert incident["sentence"] == "win_loss failed in cell 'cell-1': ZeroDivisionError: division by zero"
    assert incident["cell"] == "1 / 0"
    assert "ZeroDivisionError" in incident["error"]
    assert (index(home)[0]["status"], index(home)[0]["reports"][0]["href"]) == (
        "held_back",
        "incidents/2026-10/company.html",
    )
    home.says("win_loss", "wins", 13.0)
    assert home.review().exit_code == 0
    assert not (home.reports / "incidents" / "2026-10" / "company.html").exists()
    assert index(home)[0]["status"] == "published"


def test_a_report_held_back_is_settled_when_the_published_one_is_current_again(home: Home) -> None:
    home.says("win_loss", "wins", 12.0)
    home.review()
    home.notebook("win_loss", "1 / 0")
    home.review()
    home.says("win_loss", "wins", 12.0)
    assert states(home.review()) == {"company": "unchanged"}
    assert index(home)[0]["status"] == "published"


def test_one_scope_held_back_does_not_hold_the_others(home: Home) -> None:
    home.says("win_loss", "wins", 1.0, "assert scope != 'market=East', scope")
    result = home.review(scopes=("company", "each-market"))
    assert states(result) == {"company": "published", "market=East": "held back", "market=South": "published"}
    assert result.exit_code == 1
    assert record(home, "market=South")["scope"] == "market=South"
    assert not (home.reports / "2026-10" / "market=East").exists()


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"rows": 0}, "0 rows are known"),
        ({"last_day": "2026-09-12"}, "the period begins on 2026-10-01"),
        ({"refused": 40}, "40 of 140 imported rows were refused (28.6%"),
    ],
)
def test_failed_data_checks_hold_back_before_anything_runs(
    home: Home, facts: dict[str, Any], words: str
) -> None:
    from stub_house import Quiet

    home.says("win_loss", "wins", 12.0)
    home.know(**facts)
    quiet = Quiet()
    result = home.review(quiet)
    assert (result.exit_code, quiet.ran) == (1, [])
    assert words in " ".join(check.message for check in result.scopes[0].held_by)
    assert words in (home.reports / "incidents" / "2026-10" / "company.html").read_text()


def test_what_check_finds_serious_holds_back_and_the_incident_says_it(home: Home) -> None:
    home.says("win_loss", "wins", 12.0)
    home.know(problems=[["data unknown-values orders.channel", "channel has 2 unknown values.", False]])
    assert home.review().exit_code == 0
    assert [check["message"] for check in record(home)["checks"] if not check["passed"]] == [
        "channel has 2 unknown values."
    ]
    words = "40 rows of orders have a key (order_id) that is empty or stands there twice."
    home.know(fingerprint="f2", problems=[["data keys orders", words, True]])
    result = home.review()
    assert result.exit_code == 1
    assert [check.message for check in result.scopes[0].held_by] == [words]
    incident = json.loads((home.reports / "incidents" / "2026-10" / "company.html").read_text())["incident"]
    assert (incident["sentence"], incident["checks"]) == (words, [words])
    assert f"quarterdeck check --data {home.folder}" in incident["remedy"]
    assert (home.reports / "2026-10" / "company" / "win_loss.html").is_file()


def test_a_scope_comes_out_in_every_language_its_readers_ask_for(home: Home) -> None:
    home.says("win_loss", "wins", 12.0)
    told = """
    [[delivery.recipients]]
    to = "reader@example.com"
    language = "zh"
    scope = "market=East"
    role = "market_manager"
    """
    (home.folder / "company.toml").write_text(told)
    result = home.review(scopes=("company", "each-market"))
    assert list(states(result)) == ["company", "market=East", "market=East@zh", "market=South"]
    chinese = record(home, "market=East@zh")
    assert (chinese["scope"], chinese["language"]) == ("market=East", "zh")
    assert chinese["notebooks"]["win_loss"]["parameters"]["language"] == "zh"
    assert states(home.review(languages=("zh",))) == {"company@zh": "published"}
    assert [entry["scope"] for entry in index(home)] == [
        "company", "company@zh", "market=East", "market=East@zh", "market=South",
    ]  # fmt: skip


def test_notebooks_that_disagree_hold_the_report_back(home: Home) -> None:
    home.says("a_first", "wins", 12.0)
    home.says("b_second", "wins", 13.0)
    result = home.review()
    assert [check.message for check in result.scopes[0].held_by] == [
        "a_first says 12.0 for wins, b_second says 13.0."
    ]


def test_a_page_that_cannot_be_drawn_holds_back(home: Home) -> None:
    home.says("cannot_be_drawn", "wins", 12.0)
    result = home.review()
    assert "no ink" in result.scopes[0].held_by[0].message
    assert not (home.reports / "2026-10").exists()


def test_what_fails_for_a_passing_reason_is_tried_again(home: Home, tmp_path: Path) -> None:
    from stub_house import Quiet

    flag = tmp_path / "tried"
    fail_once = f"import pathlib; p = pathlib.Path({str(flag)!r}); seen = p.exists(); p.touch()"
    home.says("flaky", "wins", 1.0, f"{fail_once}\nif not seen: raise ConnectionError('reset by peer')")
    dies = fail_once.replace("tried", "died")
    home.says("dies_once", "losses", 1.0, f"{dies}\nif not seen: import os; os._exit(9)")
    quiet = Quiet()
    assert home.review(quiet).exit_code == 0
    assert sorted(quiet.tried_again) == ["dies_once: DeadKernel", "flaky: ConnectionError"]


def test_what_keeps_failing_is_given_up_after_three_attempts(home: Home) -> None:
    home.notebook("down", "raise TimeoutError('nobody answers')")
    result = home.review()
    assert result.scopes[0].held_by[0].message == (
        "down failed in cell 'cell-0': TimeoutError: nobody answers (3 attempts)"
    )


def test_limits_of_time_and_memory(home: Home) -> None:
    home.notebook("slow", "import time; time.sleep(60)")
    fill = "block = bytearray(700_000_000); block[::4096] = b'x' * len(block[::4096])"
    home.notebook("greedy", f"{fill}\nimport time; time.sleep(60)")
    result = home.review(limits=Limits(seconds=8.0, memory_bytes=500_000_000))
    messages = sorted(check.message for check in result.scopes[0].held_by)
    assert "greedy failed in cell 'cell-0': MemoryLimit: It took" in messages[0]
    assert messages[1] == (
        "slow failed in cell 'cell-0': TimeLimit: It ran longer than the 8 seconds it may take."
    )


def test_bad_requests_are_refused_before_anything_runs(home: Home) -> None:
    home.says("win_loss", "wins", 12.0)
    for options, words in (
        ({"only": ("win_lost",)}, "There is no notebook 'win_lost'. There are: win_loss."),
        ({"scopes": ("planet=Mars",)}, "is not a scope"),
        ({"settings": {"perod": 1}}, "no parameter `perod`. Did you mean `period`?"),
        ({"period": "soon"}, "is not a period"),
    ):
        with pytest.raises(UsageError, match=words.replace("?", r"\?")) as caught:
            home.review(**options)
        assert caught.value.exit_code == 2
    assert not home.reports.exists()


def test_the_second_of_two_runs_waits_or_says_so(home: Home) -> None:
    home.says("win_loss", "wins", 12.0)
    layout = Layout(home.reports)
    with (
        writing(layout.lock, 0.0, print),
        pytest.raises(PublishError, match=r"Another run \(process \d+\) is publishing"),
    ):
        home.review(wait_seconds=0.0)


def test_executed_notebooks_have_no_times_paths_or_random_ids(home: Home) -> None:
    home.says("win_loss", "wins", 12.0)
    home.review()
    text = (home.reports / "2026-10" / "company" / "executed" / "win_loss.ipynb").read_text()
    kept = json.loads(text)
    assert [cell["id"] for cell in kept["cells"]] == ["title", "parameters", "injected-parameters", "cell-0"]
    assert "papermill" not in kept["metadata"]
    assert "start_time" not in text
    assert str(home.reports) not in text
