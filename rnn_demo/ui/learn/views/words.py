"""Views of words: the tokens of a text, its verdict as it is read, other orders of it, and the map of embeddings."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

from rnn_demo.analysis.nearest_words import nearest_words
from rnn_demo.network.arrays import Array
from rnn_demo.ui.learn.contracts import Column
from rnn_demo.ui.learn.networks import Networks
from rnn_demo.ui.learn.views.view import Picture, bars, columns, grid, plane, table, visible


def tokens(networks: Networks, model: str, text: str) -> Picture:
    """The tokens alone, so that one of them can be chosen."""
    trace = networks.trace(model, text)
    words = networks.words
    heads = columns(trace, words, answers=False)
    return Picture(grid(words, words("picture.tokens"), heads, [], np.zeros((0, len(heads)))))


def ids(networks: Networks, model: str, text: str) -> Picture:
    """Each token with its number in the vocabulary."""
    vocabulary = networks.model(model).vocabulary
    pieces = vocabulary.tokenize(text) or [text]
    words, rows = networks.words, []
    for token in pieces:
        number = vocabulary.number(token)
        known = "<UNK>" if number is None else words("picture.known")
        rows.append([visible(token), str(1 if number is None else number), known])
    facts = {"tokens": str(len(pieces)), "vocabulary": words.count(len(vocabulary))}
    head = [words(f"picture.{name}") for name in ("token", "number", "in_vocabulary")]
    return Picture(table(words("picture.ids", text=text), head, rows), facts)


def running(networks: Networks, model: str, text: str) -> Picture:
    """The probability of the last label (positive) after each token."""
    trace = networks.trace(model, text)
    p, words = trace.probabilities[:, -1], networks.words
    heads: list[Column] = [
        {"name": visible(token), "top": words.percent(float(share))}
        for token, share in zip(trace.tokens, p, strict=True)
    ]
    name = words.label(trace.labels[-1])
    return Picture(grid(words, words("picture.running", label=name), heads, [name], 2 * p[None] - 1, 1.0, None))


def orders(networks: Networks, model: str, text: str) -> Picture:
    """The same words in three orders, and what the network says to each."""
    network, words = networks.model(model), networks.words
    texts = other_orders(network.vocabulary.tokenize(text) or [text])
    shares = network.probabilities(list(texts.values()))[:, -1]
    parts = [
        (f"{words(f'picture.{name}')}: {order}", float(share), words.percent(float(share)))
        for (name, order), share in zip(texts.items(), shares, strict=True)
    ]
    return Picture(bars(words("picture.orders", label=words.label(network.labels[-1])), parts, mark=0.5))


def other_orders(pieces: list[str]) -> dict[str, str]:
    """The same words in other orders, by the names that these have in words.md."""
    return {
        "as_written": " ".join(pieces),
        "backwards": " ".join(reversed(pieces)),
        "alphabet": " ".join(sorted(pieces)),
    }


def compare(networks: Networks, model: str, first: str, second: str) -> Picture:
    """What the network says to two texts."""
    network, words = networks.model(model), networks.words
    shares = network.probabilities([first, second])
    best = shares.argmax(axis=1)
    parts = [
        (f"{text} → {words.label(network.labels[k])}", float(row[k]), words.percent(float(row[k])))
        for text, k, row in zip((first, second), best, shares, strict=True)
    ]
    return Picture(bars(words("picture.compare"), parts))


def nearest(networks: Networks, model: str, words: str) -> Picture:
    """The nearest words of some, by the cosine of their embeddings."""
    asked = networks.model(model).vocabulary.tokenize(words)[:4] or [words]
    found = nearest_words(networks.model(model), asked, 4)
    rows = [[word, *(f"{near} {cosine:.2f}" for near, cosine in row)] for word, row in zip(asked, found, strict=True)]
    head = [networks.words("picture.word"), "1", "2", "3", "4"]
    return Picture(table(networks.words("picture.nearest"), head, rows))


GROUPS = {
    "praise": ("wonderful", "excellent", "great", "superb", "brilliant", "perfect", "amazing"),
    "blame": ("terrible", "awful", "horrible", "boring", "worst", "stupid", "waste"),
    "others": ("two", "three", "seven", "actor", "actress", "director", "camera", "music", "monday", "paris"),
}


def embeddings(networks: Networks, model: str) -> Picture:
    """A map of some words: their embeddings on the two directions in which these differ most."""
    network = networks.model(model)
    chosen = [(word, k) for k, group in ((1, "praise"), (2, "blame"), (0, "others")) for word in GROUPS[group]]
    chosen = [(word, group) for word, group in chosen if network.vocabulary.number(word) is not None]
    x = vectors(networks, model, [word for word, _ in chosen])
    x = x / np.linalg.norm(x, axis=1, keepdims=True)
    centred = x - x.mean(axis=0)
    plane_of = np.linalg.svd(centred, full_matrices=False)[2][:2]
    places = centred @ plane_of.T  # (N, 2)
    points = [(word, float(px), float(py), group) for (word, group), (px, py) in zip(chosen, places, strict=True)]
    size, words = str(x.shape[1]), networks.words
    label = words("picture.embeddings", words=len(points), size=size)
    return Picture(plane(label, points), {"size": size, "words": words.count(len(network.vocabulary))})


@torch.inference_mode()
def vectors(networks: Networks, model: str, words: list[str]) -> Array:
    """The embedding of each word, (N, E)."""
    network = networks.model(model)
    result: Array = network.embed(torch.tensor([network.vocabulary.encode(words)]))[0].float().numpy()
    return result


VIEWS: dict[str, Callable[..., Picture]] = {
    "tokens": tokens,
    "ids": ids,
    "running": running,
    "orders": orders,
    "compare": compare,
    "nearest": nearest,
    "embeddings": embeddings,
}
