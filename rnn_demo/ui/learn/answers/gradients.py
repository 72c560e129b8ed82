"""Answers on the loss, on backpropagation through time, and on gradients that vanish or explode."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from rnn_demo.analysis.backward_pass import backward_pass
from rnn_demo.ui.learn.answers.answer import Answer, claims, number, places, tiny
from rnn_demo.ui.learn.measures import arrivals, by_hand, by_torch, clipped, targets
from rnn_demo.ui.learn.networks import Networks


def loss_of_a_step(networks: Networks, model: str, text: str, step: str) -> Answer:
    """The loss of one answer, -log of the share that the right one got."""
    trace, t = networks.trace(model, text), int(step) - 1
    target = targets(networks, model, text)[t]
    p = round(float(trace.probabilities[t, trace.labels.index(target)]), 2)  # as it is printed
    facts = {"p": f"{p:.2f}", "target": target, "token": trace.tokens[t], "loss": f"{-math.log(p):.4f}"}
    return number(-math.log(p), {"miss": 1 - p, "ten": -math.log10(p), "share": p}, facts, tolerance=0.0003)


def loss_of_chance(networks: Networks, model: str) -> Answer:
    """The loss of a network that gives every answer the same share."""
    C = len(networks.model(model).labels)
    facts = {"answers": str(C), "share": f"{1 / C:.3f}", "loss": f"{math.log(C):.2f}"}
    return number(math.log(C), {"one": 1.0, "share": 1 / C, "zero": 0.0}, facts, tolerance=0.02)


def last_receives_once(networks: Networks, model: str, text: str) -> Answer:
    """The step whose state receives no gradient from a later step."""
    carried = np.abs(by_torch(networks, model, text).layers[0].carried["h"]).sum(axis=1)
    alone = {t for t, length in enumerate(carried.tolist()) if length == 0}
    return places(alone, {"first": {0}}, {"steps": str(len(carried))})


def steps_in_gradient(networks: Networks, model: str, text: str) -> Answer:
    """How many steps contribute something to the gradient of W_hh: those whose state before is not zero."""
    trace = networks.trace(model, text)
    grads = by_hand(networks, model, text)
    h = trace.layers[0].quantities["h"].astype(float)
    before = np.vstack([np.zeros_like(h[:1]), h[:-1]])
    terms = [np.outer(grads["h"][t] * (1 - h[t] ** 2), before[t]) for t in range(len(h))]
    assert np.allclose(sum(terms), grads["W_hh"], atol=1e-5), "the sum of the terms is the gradient"
    count = sum(bool(np.any(term)) for term in terms)
    return number(count, {"all": len(h), "last": 1}, {"steps": str(len(h))})


def hand_and_torch(networks: Networks, model: str, text: str) -> Answer:
    """How far backpropagation through time by hand is from torch's."""
    by_numpy = by_hand(networks, model, text)["h"]
    of_torch = by_torch(networks, model, text).layers[0].total["h"]
    apart, size = float(np.abs(by_numpy - of_torch).max()), float(np.abs(of_torch).max())
    equal = apart < 1e-3 * size
    return claims(
        {"apart": tiny(apart), "size": f"{size:.2f}"},
        equal=equal,
        close=not equal and apart < size,
        method=not equal and apart >= size,
    )


def power(networks: Networks, factor: str, steps: str) -> Answer:
    """What is left of 1 after it was multiplied by a factor at every step."""
    f, T = float(factor), int(steps)
    facts = {"left": f"{f**T:.2g}", "other": networks.words.count((2 - f) ** T), "factor": factor, "steps": steps}
    mistakes = {"once": f, "lines": max(0.0, 1 - T * (1 - f)), "product": f * T}
    return number(f**T, mistakes, facts, tolerance=0.002)


def open_gate(networks: Networks) -> Answer:
    """Which fresh cell still has a gradient at the first step: the one whose forget gates are nearly open."""
    rnn, half, near = networks.once(("arrivals",), arrivals).values()
    least, back = 1e-3, len(rnn) - 1
    facts = {"rnn": tiny(rnn[0]), "half": tiny(half[0]), "open": f"{near[0]:.2g}", "back": str(back)}
    facts |= {
        "each_half": f"{half[0] ** (1 / back):.2f}",
        "each_open": f"{near[0] ** (1 / back):.3f}",
    }  # of a step
    return claims(
        facts,
        open=near[0] > least and rnn[0] < least and half[0] < least,
        lstm=near[0] > least and half[0] > least,
        all=min(rnn[0], half[0], near[0]) > least,
        none=max(rnn[0], half[0], near[0]) < least,
    )


def loss_and_reach(networks: Networks, model: str, text: str) -> Answer:
    """What a small loss says about how much gradient reaches the first word: it is lost with a large one too."""
    network = networks.model(model)
    tokens, p = networks.trace(model, text).tokens, networks.trace(model, text).probabilities[-1]
    losses, reach = [], []
    for label in (network.labels[int(p.argmax())], network.labels[int(p.argmin())]):
        back = backward_pass(network, tokens, label)
        lengths = np.linalg.norm(back.layers[0].total["h"], axis=1)
        losses.append(back.loss)
        reach.append(float(lengths[0] / lengths[-1]))
    is_lost = [share < 0.5 for share in reach]
    return claims(
        {
            "small": f"{losses[0]:.2g}",
            "large": f"{losses[1]:.2g}",
            "reach_small": f"{100 * reach[0]:.2g}",
            "reach_large": f"{100 * reach[1]:.2g}",
        },
        nothing=losses[1] > 10 * losses[0] and is_lost[0] == is_lost[1],
        reaches=not is_lost[0] and is_lost[1],
        vanishes=is_lost[0] and not is_lost[1],
    )


def clipped_gradient(networks: Networks, first: str, second: str, most: str) -> Answer:
    """The first number of a gradient once its length is clipped."""
    a, b, limit = float(first), float(second), float(most)
    value = clipped([a, b], limit)[0]
    length = math.hypot(a, b)
    facts = {"length": f"{length:g}", "both": networks.words.both([f"{v:.2g}" for v in clipped([a, b], limit)])}
    return number(value, {"each": min(a, limit), "same": a, "part": a / (a + b)}, facts, tolerance=0.01)


ANSWERS: dict[str, Callable[..., Answer]] = {
    "loss_of_a_step": loss_of_a_step,
    "loss_of_chance": loss_of_chance,
    "last_receives_once": last_receives_once,
    "steps_in_gradient": steps_in_gradient,
    "hand_and_torch": hand_and_torch,
    "power": power,
    "open_gate": open_gate,
    "loss_and_reach": loss_and_reach,
    "clipped_gradient": clipped_gradient,
}
