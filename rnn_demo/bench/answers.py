"""The speed of answers: one against the bare forward pass, and a thousand in one call against a thousand calls."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from rnn_demo.bench import machine_peak as peak
from rnn_demo.bench.stopwatch import Measurement, Timed, ratio
from rnn_demo.data.vocabulary import PAD, UNK, Vocabulary
from rnn_demo.network.model import SequenceModel
from rnn_demo.tasks import TASKS
from rnn_demo.tasks.base import top
from rnn_demo.tasks.qa import is_refusal, refusals_of
from rnn_demo.tasks.sentiment import has_bfloat16
from rnn_demo.zoo import build, checkpoint
from rnn_demo.zoo.recipes import RECIPES


def question_reader() -> tuple[SequenceModel, list[str]]:
    """An untrained model of the recipe, which takes as long as a trained one, and the questions of its training part.

    Its threshold is 0 and "I don't know" is improbable, because a question that it refused would be searched for typos
    as well.
    """
    model, split = build.build_model(RECIPES["qa"], build.read_examples(RECIPES["qa"], None))
    model.settings["threshold"] = 0.0
    with torch.no_grad():
        model.head.bias[[model.labels.index(label) for label in refusals_of(model)]] = -10.0
    return model.eval(), [example.text for example in split.train if not is_refusal(example.label)]


def review_reader() -> SequenceModel:
    """An untrained model of the recipe's size, which takes as long as a trained one."""
    torch.manual_seed(0)
    words = (f"w{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(676))
    vocabulary = Vocabulary("reviews", (PAD, UNK, *words))
    return SequenceModel(RECIPES["sentiment"].architecture, vocabulary, ("negative", "positive"), "sentiment").eval()


def random_reviews(model: SequenceModel, lengths: np.ndarray) -> list[str]:
    """Texts of random known words, with these lengths (N,)."""
    words = np.random.default_rng(0).choice(model.vocabulary.tokens[2:], size=lengths.sum())
    return [" ".join(part) for part in np.split(words, lengths.cumsum()[:-1])]


def one_answer() -> Measurement:
    """The time of a whole answer over that of the bare forward pass of the same weights."""
    model, texts = question_reader()
    text = max(texts[:200], key=lambda text: len(model.encode(text)))

    def best(probabilities: Tensor) -> float:
        return float(top(model, probabilities.numpy(), "answer", without=refusals_of(model))[0][0]["probability"])

    return answer_ratio("at most 2", 101, model, text, lambda h: h.amax(1), best, "confidence")


def one_review() -> Measurement:
    """The time of a whole verdict on a text of 200 words over that of the bare forward pass of the same weights."""
    model = review_reader()
    (text,) = random_reviews(model, np.array([200]))

    def pool(h: Tensor) -> Tensor:
        return torch.cat([h[:, -1], h.mean(1), h.amax(1)], dim=-1)

    return answer_ratio("at most 1.5", 41, model, text, pool, lambda p: float(p[0, 1]), "probability")


def answer_ratio(
    promise: str,
    rounds: int,
    model: SequenceModel,
    text: str,
    pool: Callable[[Tensor], Tensor],
    bare_probability: Callable[[Tensor], float],
    probability: str,
) -> Measurement:
    """A whole answer over the bare forward pass, written out with `pool` (1, T, H) -> (1, D); both must agree."""
    ids, embedding, task = torch.tensor([model.encode(text)]), model.embedding, TASKS[model.task]
    assert embedding is not None  # the recipes read words

    @torch.inference_mode()
    def bare() -> Tensor:
        return torch.softmax(model.head(pool(model.rnn(embedding(ids))[0])), dim=-1)

    apart = abs(bare_probability(bare()) - task.predict(model, [text])[0][probability])
    whole = Timed(lambda: task.predict(model, [text]))
    result = ratio(
        promise, rounds, (f"the whole answer to {ids.shape[1]} words", whole), ("the bare pass", Timed(bare))
    )
    result["detail"] += f"; the probabilities differ by {apart:.0e}"
    return result | {"share": peak.share(peak.reading_flops(model, ids.numel(), 1), whole)}


def many_questions() -> Measurement:
    """How many times more questions a second 1,000 in one call of `predict` are than in 1,000 calls."""
    model, texts = question_reader()
    return together_ratio("at least 10", 5, model, texts[:1_000])


def many_reviews() -> Measurement:
    """The share of the limit that 1,000 reviews in a call of `predict` reach, and how much faster than 1,000 calls."""
    model = checkpoint.open_checkpoint("sentiment")  # a trained one, because how sure it is affects the time
    lengths = np.random.default_rng(0).lognormal(np.log(174), 0.75, 1_000).astype(int).clip(10, 1_000)
    result = together_ratio("", 3, model, random_reviews(model, lengths))
    if has_bfloat16(model.device):
        faster = peak.matrix_rate(torch.bfloat16) / peak.matrix_rate()
        result["detail"] += f"; they are read in bfloat16, of whose own limit this is {result['share'] / faster:.0%}"
    return peak.judged_by_share(result, "at least 45")


def together_ratio(promise: str, rounds: int, model: SequenceModel, texts: list[str]) -> Measurement:
    """A call for each text over one call for all of them."""
    task = TASKS[model.task]
    singly = f"{len(texts):,} texts one by one", Timed(lambda: [task.predict(model, [text]) for text in texts])
    together = Timed(lambda: task.predict(model, texts))
    result = ratio(promise, rounds, singly, ("in one call", together))
    flops = peak.reading_flops(model, sum(len(model.encode(text)) for text in texts), len(texts))
    return result | {"share": peak.share(flops, together)}
