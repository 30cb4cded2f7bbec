"""The transaction, the journal and the catalogue, without running a notebook."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import PublishError
from pipeline.publish import catalogue, journal
from pipeline.publish.catalogue import Entry
from pipeline.publish.layout import Layout, scope_folder, write_atomically
from pipeline.publish.leading import lead
from pipeline.publish.publication import Staging, clean_up


def stage(layout: Layout, run: str, files: dict[str, str], publish: bool = True) -> None:
    with Staging(layout, "2026-10", run) as staging:
        for name, text in files.items():
            scope, _, file = name.partition("/")
            (staging.scope(scope) / file).write_text(text)
        if publish:
            staging.publish()


def published(layout: Layout) -> dict[str, str]:
    root = layout.published("2026-10")
    return {path.relative_to(root).as_posix(): path.read_text() for path in root.rglob("*") if path.is_file()}


def test_a_run_replaces_its_scopes_and_keeps_the_others(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    stage(layout, "run-1", {"company/a.html": "1", "market=East/a.html": "e"})
    stage(layout, "run-2", {"company/b.html": "2"})
    assert published(layout) == {"company/b.html": "2", "market=East/a.html": "e"}
    first = layout.run("2026-10", "run-1")
    assert (first / "company" / "a.html").read_text() == "1"  # the earlier state stays complete
    assert (first / "market=East" / "a.html").stat().st_nlink == 2  # what stays takes no more room


def test_what_is_not_published_leaves_no_trace(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    stage(layout, "run-1", {"company/a.html": "1"}, publish=False)
    assert not layout.published("2026-10").exists()
    assert list(layout.staging.iterdir()) == []


def test_leftovers_of_a_killed_run_are_removed(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    layout.create()
    (layout.staging / "killed" / "company").mkdir(parents=True)
    (tmp_path / ".2026-10.77.link").symlink_to("nowhere")
    (tmp_path / ".index.html.77.part").write_text("half")
    (layout.runs("2026-10") / "never-linked").mkdir(parents=True)
    clean_up(layout, "2026-10")
    assert list(layout.runs("2026-10").iterdir()) == []
    assert list(layout.staging.iterdir()) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == [".catalogue", ".runs", ".staging"]


def test_a_folder_that_is_not_ours_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "2026-10").mkdir()
    (tmp_path / "2026-10" / "mine.txt").write_text("keep")
    with pytest.raises(PublishError, match="in the way"):
        lead(tmp_path / "2026-10", tmp_path / "run")
    assert (tmp_path / "2026-10" / "mine.txt").read_text() == "keep"


@pytest.mark.parametrize(
    ("key", "folder"),
    [
        ("company", "company"),
        ("market=East", "market=East"),
        ("market=华东", "market=华东"),
        ("person=a/../b", "person=a_2f_.._2f_b"),
        ("market=A:B*", "market=A_3a_B_2a_"),
        ("..", "_"),
    ],
)
def test_scopes_as_folders(key: str, folder: str) -> None:
    assert scope_folder(key) == folder


def test_a_file_is_replaced_in_one_step(tmp_path: Path) -> None:
    write_atomically(tmp_path / "new" / "x.txt", "old")
    write_atomically(tmp_path / "new" / "x.txt", "new")
    assert [path.read_text() for path in (tmp_path / "new").iterdir()] == ["new"]


def test_the_journal_reads_backwards_across_blocks_and_skips_half_lines(
    tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr(journal, "_BLOCK_BYTES", 16)
    path = tmp_path / "journal.jsonl"
    for number in range(5):
        journal.append(path, {"run": number, "pad": "x" * number * 7})
    with open(path, "ab") as file:
        file.write(b'{"run": 5, "cut')  # killed while writing
    journal.append(path, {"run": 6})
    assert [entry["run"] for entry in journal.latest_first(path)] == [6, 4, 3, 2, 1, 0]
    assert list(journal.latest_first(tmp_path / "none")) == []


def entry(period: str, last_day: str, scope: str = "company", **fields: Any) -> Entry:
    return Entry(
        period, last_day, scope, "published", "2026-11-03", {f"{period}/{scope}/a.html": "A"}, **fields
    )


def test_the_catalogue_lists_the_latest_first_and_the_company_before_markets(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    layout.create()
    catalogue.add(layout, [entry("2026-09", "2026-09-30"), entry("2026-10", "2026-10-31", "market=East")])
    catalogue.add(layout, [entry("2026-10", "2026-10-31"), entry("2025-12", "2025-12-31")])
    listed = [(one.period, one.scope) for one in catalogue.latest_first(layout, "2026")]
    assert listed == [("2026-10", "company"), ("2026-10", "market=East"), ("2026-09", "company")]
    assert catalogue.years(layout) == ["2026", "2025"]
    assert catalogue.page_of(layout, "2026", ["2026", "2025"]) == tmp_path / "index.html"
    assert catalogue.page_of(layout, "2025", ["2026", "2025"]) == tmp_path / "index-2025.html"


def test_a_report_held_back_keeps_its_last_good_entry(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    layout.create()
    catalogue.add(layout, [entry("2026-10", "2026-10-31", answer="We will land.")])
    given = {"period_key": "2026-10", "last_day": "2026-10-31", "incident": "incidents/x.html", "at": "now"}
    held = catalogue.held_back(layout, scope_key="company", **given)
    assert (held.status, held.answer, held.incident) == ("held_back", "We will land.", "incidents/x.html")
    assert catalogue.held_back(layout, scope_key="market=East", **given).reports == {}


def test_an_added_run_writes_its_own_year_only(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    layout.create()
    catalogue.add(layout, [entry("2024-12", "2024-12-31"), entry("2025-12", "2025-12-31")])
    before = {path.name: path.stat().st_mtime_ns for path in layout.catalogue.glob("*.json")}
    assert catalogue.add(layout, [entry("2026-10", "2026-10-31")]) == ["2026"]
    after = {path.name: path.stat().st_mtime_ns for path in layout.catalogue.glob("*.json")}
    assert {name: time for name, time in after.items() if name in before} == before
    assert (
        json.loads((layout.catalogue / "2026.json").read_text())["2026-10"]["company"]["status"]
        == "published"
    )
