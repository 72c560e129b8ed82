"""Free running: a network that foresees the next character reads what it has said itself, and so writes on alone.

With teacher forcing it reads the true character at every step; what it would do with its own mistakes, it never learns.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from rnn_demo.network import recurrence
from rnn_demo.network.model import SequenceModel
from rnn_demo.tasks import TASKS, Example
from rnn_demo.training.batching import IGNORED, Batches


def check_free_running(model: SequenceModel) -> None:
    """Refuse a network whose answers are not the text that goes on."""
    if not writes(model):
        raise ValueError(
            f"free_running is for a network that writes, not for one of the task {model.task!r}; set it to 0"
        )


def writes(model: SequenceModel) -> bool:
    """Are the network's answers the text that goes on, so that it can read them?"""
    return model.task in TASKS and TASKS[model.task].writes


def readable(model: SequenceModel) -> Tensor:
    """The number of each label as an input, (C,); a character that was not learnt from is an unknown one."""
    return torch.tensor(model.vocabulary.encode(model.labels), device=model.device)


def free_running(model: SequenceModel, inputs: Tensor, share: float = 1.0) -> Tensor:
    """ids (B, T) -> logits (B, T, C): after the first step it reads its own most probable answer at a `share` of steps.

    At the others it reads what stands in `inputs`. No gradient flows through the choice of an answer.
    """
    number, ids, state, logits = readable(model), inputs[:, 0], None, []
    for t in range(inputs.shape[1]):
        h_t, state = recurrence.advance(model.rnn, model.embed(ids[:, None])[:, 0], state)
        logits.append(model.answer(h_t))
        if t + 1 < inputs.shape[1]:
            own = number[logits[-1].detach().argmax(-1)]
            ids = own if share == 1 else torch.where(_chance(own, share), own, inputs[:, t + 1])
    return torch.stack(logits, dim=1)


def _chance(ids: Tensor, share: float) -> Tensor:
    return torch.rand(len(ids), device=ids.device) < share  # (B,)


@torch.inference_mode()
def both_losses(model: SequenceModel, examples: Sequence[Example], max_tokens: int) -> tuple[float, float]:
    """The mean loss per character, in nats, with teacher forcing and running free after the first character."""
    was_training = model.training
    model.eval()
    batch = next(Batches(model, examples, len(examples), max_tokens).walk()).to(model.device)
    forced, free = (
        nn.functional.cross_entropy(logits.flatten(0, 1), batch.targets.flatten(), ignore_index=IGNORED).item()
        for logits in (model(batch.inputs, batch.lengths), free_running(model, batch.inputs))
    )
    model.train(was_training)
    return forced, free


@torch.inference_mode()
def generate(model: SequenceModel, start: str, length: int, temperature: float, seed: int = 0) -> str:
    """`length` characters that follow `start`, each drawn from what the network foresees.

    `temperature` divides the logits: near 0 it writes the most probable character, at 1 it draws as it was taught.
    """
    if not 0 <= temperature <= 10:
        raise ValueError(f"temperature must be a number from 0 to 10, got {temperature!r}")
    was_training = model.training
    model.eval()
    dice, number, state = torch.Generator().manual_seed(seed), readable(model), None
    for n in model.encode(start):
        h_t, state = recurrence.advance(model.rnn, model.embed(torch.tensor([[n]], device=model.device))[:, 0], state)
    written = []
    for _ in range(length):
        logits = model.answer(h_t)[0].cpu() / max(temperature, 1e-3)
        chosen = int(torch.multinomial(logits.softmax(-1), 1, generator=dice))
        written.append(model.labels[chosen])
        h_t, state = recurrence.advance(model.rnn, model.embed(number[None, chosen, None])[:, 0], state)
    model.train(was_training)
    return "".join(written)
