"""The words of the simulated company: dimensions, sources, competitors, reasons."""

from collections.abc import Mapping

MARKETS: Mapping[str, tuple[float, tuple[str, ...]]] = {
    "Northeast": (0.08, ("Liaoning", "Jilin", "Heilongjiang")),
    "North": (0.16, ("Beijing", "Tianjin", "Hebei", "Shanxi")),
    "Northwest": (0.06, ("Shaanxi", "Gansu", "Xinjiang")),
    "Central": (0.11, ("Hubei", "Hunan", "Henan")),
    "Shandong": (0.10, ("Jinan", "Qingdao", "Yantai")),
    "East": (0.24, ("Shanghai", "Jiangsu", "Zhejiang", "Anhui")),
    "South": (0.16, ("Guangdong", "Fujian", "Guangxi")),
    "Southwest": (0.09, ("Sichuan", "Chongqing", "Yunnan")),
}
"""Markets with their share of customers and the regions below them."""
MARKET_ORDER_FOR_SMALL = (
    "East",
    "North",
    "South",
    "Central",
    "Shandong",
    "Southwest",
    "Northeast",
    "Northwest",
)

INDUSTRIES: Mapping[str, tuple[float, float, str]] = {
    "machinery": (0.18, 0.10, "机械制造"),
    "electronics": (0.16, 0.00, "电子"),
    "pharma": (0.10, 0.25, "医药"),
    "chemicals": (0.10, -0.15, "化工"),
    "food": (0.11, 0.05, "食品"),
    "logistics": (0.09, -0.05, "物流"),
    "energy": (0.07, -0.30, "能源"),
    "education": (0.08, 0.20, "教育"),
    "retail": (0.07, -0.10, "零售"),
    "public": (0.04, -0.35, "公共事业"),
}
"""Industries with share of customers, effect on the log odds of winning, Chinese name."""

SOURCES: Mapping[str, tuple[float, float]] = {
    "referral": (0.16, 0.55),
    "repeat business": (0.22, 0.45),
    "website": (0.17, -0.25),
    "exhibition": (0.12, -0.10),
    "telemarketing": (0.14, -0.50),
    "partner": (0.11, 0.10),
    "tender notice": (0.08, -0.45),
}
"""Sources of leads with their share and effect on the log odds of winning."""

COMPETITORS: Mapping[str, tuple[float, float]] = {
    "": (0.30, 0.45),
    "Northstar": (0.22, -0.45),
    "BlueRidge": (0.18, -0.10),
    "Kunlun Tech": (0.14, 0.00),
    "Vantage": (0.10, 0.20),
    "Huaxin": (0.06, -0.80),
}
"""Competitors (none first) with share of deals and effect on the log odds of winning."""

BUSINESS_LINES = ("direct", "distribution", "service")
PRODUCT_LINES = ("professional", "standard", "mini", "commerce", "new")
CHANNELS = ("direct sales", "distributor", "reseller", "online")
DEPARTMENTS = (
    "Direct Sales",
    "Partner Sales",
    "Key Accounts",
    "Management",
    "Presales",
    "Service",
    "Delivery",
    "Business Development",
    "Sales Office",
)
REASONS = (
    "product_fit",
    "price",
    "relationship",
    "sales_process",
    "resources",
    "competitor",
    "timing_budget",
    "no_decision",
)
STAGE_KEYS = ("lead", "qualified", "proposal", "tender", "negotiation", "contract")
STAGE_PROBABILITIES = (0.05, 0.15, 0.3, 0.5, 0.75, 1.0)
FORECAST_CATEGORIES = ("pipeline", "pipeline", "pipeline", "best case", "commit", "closed")
OUTCOMES = ("open", "won", "lost", "invalid")
