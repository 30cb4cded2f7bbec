"""The book gives the same answers on every engine."""

import math
import os
import shutil
import subprocess
import tempfile
from datetime import date
from glob import glob
from pathlib import Path

import pytest
from conftest import book_at, filled
from pandas.testing import assert_frame_equal
from questions import QUESTIONS
from small_company import tables

from pipeline.errors import WarehouseError
from pipeline.parameters import Scope
from pipeline.warehouse import Warehouse

JUNE = date(2026, 6, 30)
DAYS = (date(2026, 5, 21), JUNE)
"""The second is answered with the statements of the first."""
ON_SPARK = ("customers' purchases", "opportunities", "sales of some days beyond a cap")


def postgres_programs() -> Path | None:
    places = [*glob("/usr/lib/postgresql/*/bin"), *glob("/opt/homebrew/opt/postgresql*/bin")]
    if found := shutil.which("initdb"):
        places.append(str(Path(found).parent))
    return next((Path(place) for place in places if (Path(place) / "initdb").exists()), None)


@pytest.fixture(scope="module")
def postgres_url():
    """A server of our own in a temporary folder, reached through its socket."""
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    programs = postgres_programs()
    if programs is None:
        pytest.skip("PostgreSQL's programs are not installed")
    folder = Path(tempfile.mkdtemp(prefix="books"))
    as_user = []
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        shutil.chown(folder, "postgres")
        as_user = ["runuser", "-u", "postgres", "--"]
    data = folder / "data"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    subprocess.run(
        [*as_user, programs / "initdb", "-D", data, "-U", "tester", "-A", "trust"], check=True, **quiet
    )
    options = f"-k {folder} -c listen_addresses='' -c fsync=off"
    control = [*as_user, programs / "pg_ctl", "-D", data, "-w"]
    subprocess.run([*control, "-o", options, "-l", folder / "log", "start"], check=True, **quiet)
    yield f"postgresql://tester@/postgres/books?host={folder}"
    subprocess.run([*control, "-m", "immediate", "stop"], check=True, **quiet)
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def on_postgres(postgres_url, tmp_path_factory):
    with Warehouse.open(tmp_path_factory.mktemp("data"), postgres_url) as warehouse:
        yield filled(warehouse, tables())


@pytest.mark.postgres
@pytest.mark.parametrize("scope", ["company", "product_line=mini"])
def test_postgres_answers_as_duckdb_does(small, on_postgres, scope):
    for day in DAYS:
        here, there = (book_at(w, day).scoped(Scope.parse(scope)) for w in (small, on_postgres))
        for name, ask in QUESTIONS.items():
            assert_frame_equal(ask(there), ask(here), rtol=1e-12, obj=f"{name} at {day}")
    assert there.sales.cap(0.4) == here.sales.cap(0.4) > 0
    assert not there.sales.by_period(cap=math.inf)["beyond"].any()


@pytest.mark.postgres
def test_postgres_writes_in_transactions(on_postgres, postgres_url, tmp_path):
    before = on_postgres.frame("orders")
    with pytest.raises(ZeroDivisionError), on_postgres.transaction():  # noqa: PT012
        on_postgres.upsert("orders", before.head(2).assign(amount=0.0))
        with (
            pytest.raises(WarehouseError, match="is being written"),
            Warehouse.open(tmp_path, postgres_url) as other,
        ):
            other.replace("orders", before)
        1 / 0  # noqa: B018
    assert_frame_equal(on_postgres.frame("orders"), before)
    whole = on_postgres.fingerprint("orders")
    on_postgres.upsert("orders", before.head(2))
    assert_frame_equal(on_postgres.frame("orders"), before)
    assert on_postgres.fingerprint("orders") == whole


@pytest.mark.spark
@pytest.mark.slow
def test_spark_answers_as_duckdb_does(small, tmp_path):
    pytest.importorskip("pyspark", reason="pyspark is not installed")
    if shutil.which("java") is None:
        pytest.skip("Java is not installed")
    with Warehouse.open(tmp_path, "spark-local") as warehouse:
        filled(warehouse, tables())
        orders = warehouse.frame("orders")
        warehouse.upsert("orders", orders.head(2))
        assert_frame_equal(warehouse.frame("orders"), orders)
        for name in ON_SPARK:
            for day in DAYS:
                here, there = (QUESTIONS[name](book_at(w, day)) for w in (small, warehouse))
                assert_frame_equal(there, here, rtol=1e-12, obj=f"{name} at {day}")
