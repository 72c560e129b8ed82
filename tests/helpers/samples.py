"""Small models and small data that the tests share."""

from __future__ import annotations

import itertools
import random
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch
from torch import Tensor

from rnn_demo.data.vocabulary import Vocabulary
from rnn_demo.network.cells import CELLS
from rnn_demo.network.model import Architecture, SequenceModel
from rnn_demo.network.padding import pad
from rnn_demo.network.pooling import POOLINGS
from rnn_demo.tasks import MEMORY, TASKS, Example
from rnn_demo.tasks.base import Task
from rnn_demo.zoo import build
from rnn_demo.zoo.recipes import SHIPPED

SMALL = Path(__file__).parents[1] / "data"
SAMPLE_FILES = {  # of a task that has no file of its own here; the others have data/TASK_small.csv
    "qa": SMALL / "qa_sample.csv",  # every 40th row of the shipped file, in which reading alone takes seconds
    "qa-own": SMALL / "qa_small.csv",
    "qa-notebook": SMALL / "qa_small.csv",
    "sentiment": SMALL / "reviews_small.csv",
    "characters": SHIPPED / "hello.txt",
    "series": Path("sine"),  # which is made
}
SENTENCES = ("not bad at all", "a great film", "it is bad", "what a great , great story it is !")
VOCABULARY = Vocabulary.build(SENTENCES, "words")
LABELS = ("negative", "positive")
EXAMPLES = tuple(Example(text, LABELS["bad" not in text]) for text in SENTENCES)
COMPARISON = [
    {
        "model": "lstm",
        "cell": "lstm",
        "imdb_test": 0.92,
        "imdb_test_shuffled": 0.871,
        "sst2_dev": 0.87,
        "sst2_dev_shuffled": 0.79,
        "parameters": 2_000_000,
        "train_seconds": 900.4,
    },
    {"model": "bag of words", "cell": None, "imdb_test": 0.88, "imdb_test_shuffled": 0.88, "sst2_dev": None, "more": 1},
]
LENGTHS = (3, 7, 1, 5)
SHAPES = tuple(itertools.product(CELLS, (1, 2, 3), (False, True)))  # cell, layers, bidirectional
SHAPE_IDS = [f"{cell}-{layers}-{'both' if both else 'forward'}" for cell, layers, both in SHAPES]
POOLED = tuple(itertools.product(CELLS, POOLINGS, (False, True)))  # cell, pooling, bidirectional


def sample_file(task: str) -> Path | None:
    """A small data file of a task; None where the task makes its examples."""
    return None if task in MEMORY else SAMPLE_FILES.get(task, SMALL / f"{task}_small.csv")


@contextmanager
def few_questions(folder: Path) -> Iterator[None]:
    """Within it, the recipe `qa` finds the sample in place of the shipped file; `folder` is an empty one to use."""
    shutil.copytree(SHIPPED, folder, dirs_exist_ok=True)
    shutil.copy(SAMPLE_FILES["qa"], folder / "qa.csv")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "SHIPPED", folder)
        yield


def examples_of(task: str) -> list[Example]:
    """Some examples of a task, read from its small file or made."""
    file = sample_file(task)
    return MEMORY[task].make(40, distance=7, seed=0) if file is None else TASKS[task].read(file)


def small_model(
    cell: str = "lstm", seed: int = 0, labels: tuple[str, ...] = LABELS, **options: object
) -> SequenceModel:
    """A fresh model that answers in eval mode."""
    torch.manual_seed(seed)
    sizes = {"hidden_size": 5, "embedding_size": 4} | options
    return SequenceModel(Architecture(cell, **sizes), VOCABULARY, labels, "sentiment").eval()


def small_batch(lengths: tuple[int, ...] = LENGTHS, seed: int = 0) -> tuple[Tensor, Tensor]:
    """ids (B, T) of known tokens, padded on the right, and lengths (B,)."""
    generator = torch.Generator().manual_seed(seed)
    return pad([torch.randint(2, len(VOCABULARY), (length,), generator=generator).tolist() for length in lengths])


def random_texts(count: int, longest: int, seed: int = 0) -> list[Example]:
    """Texts of 1 to `longest` words, all positive."""
    rng = random.Random(seed)
    words = ["bad", "great", "film"]
    return [Example(" ".join(rng.choices(words, k=rng.randint(1, longest))), "positive") for _ in range(count)]


def untrained_for(task: Task, examples: Sequence[Example]) -> SequenceModel:
    """A small network for these examples, with random weights."""
    vocabulary = task.vocabulary(examples, task.tokenizer, None, 1)
    architecture = Architecture("gru", 4, embedding_size=3, per_step=task.per_step)
    return SequenceModel(architecture, vocabulary, task.labels(examples)).eval()
