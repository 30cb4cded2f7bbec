"""Every kind of exhibit with usual and with extreme data, for the gallery and for tests.

The data are made up by arithmetic, without randomness: empty, one row, 200 categories, long, Chinese
and hostile names, negative and huge values, all equal, all absent.
"""

import datetime
import math
from collections.abc import Callable, Collection, Iterator

import pandas as pd

from pipeline.exhibits import charts
from pipeline.exhibits.cards import headlines
from pipeline.exhibits.columns import Column
from pipeline.exhibits.exhibit import Exhibit, left_out
from pipeline.exhibits.reader import Reader
from pipeline.exhibits.sentences import answers, findings
from pipeline.exhibits.specimen_data import (
    categories_data,
    cells_data,
    classes_data,
    cumulated_data,
    findings_data,
    groups_data,
    headlines_data,
    months_data,
    moves_data,
    parts_data,
    points_data,
    rates_data,
    steps_data,
)
from pipeline.exhibits.tables import table
from pipeline.findings import Missing

Maker = Callable[[Reader, pd.DataFrame, str], Exhibit]


def specimens(reader: Reader, shapes: Collection[str] = ()) -> Iterator[tuple[str, str, Exhibit]]:
    """Kind of exhibit, kind of data, and the exhibit itself; `shapes` chooses kinds of data."""
    before = {"wins": 20, "win_rate": 0.35}
    yield "headlines", "usual", headlines(headlines_data(), reader, before=before, since="2026-09")
    yield (
        "headlines",
        "huge",
        headlines({"contracts_cny": 9.87e13, "gap_year": -1.2e12, "wins": 0, "win_rate": math.nan}, reader),
    )
    yield "answers", "usual", answers(findings_data(), reader)
    yield "findings", "usual", findings(findings_data(), reader)
    yield "findings", "empty", findings((), reader)
    yield "note", "left-out", left_out(Missing("gallery-thing", ("invoices", "payments")), reader)
    for kind, make, frames in _families():
        for shape, frame in frames():
            if shapes and shape not in shapes:
                continue
            title = reader.text(
                "gallery-title",
                kind=reader.text(f"gallery-{kind}"),
                shape=reader.text(f"gallery-shape-{shape}"),
            )
            yield kind, shape, make(reader, frame, title)


def _families() -> list[tuple[str, Maker, Callable[[], list[tuple[str, pd.DataFrame]]]]]:
    return [
        ("bars", _bars, categories_data),
        ("forest", _forest, rates_data),
        ("line", _line, months_data),
        ("lines", _lines, groups_data),
        ("periods", _periods, months_data),
        ("pareto", _pareto, cumulated_data),
        ("scatter", _scatter, points_data),
        ("heat", _heat, cells_data),
        ("stacked", _stacked, parts_data),
        ("bridge", _bridge, steps_data),
        ("reliability", _reliability, classes_data),
        ("flow", _flow, moves_data),
        ("table", _table, categories_data),
    ]


def _name(reader: Reader) -> Column:
    return Column("name", reader.text("gallery-name"))


def _amount(reader: Reader, *, interval: bool = True) -> Column:
    low, high = ("low", "high") if interval else ("", "")
    return Column("amount", reader.text("gallery-amount"), "money", adds=True, low=low, high=high)


def _bars(reader: Reader, frame: pd.DataFrame, title: str) -> Exhibit:
    cases = Column("cases", reader.text("gallery-cases"), "count")
    return charts.bars(
        frame,
        reader,
        name=_name(reader),
        value=_amount(reader),
        cases=cases,
        title=title,
        subtitle=reader.text("gallery-subtitle"),
    )


def _forest(reader: Reader, frame: pd.DataFrame, title: str) -> Exhibit:
    rate = Column("rate", reader.text("gallery-rate"), "percent", low="low", high="high")
    cases = Column("cases", reader.text("gallery-cases"), "count")
    mean = (0.31, reader.text("gallery-mean", share=reader.percent(0.31)))
    return charts.forest(
        frame, reader, name=_name(reader), value=rate, cases=cases, reference=mean, title=title
    )


def _line(reader: Reader, frame: pd.DataFrame, title: str) -> Exhibit:
    month = Column("month", reader.text("gallery-month"), "month")
    start = datetime.date(2026, 8, 1)
    return charts.line(
        frame,
        reader,
        moment=month,
        value=_amount(reader),
        forecast_from=start,
        title=title,
        subtitle=reader.text("gallery-subtitle"),
    )


def _lines(reader: Reader, frame: pd.DataFrame, title: str) -> Exhibit:
    month = Column("month", reader.text("gallery-month"), "month")
    market = Column("market", reader.text("gallery-market"), "label", dimension="market")
    return charts.line(
        frame, reader, moment=month, value=_amount(reader, interval=False), group=market, title=title
    )


