"""Answers on gates: what they do in an LSTM and in a GRU that have learnt."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

from rnn_demo.network import recurrence
from rnn_demo.ui.learn.answers.answer import Answer, claims, number, places
from rnn_demo.ui.learn.measures import keeper, writer
from rnn_demo.ui.learn.networks import Networks


def kept_most(networks: Networks, model: str, text: str) -> Answer:
    """What a forget gate near 1 does, where a little of a memory worth keeping is lost all the same."""
    q = networks.trace(model, text).layers[-1].quantities
    before = np.vstack([np.zeros_like(q["c"][:1]), q["c"][:-1]])
    worth = (np.abs(before) > 0.5) & (q["f"] < 0.945)  # 0.9 times a number of two decimals is seen to be another
    t, k = np.unravel_index(np.where(worth, q["f"], 0).argmax(), before.shape)
    f, old = float(q["f"][t, k]), float(before[t, k])
    kept = f * old / old
    facts = {"f": f"{f:.2f}", "old": minus(old), "kept": minus(f * old), "unit": str(k + 1)}
    facts["token"] = networks.trace(model, text).tokens[t]
    return claims(facts, keeps=kept > 0.8, forgets=kept < 0.2, writes=0.2 <= kept <= 0.8)


def new_cell_state(networks: Networks, model: str, text: str, step: str) -> Answer:
    """c_t of a unit whose gates are half open, from its numbers as they are printed."""
    q, t = networks.trace(model, text).layers[-1].quantities, int(step) - 1
    halves = q["f"][t] * (1 - q["f"][t]) * q["i"][t] * (1 - q["i"][t])  # gates that are neither shut nor open
    k = int((halves * np.abs(q["g"][t] * q["c"][t - 1])).argmax())
    f, old, i, g = (round(float(v), 2) for v in (q["f"][t, k], q["c"][t - 1, k], q["i"][t, k], q["g"][t, k]))
    facts = {"f": f"{f:.2f}", "old": minus(old), "i": f"{i:.2f}", "g": minus(g), "unit": str(k + 1)}
    facts |= {"token": networks.trace(model, text).tokens[t], "c": minus(f * old + i * g)}
    mistakes = {"swap": i * old + f * g, "ungated": f * old + g, "sum": old + g}
    mistakes |= {"unwritten": f * old, "unforgotten": old + i * g}
    return number(f * old + i * g, mistakes, facts, tolerance=0.011)


def minus(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")


def past_one(networks: Networks, model: str, text: str) -> Answer:
    """Which of the two states of an LSTM goes past 1."""
    q = networks.trace(model, text).layers[-1].quantities
    c, h = float(np.abs(q["c"]).max()), float(np.abs(q["h"]).max())
    facts = {"c": f"{c:.2f}", "h": f"{h:.2f}"}
    return claims(facts, cell=c > 1 >= h, hidden=h > 1 >= c, both=min(c, h) > 1, neither=max(c, h) <= 1)


def largest_write(networks: Networks, model: str, text: str, listens: str) -> Answer:
    """The token at which a unit writes most into its memory, i_t g_t; the unit is one that `listens` to a token."""
    k = writer(networks.trace(model, text), listens)
    q = networks.trace(model, text).layers[-1].quantities
    written = q["i"][:, k] * q["g"][:, k]
    t = int(np.abs(written).argmax())
    tokens = networks.trace(model, text).tokens
    facts = {"token": tokens[t], "unit": str(k + 1), "index": str(k), "written": minus(float(written[t]))}
    return places({t}, {"end": {len(tokens) - 1}, "first": {0}}, facts)


def weights_against_rnn(networks: Networks, model: str, plain: str) -> Answer:
    """How many times as many recurrent weights a cell has as a plain RNN of the same sizes."""
    count = {name: sum(weight.numel() for weight in networks.model(name).rnn.parameters()) for name in (model, plain)}
    cell = networks.model(model).cell
    ratio = count[model] / count[plain]
    gates = sum(quantity.bounds == (0, 1) for quantity in cell.quantities)
    written = networks.words.count
    facts = {"many": written(count[model]), "few": written(count[plain]), "ratio": f"{ratio:g}"}
    carried = {"states": len(cell.state)} if len(cell.state) > 1 else {}
    return number(ratio, {"gates": gates, "same": 1} | carried, facts)


def update_gate(networks: Networks, model: str, text: str) -> Answer:
    """What PyTorch's z near 1 does to the state, where it is nearest to 1."""
    q = networks.trace(model, text).layers[-1].quantities
    t, k = keeper(networks.trace(model, text))
    before = np.vstack([np.zeros_like(q["h"][:1]), q["h"][:-1]])
    old, new, now = (float(v) for v in (before[t, k], q["n"][t, k], q["h"][t, k]))
    facts = {"z": f"{q['z'][t, k]:.2f}", "old": minus(old), "new": minus(new), "now": minus(now)}
    share = (now - old) / (new - old)  # 0: the old state stays; 1: the new content takes its place
    return claims(facts, keeps=share < 0.4, renews=share > 0.6, half=0.4 <= share <= 0.6)


def new_gru_state(networks: Networks, model: str, text: str, step: str) -> Answer:
    """h_t of a unit of a GRU from its gate as printed, in PyTorch's form; the textbook's gives another number."""
    q, t = networks.trace(model, text).layers[-1].quantities, int(step) - 1
    z, n, old = q["z"][t], q["n"][t], q["h"][t - 1]
    k = int((np.abs((n - old) * n * old) * z * (1 - z) * np.abs(z - 0.5)).argmax())
    z, n, old = (round(float(v[k]), 2) for v in (z, n, old))
    facts = {"z": f"{z:.2f}", "n": minus(n), "old": minus(old), "unit": str(k + 1)}
    facts |= {"token": networks.trace(model, text).tokens[t], "h": minus((1 - z) * n + z * old)}
    mistakes = {"textbook": z * n + (1 - z) * old, "sum": n + z * old}
    return number((1 - z) * n + z * old, mistakes, facts, tolerance=0.011)


@torch.inference_mode()
def reset_after(networks: Networks, model: str, text: str) -> Answer:
    """Is the new content the same when the reset comes before the matrix, as in the first papers?"""
    network, trace = networks.model(model), networks.trace(model, text)
    layer = trace.layers[-1]
    _, weight_hh, _, bias_hh = recurrence.weights_of(network.rnn, 0)
    H = weight_hh.shape[1]
    W, b = weight_hh[2 * H :].numpy(), bias_hh[2 * H :].numpy()
    before = layer.quantities["h"][-2]
    r, a = layer.quantities["r"][-1], layer.a_ih[-1, 2]
    after_matrix = np.tanh(a + r * (W @ before + b))
    before_matrix = np.tanh(a + W @ (r * before) + b)
    assert np.allclose(after_matrix, layer.quantities["n"][-1], atol=1e-4), "PyTorch's form gives the trace's n"
    apart = float(np.abs(after_matrix - before_matrix).max())
    return claims({"apart": f"{apart:.2f}"}, same=apart < 1e-4, differ=apart > 1e-2, rounding=1e-4 <= apart <= 1e-2)


ANSWERS: dict[str, Callable[..., Answer]] = {
    "kept_most": kept_most,
    "new_cell_state": new_cell_state,
    "past_one": past_one,
    "largest_write": largest_write,
    "weights_against_rnn": weights_against_rnn,
    "update_gate": update_gate,
    "new_gru_state": new_gru_state,
    "reset_after": reset_after,
}
