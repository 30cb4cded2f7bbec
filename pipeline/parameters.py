"""The parameters of every notebook: typed, bounded, closed; and business periods.

Papermill accepts a misspelt parameter with a warning. Here every set of parameters is checked
before a kernel starts.
"""

import calendar
import datetime
import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, ValidationError, field_validator

from pipeline.company import Language, Settings
from pipeline.errors import UsageError

PeriodKind = Literal["month", "quarter", "year", "week"]
LAST_CLOSED = re.compile(r"last[- ]closed[- ](month|quarter|year|week)")
EXAMPLES = "Use last-closed month, 2026-10, 2026-Q3, 2026-W40 or 2026."
SCOPE_DIMENSIONS = ("market", "department", "person", "business_line", "product_line")


@dataclass(frozen=True, order=True)
class Period:
    """A calendar month, quarter, year or ISO week, both ends included."""

    first: datetime.date
    last: datetime.date
    kind: PeriodKind

    @property
    def key(self) -> str:
        """The period as it is written: `2026-10`, `2026-Q3`, `2026`, `2026-W40`."""
        if self.kind == "week":
            year, week, _ = self.first.isocalendar()
            return f"{year:04d}-W{week:02d}"
        if self.kind == "quarter":
            return f"{self.first.year:04d}-Q{(self.first.month + 2) // 3}"
        return f"{self.first:%Y}" if self.kind == "year" else f"{self.first:%Y-%m}"

    def back(self, steps: int = 1) -> Self:
        """The period of the same kind `steps` earlier (later when negative)."""
        if self.kind == "week":
            return type(self).week_of(self.first - datetime.timedelta(weeks=steps))
        months = {"month": 1, "quarter": 3, "year": 12}[self.kind] * steps
        index = self.first.year * 12 + self.first.month - 1 - months
        return type(self).containing(datetime.date(index // 12, index % 12 + 1, 1), self.kind)

    @classmethod
    def containing(cls, day: datetime.date, kind: PeriodKind) -> Self:
        """The period of a kind that contains `day`."""
        if kind == "week":
            return cls.week_of(day)
        months = {"month": 1, "quarter": 3, "year": 12}[kind]
        first_month = (day.month - 1) // months * months + 1
        last_month = first_month + months - 1
        last_day = calendar.monthrange(day.year, last_month)[1]
        first = datetime.date(day.year, first_month, 1)
        return cls(first, datetime.date(day.year, last_month, last_day), kind)

    @classmethod
    def week_of(cls, day: datetime.date) -> Self:
        """The ISO week (Monday to Sunday) that contains `day`."""
        monday = day - datetime.timedelta(days=day.weekday())
        return cls(monday, monday + datetime.timedelta(days=6), "week")

    @classmethod
    def last_closed(cls, today: datetime.date, kind: PeriodKind = "month") -> Self:
        """The latest period that ended before `today`."""
        return cls.containing(today, kind).back()

    @classmethod
    def parse(cls, text: str, today: datetime.date) -> Self:
        """Read a period; `today` is what `last-closed` counts back from.

        Raises:
            UsageError: the text is none of the known forms or names no real period.
        """
        cleaned = text.strip()
        if match := LAST_CLOSED.fullmatch(cleaned.lower()):
            return cls.last_closed(today, match[1])  # type: ignore[arg-type]
        try:
            return cls._parse_key(cleaned.upper())
        except ValueError:
            raise UsageError(f"{text!r} is not a period.", EXAMPLES) from None

    @classmethod
    def _parse_key(cls, key: str) -> Self:
        if match := re.fullmatch(r"(\d{4})-W(\d{2})", key):
            return cls.week_of(datetime.date.fromisocalendar(int(match[1]), int(match[2]), 1))
        if match := re.fullmatch(r"(\d{4})-Q([1-4])", key):
            return cls.containing(datetime.date(int(match[1]), 3 * int(match[2]), 1), "quarter")
        if match := re.fullmatch(r"(\d{4})-(\d{2})", key):
            return cls.containing(datetime.date(int(match[1]), int(match[2]), 1), "month")
        if match := re.fullmatch(r"(\d{4})", key):
            return cls.containing(datetime.date(int(match[1]), 1, 1), "year")
        raise ValueError(key)


@dataclass(frozen=True)
class Scope:
    """What a report shows: the whole company, or one value of one dimension.

    `person` takes a person_id; the others take the value as it stands in the tables.
    """

    dimension: str = ""
    value: str = ""

    @property
    def key(self) -> str:
        """The scope as it is written: `company`, `market=East`."""
        return f"{self.dimension}={self.value}" if self.dimension else "company"

    @property
    def is_company(self) -> bool:
        """True for the whole company."""
        return not self.dimension

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `company` or `dimension=value`.

        Raises:
            UsageError: another form, or a dimension that is no scope.
        """
        cleaned = text.strip()
        if cleaned == "company":
            return cls()
        dimension, separator, value = cleaned.partition("=")
        if not separator or dimension not in SCOPE_DIMENSIONS or not value.strip():
            known = ", ".join(f"{name}=..." for name in SCOPE_DIMENSIONS)
            raise UsageError(f"{text!r} is not a scope.", f"Use company or one of {known}.")
        return cls(dimension, value.strip())


COMPANY_SCOPE = Scope()


class Parameters(Settings):
    """The parameters that every notebook has.

    `data` is the data folder, relative to the project's root; `today` is the day `last-closed`
    counts back from, empty for the day after the latest one that the data knows.
    """

    data: str = "data/demo"
    period: str = "last-closed month"
    scope: str = "company"
    language: Language = "en"

    @field_validator("period")
    @classmethod
    def _period_reads(cls, text: str) -> str:
        Period.parse(text, datetime.date(2000, 1, 1))
        return text

    @field_validator("scope")
    @classmethod
    def _scope_reads(cls, text: str) -> str:
        return Scope.parse(text).key


class CustomerValueParameters(Parameters):
    """Parameters of `customer_value`."""

    listed_customers: int = Field(default=25, ge=5, le=500)


class WinLossParameters(Parameters):
    """Parameters of `win_loss`."""

    listed_deals: int = Field(default=25, ge=5, le=500)


class SalesForecastParameters(Parameters):
    """Parameters of `sales_forecast`."""

    months_ahead: int = Field(default=12, ge=1, le=36)


class EightWeeksParameters(Parameters):
    """Parameters of `eight_weeks`."""

    listed_deals: int = Field(default=40, ge=5, le=500)


class PerformanceParameters(Parameters):
    """Parameters of `performance`.

    `override` names a CSV or Excel file in the data folder with a reader's own targets for the next period.
    """

    listed_people: int = Field(default=20, ge=5, le=500)
    override: str = ""

    @field_validator("override")
    @classmethod
    def _stays_in_the_data_folder(cls, text: str) -> str:
        if Path(text).is_absolute() or ".." in Path(text).parts:
            raise ValueError("name a file inside the data folder")
        return text.strip()


class FunnelParameters(Parameters):
    """Parameters of `funnel`; changes are counted from the end of the day `since` (2026-09-30)."""

    listed_deals: int = Field(default=30, ge=5, le=500)
    since: str = ""

    @field_validator("since")
    @classmethod
    def _since_is_a_day(cls, text: str) -> str:
        if text:
            datetime.date.fromisoformat(text)
        return text


PARAMETERS_OF: Mapping[str, type[Parameters]] = {
    "customer_value": CustomerValueParameters,
    "win_loss": WinLossParameters,
    "sales_forecast": SalesForecastParameters,
    "eight_weeks": EightWeeksParameters,
    "performance": PerformanceParameters,
    "funnel": FunnelParameters,
}
"""Declarations by notebook; a notebook that is not listed has the common ones."""


def checked(notebook: str, values: Mapping[str, Any]) -> Parameters:
    """The parameters of one notebook, checked.

    Raises:
        UsageError: an unknown name, a wrong type or a value outside its bounds.
    """
    declared = PARAMETERS_OF.get(notebook, Parameters)
    try:
        return declared.model_validate(dict(values), strict=True)
    except ValidationError as error:
        lines = [_explain(notebook, declared, fault) for fault in error.errors()]
        raise UsageError("\n".join(lines)) from None


def _explain(notebook: str, declared: type[Parameters], fault: Any) -> str:
    name = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "extra_forbidden":
        close = difflib.get_close_matches(name, declared.model_fields, n=1)
        hint = f"Did you mean `{close[0]}`?" if close else f"It has: {', '.join(declared.model_fields)}."
        return f"{notebook} has no parameter `{name}`. {hint}"
    return f"{notebook}: parameter `{name}`: {fault['msg']} (seen: {fault['input']!r})."
