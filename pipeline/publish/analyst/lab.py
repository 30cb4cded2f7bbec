"""JupyterLab on the notebooks, its kernels warm, its theme that of the system."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path

from pipeline.publish.plan import NOTEBOOKS_FOLDER
from pipeline.publish.warm.manager import PROVISIONER_NAME

_THEME = "@jupyterlab/apputils-extension:themes"
_NOTIFICATIONS = "@jupyterlab/apputils-extension:notification"
_ORDINARY_DATA = "data/demo"


@dataclass(frozen=True)
class Lab:
    """How JupyterLab is started."""

    command: tuple[str, ...]
    environment: dict[str, str]
    folder: Path


def prepare_lab(
    home: Path, data: str, environment: dict[str, str], scratch: Path, extra: tuple[str, ...]
) -> Lab:
    """The command and environment of JupyterLab.

    Args:
        home: the project's folder.
        data: the data folder. Other than the notebooks' own default it gets working copies of the notebooks
            beside it, which open its latest month.
        environment: of this process; the kernels inherit it.
        scratch: a folder for settings, kept while JupyterLab runs.
        extra: further options, as JupyterLab reads them.
    """
    folder = home / NOTEBOOKS_FOLDER
    if data != _ORDINARY_DATA:
        folder = working_copies(folder, home / data / NOTEBOOKS_FOLDER, data)
    settings = scratch / "settings"
    settings.mkdir(parents=True, exist_ok=True)
    overrides = {
        _THEME: {"adaptive-theme": True},
        _NOTIFICATIONS: {"fetchNews": "false", "checkForUpdates": False},
    }
    (settings / "overrides.json").write_text(json.dumps(overrides), encoding="utf-8", newline="\n")
    command = (
        *(sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder}"),
        f"--LabApp.app_settings_dir={settings}",
        *extra,
    )
    kernels = {"JUPYTER_DEFAULT_PROVISIONER_NAME": PROVISIONER_NAME, "QUARTERDECK_HOME": str(home)}
    return Lab(command, {**environment, **kernels}, folder)


def working_copies(notebooks: Path, folder: Path, data: str) -> Path:
    """Copies of the notebooks whose `data` parameter is another folder; one that is there already stays."""
    folder.mkdir(parents=True, exist_ok=True)
    for source in sorted(notebooks.glob("*.ipynb")):
        copy = folder / source.name
        if not copy.exists():
            copy.write_text(
                _with_data(source.read_text(encoding="utf-8"), data), encoding="utf-8", newline="\n"
            )
    return folder


def _with_data(text: str, data: str) -> str:
    notebook = json.loads(text)
    for cell in notebook["cells"]:
        if "parameters" in cell["metadata"].get("tags", []):
            source = cell["source"]
            lines = source.splitlines(keepends=True) if isinstance(source, str) else source
            cell["source"] = [_data_line(line, data) for line in lines]
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"


def _data_line(line: str, data: str) -> str:
    return f"data: str = {json.dumps(data)}\n" if line.startswith("data:") else line
