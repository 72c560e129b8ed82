"""Answers on training: batches and padding, packing, normalisation, forcing, overfitting, dropout, tuning."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from rnn_demo.network.padding import pad
from rnn_demo.ui.learn.answers.answer import Answer, claims, number, tiny
from rnn_demo.ui.learn.measures import curves
from rnn_demo.ui.learn.networks import Networks
from rnn_demo.zoo.build import read_examples
from rnn_demo.zoo.recipes import find_recipe

REPEATS = 3  # of a measurement, of which the shortest counts


def batch_of(networks: Networks, model: str, texts: str) -> tuple[Tensor, Tensor]:
    """Texts, separated by commas, as ids (B, T) padded on the right, and lengths (B,)."""
    network = networks.model(model)
    return pad([network.encode(text.strip()) for text in texts.split(",")])


def padding(networks: Networks, model: str, texts: str) -> Answer:
    """How many places of a batch are padding."""
    ids, lengths = batch_of(networks, model, texts)
    B, T = ids.shape
    real = int(lengths.sum())
    facts = {"rows": str(B), "steps": str(T), "places": str(B * T), "letters": str(real)}
    shortest = int(lengths.min())
    return number(B * T - real, {"places": B * T, "letters": real, "shortest": T - shortest}, facts)


@torch.inference_mode()
def last_after_padding(networks: Networks, model: str, texts: str) -> Answer:
    """What the last row of `output` is for the shortest text of a padded batch."""
    network = networks.model(model)
    ids, lengths = batch_of(networks, model, texts)
    k = int(lengths.argmin())
    output, _ = network.rnn(network.embed(ids))
    alone, _ = network.rnn(network.embed(ids[k : k + 1, : lengths[k]]))
    last, own = output[k, -1], alone[0, -1]
    at_length = output[k, int(lengths[k]) - 1]
    assert torch.allclose(at_length, own, atol=1e-4), "what is padded on the right changes nothing before it"
    apart = float((last - own).abs().max())
    text = texts.split(",")[k].strip()
    facts = {"text": text, "length": str(int(lengths[k])), "steps": str(ids.shape[1]), "apart": f"{apart:.2f}"}
    return claims(facts, moved=apart > 1e-3, same=apart <= 1e-3, zero=not last.any())


@torch.inference_mode()
def packed(networks: Networks, model: str, texts: str) -> Answer:
    """Packed, or padded and taken at each length: which is nearer to each text read alone, and what did each cost?"""
    network = networks.model(model)
    ids, lengths = batch_of(networks, model, texts)
    rows = torch.arange(len(ids))

    def by_padding() -> Tensor:
        output, _ = network.rnn(network.embed(ids))
        result: Tensor = output[rows, lengths - 1]
        return result

    def by_packing() -> Tensor:
        sequence = pack_padded_sequence(network.embed(ids), lengths, batch_first=True, enforce_sorted=False)
        output, _ = pad_packed_sequence(network.rnn(sequence)[0], batch_first=True)
        result: Tensor = output[rows, lengths - 1]
        return result

    alone = torch.stack(
        [network.rnn(network.embed(row[None, :T]))[0][0, -1] for row, T in zip(ids, lengths, strict=True)]
    )
    apart = float((by_padding() - by_packing()).abs().max())
    off_padded, off_packed = (float((states - alone).abs().max()) for states in (by_padding(), by_packing()))
    facts = {"apart": tiny(apart), "padded": milliseconds(by_padding), "packed": milliseconds(by_packing)}
    return claims(facts, same=apart < 1e-4, better=off_packed < off_padded - 1e-4, worse=off_packed > off_padded + 1e-4)


def milliseconds(act: Callable[[], object]) -> str:
    """The shortest time of some, in milliseconds."""
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        act()
        times.append(time.perf_counter() - start)
    return f"{1000 * min(times):.1f}"


@torch.inference_mode()
def normalised(networks: Networks, model: str, texts: str) -> Answer:
    """Which normalisation of a text's state depends on the other texts of the batch."""
    network = networks.model(model)
    ids, _ = batch_of(networks, model, texts)
    h = network.rnn(network.embed(ids))[0][:, 0]  # (B, H), after the first letter
    moved = {}
    for name, norm in (("layer", nn.LayerNorm(h.shape[1])), ("batch", nn.BatchNorm1d(h.shape[1]))):
        norm.train()
        moved[name] = not torch.allclose(norm(h)[0], norm(h[:2])[0], atol=1e-5)
    layer, batch = moved["layer"], moved["batch"]
    return claims({}, batch=batch and not layer, layer=layer and not batch, both=batch and layer)


