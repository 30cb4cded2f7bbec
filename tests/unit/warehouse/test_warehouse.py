import os
import subprocess
import sys
import textwrap
from datetime import date

import pandas as pd
import pytest

from pipeline.errors import WarehouseError
from pipeline.warehouse import Warehouse, engine
from pipeline.warehouse.address import resolved_url, without_password


def orders(*rows: tuple[str, str, float]) -> pd.DataFrame:
    table = pd.DataFrame(list(rows), columns=["order_id", "ordered_on", "amount"])
    return table.assign(ordered_on=pd.to_datetime(table["ordered_on"]).astype("datetime64[s]"))


A = orders(("a", "2026-01-01", 1.0), ("b", "2026-02-01", 2.0))
B = orders(("b", "2026-02-01", 5.0), ("c", "2026-03-01", 3.0))


@pytest.fixture
def warehouse(tmp_path):
    with Warehouse.open(tmp_path, url="") as opened:
        opened.replace("orders", A)
        yield opened


def amounts(warehouse: Warehouse) -> dict[str, float]:
    return warehouse.frame("orders").set_index("order_id")["amount"].to_dict()


def test_a_table_never_written_is_empty_and_typed(tmp_path):
    frame = Warehouse.open(tmp_path, url="").frame("invoices")
    assert frame.empty
    assert str(frame["issued_on"].dtype) == "datetime64[s]"
    assert not (tmp_path / "warehouse.duckdb").exists()


def test_upsert_puts_rows_in_the_place_of_their_key(warehouse):
    warehouse.upsert("orders", B)
    assert amounts(warehouse) == {"a": 1, "b": 5, "c": 3}
    warehouse.replace("orders", B)
    assert amounts(warehouse) == {"b": 5, "c": 3}
    assert warehouse.rows("orders") == 2


def test_a_key_twice_in_one_upsert_is_refused(warehouse):
    with pytest.raises(WarehouseError, match="occurs twice"):
        warehouse.upsert("orders", pd.concat([A, A]))


def test_a_failed_transaction_leaves_the_old_state(warehouse):
    with pytest.raises(ZeroDivisionError), warehouse.transaction():  # noqa: PT012
        warehouse.upsert("orders", B)
        assert amounts(warehouse) == {"a": 1, "b": 5, "c": 3}
        1 / 0  # noqa: B018
    assert amounts(warehouse) == {"a": 1, "b": 2}


