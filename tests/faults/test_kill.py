"""Killing a run at any moment leaves the last published review whole, and the next run completes."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from pipeline.publish.leading import bring_back

STUBS = Path(__file__).parents[1] / "unit" / "publish" / "stubs"
SCRIPT = STUBS / "stub_house.py"
PYTHON_PATH = os.pathsep.join([str(STUBS), str(Path(__file__).parents[2])])
KILLS = 50

pytestmark = pytest.mark.slow


@pytest.fixture
def surroundings() -> Iterator[dict[str, str]]:
    """An environment with a fork server of its own, gone afterwards."""
    folder = tempfile.mkdtemp(prefix="qdk")
    yield {**os.environ, "XDG_RUNTIME_DIR": folder, "PYTHONPATH": PYTHON_PATH}
    for process in psutil.process_iter(["cmdline"]):
        line = process.info["cmdline"] or []
        if "pipeline.publish.warm.server" in line and folder in line[-1]:
            process.send_signal(signal.SIGTERM)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(STUBS))
    from stub_house import Home

    home = Home(tmp_path / "home")
    home.says("win_loss", "wins", 0.0)
    home.says("other", "version", 0.0)
    return home


class Runs:
    """Runs forked from one process that has imported everything: kills hit work, not imports."""

    def __init__(self, home: Any, surroundings: dict[str, str], *options: str) -> None:
        command = [sys.executable, str(SCRIPT), str(home.folder), "--fork", *options]
        self._parent = subprocess.Popen(
            command, env=surroundings, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def start(self) -> int:
        """Begin a run; returns its process."""
        assert self._parent.stdin is not None
        self._parent.stdin.write("go\n")
        self._parent.stdin.flush()
        return self._hear()

    def end(self) -> int:
        """Wait for the run's end; returns its exit code."""
        return self._hear()

    def publish(self) -> float:
        """A run to its end; returns the seconds it took."""
        began = time.monotonic()
        self.start()
        assert self.end() == 0
        return time.monotonic() - began

    def close(self) -> None:
        assert self._parent.stdin is not None
        self._parent.stdin.close()
        self._parent.wait(30)

    def _hear(self) -> int:
        assert self._parent.stdout is not None
        return int(self._parent.stdout.readline())


def published_version(home: Any) -> float:
    """The version that is published, having checked that it is whole, every file of its record."""
    if not (home.reports / "2026-10").exists():  # without links it may lie aside, until the next run
        bring_back(home.reports)
    folder = home.reports / "2026-10" / "company"
    record = json.loads((folder / "run.json").read_text())
    versions = set()
    for name, notebook in record["notebooks"].items():
        for file, digest in notebook["files"].items():
            assert hashlib.sha256((folder / file).read_bytes()).hexdigest() == digest, (name, file)
        versions |= set(notebook["headlines"].values())
    assert len(versions) == 1, "a state is published whole or not at all"
    assert set(record["headlines"].values()) == versions
    return float(versions.pop())


def set_version(home: Any, version: int) -> None:
    home.says("win_loss", "wins", float(version))
    home.says("other", "version", float(version))


def wait_until(holds: Callable[[], bool], seconds: float = 20.0) -> bool:
    limit = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > limit:
            return False
        time.sleep(0.1)
    return True


def processes_of(home: Any) -> list[psutil.Process]:
    every = psutil.process_iter(["cmdline"])
    return [process for process in every if str(home.folder) in (process.info["cmdline"] or [])]


@pytest.mark.parametrize("options", [(), ("--no-links",)], ids=["links", "no links"])
def test_sigkill_at_random_moments(home: Any, surroundings: dict[str, str], options: tuple[str, ...]) -> None:
    rng = random.Random(20261031)
    runs = Runs(home, surroundings, *options)
    runs.publish()
    usual_seconds = runs.publish()
    assert (home.reports / "2026-10").is_symlink() != bool(options)
    latest = 0.0
    killed = 0
    for kill in range(1, KILLS + 1):
        set_version(home, kill)
        process = runs.start()
        time.sleep(rng.uniform(0.0, usual_seconds * 1.1))
        with contextlib.suppress(ProcessLookupError):  # it was faster than usual
            os.kill(process, signal.SIGKILL)
        killed += runs.end() == -signal.SIGKILL
        version = published_version(home)
        assert version in {latest, float(kill)}, "only the state before or the state after"
        latest = version
        if kill % 10 == 0:  # the next run completes, whatever was left behind
            usual_seconds = runs.publish()
            latest = published_version(home)
            assert latest == float(kill)
            assert list((home.reports / ".staging").iterdir()) == []
            index = json.loads((home.reports / "index.html").read_text())
            assert index["entries"][0]["status"] == "published"
    runs.close()
    assert killed > KILLS / 2
    assert wait_until(lambda: processes_of(home) == [])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_cancelling_ends_everything_in_order(
    home: Any, surroundings: dict[str, str], number: signal.Signals
) -> None:
    runs = Runs(home, surroundings)
    runs.publish()
    mark = home.folder / "kernel"
    note_and_wait = f"import os, pathlib, time; pathlib.Path({str(mark)!r}).write_text(str(os.getpid()))"
    home.notebook("other", f"{note_and_wait}\ntime.sleep(90)")
    run = runs.start()
    while not (mark.exists() and mark.read_text()):
        time.sleep(0.1)
    kernel = psutil.Process(int(mark.read_text()))
    os.kill(run, number)
    assert runs.end() == 128 + number
    runs.close()
    assert published_version(home) == 0.0
    assert list((home.reports / ".staging").iterdir()) == []
    kernel.wait(20) if kernel.is_running() else None
    assert not kernel.is_running()
