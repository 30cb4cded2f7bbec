"""One holder at a time, among processes and threads; whoever dies lets go."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from pipeline.locks import Busy, holding

HOLD = """
import sys, time
from pathlib import Path
from pipeline.locks import holding
with holding(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    return tmp_path / "new folder" / "x.lock"


def hold_elsewhere(lock: Path) -> subprocess.Popen[str]:
    root = Path(__file__).parents[2]
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(lock)], stdout=subprocess.PIPE, text=True, cwd=root
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    return holder


def test_what_another_process_holds_is_free_again_when_it_is_killed(lock: Path) -> None:
    holder = hold_elsewhere(lock)
    with pytest.raises(Busy), holding(lock, wait_seconds=0.1):
        pass
    holder.send_signal(signal.SIGKILL)
    holder.wait(10)
    with holding(lock, wait_seconds=5.0):
        pass


def test_a_lock_is_freed_at_the_end_of_its_block_and_after_an_error(lock: Path) -> None:
    with pytest.raises(ValueError, match="inside"), holding(lock):
        raise ValueError("inside")
    with holding(lock, wait_seconds=0.0), pytest.raises(Busy), holding(lock, wait_seconds=0.0):
        pass
    with holding(lock, wait_seconds=0.0):
        pass


def test_threads_wait_for_each_other(lock: Path) -> None:
    inside, most = [], []

    def work() -> None:
        with holding(lock):
            inside.append(1)
            most.append(len(inside))
            inside.pop()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert most == [1] * 8


def test_a_folder_that_cannot_be_made_is_an_error_and_no_wait(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"), holding(tmp_path / "file" / "x.lock"):
        pass
