"""Self-training: two teachers label text that nobody has labelled, and the model learns from their labels.

One teacher is the model itself; the other counts phrases of up to three words (Wang & Manning 2012), knows nothing of
order beyond them, and so makes other mistakes. Their mean is right more often than either, and the model learns it
together with how sure they are (Hinton et al. 2015; Lee 2013, "pseudo-label").
"""

from __future__ import annotations

import random
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import torch
from torch import nn

from rnn_demo.data.sentences.edits import EDITS
from rnn_demo.limits import check_numbers, check_whole
from rnn_demo.network.model import SequenceModel
from rnn_demo.tasks.base import Example, Split, temperature
from rnn_demo.training.config import TrainingConfig

PHRASE = 3  # words of the longest phrase
EPOCHS = 3  # in which the weights of phrases are learnt
MEANINGLESS = ("link", "link", "quotes", "punctuation", "contraction")  # of `EDITS`, how often each is tried
TEMPERATURES = np.geomspace(0.25, 8, 61)


@dataclass(frozen=True)
class SelfTraining:
    """A round of self-training: what is learnt besides all the labelled examples, and how.

    `data` are files of unlabelled texts; those of more than `longest` words are skipped, because they would take most
    of the time. `labelled` are files of examples that need no teacher. `teacher` is a file with what a third
    teacher, which is no part of this program, said of the same texts and of sentences cut from them
    (`data.soft_labels`). A share `edited` of all that is learnt is learnt once more with a change that means nothing.
    """

    data: tuple[str, ...]
    training: TrainingConfig
    longest: int = 300
    labelled: tuple[str, ...] = ()
    teacher: str = ""
    edited: float = 0.0

    def __post_init__(self) -> None:
        check_whole(self, longest=(1, 100_000))
        check_numbers(self, edited=(0.0, 1.0))


class PhraseCounter:
    """Log-odds of a text as a weighted sum over its different phrases (Wang & Manning 2012, "NBSVM").

    The value of a phrase is the log-ratio of how often texts of each label contain it, times a weight that is learnt.
    """

    def __init__(self, texts: Sequence[Sequence[int]], positive: np.ndarray) -> None:
        """Learn from N texts of token numbers and `positive`, bool (N,): which of them have the second label."""
        self.base = 1 + max(max(text) for text in texts)  # a larger number is a word that no text had
        phrases = [self.phrases(text) for text in texts]
        every, count = np.unique(np.concatenate(phrases), return_counts=True)
        self.known = every[count >= 2]
        rows = [self.look_up(of_text) for of_text in phrases]
        counts = [1.0 + self._count(rows, side) for side in (positive, ~positive)]  # (P,) of the P known phrases
        ratio = np.log(counts[0] / counts[0].sum()) - np.log(counts[1] / counts[1].sum())
        self.weights = self._learn(rows, ratio, positive)

    def phrases(self, text: Sequence[int]) -> np.ndarray:
        """A number for each different phrase of 1 to `PHRASE` words in a text, in order of size."""
        words = np.minimum(np.asarray(text, dtype=np.int64), self.base)
        longer, all_ = np.zeros(len(words), dtype=np.int64), []
        for length in range(PHRASE):
            longer = longer[: len(words) - length] * (self.base + 1) + words[length:]
            all_.append(longer)
        return np.unique(np.concatenate(all_))

    def look_up(self, phrases: np.ndarray) -> np.ndarray:
        """The places, among the known phrases, of those of `phrases` that are known."""
        place = np.minimum(np.searchsorted(self.known, phrases), len(self.known) - 1)
        return place[self.known[place] == phrases]

    def log_odds(self, text: Sequence[int]) -> float:
        """The log-odds of the second label against the first, in nats."""
        return float(self.weights[self.look_up(self.phrases(text))].sum())

    def _count(self, rows: list[np.ndarray], side: np.ndarray) -> np.ndarray:
        """In how many texts of one side each known phrase is, (P,)."""
        places = np.concatenate([row for row, is_one in zip(rows, side, strict=True) if is_one])
        return np.bincount(places, minlength=len(self.known))

    def _learn(self, rows: list[np.ndarray], ratio: np.ndarray, positive: np.ndarray) -> np.ndarray:
        """The ratio of each phrase times its learnt weight, which starts at a value that fits long texts; (P,)."""
        weights = nn.EmbeddingBag.from_pretrained(torch.full((len(ratio), 1), 0.03), freeze=False, mode="sum")
        ratios, targets = torch.tensor(ratio, dtype=torch.float32), torch.tensor(positive, dtype=torch.float32)
        optimizer = torch.optim.Adam(weights.parameters(), lr=0.005)
        order = torch.Generator().manual_seed(0)
        for _ in range(EPOCHS):
            for batch in torch.split(torch.randperm(len(rows), generator=order), 256):
                texts = [rows[n] for n in batch.tolist()]
                phrases = torch.tensor(np.concatenate(texts))
                starts = torch.tensor(np.cumsum([0, *(len(row) for row in texts[:-1])]))
                odds = weights(phrases, starts, per_sample_weights=ratios[phrases]).squeeze(1)
                loss = nn.functional.binary_cross_entropy_with_logits(odds, targets[batch])
                optimizer.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                optimizer.step()
        return (weights.weight.detach().squeeze(1) * ratios).numpy()


