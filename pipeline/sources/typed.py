"""Cells of typed sources (Excel, Parquet, databases) written as the text that the tables room parses."""

import datetime
import math
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pandas as pd

MIDNIGHT = datetime.time(0, 0)


def as_text(value: Any) -> str:
    """One cell as text: dates in ISO form, whole floats without `.0`, empty for nothing."""
    if value is None or value is pd.NaT or value is pd.NA:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float | Decimal):
        return _number(value)
    if isinstance(value, datetime.datetime):
        return (
            value.date().isoformat() if value.time() == MIDNIGHT and not value.tzinfo else value.isoformat()
        )
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else str(value)


def text_frame(records: Iterable[Iterable[Any]], labels: list[str]) -> pd.DataFrame:
    """Records of any values as a frame of text."""
    rows = [[as_text(value) for value in record] for record in records]
    return pd.DataFrame(rows, columns=labels, dtype="str")


def _number(value: Any) -> str:
    if not math.isfinite(value):
        return "" if math.isnan(value) else str(value)
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return repr(value) if isinstance(value, float) else str(value)
