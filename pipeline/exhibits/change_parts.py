"""What moved the key figures since the report before: each change in parts that add up to it."""

from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.exhibits.cards import difference, kind_of
from pipeline.exhibits.markup import escape, tag
from pipeline.exhibits.reader import Reader

PARTS = ("by_new_data", "by_corrected_data", "by_definition", "by_code")


def change_parts(
    records: Sequence[Mapping[str, Any]],
    before: Mapping[str, float],
    parts: Mapping[str, Mapping[str, float]],
    since: str,
    reader: Reader,
) -> str:
    """A table behind a fold, one row per key figure whose change is split; empty without any.

    Args:
        records: of the cards: name, label, value.
        before: the earlier report's numbers by name.
        parts: per name what each of `PARTS` moved, in the number's own unit.
        since: the earlier report's period, in the reader's words.
        reader: language and formats.
    """
    shown = [record for record in records if record["name"] in parts and record["name"] in before]
    used = [part for part in PARTS if any(parts[record["name"]].get(part) for record in shown)]
    if not shown or not used:
        return ""
    heads = [reader.text("split-figure"), since, reader.text("split-now")]
    heads += [reader.text(f"split-{part}".replace("_", "-")) for part in used]
    head = "".join(
        tag("th", escape(text), "qd-number" if place else "", scope="col") for place, text in enumerate(heads)
    )
    rows = [_row(record, before, parts[record["name"]], used, reader) for record in shown]
    title = reader.text("split-title")
    grid = tag("table", tag("thead", tag("tr", head)) + tag("tbody", "".join(rows)))
    scroll = f'<div class="qd-scroll" role="region" tabindex="0" aria-label="{escape(title)}">{grid}</div>'
    return tag("details", tag("summary", escape(title)) + scroll, "qd-exhibit qd-more qd-split")


def _row(
    record: Mapping[str, Any],
    before: Mapping[str, float],
    moved: Mapping[str, float],
    used: Sequence[str],
    reader: Reader,
) -> str:
    name = record["name"]
    kind = kind_of(name)
    cells = [reader.write(before[name], kind), reader.write(record["value"], kind)]
    cells += [difference(moved.get(part, 0.0), kind, reader) for part in used]
    figures = "".join(tag("td", escape(text), "qd-number") for text in cells)
    return tag("tr", tag("th", escape(record["label"]), scope="row") + figures)
