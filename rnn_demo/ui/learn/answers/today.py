"""Answers on what recurrent networks are good and bad at, and on what came after them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

from rnn_demo.network import recurrence
from rnn_demo.network.arrays import softmax
from rnn_demo.network.cells import find_cell
from rnn_demo.ui.learn.answers.answer import Answer, claims, number, tiny
from rnn_demo.ui.learn.measures import minimal_gru
from rnn_demo.ui.learn.networks import Networks


def first_word_after(networks: Networks, model: str, first: str, second: str, filler: str, times: str) -> Answer:
    """How much the first word moves the verdict, alone and with much that says nothing after it."""
    network, long = networks.model(model), (filler + " ") * int(times)
    texts = [f"{word} {rest}".strip() for rest in ("", long) for word in (first, second)]
    p = network.probabilities(texts)[:, -1]
    near, far = abs(float(p[0] - p[1])), abs(float(p[2] - p[3]))
    facts = {"near": f"{100 * near:.0f}", "far": f"{100 * far:.0f}", "first": first, "second": second}
    facts["words"] = str(len(network.vocabulary.tokenize(long)))
    return claims(facts, less=far < 0.9 * near, same=0.9 * near <= far <= 1.1 * near, more=far > 1.1 * near)


def steps_in_a_row(networks: Networks, model: str, text: str) -> Answer:
    """How many steps must wait for the one before, counted while the cell is run."""
    network = networks.model(model)
    waited = []

    class Counting(find_cell(network.architecture.cell)):  # type: ignore[misc]
        @staticmethod
        def step(a_ih: torch.Tensor, a_hh: torch.Tensor, state: object) -> dict[str, torch.Tensor]:
            waited.append(1)
            computed: dict[str, torch.Tensor] = network.cell.step(a_ih, a_hh, state)  # type: ignore[arg-type]
            return computed

    with torch.inference_mode():
        x = network.embed(torch.tensor([network.encode(text)]))
        recurrence.unroll(Counting, x, recurrence.weights_of(network.rnn, 0))
    T = len(waited)
    return number(T, {"one": 1, "units": network.architecture.hidden_size}, {"text": text, "steps": str(T)})


def fixed_window(networks: Networks, model: str, letters: str) -> Answer:
    """The weights of the first layer of a network without recurrence that reads names of so many letters."""
    network = networks.model(model)
    V, H, T = len(network.vocabulary), network.architecture.hidden_size, int(letters)
    layer = torch.nn.Linear(T * V, H, bias=False)
    E = network.rnn.input_size
    mine, written = E * H + H * H, networks.words.count
    facts = {"vocabulary": str(V), "units": str(H), "letters": letters, "weights": written(layer.weight.numel())}
    facts["mine"] = written(mine)
    return number(layer.weight.numel(), {"one": V * H, "sum": T * V + H}, facts)


def memory_after(networks: Networks, model: str, tokens: str) -> Answer:
    """How many numbers a recurrent network keeps after so many tokens."""
    network, T = networks.model(model), int(tokens)
    with torch.inference_mode():
        text = "a" * 12
        _, last = network.rnn(network.embed(torch.tensor([network.encode(text)])))
    kept = sum(state.numel() for state in (last if isinstance(last, tuple) else (last,)))
    H, layers = network.architecture.hidden_size, network.architecture.num_layers
    written = networks.words.count
    facts = {"kept": written(kept), "cache": written(2 * layers * H * T), "units": str(H), "tokens": written(T)}
    return number(kept, {"hidden": H, "each": kept * T, "tokens": T}, facts)


def gates_need_state(networks: Networks, model: str, text: str) -> Answer:
    """Do the gates of a GRU, and those of a minimal one, change when the state before does?"""
    trace, network = networks.trace(model, text), networks.model(model)
    _, weight_hh, _, bias_hh = recurrence.weights_of(network.rnn, 0)
    H = weight_hh.shape[1]
    a_ih = torch.from_numpy(trace.layers[0].a_ih[0])
    with torch.inference_mode():
        gates = [
            network.cell.step(a_ih, (weight_hh @ h + bias_hh).view(-1, H), {"h": h})["z"]
            for h in (torch.zeros(H), torch.ones(H))
        ]
    moved = not torch.allclose(gates[0], gates[1])
    scan = minimal_gru(64)
    apart = float(np.abs(scan.by_steps - scan.at_once).max())
    equal = apart < 1e-9
    facts = {"moved": f"{float((gates[0] - gates[1]).abs().max()):.2f}", "apart": tiny(apart)}
    return claims(facts, input=moved and equal, fewer=not moved, approximate=moved and not equal)


def rounds(networks: Networks, steps: str) -> Answer:
    """How many rounds a parallel scan takes, counted while it runs."""
    scan, T = minimal_gru(int(steps)), int(steps)
    assert np.allclose(scan.by_steps, scan.at_once), "both ways give the same states"
    return number(scan.rounds, {"steps": T, "one": 1, "half": T / 2}, {"steps": steps, "rounds": str(scan.rounds)})


@torch.inference_mode()
def attention_and_order(networks: Networks, model: str, first: str, second: str) -> Answer:
    """Does attention over embeddings alone, without positions, tell two orders of the same words apart?"""
    network = networks.model(model)

    def read(text: str) -> np.ndarray:
        x = network.embed(torch.tensor([network.encode(text)]))[0].float().numpy()  # (T, E)
        weights = softmax(x @ x.T / np.sqrt(x.shape[1]))
        result: np.ndarray = (weights @ x).mean(axis=0)
        return result

    *rest, last = network.vocabulary.tokenize(first)
    apart = float(np.abs(read(first) - read(second)).max())
    shuffled = float(np.abs(read(first) - read(" ".join([*reversed(rest), last]))).max())  # the last word stays last
    p = network.probabilities([first, second])[:, -1]
    facts = {
        "apart": tiny(apart),
        "first": networks.words.percent(float(p[0])),
        "second": networks.words.percent(float(p[1])),
    }
    return claims(facts, blind=apart < 1e-5, better=apart >= 1e-5 <= shuffled, last=shuffled < 1e-5 <= apart)


ANSWERS: dict[str, Callable[..., Answer]] = {
    "first_word_after": first_word_after,
    "steps_in_a_row": steps_in_a_row,
    "fixed_window": fixed_window,
    "memory_after": memory_after,
    "gates_need_state": gates_need_state,
    "rounds": rounds,
    "attention_and_order": attention_and_order,
}
