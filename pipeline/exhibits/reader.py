"""Who reads: the language, and how that reader sees money, counts, shares, dates and intervals.

A `Reader` is passed to every exhibit. It never computes; it turns a finished number into the text a
reader of its language expects: CNY 3.2M in English, 320万元 in Chinese, a true minus sign, a dash
where there is no number.
"""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pipeline.company import Company, Language
from pipeline.exhibits import numerals
from pipeline.exhibits.catalogues import message
from pipeline.exhibits.numerals import ABSENT, Unit
from pipeline.findings import Kind, Quantity

SMALLEST_P_VALUE = 0.001
"""Smaller ones are not told apart: no test of ours is that exact."""


@dataclass(frozen=True)
class Reader:
    """Language and number formats of one reader; make one with `Reader.of(company, language)`."""

    language: Language
    company: Company

    @classmethod
    def of(cls, company: Company, language: Language | None = None) -> "Reader":
        """The reader of a company's reports; `language` defaults to the company's."""
        return cls(language or company.language, company)

    def text(self, key: str, **values: Any) -> str:
        """A message of the catalogues with its variables.

        Numbers passed as `int` select plural forms; everything else should come as text that this
        reader formatted (or as a `Quantity`, which is formatted here).

        Raises:
            LookupError: no such message in this language, or a variable is missing.
        """
        return message(self.language, key, {name: self._plain(value) for name, value in values.items()})

    def has_text(self, key: str) -> bool:
        """Whether the catalogues have a message of that key."""
        from pipeline.exhibits.catalogues import has_message

        return has_message(self.language, key)

    def label(self, dimension: str, key: Any) -> str:
        """Name of a dimension's value or stage; the key itself where the company lists no name."""
        if _is_absent(key) or key == "":
            return self.text("label-not-given")
        if dimension == "stage":
            return next(
                (stage.label(self.language) for stage in self.company.stages if stage.key == key), str(key)
            )
        named = self.company.label(dimension, str(key), self.language)
        catalogued = f"{dimension}-{key}".replace("_", "-").replace(" ", "-").lower()
        if named == str(key) and self.has_text(catalogued):
            return self.text(catalogued)
        return named

    @property
    def currency(self) -> str:
        """Code of the company's currency."""
        return self.company.money.currency

    def money_unit(self, amounts: Iterable[float]) -> Unit:
        """One unit for a whole column or axis, from its largest amount."""
        return numerals.money_unit(amounts, self.company.money.display_unit, self.language)

    def unit_name(self, unit: Unit) -> str:
        """A money unit with its currency, for a column's head or an axis: `CNY M`, `万元`."""
        return numerals.unit_name(unit, self.currency, self.language)

    def money(
        self,
        amount: float,
        low: float | None = None,
        high: float | None = None,
        *,
        unit: Unit | None = None,
        signed: bool = False,
        bare: bool = False,
    ) -> str:
        """An amount: `CNY 3.2M`, `320万元`; with its interval where one is given.

        Args:
            amount: in the company's currency, base units.
            low: lower end of the interval.
            high: upper end of the interval.
            unit: fixed unit, so that a column reads evenly; by default the amount's own.
            signed: a plus sign before gains.
            bare: the figure alone, without currency and unit (for cells under a head that has them).
        """
        return self._with_interval("money", amount, low, high, unit=unit, signed=signed, bare=bare)

    def count(self, number: float, *, signed: bool = False) -> str:
        """A number of things, grouped by thousands: `1,234`."""
        return numerals.grouped(number, 0, signed=signed)

    def number(self, value: float, digits: int | None = None, *, signed: bool = False) -> str:
        """A plain number, to three significant figures unless `digits` says otherwise."""
        return numerals.plain(value, digits, signed=signed)

    def percent(
        self, share: float, low: float | None = None, high: float | None = None, *, digits: int | None = None
    ) -> str:
        """A share of 0 to 1: `34%`, below 10% with one decimal; with its interval where one is given."""
        return self._with_interval("percent", share, low, high, digits=digits)

    def points(self, difference: float, *, digits: int = 1) -> str:
        """A difference of two shares (0 to 1), always signed: `+3.2 points`."""
        if _is_absent(difference):
            return ABSENT
        return self.text("format-points", points=numerals.grouped(difference * 100, digits, signed=True))

    def p_value(self, chance: float) -> str:
        """The chance of a test's statistic without an effect: `0.043`, `< 0.001`."""
        if _is_absent(chance):
            return ABSENT
        least = chance < SMALLEST_P_VALUE
        return f"< {self.number(SMALLEST_P_VALUE, 3)}" if least else self.number(chance, 3)

    def days(self, days: float) -> str:
        """A duration: `45 days`."""
        if _is_absent(days):
            return ABSENT
        number = numerals.grouped(days, 0)
        return self.text("format-days", days=number, number=round(float(days)))

    def date(self, day: Any) -> str:
        """A day: `5 Oct 2026`, `2026年10月5日`."""
        if _is_absent(day):
            return ABSENT
        stamp = pd.Timestamp(day)
        if self.language == "zh":
            return f"{stamp.year}年{stamp.month}月{stamp.day}日"
        return f"{stamp.day} {numerals.MONTHS[stamp.month - 1]} {stamp.year}"

    def month(self, month: Any, *, short: bool = False) -> str:
        """A month from a date, a pandas Period or `2026-10`: `Oct 2026`, `2026年10月`."""
        if _is_absent(month):
            return ABSENT
        stamp = month.start_time if isinstance(month, pd.Period) else pd.Timestamp(month)
        if self.language == "zh":
            return f"{stamp.month}月" if short else f"{stamp.year}年{stamp.month}月"
        name = numerals.MONTHS[stamp.month - 1]
        return name if short else f"{name} {stamp.year}"

    def week(self, monday: Any) -> str:
        """A week from its Monday: `week of 5 Oct`, `10月5日当周`."""
        if _is_absent(monday):
            return ABSENT
        stamp = pd.Timestamp(monday)
        day = f"{stamp.month}月{stamp.day}日" if self.language == "zh" else f"{stamp.day} {stamp:%b}"
        return self.text("format-week", day=day)

    def period(self, key: str) -> str:
        """A business period's key in words: `2026-10`, `2026-Q3`, `2026-W40`, `2026`."""
        year, _, rest = key.partition("-")
        if rest.startswith(("Q", "W")):
            kind = "quarter" if rest[0] == "Q" else "week"
            return self.text(f"format-period-{kind}", year=year, number=rest[1:].lstrip("0"))
        return self.month(key) if rest else self.text("format-period-year", year=year)

    def interval(self, low: float, high: float, kind: Kind = "money", *, unit: Unit | None = None) -> str:
        """Both ends of an interval: `CNY 3.1M to 4.2M`, `310万至420万元`."""
        if kind == "money":
            unit = unit or self.money_unit([low, high])
            body = self._ends(low, high, lambda end: numerals.scaled(end, unit) + unit.suffix(self.language))
            return numerals.with_currency(body, self.currency, self.language)
        if kind == "points":
            ends = self._ends(low, high, lambda end: numerals.grouped(end * 100, 1, signed=True))
            return ends if ends == ABSENT else self.text("format-points", points=ends)
        if kind == "days":
            ends = self._ends(low, high, numerals.grouped)
            return ends if ends == ABSENT else self.text("format-days", days=ends, number=2)
        return self._ends(low, high, lambda end: self.write(end, kind))

    def write(self, value: Any, kind: Kind, *, unit: Unit | None = None, dimension: str = "") -> str:
        """A value of any kind as text; a dash where there is none.

        Args:
            value: in base units.
            kind: see `pipeline.findings.Kind`.
            unit: for money: the unit to write it in, bare (a column's head names it).
            dimension: for labels: which dimension the value belongs to.
        """
        if kind in {"label", "text"}:
            return self.label(dimension, value) if kind == "label" else _plain_text(value)
        if _is_absent(value):
            return ABSENT
        if kind == "money":
            return self.money(value, unit=unit, bare=unit is not None)
        if kind == "ratio":
            return numerals.plain(value, 2)
        writers: dict[Kind, Callable[[Any], str]] = {
            "count": self.count, "number": self.number, "percent": self.percent, "points": self.points,
            "p_value": self.p_value,
            "days": self.days, "date": self.date, "month": self.month, "week": self.week,
            "period": self.period,
        }  # fmt: skip
        return writers[kind](value)

    def quantity(self, quantity: Quantity) -> str:
        """A finding's number as text, with its interval where it has one."""
        if quantity.low is not None and quantity.high is not None and quantity.kind in {"money", "percent"}:
            write_both = self.money if quantity.kind == "money" else self.percent
            return write_both(float(quantity.value), quantity.low, quantity.high)  # type: ignore[arg-type]
        written = self.write(quantity.value, quantity.kind, dimension=quantity.dimension)
        if quantity.low is None or quantity.high is None:
            return written
        return self.text(
            "format-with-interval",
            value=written,
            interval=self.interval(quantity.low, quantity.high, quantity.kind),
        )

    def join(self, items: Iterable[str]) -> str:
        """A list in words: `a, b and c`, `a、b和c`."""
        parts = list(items)
        if len(parts) < 2:
            return "".join(parts)
        comma = "、" if self.language == "zh" else ", "
        return self.text("format-list", first=comma.join(parts[:-1]), last=parts[-1])

    def _plain(self, value: Any) -> Any:
        if isinstance(value, Quantity):
            is_bare_count = value.kind == "count" and value.low is None
            return int(value.value) if is_bare_count else self.quantity(value)  # type: ignore[arg-type]
        if isinstance(value, np.integer):
            return int(value)
        return value if isinstance(value, int) else str(value)

    def _ends(self, low: float, high: float, write: Any) -> str:
        if _is_absent(low) or _is_absent(high):
            return ABSENT
        return self.text("format-interval", low=write(low), high=write(high))

    def _with_interval(
        self,
        kind: Kind,
        value: float,
        low: float | None,
        high: float | None,
        *,
        unit: Unit | None = None,
        signed: bool = False,
        bare: bool = False,
        digits: int | None = None,
    ) -> str:
        if _is_absent(value):
            return ABSENT
        if kind == "percent":
            written = numerals.percent(value, digits)
            ends = (
                (numerals.percent(low, digits), numerals.percent(high, digits)) if _both(low, high) else None
            )
        else:
            unit = unit or self.money_unit([value])
            written = numerals.scaled(value, unit, signed=signed)
            if not bare:
                written = numerals.with_currency(
                    written + unit.suffix(self.language), self.currency, self.language
                )
            ends = (
                (numerals.scaled(low, unit), numerals.scaled(high, unit) + unit.suffix(self.language))
                if _both(low, high)
                else None
            )
        if ends is None:
            return written
        return self.text(
            "format-with-interval",
            value=written,
            interval=self.text("format-interval", low=ends[0], high=ends[1]),
        )


def _both(low: float | None, high: float | None) -> bool:
    return not _is_absent(low) and not _is_absent(high)


def _is_absent(value: Any) -> bool:
    if value is None or value is pd.NaT or value is pd.NA:
        return True
    return isinstance(value, float | np.floating) and not np.isfinite(value)


def _plain_text(value: Any) -> str:
    if _is_absent(value):
        return ABSENT
    return f"{value:%Y-%m-%d}" if isinstance(value, datetime.date) else str(value)
