"""Views of gradients: where they come from at each step, what is left of them on the way, and powers of a factor."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rnn_demo.ui.contracts import Axis, Points
from rnn_demo.ui.learn.measures import arrivals, by_torch
from rnn_demo.ui.learn.networks import Networks
from rnn_demo.ui.learn.views.view import Picture, charts, columns, grid, line


def backward(networks: Networks, model: str, text: str) -> Picture:
    """How long the gradient is that each state receives, and from where."""
    layer = by_torch(networks, model, text).layers[0]
    parts = {"above": layer.above, "carried": layer.carried["h"], "both": layer.total["h"]}
    values = np.stack([np.linalg.norm(part, axis=1) for part in parts.values()])  # (3, T)
    words = networks.words
    heads = columns(networks.trace(model, text), words, answers=False)
    rows = [words(f"picture.{name}") for name in parts]
    scale = float(values.max()) or 1.0
    return Picture(grid(words, words("picture.backward"), heads, rows, values, scale, 3))


def arrival(networks: Networks) -> Picture:
    """What is left of the gradient of the last step at each step before, in fresh cells."""
    words, lines = networks.words, []
    for colour, (name, lengths) in enumerate(networks.once(("arrivals",), arrivals).items()):
        points: Points = [(t + 1, float(value)) for t, value in enumerate(lengths)]
        lines.append(line(words(f"picture.fresh_{name}"), points, colour, dashed=colour == 2))
    high = len(lines[0]["points"])
    x: Axis = {"name": words("picture.step"), "scale": "count", "high": high}
    y: Axis = {"name": words("picture.share"), "scale": "powers"}
    return Picture(charts(words("picture.arrival"), x, y, lines))


def powers(networks: Networks, factors: str, steps: str) -> Picture:
    """A factor to the power of the number of steps, for several factors."""
    T, words = int(steps), networks.words
    lines = [
        line(words("picture.power", factor=factor), [(t, float(factor) ** t) for t in range(T + 1)], k)
        for k, factor in enumerate(factors.split(","))
    ]
    x: Axis = {"name": words("picture.steps"), "scale": "count", "high": T}
    y: Axis = {"name": words("picture.left"), "scale": "powers"}
    return Picture(charts(words("picture.powers", steps=steps), x, y, lines))


VIEWS: dict[str, Callable[..., Picture]] = {"backward": backward, "arrival": arrival, "powers": powers}
