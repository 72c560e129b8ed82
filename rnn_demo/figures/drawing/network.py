"""The unrolled network of a trace, and beside it the folded one: the same weights at every step."""

from __future__ import annotations

import numpy as np

from rnn_demo.analysis.trace import LayerTrace, Trace
from rnn_demo.data.wording import percent, shortened
from rnn_demo.figures.drawing import svg
from rnn_demo.figures.drawing.slide import Drawing
from rnn_demo.figures.figure import layer_name, token_name
from rnn_demo.figures.palette import LIGHT, NAMED, mixed
from rnn_demo.network.arrays import Array

FEW = 24  # units of a layer, those that change most
MOST = 12  # steps
COLUMN, STRIP, TALL, SHORT, GAP = 128, 46, 132, 64, 42
OF_INPUT, OF_STATE, OF_HEAD = NAMED[2], NAMED[3], NAMED[6]  # a colour for each matrix, the same at every step


def liveliest(values: Array, count: int = FEW) -> list[int]:
    """The columns of (T, H) that change most from step to step, in their own order."""
    change = (np.diff(np.nan_to_num(values), axis=0, prepend=0) ** 2).sum(0)
    return sorted(np.argsort(-change, kind="stable")[:count].tolist())


def strip(values: Array, scale: float, x: float, y: float, width: float, height: float) -> str:
    """A vector (N,) as cells downwards, blue above 0, orange below; a value that is not a number stays blank."""
    tall = height / len(values)
    shapes: dict[int, str] = {}
    for k, value in enumerate(values):
        if np.isfinite(value):
            level = round(20 * min(1.0, max(0.0, (float(value) / scale + 1) / 2)))
            shapes[level] = shapes.get(level, "") + f"M{x:.1f} {y + k * tall:.2f}h{width:.1f}v{tall:.2f}h-{width:.1f}z"
    cells = [svg.element("path", d=d, fill=mixed(LIGHT, level / 20)) for level, d in sorted(shapes.items())]
    return "".join([*cells, svg.rect(x, y, width, height, stroke=svg.LINE)])


def scale_of(values: Array) -> float:
    return float(np.abs(np.nan_to_num(values)).max()) or 1.0


def unrolled(trace: Trace, named: bool = False) -> Drawing:
    """A column for each step: the token, its input, the state of every layer, and the answer so far.

    `named` writes at each arrow which weights it stands for, in a colour of their own.
    """
    T = min(len(trace.tokens), MOST)
    forward = [layer for layer in trace.layers if layer.direction == "forward"]
    left, top = 118.0, 74.0
    rows = {layer.layer: top + (len(forward) - 1 - k) * (TALL + GAP) for k, layer in enumerate(forward)}
    y_input = top + len(forward) * (TALL + GAP)
    y_token = y_input + SHORT + GAP
    parts = [
        _name(0, y_token - 8, "token"),
        _name(0, y_input + SHORT / 2, "input x<sub>t</sub>", f"{trace.x.shape[1]} numbers"),
    ]
    if trace.labels:
        parts.append(_name(0, 34, "answer so far"))
    for layer in forward:
        title = "state h<sub>t</sub>" + (f", {layer_name(trace, layer)}" if len(forward) > 1 else "")
        parts.append(_name(0, rows[layer.layer] + TALL / 2, title, f"{layer.quantities['h'].shape[1]} units"))
        parts.append(_first_state(left, rows[layer.layer]))
    for t in range(T):
        parts.append(_column(trace, forward, rows, t, T, left + t * COLUMN, y_input, y_token, named))
    if len(trace.tokens) > T:
        parts.append(svg.text(left + T * COLUMN + 8, y_input + 30, "…", 22, fill=svg.FAINT))
    return Drawing("\n".join(parts), left + T * COLUMN + 30, y_token + 26)


def _name(x: float, y: float, title: str, small: str = "") -> str:
    lines = [svg.text(x, y, title, 14, weight=600)]
    return "".join([*lines, svg.text(x, y + 17, small, 12, fill=svg.FAINT)] if small else lines)


def _first_state(x: float, y: float) -> str:
    """h_0 = 0, from which the first step starts."""
    middle = y + TALL / 2
    return svg.text(x - 8, middle - 10, "h<sub>0</sub> = 0", 13, "middle", svg.FAINT) + svg.arrow(
        x - 20, middle, x + (COLUMN - STRIP) / 2 - 3, middle
    )


