"""What leads readers to the latest run: a link, a junction, a folder of its own; and kills between steps."""

from __future__ import annotations

import os
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import PublishError
from pipeline.locks import holding
from pipeline.publish import leading
from pipeline.publish.layout import Layout
from pipeline.publish.leading import bring_back, lead, leads_to, take_away
from pipeline.publish.publication import Staging, recover

PERIOD = "2026-10"


def make_run(root: Path, name: str) -> Path:
    run = root / ".runs" / PERIOD / name
    (run / "company").mkdir(parents=True)
    (run / "company" / "a.html").write_text(name)
    return run


def page(root: Path) -> str:
    return (root / PERIOD / "company" / "a.html").read_text()


def no_symbolic_links(monkeypatch: pytest.MonkeyPatch) -> None:
    def symlink(*_: Any, **__: Any) -> None:
        raise OSError(1314, "A required privilege is not held by the client")

    monkeypatch.setattr(os, "symlink", symlink)


def junctions_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows: absolute, and nothing may be renamed over one."""
    make, replace = os.symlink, os.replace
    no_symbolic_links(monkeypatch)
    fake = types.ModuleType("_winapi")
    fake.CreateJunction = make  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "_winapi", fake)

    def careful_replace(source: Any, target: Any) -> None:
        if os.path.isdir(target):
            raise PermissionError(5, "Access is denied", str(target))
        replace(source, target)

    monkeypatch.setattr(os, "replace", careful_replace)


WAYS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "symbolic link": lambda _: None,
    "junction": junctions_only,
    "folder": no_symbolic_links,
}


@pytest.fixture(params=list(WAYS))
def root(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    WAYS[request.param](monkeypatch)
    return tmp_path


def test_it_leads_to_one_run_after_the_other(root: Path) -> None:
    assert leads_to(root / PERIOD) == ""
    for name in ("run-1", "run-2", "run-3"):
        lead(root / PERIOD, make_run(root, name))
        assert (page(root), leads_to(root / PERIOD)) == (name, name)
    assert sorted(path.name for path in root.iterdir()) == [".runs", PERIOD]
    assert (root / ".runs" / PERIOD / "run-1" / "company" / "a.html").read_text() == "run-1"


def test_what_is_not_ours_stays(root: Path) -> None:
    (root / PERIOD / "company").mkdir(parents=True)
    (root / PERIOD / "company" / "a.html").write_text("mine")
    with pytest.raises(PublishError, match="in the way"):
        lead(root / PERIOD, make_run(root, "run-1"))
    assert page(root) == "mine"


def test_the_ways_take_over_from_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reports folder that was moved to a disk without links, and back."""
    lead(tmp_path / PERIOD, make_run(tmp_path, "run-1"))
    with monkeypatch.context() as without:
        no_symbolic_links(without)
        lead(tmp_path / PERIOD, make_run(tmp_path, "run-2"))
        assert not (tmp_path / PERIOD).is_symlink()
    lead(tmp_path / PERIOD, make_run(tmp_path, "run-3"))
    assert (tmp_path / PERIOD).is_symlink()
    assert page(tmp_path) == "run-3"


def test_a_kill_at_every_step_leaves_the_old_state_or_the_new(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead(root / PERIOD, make_run(root, "run-0"))
    expected = {"run-0"}
    for step in range(60):
        killed = kill_at(
            step, monkeypatch, lambda step=step: lead(root / PERIOD, make_run(root, f"run-{step + 1:02}"))
        )
        bring_back(root)
        seen = page(root)
        assert seen in expected | {f"run-{step + 1:02}"}
        assert leads_to(root / PERIOD) == seen
        expected = {seen}
        if not killed:
            return
    pytest.fail("it takes more steps than this test knows")


class Killed(BaseException):
    """Instead of SIGKILL: nothing after this moment touches the disk."""


def kill_at(step: int, monkeypatch: pytest.MonkeyPatch, work: Callable[[], None]) -> bool:
    """Do some work; its `step`-th change of the disk and all after it do not happen: True if there is one."""
    steps = iter(range(1000))
    with monkeypatch.context() as within:
        for name in ("rename", "replace", "unlink", "symlink", "link", "mkdir", "rmdir"):
            within.setattr(os, name, _counted(getattr(os, name), steps, step, name))
        try:
            work()
        except Killed:
            return True
    return False


def _counted(function: Any, steps: Any, last: int, name: str) -> Any:
    def counted(*given: Any, **options: Any) -> Any:
        counts = ".runs" not in str(given[0]).rpartition("/")[0] or name in {"link", "symlink"}
        if counts and next(steps) >= last:
            raise Killed
        return function(*given, **options)

    return counted


def test_the_hourly_call_puts_back_what_a_kill_left_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_symbolic_links(monkeypatch)
    layout = Layout(tmp_path)
    lead(tmp_path / PERIOD, make_run(tmp_path, "run-1"))
    os.rename(tmp_path / PERIOD, tmp_path / f".{PERIOD}.old")
    with holding(layout.lock):
        recover(layout)
        assert not (tmp_path / PERIOD).exists(), "a run at work does it itself"
    recover(layout)
    assert page(tmp_path) == "run-1"


def test_files_that_somebody_reads_hold_a_publication_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_symbolic_links(monkeypatch)
    monkeypatch.setattr("pipeline.files._FIRST_PAUSE_SECONDS", 0.0)
    lead(tmp_path / PERIOD, make_run(tmp_path, "run-1"))
    rename = os.rename

    def refuse(source: Any, target: Any) -> None:
        if Path(source).name == PERIOD:
            raise PermissionError(32, "it is being used by another process")
        rename(source, target)

    with monkeypatch.context() as open_elsewhere:
        open_elsewhere.setattr(os, "rename", refuse)
        with pytest.raises(PublishError, match="Close what shows its files"):
            lead(tmp_path / PERIOD, make_run(tmp_path, "run-2"))
    assert page(tmp_path) == "run-1"
    assert list(tmp_path.glob(".*.link")) == []


def test_removing_what_leads_somewhere_keeps_what_is_there(root: Path) -> None:
    run = make_run(root, "run-1")
    lead(root / PERIOD, run)
    take_away(root / PERIOD)
    take_away(root / PERIOD)
    assert not (root / PERIOD).exists()
    assert (run / "company" / "a.html").read_text() == "run-1"


def test_a_junction_is_known_by_its_tag(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Status:
        st_reparse_tag = 0xA0000003

    monkeypatch.setattr(Path, "lstat", lambda _: Status())
    monkeypatch.setattr(Path, "is_symlink", lambda _: False)
    assert leading._is_link(tmp_path)


def test_two_scopes_in_one_folder_are_refused(tmp_path: Path) -> None:
    with Staging(Layout(tmp_path), PERIOD, "run-1") as staging:
        staging.scope("person=A")
        assert staging.scope("person=A").is_dir()
        with pytest.raises(PublishError, match="one folder"):
            staging.scope("person=A.")
