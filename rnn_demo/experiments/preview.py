"""Samples of what a network has learnt so far: it continues a text, or labels one after each of its tokens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from rnn_demo.network.eval_mode import eval_mode
from rnn_demo.network.model import SequenceModel
from rnn_demo.network.pooling import AttentionPooling
from rnn_demo.tasks import Example
from rnn_demo.training.free_running import both_losses, generate, writes

LENGTH = 90  # characters that it writes
LABELLED = 60  # tokens of a text that it labels
WINDOWS = 4  # pieces of text on which free running is compared with teacher forcing


def sample(model: SequenceModel, text: str, temperature: float, examples: Sequence[Example]) -> dict[str, Any]:
    """What the network makes of `text`, for the page.

    Of a network that writes: {"start", "written", "temperature", "forced", "free"}; the last two are its losses (nats
    per character) on up to `WINDOWS` examples, with teacher forcing and running freely. Of another: {"tokens",
    "labels", "shares"}, as `running_labels` has them, and perhaps "attention". No random number of the training is
    drawn.
    """
    if writes(model):
        pieces = examples[:WINDOWS]
        forced, free = both_losses(model, pieces, max(len(piece.text) for piece in pieces))
        continuation = generate(model, text, LENGTH, temperature)
        return {"start": text, "written": continuation, "temperature": temperature, "forced": forced, "free": free}
    return running_labels(model, text)


@torch.inference_mode()
def running_labels(model: SequenceModel, text: str) -> dict[str, Any]:
    """The most probable label after each token, and its probability: three lists of length T.

    A bidirectional network answers after the last token alone; its other labels are None. One that pools by attention
    also has the weight of each token in its last answer, as "attention".
    """
    tokens = model.vocabulary.tokenize(text)[:LABELLED] or [text[:1] or " "]
    ids = torch.tensor([model.vocabulary.encode(tokens)], device=model.device)
    lengths = torch.tensor([len(tokens)], device=model.device)
    with eval_mode(model):
        logits = model.running_logits(ids, lengths)[0]  # (T, C)
        weights = attention(model, ids, lengths)
    shares, best = logits.softmax(-1).cpu().max(-1)  # (T,)
    labels: list[str | None] = [model.labels[c] for c in best.tolist()]
    if model.architecture.bidirectional:
        labels[:-1] = [None] * (len(tokens) - 1)
    return {"tokens": tokens, "labels": labels, "shares": shares.tolist()} | weights


def attention(model: SequenceModel, ids: torch.Tensor, lengths: torch.Tensor) -> dict[str, Any]:
    """The weight of each token as {"attention": [...]}, {} where the network does not pool by attention."""
    if not isinstance(model.pooling, AttentionPooling):
        return {}
    h = model.states(model.embed(ids), lengths)
    return {"attention": model.pooling.weights(h, lengths)[0].tolist()}
