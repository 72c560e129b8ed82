"""Answers on order, tokens, vocabularies and embeddings."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable

import numpy as np
import torch

from rnn_demo.ui.learn.answers.answer import Answer, claims, number, places
from rnn_demo.ui.learn.networks import Networks
from rnn_demo.ui.learn.views.words import other_orders, vectors


def same_words(networks: Networks, model: str, first: str, second: str) -> Answer:
    """Two texts of the same words in another order: does a count of the words, or the network, tell them apart?"""
    network = networks.model(model)
    pieces = [Counter(network.vocabulary.tokenize(text)) for text in (first, second)]
    shares = network.probabilities([first, second])[:, -1]
    same, apart = pieces[0] == pieces[1], bool((shares[0] - 0.5) * (shares[1] - 0.5) < 0)
    return claims(
        {"first": networks.words.percent(float(shares[0])), "second": networks.words.percent(float(shares[1]))},
        network=same and apart,
        both=not same and apart,
        neither=same and not apart,
    )


def orders_of_a_bag(networks: Networks, model: str, text: str) -> Answer:
    """How many different inputs a count of words sees in all orders of a text: one."""
    pieces = networks.model(model).vocabulary.tokenize(text)
    seen = {tuple(sorted(Counter(order.split()).items())) for order in other_orders(pieces).values()}
    orders = math.factorial(len(pieces)) // math.prod(math.factorial(k) for k in Counter(pieces).values())
    facts = {"words": str(len(pieces)), "orders": networks.words.count(orders)}
    return number(len(seen), {"orders": orders, "words": len(pieces)}, facts)


def turning_word(networks: Networks, model: str, text: str, expected: str) -> Answer:
    """The word that moves the verdict most, and another one that many expect to."""
    trace = networks.trace(model, text)
    p = trace.probabilities[:, -1]
    moves = np.abs(np.diff(p, prepend=p[0]))
    t = int(moves.argmax())
    guess = trace.tokens.index(expected)
    facts = {
        "word": trace.tokens[t],
        "before": networks.words.percent(float(p[t - 1])),
        "after": networks.words.percent(float(p[t])),
        "expected": expected,
        "moved": f"{100 * moves[guess]:.0f}",
        "label": networks.words.label(trace.labels[-1]),
    }
    return places({t}, {"expected": {guess}, "end": {len(p) - 1}}, facts)


def backwards(networks: Networks, model: str, text: str) -> Answer:
    """Is a text judged alike when its words are read from the end?"""
    network = networks.model(model)
    texts = list(other_orders(network.vocabulary.tokenize(text) or [text]).values())[:2]
    ahead, back = (float(share) for share in network.probabilities(texts)[:, -1])
    is_palindrome = texts[0] == texts[1]
    turned = (ahead - 0.5) * (back - 0.5) < 0
    facts = {
        "ahead": networks.words.percent(ahead),
        "back": networks.words.percent(back),
        "points": f"{100 * abs(ahead - back):.0f}",
    }
    return claims(
        facts,
        same=is_palindrome or ahead == back,
        moved=not is_palindrome and ahead != back and not turned,
        turned=not is_palindrome and ahead != back and turned,
    )


def tokens(networks: Networks, model: str, text: str) -> Answer:
    """How many tokens a text has, for this network."""
    pieces = networks.model(model).vocabulary.tokenize(text)
    facts = {"pieces": ", ".join(f"“{piece}”" for piece in pieces), "text": text}
    return number(len(pieces), {"words": len(text.split()), "letters": len(text)}, facts)


def unknown_token(networks: Networks, model: str, text: str) -> Answer:
    """What is read in place of a word that is not in the vocabulary."""
    network = networks.model(model)
    vocabulary = network.vocabulary
    pieces, ids = vocabulary.tokenize(text), network.encode(text)
    unknown = vocabulary.unknown(pieces)
    at = [ids[k] for k, piece in enumerate(pieces) if piece in unknown] if len(ids) == len(pieces) else []
    return claims(
        {"unknown": networks.words.both([f"“{word}”" for word in unknown]), "vocabulary": str(len(vocabulary))},
        unk=bool(at) and all(vocabulary.tokens[k] == "<UNK>" for k in at),
        skipped=len(ids) < len(pieces),
        pad=bool(at) and all(vocabulary.tokens[k] == "<PAD>" for k in at),
        nearest=bool(at) and all(k > 1 for k in at),
    )


def two_unknown(networks: Networks, model: str, first: str, second: str) -> Answer:
    """Can the network tell two texts apart that differ in unknown words alone?"""
    network = networks.model(model)
    a, b = (network.encode(text) for text in (first, second))
    shares = network.probabilities([first, second])[:, -1]
    return claims(
        {"first": networks.words.percent(float(shares[0])), "second": networks.words.percent(float(shares[1]))},
        same=a == b and bool(shares[0] == shares[1]),
        better=bool(shares[0] > shares[1]),
        worse=bool(shares[0] < shares[1]),
    )


def one_hot_size(networks: Networks, model: str, text: str) -> Answer:
    """How long the one-hot vector of a letter is."""
    network = networks.model(model)
    V, T = len(network.vocabulary), len(network.encode(text))
    facts = {"letters": str(V - 2), "size": str(V), "text": text}
    H = network.architecture.hidden_size
    return number(V, {"special": V - 2, "steps": T, "units": H, "one": 1}, facts)


@torch.inference_mode()
def one_hot_times_matrix(networks: Networks, model: str, word: str) -> Answer:
    """What a one-hot vector times the embedding matrix is."""
    network = networks.model(model)
    assert network.embedding is not None, "a lesson asks this of a network with an embedding"
    (k,) = network.vocabulary.encode([word])
    E = network.embedding.weight.float()
    hot = torch.zeros(len(E))
    hot[k] = 1
    product, written = hot @ E, networks.words.count
    return claims(
        {"word": word, "number": written(k), "rows": written(len(E)), "size": str(E.shape[1])},
        row=torch.equal(product, E[k]),
        sum=torch.allclose(product, E.sum(0), atol=1e-3),
        column=product.shape == E[:, 0].shape,
        number=product.numel() == 1,
    )


def nearest(networks: Networks, model: str, word: str, among: str) -> Answer:
    """Which of some words is nearest to a word by the cosine of their embeddings."""
    others = among.split(",")
    x = vectors(networks, model, [word, *others])
    x = x / np.linalg.norm(x, axis=1, keepdims=True)
    cosines = x[1:] @ x[0]
    facts = {
        "word": word,
        **{other: f"{cosine:.2f}".replace("-", "−") for other, cosine in zip(others, cosines, strict=True)},
    }
    return claims(facts, **{other: k == int(cosines.argmax()) for k, other in enumerate(others)})


ANSWERS: dict[str, Callable[..., Answer]] = {
    "same_words": same_words,
    "orders_of_a_bag": orders_of_a_bag,
    "turning_word": turning_word,
    "backwards": backwards,
    "tokens": tokens,
    "unknown_token": unknown_token,
    "two_unknown": two_unknown,
    "one_hot_size": one_hot_size,
    "one_hot_times_matrix": one_hot_times_matrix,
    "nearest": nearest,
}
