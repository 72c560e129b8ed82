"""A Plotly figure as SVG, without a browser: as much of Plotly as our figures use.

Lines, markers, texts, bars and heat maps; linear and logarithmic axes, a second one at the right or below; marked
steps, arrows, a legend. A trace of another kind raises ValueError, so that nothing is left out silently.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from rnn_demo.figures.drawing import axes, svg
from rnn_demo.figures.drawing.axes import Scale
from rnn_demo.figures.drawing.slide import Drawing
from rnn_demo.figures.palette import LIGHT, mixed, opaque

WIDTH, HEIGHT, TYPE = 900, 430, 14
LEFT, RIGHT, TOP = 84, 16, 10
DASHES = {"dash": "9 6", "dot": "2 5", "solid": None, None: None}  # a list of lengths stands for itself
KINDS = ("scatter", "bar", "heatmap")
Point = tuple[float, float]


def chart(figure: go.Figure, width: float = WIDTH, height: float = HEIGHT) -> Drawing:
    """The figure without its title, which the slide has."""
    layout, traces = figure.layout, [trace for trace in figure.data if trace.visible in (None, True)]
    strange = {trace.type for trace in traces} - set(KINDS)
    if strange:
        raise ValueError(
            f"a {strange.pop()} cannot be drawn as SVG without a browser; its kinds are {', '.join(KINDS)}"
        )
    legend, legend_height = legend_of(traces, width)
    pairs = list(dict.fromkeys((trace.xaxis or "x", trace.yaxis or "y") for trace in traces)) or [("x", "y")]
    right = 70 if any(layout[f"yaxis{y[1:]}"].side == "right" for _, y in pairs) else RIGHT
    if any(trace.type == "heatmap" for trace in traces):
        right = 92
    box = (LEFT, TOP, width - right, height - 64 - legend_height)  # left, top, right, bottom
    parts = []
    for x, y in pairs:
        own = [trace for trace in traces if (trace.xaxis or "x", trace.yaxis or "y") == (x, y)]
        beside = layout[f"yaxis{y[1:]}"].overlaying is not None
        parts.append(panel(figure, own, x, y, box, beside))
    content = [*parts, svg.moved(LEFT, height - legend_height + 8, legend)] if legend else parts
    return Drawing("\n".join(content), width, height)


def panel(figure: go.Figure, traces: Sequence[Any], x: str, y: str, box: Sequence[float], beside: bool) -> str:
    """The traces of one pair of axes; `beside` another one's they have labels alone, at the right."""
    left, top, right, bottom = box
    x_axis, y_axis = figure.layout[f"xaxis{x[1:]}"], figure.layout[f"yaxis{y[1:]}"]
    low, high = y_axis.domain or (0, 1)
    top, bottom = bottom - high * (bottom - top), bottom - low * (bottom - top)
    bars = [trace for trace in traces if trace.type == "bar"]
    heat = [trace for trace in traces if trace.type == "heatmap"]
    xs = [value for trace in traces for value in xs_of(trace)]
    if bars or heat:
        xs += [min(xs, default=0) - 0.5, max(xs, default=0) + 0.5]
    across = axes.scale(x_axis, xs, left, right, 58)
    ys = [v for trace in traces if trace.type != "heatmap" for v in ys_of(trace)] + stacked_tops(figure, bars)
    if heat:
        ys = [-0.5, len(heat[0].z) - 0.5]
        y_range = Scale(-0.5, ys[1], False, top, bottom, tuple(axes.ticks(y_axis, -0.5, ys[1], False, 9)))
    else:
        y_range = axes.scale(y_axis, ys, bottom, top, 40, zero=bool(bars))
    parts = [] if beside else [*grid(x_axis, y_axis, across, y_range, (left, top, right, bottom), x_axis.anchor)]
    if beside:
        parts += right_labels(y_axis, y_range, right, top, bottom)
    base = y_range.place(0) if y_range.low <= 0 <= y_range.high else bottom
    heights: dict[float, tuple[float, float]] = {}
    for trace in traces:
        if trace.type == "heatmap":
            parts += heat_map(trace, across, y_range, right)
        elif trace.type == "bar":
            parts += bars_of(figure, trace, across, y_range, base, heights)
        else:
            parts += scatter(trace, across, y_range, bottom)
    if not beside:
        parts += marks(figure, across, y_range, top, bottom)
    return "\n".join(parts)


def xs_of(trace: Any) -> list[Any]:
    if trace.type == "heatmap":
        return list(range(len(trace.z[0]))) if trace.x is None else list(trace.x)
    return list(trace.x) if trace.x is not None else list(range(len(trace.y)))


