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
from pipeline.exhibits.tables import table
from pipeline.findings import Finding, Missing, label, money, percent, text

HOSTILE = (
    "<script>alert('owned')</script>",
    '=HYPERLINK("http://example.invalid";"click")',
    "Right\u202eto\u2066left\u200b override",
    '🚀 Ünïcødé & Söhne "Quotes" GmbH',
    "$\\frac{a}{b}$ & Partners",
    "上海浦东新区张江高科技园区智能制造系统集成与工业自动化解决方案股份有限公司华东分公司",
    "A very long customer name that goes on and on " * 6,
    "]]>--><svg onload=alert(1)>",
)
PLAIN = (
    "Northgate Tools",
    "Harbour Logistics",
    "Lindqvist AB",
    "云帆科技",
    "Osei & Mensah",
    "Calder Group",
    "泰山重工",
    "Prairie Foods",
)
MARKETS = ("Northeast", "North", "Northwest", "Central", "Shandong", "East", "South", "Southwest")
Maker = Callable[[Reader, pd.DataFrame, str], Exhibit]


def specimens(reader: Reader, shapes: Collection[str] = ()) -> Iterator[tuple[str, str, Exhibit]]:
    """Kind of exhibit, kind of data, and the exhibit itself; `shapes` chooses kinds of data."""
    yield "headlines", "usual", headlines(_headlines(), reader, before={"wins": 20, "win_rate": 0.35})
    yield (
        "headlines",
        "huge",
        headlines({"contracts_cny": 9.87e13, "gap_year": -1.2e12, "wins": 0, "win_rate": math.nan}, reader),
    )
    yield "answers", "usual", answers(_findings(), reader)
    yield "findings", "usual", findings(_findings(), reader)
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
        ("bars", _bars, _categories),
        ("forest", _forest, _rates),
        ("line", _line, _months),
        ("lines", _lines, _groups),
        ("periods", _periods, _months),
        ("pareto", _pareto, _cumulated),
        ("scatter", _scatter, _points),
        ("heat", _heat, _cells),
        ("stacked", _stacked, _parts),
        ("bridge", _bridge, _steps),
        ("reliability", _reliability, _classes),
        ("flow", _flow, _moves),
        ("table", _table, _categories),
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


def _category(names: tuple[str, ...], amounts: list[float]) -> pd.DataFrame:
    number = range(len(amounts))
    rates = [0.12 + 0.6 * ((place * 7) % 10) / 10 for place in number]
    return pd.DataFrame(
        {
            "name": [
                names[place % len(names)] + (f" {place}" if place >= len(names) else "") for place in number
            ],
            "amount": amounts,
            "low": [amount - abs(amount) * 0.2 for amount in amounts],
            "high": [amount + abs(amount) * 0.25 for amount in amounts],
            "cases": [3 + (place * 13) % 40 for place in number],
            "rate": rates,
            "rate_low": [max(rate - 0.12, 0) for rate in rates],
            "rate_high": [min(rate + 0.15, 1) for rate in rates],
        }
    )


def _categories() -> list[tuple[str, pd.DataFrame]]:
    usual = [9.4e6, 7.1e6, 5.5e6, 4.0e6, 3.3e6, 2.1e6, 1.2e6, 0.4e6]
    return [
        ("usual", _category(PLAIN, usual)),
        ("empty", _category(PLAIN, [])),
        ("one", _category(PLAIN, [3.2e6])),
        ("many", _category(PLAIN, [1e6 * 0.98**place for place in range(200)])),
        ("hostile", _category(HOSTILE, usual)),
        ("signs", _category(PLAIN, [8.8e12, 3.1e9, 40.0, 0.0, -7.0, -2.2e11, -6.0e12, math.nan])),
        ("equal", _category(PLAIN, [5e6] * 6)),
    ]


def _rates() -> list[tuple[str, pd.DataFrame]]:
    chosen = {"usual", "empty", "one", "many", "hostile", "equal"}
    return [
        (shape, frame.assign(low=frame["rate_low"], high=frame["rate_high"]))
        for shape, frame in _categories()
        if shape in chosen
    ]


