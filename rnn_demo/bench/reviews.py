"""The speed of reading and of learning reviews, at the size of the recipe `sentiment`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from rnn_demo.bench.stopwatch import in_turns, row, seconds
from rnn_demo.data.vocabulary import PAD, UNK, Vocabulary
from rnn_demo.network.model import Architecture, SequenceModel
from rnn_demo.tasks import TASKS
from rnn_demo.training.batching import Batch, Batches
from rnn_demo.zoo import checkpoint, recipes

RECIPE = recipes.RECIPES["sentiment"]
SETTING = Architecture("lstm", 128, embedding_size=128)  # that of the first promise, older than the recipe


def reader() -> SequenceModel:
    """An untrained model of the recipe's size, which takes as long as a trained one."""
    torch.manual_seed(0)
    vocabulary = Vocabulary("reviews", (PAD, UNK, *(f"w{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(676))))
    return SequenceModel(RECIPE.architecture, vocabulary, ("negative", "positive"), RECIPE.task).eval()


def texts(model: SequenceModel, lengths: np.ndarray) -> list[str]:
    """Texts of random known words, with these lengths (N,)."""
    words = np.random.default_rng(0).choice(model.vocabulary.tokens[2:], size=lengths.sum())
    return [" ".join(part) for part in np.split(words, lengths.cumsum()[:-1])]


def one_review() -> dict[str, Any]:
    """The time of a whole verdict on a text of 200 words over that of the bare forward pass of the same weights."""
    model = reader()
    (text,) = texts(model, np.array([200]))
    task, ids = TASKS[RECIPE.task], torch.tensor([model.encode(text)])
    embedding, rnn, head = model.embedding, model.rnn, model.head
    assert embedding is not None  # the recipe reads words

    @torch.inference_mode()
    def bare() -> Tensor:
        h = rnn(embedding(ids))[0]
        return torch.softmax(head(torch.cat([h[:, -1], h.mean(1), h.amax(1)], dim=-1)), dim=-1)

    def ours() -> list[dict[str, Any]]:
        return task.predict(model, [text])

    apart = abs(float(bare()[0, 1]) - ours()[0]["probability"])
    whole, plain = in_turns(41, lambda: seconds(ours), lambda: seconds(bare))
    return row(
        whole / plain,
        "times",
        "at most 1.5",
        f"tokens, verdict and running verdict of 200 words take {whole * 1000:.1f} ms, the bare pass "
        f"{plain * 1000:.1f} ms; the answers differ by {apart:.0e}",
    )


def many_reviews() -> dict[str, Any]:
    """How many times more texts a second 1,000 reviews in one call of `predict` are than in 1,000 calls."""
    model, task = (
        checkpoint.open_checkpoint("sentiment"),
        TASKS[RECIPE.task],
    )  # how sure it is affects the time
    lengths = np.random.default_rng(0).lognormal(np.log(174), 0.75, 1_000).astype(int).clip(10, 1_000)
    reviews = texts(model, lengths)
    singly, together = in_turns(
        3,
        lambda: seconds(lambda: [task.predict(model, [review]) for review in reviews]),
        lambda: seconds(lambda: task.predict(model, reviews)),
    )
    return row(
        singly / together,
        "times",
        "at least 5",
        f"1,000 texts of {lengths.mean():.0f} words on average: {1000 / together:,.0f} texts/s in one call, "
        f"{1000 / singly:,.0f} texts/s one by one",
    )


def step_setting(mixed: bool, architecture: Architecture = SETTING) -> tuple[SequenceModel, Batch]:
    """A model, and a batch of 64 random texts: all of 256 tokens, or of mixed lengths up to 256.

    Mixed lengths are those that training sees: the longest batch of a sorted pool of texts of 32 to 256 tokens.
    """
    generator = torch.Generator().manual_seed(0)
    vocabulary = Vocabulary("words", (PAD, UNK, *(f"w{n}" for n in range(1000))))
    torch.manual_seed(0)
    model = SequenceModel(architecture, vocabulary, ("negative", "positive"))
    pool = torch.randint(32, 257, (64 * Batches.POOL,), generator=generator)
    lengths = pool.sort().values[-64:] if mixed else torch.full((64,), 256)
    lengths = lengths[torch.randperm(64, generator=generator)]
    inputs = torch.randint(2, len(vocabulary), (64, 256), generator=generator)
    inputs = inputs.masked_fill(torch.arange(256) >= lengths[:, None], 0)
    return model, Batch(inputs, lengths, torch.randint(0, 2, (64,), generator=generator))


def padded_vs_packed(architecture: Architecture = SETTING) -> dict[str, Any]:
    """The time of a training step with `pack_padded_sequence` over that of the padded one, with the same weights."""
    model, batch = step_setting(mixed=True, architecture=architecture)
    pooling = model.eval().pooling  # without dropout the two can be compared; it costs next to nothing
    assert pooling is not None  # the model answers once, at the end
    criterion = nn.CrossEntropyLoss()

    def padded() -> Tensor:
        return model(batch.inputs, batch.lengths)

    def packed() -> Tensor:
        x = pack_padded_sequence(model.embed(batch.inputs), batch.lengths, batch_first=True, enforce_sorted=False)
        h = pad_packed_sequence(model.rnn(x)[0], batch_first=True)[0]
        return model.answer(pooling(h, batch.lengths))

    results: dict[str, list[Tensor]] = {}

    def step(forward: Callable[[], Tensor]) -> None:
        model.zero_grad()
        logits = forward()
        criterion(logits, batch.targets).backward()
        gradients = (parameter.grad for parameter in model.parameters() if parameter.grad is not None)
        results[forward.__name__] = [logits.detach(), *gradients]

    slow, fast = in_turns(5, lambda: seconds(lambda: step(packed)), lambda: seconds(lambda: step(padded)))
    pairs = zip(results["packed"], results["padded"], strict=True)
    apart = max(float((one - other).abs().max()) for one, other in pairs)
    return row(
        slow / fast,
        "times",
        "at least 8",
        f"packed {slow:.2f} s, padded {fast:.3f} s ({architecture.embedding_size} to {architecture.hidden_size}); "
        f"answers and gradients differ by at most {apart:.1e} (promised: at most 1e-5)",
    )


def review_step() -> dict[str, Any]:
    """The time of a packed training step over that of a padded one, for a model of the recipe's size."""
    return padded_vs_packed(RECIPE.architecture)