def test_a_killed_writer_leaves_the_old_state(warehouse, tmp_path):
    program = f"""
        import os, pandas as pd
        from pathlib import Path
        from pipeline.warehouse import Warehouse
        warehouse = Warehouse.open(Path({str(tmp_path)!r}), url="")
        with warehouse.transaction():
            warehouse.replace("orders", pd.DataFrame({{"order_id": []}}))
            os._exit(9)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(program)], env=os.environ, check=False)
    assert done.returncode == 9
    assert amounts(Warehouse.open(tmp_path, url="")) == {"a": 1, "b": 2}
    warehouse.upsert("orders", B)
    assert amounts(warehouse) == {"a": 1, "b": 5, "c": 3}
    assert {path.name for path in tmp_path.iterdir()} == {"warehouse.duckdb", "warehouse.duckdb.lock"}


def test_readers_are_not_blocked_and_keep_what_they_opened(warehouse, tmp_path):
    early = Warehouse.open(tmp_path, url="")
    assert amounts(early) == {"a": 1, "b": 2}
    with warehouse.transaction():
        warehouse.upsert("orders", B)
        assert amounts(Warehouse.open(tmp_path, url="")) == {"a": 1, "b": 2}
    assert amounts(early) == {"a": 1, "b": 2}
    assert amounts(Warehouse.open(tmp_path, url="")) == {"a": 1, "b": 5, "c": 3}


def test_a_second_writer_is_refused(warehouse, tmp_path):
    with (
        warehouse.transaction(),
        pytest.raises(WarehouseError, match="is being written by another program"),
    ):
        Warehouse.open(tmp_path, url="").replace("orders", B)


def test_a_file_that_is_no_warehouse_is_named(tmp_path):
    (tmp_path / "warehouse.duckdb").write_text("not a database, just words" * 1000)
    with pytest.raises(WarehouseError, match=r"warehouse\.duckdb cannot be opened as a DuckDB file"):
        Warehouse.open(tmp_path, url="").rows("orders")


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (pd.DataFrame({"colour": ["red"]}), "orders has no column colour"),
        (pd.DataFrame({"amount": ["much"]}), "orders.amount is not of type double"),
    ],
)
def test_what_does_not_fit_is_refused(warehouse, frame, message):
    with pytest.raises(WarehouseError, match=message):
        warehouse.replace("orders", frame)
    assert amounts(warehouse) == {"a": 1, "b": 2}


def test_unknown_tables_and_places_are_refused(warehouse, tmp_path):
    with pytest.raises(WarehouseError, match="no table 'sails'"):
        warehouse.table("sails")
    with pytest.raises(WarehouseError, match="'oracle' is no kind of warehouse"):
        Warehouse.open(tmp_path, url="oracle://somewhere")


def test_the_fingerprint_is_of_what_is_known_and_not_of_the_order_of_rows(warehouse, tmp_path):
    january = warehouse.fingerprint("orders", date(2026, 1, 31))
    whole = warehouse.fingerprint("orders")
    assert january != whole
    warehouse.replace("orders", A.iloc[::-1])
    assert warehouse.fingerprint("orders") == whole
    warehouse.upsert("orders", B)
    assert warehouse.fingerprint("orders") != whole
    assert warehouse.fingerprint("orders", date(2026, 1, 31)) == january
    warehouse.replace("orders", A.assign(cancelled_on=pd.to_datetime(["2026-03-01", None])))
    assert warehouse.fingerprint("orders", date(2026, 2, 28)) == whole  # the cancellation is not known yet
    assert warehouse.fingerprint("orders", date(2026, 3, 1)) != whole


def test_a_column_that_the_catalogue_gained_is_empty_in_an_old_file(warehouse, tmp_path):
    with warehouse.transaction():
        warehouse.backend.raw_sql("ALTER TABLE orders DROP COLUMN channel")
    assert warehouse.frame("orders")["channel"].isna().all()
    warehouse.upsert("orders", B.assign(channel="web"))
    assert warehouse.frame("orders")["channel"].tolist()[1:] == ["web", "web"]


def test_system_tables_grow(warehouse):
    for number in ("1", "2"):
        warehouse.append(
            "imports", pd.DataFrame({"import_id": [number], "file": ["orders.csv"], "rows_read": [7]})
        )
    assert warehouse.frame("imports")["import_id"].tolist() == ["1", "2"]
    assert warehouse.rows("imports") == 2


def test_passwords_come_from_the_keyring_and_are_never_shown(monkeypatch):
    monkeypatch.setattr("keyring.get_password", lambda service, account: {"ann@host": "s/1"}.get(account))
    assert resolved_url("postgresql://ann@host:5432/sales") == "postgresql://ann:s%2F1@host:5432/sales"
    assert resolved_url("postgresql://bob@host/sales") == "postgresql://bob@host/sales"
    assert without_password("postgresql://ann:s%2F1@host/sales") == "postgresql://ann@host/sales"


def test_a_file_that_another_program_holds_open_on_windows_stays_as_it_is(tmp_path, monkeypatch):
    with Warehouse.open(tmp_path, "") as warehouse, warehouse.transaction():
        warehouse.replace("orders", B)
    before = (tmp_path / "warehouse.duckdb").read_bytes()

    def refuse(*_):
        raise PermissionError(32, "it is being used by another process")

    monkeypatch.setattr("pipeline.files._FIRST_PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(os, "replace", refuse)
    with (
        pytest.raises(WarehouseError, match="close notebooks that read it"),
        Warehouse.open(tmp_path, "") as warehouse,
        warehouse.transaction(),
    ):
        warehouse.replace("orders", B)
    assert (tmp_path / "warehouse.duckdb").read_bytes() == before
    assert not list(tmp_path.glob("*.writing"))


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("duckdb:///srv/x.duckdb", "/srv/x.duckdb"),
        ("duckdb://x.duckdb", "x.duckdb"),
        ("duckdb:///C:/x.db", "C:/x.db"),
    ],
)
def test_urls_of_duckdb_files(url, path):
    assert engine._path(url).as_posix() == path
