"""Numbers as people write them: thousands separators, brackets, currencies, 万 and 亿, full-width digits."""

import re
import unicodedata
from collections.abc import Sequence

import numpy as np

from pipeline.tables.values import Values

LARGEST = 1e15
PLAIN = re.compile(r"-?\d+(?:\.\d+)?")
PLAIN_ARROW = r"^-?\d+(\.\d+)?$"
EXPONENT = re.compile(r"[+-]?\d+(?:\.\d+)?[eE][+-]?\d{1,3}")
GROUPED = {
    ".": re.compile(r"\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d+)?|\d*\.?\d+|\d+\."),
    ",": re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d*,?\d+|\d+,"),
}
COMMA_IS_DECIMAL = re.compile(
    r"\D*(?:\d{1,3}(?:\.\d{3})+,\d+|\d+,(?:\d{1,2}|\d{4,})|\d{1,3}(?:\.\d{3}){2,})\D*"
)
POINT_IS_DECIMAL = re.compile(
    r"\D*(?:\d{1,3}(?:,\d{2,3})*,\d{3}\.\d+|\d+\.(?:\d{1,2}|\d{4,})|\d{1,3}(?:,\d{3}){2,})\D*"
)
DOUBTFUL = re.compile(r"\D*[1-9]\d{0,2}[.,]\d{3}\D*")
UNIT_FACTORS = {
    "元": 1.0, "圆": 1.0, "块": 1.0, "千": 1e3, "千元": 1e3, "k": 1e3, "thousand": 1e3, "tsd": 1e3,
    "万": 1e4, "万元": 1e4, "萬": 1e4, "w": 1e4, "wan": 1e4, "百万": 1e6, "百万元": 1e6, "m": 1e6, "mn": 1e6,
    "mio": 1e6,
    "million": 1e6, "millions": 1e6, "千万": 1e7, "千万元": 1e7, "亿": 1e8, "亿元": 1e8, "yi": 1e8, "bn": 1e9,
    "billion": 1e9, "thousands": 1e3, "000": 1e3, "'000": 1e3, "000s": 1e3,
}  # fmt: skip
SIGNS = {
    "CNY": ("¥", "元", "rmb", "cny", "人民币", "cn¥"), "USD": ("$", "us$", "usd"), "EUR": ("€", "eur"),
    "GBP": ("£", "gbp"), "JPY": ("¥", "jpy", "円"), "HKD": ("hk$", "hkd", "$"), "TWD": ("nt$", "twd", "$"),
    "AUD": ("a$", "aud", "$"), "CAD": ("c$", "cad", "$"), "SGD": ("s$", "sgd", "$"), "INR": ("₹", "inr",
    "rs."),
    "KRW": ("₩", "krw"), "CHF": ("chf",), "BRL": ("r$", "brl"), "MXN": ("mxn", "$"), "RUB": ("₽", "rub"),
    "SEK": ("sek", "kr"), "NOK": ("nok", "kr"), "DKK": ("dkk", "kr"), "PLN": ("pln", "zł"),
    "NZD": ("nz$", "nzd", "$"),
}  # fmt: skip
ALL_SIGNS = sorted({sign for signs in SIGNS.values() for sign in signs}, key=len, reverse=True)
UNIT_SUFFIX = re.compile(
    r"(?<=[\d.,)])\s*(亿元|千万元|百万元|万元|千元|亿|千万|百万|万|萬|千|[kKmMwW]|bn|mn|mio)$"
)
BLANKS = re.compile(r"[\s\u00a0\u202f'’_]")


def unit_factor(unit: str) -> float | None:
    """What a unit multiplies by: 10,000 for `万元`, 1 for a currency, None for a unit nobody knows."""
    plain = unicodedata.normalize("NFKC", unit).strip().casefold()
    for sign in ("人民币", "rmb", "cny", "单位", ":", "："):
        plain = plain.replace(sign, "") if plain not in UNIT_FACTORS else plain
    plain = plain.strip(" ,/")
    if not plain or plain in ALL_SIGNS or plain.upper() in SIGNS:
        return 1.0
    return UNIT_FACTORS.get(plain)


def read_numbers(texts: Sequence[str], decimal: str = "", factor: float = 1.0, currency: str = "") -> Values:
    """Read numbers; the decimal sign is decided from all values together unless given.

    Rules: `not-a-number`, `ambiguous-number` (1,234 beside both 1.234,5 and 1,234.5), `too-large`,
    `other-currency`, `excel-error`.
    """
    values = np.full(len(texts), np.nan)
    rules = np.full(len(texts), "", dtype=object)
    rest = _read_plain(texts, values, decimal)
    style = decimal or _style(texts, rest)
    if style != ".":
        rest = range(len(texts))
    for position in rest:
        values[position], rules[position] = _read_one(texts[position], style, currency)
    values *= factor
    too_large = np.abs(values) > LARGEST
    values[too_large], rules[too_large] = np.nan, "too-large"
    return Values(values, rules)


