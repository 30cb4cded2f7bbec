"""Packages under development among the preloaded: kept while their files stay, never older than they are."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from pipeline.publish.before_forks import PRELOAD
from pipeline.publish.warm.key import project_state, server_key
from pipeline.publish.warm.settings import DEFAULT_PRELOAD, WarmSettings

pytestmark = pytest.mark.skipif(
    sys.platform not in {"linux", "darwin"}, reason="forks only on Linux and macOS"
)

LOOK = """
import sys
print('growing.number' in sys.modules, end=' ')
from growing import number
print(number.VALUE, number.PREPARED)
"""


@pytest.fixture
def growing(tmp_path: Path) -> Path:
    """A package under development that somebody edits."""
    package = tmp_path / "growing"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "number.py").write_text(
        "VALUE, PREPARED = 1, False\ndef before_forks():\n    global PREPARED\n    PREPARED = True\n"
    )
    return package


def environment_of(package: Path) -> dict[str, str]:
    path = [str(package.parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "OMP_NUM_THREADS": "2", "PYTHONPATH": os.pathsep.join(path)}


def test_a_module_is_there_and_prepared_until_it_is_edited(
    start_kernel: Any, growing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(growing.parent))
    config = {"preload": ["ipykernel.kernelapp", "growing.number"]}
    env = environment_of(growing)
    first = start_kernel(env=env, config=config)
    assert first.execute(LOOK) == "True 1 True"
    (growing / "number.py").write_text("VALUE, PREPARED = 23, None\n")
    second = start_kernel(env=env, config=config)
    assert second.execute(LOOK) == "True 23 None"


def test_our_own_package_stays_for_a_run_only(start_kernel: Any) -> None:
    code = (
        "import sys; print('pipeline.errors' in sys.modules, 'pipeline.publish.warm.server' in sys.modules)"
    )
    assert start_kernel(config={"preload": ["ipykernel.kernelapp"]}).execute(code) == "False False"
    kept = start_kernel(config={"preload": ["ipykernel.kernelapp", "pipeline.errors"]})
    assert kept.execute(code).startswith("True")


def test_the_key_follows_the_files_of_what_is_not_installed(
    growing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(growing.parent))
    settings = WarmSettings(("numpy", "growing.number"))
    assert list(project_state(settings.preload)) == [str(growing.resolve())]
    before = server_key(settings, {})
    assert server_key(settings, {}) == before
    (growing / "__pycache__").mkdir()
    (growing / "__pycache__" / "number.pyc").write_text("compiled")
    assert server_key(settings, {}) == before
    (growing / "more.toml").write_text("")
    assert server_key(settings, {}) != before
    assert project_state(DEFAULT_PRELOAD) == {}, (
        "kernels of JupyterLab fork without a package under development"
    )
    assert len(project_state(PRELOAD)) == 1
