"""Question answering: each distinct answer is a class, so an answer keeps its capitals, spaces and accents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from rnn_demo.model import SequenceModel
from rnn_demo.tasks.task import Example, Split, Task, top
from rnn_demo.vocabulary import TOKENIZERS, Vocabulary

DEFAULT_THRESHOLD = 0.5


class QA(Task):
    """A question in, an answer out, or "I don't know" below the model's threshold."""

    title = "Question answering"
    columns = ("question", "answer")
    tokenizer = "plain_words"

    def split(self, examples: Sequence[Example], seed: int) -> Split:
        """Everything is learnt: with one way of asking for each fact, nothing can be held out."""
        return Split(tuple(examples))

    def predict(self, model: SequenceModel, texts: Sequence[str], threshold: float | None = None) -> list[dict[str, Any]]:
        """Answers with confidence; `threshold` overrules the model's own."""
        if threshold is None:
            threshold = model.settings.get("threshold", DEFAULT_THRESHOLD)
        return [self._answer(model, text, p, threshold) for text, p in zip(texts, model.probabilities(texts), strict=True)]

    def _answer(self, model: SequenceModel, text: str, probabilities: np.ndarray, threshold: float) -> dict[str, Any]:
        tokens = model.vocabulary.tokenize(text)
        unknown = model.vocabulary.unknown(tokens)
        best = top(model, probabilities, "answer")
        confidence = best[0]["probability"]
        known = confidence >= threshold and len(unknown) < len(tokens)  # of words it has never seen it knows nothing
        return {
            "input": text,
            "answer": best[0]["answer"] if known else None,
            "known": known,
            "confidence": confidence,
            "top": best,
            "unknown_words": unknown,
        }


class NotebookQA(QA):
    """As the QA notebook has it: one token out of the joint vocabulary of questions and answers."""

    title = "Question answering, one token of a joint vocabulary"
    tokenizer = "spaced_words"

    def vocabulary(self, examples: Sequence[Example], tokenizer: str, max_size: int | None, min_count: int) -> Vocabulary:
        texts = (text for example in examples for text in (example.text, example.label))
        return Vocabulary.build(texts, tokenizer, max_size, min_count)

    def labels(self, examples: Sequence[Example]) -> list[str]:
        """Every token of the vocabulary but `<PAD>`; one that answers a question is spelt as its answer is."""
        tokens = self.vocabulary(examples, self.tokenizer, None, 1).tokens[1:]
        spelling = {" ".join(TOKENIZERS[self.tokenizer](example.label)): example.label for example in reversed(examples)}
        return [spelling.get(token, token) for token in tokens]
