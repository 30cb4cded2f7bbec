"""The palette in figures: contrast (WCAG 2), colour blindness (Machado 2009), greyscale."""

import itertools

import numpy as np
import pytest

from pipeline.exhibits import palette

MACHADO = {
    # severity 1.0, Machado, Oliveira and Fernandes (2009), table 1
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
MODES = ("light", "dark")


def _linear(colour: str) -> np.ndarray:
    channels = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def _luminance(colour: str) -> float:
    return float(_linear(colour) @ [0.2126, 0.7152, 0.0722])


def _contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _lab(linear: np.ndarray) -> np.ndarray:
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    ratio = (to_xyz @ np.clip(linear, 0, 1)) / [0.9505, 1.0, 1.089]
    f = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def _of(role: str, mode: str) -> str:
    return getattr(palette.COLOURS[role], mode)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("ground", ["paper", "panel"])
@pytest.mark.parametrize("text", ["ink", "soft", "link", "accent", "good", "bad", "main", "warn"])
def test_text_reads_at_level_aa(mode, ground, text):
    assert _contrast(_of(text, mode), _of(ground, mode)) >= 4.5


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("text", "ground"),
    [("good", "good-panel"), ("bad", "bad-panel"), ("warn", "warn-panel"), ("ink", "faint")],
)
def test_pills_read_at_level_aa(mode, text, ground):
    assert _contrast(_of(text, mode), _of(ground, mode)) >= 4.5


@pytest.mark.parametrize("mode", MODES)
def test_figures_in_cells_of_a_heat_map_read_at_level_aa(mode):
    strong = {"seq4", "seq5", "seq6", "div0", "div6"}
    for role in (*palette.SEQUENTIAL, *palette.DIVERGING):
        text = "seq-ink-high" if role in strong else "seq-ink-low"
        assert _contrast(_of(text, mode), _of(role, mode)) >= 4.5, role


@pytest.mark.parametrize("mode", MODES)
def test_figures_in_stacks_read_at_level_aa(mode):
    for place, role in enumerate(palette.SERIES):
        text = "seq-ink-high" if place < 3 else "seq-ink-low"
        assert _contrast(_of(text, mode), _of(role, mode)) >= 4.5, role


@pytest.mark.parametrize("mode", MODES)
def test_series_step_in_lightness_so_that_greyscale_keeps_them_apart(mode):
    lightness = [_lab(_linear(_of(role, mode)))[0] for role in palette.SERIES]
    gaps = [abs(a - b) for a, b in itertools.pairwise(lightness)]
    assert min(gaps) >= 4
    assert lightness == sorted(lightness, reverse=mode == "dark")


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("blindness", MACHADO)
def test_series_stay_apart_for_colour_blind_readers(mode, blindness):
    seen = [_lab(np.array(MACHADO[blindness]) @ _linear(_of(role, mode))) for role in palette.SERIES]
    assert min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2)) >= 10


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("blindness", MACHADO)
def test_good_and_bad_stay_apart_for_colour_blind_readers(mode, blindness):
    good, bad = (_lab(np.array(MACHADO[blindness]) @ _linear(_of(role, mode))) for role in ("good", "bad"))
    assert np.linalg.norm(good - bad) >= 10


def test_every_light_colour_occurs_once_so_that_it_can_be_replaced():
    values = [colour.light for colour in palette.COLOURS.values()]
    assert len(values) == len(set(values))


def test_css_defines_each_variable_for_light_and_dark():
    rules = palette.css()
    for role in palette.COLOURS:
        assert rules.count(f"--qd-{role}:") == 2
    assert "@media screen and (prefers-color-scheme:dark)" in rules
