"""Question answering: each distinct answer is a class, so an answer keeps its capitals, spaces and accents.

One class is special: the answer "I don't know". Questions that must be refused are taught with it, so the
network learns what a question without an answer looks like, and their probability is lost to every real answer.
There may be several, each with a reason: "I don't know: I cannot calculate".
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch

from rnn_demo.data.paraphrases import UNSEEN, variants
from rnn_demo.data.slips import with_slip
from rnn_demo.data.spelling import corrections
from rnn_demo.data.vocabulary import TOKENIZERS, Vocabulary
from rnn_demo.network.arrays import softmax
from rnn_demo.network.model import SequenceModel
from rnn_demo.tasks.answers import QAAnswer, QAVerdict
from rnn_demo.tasks.base import Example, Split, Task, normal, split_by_hash, top

REFUSAL = "I don't know"
DEFAULT_THRESHOLD = 0.5
BECAUSE = f"{REFUSAL}: "  # how a refusal with a reason begins
ENOUGH = 0.985  # of the held-out questions to refuse, which are harder than most that visitors think of
SURE = 0.9  # of the answer to a question with a slip put right: then it is answered
RARE = 3  # a word seen fewer times than this in questions to refuse is treated as unknown
MAX_VARIANTS = 3_000  # that are made of a visitor's questions
SLIPS = 0.3  # of the questions are practised with a slip as well
AT_ONCE = 1_024  # questions whose probabilities are in memory together: a visitor may have taught 5,000 answers


def is_refusal(label: str) -> bool:
    """Is this label "I don't know", with or without a reason?"""
    return label == REFUSAL or label.startswith(BECAUSE)


class QA(Task):
    """A question in, an answer out, or "I don't know": below the model's threshold, or where that is most probable."""

    title = "Question answering"
    question = "Which answer to this question?"
    lesson = 4
    columns = ("question", "answer")
    tokenizer = "plain_words"
    tests_recall = True

    def split(self, examples: Sequence[Example], seed: int) -> Split:
        """One phrasing in five to validate, where an answer has five; with fewer, all are learnt.

        The first phrasing of an answer is always learnt, so that no answer goes untaught. Of what is learnt, some is
        practised with a slip as well.
        """
        counts: dict[str, int] = {}
        for example in examples:
            counts[example.label] = counts.get(example.label, 0) + 1
        sides = split_by_hash(examples, seed, validation=0.2, test=0.0)
        firsts = {id(example) for example in {example.label: example for example in reversed(examples)}.values()}
        validation = [e for e in sides.validation if counts[e.label] >= 5 and id(e) not in firsts]
        ids = {id(example) for example in validation}
        train = tuple(example for example in examples if id(example) not in ids)
        texts = {normal(example.text) for example in train}
        validation = [example for example in validation if normal(example.text) not in texts]
        return Split(train, tuple(validation), practice=tuple(with_slips(train, seed)))

    def vocabulary(
        self, examples: Sequence[Example], tokenizer: str, max_size: int | None, min_count: int
    ) -> Vocabulary:
        """A rare word of questions to refuse stays unknown: so the network learns what an unknown word means.

        Questions to refuse hold names without end; to know a few of them by heart would say nothing about the next.
        """
        facts, refusals = ([e.text for e in examples if is_refusal(e.label) is refusal] for refusal in (False, True))
        frequent = Vocabulary.build(refusals, tokenizer, None, max(min_count, RARE))
        words = {*Vocabulary.build(facts, tokenizer, None, min_count).tokens, *frequent.tokens}
        tokens = Vocabulary.build([*facts, *refusals], tokenizer, None, min_count).tokens
        return Vocabulary(tokenizer, tuple(token for token in tokens if token in words)[:max_size])

    def choose_settings(self, model: SequenceModel, split: Split) -> dict[str, float]:
        """The threshold, from held-out phrasings and refusals: the share got right of each, added, is to be large.

        The lowest within one standard error of the best is taken (Breiman et al. 1984, section 3.4.3), or a lower one
        that still refuses `ENOUGH`: what was taught is to be answered. Without refusals, or with nothing else, there
        is nothing to choose by. It is chosen as if it alone decided: these refusals are of the kinds that were taught,
        so with the learnt "I don't know" any threshold would do for them, but not for other questions.
        """
        if len({is_refusal(example.label) for example in split.validation}) < 2:
            return {"threshold": DEFAULT_THRESHOLD}
        confidence, _, right, answerable = judge(model, split.validation)
        thresholds = np.arange(1, 100) / 100
        above = confidence >= thresholds[:, None]  # (thresholds, N)
        answered = (above & right)[:, answerable].mean(1)
        refused = (~above)[:, ~answerable].mean(1)
        best = int((answered + refused).argmax())
        parts = ((answered[best], answerable.sum()), (refused[best], (~answerable).sum()))
        error = np.sqrt(sum(share * (1 - share) / count for share, count in parts))
        good = (answered + refused >= (answered + refused)[best] - error) | (refused >= ENOUGH)
        return {"threshold": float(thresholds[good.argmax()])}

    def measure(self, model: SequenceModel, examples: Sequence[Example]) -> dict[str, Any]:
        """At the model's threshold: the share of answerable questions answered rightly, of the others refused.

        What is refused whatever the threshold counts as refused at each. `auc` is the area under the curve that tells
        the two apart by confidence (0.5: not at all, 1: wholly).
        """
        confidence, refuses, right, answerable = judge(model, examples)
        threshold = model.settings.get("threshold", DEFAULT_THRESHOLD)
        answered = (confidence >= threshold) & ~refuses
        measured: dict[str, Any] = {"threshold": threshold}
        if answerable.any():
            measured["answered_right"] = float((right & answered)[answerable].mean())
        if not answerable.all():
            measured["refused"] = float((~answered)[~answerable].mean())
        if answerable.any() and not answerable.all():
            measured["auc"] = area_under_curve(confidence[answerable], confidence[~answerable])
        return measured | {"coverage": coverage(np.where(refuses, -np.inf, confidence), right)}

    def predict(self, model: SequenceModel, texts: Sequence[str], threshold: float | None = None) -> list[QAAnswer]:
        """Answers with confidence; `threshold` overrules the model's own.

        A question that is refused, but would be answered if its unknown words were known ones with typing errors,
        comes with "did_you_mean" and what it "would_answer". One that is corrected in part alone is not offered. Where
        it would be sure of that answer, it is given.
        """
        if threshold is None:
            threshold = model.settings.get("threshold", DEFAULT_THRESHOLD)
        answers = _answers(model, texts, threshold)
        rewordings_of = [
            [] if answer["known"] else corrections(model.vocabulary, answer["input"]) for answer in answers
        ]
        others = iter(_answers(model, [text for rewordings in rewordings_of for text in rewordings], threshold))
        for answer, rewordings in zip(answers, rewordings_of, strict=True):
            some = itertools.islice(others, len(rewordings))
            whole = [other for other in some if other["known"] and not any(map(str.isalpha, other["unknown_words"]))]
            if whole:
                best = max(whole, key=lambda other: other["confidence"])
                answer["did_you_mean"], answer["would_answer"] = best["input"], best["answer"]
                if best["confidence"] >= SURE:
                    answer.update({"known": True, "reason": None, "answer": best["answer"]})
                    answer.update({"confidence": best["confidence"], "top": best["top"]})
        return answers


