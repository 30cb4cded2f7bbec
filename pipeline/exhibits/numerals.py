"""Figures as text: signs, grouping, significant digits, and the money units of each language."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from pipeline.company import Language

ABSENT = "–"
MINUS = "−"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£"}
"""Currencies whose sign is unmistakable; others are written by code (¥ is two currencies)."""
CURRENCY_ZH = {"CNY": "元", "USD": "美元", "EUR": "欧元", "GBP": "英镑", "JPY": "日元", "HKD": "港元"}


@dataclass(frozen=True)
class Unit:
    """A money unit: what one of it is worth in base units, and its suffix in each language."""

    worth: float
    en: str
    zh: str
    decimals: int = 0

    def suffix(self, language: Language) -> str:
        """`M`, `万`; empty for single units."""
        return self.zh if language == "zh" else self.en

    def fitted(self, largest: float) -> "Unit":
        """The same unit with enough decimals for three figures of the largest amount."""
        return replace(self, decimals=_decimals(abs(largest) / self.worth, self))


ONE = Unit(1, "", "")
UNITS = {
    "one": ONE,
    "thousand": Unit(1e3, "k", "千"),
    "wan": Unit(1e4, "×10k", "万"),
    "million": Unit(1e6, "M", "百万"),
    "yi": Unit(1e8, "×100M", "亿"),
    "billion": Unit(1e9, "bn", "十亿"),
    "trillion": Unit(1e12, "tn", "万亿"),
}
LADDER: dict[Language, tuple[str, ...]] = {
    "en": ("one", "thousand", "million", "billion", "trillion"),
    "zh": ("one", "wan", "yi", "trillion"),
}


def money_unit(amounts: Iterable[float], display_unit: str, language: Language) -> Unit:
    """The unit in which the largest of the amounts reads best, with enough decimals for three figures."""
    largest = max(
        (abs(amount) for amount in amounts if amount is not None and math.isfinite(amount)), default=0.0
    )
    if display_unit == "auto":
        fitting = [UNITS[name] for name in LADDER[language] if largest >= UNITS[name].worth * 0.9995]
        unit = fitting[-1] if fitting else ONE
    else:
        unit = UNITS[display_unit]
    return unit.fitted(largest)


def unit_name(unit: Unit, currency: str, language: Language) -> str:
    """A unit with its currency: `CNY M`, `$k`, `万元`."""
    if language == "zh":
        return unit.zh + CURRENCY_ZH.get(currency, f" {currency}")
    return SYMBOLS[currency] + unit.en if currency in SYMBOLS else f"{currency} {unit.en}".strip()


def with_currency(body: str, currency: str, language: Language) -> str:
    """A figure with its currency where the language wants it: `−CNY 3.2M`, `−$3.2M`, `320万元`."""
    if language == "zh":
        return body + CURRENCY_ZH.get(currency, f" {currency}")
    sign = body[0] if body[0] in {MINUS, "+"} else ""
    return sign + SYMBOLS.get(currency, f"{currency} ") + body[len(sign) :]


def scaled(amount: float | None, unit: Unit, *, signed: bool = False) -> str:
    """An amount in a unit, without its name."""
    if amount is None or not math.isfinite(amount):
        return ABSENT
    return grouped(amount / unit.worth, unit.decimals, signed=signed)


def grouped(number: float | None, digits: int = 0, *, signed: bool = False) -> str:
    """A number grouped by thousands with a true minus sign; a rounded zero has no sign."""
    if number is None or not math.isfinite(number):
        return ABSENT
    body = f"{abs(number):,.{digits}f}"
    if not any(figure in body for figure in "123456789"):
        return body
    if number < 0:
        return MINUS + body
    return f"+{body}" if signed else body


def plain(number: float | None, digits: int | None = None, *, signed: bool = False) -> str:
    """A number to `digits` decimals, or to three significant figures."""
    if number is None or not math.isfinite(number):
        return ABSENT
    if digits is None:
        digits = (
            0
            if number == 0 or float(number).is_integer()
            else max(0, 2 - math.floor(math.log10(abs(number))))
        )
        digits = min(digits, 6)
    return grouped(number, digits, signed=signed)


def percent(share: float | None, digits: int | None = None) -> str:
    """A share of 0 to 1 in per cent; one decimal below 10% unless `digits` says otherwise.

    A share that is not zero never reads as 0%, nor one short of the whole as 100%.
    """
    if share is None or not math.isfinite(share):
        return ABSENT
    if digits is None:
        digits = 1 if 0 < abs(share) < 0.0995 else 0
    step = 10.0**-digits
    hundredth = share * 100
    if 0 < abs(hundredth) < step / 2:
        return f"<{step:.{digits}f}%" if hundredth > 0 else f">{MINUS}{step:.{digits}f}%"
    if 100 - step / 2 <= hundredth < 100:
        return f">{100 - step:.{digits}f}%" if hundredth < 100 - 1e-9 else "100%"
    return grouped(hundredth, digits) + "%"


def _decimals(largest: float, unit: Unit) -> int:
    if unit.worth == 1 or largest >= 100:
        return 0
    return 1 if largest >= 10 else 2
