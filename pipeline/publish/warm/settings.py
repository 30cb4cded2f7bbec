"""What a fork server imports, and which environment variables make two servers different."""

from __future__ import annotations

from dataclasses import dataclass

# What a kernel itself imports before its first cell; the debugger alone costs it half a CPU second.
KERNEL_PRELOAD: tuple[str, ...] = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.zmqshell",
    "ipykernel.debugger",
    "IPython.core.completer",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.magics",
    "IPython.extensions.storemagic",
    "tornado.platform.asyncio",
    "tornado.queues",
    "sqlite3",
)

# No package under development: its next kernel would need the next server, and that its ten seconds.
DEFAULT_PRELOAD: tuple[str, ...] = (
    *KERNEL_PRELOAD,
    "papermill.execute",
    "nbclient",
    "psutil",
    "numpy",
    "pandas",
    "pyarrow.parquet",
    "pyarrow.compute",
    "pyarrow.dataset",
    "scipy.stats",
    "scipy.optimize",
    "scipy.special",
    "matplotlib.pyplot",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "seaborn",
    "sklearn.cluster",
    "sklearn.ensemble",
    "sklearn.linear_model",
    "sklearn.mixture",
    "sklearn.isotonic",
    "sklearn.calibration",
    "sklearn.preprocessing",
    "sklearn.model_selection",
    "statsmodels.api",
    "statsmodels.formula.api",
    "duckdb",
    "ibis",
    "ibis.backends.duckdb",
    "ibis.backends.duckdb.converter",
    "pydantic",
    "pydantic._internal._generate_schema",
    "pydantic.functional_validators",
    "pandera.pandas",
    "jinja2",
    "babel.numbers",
    "babel.dates",
    "fluent.runtime",
    "holidays",
    "filelock",
    "fsspec",
    "markupsafe",
    "mistune",
    "xlsxwriter",
    "fontTools.ttLib",
    "uharfbuzz",
)

# Importers that probe for these must find nothing: polars starts threads when imported and does not survive a
# fork; rfc3987_syntax builds parsers for 1.4 CPU seconds, and jsonschema loses only the check of IRIs.
HIDDEN_WHILE_PRELOADING: tuple[str, ...] = ("polars", "rfc3987_syntax")

# Read once, when the interpreter starts or a library loads: a server serves owners that agree on all of them.
STARTUP_PREFIXES: tuple[str, ...] = (
    "PYTHON",
    "LD_",
    "DYLD_",
    "LC_",
    "OMP_",
    "GOMP_",
    "KMP_",
    "MKL_",
    "BLIS_",
    "VECLIB_",
    "OPENBLAS_",
    "NUMEXPR_",
    "NUMBA_",
    "ARROW_",
    "JE_",
    "MALLOC_",
    "MIMALLOC_",
    "SKLEARN_",
    "SCIPY_",
    "MPLCONFIG",
    "MATPLOTLIBRC",
)
STARTUP_NAMES: tuple[str, ...] = ("HOME", "LANG", "LANGUAGE", "PATH", "VIRTUAL_ENV", "CONDA_PREFIX", "TMPDIR")

# Libraries set these themselves when imported: they make no two owners different.
SET_BY_LIBRARIES: tuple[str, ...] = ("KMP_DUPLICATE_LIB_OK", "KMP_INIT_AT_FORK")

# A pool that starts with the library would be lost in the fork. The child sets its own count again (`child`).
SINGLE_THREADED: dict[str, str] = {
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "BLIS_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}

DEFAULT_IDLE_SECONDS = 900.0
START_TIMEOUT_SECONDS = 300.0
FAILED_START_IS_REMEMBERED_SECONDS = 300.0


@dataclass(frozen=True)
class WarmSettings:
    """How a fork server is set up.

    Attributes:
        preload: modules to import before the first fork; one that is absent or starts threads is left out. Of
            packages that are not installed (under development) the files' state is part of the server's key:
            when one changes, the next fork comes from a new server.
        idle_seconds: the server ends when it has had no kernel for that long.
        folder: where sockets live; empty for a private folder of this user.
    """

    preload: tuple[str, ...] = DEFAULT_PRELOAD
    idle_seconds: float = DEFAULT_IDLE_SECONDS
    folder: str = ""


def startup_environment(environment: dict[str, str]) -> dict[str, str]:
    """The part of an environment that only counts when a process starts."""
    return {
        name: value
        for name, value in sorted(environment.items())
        if (name in STARTUP_NAMES or name.startswith(STARTUP_PREFIXES)) and name not in SET_BY_LIBRARIES
    }
