"""Small networks of each cell that learn a^n b^n, for the test of the unit detective: python -m tools.train_counters

The text is n opening brackets and then n closing ones; the network says which sign comes next, and learns only where
that is certain: after the first closing bracket. Weiss, Goldberg & Yahav (2018) show that an LSTM and a network with
rectifiers count there, in one unit and beyond the lengths that they learnt, and that a GRU and a tanh network do not.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn

from rnn_demo.data.vocabulary import Vocabulary
from rnn_demo.network.cells import CELLS
from rnn_demo.network.model import Architecture, SequenceModel
from rnn_demo.zoo.checkpoint import save

FOLDER = Path(__file__).parents[1] / "tests" / "data" / "counters"
LONGEST, UNITS, STEPS = 12, 6, 600
LABELS = ("(", ")", ".")
COUNTED = ("rnn_tanh", "rnn_relu", "gru", "lstm")  # the cells of the paper
RATES = {"rnn_relu": 0.01}  # of others 0.03
SEEDS = {"rnn_relu": 1}  # of others 0


def brackets(n: int) -> str:
    return "(" * n + ")" * n


def counter(cell: str) -> SequenceModel:
    """A network that was trained on 1 to `LONGEST` brackets, in seconds."""
    torch.manual_seed(SEEDS.get(cell, 0))
    architecture = Architecture(cell, UNITS, input="one_hot", per_step=True)
    model = SequenceModel(architecture, Vocabulary.build([brackets(1)], "characters"), LABELS, "brackets")
    _begin(model)
    T = 2 * LONGEST
    ids, targets = torch.zeros(LONGEST, T, dtype=torch.long), torch.full((LONGEST, T), -100)
    for n in range(1, LONGEST + 1):
        ids[n - 1, : 2 * n] = torch.tensor(model.encode(brackets(n)))
        targets[n - 1, n : 2 * n] = torch.tensor([1] * (n - 1) + [2])
    optimizer = torch.optim.Adam(model.parameters(), RATES.get(cell, 0.03))
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATES.get(cell, 0.03), total_steps=STEPS)
    lengths = torch.arange(2, T + 1, 2)
    for _ in range(STEPS):
        loss = nn.functional.cross_entropy(model(ids, lengths).flatten(0, 1), targets.flatten(), ignore_index=-100)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
    return model.eval()


@torch.no_grad()
def _begin(model: SequenceModel) -> None:
    """Gates that keep begin open; a rectifier begins as one that copies its state (Le, Jaitly & Hinton 2015)."""
    _, w_hh, b_ih, b_hh = model.rnn.weight_ih_l0, model.rnn.weight_hh_l0, model.rnn.bias_ih_l0, model.rnn.bias_hh_l0
    if model.cell.keep_gate is not None:
        gate = model.cell.gates.index(model.cell.keep_gate)
        b_hh[gate * UNITS : (gate + 1) * UNITS] = 2.0
    elif model.architecture.cell == "rnn_relu":
        w_hh.copy_(torch.eye(UNITS))
        b_ih.zero_()
        b_hh.zero_()


def main() -> None:
    for cell in COUNTED:
        print(save(counter(cell), FOLDER / cell, {}, f"# A {CELLS[cell].title} that learnt a^n b^n\n"))


if __name__ == "__main__":
    main()
