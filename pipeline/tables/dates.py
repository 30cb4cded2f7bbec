"""Dates as systems write them, read to the calendar day.

ISO, Chinese, compact, with month names, Excel serials, epoch seconds and milliseconds, and day-month or
month-day, which is decided from all values of a file together and never guessed.
"""

import datetime
import re
import unicodedata
from collections.abc import Sequence
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from pipeline.tables.values import Values

EARLIEST, LATEST = datetime.date(1900, 1, 1), datetime.date(2199, 12, 31)
EXCEL_EPOCH = datetime.date(1899, 12, 30)
ISO_ARROW = r"^\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?$"
TIME = r"(?:[ T日]+\d{1,2}[:时]\d{1,2}(?:[:分]\d{1,2}(?:\.\d+)?秒?)?分?\s*(?:[AaPp]\.?[Mm]\.?)?)?"
YEAR_FIRST = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?" + TIME)
YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})" + TIME)
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\d{6})?(?:\.0)?")
DAY_NAME_YEAR = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[-/ .]*([A-Za-z]{3,9})\.?[-/ ,]*(\d{4}|\d{2})" + TIME)
NAME_DAY_YEAR = re.compile(r"([A-Za-z]{3,9})\.?[-/ ]*(\d{1,2})(?:st|nd|rd|th)?[-/ ,]+(\d{4})" + TIME)
OFFSET = re.compile(
    r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s*(Z|UTC|[+-]\d{2}:?\d{2}|[+-]\d{2})"
)
SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
EPOCH = re.compile(r"(\d{10}|\d{13})(?:\.0+)?")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MIDNIGHT = re.compile(r"00:00(?::00(?:\.0+)?)?")


def order_evidence(texts: Sequence[str]) -> frozenset[str]:
    """What dates like 3/14/2026 prove about the order of day and month: `d/m/y`, `m/d/y`, both or neither."""
    proofs = set()
    for text in texts:
        found = YEAR_LAST.fullmatch(unicodedata.normalize("NFKC", text).strip())
        if found and int(found[1]) > 12 >= int(found[3]):
            proofs.add("d/m/y")
        elif found and int(found[3]) > 12 >= int(found[1]):
            proofs.add("m/d/y")
    return frozenset(proofs)


def read_dates(texts: Sequence[str], order: str = "", timezone: str = "UTC") -> Values:
    """Read dates to the day.

    Args:
        texts: not empty, trimmed.
        order: `d/m/y` or `m/d/y`; empty when neither mapping nor values decide: then dates that read both
            ways are refused (`ambiguous-date`), unless both readings agree.
        timezone: of the company; stamps with an offset and epoch numbers are turned into its days, midnights
            in their own offset excepted, which are days already.

    Rules: `not-a-date`, `no-such-day`, `ambiguous-date`, `date-out-of-range`, `excel-error`.
    """
    fast = _read_iso(texts)
    if fast is not None:
        return fast
    zone = ZoneInfo(timezone)
    days = np.full(len(texts), np.datetime64("NaT", "s"), dtype="datetime64[s]")
    rules = np.full(len(texts), "", dtype=object)
    for position, text in enumerate(texts):
        day, rules[position] = _read_one(unicodedata.normalize("NFKC", text).strip(), order, zone)
        if day is not None:
            days[position] = np.datetime64(day, "s")
    return Values(days, rules)


def _read_iso(texts: Sequence[str]) -> Values | None:
    import pyarrow as pa
    import pyarrow.compute as pc

    if not len(texts):
        return Values(np.array([], dtype="datetime64[s]"), np.array([], dtype=object))
    column = pa.array(texts, type=pa.string())
    if not pc.all(pc.match_substring_regex(column, ISO_ARROW)).as_py():
        return None
    heads = pd.Series(pc.utf8_slice_codeunits(column, 0, 10).to_pandas())
    days = pd.to_datetime(heads, format="%Y-%m-%d", errors="coerce").astype("datetime64[s]")
    rules = np.where(days.isna(), "no-such-day", "").astype(object)
    outside = (days < pd.Timestamp(EARLIEST)) | (days > pd.Timestamp(LATEST))
    rules[outside.to_numpy()] = "date-out-of-range"
    return Values(days.mask(outside).to_numpy(), rules)


def _read_one(text: str, order: str, zone: ZoneInfo) -> tuple[datetime.date | None, str]:
    if text.startswith("#"):
        return None, "excel-error"
    try:
        day, rule = _recognise(text, order, zone)
    except (ValueError, OverflowError):
        return None, "no-such-day"
    if day is not None and not EARLIEST <= day <= LATEST:
        return None, "date-out-of-range"
    return day, rule


def _recognise(text: str, order: str, zone: ZoneInfo) -> tuple[datetime.date | None, str]:
    if found := OFFSET.fullmatch(text):
        return _with_offset(found, zone), ""
    if found := YEAR_FIRST.fullmatch(text):
        return datetime.date(int(found[1]), int(found[2]), int(found[3])), ""
    if found := YEAR_LAST.fullmatch(text):
        return _year_last(found, order)
    if found := DAY_NAME_YEAR.fullmatch(text):
        return _named(found[1], found[2], found[3])
    if found := NAME_DAY_YEAR.fullmatch(text):
        return _named(found[2], found[1], found[3])
    return _from_number(text, zone)


def _with_offset(found: re.Match[str], zone: ZoneInfo) -> datetime.date:
    if MIDNIGHT.fullmatch(found[2]):
        return datetime.date.fromisoformat(found[1])
    offset = {"Z": "+00:00", "UTC": "+00:00"}.get(found[3], found[3])
    offset = offset if len(offset) > 3 else f"{offset}:00"
    return datetime.datetime.fromisoformat(f"{found[1]}T{found[2]}{offset}").astimezone(zone).date()


def _year_last(found: re.Match[str], order: str) -> tuple[datetime.date | None, str]:
    first, second, year = int(found[1]), int(found[3]), _year(found[4])
    if first > 12 or second > 12 or first == second:
        month, day = (second, first) if first > 12 else (first, second)
        return datetime.date(year, month, day), ""
    if found[2] == "." and not order:
        order = "d/m/y"  # nobody writes month.day.year
    if not order or order == "y/m/d":
        return None, "ambiguous-date"
    month, day = (second, first) if order == "d/m/y" else (first, second)
    return datetime.date(year, month, day), ""


def _named(day: str, month: str, year: str) -> tuple[datetime.date | None, str]:
    name = month[:3].casefold()
    if name not in MONTHS:
        return None, "not-a-date"
    return datetime.date(_year(year), MONTHS.index(name) + 1, int(day)), ""


def _from_number(text: str, zone: ZoneInfo) -> tuple[datetime.date | None, str]:
    if found := SERIAL.fullmatch(text):
        return EXCEL_EPOCH + datetime.timedelta(days=int(found[1])), ""
    if found := EPOCH.fullmatch(text):
        seconds = int(found[1]) / (1000 if len(found[1]) == 13 else 1)
        stamp = datetime.datetime.fromtimestamp(seconds, datetime.UTC)
        is_day = seconds % 86400 == 0
        return (stamp if is_day else stamp.astimezone(zone)).date(), ""
    if found := COMPACT.fullmatch(text):
        return datetime.date(int(found[1]), int(found[2]), int(found[3])), ""
    return None, "not-a-date"


def _year(text: str) -> int:
    year = int(text)
    if len(text) == 4:
        return year
    return 2000 + year if year < 70 else 1900 + year
