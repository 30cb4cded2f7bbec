"""The command line: help without imports, errors without tracebacks."""

import os
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from pipeline import cli
from pipeline.errors import UsageError


def test_help_lists_every_command_and_imports_no_data_library():
    code = (
        "import sys\nfrom pipeline.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "print([m for m in ('pandas', 'ibis', 'duckdb', 'matplotlib') if m in sys.modules])"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert all(f"  {name} " in printed for name in cli.COMMANDS)
    assert printed.rstrip().endswith("[]")


@pytest.mark.parametrize("name", list(cli.COMMANDS))
def test_every_commands_help_reads(name):
    result = CliRunner().invoke(cli.quarterdeck, [name, "--help"])
    assert result.exit_code == 0, result.output
    assert result.output.startswith("Usage:")


def test_an_error_of_ours_is_a_message_with_its_exit_code(monkeypatch, capsys):
    @click.command()
    def fails():
        raise UsageError("'x' is not a period.", "Use 2026-10.")

    monkeypatch.setattr(cli.Commands, "get_command", lambda *_: fails)
    with pytest.raises(SystemExit) as caught:
        cli.main(["review"])
    assert caught.value.code == 2
    assert capsys.readouterr().err == "quarterdeck: 'x' is not a period. Use 2026-10.\n"


def test_names_in_any_script_are_told_to_streams_that_lack_them():
    code = (
        "from pipeline import cli\nfrom pipeline.commands.places import tell\n"
        "cli._write_any_script()\ntell({'market': '华东 é'}, '', True)\ntell(None, '华东 é', False)"
    )
    for encoding, told in (
        ("cp1252", b'{\n "market": "\\u534e\\u4e1c \\u00e9"\n}\n?? \xe9\n'),
        ("utf-8", '{\n "market": "华东 é"\n}\n华东 é\n'.encode()),
    ):
        surroundings = {**os.environ, "PYTHONIOENCODING": encoding}
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, env=surroundings)
        assert done.stdout == told