def _column(
    trace: Trace,
    layers: list[LayerTrace],
    rows: dict[int, float],
    t: int,
    T: int,
    x: float,
    y_input: float,
    y_token: float,
    named: bool,
) -> str:
    middle, left = x + COLUMN / 2, x + (COLUMN - STRIP) / 2
    colours = (OF_INPUT, OF_STATE, OF_HEAD) if named else (svg.FAINT,) * 3
    wide = 2.2 if named else 1.3
    units = liveliest(trace.x)
    parts = [
        svg.text(middle, y_token - 4, shortened_token(trace.tokens[t]), 17, "middle", weight=600),
        svg.text(middle, y_token + 16, str(t + 1), 12, "middle", svg.FAINT),
        svg.arrow(middle, y_token - 22, middle, y_input + SHORT + 3),
        strip(trace.x[t][units], scale_of(trace.x), left, y_input, STRIP, SHORT),
    ]
    below = y_input
    for layer in layers:
        y, h = rows[layer.layer], layer.quantities["h"]
        parts.append(svg.arrow(middle, below - 2, middle, y + TALL + 3, colours[0], wide))
        if named:
            parts.append(svg.text(middle + 8, y + TALL + 26, "W<sub>ih</sub>", 13, fill=OF_INPUT, weight=600))
        parts.append(strip(h[t][liveliest(h)], max(1.0, scale_of(h)), left, y, STRIP, TALL))
        if t + 1 < T:
            lane = y + TALL / 2
            parts.append(svg.arrow(left + STRIP + 2, lane, left + COLUMN - 3, lane, colours[1], wide))
            if named:
                parts.append(svg.text(x + COLUMN, lane - 8, "W<sub>hh</sub>", 13, "middle", OF_STATE, 600))
        below = y
    if trace.labels:
        best = int(np.nan_to_num(trace.probabilities[t]).argmax())
        share = float(trace.probabilities[t, best])
        parts.append(svg.arrow(middle, below - 2, middle, 54, colours[2], wide))
        parts.append(svg.text(middle, 22, svg.escaped(shortened(trace.labels[best], 14)), 14, "middle", weight=600))
        parts.append(svg.rect(middle - 50, 30, 100, 7, "#eef1f5"))
        parts.append(svg.rect(middle - 50, 30, max(1.0, 100 * share), 7, LIGHT[3]))
        parts.append(svg.text(middle, 51, percent(share), 12, "middle", svg.FAINT))
    return "".join(parts)


def shortened_token(token: str) -> str:
    return token_name(shortened(token, 12))


def folded_and_unrolled(trace: Trace) -> Drawing:
    """The network folded into one step with a loop, and the same unrolled: W_ih, W_hh and the head at every step."""
    right = unrolled(trace, named=True)
    layers = 1 + max(layer.layer for layer in trace.layers)
    x, middle = 96.0, right.height / 2 - 10
    y = middle - TALL / 2
    box = [
        svg.rect(x - 58, y, 116, TALL, "#f4f6f9", stroke=svg.FAINT, stroke_width=1.6, rx=12),
        svg.text(x, middle + 2, "h", 30, "middle", family=svg.SERIF, font_style="italic", weight=700),
        svg.text(x, middle + 26, trace_title(trace), 13, "middle", svg.FAINT),
        svg.arrow(x, y + TALL + 60, x, y + TALL + 3, OF_INPUT, 2.2),
        svg.text(x + 9, y + TALL + 36, "W<sub>ih</sub>", 14, fill=OF_INPUT, weight=600),
        svg.text(x, y + TALL + 84, "x<sub>t</sub>", 20, "middle", family=svg.SERIF, font_style="italic"),
        svg.arrow(x, y - 2, x, y - 58, OF_HEAD, 2.2),
        svg.text(x, y - 68, "answer", 14, "middle"),
        svg.path(
            f"M{x + 58} {middle - 20}C{x + 118} {middle - 60} {x + 118} {middle + 62} {x + 64} {middle + 24}",
            OF_STATE,
            2.2,
        ),
        svg.arrow(x + 70, middle + 29, x + 60, middle + 21, OF_STATE, 2.2),
        svg.text(x + 82, middle - 52, "W<sub>hh</sub>", 14, fill=OF_STATE, weight=600),
    ]
    more = f", {layers} layers" if layers > 1 else ""
    words = svg.text(x, right.height - 2, f"folded{more}", 15, "middle", svg.FAINT)
    equals = svg.text(x + 156, middle + 12, "=", 40, "middle", svg.FAINT)
    return Drawing(
        "".join([*box, words, equals, svg.moved(320, 0, right.content)]), 320 + right.width, right.height + 6
    )


def trace_title(trace: Trace) -> str:
    from rnn_demo.network.cells import find_cell

    return find_cell(trace.cell).title
