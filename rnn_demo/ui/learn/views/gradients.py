"""Views of gradients: where they come from at each step, what is left of them on the way, and powers of a factor."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rnn_demo.ui.learn.measures import arrivals, by_torch
from rnn_demo.ui.learn.networks import Networks
from rnn_demo.ui.learn.views.view import Picture, charts, columns, grid, line


def backward(networks: Networks, model: str, text: str) -> Picture:
    """How long the gradient is that each state receives, and from where."""
    layer = by_torch(networks, model, text).layers[0]
    parts = {"from its own answer": layer.above, "from later steps": layer.carried["h"], "both": layer.total["h"]}
    values = np.stack([np.linalg.norm(part, axis=1) for part in parts.values()])  # (3, T)
    heads = columns(networks.trace(model, text), answers=False)
    scale = float(values.max()) or 1.0
    return Picture(grid("The length of the gradient that each state receives", heads, list(parts), values, scale, 3))


def arrival(networks: Networks) -> Picture:
    """What is left of the gradient of the last step at each step before, in fresh cells."""
    lines = [
        line(name, [(t + 1, float(value)) for t, value in enumerate(lengths)], colour, dashed=colour == 2)
        for colour, (name, lengths) in enumerate(networks.once(("arrivals",), arrivals).items())
    ]
    label = "The gradient that arrives at each step, as a share of that at the last one (powers of ten)"
    high = len(lines[0]["points"])
    return Picture(
        charts(label, {"name": "step", "scale": "count", "high": high}, {"name": "share", "scale": "powers"}, lines)
    )


def powers(networks: Networks, factors: str, steps: str) -> Picture:
    """A factor to the power of the number of steps, for several factors."""
    T = int(steps)
    lines = [
        line(f"{factor} at every step", [(t, float(factor) ** t) for t in range(T + 1)], k)
        for k, factor in enumerate(factors.split(","))
    ]
    label = f"What becomes of 1 on the way back over {steps} steps (powers of ten)"
    return Picture(
        charts(label, {"name": "steps", "scale": "count", "high": T}, {"name": "left", "scale": "powers"}, lines)
    )


VIEWS: dict[str, Callable[..., Picture]] = {"backward": backward, "arrival": arrival, "powers": powers}
