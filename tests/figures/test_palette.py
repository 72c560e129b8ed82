"""Lines and letters can be told from the paper that they are on, in the light and in the dark."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rnn_demo.figures.palette import DARK, NAMED, NAMED_DARK, OF_CELLS, TEXT, css

STYLES = Path(__file__).parents[2] / "rnn_demo" / "ui" / "static" / "css"
PAPER, NIGHT = "#ffffff", ("#1e293b", "#18181b", "#0f172a")  # of blocks in the dark, of our drawings, of the page


def luminance(colour: str) -> float:
    """The relative luminance of WCAG 2.1, 0 to 1."""
    parts = (int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5))
    r, g, b = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colour", [*NAMED, TEXT])
def test_every_line_can_be_seen_in_the_dark(colour: str) -> None:
    for paper in NIGHT:
        assert contrast(NAMED_DARK.get(colour, colour), paper) >= 3


@pytest.mark.parametrize("colour", [*OF_CELLS.values(), TEXT])
def test_every_line_of_a_cell_can_be_seen_on_white(colour: str) -> None:
    assert contrast(colour, PAPER) >= 2.9


def test_zero_can_be_told_from_near_black_and_is_the_darkest_colour_of_the_scale() -> None:
    low, orange, zero, blue, high = map(luminance, DARK)
    assert all(contrast(DARK[2], paper) > 1.6 for paper in NIGHT[1:])
    assert zero < min(orange, blue) < max(orange, blue) < min(low, high)


def test_what_is_brighter_in_the_dark_is_so_in_both_kinds_of_chart() -> None:
    for colour, brighter in NAMED_DARK.items():
        rgb = ", ".join(str(int(colour[k : k + 2], 16)) for k in (1, 3, 5))
        assert f'.dark .js-plotly-plot [style*="stroke: rgb({rgb})"] {{ stroke: {brighter} !important; }}' in css()
        assert f'.dark [style*="--colour:{colour}"] {{ --colour: {brighter} !important; }}' in css()


def test_the_words_of_a_figure_have_the_colour_of_the_pages_words() -> None:
    rule = re.search(
        r"\.js-plotly-plot :is\(([^)]*)\) \{ fill: var\(--body-text-color\)", (STYLES / "charts.css").read_text()
    )
    assert rule
    assert {".gtitle", ".xtitle", ".ytitle", ".y2title", ".legendtext", ".xtick text", ".ytick text"} <= {
        part.strip() for part in rule[1].split(",")
    }
