"""One fork server for all tests of the room, in a folder of its own, gone afterwards."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from pipeline.publish.warm.manager import WarmKernelManager, WarmKernelSpecManager

pytestmark = pytest.mark.skipif(
    sys.platform not in {"linux", "darwin"}, reason="forks only on Linux and macOS"
)

# One server for all tests: it reads these when it starts.
THREADS = {"OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "2"}


def servers_in(folder: Path) -> list[psutil.Process]:
    """Fork servers of a folder (their kernels carry the same command line but have a server as parent)."""
    found = []
    for process in psutil.process_iter(["cmdline", "ppid"]):
        line = process.info["cmdline"] or []
        if "pipeline.publish.warm.server" in line and str(folder) in line[-1]:
            found.append(process)
    ids = {process.pid for process in found}
    return [process for process in found if process.info["ppid"] not in ids]


@pytest.fixture(scope="session")
def warm_folder() -> Iterator[Path]:
    parent = Path(tempfile.mkdtemp(prefix="qdw"))
    folder = parent / f"quarterdeck-warm-{os.getuid()}"  # as found under XDG_RUNTIME_DIR
    folder.mkdir(mode=0o700)
    yield folder
    for process in servers_in(folder):
        process.send_signal(signal.SIGTERM)
        process.wait(10)
    shutil.rmtree(parent)


@pytest.fixture(scope="session")
def make_manager(warm_folder: Path) -> Callable[..., WarmKernelManager]:
    def make(**config: Any) -> WarmKernelManager:
        settings = {"folder": str(warm_folder), "fall_back": False, **config}
        return WarmKernelManager(kernel_spec_manager=WarmKernelSpecManager(provisioner_config=settings))

    return make


class Kernel:
    """A running kernel, driven synchronously; its loop has a thread of its own, for the browser's tests leave
    one running in this one."""

    def __init__(self, manager: WarmKernelManager, **start: Any) -> None:
        self.manager = manager
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        start.setdefault("env", dict(os.environ, **THREADS))
        self.run(self._start(start))

    async def _start(self, options: dict[str, Any]) -> None:
        await self.manager.start_kernel(**options)
        self.client = self.manager.client()
        self.client.start_channels()
        await self.client.wait_for_ready(timeout=120)

    def run(self, awaitable: Any) -> Any:
        async def awaited() -> Any:
            return await awaitable

        return asyncio.run_coroutine_threadsafe(awaited(), self.loop).result()

    @property
    def process_id(self) -> int:
        return int(self.manager.provisioner.pid)

    def execute(self, code: str, timeout: float = 120) -> str:
        """What the code printed; the error's name and value where it raised."""
        texts: list[str] = []

        def keep(message: dict[str, Any]) -> None:
            content = message["content"]
            if message["msg_type"] == "stream":
                texts.append(content["text"])
            elif message["msg_type"] == "error":
                texts.append(f"{content['ename']}: {content['evalue']}")
            elif message["msg_type"] in {"display_data", "execute_result"}:
                texts.append("+".join(sorted(content["data"])))

        self.run(self.client.execute_interactive(code, output_hook=keep, timeout=timeout))
        return "".join(texts).strip()

    async def _stop(self) -> None:
        self.client.stop_channels()
        if self.manager.has_kernel:
            await self.manager.shutdown_kernel(now=True)

    def stop(self) -> None:
        if self.loop.is_closed():
            return
        self.run(self._stop())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


@pytest.fixture
def start_kernel(make_manager: Callable[..., WarmKernelManager]) -> Iterator[Callable[..., Kernel]]:
    started: list[Kernel] = []

    def start(config: dict[str, Any] | None = None, **options: Any) -> Kernel:
        started.append(Kernel(make_manager(**(config or {})), **options))
        return started[-1]

    yield start
    for kernel in started:
        kernel.stop()


@pytest.fixture
def owner_script(warm_folder: Path, tmp_path: Path) -> Callable[[], subprocess.Popen[str]]:
    """A process that owns a kernel, prints the kernel's process id, and sleeps."""
    script = tmp_path / "owner.py"
    script.write_text(
        "import asyncio, sys, time\n"
        "from pipeline.publish.warm.manager import WarmKernelManager, WarmKernelSpecManager\n"
        f"settings = {{'folder': {str(warm_folder)!r}, 'fall_back': False}}\n"
        "m = WarmKernelManager(kernel_spec_manager=WarmKernelSpecManager(provisioner_config=settings))\n"
        "asyncio.run(m.start_kernel())\n"
        "print(m.provisioner.pid, flush=True)\n"
        "time.sleep(600)\n"
    )

    def start() -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, script], stdout=subprocess.PIPE, text=True, env=dict(os.environ, **THREADS)
        )

    return start
