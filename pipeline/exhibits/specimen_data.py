"""Frames of the gallery: usual and extreme data for every kind of exhibit, as (kind of data, frame)."""

import datetime
import math
from collections.abc import Callable

import pandas as pd

from pipeline.findings import Finding, label, money, percent, text

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


def category_data(names: tuple[str, ...], amounts: list[float]) -> pd.DataFrame:
    """Data of the gallery: category."""
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


def categories_data() -> list[tuple[str, pd.DataFrame]]:
    """Data of the gallery: categories."""
    usual = [9.4e6, 7.1e6, 5.5e6, 4.0e6, 3.3e6, 2.1e6, 1.2e6, 0.4e6]
    return [
        ("usual", category_data(PLAIN, usual)),
        ("empty", category_data(PLAIN, [])),
        ("one", category_data(PLAIN, [3.2e6])),
        ("many", category_data(PLAIN, [1e6 * 0.98**place for place in range(200)])),
        ("hostile", category_data(HOSTILE, usual)),
        ("signs", category_data(PLAIN, [8.8e12, 3.1e9, 40.0, 0.0, -7.0, -2.2e11, -6.0e12, math.nan])),
        ("equal", category_data(PLAIN, [5e6] * 6)),
    ]


def rates_data() -> list[tuple[str, pd.DataFrame]]:
    """Data of the gallery: rates."""
    chosen = {"usual", "empty", "one", "many", "hostile", "equal"}
    return [
        (shape, frame.assign(low=frame["rate_low"], high=frame["rate_high"]))
        for shape, frame in categories_data()
        if shape in chosen
    ]


def months_data() -> list[tuple[str, pd.DataFrame]]:
    """Data of the gallery: months."""
    return [
        ("usual", month_data(22, lambda at: 4e6 + 1.5e6 * math.sin(at / 2) + at * 8e4)),
        ("empty", month_data(0, float)),
        ("one", month_data(1, lambda _: 3e6)),
        ("many", month_data(200, lambda at: 1e6 + at * 1e4)),
        ("signs", month_data(16, lambda at: 1e11 * math.cos(at))),
        ("equal", month_data(12, lambda _: 2e6)),
        ("zero", month_data(12, lambda _: 0.0)),
    ]


def month_data(number: int, value: Callable[[int], float]) -> pd.DataFrame:
    """Data of the gallery: month."""
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


def groups_data() -> list[tuple[str, pd.DataFrame]]:
    """Data of the gallery: groups."""

    def wave_of(shift: int) -> pd.DataFrame:
        return month_data(18, lambda at: (6 - shift) * 1e6 + 4e5 * math.sin(at + shift))

    wave = [wave_of(shift).assign(market=market) for shift, market in enumerate(MARKETS[:5])]
    flat = [month_data(12, lambda _: 2e6).assign(market=market) for market in MARKETS[:4]]
    return [("usual", pd.concat(wave)), ("empty", wave[0].iloc[:0]), ("equal", pd.concat(flat))]


def cumulated_data() -> list[tuple[str, pd.DataFrame]]:
    """Data of the gallery: cumulated."""

    def curve(number: int, power: float) -> pd.DataFrame:
        sizes = [(place + 1.0) ** -power for place in range(number)]
        total = sum(sizes) or 1.0
        shares = [sum(sizes[: place + 1]) / total for place in range(number)]
        return pd.DataFrame({"items": [(place + 1) / number for place in range(number)], "share": shares})

    return [("usual", curve(300, 1.1)), ("empty", curve(0, 1)), ("one", curve(1, 1)), ("equal", curve(40, 0))]


def points_data() -> list[tuple[str, pd.DataFrame]]:
    """Data of the gallery: points."""

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


def cells_data() -> list[tuple[str, pd.DataFrame]]:
    """Data of the gallery: cells."""

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


def parts_data() -> list[tuple[str, pd.DataFrame]]:
    """Data of the gallery: parts."""

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


def steps_data() -> list[tuple[str, pd.DataFrame]]:
    """Data of the gallery: steps."""

    def steps(names: list[str], values: list[float]) -> pd.DataFrame:
        flags = [place in {0, len(values) - 1} for place in range(len(values))]
        return pd.DataFrame({"name": names, "amount": values, "is_total": flags})

    return [
        ("usual", steps(list(PLAIN[:6]), [20e6, 4e6, -6.5e6, 1.1e6, -3e6, 15.6e6])),
        ("empty", steps([], [])),
        ("signs", steps(list(HOSTILE[:4]), [-4e9, 6e9, -9e9, -7e9])),
    ]


def classes_data() -> list[tuple[str, pd.DataFrame]]:
    """Data of the gallery: classes."""

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


def moves_data() -> list[tuple[str, pd.DataFrame]]:
    """Data of the gallery: moves."""

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


def headlines_data() -> dict[str, float]:
    """Data of the gallery: headlines."""
    return {
        "landing_month": 18.4e6, "landing_month_low": 15.1e6, "landing_month_high": 21.9e6,
        "target_month": 20e6,
        "gap_month": 1.6e6, "probability_of_target_month": 0.27, "wins": 23, "losses": 41, "win_rate": 0.359,
        "win_rate_low": 0.25, "win_rate_high": 0.48, "active_customers": 1234,
    }  # fmt: skip


def findings_data() -> list[Finding]:
    """Data of the gallery: findings."""
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
