"""One palette for every chart and page: roles with a light and a dark value, as CSS variables.

Charts are drawn with the light values, each of which occurs once, so that `svg.inline` can replace
it by its variable. The series colours differ in lightness as well as in hue, which keeps them apart
for colour-blind readers and on a grey printer (`tests/unit/exhibits/test_palette.py` measures both).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

PREFIX = "--qd-"


class Colour(NamedTuple):
    """A colour on white paper and on a dark screen."""

    light: str
    dark: str


COLOURS: Mapping[str, Colour] = MappingProxyType(
    {
        "paper": Colour("#ffffff", "#13171d"),
        "panel": Colour("#f4f5f2", "#1c222a"),
        "ink": Colour("#1b1f24", "#e9ebee"),
        "soft": Colour("#555c66", "#aab2bd"),
        "rule": Colour("#dcdfe3", "#363e49"),
        "axis": Colour("#8b929b", "#727c89"),
        "main": Colour("#1f4e79", "#85b4e8"),
        "band": Colour("#c5d7e8", "#2b4560"),
        "band2": Colour("#e1eaf2", "#20303f"),
        "accent": Colour("#a94a08", "#f09a52"),
        "good": Colour("#1d7a66", "#5fc4ae"),
        "bad": Colour("#b03a2a", "#ee8a72"),
        "muted": Colour("#a3a9b1", "#68717d"),
        "faint": Colour("#e9ebee", "#262d36"),
        "link": Colour("#0f4c8a", "#8fbcf0"),
        "good-panel": Colour("#e4f2ee", "#17332d"),
        "bad-panel": Colour("#f9e8e4", "#3c211c"),
        "warn-panel": Colour("#fbf0dc", "#382c16"),
        "warn": Colour("#7d5200", "#e6b65c"),
        "series1": Colour("#0b3a6b", "#b3d2f7"),
        "series2": Colour("#a8430f", "#ea8f5f"),
        "series3": Colour("#1f7f75", "#46a599"),
        "series4": Colour("#daa520", "#8d6712"),
        "series5": Colour("#a9bede", "#3d5a8c"),
        "series6": Colour("#d5d0c7", "#474541"),
        "seq0": Colour("#eef3f8", "#1b2733"),
        "seq1": Colour("#cfdeec", "#23384d"),
        "seq2": Colour("#a6c3dd", "#2f5071"),
        "seq3": Colour("#769fc7", "#41709c"),
        "seq4": Colour("#41719f", "#6496c6"),
        "seq5": Colour("#2a5a8c", "#94bde4"),
        "seq6": Colour("#123c68", "#cfe2f6"),
        "div0": Colour("#8f2a1c", "#f3a28e"),
        "div1": Colour("#d27a68", "#a04a37"),
        "div2": Colour("#eec3b8", "#5e342b"),
        "div3": Colour("#f1f1ef", "#23282f"),
        "div4": Colour("#b9cfe4", "#28445f"),
        "div5": Colour("#6c97c1", "#38689a"),
        "div6": Colour("#194775", "#a8cdf2"),
        "seq-ink-low": Colour("#20252b", "#eef0f2"),
        "seq-ink-high": Colour("#fdfdfd", "#10141a"),
    }
)

SERIES = ("series1", "series2", "series3", "series4", "series5", "series6")
SEQUENTIAL = tuple(f"seq{step}" for step in range(7))
DIVERGING = tuple(f"div{step}" for step in range(7))

MIDTONES = ("#4b86bf", "#c96a33", "#2f9c8d", "#b8912a", "#8a7fc0", "#8d9299")
"""For rasterised points, which cannot follow a variable: readable on white and on dark paper."""


def light(role: str) -> str:
    """Hexadecimal colour of a role on white paper, as charts are drawn."""
    return COLOURS[role].light


def variable(role: str) -> str:
    """The CSS expression that follows light, dark and print."""
    return f"var({PREFIX}{role})"


def css(selector: str = ":root", dark_selector: str = "") -> str:
    """Style rules that define every variable.

    Light is the default and what paper gets; dark holds on screens whose reader prefers it, or under
    `dark_selector` where one is given (JupyterLab has its own switch).
    """
    light_rules = _declarations({role: colour.light for role, colour in COLOURS.items()})
    dark_rules = _declarations({role: colour.dark for role, colour in COLOURS.items()})
    if dark_selector:
        return f"{selector}{{{light_rules}}}{dark_selector}{{{dark_rules}}}"
    return (
        f"{selector}{{color-scheme:light dark;{light_rules}}}"
        f"@media screen and (prefers-color-scheme:dark){{{selector}{{{dark_rules}}}}}"
    )


def _declarations(values: Mapping[str, str]) -> str:
    return "".join(f"{PREFIX}{role}:{value};" for role, value in values.items())