def ys_of(trace: Any) -> list[Any]:
    return [v for v in (trace.y if trace.y is not None else []) if isinstance(v, (int, float, np.number))]


def stacked_tops(figure: go.Figure, bars: Sequence[Any]) -> list[float]:
    """The tops of stacked bars."""
    if figure.layout.barmode != "stack" or not bars:
        return []
    return [float(total) for total in np.sum([np.nan_to_num(np.asarray(bar.y, float)) for bar in bars], axis=0)]


def grid(x_axis: Any, y_axis: Any, across: Scale, up: Scale, box: Sequence[float], anchor: str | None) -> list[str]:
    """Lines, labels and names of the axes."""
    left, top, right, bottom = box
    parts = []
    lowest = anchor is None or (anchor in ("y", "y2") and (y_axis.domain is None or y_axis.domain[0] == 0))
    for value, label in up.ticks:
        at = up.place(value)
        if y_axis.showgrid is not False:
            parts.append(svg.path(f"M{left} {at:.1f}H{right:.1f}", svg.LINE, 1))
        parts.append(svg.text(left - 8, at + TYPE * 0.35, label, TYPE, "end", svg.FAINT))
    room = (right - left) / max(1, len(across.ticks)) - 4
    for value, label in across.ticks:
        at = across.place(value)
        if x_axis.showgrid is not False and lowest:
            parts.append(svg.path(f"M{at:.1f} {top:.1f}V{bottom:.1f}", svg.LINE, 1))
        if lowest:
            parts.append(tick_label(at, bottom + 20, label, room))
    parts.append(svg.path(f"M{left} {top:.1f}V{bottom:.1f}H{right:.1f}", svg.LINE, 1.2))
    if x_axis.title.text and lowest:
        parts.append(svg.text((left + right) / 2, bottom + 46, x_axis.title.text, TYPE, "middle"))
    if y_axis.title.text:
        lines = svg.wrapped(y_axis.title.text, max(bottom - top, 60), TYPE)[-2:]
        parts += [sideways(18 - 17 * (len(lines) - 1 - k), (top + bottom) / 2, line) for k, line in enumerate(lines)]
    return parts


def tick_label(x: float, y: float, label: str, room: float) -> str:
    """A label under an axis; a long one is cut so that it does not cover its neighbour."""
    fits = max(1, int(room / (svg.LETTER * TYPE)))
    words = svg.bare(label)
    cut = (
        label
        if len(words) <= fits or "<" in label
        else f"{words[: max(1, fits - 1)]}…".replace("&", "&amp;").replace("<", "&lt;")
    )
    return svg.text(x, y, cut, TYPE, "middle", svg.FAINT)


def sideways(x: float, y: float, words: str, turn: int = -90) -> str:
    return svg.text(0, 0, words, TYPE, "middle", transform=f"translate({x:.1f} {y:.1f}) rotate({turn})")


def right_labels(axis: Any, up: Scale, right: float, top: float, bottom: float) -> list[str]:
    parts = [svg.text(right + 8, up.place(v) + TYPE * 0.35, label, TYPE, "start", svg.FAINT) for v, label in up.ticks]
    return [*parts, sideways(right + 58, (top + bottom) / 2, axis.title.text)] if axis.title.text else parts


def scatter(trace: Any, across: Scale, up: Scale, floor: float) -> list[str]:
    """A line with gaps where a value is missing, its markers and its texts."""
    mode, parts = trace.mode or "lines+markers", []
    points = [(across.place(x), up.place(y)) for x, y in zip(xs_of(trace), trace.y, strict=True)]
    colour, opacity = opaque(trace.line.color or svg.INK)
    if trace.fill == "toself":
        fill, strength = opaque(trace.fillcolor)
        corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in points if math.isfinite(x) and math.isfinite(y))
        return [svg.element("polygon", points=corners, fill=fill, fill_opacity=strength)]
    if "lines" in mode and trace.line.width != 0:
        for piece in unbroken(points):
            look = {"stroke_dasharray": dash_of(trace), "stroke_opacity": None if opacity == 1 else opacity}
            parts.append(svg.polyline(piece, colour, float(trace.line.width or 2), **look))
    texts = list(trace.text) if isinstance(trace.text, (tuple, list, np.ndarray)) else []
    places = (
        trace.textposition
        if isinstance(trace.textposition, (tuple, list, np.ndarray))
        else itertools.repeat(trace.textposition)
    )
    for k, ((x, y), place) in enumerate(zip(points, places, strict=False)):
        if not (math.isfinite(x) and math.isfinite(y)):
            continue
        if "markers" in mode:
            parts.append(marker(trace.marker, k, len(points), x, y, colour))
        if "text" in mode and k < len(texts):
            parts.append(beside_point(x, y, str(texts[k]), str(place or "top center")))
    return parts