def forced_inputs(networks: Networks, recipe: str) -> Answer:
    """What a network reads while it learns to write: the truth, whatever it answered before."""
    (example, *_) = networks.once(("examples", recipe), lambda: read_examples(find_recipe(recipe), None))
    reads, should = list(example.text), list(example.label)
    truth = reads[1:] == should[:-1]
    facts = {"reads": example.text, "answers": example.label}
    return claims(facts, truth=truth, own=not truth, nothing=not reads)


def best_epoch(networks: Networks, recipe: str) -> Answer:
    """The epoch at which the validation loss is lowest."""
    epochs = networks.once(("curves", recipe), lambda: curves(recipe))
    judged = [(e.validation_loss, e.epoch) for e in epochs if e.validation_loss is not None]
    lowest, at = min(judged)
    training = min((e.loss, e.epoch) for e in epochs)[1]
    facts = {"epoch": str(at), "lowest": f"{lowest:.2f}", "end": f"{judged[-1][0]:.2f}", "all": str(epochs[-1].epoch)}
    wide = max(1.0, 0.06 * len(epochs))  # what the eye can tell
    return number(at, {"training": training, "start": epochs[0].epoch}, facts, tolerance=wide)


@torch.inference_mode()
def dropout(networks: Networks) -> Answer:
    """When dropout is at work: two passes differ while training, and not afterwards."""
    layer = nn.Dropout(0.5)
    x = torch.ones(64)
    torch.manual_seed(0)
    training = not torch.equal(layer.train()(x), layer(x))
    answering = not torch.equal(layer.eval()(x), layer(x))
    mean = float(layer.train()(torch.ones(10_000)).mean())
    return claims(
        {"mean": f"{mean:.1f}"},
        training=training and not answering,
        always=training and answering,
        answering=answering and not training,
    )


def learning_rates(networks: Networks, small: str, middle: str, large: str, steps: str) -> Answer:
    """Gradient descent on w², from w = 1, with three learning rates: which one flies off?"""
    ends = {}
    for name, rate in (("small", small), ("middle", middle), ("large", large)):
        w = 1.0
        for _ in range(int(steps)):
            w -= float(rate) * 2 * w  # the derivative of w² is 2w
        ends[name] = abs(w)
    facts = {name: f"{end:.2g}" for name, end in ends.items()}
    return claims(facts | {"steps": steps}, **{name: end > 1 for name, end in ends.items()})


def best_of_many(networks: Networks, models: str, questions: str) -> Answer:
    """The best score of many networks that only guess between two answers."""
    scores = np.random.default_rng(0).integers(0, 2, (int(models), int(questions))).mean(axis=1)
    best, mean = float(scores.max()), float(scores.mean())
    return claims(
        {"best": networks.words.percent(best), "mean": networks.words.percent(mean)},
        half=best < 0.55,
        more=0.55 <= best < 0.9,
        all=best >= 0.9,
    )


ANSWERS: dict[str, Callable[..., Answer]] = {
    "padding": padding,
    "last_after_padding": last_after_padding,
    "packed": packed,
    "normalised": normalised,
    "forced_inputs": forced_inputs,
    "best_epoch": best_epoch,
    "dropout": dropout,
    "learning_rates": learning_rates,
    "best_of_many": best_of_many,
}
