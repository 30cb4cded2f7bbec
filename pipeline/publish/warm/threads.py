"""How many threads this process has: a fork copies only one of them."""

from __future__ import annotations

import os


def count_threads() -> int:
    """Threads of this process, those of native libraries included."""
    if os.path.isdir("/proc/self/task"):
        return len(os.listdir("/proc/self/task"))
    import psutil

    return int(psutil.Process().num_threads())


def end_known_threads(module: str) -> None:
    """Stop the threads that a library is known to start at import and to start again when it is used.

    DuckDB opens a default connection, with its scheduler, on import; closed, it is opened anew on first use.
    """
    if module.partition(".")[0] == "duckdb":
        import duckdb

        duckdb.close()
