"""A warm kernel behaves as an ordinary one does, and dies when it should."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from pipeline.publish.warm.client import ForkedProcess, warm_up
from pipeline.publish.warm.settings import WarmSettings

pytestmark = pytest.mark.skipif(
    sys.platform not in {"linux", "darwin"}, reason="forks only on Linux and macOS"
)


def wait_until(condition: Callable[[], bool], seconds: float = 20) -> bool:
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if condition():
            return True
        time.sleep(0.05)
    return condition()


def is_running(process_id: int) -> bool:
    try:
        return bool(psutil.Process(process_id).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def test_libraries_are_there_before_the_first_import_and_our_own_package_is_not(start_kernel: Any) -> None:
    kernel = start_kernel()
    assert isinstance(kernel.manager.provisioner.process, ForkedProcess)
    seen = kernel.execute(
        "import sys; names = 'pandas', 'sklearn.cluster', 'statsmodels.api', 'pipeline'\n"
        "print([name in sys.modules for name in names])"
    )
    assert seen == "[True, True, True, False]"


def test_thread_pools_work_after_the_fork(start_kernel: Any) -> None:
    code = """
import numpy as np, statsmodels.api as sm
from sklearn.cluster import KMeans
from sklearn.ensemble import HistGradientBoostingClassifier
rng = np.random.default_rng(1)
x = np.vstack([rng.normal(0, 1, (300, 3)), rng.normal(9, 1, (300, 3))])
y = np.repeat([0, 1], 300)
labels = KMeans(2, n_init=2, random_state=0).fit_predict(x)
boosted = HistGradientBoostingClassifier(max_iter=20).fit(x, y).score(x, y)
slope = sm.OLS(3 * x[:, 0] + 1, sm.add_constant(x[:, 0])).fit().params
big = rng.normal(size=(600, 600))
inverts = np.allclose(big @ np.linalg.inv(big), np.eye(600))
print(sorted(np.bincount(labels).tolist()), boosted, slope.round(6).tolist(), inverts)
"""
    assert start_kernel().execute(code) == "[300, 300] 1.0 [1.0, 3.0] True"


def test_engines_and_figures_work_after_the_fork(start_kernel: Any) -> None:
    kernel = start_kernel()
    assert (
        kernel.execute("import duckdb; print(duckdb.sql('select sum(range) from range(5)').fetchone())")
        == "(10,)"
    )
    assert (
        kernel.execute(
            "import ibis; c = ibis.duckdb.connect()\n"
            "print(c.create_table('t', {'a': [1, 2]}).a.sum().execute())"
        )
        == "3"
    )
    assert kernel.execute("import pyarrow.compute as pc; print(pc.sum([1, 2, 3]))") == "6"
    assert "image/png" in kernel.execute("import matplotlib.pyplot as plt; plt.plot([1, 2]); plt.show()")
    assert kernel.execute("!echo from a shell") == "from a shell"


def test_random_streams_differ_between_children(start_kernel: Any) -> None:
    code = "import random, numpy, uuid; print(random.random(), numpy.random.rand(), uuid.uuid4())"
    first, second = start_kernel().execute(code).split(), start_kernel().execute(code).split()
    assert all(one != other for one, other in zip(first, second, strict=True))


def test_environment_time_zone_and_working_folder_are_the_childs_own(
    start_kernel: Any, tmp_path: Path
) -> None:
    code = (
        "import os, time\n"
        "print(time.tzname[0], os.environ.get('ONLY_HERE'), os.getcwd(), 'JPY_PARENT_PID' in os.environ)"
    )
    usual = {**os.environ, "OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "2"}
    here = {**usual, "TZ": "Asia/Shanghai", "ONLY_HERE": "yes"}
    there = {**usual, "TZ": "America/Lima"}
    (tmp_path / "a").mkdir()
    assert start_kernel(env=here, cwd=str(tmp_path / "a")).execute(code) == f"CST yes {tmp_path / 'a'} False"
    assert start_kernel(env=there, cwd=str(tmp_path)).execute(code) == f"-05 None {tmp_path} False"


def test_changed_start_environment_gets_another_server(start_kernel: Any) -> None:
    few = {"preload": ["ipykernel.kernelapp"]}
    usual = start_kernel(config=few)
    special = start_kernel(config=few, env={**os.environ, "PYTHONHASHSEED": "7"})
    code = "import os; print(os.getppid())"
    assert usual.execute(code) != special.execute(code)
    assert special.execute("import sys; print(sys.flags.hash_randomization, hash('a'))") == special.execute(
        "!PYTHONHASHSEED=7 {sys.executable} -c \"print(1, hash('a'))\""
    )


def test_interrupt_stops_a_cell_and_the_kernel_goes_on(start_kernel: Any) -> None:
    kernel = start_kernel()
    kernel.execute("import time, signal, os, threading")
    message = kernel.client.execute("time.sleep(60)")
    time.sleep(0.7)
    kernel.run(kernel.manager.interrupt_kernel())
    reply = kernel.run(kernel.client.get_shell_msg(timeout=20))
    assert reply["parent_header"]["msg_id"] == message
    assert reply["content"]["ename"] == "KeyboardInterrupt"
    # a kernel drops what was queued behind an error for a moment
    assert wait_until(lambda: kernel.execute("print(6 * 7)").endswith("42"))


def test_a_server_can_be_ready_before_the_first_kernel(start_kernel: Any, warm_folder: Path) -> None:
    preload = ("ipykernel.kernelapp", "statistics")
    environment = {**os.environ, "OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "2"}
    known = set(warm_folder.glob("*.sock"))
    warm_up(WarmSettings(preload, folder=str(warm_folder)), environment)
    assert len(set(warm_folder.glob("*.sock")) - known) == 1
    start_kernel(config={"preload": list(preload)})
    assert len(set(warm_folder.glob("*.sock")) - known) == 1


def test_restart_gives_a_fresh_fork(start_kernel: Any) -> None:
    kernel = start_kernel()
    kernel.execute("kept = 1")
    before = kernel.process_id
    kernel.run(kernel.manager.restart_kernel(now=True))
    kernel.run(kernel.client.wait_for_ready(timeout=60))
    assert kernel.process_id != before
    assert not is_running(before)
    assert kernel.execute("print(kept)").startswith("NameError")


def test_kill_ends_the_kernel_and_what_it_started(start_kernel: Any) -> None:
    kernel = start_kernel()
    child = int(kernel.execute("import subprocess; print(subprocess.Popen(['sleep', '600']).pid)"))
    kernel.run(kernel.manager.shutdown_kernel(now=True))
    assert wait_until(lambda: not is_running(kernel.process_id) and not is_running(child))


@pytest.mark.parametrize(
    ("code", "exit_code"),
    [
        ("import os; os._exit(5)", 5),
        ("import os; os.abort()", -signal.SIGABRT),
        ("import os; os.kill(os.getpid(), 9)", -9),
    ],
)
def test_exit_code_of_a_kernel_that_dies(start_kernel: Any, code: str, exit_code: int) -> None:
    kernel = start_kernel()
    kernel.client.execute(code)
    assert wait_until(lambda: kernel.run(kernel.manager.provisioner.poll()) is not None)
    assert kernel.run(kernel.manager.provisioner.poll()) == exit_code


def test_orderly_shutdown_ends_with_code_zero(start_kernel: Any) -> None:
    kernel = start_kernel()
    process = kernel.manager.provisioner.process
    kernel.run(kernel.manager.shutdown_kernel())
    assert process.wait(10) == 0


def test_kernel_dies_with_its_owner(
    start_kernel: Any, owner_script: Callable[[], subprocess.Popen[str]]
) -> None:
    start_kernel()  # the server is up
    owner = owner_script()
    assert owner.stdout is not None
    kernel = int(owner.stdout.readline())
    assert is_running(kernel)
    owner.kill()
    owner.wait()
    assert wait_until(lambda: not is_running(kernel))
    owner.stdout.close()


def test_kernel_dies_with_its_server_and_the_next_start_finds_a_new_one(start_kernel: Any) -> None:
    kernel = start_kernel(
        env={**os.environ, "PYTHONHASHSEED": "8"}, config={"preload": ["ipykernel.kernelapp"]}
    )
    server = psutil.Process(kernel.process_id).ppid()
    os.kill(server, signal.SIGKILL)
    assert wait_until(lambda: not is_running(kernel.process_id))
    assert kernel.run(kernel.manager.provisioner.poll()) is not None
    again = start_kernel(
        env={**os.environ, "PYTHONHASHSEED": "8"}, config={"preload": ["ipykernel.kernelapp"]}
    )
    assert psutil.Process(again.process_id).ppid() != server


def test_threads_and_processes_started_by_a_notebook(start_kernel: Any, tmp_path: Path) -> None:
    (tmp_path / "work_elsewhere.py").write_text("def double(x):\n    return 2 * x\n")
    kernel = start_kernel(cwd=str(tmp_path))
    code = """
