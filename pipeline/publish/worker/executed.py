"""The executed notebook as it is kept: outputs, but no times, machine paths or random ids."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

INJECTED_CELL_ID = "injected-parameters"


def write_without_traces(notebook: dict[str, Any], kept: Path) -> None:
    """Write an executed notebook so that two runs on the same input are byte-identical; one cell a line."""
    for name in ("papermill", "widgets"):
        notebook["metadata"].pop(name, None)
    for cell in notebook["cells"]:
        for key in ("papermill", "execution"):
            cell["metadata"].pop(key, None)
        if INJECTED_CELL_ID in cell["metadata"].get("tags", []):
            cell["id"] = INJECTED_CELL_ID
    cells = ",\n".join(map(_as_text, notebook["cells"]))
    rest = _as_text({name: value for name, value in notebook.items() if name != "cells"})
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(f'{{"cells": [\n{cells}\n],\n{rest[1:]}\n', encoding="utf-8", newline="\n")


def _as_text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
