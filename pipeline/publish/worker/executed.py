"""The executed notebook as it is kept: outputs, but no times, machine paths or random ids."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

INJECTED_CELL_ID = "injected-parameters"


def write_without_traces(raw: Path, kept: Path) -> None:
    """Copy an executed notebook so that two runs on the same input are byte-identical."""
    notebook: dict[str, Any] = json.loads(raw.read_text(encoding="utf-8"))
    notebook["metadata"].pop("papermill", None)
    notebook["metadata"].pop("widgets", None)
    for cell in notebook["cells"]:
        for key in ("papermill", "execution"):
            cell["metadata"].pop(key, None)
        if INJECTED_CELL_ID in cell["metadata"].get("tags", []):
            cell["id"] = INJECTED_CELL_ID
    kept.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True)
    kept.write_text(text + "\n", encoding="utf-8")
