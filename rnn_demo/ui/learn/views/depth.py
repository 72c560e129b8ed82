"""Views of attention, and of both directions of a layer."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rnn_demo.network.arrays import softmax
from rnn_demo.ui.learn.contracts import Column
from rnn_demo.ui.learn.networks import Networks
from rnn_demo.ui.learn.views.states import shape
from rnn_demo.ui.learn.views.view import Picture, columns, grid, most_active, table, visible


def attention(networks: Networks, model: str, text: str) -> Picture:
    """The share of each token in what the head reads."""
    trace = networks.trace(model, text)
    assert trace.attention is not None, "a lesson shows this of a network with attention"
    weights, words = softmax(trace.attention), networks.words
    heads: list[Column] = [
        {"name": visible(token), "top": words.percent(float(w))} for token, w in zip(trace.tokens, weights, strict=True)
    ]
    p = trace.probabilities[-1]
    answer, share = words.label(trace.labels[int(p.argmax())]), words.percent(float(p.max()))
    label = words("picture.attention", text=text, label=answer, share=share)
    view = grid(words, label, heads, [words("picture.weight")], weights[None], float(weights.max()), None)
    return Picture({**view, "tops": words("picture.share")})


def directions(networks: Networks, model: str, text: str, units: str = "4") -> Picture:
    """The states of both directions of the first layer, some units of each."""
    trace = networks.trace(model, text)
    words, rows, values = networks.words, [], []
    for layer, arrow in zip(trace.layers[:2], ("→", "←"), strict=True):
        h = layer.quantities["h"]
        for k in most_active(h, int(units)):
            rows.append(f"{arrow} {words('picture.unit', unit=k + 1)}")
            values.append(h[:, k])
    heads = columns(trace, words, answers=False)
    return Picture(grid(words, words("picture.directions"), heads, rows, np.stack(values)))


def sizes(networks: Networks, model: str) -> Picture:
    """Layers, directions and units of a network, with the shape of each recurrent matrix."""
    network = networks.model(model)
    a = network.architecture
    rows = [[name, shape(weight)] for name, weight in network.rnn.named_parameters() if name.startswith("weight")]
    facts = {"layers": str(a.num_layers), "units": str(a.hidden_size)}
    words = networks.words
    head = [words("picture.name"), words("picture.shape")]
    return Picture(table(words("picture.sizes"), head, rows), facts)


VIEWS: dict[str, Callable[..., Picture]] = {"attention": attention, "directions": directions, "sizes": sizes}
