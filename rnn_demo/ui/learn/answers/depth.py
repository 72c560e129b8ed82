"""Answers on both directions, layers on one another, and attention."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch

from rnn_demo.network.arrays import softmax
from rnn_demo.network.model import Architecture
from rnn_demo.ui.learn.answers.answer import Answer, claims, number, places
from rnn_demo.ui.learn.networks import Networks


@torch.inference_mode()
def width_of_output(networks: Networks, model: str, text: str) -> Answer:
    """How many numbers a row of `output` has in a network of two directions."""
    network = networks.model(model)
    output, _ = network.rnn(network.embed(torch.tensor([network.encode(text)])))
    H, L = network.architecture.hidden_size, network.architecture.num_layers
    facts = {"units": str(H), "layers": str(L), "width": str(output.shape[2])}
    return number(output.shape[2], {"one": H, "all": 2 * L * H}, facts)


@torch.inference_mode()
def last_states(networks: Networks, model: str, text: str) -> Answer:
    """How many rows h_n has: one for each layer and direction."""
    network = networks.model(model)
    _, h_n = network.rnn(network.embed(torch.tensor([network.encode(text)])))
    L, T = network.architecture.num_layers, len(network.encode(text))
    return number(h_n.shape[0], {"layers": L, "one": 1, "steps": T}, {"layers": str(L), "rows": str(h_n.shape[0])})


def knows_the_end(networks: Networks, model: str, text: str, other: str) -> Answer:
    """Which direction's state at the first letter changes when the last letter does."""
    moved = {}
    for first, second in zip(networks.trace(model, text).layers, networks.trace(model, other).layers, strict=True):
        if first.layer == 0:
            apart = np.abs(first.quantities["h"][0] - second.quantities["h"][0]).max()
            moved[first.direction] = float(apart) > 1e-5
    ahead, back = moved["forward"], moved["backward"]
    facts = {"text": text, "other": other}
    return claims(
        facts,
        backward=back and not ahead,
        forward=ahead and not back,
        both=ahead and back,
        neither=not ahead and not back,
    )


def attended(networks: Networks, model: str, text: str) -> Answer:
    """The letter with the largest attention."""
    trace = networks.trace(model, text)
    assert trace.attention is not None, "a lesson asks this of a network with attention"
    weights = softmax(trace.attention)
    t, T = int(weights.argmax()), len(weights)
    facts = {
        "token": trace.tokens[t],
        "share": networks.words.percent(float(weights[t])),
        "even": networks.words.percent(1 / T),
    }
    facts["answer"] = networks.words.label(trace.labels[int(trace.logits[-1].argmax())])
    return places({t}, {"last": {T - 1}, "first": {0}}, facts)


def may_write(networks: Networks, model: str) -> Answer:
    """May a network of two directions say which letter comes next? Its own program refuses to be built so."""
    a = networks.model(model).architecture
    try:
        replace(a, per_step=True)
    except ValueError as error:
        refused = str(error)
    else:
        refused = ""
    one_way: Architecture = replace(a, per_step=True, bidirectional=False)
    peeks = a.bidirectional and "later" in refused and not one_way.bidirectional
    return claims({}, peeks=peeks, slower=not peeks and bool(refused), fine=not refused)


ANSWERS: dict[str, Callable[..., Answer]] = {
    "width_of_output": width_of_output,
    "last_states": last_states,
    "knows_the_end": knows_the_end,
    "attended": attended,
    "may_write": may_write,
}
