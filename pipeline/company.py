"""`company.toml` as frozen models: dimensions, stages, thresholds, calendar, weights, language.

Every number of the handbook that a company may want otherwise is a field here with the handbook's
value as its default. Unknown keys are refused with the nearest known one.
"""

import difflib
import json
import os
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from pipeline.errors import CompanyError

Language = Literal["en", "zh"]
Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]

COMPANY_FILE = "company.toml"
COMPANY_VARIABLE = "QUARTERDECK_COMPANY"
"""Environment variable: a company as JSON that counts instead of every file, to compute with its settings."""
DIMENSIONS = ("business_line", "product_line", "market", "department", "person")
"""The dimensions by which everything that adds up is cut, in the order reports use."""


class Settings(BaseModel):
    """Base of every model here: frozen, closed, defaults validated."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


class DimensionValue(Settings):
    """One value of a dimension: `key` as it stands in the tables, and its name in each language."""

    key: str = Field(min_length=1)
    en: str = ""
    zh: str = ""

    def label(self, language: Language) -> str:
        """The value's name in `language`; its key where no name is given."""
        return (self.zh if language == "zh" else self.en) or self.key


class Dimensions(Settings):
    """The known values of each dimension, in reporting order; an empty list means "as met in the data"."""

    business_line: tuple[DimensionValue, ...] = ()
    product_line: tuple[DimensionValue, ...] = ()
    market: tuple[DimensionValue, ...] = ()
    department: tuple[DimensionValue, ...] = ()
    industry: tuple[DimensionValue, ...] = ()
    channel: tuple[DimensionValue, ...] = ()
    source: tuple[DimensionValue, ...] = ()


class Money(Settings):
    """Currency of every amount in the tables, and the unit in which reports show it."""

    currency: str = Field(default="CNY", pattern="^[A-Z]{3}$")
    display_unit: Literal["auto", "one", "thousand", "million", "wan", "yi"] = "auto"


class Calendar(Settings):
    """Fiscal year and working days."""

    country: str = Field(default="CN", pattern="^[A-Z]{2}$")
    fiscal_year_start_month: int = Field(default=1, ge=1, le=12)
    working_weekdays: tuple[Annotated[int, Field(ge=1, le=7)], ...] = (1, 2, 3, 4, 5)


class Stage(Settings):
    """One open stage of an opportunity; `probability` is the CRM's own, used only as a baseline."""

    key: str
    en: str = ""
    zh: str = ""
    probability: Share

    def label(self, language: Language) -> str:
        """The stage's name in `language`; its key where no name is given."""
        return (self.zh if language == "zh" else self.en) or self.key


DEFAULT_STAGES = (
    Stage(key="lead", en="Lead", zh="信息开发", probability=0.05),
    Stage(key="qualified", en="Qualified", zh="立项", probability=0.15),
    Stage(key="proposal", en="Proposal", zh="提案", probability=0.3),
    Stage(key="tender", en="Tender", zh="招投标", probability=0.5),
    Stage(key="negotiation", en="Negotiation", zh="商务谈判", probability=0.75),
    Stage(key="contract", en="Contract", zh="签约执行", probability=1.0),
)


class Deals(Settings):
    """Thresholds for opportunities (handbook section 3). Amounts in the company's currency."""

    large_above: Positive = 2_000_000
    medium_from: Positive = 500_000
    attention_amount: Positive = 500_000
    stalled_quantile: Share = 0.8
    stalled_pushes: int = Field(default=3, ge=1)
    minimum_won_for_model: int = Field(default=40, ge=1)
    minimum_lost_for_model: int = Field(default=40, ge=1)

    @model_validator(mode="after")
    def _sizes_are_ordered(self) -> Self:
        if self.medium_from > self.large_above:
            raise ValueError("medium_from must not exceed large_above")
        return self

    def size(self, amount: float) -> Literal["small", "medium", "large"]:
        """Deal size of an amount in the company's currency."""
        if amount > self.large_above:
            return "large"
        return "medium" if amount >= self.medium_from else "small"


class Performance(Settings):
    """Tests of a gap's causes, the SMART audit, the proposed split (handbook 4); see `docs/company.md`."""

    cause_below: Share = 0.92
    repeat_below: Share = 0.97
    cause_from: Share = 0.01
    people_share: Share = 0.4
    partner_share: Share = 0.5
    partner_dimension: Literal["business_line", "product_line", "market", "department"] = "business_line"
    partners: tuple[str, ...] = ("distribution",)
    one_deal_share: Share = 0.3
    attainable_from: Share = 0.1
    history_weight: Share = 0.7
    rounding: Positive = 100


class Receivables(Settings):
    """Credit rules of handbook section 11."""

    ageing_days: tuple[int, ...] = (0, 30, 60, 90)
    default_term_days: int = Field(default=30, ge=0)
    credit_cap: Positive = 20_000_000


