"""Views of attention, and of both directions of a layer."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rnn_demo.data.wording import percent
from rnn_demo.network.arrays import softmax
from rnn_demo.ui.learn.contracts import Column
from rnn_demo.ui.learn.networks import Networks
from rnn_demo.ui.learn.views.states import shape
from rnn_demo.ui.learn.views.view import Picture, columns, grid, most_active, table, visible


def attention(networks: Networks, model: str, text: str) -> Picture:
    """The share of each token in what the head reads."""
    trace = networks.trace(model, text)
    assert trace.attention is not None, "a lesson shows this of a network with attention"
    weights = softmax(trace.attention)
    heads: list[Column] = [
        {"name": visible(token), "top": percent(float(w))} for token, w in zip(trace.tokens, weights, strict=True)
    ]
    p = trace.probabilities[-1]
    label = f"Where it looks in “{text}” ({trace.labels[int(p.argmax())]}, {percent(float(p.max()))})"
    return Picture(grid(label, heads, ["attention"], weights[None], float(weights.max()), None))


def directions(networks: Networks, model: str, text: str, units: str = "4") -> Picture:
    """The states of both directions of the first layer, some units of each."""
    trace = networks.trace(model, text)
    rows, values = [], []
    for layer, arrow in zip(trace.layers[:2], ("→", "←"), strict=True):
        h = layer.quantities["h"]
        for k in most_active(h, int(units)):
            rows.append(f"{arrow} unit {k + 1}")
            values.append(h[:, k])
    label = "The first layer: → reads from the left, ← from the right"
    return Picture(grid(label, columns(trace, answers=False), rows, np.stack(values)))


def sizes(networks: Networks, model: str) -> Picture:
    """Layers, directions and units of a network, with the shape of each recurrent matrix."""
    network = networks.model(model)
    a = network.architecture
    rows = [[name, shape(weight)] for name, weight in network.rnn.named_parameters() if name.startswith("weight")]
    facts = {"layers": str(a.num_layers), "units": str(a.hidden_size)}
    return Picture(
        table("Its matrices: of each layer, from the left and (reverse) from the right", ["name", "shape"], rows), facts
    )


VIEWS: dict[str, Callable[..., Picture]] = {"attention": attention, "directions": directions, "sizes": sizes}
