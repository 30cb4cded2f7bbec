"""company.toml: the handbook's defaults, closed keys, messages that say what would be right."""

from pathlib import Path

import pytest

from pipeline.company import Company, company_from, find_company, load_company
from pipeline.errors import CompanyError

ROOT = Path(__file__).parents[2]


def test_the_projects_own_file_is_valid_and_lists_the_handbooks_markets():
    company = load_company(ROOT / "company.toml")
    assert company.order("market") == (
        "Northeast", "North", "Northwest", "Central", "Shandong", "East", "South", "Southwest",
    )  # fmt: skip
    assert company.label("market", "East", "zh") == "华东"
    assert company.label("market", "Mars", "zh") == "Mars"


@pytest.mark.parametrize(
    ("amount", "size"),
    [
        (499_999.99, "small"),
        (500_000, "medium"),
        (2_000_000, "medium"),
        (2_000_000.01, "large"),
        (-5, "small"),
    ],
)
def test_deal_size_by_the_handbooks_thresholds(amount, size):
    assert Company().deals.size(amount) == size


def test_scorecard_weights_of_every_role_add_up_to_100():
    assert {sum(weights.values()) for weights in Company().scorecards.values()} == {100}


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({"nme": "x"}, "unknown key `nme`. Did you mean `name`?"),
        ({"deals": {"large_abov": 1}}, "unknown key `deals.large_abov`. Did you mean `large_above`?"),
        ({"deals": {"large_above": 1, "medium_from": 2}}, "medium_from must not exceed large_above"),
        ({"deals": {"stalled_quantile": 80}}, "less than or equal to 1 (seen: 80)"),
        ({"money": {"currency": "yuan"}}, "`money.currency`"),
        ({"language": "fr"}, "'en' or 'zh'"),
        ({"calendar": {"fiscal_year_start_month": 13}}, "(seen: 13)"),
        ({"scorecards": {"rep": {"sales": 90}}}, "add up to 90, not to 100"),
        ({"dimensions": {"market": [{"key": "East", "chinese": "华东"}]}}, "dimensions.market.0.chinese"),
        ({"stages": [{"key": "a", "probability": 0.1}]}, "at least two stages"),
    ],
)
def test_a_faulty_file_is_refused_with_the_way_out(raw, expected):
    with pytest.raises(CompanyError) as caught:
        company_from(raw)
    assert expected in str(caught.value)


def test_all_faults_are_reported_at_once():
    with pytest.raises(CompanyError) as caught:
        company_from({"nme": "x", "deals": {"stalled_pushes": 0}})
    assert len(str(caught.value).splitlines()) == 2


def test_a_file_that_is_not_toml_or_absent(tmp_path):
    broken = tmp_path / "company.toml"
    broken.write_text("name = ")
    with pytest.raises(CompanyError, match="not valid TOML"):
        load_company(broken)
    broken.write_bytes("name = '公司'".encode("gb18030"))
    with pytest.raises(CompanyError, match="UTF-8"):
        load_company(broken)
    with pytest.raises(CompanyError, match="no such file"):
        load_company(tmp_path / "absent.toml")


def test_a_data_folders_own_file_comes_first(tmp_path):
    home, folder = tmp_path / "home", tmp_path / "folder"
    home.mkdir()
    folder.mkdir()
    assert find_company(folder, home).name == "Company"
    (home / "company.toml").write_text('name = "House"')
    assert find_company(folder, home).name == "House"
    (folder / "company.toml").write_text('name = "Ours"')
    assert find_company(folder, home).name == "Ours"


def test_a_company_cannot_be_changed():
    with pytest.raises(Exception, match="frozen"):
        Company().name = "other"  # type: ignore[misc]


def test_the_documentation_names_every_section():
    page = (ROOT / "docs/company.md").read_text(encoding="utf-8")
    assert [name for name in Company.model_fields if name not in page] == []
