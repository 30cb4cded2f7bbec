import datetime
from types import SimpleNamespace

from pipeline.exhibits import provenance
from pipeline.parameters import Period, Scope

BOOK = SimpleNamespace(
    period=Period.parse("2026-10", datetime.date(2026, 11, 1)), scope=Scope("market", "East"),
    as_of=datetime.date(2026, 10, 31), data_fingerprint="f" * 64,
    rows=lambda table: 1234 if table == "orders" else 0,
)  # fmt: skip


def test_provenance_names_period_scope_day_fingerprint_and_rows(en, zh):
    shown = provenance(BOOK, en)
    assert "Oct 2026" in shown.text
    assert "East market" in shown.text
    assert "31 Oct 2026" in shown.text
    assert "f" * 16 in shown.text
    assert "1,234" in shown.text
    assert "华东市场" in provenance(BOOK, zh).text
