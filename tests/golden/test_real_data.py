"""Two public data sets from their files to the published numbers, recounted with csv and loops.

They lie beside the checkout where they are available; elsewhere these tests are skipped.
"""

import csv
import datetime
import gzip
import json
from collections import defaultdict
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import quarterdeck

ROOT = Path(__file__).parents[2]
REAL = ROOT.parent / "shared/data"

pytestmark = [
    pytest.mark.real_data,
    pytest.mark.slow,
    pytest.mark.timeout(1200),
    pytest.mark.skipif(not REAL.is_dir(), reason="the public data sets do not lie beside the checkout"),
]


def _call(*arguments: str) -> dict:
    result = CliRunner().invoke(quarterdeck, [*arguments, "--json"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def _published(name: str, period: str, folder: Path, *only: str) -> dict[str, float]:
    data, reports = str(folder / "data"), folder / "reports"
    _call("import", str(REAL / name), "--mapping", str(ROOT / f"docs/examples/{name}.toml"), "--data", data)
    chosen = [word for notebook in only for word in ("--only", notebook)]
    _call("review", period, "--data", data, "--reports", str(reports), *chosen)
    return json.loads((reports / period / "company/run.json").read_text())["headlines"]


def test_wins_losses_and_revenue_of_the_hardware_seller(tmp_path):
    headlines = _published("crm_sales_opportunities", "2017-11", tmp_path, "win_loss", "performance")
    with (REAL / "crm_sales_opportunities/sales_pipeline.csv").open(newline="") as file:
        closed = [
            (row["deal_stage"], float(row["close_value"] or 0))
            for row in csv.DictReader(file)
            if row["close_date"]
            and datetime.datetime.strptime(row["close_date"], "%m/%d/%Y").strftime("%Y-%m") == "2017-11"
        ]
    won = [value for stage, value in closed if stage == "Won"]
    lost = [value for stage, value in closed if stage == "Lost"]
    assert headlines["wins"] == len(won)
    assert headlines["losses"] == len(lost)
    assert headlines["win_rate"] == pytest.approx(len(won) / (len(won) + len(lost)))
    assert headlines["contracts_cny"] == pytest.approx(sum(won))


def test_revenue_and_customers_of_the_wholesaler(tmp_path):
    headlines = _published("online_retail_ii", "2011-10", tmp_path, "customer_value", "performance")
    invoices: dict[str, list[tuple[str, str, float]]] = {}
    for name in ("year_2009_2010", "year_2010_2011"):
        in_file: dict[str, list[tuple[str, str, float]]] = defaultdict(list)
        with gzip.open(REAL / f"online_retail_ii/{name}.csv.gz", "rt", newline="") as file:
            for invoice, _, _, quantity, moment, price, customer, _ in list(csv.reader(file))[1:]:
                in_file[invoice].append((customer, moment[:10], float(quantity) * float(price)))
        invoices.update(in_file)  # an invoice in both files is one invoice
    month = sum(v for lines in invoices.values() for _, day, v in lines if day.startswith("2011-10"))
    bought: dict[tuple[str, str], float] = defaultdict(float)
    for lines in invoices.values():
        for customer, day, value in lines:
            if customer not in {"", "0.0"}:  # the second file writes 0.0 for nobody
                bought[customer, day] += value
    active = {
        customer for (customer, day), v in bought.items() if v > 0 and "2010-11-01" <= day <= "2011-10-31"
    }
    assert headlines["contracts_cny"] == pytest.approx(month, abs=0.01)
    assert headlines["active_customers"] == len(active)