def _periods(reader: Reader, frame: pd.DataFrame, title: str) -> Exhibit:
    month = Column("month", reader.text("gallery-month"), "month")
    target = Column("target", reader.text("gallery-target"), "money")
    compare = Column("before", reader.text("gallery-before"), "money")
    return charts.periods(
        frame,
        reader,
        moment=month,
        value=_amount(reader, interval=False),
        target=target,
        compare=compare,
        title=title,
    )


def _pareto(reader: Reader, frame: pd.DataFrame, title: str) -> Exhibit:
    items = Column("items", reader.text("gallery-items"), "percent")
    value = Column("share", reader.text("gallery-share"), "percent")
    marks = [(0.2, float(frame["share"].iloc[len(frame) // 5]), "20%")] if len(frame) > 10 else []
    return charts.pareto(frame, reader, share_of_items=items, share_of_value=value, marks=marks, title=title)


def _scatter(reader: Reader, frame: pd.DataFrame, title: str) -> Exhibit:
    x, y = (
        Column("x", reader.text("gallery-amount"), "money"),
        Column("y", reader.text("gallery-rate"), "percent"),
    )
    group = Column("market", reader.text("gallery-market"), "label", dimension="market")
    size = Column("cases", reader.text("gallery-cases"), "count")
    a, b, c, d = (reader.text(f"gallery-corner-{place}") for place in "abcd")
    return charts.scatter(
        frame,
        reader,
        x=x,
        y=y,
        size=size,
        group=group,
        name=_name(reader),
        splits=(3e6, 0.4),
        quadrants=(a, b, c, d),
        title=title,
    )


def _heat(reader: Reader, frame: pd.DataFrame, title: str) -> Exhibit:
    row = Column("name", reader.text("gallery-name"))
    column = Column("month", reader.text("gallery-month"), "month")
    return charts.heat(
        frame,
        reader,
        row=row,
        column=column,
        value=Column("rate", reader.text("gallery-rate"), "percent"),
        title=title,
    )


def _stacked(reader: Reader, frame: pd.DataFrame, title: str) -> Exhibit:
    part = Column("part", reader.text("gallery-market"), "label", dimension="market")
    return charts.stacked(
        frame,
        reader,
        name=_name(reader),
        part=part,
        value=_amount(reader, interval=False),
        as_share=True,
        title=title,
    )


def _bridge(reader: Reader, frame: pd.DataFrame, title: str) -> Exhibit:
    return charts.bridge(
        frame, reader, name=_name(reader), value=_amount(reader, interval=False), title=title
    )


def _reliability(reader: Reader, frame: pd.DataFrame, title: str) -> Exhibit:
    predicted = Column("predicted", reader.text("gallery-predicted"), "percent")
    observed = Column("rate", reader.text("gallery-rate"), "percent", low="low", high="high")
    return charts.reliability(
        frame,
        reader,
        predicted=predicted,
        observed=observed,
        cases=Column("cases", reader.text("gallery-cases"), "count"),
        title=title,
    )


def _flow(reader: Reader, frame: pd.DataFrame, title: str) -> Exhibit:
    source, target = (
        Column("source", reader.text("gallery-from")),
        Column("target", reader.text("gallery-to")),
    )
    return charts.flow(
        frame,
        reader,
        source=source,
        target=target,
        value=Column("cases", reader.text("gallery-cases"), "count"),
        title=title,
    )


def _table(reader: Reader, frame: pd.DataFrame, title: str) -> Exhibit:
    full = frame.assign(
        trend=pd.Series(
            [[math.sin(place + step) for step in range(12)] for place in range(len(frame))],
            index=frame.index,
            dtype=object,
        ),
        change=frame["amount"] * 0.1 * (-1.0) ** pd.Series(range(len(frame)), index=frame.index, dtype=float),
        state=reader.text("gallery-state"),
        state_level=[("good", "warn", "bad", "plain")[place % 4] for place in range(len(frame))],
    )
    columns = [
        _name(reader),
        Column("amount", reader.text("gallery-amount"), "money", "bar", adds=True),
        Column("rate", reader.text("gallery-rate"), "percent", "interval", low="rate_low", high="rate_high"),
        Column("change", reader.text("gallery-change"), "money", "change", adds=True),
        Column("trend", reader.text("gallery-trend"), "number", "sparkline"),
        Column("cases", reader.text("gallery-cases"), "count", adds=True),
        Column("state", reader.text("gallery-status"), shape="status"),
    ]
    return table(
        full, columns, reader, top=12, total=True, title=title, subtitle=reader.text("gallery-subtitle")
    )
