"""One fork server for all tests of this room, with few modules; and a small house to publish from."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

if TYPE_CHECKING:
    from stub_house import Home

STUBS = Path(__file__).parent / "stubs"
PYTHON_PATH = os.pathsep.join([str(STUBS), str(Path(__file__).parents[3])])  # this checkout's package


@pytest.fixture(scope="session", autouse=True)
def own_kernels() -> Iterator[None]:
    """Warm kernels of these tests live in a folder of their own and are gone afterwards."""
    folder = tempfile.mkdtemp(prefix="qdp")
    before = {name: os.environ.get(name) for name in ("XDG_RUNTIME_DIR", "PYTHONPATH")}
    os.environ |= {"XDG_RUNTIME_DIR": folder, "PYTHONPATH": PYTHON_PATH}
    sys.path.insert(0, str(STUBS))
    yield
    sys.path.remove(str(STUBS))
    for name, value in before.items():
        if value is None:
            os.environ.pop(name)
        else:
            os.environ[name] = value
    for process in psutil.process_iter(["cmdline"]):
        line = process.info["cmdline"] or []
        if "pipeline.publish.warm.server" in line and folder in line[-1]:
            process.send_signal(signal.SIGTERM)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    from stub_house import Home

    return Home(tmp_path / "home")