def dash_of(trace: Any) -> str | None:
    dash = trace.line.dash
    return DASHES[dash] if dash in DASHES else str(dash).replace("px", "").replace(",", " ")


def beside_point(x: float, y: float, words: str, place: str) -> str:
    """A text beside a marker, on the side that Plotly's `textposition` names."""
    vertical, _, horizontal = place.partition(" ")
    dy = {"top": -10, "bottom": 10 + TYPE * 0.75, "middle": TYPE * 0.35}[vertical]
    dx, anchor = {"left": (-10, "end"), "right": (10, "start"), "center": (0, "middle")}[horizontal or "center"]
    return svg.text(x + dx, y + dy, words, TYPE, anchor, weight=600)


def marker(look: Any, k: int, count: int, x: float, y: float, colour: str) -> str:
    size = float(look.size or 6)
    own = look.color
    if isinstance(own, (tuple, list, np.ndarray)):
        own = own[k] if isinstance(own[0], str) else scale_colour(look.colorscale, k / max(1, count - 1))
    fill, opacity = opaque(own or colour)
    edge = opaque(look.line.color)[0] if look.line.color else None
    if look.symbol == "x":
        a = size / 2
        return svg.path(
            f"M{x - a:.1f} {y - a:.1f}l{2 * a:.1f} {2 * a:.1f}m{-2 * a:.1f} 0l{2 * a:.1f} {-2 * a:.1f}", fill, 4
        )
    return svg.element(
        "circle",
        cx=x,
        cy=y,
        r=size / 2,
        fill="none" if opacity == 0 else fill,
        stroke=edge,
        stroke_width=look.line.width if edge else None,
    )


def scale_colour(colours: Any, share: float) -> str:
    """A colour at a share of the way along a colour scale of equal parts."""
    return mixed(tuple(colour for _, colour in colours), share) if colours else LIGHT[-1]


def unbroken(points: Sequence[Point]) -> list[list[Point]]:
    """The stretches of a line without a gap."""
    runs = itertools.groupby(points, key=lambda point: math.isfinite(point[0]) and math.isfinite(point[1]))
    return [list(run) for whole, run in runs if whole]


def bars_of(
    figure: go.Figure, trace: Any, across: Scale, up: Scale, base: float, heights: dict[float, tuple[float, float]]
) -> list[str]:
    """Bars from 0, or on those before them at the same place."""
    colours = trace.marker.color
    one = abs(across.place(1) - across.place(0))
    wide = one * (0.92 * float(trace.width) if isinstance(trace.width, (int, float)) else 0.78)
    hatched = trace.marker.pattern.shape not in (None, "")
    parts = []
    for k, (x, y) in enumerate(zip(xs_of(trace), trace.y, strict=True)):
        at = across.place(x)
        if y is None or not math.isfinite(y) or not math.isfinite(at):
            continue
        low, high = heights.get(float(x), (0.0, 0.0)) if figure.layout.barmode == "stack" else (0.0, 0.0)
        start, end = up.place(high) if high else base, up.place(high + y)
        heights[float(x)] = (low, high + float(y))
        own = colours[k] if isinstance(colours, (tuple, list, np.ndarray)) else (colours or svg.FAINT)
        fill, strength = opaque(own)
        opacity = (
            strength * (trace.marker.opacity or 1) if not isinstance(trace.marker.opacity, (tuple, list)) else strength
        )
        box = (at - wide / 2, min(start, end), wide, abs(end - start))
        parts.append(svg.rect(*box, fill, fill_opacity=None if opacity == 1 else opacity))
        if hatched and box[3] > 1:
            parts += hatching(*box)
    return parts


def hatching(x: float, y: float, width: float, height: float) -> list[str]:
    """Slanted lines over a box."""
    d = ""
    for k in range(0, int(width + height), 8):
        x0, y0 = x + max(0, k - height), y + min(k, height)
        x1, y1 = x + min(k, width), y + max(0, k - width)
        d += f"M{x0:.1f} {y0:.1f}L{x1:.1f} {y1:.1f}"
    return [svg.path(d, "#ffffff", 2)]