class KeyAccounts(Settings):
    """Duties of handbook section 8."""

    general_manager_visits_a_year: int = Field(default=3, ge=0)
    tenure_years_for_general_manager: float = Field(default=2, ge=0)
    visits_a_quarter: int = Field(default=1, ge=0)
    calls_a_month: int = Field(default=1, ge=0)
    complaint_answer_days: int = Field(default=1, ge=0)


class CustomerValue(Settings):
    """Settings of the customer value analysis (handbook section 7)."""

    clusters_min: int = Field(default=4, ge=2)
    clusters_max: int = Field(default=8, le=12)
    margin_rate: Share = 0.3
    discount_rate_a_year: Share = 0.1
    lifetime_years: Positive = 5.0
    minimum_history_months: int = Field(default=12, ge=1)


class Forecast(Settings):
    """Settings of the sales forecast (handbook sections 4 and 5)."""

    months_ahead: int = Field(default=12, ge=1, le=36)
    weeks_ahead: int = Field(default=8, ge=1, le=26)
    interval: Share = 0.8
    replayed_months: int = Field(default=24, ge=1, le=36)


class DueItem(Settings):
    """One entry of the publishing calendar."""

    report: Literal["monthly", "weekly", "quarterly", "yearly"]
    notebooks: tuple[str, ...] = ()
    working_day: int | None = Field(default=None, ge=1, le=20)
    weekday: int | None = Field(default=None, ge=1, le=7)
    at: str = Field(default="07:00", pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$")
    scopes: tuple[str, ...] = ("company",)


class Schedule(Settings):
    """What is due when; times are local to `timezone`."""

    timezone: str = "Asia/Shanghai"
    due: tuple[DueItem, ...] = (
        DueItem(report="monthly", working_day=3, scopes=("company", "each-market")),
        DueItem(report="weekly", weekday=1, notebooks=("eight_weeks",)),
    )


class Role(Settings):
    """What readers of a role get: the page their mail shows, the reports that go along, whom they may see."""

    page: str = "executive_summary"
    notebooks: tuple[str, ...] = Field(default=(), description="all when empty")
    dimension: str = Field(default="", description="their scope must be a value of it; any scope when empty")


DEFAULT_ROLES = {
    "general_manager": Role(),
    "sales_office": Role(),
    "analyst": Role(),
    "market_manager": Role(dimension="market"),
    "account_manager": Role(
        page="funnel", notebooks=("funnel", "customer_value", "win_loss"), dimension="person"
    ),
}


class Recipient(Settings):
    """One reader of a delivery: address or folder URL, role, scope, language."""

    to: str
    role: str = "general_manager"
    scope: str = "company"
    language: Language | None = None
    attach: bool = False


class Delivery(Settings):
    """Who gets what after publication; the server and its password come from the environment or keyring."""

    sender: str = ""
    link_base: str = ""
    recipients: tuple[Recipient, ...] = ()
    roles: dict[str, Role] = Field(default={}, description="besides, or instead of, the usual ones")

    def role(self, recipient: Recipient) -> Role:
        """What a recipient's role gets."""
        return self.roles.get(recipient.role) or DEFAULT_ROLES[recipient.role]

    @model_validator(mode="after")
    def _recipients_fit_their_roles(self) -> Self:
        known = {**DEFAULT_ROLES, **self.roles}
        for one in self.recipients:
            if one.role not in known:
                raise ValueError(f"{one.to}: there is no role `{one.role}`; there are {', '.join(known)}")
            dimension = known[one.role].dimension
            if dimension and one.scope.partition("=")[0].strip() != dimension:
                said = f"the scope of a {one.role} is `{dimension}=...`, not `{one.scope}`"
                raise ValueError(f"{one.to}: {said}")
        return self


DEFAULT_SCORECARDS: dict[str, dict[str, float]] = {
    "business_development": {
        "business_won": 40, "new_customers": 20, "information_gathered": 15,
        "negotiation_success": 15, "teamwork": 10,
    },
    "project_delivery": {
        "on_schedule": 30, "quality_met": 30, "cost_control": 20, "documents": 10, "teamwork": 10,
    },
    "customer_service": {
        "satisfaction": 40, "complaints_solved": 30, "revisits_done": 15, "relationship": 15,
    },
    "field_sales": {"target_attainment": 60, "network_growth": 25, "organisation": 15},
}  # fmt: skip


class Company(Settings):
    """Everything that `company.toml` may say; see `docs/company.md`."""

    name: str = "Company"
    name_zh: str = ""
    language: Language = "en"
    money: Money = Money()
    calendar: Calendar = Calendar()
    dimensions: Dimensions = Dimensions()
    stages: tuple[Stage, ...] = DEFAULT_STAGES
    deals: Deals = Deals()
    performance: Performance = Performance()
    receivables: Receivables = Receivables()
    key_accounts: KeyAccounts = KeyAccounts()
    customer_value: CustomerValue = CustomerValue()
    forecast: Forecast = Forecast()
    scorecards: dict[str, dict[str, float]] = DEFAULT_SCORECARDS
    schedule: Schedule = Schedule()
    delivery: Delivery = Delivery()
    mapping: dict[str, Any] = Field(default_factory=dict, description="the company's own column aliases")

    @model_validator(mode="after")
    def _weights_add_up(self) -> Self:
        for role, weights in self.scorecards.items():
            if abs(sum(weights.values()) - 100) > 1e-9:
                raise ValueError(
                    f"scorecards.{role}: the weights add up to {sum(weights.values()):g}, not to 100"
                )
        return self

    @model_validator(mode="after")
    def _stages_are_distinct(self) -> Self:
        keys = [stage.key for stage in self.stages]
        if len(set(keys)) != len(keys) or len(keys) < 2:
            raise ValueError("stages: needs at least two stages with distinct keys")
        return self

    def title(self, language: Language) -> str:
        """The company's name in `language`."""
        return self.name_zh if language == "zh" and self.name_zh else self.name

    @property
    def stage_keys(self) -> tuple[str, ...]:
        """Keys of the stages in order."""
        return tuple(stage.key for stage in self.stages)

    def label(self, dimension: str, key: str, language: Language) -> str:
        """Name of a dimension's value in `language`; the key itself where the company lists no name."""
        values: tuple[DimensionValue, ...] = getattr(self.dimensions, dimension, ())
        return next((value.label(language) for value in values if value.key == key), key)

    def order(self, dimension: str) -> tuple[str, ...]:
        """Keys of a dimension in reporting order (those the company lists)."""
        values: tuple[DimensionValue, ...] = getattr(self.dimensions, dimension, ())
        return tuple(value.key for value in values)


def load_company(path: Path) -> Company:
    """Read a `company.toml`.

    Raises:
        CompanyError: the file is absent, is not TOML, has an unknown key or a value outside its bounds;
            the message names the key, the value seen and what would be right.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise CompanyError(
            f"{path}: there is no such file.", "Copy company.toml from the project and edit it."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise CompanyError(f"{path}: cannot be read as UTF-8 text ({error}).", "Save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise CompanyError(f"{path}: is not valid TOML: {error}.") from None
    return company_from(raw, path.name)


def company_from(raw: dict[str, Any], origin: str = COMPANY_FILE) -> Company:
    """Check a parsed `company.toml`; `origin` is the name that messages give."""
    try:
        return Company.model_validate(raw)
    except ValidationError as error:
        raise CompanyError("\n".join(_explain(fault, origin) for fault in error.errors())) from None


def find_company(folder: Path | None, home: Path) -> Company:
    """The company of a data folder: its own file, else the one in `home`, else the defaults."""
    if told := os.environ.get(COMPANY_VARIABLE):
        return company_from(json.loads(told), COMPANY_VARIABLE)
    for place in (folder, home):
        if place is not None and (place / COMPANY_FILE).is_file():
            return load_company(place / COMPANY_FILE)
    return Company()


def home() -> Path:
    """The project's folder, against which relative paths are read.

    The environment's `QUARTERDECK_HOME`, else the folder above the package if it holds the notebooks,
    else the working folder.
    """
    if named := os.environ.get("QUARTERDECK_HOME"):
        return Path(named)
    above = Path(__file__).resolve().parent.parent
    return above if (above / "notebooks").is_dir() else Path.cwd()


def _explain(fault: Any, origin: str) -> str:
    where = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "extra_forbidden":
        return f"{origin}: unknown key `{where}`. {_nearest(fault['loc'])}"
    seen = "" if fault["type"] in {"value_error", "missing"} else f" (seen: {fault['input']!r})"
    message = fault["msg"].removeprefix("Value error, ")
    return f"{origin}: `{where}`: {message}{seen}." if where else f"{origin}: {message}."


def _nearest(location: tuple[str | int, ...]) -> str:
    known = _keys_beside(location)
    close = difflib.get_close_matches(str(location[-1]), known, n=1)
    return f"Did you mean `{close[0]}`?" if close else f"Known here: {', '.join(sorted(known))}."


def _keys_beside(location: tuple[str | int, ...]) -> list[str]:
    model: type[Settings] = Company
    for part in location[:-1]:
        if isinstance(part, str) and part in model.model_fields:
            model = _settings_in(model.model_fields[part].annotation) or model
    return list(model.model_fields)


def _settings_in(annotation: Any) -> type[Settings] | None:
    candidates = (annotation, *getattr(annotation, "__args__", ()))
    return next((c for c in candidates if isinstance(c, type) and issubclass(c, Settings)), None)
