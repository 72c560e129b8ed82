"""Free running: a network that predicts the next character reads its own predictions, and so writes text by itself.

With teacher forcing it reads the true character at every step, and never learns what to do after a mistake of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from rnn_demo.network import recurrence
from rnn_demo.network.eval_mode import eval_mode
from rnn_demo.network.model import SequenceModel
from rnn_demo.tasks import TASKS, Example
from rnn_demo.training.batching import Batches
from rnn_demo.training.loss import cross_entropy


def writes(model: SequenceModel) -> bool:
    """Are the network's answers the continuation of its text, so that it can read them?"""
    return model.task in TASKS and TASKS[model.task].writes


def check_free_running(model: SequenceModel) -> None:
    """Refuse a network that does not write; ValueError."""
    if not writes(model):
        raise ValueError(
            f"free_running is for a network that writes, not for one of the task {model.task!r}; set it to 0"
        )


def label_ids(model: SequenceModel) -> Tensor:
    """The input number of each label, (C,); a label that is not in the vocabulary is an unknown token."""
    return torch.tensor(model.vocabulary.encode(model.labels), device=model.device)


def free_running(model: SequenceModel, inputs: Tensor, share: float = 1.0) -> Tensor:
    """ids (B, T) -> logits (B, T, C), where the network reads its own most probable answer at a `share` of steps.

    The first step, and the others, read `inputs`. No gradient flows through the choice of an answer.
    """
    ids_of, ids, state, logits = label_ids(model), inputs[:, 0], None, []
    for t in range(inputs.shape[1]):
        h_t, state = recurrence.advance(model.rnn, model.embed(ids[:, None])[:, 0], state)
        logits.append(model.head_logits(h_t))
        if t + 1 < inputs.shape[1]:
            answers = ids_of[logits[-1].detach().argmax(-1)]
            own = torch.rand(len(answers), device=answers.device) < share if share < 1 else None  # (B,)
            ids = answers if own is None else torch.where(own, answers, inputs[:, t + 1])
    return torch.stack(logits, dim=1)


@torch.inference_mode()
def both_losses(model: SequenceModel, examples: Sequence[Example], max_tokens: int) -> tuple[float, float]:
    """The mean loss in nats per character with teacher forcing, and running freely after the first character."""
    batch = next(Batches(model, examples, len(examples), max_tokens).walk()).to(model.device)
    with eval_mode(model):
        forced, free = model(batch.inputs, batch.lengths), free_running(model, batch.inputs)
    return cross_entropy(forced, batch.targets).item(), cross_entropy(free, batch.targets).item()


@torch.inference_mode()
def generate(model: SequenceModel, start: str, length: int, temperature: float, seed: int = 0) -> str:
    """`length` characters that follow `start`, each drawn from the network's predictions.

    `temperature` (0 to 10, else ValueError) divides the logits: near 0 the most probable character is written, at 1
    characters are drawn with the probabilities that the network gives them.
    """
    if not 0 <= temperature <= 10:
        raise ValueError(f"temperature must be a number from 0 to 10, got {temperature!r}")
    generator, ids_of, state = torch.Generator().manual_seed(seed), label_ids(model), None
    characters = []
    with eval_mode(model):
        for number in model.encode(start):
            ids = torch.tensor([[number]], device=model.device)
            h_t, state = recurrence.advance(model.rnn, model.embed(ids)[:, 0], state)
        for _ in range(length):
            logits = model.head_logits(h_t)[0].cpu() / max(temperature, 1e-3)
            label = int(torch.multinomial(logits.softmax(-1), 1, generator=generator))
            characters.append(model.labels[label])
            h_t, state = recurrence.advance(model.rnn, model.embed(ids_of[None, label, None])[:, 0], state)
    return "".join(characters)
