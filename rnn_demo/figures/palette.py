"""Colours: one signed scale, blue above zero and orange below, safe for colour-blind eyes, used by every picture.

The page's own drawings take the scale from CSS variables `--rnn-v0` (lowest) ... `--rnn-v20` (highest), which
change with the theme so that zero is always near the colour of paper, and can still be told from it in the dark.
Plotly cannot read those: it has `SCALE`.
"""

from __future__ import annotations

from rnn_demo.network.cells import CELLS

LEVELS = 21
LIGHT = ("#a84300", "#eda25e", "#f2f2f2", "#7db1dd", "#0b4f94")
DARK = ("#ffa45c", "#a8591f", "#4a4a54", "#2a6fb0", "#74bcff")  # zero is lifted from the paper, which is near black
SCALE = [[i / (len(LIGHT) - 1), colour] for i, colour in enumerate(LIGHT)]
# Okabe and Ito's colours for things distinguished by name; all are readable on white and on near black.
NAMED = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b8860b", "#56b4e9", "#7a6fd0", "#8a8a8a")
# The first is too dark on near black: less than three times as bright as the paper.
NAMED_DARK = {NAMED[0]: "#3d9bd6"}
OF_LABELS = {"negative": NAMED[1], "positive": NAMED[0]}  # as in the signed scale
# One colour a cell, in every figure; pale blue, which is faint on white, is the last.
OF_CELLS = dict(zip(CELLS, (*NAMED[:5], *NAMED[6:], NAMED[5]), strict=False))
# The wires of the two kinds of weights, of W_ih and of W_hh: on white, and on near black.
OF_WEIGHTS = {"ih": ("#1f7a4d", "#5cc48d"), "hh": ("#6a4fc4", "#ab9cff")}
PALE = "#b9d7ef"  # where a path begins; it ends in the darkest blue of `LIGHT`
FONT = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif")  # the page's, in figures, too
TEXT, GRID = "#858585", "rgba(128, 128, 128, 0.25)"  # for figures that do not know the theme


def mixed(anchors: tuple[str, ...], share: float) -> str:
    """The colour at `share` (0 to 1) of the way along the anchors."""
    place = share * (len(anchors) - 1)
    left = min(int(place), len(anchors) - 2)
    pairs = zip(_rgb(anchors[left]), _rgb(anchors[left + 1]), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * (place - left)):02x}" for a, b in pairs)


def faint(colour: str) -> str:
    """The same colour, transparent enough to show what lies beneath it."""
    return f"rgba({', '.join(map(str, _rgb(colour)))}, 0.14)"


def opaque(colour: str) -> tuple[str, float]:
    """A colour as #rrggbb, and how opaque it is: "rgba(1, 2, 3, 0.5)" as ("#010203", 0.5)."""
    if not colour.startswith("rgb"):
        return colour, 1.0
    red, green, blue, *alpha = (float(part) for part in colour[colour.index("(") + 1 : -1].split(","))
    return f"#{round(red):02x}{round(green):02x}{round(blue):02x}", alpha[0] if alpha else 1.0


def css() -> str:
    """The scale as CSS variables, for light pages and for Gradio's `.dark`."""
    weights = [" ".join(f"--rnn-{name}: {pair[k]};" for name, pair in OF_WEIGHTS.items()) for k in (0, 1)]
    in_dark = "".join(_in_dark(colour, brighter) for colour, brighter in NAMED_DARK.items())
    return f":root {{ {css_variables(LIGHT)} {weights[0]} }}\n.dark {{ {css_variables(DARK)} {weights[1]} }}\n{in_dark}"


def _in_dark(colour: str, brighter: str) -> str:
    """What has a colour by its style, in Plotly's figures and in our own charts, has the brighter one in the dark."""
    rgb = f"rgb({', '.join(map(str, _rgb(colour)))})"
    looks = "".join(
        f'.dark .js-plotly-plot [style*="{part}: {rgb}"] {{ {part}: {brighter} !important; }}\n'
        for part in ("stroke", "fill")
    )
    return f'{looks}.dark [style*="--colour:{colour}"] {{ --colour: {brighter} !important; }}\n'


def css_variables(anchors: tuple[str, ...]) -> str:
    """The scale between these anchors as CSS declarations."""
    return " ".join(f"--rnn-v{i}: {mixed(anchors, i / (LEVELS - 1))};" for i in range(LEVELS))


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
