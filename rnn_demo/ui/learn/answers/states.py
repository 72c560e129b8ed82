"""Answers on the hidden state and the unrolled network."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

from rnn_demo.network import recurrence
from rnn_demo.ui.learn.answers.answer import Answer, claims, number, places
from rnn_demo.ui.learn.networks import Networks
from rnn_demo.ui.learn.views.states import shape, sub
from rnn_demo.ui.learn.views.view import most_active, visible


def tokens_of(networks: Networks, model: str, text: str) -> list[str]:
    return networks.model(model).vocabulary.tokenize(text) or [text]


def repeated_input(networks: Networks, model: str, text: str) -> Answer:
    """Is the state the same after both of two equal tokens?"""
    trace = networks.trace(model, text)
    first, second = next((a, b) for b, token in enumerate(trace.tokens) for a in range(b) if trace.tokens[a] == token)
    h, x = trace.layers[-1].quantities["h"], trace.x
    apart = float(np.abs(h[first] - h[second]).max())
    k = int(np.abs(h[first] - h[second]).argmax())
    same = bool(np.allclose(h[first], h[second], atol=1e-3))
    return claims(
        {
            "token": trace.tokens[first],
            "unit": str(k + 1),
            "first": f"{h[first, k]:.2f}".replace("-", "−"),
            "second": f"{h[second, k]:.2f}".replace("-", "−"),
            "apart": f"{apart:.2f}",
        },
        same=same,
        differ=not same and bool(np.array_equal(x[first], x[second])),
        input=not np.array_equal(x[first], x[second]),
    )


def in_range(networks: Networks, model: str, text: str) -> Answer:
    """Between which numbers does every unit stay, by what its equation ends in?"""
    h = networks.trace(model, text).layers[-1].quantities["h"]
    network = networks.model(model)
    low, high = next(q for q in network.cell.quantities if q.name == "h").bounds or (-np.inf, np.inf)
    a = networks.trace(model, text).layers[-1]
    sums = (a.a_ih + a.a_hh)[:, 0]  # before tanh
    return claims(
        {"least": f"{h.min():.3f}".replace("-", "−"), "most": f"{h.max():.3f}", "sum": f"{np.abs(sums).max():.2f}"},
        tanh=(low, high) == (-1, 1) and bool(np.abs(h).max() <= 1),
        share=bool(h.min() >= 0 and h.max() <= 1),
        free=bool(np.abs(h).max() > 1),
    )


def first_state(networks: Networks, model: str, text: str) -> Answer:
    """What the network carries before it has read anything."""
    h0 = networks.trace(model, text).layers[-1].initial["h"]
    return claims(
        {"size": str(len(h0))},
        zeros=not h0.any(),
        random=bool(h0.std() > 0),
        first=bool(np.array_equal(h0, networks.trace(model, text).layers[-1].quantities["h"][0])),
    )


def strongest_unit(networks: Networks, model: str, text: str, step: str) -> Answer:
    """The unit that is furthest from 0 after a step, on whichever side."""
    trace, t = networks.trace(model, text), int(step) - 1
    h = trace.layers[-1].quantities["h"]
    values = h[t, most_active(h, 8)]
    size = np.abs(values)
    k = int(size.argmax())
    facts = {"token": trace.tokens[t], "value": f"{values[k]:.2f}".replace("-", "−"), "high": f"{values.max():.2f}"}
    return places({k}, {"highest": {int(values.argmax())}, "smallest": {int(size.argmin())}}, facts)


def hidden_states(networks: Networks, model: str, text: str) -> Answer:
    """How many hidden states a word has: one after each token."""
    trace = networks.trace(model, text)
    T, H = trace.layers[0].quantities["h"].shape
    kinds = len(set(trace.tokens))
    facts = {"word": text, "steps": str(T)}
    return number(T, {"start": T + 1, "between": T - 1, "kinds": kinds, "units": H}, facts)


def letters(networks: Networks, model: str, text: str) -> Answer:
    """How many tokens the network reads of a word."""
    tokens = tokens_of(networks, model, text)
    return number(len(tokens), {"kinds": len(set(tokens)), "end": len(tokens) + 1}, {"word": text})


def weights_used(networks: Networks, model: str, text: str) -> Answer:
    """How many different matrices W_hh the unrolled network has: those of its one layer, whatever the length."""
    network = networks.model(model)
    own = [name for name, _ in network.rnn.named_parameters() if name.startswith("weight_hh")]
    T = len(tokens_of(networks, model, text))
    facts = {"steps": str(T), "shape": shape(network.rnn.weight_hh_l0), "word": text}
    return number(len(own), {"each": T, "between": T - 1}, facts)


def unrolled(networks: Networks, model: str, text: str) -> Answer:
    """The steps of a word, to be filled in: which token each reads, and from which state it starts."""
    tokens = [visible(token) for token in tokens_of(networks, model, text)]
    lines = tuple(f"h{sub(t)} = f(W, x = [], h[])" for t in range(1, len(tokens) + 1))
    right = tuple(part for t, token in enumerate(tokens) for part in (token, str(t)))
    one_more = tuple(part for t, token in enumerate(tokens) for part in (token, str(t + 1)))
    later = tuple(part for t in range(len(tokens)) for part in (tokens[min(t + 1, len(tokens) - 1)], str(t)))
    start = tuple(part for t, token in enumerate(tokens) for part in (token, "0"))
    facts = {"word": text, "steps": str(len(tokens))}
    return Answer(right, {"itself": one_more, "later": later, "start": start}, facts, blanks=lines)


def output_and_last(networks: Networks, model: str, text: str) -> Answer:
    """What torch's module returns first: h after every step, whose last row is h_n."""
    x, output, h_n = _of_torch(networks, model, text)
    return claims(
        {"steps": str(output.shape[1]), "size": str(output.shape[2])},
        every=output.shape[1] == len(tokens_of(networks, model, text)) and torch.equal(output[0, -1], h_n[-1, 0]),
        last=output.shape[1] == 1 and torch.equal(output[0], h_n[-1]),
        inputs=torch.equal(output, x),
    )


