"""Cells of display tables: figures, bars, intervals, sparklines, changes and pills, as markup."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pipeline.exhibits.columns import Column, numbers
from pipeline.exhibits.markup import clean, escape, isolate, shorten, tag
from pipeline.exhibits.numerals import ABSENT, Unit
from pipeline.exhibits.reader import Reader

LONGEST_TEXT = 420.0
"""Width in pixels at which free text in a cell is cut; the whole stands in its tooltip and the workbook."""


@dataclass(frozen=True)
class Scale:
    """From a column's values to a share of the cell's width; always contains zero."""

    low: float
    high: float

    def share(self, value: float) -> float:
        """Position of a value, 0 to 100."""
        return 100 * (value - self.low) / (self.high - self.low) if self.high > self.low else 0.0


def scale_of(column: Column, frame: pd.DataFrame) -> Scale | None:
    """The common scale of a column's bars or intervals; none where it has no drawing."""
    if column.shape not in {"bar", "interval"} or frame.empty:
        return None
    names = [name for name in (column.name, column.low, column.high) if name]
    values = [float(value) for name in names for value in frame[name].dropna() if math.isfinite(value)]
    return Scale(min([0.0, *values]), max([0.0, *values])) if values else None


def cell(
    row: Mapping[Any, Any], column: Column, reader: Reader, unit: Unit | None, scale: Scale | None
) -> str:
    """Markup of one cell."""
    value = row[column.name]
    if column.shape == "sparkline":
        return sparkline(numbers(value), column, reader)
    if column.kind in {"text", "label"}:
        written = reader.write(value, column.kind, dimension=column.dimension)
        if column.shape == "status":
            return tag("span", escape(written), f"qd-pill qd-pill-{_status(row, column)}")
        return _text(written)
    if column.shape == "change":
        return _change(value, column, reader, unit)
    return _figure(row, column, reader, unit, scale)


def _figure(
    row: Mapping[Any, Any], column: Column, reader: Reader, unit: Unit | None, scale: Scale | None
) -> str:
    value = row[column.name]
    written = escape(reader.write(value, column.kind, unit=unit))
    if column.low and column.high:
        return _range(row, column, reader, unit=unit, scale=scale, written=written)
    if column.shape == "bar" and scale is not None:
        return tag("span", _bar(value, scale) + tag("span", written), "qd-cell")
    return written


def sparkline(values: list[float], column: Column, reader: Reader) -> str:
    """A line as small as a word, ending in a dot; first and last value are told to those who don't see it."""
    if len(values) < 2:
        return escape(ABSENT)
    low, high = min(values), max(values)
    spread = (high - low) or 1.0
    points = [
        (2 + 92 * at / (len(values) - 1), 20 - 16 * (value - low) / spread) for at, value in enumerate(values)
    ]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    x, y = points[-1]
    told = reader.text(
        "alt-sparkline",
        first=reader.write(values[0], column.kind),
        last=reader.write(values[-1], column.kind),
    )
    return (
        f'<svg class="qd-spark" viewBox="0 0 100 24" role="img" aria-label="{escape(told)}">'
        f'<polyline points="{path}"/><circle cx="{x:.1f}" cy="{y:.1f}" r="2.6"/></svg>'
    )


def _text(written: str) -> str:
    short = shorten(written, LONGEST_TEXT)
    if short == clean(written):
        return isolate(written)
    return f'<bdi title="{escape(written)}">{escape(short)}</bdi>'


def _bar(value: Any, scale: Scale) -> str:
    if value is None or not math.isfinite(value):
        return ""
    zero, end = scale.share(0.0), scale.share(float(value))
    left, size = min(zero, end), abs(end - zero)
    css = ' class="qd-negative"' if value < 0 else ""
    drawn = f'<i{css} style="left:{left:.1f}%;width:{size:.1f}%"></i>'
    return f'<span class="qd-bar" aria-hidden="true">{drawn}</span>'


def _range(
    row: Mapping[Any, Any],
    column: Column,
    reader: Reader,
    *,
    unit: Unit | None,
    scale: Scale | None,
    written: str,
) -> str:
    value, low, high = row[column.name], row[column.low], row[column.high]
    if any(end is None or not math.isfinite(end) for end in (low, high)):
        return written
    ends = reader.text(
        "format-interval",
        low=reader.write(low, column.kind, unit=unit),
        high=reader.write(high, column.kind, unit=unit),
    )
    drawn = ""
    if scale is not None and column.shape == "interval":
        left, size, dot = scale.share(low), scale.share(high) - scale.share(low), scale.share(value)
        drawn = (
            f'<span class="qd-range" aria-hidden="true"><i style="left:{left:.1f}%;width:{size:.1f}%"></i>'
            f'<b style="left:{dot:.1f}%"></b></span>'
        )
    figures = written + tag("small", escape(ends), "qd-ends")
    return tag("span", drawn + tag("span", figures), "qd-cell") if drawn else figures


def _change(value: Any, column: Column, reader: Reader, unit: Unit | None) -> str:
    if value is None or not math.isfinite(value):
        return escape(ABSENT)
    if column.kind == "money":
        written = reader.money(value, unit=unit, signed=True, bare=unit is not None)
    elif column.kind == "count":
        written = reader.count(value, signed=True)
    else:
        written = reader.write(value, column.kind)
    if not column.good or not any(figure in written for figure in "123456789"):
        return escape(written)
    is_good = (value > 0) == (column.good == "up")
    arrow = "▲" if value > 0 else "▼"
    css = "qd-better" if is_good else "qd-worse"
    return tag("span", f'{escape(written)} <span aria-hidden="true">{arrow}</span>', css)


def _status(row: Mapping[Any, Any], column: Column) -> str:
    """The pill's colour stands in the column `<name>_level`: good, warn, bad or plain."""
    level = str(row.get(f"{column.name}_level", "plain"))
    return level if level in {"good", "warn", "bad"} else "plain"
