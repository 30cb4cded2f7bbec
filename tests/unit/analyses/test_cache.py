"""Results kept by content: one computation per book, function and arguments; damage costs time, not truth."""

import concurrent.futures
import datetime
import multiprocessing
import time
from types import SimpleNamespace

import pytest

from pipeline.analyses import cache
from pipeline.company import Company
from pipeline.locks import holding
from pipeline.parameters import Period, Scope


def _book(folder, fingerprint="a", scope="company"):
    return SimpleNamespace(
        cache_folder=folder,
        fingerprint=fingerprint,
        as_of=datetime.date(2026, 10, 31),
        period=Period.parse("2026-10", datetime.date(2026, 11, 1)),
        scope=Scope.parse(scope),
        company=Company(),
    )


@pytest.fixture
def counted():
    calls = []

    @cache.cached
    def twice(book, number, *, plus=0):
        calls.append(number)
        return 2 * number + plus

    twice.calls = calls
    return twice


def test_the_same_question_is_computed_once(counted, tmp_path):
    assert [counted(_book(tmp_path), 4, plus=1) for _ in range(3)] == [9, 9, 9]
    assert counted.calls == [4]


@pytest.mark.parametrize("change", [{"fingerprint": "b"}, {"scope": "market=East"}])
def test_another_book_is_another_question(counted, tmp_path, change):
    counted(_book(tmp_path), 4)
    counted(_book(tmp_path, **change), 4)
    assert counted.calls == [4, 4]


def test_other_arguments_or_other_code_are_another_question(counted, tmp_path, monkeypatch):
    counted(_book(tmp_path), 4)
    counted(_book(tmp_path), 5)
    counted(_book(tmp_path), 4, plus=1)
    monkeypatch.setattr(cache, "code_hash", lambda: "other code")
    counted(_book(tmp_path), 4)
    monkeypatch.setattr(cache.boosting, "version", lambda: "another")
    counted(_book(tmp_path), 4)
    assert counted.calls == [4, 5, 4, 4, 4]


def test_a_damaged_file_is_computed_anew(counted, tmp_path):
    counted(_book(tmp_path), 4)
    (kept,) = tmp_path.glob("*.pickle")
    kept.write_bytes(kept.read_bytes()[:-1])
    assert counted(_book(tmp_path), 4) == 8
    assert counted(_book(tmp_path), 4) == 8
    assert counted.calls == [4, 4]


def test_without_a_place_to_keep_it_everything_still_works(counted, tmp_path):
    assert counted(_book(None), 4) == 8
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    assert counted(_book(blocked / "cache"), 4) == 8


def _slowly(folder, noted, number):
    """For a process of its own: computes, noting that it did."""

    @cache.cached
    def slow(book, value):
        with open(noted, "a") as file:
            file.write("computed\n")
        time.sleep(0.5)
        return 2 * value

    return slow(_book(folder), number)


def test_processes_that_want_the_same_compute_it_once(tmp_path):
    noted = tmp_path / "noted"
    spawning = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(3, mp_context=spawning) as pool:
        found = list(pool.map(_slowly, [tmp_path / "kept"] * 3, [noted] * 3, [4, 4, 4]))
    assert found == [8, 8, 8]
    assert noted.read_text().splitlines() == ["computed"]
    assert [path.suffix for path in (tmp_path / "kept").iterdir()] == [".pickle"]


def test_who_waits_too_long_or_cannot_lock_computes_too(counted, tmp_path, monkeypatch):
    monkeypatch.setattr(cache, "LONGEST_WAIT_SECONDS", 0.1)
    counted(_book(tmp_path), 4)
    (kept,) = tmp_path.glob("*.pickle")
    kept.unlink()
    with holding(kept.with_suffix(".lock")):
        assert counted(_book(tmp_path), 4) == 8
    assert counted.calls == [4, 4]


def test_old_results_are_forgotten_and_no_partial_file_stays(counted, tmp_path, monkeypatch):
    monkeypatch.setattr(cache, "KEPT_FILES", 3)
    for number in range(8):
        counted(_book(tmp_path), number)
    assert len(list(tmp_path.iterdir())) == 3


def test_an_argument_that_cannot_be_told_apart_by_its_text_is_never_kept(counted, tmp_path):
    long = [0] * 3
    assert counted(_book(tmp_path), 4, plus=len(long)) == 11
    with pytest.raises(TypeError):
        counted(_book(tmp_path), long, plus=1)
    assert len(list(tmp_path.glob("*.pickle"))) == 1