def _months() -> list[tuple[str, pd.DataFrame]]:
    return [
        ("usual", _month(22, lambda at: 4e6 + 1.5e6 * math.sin(at / 2) + at * 8e4)),
        ("empty", _month(0, float)),
        ("one", _month(1, lambda _: 3e6)),
        ("many", _month(200, lambda at: 1e6 + at * 1e4)),
        ("signs", _month(16, lambda at: 1e11 * math.cos(at))),
        ("equal", _month(12, lambda _: 2e6)),
        ("zero", _month(12, lambda _: 0.0)),
    ]


def _month(number: int, value: Callable[[int], float]) -> pd.DataFrame:
    values = [float(value(at)) for at in range(number)]
    return pd.DataFrame(
        {
            "month": pd.date_range(end="2026-10-01", periods=number, freq="MS"),
            "amount": values,
            "low": [v - abs(v) * 0.15 for v in values],
            "high": [v + abs(v) * 0.2 for v in values],
            "target": [v * 1.05 for v in values],
            "before": [v * 0.9 for v in values],
        }
    )


def _groups() -> list[tuple[str, pd.DataFrame]]:
    def wave_of(shift: int) -> pd.DataFrame:
        return _month(18, lambda at: (6 - shift) * 1e6 + 4e5 * math.sin(at + shift))

    wave = [wave_of(shift).assign(market=market) for shift, market in enumerate(MARKETS[:5])]
    flat = [_month(12, lambda _: 2e6).assign(market=market) for market in MARKETS[:4]]
    return [("usual", pd.concat(wave)), ("empty", wave[0].iloc[:0]), ("equal", pd.concat(flat))]


def _cumulated() -> list[tuple[str, pd.DataFrame]]:
    def curve(number: int, power: float) -> pd.DataFrame:
        sizes = [(place + 1.0) ** -power for place in range(number)]
        total = sum(sizes) or 1.0
        shares = [sum(sizes[: place + 1]) / total for place in range(number)]
        return pd.DataFrame({"items": [(place + 1) / number for place in range(number)], "share": shares})

    return [("usual", curve(300, 1.1)), ("empty", curve(0, 1)), ("one", curve(1, 1)), ("equal", curve(40, 0))]


def _points() -> list[tuple[str, pd.DataFrame]]:
    def cloud(number: int, names: tuple[str, ...]) -> pd.DataFrame:
        return pd.DataFrame(
            {
                "x": [1e5 + 6e6 * ((at * 0.618) % 1) ** 2 for at in range(number)],
                "y": [0.05 + 0.8 * ((at * 0.414) % 1) for at in range(number)],
                "cases": [1 + (at * 17) % 60 for at in range(number)],
                "market": [MARKETS[at % 4] for at in range(number)],
                "name": [names[at % len(names)] for at in range(number)],
            }
        )

    return [
        ("usual", cloud(40, PLAIN)),
        ("empty", cloud(0, PLAIN)),
        ("one", cloud(1, PLAIN)),
        ("many", cloud(5000, PLAIN)),
        ("hostile", cloud(8, HOSTILE)),
    ]


def _cells() -> list[tuple[str, pd.DataFrame]]:
    def grid(rows: tuple[str, ...], number: int, value: Callable[[int, int], float]) -> pd.DataFrame:
        months = pd.date_range("2026-01-01", periods=number, freq="MS")
        cells = [
            {"name": name, "month": month, "rate": value(at, step)}
            for at, name in enumerate(rows)
            for step, month in enumerate(months)
        ]
        return pd.DataFrame(cells, columns=["name", "month", "rate"])

    def wave(at: int, step: int) -> float:
        return 0.5 + 0.4 * math.sin(at + step / 2)

    return [
        ("usual", grid(PLAIN, 10, wave)),
        ("empty", grid((), 0, wave)),
        ("one", grid(PLAIN[:1], 1, wave)),
        ("hostile", grid(HOSTILE, 5, wave)),
        ("equal", grid(PLAIN[:3], 6, lambda *_: 0.4)),
        ("absent", grid(PLAIN[:3], 6, lambda *_: math.nan)),
    ]