import threading, multiprocessing as mp, concurrent.futures as cf
from work_elsewhere import double
got = []
threads = [threading.Thread(target=got.append, args=(i,)) for i in range(4)]
[t.start() for t in threads]; [t.join() for t in threads]
with cf.ProcessPoolExecutor(2, mp_context=mp.get_context("spawn")) as pool:
    spawned = list(pool.map(double, [1, 2]))
from joblib import Parallel, delayed
print(sorted(got), spawned, Parallel(2)(delayed(double)(i) for i in (3, 4)))
"""
    assert kernel.execute(code) == "[0, 1, 2, 3] [2, 4] [6, 8]"


def test_server_ends_when_nobody_needs_it(start_kernel: Any) -> None:
    config = {"preload": ["ipykernel.kernelapp", "json"], "idle_seconds": 0.5}
    kernel = start_kernel(config=config)
    server = psutil.Process(kernel.process_id).ppid()
    time.sleep(0.8)
    assert is_running(server)
    kernel.run(kernel.manager.shutdown_kernel(now=True))
    assert wait_until(lambda: not is_running(server))


def test_library_that_starts_threads_is_left_out(
    start_kernel: Any, tmp_path: Path, warm_folder: Path
) -> None:
    (tmp_path / "starts_a_thread.py").write_text(
        "import threading, time\nthreading.Thread(target=time.sleep, args=(99,), daemon=True).start()\n"
    )
    config = {"preload": ["ipykernel.kernelapp", "starts_a_thread", "fractions"]}
    kernel = start_kernel(config=config, env={**os.environ, "PYTHONPATH": str(tmp_path)})
    assert (
        kernel.execute("import sys; print('starts_a_thread' in sys.modules, 'fractions' in sys.modules)")
        == "False True"
    )
    assert any("left out starts_a_thread" in log.read_text() for log in warm_folder.glob("*.log"))


def test_a_pipe_behind_the_owner_closes_when_the_owner_ends(start_kernel: Any, owner_script: Any) -> None:
    """`command | tail` must not hang because a server keeps the pipe open."""
    start_kernel()
    owner = owner_script()
    owner.stdout.readline()
    owner.terminate()
    assert owner.stdout.read() == ""  # returns only when every copy of the pipe's end is closed
    owner.wait()
    owner.stdout.close()


@pytest.mark.slow
def test_two_hundred_kernels_leave_the_server_as_it_was(start_kernel: Any) -> None:
    config = {"preload": ["ipykernel.kernelapp", "numpy"]}
    first = start_kernel(config=config)
    server = psutil.Process(psutil.Process(first.process_id).ppid())
    for _ in range(10):
        start_kernel(config=config).stop()
    descriptors, memory = server.num_fds(), server.memory_full_info().uss
    for _ in range(190):
        kernel = start_kernel(config=config)
        assert kernel.execute("print(1)") == "1"
        kernel.stop()
    assert server.num_fds() == descriptors
    assert server.memory_full_info().uss - memory < 1_000_000
    assert server.children() == [psutil.Process(first.process_id)]
