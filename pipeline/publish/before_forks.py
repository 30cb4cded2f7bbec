"""What workers and notebooks of a run find imported and prepared: the libraries, and this package itself.

A fork server keeps this package only as long as its files stay as they are (`warm.key`). Kernels of
JupyterLab fork without it: who edits a module wants the next kernel to have it.
"""

import contextlib
import importlib
import pkgutil
from typing import get_args

from pipeline.publish.warm.settings import DEFAULT_PRELOAD

# What notebooks of analysts may want, and ours do not.
_NOT_USED = frozenset({"statsmodels.api", "statsmodels.formula.api", "pandera.pandas"})

PRELOAD = (
    *(name for name in DEFAULT_PRELOAD if name not in _NOT_USED),
    "statsmodels.duration.survfunc",
    "statsmodels.tsa.statespace.structural",
    "pipeline.publish.before_forks",
)

_ROOMS = ("book", "models", "analyses", "exhibits", "intake", "publish.render", "publish.worker")


def before_forks() -> None:
    """Import what notebooks and pages use, and read what each of them would read for itself.

    No connection is opened and no thread started: neither survives a fork.
    """
    for room in _ROOMS:
        package = importlib.import_module(f"pipeline.{room}")
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith(".__main__"):
                with contextlib.suppress(ImportError):  # an optional library may be absent
                    importlib.import_module(module.name)
    for name in ("publish.pages", "publish.subject", "publish.warm.streams"):
        importlib.import_module(f"pipeline.{name}")
    _read_catalogues()


def _read_catalogues() -> None:
    """Messages, number formats and letters of every language; the hash that results are kept under."""
    from pipeline import catalog
    from pipeline.analyses.cache import code_hash
    from pipeline.company import Company, Language
    from pipeline.exhibits import Reader
    from pipeline.publish.render.fonts import font_faces

    code_hash()
    catalog.tables()
    for language in get_args(Language):
        reader = Reader.of(Company(), language)
        reader.has_text("")
        reader.money(1234.5)
        font_faces("", language)