def _parts() -> list[tuple[str, pd.DataFrame]]:
    def stack(names: tuple[str, ...], number: int) -> pd.DataFrame:
        rows = [
            {
                "name": names[at % len(names)] + (f" {at}" if at >= len(names) else ""),
                "part": part,
                "amount": 1e6 * (1 + (at * 3 + order * 5) % 7),
            }
            for at in range(number)
            for order, part in enumerate(MARKETS[:5])
        ]
        return pd.DataFrame(rows, columns=["name", "part", "amount"])

    return [
        ("usual", stack(PLAIN, 6)),
        ("empty", stack(PLAIN, 0)),
        ("many", stack(PLAIN, 60)),
        ("hostile", stack(HOSTILE, 8)),
    ]


def _steps() -> list[tuple[str, pd.DataFrame]]:
    def steps(names: list[str], values: list[float]) -> pd.DataFrame:
        flags = [place in {0, len(values) - 1} for place in range(len(values))]
        return pd.DataFrame({"name": names, "amount": values, "is_total": flags})

    return [
        ("usual", steps(list(PLAIN[:6]), [20e6, 4e6, -6.5e6, 1.1e6, -3e6, 15.6e6])),
        ("empty", steps([], [])),
        ("signs", steps(list(HOSTILE[:4]), [-4e9, 6e9, -9e9, -7e9])),
    ]


def _classes() -> list[tuple[str, pd.DataFrame]]:
    def classes(number: int) -> pd.DataFrame:
        predicted = [(at + 0.5) / max(number, 1) for at in range(number)]
        return pd.DataFrame(
            {
                "predicted": predicted,
                "rate": [p**1.15 for p in predicted],
                "low": [max(p**1.15 - 0.11, 0) for p in predicted],
                "high": [min(p**1.15 + 0.11, 1) for p in predicted],
                "cases": [10 + (at * 23) % 60 for at in range(number)],
            }
        )

    return [("usual", classes(8)), ("empty", classes(0)), ("one", classes(1))]


def _moves() -> list[tuple[str, pd.DataFrame]]:
    def moves(names: tuple[str, ...]) -> pd.DataFrame:
        rows = [
            {"source": source, "target": target, "cases": 60 if at == to else (at * 5 + to * 3) % 9}
            for at, source in enumerate(names)
            for to, target in enumerate(names)
        ]
        return pd.DataFrame(rows, columns=["source", "target", "cases"])

    return [
        ("usual", moves(PLAIN[:5])),
        ("empty", moves(())),
        ("one", moves(PLAIN[:1])),
        ("hostile", moves(HOSTILE)),
    ]


def _headlines() -> dict[str, float]:
    return {
        "landing_month": 18.4e6, "landing_month_low": 15.1e6, "landing_month_high": 21.9e6,
        "target_month": 20e6,
        "gap_month": 1.6e6, "probability_of_target_month": 0.27, "wins": 23, "losses": 41, "win_rate": 0.359,
        "win_rate_low": 0.25, "win_rate_high": 0.48, "active_customers": 1234,
    }  # fmt: skip


def _findings() -> list[Finding]:
    values = {
        "amount": money(1.6e6, 0.4e6, 2.9e6),
        "market": label("market", "East"),
        "share": percent(0.62),
        "name": text(HOSTILE[0]),
    }
    due = datetime.date(2026, 11, 20)
    return [
        Finding("gallery-finding", values, 1.6e6, kind="answer"),
        Finding("gallery-finding", values, 0.4e6, evidence="nowhere"),
        Finding("gallery-finding", values, 1.6e6),
        Finding("gallery-finding", values, 0.2e6, kind="risk", likelihood=0.35, owner="P001"),
        Finding("gallery-finding", values, 0.9e6, kind="action", owner="P001", due_on=due),
        Finding("gallery-finding", values, 0.1e6, kind="action"),
    ]