def decimal_evidence(texts: Sequence[str]) -> frozenset[str]:
    """What numbers prove about their decimal sign: `.`, `,`, both or neither."""
    proofs = set()
    for text in texts:
        plain = unicodedata.normalize("NFKC", text).strip()
        if COMMA_IS_DECIMAL.fullmatch(plain):
            proofs.add(",")
        elif POINT_IS_DECIMAL.fullmatch(plain):
            proofs.add(".")
    return frozenset(proofs)


def without_doubtful(texts: Sequence[str], read: Values) -> Values:
    """Refuse what is a thousand times more by the other decimal sign: 1.234 or 1,234 without proof."""
    doubtful = np.array([bool(DOUBTFUL.fullmatch(text)) for text in texts], dtype=bool)
    rules = np.where(doubtful & (read.rules == ""), "ambiguous-number", read.rules).astype(object)
    return Values(np.where(doubtful, np.nan, read.cells), rules)


def _read_plain(texts: Sequence[str], values: np.ndarray, decimal: str) -> Sequence[int]:
    """Read digits with at most a point at the speed of Arrow; the rest is left to the careful reader."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if decimal == "," or not len(texts):
        return range(len(texts))
    column = pa.array(texts, type=pa.string())
    plain = pc.match_substring_regex(column, PLAIN_ARROW).to_numpy(zero_copy_only=False)
    values[plain] = column.filter(pa.array(plain)).cast(pa.float64()).to_numpy(zero_copy_only=False)
    return [int(position) for position in np.flatnonzero(~plain)]


def _style(texts: Sequence[str], rest: Sequence[int]) -> str:
    """`.` or `,` by what the values show, `mixed` when they show both."""
    if not any("," in texts[position] or texts[position].count(".") > 1 for position in rest):
        return "."
    comma = any(COMMA_IS_DECIMAL.fullmatch(texts[position]) for position in rest)
    if not comma:
        return "."
    point = any(POINT_IS_DECIMAL.fullmatch(text) for text in texts)
    return "mixed" if point else ","


def _read_one(text: str, style: str, currency: str) -> tuple[float, str]:
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain.startswith("#"):
        return np.nan, "excel-error"
    plain, is_negative = _without_sign(plain)
    plain, is_foreign = _without_currency(plain, currency)
    if is_foreign:
        return np.nan, "other-currency"
    plain, is_negative_inside = _without_sign(plain)
    suffix = UNIT_SUFFIX.search(plain)
    factor = UNIT_FACTORS[suffix[1].casefold()] if suffix else 1.0
    digits = BLANKS.sub("", plain[: suffix.start()] if suffix else plain)
    value, rule = _digits(digits, style)
    return (-value if is_negative != is_negative_inside else value) * factor, rule


def _without_sign(text: str) -> tuple[str, bool]:
    for opening, closing in (("(", ")"), ("[", "]")):
        if text.startswith(opening) and text.endswith(closing):
            return text[1:-1].strip(), True
    if text[:1] in "-−–﹣" and text:
        return text[1:].strip(), True
    if text[:1] == "+":
        return text[1:].strip(), False
    return (text[:-1].strip(), True) if text[-1:] in "-−" and text else (text, False)


def _without_currency(text: str, currency: str) -> tuple[str, bool]:
    lower = text.casefold()
    for sign in ALL_SIGNS:
        if lower.startswith(sign):
            return text[len(sign) :].strip(), _is_foreign(sign, currency)
        if lower.endswith(sign) and not lower.endswith(("万元", "亿元", "千元")):
            return text[: -len(sign)].strip(), _is_foreign(sign, currency)
    return (text.removesuffix("元") if lower.endswith(("万元", "亿元", "千元")) else text), False


def _is_foreign(sign: str, currency: str) -> bool:
    return bool(currency) and sign not in SIGNS.get(currency, (sign, currency.casefold()))


def _digits(text: str, style: str) -> tuple[float, str]:
    if EXPONENT.fullmatch(text):
        value = float(text)
        return (value, "") if np.isfinite(value) else (np.nan, "too-large")
    if style == "mixed":
        return _digits_of_mixed(text)
    if not GROUPED[style].fullmatch(text):
        return np.nan, "not-a-number"
    plain = text.replace(",", "") if style == "." else text.replace(".", "").replace(",", ".")
    return float(plain), ""


def _digits_of_mixed(text: str) -> tuple[float, str]:
    if text.isdigit():
        return float(text), ""
    for style, evidence in ((",", COMMA_IS_DECIMAL), (".", POINT_IS_DECIMAL)):
        if evidence.fullmatch(text):
            return _digits(text, style)
    is_number = GROUPED["."].fullmatch(text) or GROUPED[","].fullmatch(text)
    return np.nan, "ambiguous-number" if is_number else "not-a-number"
