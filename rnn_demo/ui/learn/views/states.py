"""Views of what a network carries: hidden states, gates of a unit, answers, shapes, and the steps in a row."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rnn_demo.network.cells import find_cell
from rnn_demo.ui.learn.contracts import Column
from rnn_demo.ui.learn.measures import keeper, writer
from rnn_demo.ui.learn.networks import Networks
from rnn_demo.ui.learn.views.view import Picture, bars, chain, columns, grid, most_active, table, visible


def states(networks: Networks, model: str, text: str, units: str = "8", digits: str = "2") -> Picture:
    """h of the units that change most, after each token, with so many `digits` after the point."""
    trace = networks.trace(model, text)
    h = trace.layers[-1].quantities["h"]
    chosen = most_active(h, int(units))
    every = h.shape[1]
    words, is_all = networks.words, len(chosen) == every
    label = words("picture.all_states" if is_all else "picture.states", shown=len(chosen), units=every)
    rows = [words("picture.unit", unit=k + 1) for k in chosen]
    view = grid(words, label, columns(trace, words), rows, h[:, chosen].T, digits=int(digits))
    return Picture(view, {"steps": str(len(trace.tokens)), "units": str(every)})


def cell(networks: Networks, model: str, text: str, listens: str = "") -> Picture:
    """Every quantity of a unit: of an LSTM one that `listens` to a token and writes there, of a GRU one that keeps."""
    trace = networks.trace(model, text)
    t, k = (trace.tokens.index(listens), writer(trace, listens)) if listens else keeper(trace)
    kind, words = find_cell(trace.cell), networks.words
    rows = {quantity.name: quantity.name for quantity in kind.quantities}
    quantities = {name: trace.layers[-1].quantities[name][:, k] for name in rows}
    if listens:  # what is written stands between its factors and the memory
        quantities = {"ig": quantities["i"] * quantities["g"], **quantities}
        rows = {"i": "i", "g": "g", "ig": "i × g", "f": "f", "c": "c", "o": "o", "h": "h"}
    values = np.stack([quantities[name] for name in rows])  # (Q, T)
    names = [f"{sign}, {words(f'quantity.{name}')}" for name, sign in rows.items()]
    scale = max(1.0, float(np.abs(values).max()))
    label = words("picture.cell", unit=k + 1, cell=kind.title)
    return Picture(grid(words, label, columns(trace, words), names, values, scale, outlined=t))


def one_hot(networks: Networks, model: str, text: str) -> Picture:
    """What is read at each step: a 1 in the row of the token."""
    network = networks.model(model)
    tokens = network.vocabulary.tokenize(text) or [text]
    ids = network.vocabulary.encode(tokens)
    values = np.zeros((len(network.vocabulary), len(tokens)))
    values[ids, np.arange(len(tokens))] = 1
    heads: list[Column] = [{"name": visible(token), "top": ""} for token in tokens]
    label = networks.words("picture.one_hot")
    view = grid(networks.words, label, heads, network.vocabulary.tokens, values, 1.0, 0)
    return Picture(view, {"vocabulary": str(len(network.vocabulary))})


def answers(networks: Networks, model: str, text: str, count: str = "4") -> Picture:
    """The most probable answers at the end, and the threshold below which none is given."""
    network = networks.model(model)
    probabilities = network.probabilities([text])[0]
    best = np.argsort(-probabilities, kind="stable")[: int(count)]
    threshold = network.settings.get("threshold")
    words = networks.words
    parts = [(network.labels[k], float(probabilities[k]), words.percent(float(probabilities[k]))) for k in best]
    facts = {"threshold": words.percent(threshold) if threshold else "", "answers": str(len(network.labels))}
    return Picture(bars(words("picture.answers", text=text), parts, mark=threshold), facts)


def unrolled(networks: Networks, model: str, text: str) -> Picture:
    """The unrolled network as a drawing: the same box for each token, from state to state."""
    tokens = networks.model(model).vocabulary.tokenize(text) or [text]
    label = networks.words("picture.unrolled", text=text)
    view = chain(label, [visible(token) for token in tokens], [f"h{sub(t)}" for t in range(len(tokens) + 1)])
    return Picture(view, {"steps": str(len(tokens))})


def steps(networks: Networks, model: str, text: str) -> Picture:
    """The unrolled network as one line a step."""
    tokens = networks.model(model).vocabulary.tokenize(text) or [text]
    rows = [
        [str(t), visible(token), f"h{sub(t)} = f(W, x{sub(t)} = “{visible(token)}”, h{sub(t - 1)})"]
        for t, token in enumerate(tokens, 1)
    ]
    words = networks.words
    head = [words(f"picture.{name}") for name in ("step", "reads", "computes")]
    return Picture(table(words("picture.unrolled", text=text), head, rows), {"steps": str(len(tokens))})


def sub(number: int) -> str:
    """A number in small digits below the line."""
    return "".join("₀₁₂₃₄₅₆₇₈₉"[int(digit)] for digit in str(number))


def shapes(networks: Networks, model: str, text: str) -> Picture:
    """What torch's own module takes and returns for one text, by name and shape."""
    network = networks.model(model)
    ids = network.encode(text)
    layers, H = network.architecture.num_layers * network.architecture.directions, network.architecture.hidden_size
    E = network.rnn.input_size
    T, D = len(ids), network.architecture.directions
    each = {
        "x": f"({T}, {E})",
        "W_ih": shape(network.rnn.weight_ih_l0),
        "W_hh": shape(network.rnn.weight_hh_l0),
        "output": f"({T}, {D * H})",
        "h_n": f"({layers}, {H})",
    }
    if "c" in network.cell.state:
        each["c_n"] = f"({layers}, {H})"
    words = networks.words
    rows = [[name, words(f"picture.{name}"), size] for name, size in each.items()]
    head = [words(f"picture.{name}") for name in ("name", "what", "shape")]
    return Picture(table(words("picture.shapes", cell=network.cell.title, text=text), head, rows))


def shape(tensor: object) -> str:
    return str(tuple(getattr(tensor, "shape", ())))


VIEWS: dict[str, Callable[..., Picture]] = {
    "states": states,
    "cell": cell,
    "one_hot": one_hot,
    "answers": answers,
    "unrolled": unrolled,
    "steps": steps,
    "shapes": shapes,
}
