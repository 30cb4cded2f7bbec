"""Headlines: a chapter's key figures as cards, and unrounded in the record for next month."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.exhibits.exhibit import Headlines, Sheet
from pipeline.exhibits.markup import escape, tag
from pipeline.exhibits.numerals import ABSENT
from pipeline.exhibits.reader import Reader
from pipeline.findings import Kind

MOST_CARDS = 8
MONEY_PREFIXES = ("landing", "target", "gap", "forecast", "contracts", "collections", "expected")
SHARE_WORDS = ("rate", "probability", "share", "attainment", "sufficiency")
LESS_IS_BETTER = ("losses", "gap", "overdue", "lost", "stalled", "churned", "breaches", "error", "days")


def headlines(
    values: Mapping[str, float],
    reader: Reader,
    *,
    show: Sequence[str] = (),
    before: Mapping[str, float] | None = None,
    since: str = "",
) -> Headlines:
    """Key figures as cards, with interval and the change since last time where known.

    Args:
        values: numbers by stable name; `<name>_low` and `<name>_high` are the interval of `<name>`.
        reader: language and formats.
        show: names of the cards, at most eight; by default the first that have a label.
        before: the numbers of the report before.
        since: its period, in the reader's words.
    """
    names = [name for name in (show or values) if name in values and reader.has_text(_label_key(name))]
    cards = [_card(name, values, before or {}, since, reader) for name in names[:MOST_CARDS]]
    place = {name: number for number, name in enumerate(names[:MOST_CARDS], start=1)}
    lines = [f"{_label(name, reader)}: {_plain(name, values, reader)}" for name in names]
    html = tag("div", tag("dl", "".join(cards)), "qd-exhibit qd-headlines") if cards else ""
    return Headlines(
        html=html,
        text="\n".join(lines),
        title=reader.text("headlines-title"),
        ident="headlines",
        sheets=(_sheet(values, reader),),
        records=tuple(
            {**_record(name, values, reader), "card": place.get(name)}
            for name in values
            if not _is_end(name, values)
        ),
    )


def with_changes(
    records: Sequence[Mapping[str, Any]], before: Mapping[str, float], since: str, reader: Reader
) -> str:
    """The cards again, from their records, with the change since the report before.

    Args:
        records: of one `Headlines`.
        before: the earlier report's numbers by name.
        since: its period, in the reader's words.
        reader: language and formats.
    """
    values: dict[str, float] = {}
    for record in records:
        ends = {"": record["value"], "_low": record["low"], "_high": record["high"]}
        values |= {f"{record['name']}{end}": value for end, value in ends.items() if value is not None}
    cards = [record["name"] for record in cards_of(records)]
    return headlines(values, reader, show=cards, before=before, since=since).html if cards else ""


def cards_of(records: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The records of a page's cards that have a value, in the cards' order."""
    shown = [record for record in records if record.get("card") and record["value"] is not None]
    return sorted(shown, key=lambda record: record["card"])


def kind_of(name: str) -> Kind:
    """How a headline is written, from its name."""
    words = name.split("_")
    if "cny" in words:
        return "money"
    if any(word in SHARE_WORDS for word in words):
        return "percent"
    if words[-1] == "amount":
        return "money"
    if words[0] in MONEY_PREFIXES and "deals" not in words and "customers" not in words:
        return "money"
    if words[-1] == "days" or words[0] == "days":
        return "days"
    return "count"


def difference(change: float, kind: Kind, reader: Reader) -> str:
    """A change of a key figure, signed: money, points of a share, or a number."""
    if kind == "money":
        return reader.money(change, signed=True)
    return reader.points(change) if kind == "percent" else reader.count(change, signed=True)


def _card(
    name: str, values: Mapping[str, float], before: Mapping[str, float], since: str, reader: Reader
) -> str:
    body = tag("dd", _figure(values[name], name, reader), "qd-value")
    low, high = values.get(f"{name}_low"), values.get(f"{name}_high")
    if low is not None and high is not None and math.isfinite(low) and math.isfinite(high):
        body += tag("dd", escape(reader.interval(low, high, kind_of(name))), "qd-ends")
    if name in before:
        body += _change(name, values[name], before[name], since, reader)
    return tag("div", tag("dt", escape(_label(name, reader))) + body, "qd-card")


def _figure(value: float, name: str, reader: Reader) -> str:
    """The value, its currency in small type."""
    written = reader.write(value, kind_of(name))
    if kind_of(name) != "money" or written == ABSENT:
        return escape(written)
    bare = reader.money(value, bare=True) + reader.money_unit([value]).suffix(reader.language)
    head, found, tail = written.partition(bare)
    if not found:
        return escape(written)
    return "".join(
        (
            tag("small", escape(head)) + " " if head else "",
            escape(bare),
            tag("small", escape(tail)) if tail else "",
        )
    )


def _change(name: str, value: float, earlier: float, since: str, reader: Reader) -> str:
    change = value - earlier
    if not math.isfinite(change):
        return ""
    less_is_better = any(word in LESS_IS_BETTER for word in name.split("_"))
    css = "" if change == 0 else "qd-better" if (change > 0) != less_is_better else "qd-worse"
    told = reader.text("headline-change", change=difference(change, kind_of(name), reader), since=since)
    return tag("dd", tag("span", escape(told), css), "qd-before")


def _label_key(name: str) -> str:
    return f"headline-{name}".replace("_", "-").lower()


def _label(name: str, reader: Reader) -> str:
    key = _label_key(name)
    return reader.text(key) if reader.has_text(key) else name


def _plain(name: str, values: Mapping[str, float], reader: Reader) -> str:
    written = reader.write(values[name], kind_of(name))
    low, high = values.get(f"{name}_low"), values.get(f"{name}_high")
    if low is None or high is None:
        return written
    interval = reader.interval(low, high, kind_of(name))
    return reader.text("format-with-interval", value=written, interval=interval)


def _is_end(name: str, values: Mapping[str, float]) -> bool:
    return any(name.endswith(end) and name.removesuffix(end) in values for end in ("_low", "_high"))


def _record(name: str, values: Mapping[str, float], reader: Reader) -> dict[str, Any]:
    numbers = {"value": values[name], "low": values.get(f"{name}_low"), "high": values.get(f"{name}_high")}
    finite = {
        key: float(number) if number is not None and math.isfinite(number) else None
        for key, number in numbers.items()
    }
    unit = reader.currency if kind_of(name) == "money" else ""
    return {"name": name, "label": _label(name, reader), "kind": kind_of(name), "unit": unit, **finite}


def _sheet(values: Mapping[str, float], reader: Reader) -> Sheet:
    labels = ("name", "label", "value", "low", "high", "unit")
    columns = tuple(
        {
            "label": reader.text(f"headline-column-{label}"),
            "kind": "number" if label in {"value", "low", "high"} else "text",
            "unit": "",
        }
        for label in labels
    )
    records = [_record(name, values, reader) for name in values if not _is_end(name, values)]
    rows = tuple(tuple(record[label] for label in labels) for record in records)
    return Sheet(reader.text("headlines-title"), columns, rows)
