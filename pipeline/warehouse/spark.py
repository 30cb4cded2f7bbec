"""A warehouse of Parquet files that Spark reads.

The files stand in `<folder>/spark`, which every worker must see (a shared or mounted folder). A manifest
lists the files that make up each table; a transaction writes new files and then replaces the manifest
by one rename, so that readers see the old state or the new one.
"""

import json
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import WarehouseError
from pipeline.files import replace_file
from pipeline.warehouse.lock import only_writer

MANIFEST = "manifest.json"
LOCAL = "spark-local"
LOCAL_PARTITIONS = 4
"""Parts of a shuffle on one machine; Spark's own 200 are meant for clusters and cost seconds a question."""


class Spark:
    """The engine of Spark: `spark-local` in this process's machine, `spark://host:port` on a cluster."""

    def __init__(self, folder: Path, url: str) -> None:
        self.location = url
        self._root = folder.resolve() / "spark"
        self._master = "local[*]" if url.startswith(LOCAL) else url
        self._backend: Any = None
        self._files = self._read_manifest()

    @property
    def backend(self) -> Any:
        """The Ibis backend of this process's Spark session."""
        if self._backend is None:
            self._backend = self._connect()
            for name in self._files:
                self._show(name)
        return self._backend

    def has(self, name: str) -> bool:
        """True if the table was ever written."""
        return name in self._files

    def table(self, name: str) -> Any:
        """The Ibis expression of a table that was written."""
        return self.backend.table(name)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of a statement in Spark's SQL."""
        return [tuple(row) for row in self._session.sql(sql).collect()]

    @contextmanager
    def writing(self) -> Iterator[None]:
        """New files first, then a new manifest in one rename; files that nobody lists are removed."""
        self._root.mkdir(parents=True, exist_ok=True)
        with only_writer(self._root / MANIFEST):
            before = self._files = self._read_manifest()
            self._files = {name: list(files) for name, files in before.items()}
            try:
                yield
                self._write_manifest()
            except BaseException:
                self._files = before
                raise
            finally:
                self._sweep({*_all(before), *_all(self._files)})
                for name in self._files if self._backend else ():
                    self._show(name)

    def replace(self, name: str, rows: pa.Table) -> None:
        """Make `rows` the whole content of a table."""
        self._files[name] = []
        self.append(name, rows)

    def append(self, name: str, rows: pa.Table) -> None:
        """Add rows to a table."""
        self._files.setdefault(name, []).append(self._write(name, rows))
        if self._backend is not None:
            self._show(name)

    def upsert(self, name: str, rows: pa.Table, key: tuple[str, ...]) -> None:
        """Add rows; those whose key is there already take their place."""
        if self.has(name):
            incoming = self._session.read.parquet(str(self._root / self._write(name, rows.select(list(key)))))
            old = self._session.table(name).alias("old")
            same = " AND ".join(f"old.{k} <=> new.{k}" for k in key)
            from pyspark.sql.functions import expr

            kept = _new_name(name)
            old.join(incoming.alias("new"), expr(same), "left_anti").write.parquet(str(self._root / kept))
            self._files[name] = [kept]
        self.append(name, rows)

    def row_hash(self, columns: list[str]) -> str:
        """Spark's 64-bit hash of a row."""
        return f"CAST(xxhash64(to_json(struct({', '.join(columns)}))) AS DECIMAL(38, 0))"

    def close(self) -> None:
        """Forget the session; it ends with the process, since other warehouses may share it."""
        self._backend = None

    @property
    def _session(self) -> Any:
        return self.backend._session

    def _connect(self) -> Any:
        try:
            import ibis
            from pyspark.sql import SparkSession
        except ImportError:
            raise WarehouseError(
                "Spark needs a library that is not installed.", "Install `quarterdeck[spark]` and Java 17."
            ) from None
        builder = SparkSession.builder.master(self._master).appName("quarterdeck")
        builder = builder.config("spark.sql.session.timeZone", "UTC").config("spark.ui.enabled", "false")
        if self.location.startswith(LOCAL):
            builder = builder.config("spark.sql.shuffle.partitions", LOCAL_PARTITIONS)
        session = builder.getOrCreate()
        return ibis.pyspark.connect(session)

    def _show(self, name: str) -> None:
        files = [str(self._root / file) for file in self._files[name]]
        self._session.read.option("mergeSchema", "true").parquet(*files).createOrReplaceTempView(name)

    def _write(self, name: str, rows: pa.Table) -> str:
        file = _new_name(name) + ".parquet"
        (self._root / file).parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(rows, self._root / file)
        return file

    def _read_manifest(self) -> dict[str, list[str]]:
        path = self._root / MANIFEST
        if not path.exists():
            return {}
        files: dict[str, list[str]] = json.loads(path.read_text(encoding="utf-8"))
        return files

    def _write_manifest(self) -> None:
        draft = self._root / f"{MANIFEST}.writing"
        draft.write_text(json.dumps(self._files, indent=1), encoding="utf-8")
        replace_file(draft, self._root / MANIFEST)

    def _sweep(self, kept: set[str]) -> None:
        """Remove files of neither the state before nor the one after: readers may still hold the former."""
        for path in self._root.glob("*/*"):
            if path.relative_to(self._root).as_posix() not in kept:
                shutil.rmtree(path) if path.is_dir() else path.unlink()


def _new_name(name: str) -> str:
    return f"{name}/{uuid.uuid4().hex}"


def _all(files: dict[str, list[str]]) -> set[str]:
    return {file for listed in files.values() for file in listed}
