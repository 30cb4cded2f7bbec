"""Where a fork is unsafe or unknown an ordinary kernel starts, and the reason is in the log."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.provisioning.factory import KernelProvisionerFactory

from pipeline.publish.warm import provisioner
from pipeline.publish.warm.key import server_key, socket_folder
from pipeline.publish.warm.manager import PROVISIONER_NAME, OrdinaryKernelManager
from pipeline.publish.warm.settings import WarmSettings


def in_a_loop(awaitable: Any) -> Any:
    """Run it in a thread: the browser's tests leave a loop running in this one."""
    with ThreadPoolExecutor(1) as other:
        return other.submit(asyncio.run, awaitable).result()


LAUNCH = [sys.executable, "-m", "ipykernel_launcher", "-f", "connection.json"]


@pytest.mark.parametrize(
    ("cmd", "options", "reason"),
    [
        (["/elsewhere/python", *LAUNCH[1:]], {}, "not this interpreter's ipykernel"),
        ([sys.executable, "-m", "other_kernel"], {}, "not this interpreter's ipykernel"),
        ([sys.executable, "-X", "dev", *LAUNCH[1:]], {}, "not this interpreter's ipykernel"),
        (LAUNCH, {"preexec_fn": print}, "options that only a new process can have: ['preexec_fn']"),
        (LAUNCH, {"independent": True}, "outlive its owner"),
        (LAUNCH, {"stdout": subprocess.PIPE}, "a pipe"),
        (LAUNCH, {"env": {"PYTHONPATH": "lib:/opt"}}, "PYTHONPATH has relative folders"),
        (LAUNCH, {"env": {"PYTHONPATH": "/opt"}}, ""),
        (LAUNCH, {}, ""),
    ],
)
def test_reasons_against_a_fork(cmd: list[str], options: dict[str, Any], reason: str) -> None:
    found = provisioner._why_not(cmd, {"env": {}, **options})
    assert reason in found
    assert bool(found) == bool(reason)


def test_other_systems_get_ordinary_kernels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    assert "win32" in provisioner._why_not(LAUNCH, {"env": {}})


@pytest.mark.parametrize(("module", "name"), [(os, "fork"), (os, "getuid"), (socket, "AF_UNIX")])
def test_a_system_without_forks_gets_ordinary_kernels_without_a_warning(
    monkeypatch: pytest.MonkeyPatch, module: Any, name: str
) -> None:
    monkeypatch.delattr(module, name)
    assert provisioner._why_not(LAUNCH, {"env": {}}) == "this system cannot fork"
    assert not provisioner.can_fork()
    assert OrdinaryKernelManager().transport == "tcp"
    assert OrdinaryKernelManager().transport_encryption == "auto"


def test_a_matplotlibrc_beside_the_notebook_is_respected(tmp_path: Path) -> None:
    (tmp_path / "matplotlibrc").write_text("figure.dpi: 50\n")
    assert "matplotlibrc" in provisioner._why_not(LAUNCH, {"env": {}, "cwd": str(tmp_path)})


def test_ordinary_kernel_starts_and_the_log_says_why(
    make_manager: Any, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provisioner, "_why_not", lambda *_: "the moon is full")
    manager = make_manager(fall_back=True)

    async def start_and_stop() -> bool:
        await manager.start_kernel()
        ordinary = isinstance(manager.provisioner.process, subprocess.Popen)
        await manager.shutdown_kernel(now=True)
        return ordinary

    manager.log = logging.getLogger("test")
    with caplog.at_level(logging.WARNING):
        assert in_a_loop(start_and_stop())
    assert "instead of a warm one: the moon is full" in caplog.text


def test_a_server_that_cannot_start_is_not_tried_again_at_once(
    make_manager: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline.publish.warm import client

    tried = []
    real = subprocess.Popen

    def popen(command: list[str], **options: Any) -> Any:
        if "pipeline.publish.warm.server" in command:
            tried.append(command)
            command = [sys.executable, "-c", "raise SystemExit(3)"]
        return real(command, **options)

    monkeypatch.setattr(client.subprocess, "Popen", popen)
    for _ in range(2):
        manager = make_manager(preload=["ipykernel.kernelapp", "colorsys"])
        with pytest.raises(client.WarmUnavailable, match="ended with code 3"):
            in_a_loop(manager.start_kernel())
    assert len(tried) == 1


def test_a_folder_open_to_others_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    with pytest.raises(PermissionError, match="only this user"):
        socket_folder(WarmSettings(folder=str(tmp_path)))


def test_key_changes_with_what_a_process_reads_at_start_and_with_nothing_else() -> None:
    base = {"HOME": "/h", "OMP_NUM_THREADS": "1", "QUARTERDECK_ANYTHING": "1"}
    settings = WarmSettings()
    key = server_key(settings, base)
    assert (
        server_key(
            settings, {**base, "QUARTERDECK_ANYTHING": "2", "TZ": "UTC", "KMP_DUPLICATE_LIB_OK": "True"}
        )
        == key
    )
    assert server_key(WarmSettings(idle_seconds=1), base) == key
    others = [
        server_key(settings, {**base, "OMP_NUM_THREADS": "2"}),
        server_key(settings, {**base, "PYTHONHASHSEED": "0"}),
        server_key(settings, {**base, "LD_PRELOAD": "x.so"}),
        server_key(WarmSettings(preload=("json",)), base),
    ]
    assert len({key, *others}) == 5


def test_the_provisioner_is_registered_for_every_jupyter_program() -> None:
    assert PROVISIONER_NAME in KernelProvisionerFactory.instance().get_provisioner_entries()


def test_plain_papermill_uses_it_unchanged(tmp_path: Path, warm_folder: Path) -> None:
    """But for an environment variable: papermill's own command, the kernel that the notebook names."""
    import nbformat

    book = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell("import os, sys; print(os.getppid(), 'ibis' in sys.modules)")]
    )
    book.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(book, tmp_path / "in.ipynb")
    environment = {
        **os.environ,
        "JUPYTER_DEFAULT_PROVISIONER_NAME": PROVISIONER_NAME,
        "XDG_RUNTIME_DIR": str(warm_folder.parent),
        "OMP_NUM_THREADS": "2",
        "OPENBLAS_NUM_THREADS": "2",
    }
    subprocess.run(
        [sys.executable, "-m", "papermill", "in.ipynb", "out.ipynb", "--no-progress-bar"],
        cwd=tmp_path, env=environment, check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    printed = nbformat.read(tmp_path / "out.ipynb", as_version=4).cells[0].outputs[0].text.split()
    assert printed[1] == "True"
