import datetime
import json

import pytest

from pipeline.company import Company, Dimensions, DimensionValue
from pipeline.exhibits import Reader
from pipeline.publish.render import Link, ReportFacts
from pipeline.publish.render.gallery import executed_notebook


@pytest.fixture(scope="session")
def company():
    markets = (DimensionValue(key="East", zh="华东"),)
    return Company(name="Meridian Systems", name_zh="子午线系统", dimensions=Dimensions(market=markets))


@pytest.fixture(scope="session")
def en(company):
    return Reader.of(company, "en")


@pytest.fixture(scope="session")
def zh(company):
    return Reader.of(company, "zh")


@pytest.fixture(scope="session")
def facts():
    return ReportFacts(
        "some_report",
        "2026-10",
        datetime.date(2026, 10, 31),
        scope_dimension="market",
        scope_value="East",
        run_id="2026-10-abc",
        fingerprint="f" * 64,
        versions={"quarterdeck": "0.1.0"},
        rows={"orders": 1234},
        rebuild_command="quarterdeck review 2026-10 --scope market=East",
        siblings=(Link("Win and loss", "win_loss.html"),),
        index_href="../index.html",
    )


@pytest.fixture(scope="session")
def write(tmp_path_factory):
    """Write an executed notebook from parts (heading, cell id, exhibits)."""

    def written(parts, title="A title", question="A question?"):
        path = tmp_path_factory.mktemp("executed") / "executed.ipynb"
        path.write_text(json.dumps(executed_notebook(title, question, parts)), encoding="utf-8")
        return path

    return written
