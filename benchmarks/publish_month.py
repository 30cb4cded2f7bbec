"""A month of all notebooks, company and markets: against a plain papermill + nbconvert loop over the same.

Both run the same notebooks with the same parameters, and keep an executed notebook and an HTML page; the
headline numbers of both are compared. CPU is that of all processes started. What the cells themselves compute
is taken from papermill's own record of the plain loop.

python benchmarks/publish_month.py [--data data/demo] [--markets 8] [--only NOTEBOOK ...]
"""

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from pipeline.company import home
from pipeline.publish.finding import FindSubject
from pipeline.publish.kept import read_kept
from pipeline.publish.plan import make_plan
from pipeline.publish.subject import resolve_scopes

ENGINE = ("--no-progress-bar", "--log-level", "ERROR", "-k", "python3")


def cpu_of_children():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def cpu_of_servers():
    """CPU seconds of fork servers and of everything they forked and reaped."""
    total = 0.0
    for process in psutil.process_iter(["cmdline"]):
        if "pipeline.publish.warm.server" in (process.info["cmdline"] or []):
            times = process.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total


def plain_loop(plan, folder):
    """papermill, then nbconvert, one notebook after the other; returns headlines, seconds in cells."""
    headlines, cells = {}, 0.0
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
        told = json.loads(executed.read_text(encoding="utf-8"))
        cells += sum(cell["metadata"].get("papermill", {}).get("duration") or 0.0 for cell in told["cells"])
    return headlines, cells


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
    subject = FindSubject(home(), None)(arguments.data, arguments.period)
    scopes = resolve_scopes(("company", "each-market"), subject)[: arguments.markets + 1]
    plan = make_plan(subject, scopes, home(), tuple(arguments.only))
    print(f"{len(plan.tasks)} reports of {subject.period.key}: {len(scopes)} scopes")
    cache = home() / arguments.data / "cache"
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        shutil.rmtree(cache, ignore_errors=True)
        told, cpu_ours, wall_ours = timed("quarterdeck review", ours, arguments, scopes, Path(one))
        _, cpu_again, wall_again = timed("unchanged, again", ours, arguments, scopes, Path(one))
        shutil.rmtree(cache, ignore_errors=True)
        (headlines, cells), cpu_plain, wall_plain = timed(
            "papermill + nbconvert loop", plain_loop, plan, Path(other)
        )
    merged = {}
    for task in plan.tasks:
        merged.setdefault(task.scope.key, {}).update(headlines[task.name])
    same = all(merged[scope["scope"]] == scope["headlines"] for scope in told["scopes"])
    print(f"headline numbers the same: {same}")
    cpu, wall = cpu_plain / cpu_ours, wall_plain / wall_ours
    print(f"loop / review: {cpu:.1f} times the CPU, {wall:.1f} times the wall")
    rest_plain, rest_ours = max(cpu_plain - cells, 0.0), max(cpu_ours - cells, 0.01)
    print(
        f"cells compute {cells:.1f} s in the loop; beside that {rest_plain:.1f} against {rest_ours:.1f} CPU s"
    )
    print(f"unchanged rerun: {wall_again:.2f} s wall, {cpu_again:.2f} s CPU")


if __name__ == "__main__":
    main()
