import pytest

from pipeline.company import Company, Dimensions, DimensionValue
from pipeline.exhibits import Reader


@pytest.fixture(scope="session")
def company():
    markets = (DimensionValue(key="East", zh="华东"), DimensionValue(key="North", zh="华北"))
    return Company(name="Meridian Systems", name_zh="子午线系统", dimensions=Dimensions(market=markets))


@pytest.fixture(scope="session", params=["en", "zh"])
def reader(request, company):
    return Reader.of(company, request.param)


@pytest.fixture(scope="session")
def en(company):
    return Reader.of(company, "en")


@pytest.fixture(scope="session")
def zh(company):
    return Reader.of(company, "zh")
