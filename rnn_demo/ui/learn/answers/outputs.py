"""Answers on what a network says: shares of the answers, one answer or one a step, and "I don't know"."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rnn_demo.network.arrays import softmax
from rnn_demo.tasks import TASKS
from rnn_demo.ui.learn.answers.answer import Answer, claims, number
from rnn_demo.ui.learn.networks import Networks


def scores_of_a_step(networks: Networks, model: str, text: str) -> Answer:
    """How many shares the head gives after a step."""
    trace, network = networks.trace(model, text), networks.model(model)
    C = trace.probabilities.shape[1]
    V, H = len(network.vocabulary), network.architecture.hidden_size
    facts = {"total": f"{trace.probabilities[0].sum():.0f}", "units": str(H), "answers": str(C)}
    return number(C, {"one": 1, "input": V, "units": H}, facts)


def shifted_scores(networks: Networks, model: str, text: str) -> Answer:
    """What the shares become when the same number is added to every score."""
    logits = networks.trace(model, text).logits[-1].astype(float)
    before, after, doubled = softmax(logits), softmax(logits + 3), softmax(2 * logits)
    best = int(before.argmax())
    return claims(
        {
            "before": networks.words.percent(float(before[best])),
            "doubled": networks.words.percent(float(doubled[best])),
        },
        same=bool(np.allclose(before, after)),
        sharper=bool(after[best] > before[best] + 1e-6),
        more=bool(after.sum() > before.sum() + 1e-6),
    )


def answers_every_step(networks: Networks, first: str, second: str, third: str) -> Answer:
    """Which of three networks gives an answer after every step, because that is what it learnt."""
    each = {name: networks.model(name).architecture.per_step for name in (first, second, third)}
    return claims({}, **{name.replace("-", "_"): per_step for name, per_step in each.items()})


def running_verdict(networks: Networks, model: str, text: str) -> Answer:
    """The probability of the last label after each token, as a curve."""
    trace = networks.trace(model, text)
    p = tuple(float(share) for share in trace.probabilities[:, -1])
    end = (0.5,) * (len(p) - 1) + p[-1:]
    facts = {"lowest": networks.words.percent(min(p)), "end": networks.words.percent(p[-1])}
    mistakes = {"end": end, "turned": tuple(1 - share for share in p)}
    return Answer(p, mistakes, facts, tolerance=0.15, blanks=trace.tokens)


def refusal(networks: Networks, model: str, text: str) -> Answer:
    """Does the network answer a question, or does it say that it does not know?"""
    network = networks.model(model)
    answer = TASKS[network.task].predict(network, [text])[0]
    top = answer["top"][0]
    threshold = network.settings["threshold"]
    says = f"“{answer['answer']}”" if answer["known"] else networks.words("answer.unknown")
    facts = {
        "best": top["answer"],
        "share": networks.words.percent(top["probability"]),
        "threshold": networks.words.percent(threshold),
        "says": says,
    }
    return claims(facts, known=answer["known"], refused=not answer["known"])


ANSWERS: dict[str, Callable[..., Answer]] = {
    "scores_of_a_step": scores_of_a_step,
    "shifted_scores": shifted_scores,
    "answers_every_step": answers_every_step,
    "running_verdict": running_verdict,
    "refusal": refusal,
}
