"""A month of all notebooks, company and markets: against a plain papermill + nbconvert loop over the same.

Both run the same notebooks with the same parameters, and keep an executed notebook and an HTML page; the
headline numbers of both are compared. CPU is that of all processes started. What the cells compute is the CPU
of the kernels between a cell's begin and end, noted by an IPython start-up file in both; in the loop it
contains the imports of libraries, which are not computing: so the review's figure stands for both. What the
review does and the loop does not (the gate's checks, workbooks, record, catalogue) counts against the review.

python benchmarks/publish_month.py [--data data/demo] [--markets 8] [--only NOTEBOOK ...]
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from pipeline.company import home
from pipeline.publish.edition import editions
from pipeline.publish.execution import available_cores
from pipeline.publish.finding import FindSubject
from pipeline.publish.kept import read_kept
from pipeline.publish.plan import make_plan
from pipeline.publish.subject import resolve_scopes

STARTUP = """
import time
began = []
shell = get_ipython()
shell.events.register("pre_run_cell", lambda *_: began.append(time.process_time()))
def note(*_):
    if began:
        with open({notes!r}, "a") as file:
            file.write(f"{{time.process_time() - began.pop()}}\\n")
shell.events.register("post_run_cell", note)
"""
ENGINE = ("--no-progress-bar", "--log-level", "ERROR", "-k", "python3")


def cpu_of_children():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def own_servers(folder):
    """From now on fork servers live in `folder`: nobody else's are counted, and their start is."""
    folder.mkdir(mode=0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(folder)


def cpu_of_servers():
    """CPU seconds of our fork servers and of everything they forked and reaped."""
    total = 0.0
    for process in psutil.process_iter(["cmdline"]):
        line = process.info["cmdline"] or []
        if "pipeline.publish.warm.server" in line and os.environ["XDG_RUNTIME_DIR"] in line[-1]:
            times = process.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total


def note_cells(folder):
    """From now on every kernel notes the CPU seconds of its cells in a file in `folder`; returns it."""
    startup = folder / "profile_default" / "startup"
    startup.mkdir(parents=True)
    notes = folder / "cells"
    (startup / "00-cells.py").write_text(STARTUP.format(notes=str(notes)))
    os.environ["IPYTHONDIR"] = str(folder)
    return notes


def noted(notes):
    """CPU seconds of all cells since the last call."""
    seconds = sum(map(float, notes.read_text().split())) if notes.exists() else 0.0
    notes.unlink(missing_ok=True)
    return seconds


def plain_loop(plan, folder):
    """papermill, then nbconvert, one notebook after the other; returns headlines."""
    headlines = {}
    for task in plan.tasks:
        executed = folder / f"{task.notebook}-{task.scope.key}.ipynb"
        given = task.parameters.items()
        parameters = [word for name, value in given for word in ("-p", name, str(value))]
        run(
            sys.executable,
            "-m",
            "papermill",
            str(task.source),
            str(executed),
            *ENGINE,
            *parameters,
            cwd=home(),
        )
        run(
            sys.executable,
            "-m",
            "nbconvert",
            "--to",
            "html",
            str(executed),
            "--log-level",
            "ERROR",
            cwd=home(),
        )
        headlines[task.name] = read_kept(executed).headlines
    return headlines


def ours(arguments, scopes, folder):
    command = [str(Path(sys.executable).parent / "quarterdeck")]
    words = ["review", arguments.period, "--data", arguments.data, "--reports", str(folder), "--json"]
    words += [word for scope in scopes for word in ("--scope", scope.key)]
    words += [word for name in arguments.only for word in ("--only", name)]
    return json.loads(run(*command, *words, cwd=home()).stdout)


def run(*words, cwd):
    done = subprocess.run(words, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(words)} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
    return done


def timed(name, function, *arguments):
    before, wall = cpu_of_children() + cpu_of_servers(), time.perf_counter()
    result = function(*arguments)
    cpu, wall = cpu_of_children() + cpu_of_servers() - before, time.perf_counter() - wall
    print(f"{name:28} {wall:8.1f} s wall {cpu:8.1f} s CPU", flush=True)
    return result, cpu, wall


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default="data/demo")
    parser.add_argument("--period", default="last-closed month")
    parser.add_argument("--markets", type=int, default=8)
    parser.add_argument("--only", action="append", default=[])
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="qdb") as folder:
        compare(arguments, Path(folder))


def compare(arguments, folder):
    own_servers(folder / "run")
    subject = FindSubject(home(), None)(arguments.data, arguments.period)
    scopes = resolve_scopes(("company", "each-market"), subject)[: arguments.markets + 1]
    plan = make_plan(subject, editions(scopes, subject.company), home(), tuple(arguments.only))
    print(f"{len(plan.tasks)} reports of {subject.period.key}: {len(scopes)} scopes")
    cache = home() / arguments.data / "cache"
    one, other, notes = folder / "one", folder / "other", note_cells(folder / "ipython")
    other.mkdir()
    shutil.rmtree(cache, ignore_errors=True)
    told, cpu_ours, wall_ours = timed("quarterdeck review", ours, arguments, scopes, one)
    cells_ours = noted(notes)
    _, cpu_again, wall_again = timed("unchanged, again", ours, arguments, scopes, one)
    shutil.rmtree(cache, ignore_errors=True)
    headlines, cpu_plain, wall_plain = timed("papermill + nbconvert loop", plain_loop, plan, other)
    cells_plain = noted(notes)
    merged = {}
    for task in plan.tasks:
        merged.setdefault(task.edition.key, {}).update(headlines[task.name])
    same = all(merged[scope["scope"]] == scope["headlines"] for scope in told["scopes"])
    print(f"headline numbers the same: {same}")
    print(
        f"loop / review: {cpu_plain / cpu_ours:.1f} times the CPU, "
        f"{wall_plain / wall_ours:.1f} times the wall"
    )
    print(f"in cells: review {cells_ours:.1f}, loop {cells_plain:.1f} CPU s (with imports)")
    computing, reports = min(cells_ours, cells_plain), len(plan.tasks)
    rest_plain, rest_ours = cpu_plain - computing, cpu_ours - computing
    print(
        f"beside computing: loop {rest_plain:.1f}, review {rest_ours:.1f} CPU s, "
        f"{rest_plain / rest_ours:.1f} times "
        f"({rest_plain / reports:.2f} and {rest_ours / reports:.2f} a report)"
    )
    cores = available_cores()
    print(f"review's wall / (cells / {cores} cores): {wall_ours / (cells_ours / cores):.2f}")
    print(f"review's CPU / cells' CPU: {cpu_ours / cells_ours:.2f}")
    print(f"unchanged rerun: {wall_again:.2f} s wall, {cpu_again:.2f} s CPU")


if __name__ == "__main__":
    main()
