"""What a network says while it learns: it writes on from a few characters, or tells what it thinks after each token."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from rnn_demo.network.model import SequenceModel
from rnn_demo.tasks import Example
from rnn_demo.training.free_running import both_losses, generate, writes

LENGTH = 90  # characters that it writes
SHOWN = 60  # tokens of a text that it reads aloud
WINDOWS = 4  # pieces of text on which running free is compared with teacher forcing


def sample(model: SequenceModel, text: str, temperature: float, examples: Sequence[Example]) -> dict[str, Any]:
    """What the network makes of `text` now, for the page: {"written", ...} or {"tokens", "labels", "shares"}.

    Of a network that writes, `forced` and `free` are its losses on some of the examples with teacher forcing and
    running free. Nothing random of the training is touched.
    """
    if writes(model):
        pieces = examples[:WINDOWS]
        forced, free = both_losses(model, pieces, max(len(piece.text) for piece in pieces))
        written = generate(model, text, LENGTH, temperature)
        return {"start": text, "written": written, "temperature": temperature, "forced": forced, "free": free}
    return running(model, text)


@torch.inference_mode()
def running(model: SequenceModel, text: str) -> dict[str, Any]:
    """The most probable label after each token and its probability; of a bidirectional network after the last alone."""
    was_training = model.training
    model.eval()
    tokens = model.vocabulary.tokenize(text)[:SHOWN] or [text[:1] or " "]
    ids = torch.tensor([model.vocabulary.encode(tokens)], device=model.device)
    shares, best = model.running(ids, torch.tensor([len(tokens)])).softmax(-1)[0].cpu().max(-1)  # (T,)
    model.train(was_training)
    labels: list[str | None] = [model.labels[c] for c in best.tolist()]
    if model.architecture.bidirectional:
        labels[:-1] = [None] * (len(tokens) - 1)
    return {"tokens": tokens, "labels": labels, "shares": shares.tolist()}