def last_of_all(networks: Networks, model: str, text: str) -> Answer:
    """Which row of `output` h_n equals."""
    _, output, h_n = _of_torch(networks, model, text)
    return claims(
        {"steps": str(output.shape[1])},
        last=torch.equal(h_n[-1, 0], output[0, -1]),
        first=torch.equal(h_n[-1, 0], output[0, 0]),
        mean=torch.allclose(h_n[-1, 0], output[0].mean(0), atol=1e-4),
    )


def _of_torch(networks: Networks, model: str, text: str) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """What torch's own module takes and gives for one text: x (1, T, E), output (1, T, D*H), and h_n (L, 1, H)."""
    network = networks.model(model)
    with torch.inference_mode():
        x = network.embed(torch.tensor([network.encode(text)]))
        output, last = network.rnn(x)
    return x, output, last[0] if isinstance(last, tuple) else last


def size_of_weights(networks: Networks, model: str) -> Answer:
    """How many numbers W_hh has, by the size of the state."""
    W = recurrence.weights_of(networks.model(model).rnn, 0)[1]
    rows, H = W.shape
    G = rows // H
    mistakes = {"row": H, "both": 2 * W.numel()} | ({"gates": H * H} if G > 1 else {})
    return number(W.numel(), mistakes, {"size": str(H), "gates": str(G), "numbers": networks.words.count(W.numel())})


ANSWERS: dict[str, Callable[..., Answer]] = {
    "repeated_input": repeated_input,
    "in_range": in_range,
    "first_state": first_state,
    "strongest_unit": strongest_unit,
    "hidden_states": hidden_states,
    "letters": letters,
    "weights_used": weights_used,
    "unrolled": unrolled,
    "output_and_last": output_and_last,
    "last_of_all": last_of_all,
    "size_of_weights": size_of_weights,
}