def heat_map(trace: Any, across: Scale, up: Scale, right: float) -> list[str]:
    """One path for each of 21 colours, and the scale at the right; a value that is missing stays blank."""
    z = np.asarray(trace.z, float)  # (rows, columns)
    low, high = float(trace.zmin), float(trace.zmax)
    shape: dict[int, str] = {}
    for row, values in enumerate(z):
        y0, y1 = sorted((up.place(row - 0.5), up.place(row + 0.5)))
        for column, value in enumerate(values):
            if not math.isfinite(value):
                continue
            x0, x1 = across.place(column - 0.5), across.place(column + 0.5)
            level = round(20 * min(1.0, max(0.0, (value - low) / ((high - low) or 1))))
            shape[level] = shape.get(level, "") + f"M{x0:.1f} {y0:.1f}H{x1:.1f}V{y1:.1f}H{x0:.1f}z"
    parts = [svg.element("path", d=d, fill=mixed(LIGHT, level / 20)) for level, d in sorted(shape.items())]
    ends = sorted((up.start, up.end))
    tall = (ends[1] - ends[0]) / 21
    for level in range(21):
        parts.append(svg.rect(right + 16, ends[1] - tall * (level + 1), 14, tall + 0.4, mixed(LIGHT, level / 20)))
    for value, at in ((high, ends[0]), ((low + high) / 2, sum(ends) / 2), (low, ends[1])):
        parts.append(svg.text(right + 36, at + 5, axes.short(float(f"{value:.2g}")), TYPE, fill=svg.FAINT))
    return parts


def marks(figure: go.Figure, across: Scale, up: Scale, top: float, bottom: float) -> list[str]:
    """The frames around marked steps, and arrows with their texts."""
    parts = []
    for shape in figure.layout.shapes:
        x0, x1 = across.place(shape.x0), across.place(shape.x1)
        if math.isfinite(x0) and shape.type == "rect":
            stroke = opaque(shape.line.color or svg.FAINT)[0]
            parts.append(svg.rect(x0, top, x1 - x0, bottom - top, stroke=stroke, stroke_width=shape.line.width or 2))
    for note in figure.layout.annotations:
        if not note.showarrow or note.axref != "x":
            continue
        places = [across.place(note.ax), up.place(note.ay), across.place(note.x), up.place(note.y)]
        if all(map(math.isfinite, places)):
            x0, y0, x1, y1 = places
            length = math.hypot(x1 - x0, y1 - y0) or 1
            short = min(0.4, float(note.standoff or 0) / length)
            end = (x1 - (x1 - x0) * short, y1 - (y1 - y0) * short)
            parts.append(
                svg.arrow(x0, y0, *end, opaque(note.arrowcolor or svg.FAINT)[0], float(note.arrowwidth or 1.5))
            )
    return parts


def legend_of(traces: Sequence[Any], width: float) -> tuple[str, float]:
    """The names of the traces with samples of them, in rows, and the height of all."""
    entries = [trace for trace in traces if trace.name and trace.showlegend is not False and trace.type != "heatmap"]
    if not entries or (len(entries) == 1 and entries[0].showlegend is None):
        return "", 0
    parts, x, y = [], 0.0, 0.0
    for trace in entries:
        long = 34 + svg.width_of(trace.name, TYPE) + 26
        if x and x + long > width - LEFT - RIGHT:
            x, y = 0.0, y + 22
        parts += [*sample(trace, x, y + 8), svg.text(x + 34, y + 13, trace.name, TYPE)]
        x += long
    return "".join(parts), y + 28


def sample(trace: Any, x: float, y: float) -> list[str]:
    """How a trace looks, in a legend."""
    if trace.type == "bar":
        colours = trace.marker.color
        fill, opacity = opaque(colours if isinstance(colours, str) else svg.FAINT)
        hatched = hatching(x + 4, y - 7, 20, 13) if trace.marker.pattern.shape else []
        return [svg.rect(x + 4, y - 7, 20, 13, fill, fill_opacity=opacity * (trace.marker.opacity or 1)), *hatched]
    colour, mode, parts = opaque(trace.line.color or svg.INK)[0], trace.mode or "lines+markers", []
    if "lines" in mode:
        ends = [(x, y), (x + 28, y)]
        parts.append(svg.polyline(ends, colour, float(trace.line.width or 2), stroke_dasharray=dash_of(trace)))
    if "markers" in mode:
        parts.append(marker(trace.marker, 0, 1, x + 14, y, colour))
    return parts
