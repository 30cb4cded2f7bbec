"""Every notebook on a small demo company, twice from nothing: the published bytes are the same."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import quarterdeck

CUSTOMERS, SEED = 120, 5

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]


def _call(*arguments: str) -> None:
    result = CliRunner().invoke(quarterdeck, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.output


def _published(reports: Path) -> dict[str, bytes]:
    """Every published file by name; the record without its timing."""
    folder = (reports / "2026-10").resolve()
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    told = {name: path.read_bytes() for name, path in files.items()}
    for name in [name for name in told if name.endswith("run.json")]:
        record = json.loads(told[name])
        del record["timing"]
        told[name] = json.dumps(record).encode()
    return told


def test_two_runs_from_nothing_are_byte_identical(tmp_path):
    """Other processes, another number of workers, nothing kept from the first run."""
    data = tmp_path / "data"
    _call(
        "demo", "--customers", str(CUSTOMERS), "--seed", str(SEED), "--until", "2026-10", "--data", str(data)
    )
    for jobs in ("1", "2"):
        shutil.rmtree(data / "cache", ignore_errors=True)
        where = ["--data", str(data), "--reports", str(tmp_path / jobs), "--jobs", jobs]
        _call("review", "2026-10", "--scope", "company", "--scope", "market=East", *where)
    first, second = _published(tmp_path / "1"), _published(tmp_path / "2")
    assert sorted(first) == sorted(second)
    assert [name for name in first if first[name] != second[name]] == []
    assert {name.partition("/")[0] for name in first} == {"company", "market=East"}
