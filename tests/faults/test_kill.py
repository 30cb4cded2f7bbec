"""Killing a run at any moment leaves the last published review whole, and the next run completes."""

from __future__ import annotations

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
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

STUBS = Path(__file__).parents[1] / "unit" / "publish" / "stubs"
SCRIPT = STUBS / "stub_house.py"
KILLS = 50

pytestmark = pytest.mark.slow


@pytest.fixture
def surroundings() -> Iterator[dict[str, str]]:
    """An environment with a fork server of its own, gone afterwards."""
    folder = tempfile.mkdtemp(prefix="qdk")
    yield {**os.environ, "XDG_RUNTIME_DIR": folder, "PYTHONPATH": str(STUBS)}
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


def start(home: Any, surroundings: dict[str, str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, str(SCRIPT), str(home.folder)]
    return subprocess.Popen(command, env=surroundings, stderr=subprocess.DEVNULL)


def publish(home: Any, surroundings: dict[str, str]) -> float:
    """Run to the end; returns the seconds it took."""
    began = time.monotonic()
    assert start(home, surroundings).wait(300) == 0
    return time.monotonic() - began


def published_version(home: Any) -> float:
    """The version that is published, having checked that it is whole, every file of its record."""
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


def processes_of(home: Any) -> list[psutil.Process]:
    every = psutil.process_iter(["cmdline"])
    return [process for process in every if str(home.folder) in (process.info["cmdline"] or [])]


@pytest.mark.timeout(1800)
def test_sigkill_at_random_moments(home: Any, surroundings: dict[str, str]) -> None:
    rng = random.Random(20261031)
    publish(home, surroundings)
    usual_seconds = publish(home, surroundings)
    latest = 0.0
    killed_before_the_end = 0
    for kill in range(1, KILLS + 1):
        set_version(home, kill)
        run = start(home, surroundings)
        time.sleep(rng.uniform(0.0, usual_seconds * 1.1))
        run.kill()
        killed_before_the_end += run.wait(30) == -signal.SIGKILL
        version = published_version(home)
        assert version in {latest, float(kill)}, "only the state before or the state after"
        latest = version
        if kill % 5 == 0:  # the next run completes, whatever was left behind
            publish(home, surroundings)
            assert published_version(home) == float(kill)
            latest = float(kill)
            assert list((home.reports / ".staging").iterdir()) == []
            index = json.loads((home.reports / "index.html").read_text())
            assert index["entries"][0]["status"] == "published"
    assert killed_before_the_end > KILLS / 2
    assert processes_of(home) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_cancelling_ends_everything_in_order(
    home: Any, surroundings: dict[str, str], number: signal.Signals
) -> None:
    publish(home, surroundings)
    mark = home.folder / "kernel"
    note_and_wait = f"import os, pathlib, time; pathlib.Path({str(mark)!r}).write_text(str(os.getpid()))"
    home.notebook("other", f"{note_and_wait}\ntime.sleep(90)")
    run = start(home, surroundings)
    while not (mark.exists() and mark.read_text()):
        time.sleep(0.1)
    kernel = psutil.Process(int(mark.read_text()))
    run.send_signal(number)
    assert run.wait(30) == 128 + number
    assert published_version(home) == 0.0
    assert list((home.reports / ".staging").iterdir()) == []
    kernel.wait(20) if kernel.is_running() else None
    assert not kernel.is_running()