class OwnQA(QA):
    """A visitor's own questions, each asked in one way: practised on variants of them, which also teach to refuse."""

    title = "Questions of your own"

    def split(self, examples: Sequence[Example], seed: int) -> Split:
        """All examples train; of their variants, four in five are practised and the others validate."""
        variants = split_by_hash(self._variants(examples, seed), seed, validation=0.2, test=0.0)
        texts = {normal(example.text) for example in (*examples, *variants.train)}
        validation = tuple(e for e in variants.validation if normal(e.text) not in texts)
        return Split(tuple(examples), validation, practice=variants.train)

    def labels(self, examples: Sequence[Example]) -> list[str]:
        return list(dict.fromkeys([*super().labels(examples), REFUSAL]))

    def choose_settings(self, model: SequenceModel, split: Split) -> dict[str, float]:
        """Half sure is sure enough: what is held out was made by a rule, so it cannot say what people will ask."""
        return {"threshold": DEFAULT_THRESHOLD}

    def _variants(self, examples: Sequence[Example], seed: int) -> list[Example]:
        rounds = max(1, min(20, MAX_VARIANTS // (10 * len(examples))))  # a round makes about 10 of each
        questions = [TOKENIZERS[self.tokenizer](example.text) or [UNSEEN] for example in examples]
        same, other = variants(questions, rounds, seed)
        results = [Example(" ".join(tokens), examples[number].label) for tokens, number in same]
        results += [Example(" ".join(tokens), REFUSAL) for tokens in other]
        return random.Random(seed).sample(results, min(len(results), MAX_VARIANTS))


class NotebookQA(QA):
    """As the QA notebook has it: one token out of the joint vocabulary of questions and answers."""

    title = "Question answering, one token of a joint vocabulary"
    tokenizer = "spaced_words"

    def split(self, examples: Sequence[Example], seed: int) -> Split:
        """Everything is learnt: with one way of asking for each fact, nothing can be held out."""
        return Split(tuple(examples))

    def vocabulary(
        self, examples: Sequence[Example], tokenizer: str, max_size: int | None, min_count: int
    ) -> Vocabulary:
        texts = (text for example in examples for text in (example.text, example.label))
        return Vocabulary.build(texts, tokenizer, max_size, min_count)

    def labels(self, examples: Sequence[Example]) -> list[str]:
        """Every token of the vocabulary but `<PAD>`; one that answers a question is spelt as its answer is."""
        tokens = self.vocabulary(examples, self.tokenizer, None, 1).tokens[1:]
        spelling = {
            " ".join(TOKENIZERS[self.tokenizer](example.label)): example.label for example in reversed(examples)
        }
        return [spelling.get(token, token) for token in tokens]


def with_slips(examples: Sequence[Example], seed: int) -> list[Example]:
    """A share of the examples, `SLIPS`, each with one slip; those that this makes another's text are left out."""
    generator = random.Random(seed)
    texts = {normal(example.text) for example in examples}
    some = (example for example in examples if generator.random() < SLIPS)
    slips = (Example(text, e.label) for e in some if (text := with_slip(e.text, generator)) is not None)
    return [example for example in slips if normal(example.text) not in texts]


def _answers(model: SequenceModel, texts: Sequence[str], threshold: float) -> list[QAAnswer]:
    answers: list[QAAnswer] = []
    for start in range(0, len(texts), AT_ONCE):
        part = texts[start : start + AT_ONCE]
        probabilities = model.probabilities(part)
        tops = top(model, probabilities, "answer", without=refusals_of(model))
        likeliest = [model.labels[c] for c in probabilities.argmax(1)]
        p_refusals = _refusals(model, probabilities).tolist()
        for text, best, p_refusal, label in zip(part, tops, p_refusals, likeliest, strict=True):
            tokens = model.vocabulary.tokenize(text)
            verdict = _verdict(model, tokens, best[0], p_refusal, threshold)
            answers.append(
                {
                    "input": text,
                    **verdict,
                    "reason": _reason(model, tokens, label),
                    "top": best,
                    "unknown_words": model.vocabulary.unknown(tokens),
                    "did_you_mean": None,
                    "would_answer": None,
                }
            )
    return answers


def _reason(model: SequenceModel, tokens: Sequence[str], likeliest: str) -> str | None:
    """Why it refuses, where its likeliest label says so and it knows one of the words that it says so of."""
    gives_one = likeliest.startswith(BECAUSE) and knows_a_word(model, tokens)
    return likeliest.removeprefix(BECAUSE) if gives_one else None


def _verdict(
    model: SequenceModel, tokens: Sequence[str], best: dict[str, Any], p_refusal: float, threshold: float
) -> QAVerdict:
    """What the network says after these tokens.

    Whatever the threshold, it refuses where "I don't know" is more probable than any answer, and where it knows none
    of the words.
    """
    confidence = best["probability"]
    known = confidence >= max(threshold, p_refusal) and knows_a_word(model, tokens)
    return {"answer": best["answer"] if known else None, "known": known, "confidence": confidence}


def _refusals(model: SequenceModel, probabilities: np.ndarray) -> np.ndarray:
    """The probability of "I don't know" (N,) among `probabilities` (N, C); 0 of a network that was not taught it."""
    return probabilities[:, [c for c, label in enumerate(model.labels) if is_refusal(label)]].sum(1)


def refusals_of(model: SequenceModel) -> tuple[str, ...]:
    """The labels of a model that refuse."""
    return tuple(filter(is_refusal, model.labels))


def knows_a_word(model: SequenceModel, tokens: Sequence[str]) -> bool:
    """Is one of the tokens in the model's vocabulary?"""
    return any(token in model.vocabulary.index for token in tokens)


@torch.inference_mode()
def answers_so_far(model: SequenceModel, text: str, threshold: float) -> list[dict[str, Any]]:
    """What it would have answered after each token: [{"token", "answer" or None, "known", "confidence"}, ...].

    The last one is its answer. Raises ValueError for a bidirectional network, which has read the rest by then.
    """
    if model.architecture.bidirectional:
        raise ValueError("a bidirectional network reads the whole question at once; choose one that reads forward")
    tokens = model.vocabulary.tokenize(text)
    if not tokens:
        return []
    ids = torch.tensor([model.vocabulary.encode(tokens)], device=model.device)
    logits = model.running_logits(ids, torch.tensor([len(tokens)], device=model.device))[0]  # (T, C)
    probabilities = softmax(logits.cpu().numpy() / model.settings.get("temperature", 1.0))
    tops = top(model, probabilities, "answer", 1, refusals_of(model))
    rows = zip(tops, _refusals(model, probabilities).tolist(), strict=True)
    return [
        {"token": tokens[t], **_verdict(model, tokens[: t + 1], best, p_refusal, threshold)}
        for t, ((best,), p_refusal) in enumerate(rows)
    ]


def question_read(answer: Mapping[str, Any]) -> str:
    """The question that an answer is to: as it was asked, or with a slip put right."""
    return str((answer["known"] and answer["did_you_mean"]) or answer["input"])


def refusal(model: SequenceModel, text: str) -> float:
    """The probability of "I don't know"; 0 of a network that was not taught it."""
    return float(_refusals(model, model.probabilities([text]))[0])


def judge(model: SequenceModel, examples: Sequence[Example]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """For each example (N,): how probable the best answer other than "I don't know" is, whether the network refuses
    whatever the threshold (see `_verdict`), whether that answer is right, and whether the question has an answer.
    """
    probabilities = model.probabilities([example.text for example in examples])
    refusals = _refusals(model, probabilities)
    probabilities[:, [c for c, label in enumerate(model.labels) if is_refusal(label)]] = 0.0
    confidence = probabilities.max(1)
    best = [model.labels[c] for c in probabilities.argmax(1)]
    knows = np.array([knows_a_word(model, model.vocabulary.tokenize(example.text)) for example in examples])
    return (
        confidence,
        ~knows | (confidence < refusals),
        np.array([answer == example.label for answer, example in zip(best, examples, strict=True)]),
        np.array([not is_refusal(example.label) for example in examples]),
    )


def coverage(confidence: np.ndarray, right: np.ndarray) -> list[dict[str, Any]]:
    """What each threshold costs: [{"threshold", "answered" (of all), "right" (of the answered, or None)}, ...].

    `confidence` (N,) is -inf where a question is refused at each threshold, `right` (N,) as `judge` has it. To answer a
    question that should be refused is wrong.
    """
    points = []
    for threshold in np.linspace(0, 1, 51):
        answered = confidence >= threshold
        share = float(right[answered].mean()) if answered.any() else None
        points.append({"threshold": round(float(threshold), 2), "answered": float(answered.mean()), "right": share})
    return points


def answerable_share(measured: Mapping[str, Any]) -> float | None:
    """The share of questions that have an answer, from what `QA.measure` found of them; None where that cannot be told.

    The correct answers are the same, as a share of all questions (from the coverage at its threshold) and of those that
    have an answer. Between two points of the coverage the nearest one serves: there they hardly differ.
    """
    points, correct = measured.get("coverage", ()), measured.get("answered_right")
    if not points or not correct:
        return None
    here = min(points, key=lambda point: abs(point["threshold"] - measured["threshold"]))
    return min(1.0, here["answered"] * here["right"] / correct) if here["right"] else None


def area_under_curve(above: np.ndarray, below: np.ndarray) -> float:
    """The chance that one of `above` is larger than one of `below`, ties counting half (Mann and Whitney 1947)."""
    below = np.sort(below)
    ranks = [np.searchsorted(below, above, side) for side in ("left", "right")]  # how many are smaller, or not larger
    return float(np.mean(ranks) / len(below))
