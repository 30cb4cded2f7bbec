"""The house itself: small rooms, no checks of data by assert, nothing of the machine it was built on."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "pipeline").rglob("*.py"))
LONGEST_MODULE = 400


def _tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout: the list of tracked files is unknown")
    return [ROOT / name for name in listed.stdout.splitlines()]


def test_rooms_are_small():
    long = {
        str(path.relative_to(ROOT)): n
        for path in MODULES
        if (n := len(path.read_text().splitlines())) > LONGEST_MODULE
    }
    assert not long


def test_every_module_says_what_it_is_for():
    silent = [path.name for path in MODULES if not ast.get_docstring(ast.parse(path.read_text()))]
    assert not silent


def test_nothing_happens_to_the_environment_outside_its_two_doors():
    allowed = {"company.py", "cli.py"}
    pattern = re.compile(r"\b(os\.environ|os\.getenv)\b")
    rooms = (
        "analyses",
        "book",
        "catalog",
        "exhibits",
        "models",
        "sources",
        "tables",
        "company_demo",
        "parameters",
    )
    offenders = [
        str(path.relative_to(ROOT))
        for path in MODULES
        if path.relative_to(ROOT / "pipeline").parts[0].removesuffix(".py") in rooms
        and path.name not in allowed
        and pattern.search(path.read_text())
    ]
    assert not offenders


def test_no_path_of_a_machine_and_no_large_file_is_committed():
    home = re.compile(r"(?<![\w.])/(home/\w+|Users/\w+|r[o]ot|w[o]rk)/")
    for path in _tracked():
        if not path.is_file() or path.suffix in {".png", ".lock"}:
            continue
        assert path.stat().st_size < 1_000_000, path
        assert not home.search(path.read_text(encoding="utf-8", errors="ignore")), path
