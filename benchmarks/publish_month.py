"""A month of all notebooks, company and markets: against a plain papermill + nbconvert loop over the same.

First the review from nothing: its wall beside what its cells compute. Then, with the results of the analyses
kept (who computes them first would blur the comparison), the review again by force and the loop: same
notebooks, parameters and threads; both keep an executed notebook and an HTML page, and their headline numbers
are compared. CPU is that of all processes started. Computing is what a cell needs either way: of its seconds
in the review's kernel and in the loop's, noted by an IPython start-up file, the fewer (the loop's contain
imports of libraries). Machines change their speed from one minute to the next: before, the loop's seconds are
brought to the review's speed by the median ratio of both over the cells that compute for long. What the
review does and the loop does not (the gate's checks, workbooks, record, catalogue) counts against it.

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
from statistics import median

import psutil

from pipeline.company import home
from pipeline.publish.edition import editions
from pipeline.publish.execution import THREAD_VARIABLES, available_cores
from pipeline.publish.finding import FindSubject
from pipeline.publish.kept import read_kept
from pipeline.publish.plan import make_plan
from pipeline.publish.subject import resolve_scopes

STARTUP = """
import json, time, uuid
kernel, began = uuid.uuid4().hex, []
shell = get_ipython()
shell.events.register("pre_run_cell", lambda info: began.append((info.raw_cell, time.process_time())))
def note(*_):
    if began:
        cell, then = began.pop()
        told = [kernel, str(shell.user_ns.get("scope")), cell, time.process_time() - then]
        with open({notes!r}, "a") as file:
            file.write(json.dumps(told) + "\\n")
shell.events.register("post_run_cell", note)
"""
LONG_CELL_SECONDS = 0.1
"""Cells that compute for so long tell how fast the machine is; few of them import anything."""
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
    """CPU seconds of every cell since the last call, by notebook, scope and place in the notebook."""
    cells = {}
    for line in notes.read_text().splitlines() if notes.exists() else ():
        kernel, scope, cell, seconds = json.loads(line)
        cells.setdefault(kernel, []).append((scope, cell, seconds))
    notes.unlink(missing_ok=True)
    seconds = {}
    for told in cells.values():
        notebook = hash(tuple(cell for _, cell, _ in told if not cell.startswith("# Parameters")))
        seconds |= {(notebook, told[-1][0], place): spent for place, (_, _, spent) in enumerate(told)}
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


def ours(arguments, scopes, folder, *options):
    command = [str(Path(sys.executable).parent / "quarterdeck")]
    words = ["review", arguments.period, "--data", arguments.data, "--reports", str(folder), "--json"]
    words += [word for scope in scopes for word in ("--scope", scope.key)]
    words += [word for name in arguments.only for word in ("--only", name)]
    return json.loads(run(*command, *words, *options, cwd=home()).stdout)


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
    os.environ |= dict.fromkeys(THREAD_VARIABLES, "1") | {"PYTHONHASHSEED": "0"}  # as the review has them
    subject = FindSubject(home(), None)(arguments.data, arguments.period)
    scopes = resolve_scopes(("company", "each-market"), subject)[: arguments.markets + 1]
    plan = make_plan(subject, editions(scopes, subject.company), home(), tuple(arguments.only))
    print(f"{len(plan.tasks)} reports of {subject.period.key}: {len(scopes)} scopes")
    cores = available_cores()
    shutil.rmtree(home() / arguments.data / "cache", ignore_errors=True)
    one, other, notes = folder / "one", folder / "other", note_cells(folder / "ipython")
    other.mkdir()
    _, _, wall = timed("review from nothing", ours, arguments, scopes, one)
    cells = sum(noted(notes).values())
    print(f"  in cells {cells:.1f} CPU s; wall / (cells / {cores} cores): {wall / (cells / cores):.2f}")
    timed("unchanged, again", ours, arguments, scopes, one)
    told, cpu_ours, wall_ours = timed("review by force", ours, arguments, scopes, one, "--force")
    cells_ours = noted(notes)
    headlines, cpu_plain, wall_plain = timed("papermill + nbconvert loop", plain_loop, plan, other)
    cells_plain = noted(notes)
    merged = {}
    for task in plan.tasks:
        merged.setdefault(task.edition.key, {}).update(headlines[task.name])
    ours_said = {scope["scope"]: scope["headlines"] for scope in told["scopes"]}
    print(f"headline numbers the same: {merged == ours_said}")
    print(
        f"loop / review: {cpu_plain / cpu_ours:.1f} times the CPU, "
        f"{wall_plain / wall_ours:.1f} times the wall"
    )
    show_beside_computing(cpu_ours, cells_ours, cpu_plain, cells_plain, len(plan.tasks))


def show_beside_computing(cpu_ours, cells_ours, cpu_plain, cells_plain, reports):
    both = cells_ours.keys() & cells_plain.keys()
    if len(both) < max(len(cells_ours), len(cells_plain)):
        print(f"cells not paired: {len(cells_ours) - len(both)}, {len(cells_plain) - len(both)}")
    speed = median(
        cells_plain[cell] / cells_ours[cell] for cell in both if cells_ours[cell] > LONG_CELL_SECONDS
    )
    computing = sum(min(cells_ours[cell], cells_plain[cell] / speed) for cell in both)
    in_ours, in_plain = sum(cells_ours.values()), sum(cells_plain.values())
    print(f"in cells: review {in_ours:.1f}, loop {in_plain:.1f} CPU s; computing {computing:.1f}")
    print(
        f"the machine's CPU seconds were {speed:.2f} times as long during the loop; it is judged without that"
    )
    rest_plain, rest_ours = cpu_plain / speed - computing, cpu_ours - computing
    print(
        f"beside computing: loop {rest_plain:.1f}, review {rest_ours:.1f} CPU s, "
        f"{rest_plain / rest_ours:.1f} times "
        f"({rest_plain / reports:.2f} and {rest_ours / reports:.2f} a report)"
    )


if __name__ == "__main__":
    main()
