"""A notebook in a worker: kernels end by themselves, outputs come in their order."""

import json
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from pipeline.publish.jobs import ExecuteJob
from pipeline.publish.warm.manager import WarmKernelManager
from pipeline.publish.worker.execute import execute

pytestmark = pytest.mark.skipif(
    sys.platform not in {"linux", "darwin"}, reason="forks only on Linux and macOS"
)


@pytest.fixture
def run(tmp_path):
    """Run cells in a kernel of a run; returns the outputs of each."""

    def run_cells(*sources, preload):
        source, kept = tmp_path / "source.ipynb", tmp_path / "kept.ipynb"
        nbformat.write(new_notebook(cells=[new_code_cell(text) for text in sources]), source)
        job = ExecuteJob(str(source), str(kept), {}, str(tmp_path), preload=preload)
        outcome = execute(job, lambda _: None)
        assert outcome.is_good, outcome.failure
        return [cell["outputs"] for cell in json.loads(kept.read_text("utf-8"))["cells"]]

    return run_cells


def test_no_kernel_stands_still_when_it_is_to_end(run, monkeypatch):
    """One in ten did, until it was killed: its control thread still spoke when its channel was taken away."""
    killed = []
    send = WarmKernelManager._async_send_kernel_sigterm

    async def noted(self, **options):
        killed.append(self.kernel_id)
        await send(self, **options)

    monkeypatch.setattr(WarmKernelManager, "_async_send_kernel_sigterm", noted)
    for _ in range(20):
        run("1 + 1", "2 + 2", preload=("ipykernel.kernelapp", "pandas"))
    assert len(killed) == 0


def test_what_is_printed_and_shown_comes_in_its_order(run):
    """Flushing a stream without words is skipped; words, also those of other processes, are not."""
    shown, written = run(
        "print('one'); display('two'); print('three', end=''); display('four')",
        "import sys; print(type(sys.stdout).__name__, flush=True); sys.stderr.write('five')\n!echo six",
        preload=("ipykernel.kernelapp", "pipeline.publish.warm.streams"),
    )
    assert [output.get("text") or output["data"]["text/plain"] for output in shown] == [
        "one\n",
        "'two'",
        "three",
        "'four'",
    ]
    text = dict.fromkeys(("stdout", "stderr"), "")
    for output in written:
        text[output["name"]] += output["text"]
    assert text["stdout"].replace("\r", "") == "QuietStream\nsix\n"
    assert text["stderr"] == "five"