def pseudo_labels(
    model: SequenceModel,
    split: Split,
    texts: Sequence[str],
    longest: int,
    third: Mapping[str, float] = MappingProxyType({}),
) -> list[Example]:
    """Texts of at most `longest` words, labelled by the mean log-odds of the model and of a `PhraseCounter`.

    Each teacher's log-odds are first calibrated on the validation examples. `third` has the probability of the second
    label that a third teacher gives some of the texts, already calibrated. The counter learns from whole reviews,
    which are the labelled texts with a group; from all of them if there are none.
    """
    reviews = [example for example in split.train if example.group] or list(split.train)
    counter = PhraseCounter([model.encode(example.text) for example in reviews], is_positive(model, reviews))
    held_out, positive = [example.text for example in split.validation], is_positive(model, split.validation)
    unlabelled = [text for text in texts if len(model.encode(text)) <= longest]

    def by_model(texts: Sequence[str]) -> np.ndarray:
        logits = model.logits(texts).astype(float)
        return logits[:, 1] - logits[:, 0]

    def by_counter(texts: Sequence[str]) -> np.ndarray:
        return np.array([counter.log_odds(model.encode(text)) for text in texts])

    teachers = (by_model, by_counter)
    parts = [odds_of(unlabelled) / temperature(odds_of(held_out), positive, TEMPERATURES) for odds_of in teachers]
    odds = np.mean(parts, axis=0)
    for row, text in enumerate(unlabelled):
        if text in third:
            odds[row] = (2 * odds[row] + np.log(third[text] / (1 - third[text]))) / 3
    return softly_labelled(model.labels, unlabelled, 1 / (1 + np.exp(-odds)))


def softly_labelled(labels: Sequence[str], texts: Sequence[str], probabilities: np.ndarray) -> list[Example]:
    """Texts with the more probable of two labels, given the probability of the second one, (N,)."""
    return [
        Example(text, labels[int(p > 0.5)], certainty=float(max(p, 1 - p)))
        for text, p in zip(texts, probabilities, strict=True)
    ]


def with_edits(examples: Sequence[Example], share: float, seed: int) -> list[Example]:
    """The examples, and after a share of them, chosen at random, the same one with a link, other quotation marks, ...

    Both are marked as alike. One that is alike to others already stays by itself.
    """
    generator, result = random.Random(seed), []
    for number, example in enumerate(examples):
        result.append(example)
        if example.alike or generator.random() >= share:
            continue
        code = "".join(generator.choices(string.ascii_lowercase + string.digits, k=8))
        added = {"link": f"https://{code[:5]}.com/{code[5:]}", "handle": f"@{code}"}
        changed = EDITS[generator.choice(MEANINGLESS)](example.text, generator, added)
        if changed:
            result[-1] = replace(example, alike=f"edit {number}")
            result.append(replace(result[-1], text=generator.choice(changed)))
    return result


def is_positive(model: SequenceModel, examples: Sequence[Example]) -> np.ndarray:
    """Which examples have the second of the model's two labels: bool (N,)."""
    return np.array([example.label == model.labels[1] for example in examples])
