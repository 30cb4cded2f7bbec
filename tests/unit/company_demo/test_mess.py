"""Export files: readable as what they claim to be, damaged exactly where the truth says."""

import datetime

import pandas as pd
import pytest

from pipeline import catalog
from pipeline.company_demo import generate, write_exports
from pipeline.errors import UsageError


@pytest.fixture(scope="module")
def tables():
    return generate(customers=60, until=datetime.date(2026, 10, 31), seed=2).tables


def test_chinese_exports_are_gb18030_with_chinese_headers_and_wan(tables, tmp_path):
    exports = write_exports(tables, tmp_path, "chinese")
    path = exports.files["opportunity_history"]
    assert path.name == "商机变更历史.csv"
    written = pd.read_csv(path, encoding="gb18030", dtype=str, keep_default_na=False)
    amount = pd.to_numeric(written["金额（万元）"], errors="coerce")
    history = tables["opportunity_history"]
    same = amount[: len(history)].notna().to_numpy()
    assert (amount[: len(history)][same] * 10_000).round(2).tolist() == history.loc[same, "amount"].tolist()


def test_every_damaged_line_is_told(tables, tmp_path):
    exports = write_exports(tables, tmp_path, "chinese")
    for name, path in exports.files.items():
        text = pd.read_csv(path, encoding="gb18030", dtype=str, keep_default_na=False)
        told = exports.broken.loc[exports.broken["table"] == name]
        repeated = told.loc[told["fault"] == "repeated line"]
        assert len(text) == len(tables[name]) + len(repeated)
        assert text.duplicated().sum() >= len(repeated)
        for row in told.loc[told["column"] != ""].itertuples():
            header = next(h for h in text.columns if h.startswith(catalog.table(name).column(row.column).zh))
            assert text.loc[row.line - 2, header] == row.value


def test_workbooks_have_a_sheet_per_table(tables, tmp_path):
    exports = write_exports(tables, tmp_path, "workbook")
    sheets = pd.read_excel(exports.files["orders"], sheet_name=None)
    assert set(sheets) == {catalog.table(name).zh for name in exports.files}


def test_plain_exports_come_back_as_they_were(tables, tmp_path):
    exports = write_exports(tables, tmp_path, "plain")
    assert exports.broken.empty
    orders = pd.read_csv(exports.files["orders"], parse_dates=["ordered_on"])
    assert orders["amount"].tolist() == tables["orders"]["amount"].tolist()


def test_same_seed_same_damage(tables, tmp_path):
    first, again = (write_exports(tables, tmp_path / str(i), "chinese", seed=9).broken for i in range(2))
    pd.testing.assert_frame_equal(first, again)


def test_unknown_style_is_refused(tables, tmp_path):
    with pytest.raises(UsageError, match="plain, chinese, workbook"):
        write_exports(tables, tmp_path, "pdf")
