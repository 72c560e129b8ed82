"""The speed of the QA chat: learning its questions, learning a visitor's, answering one and a thousand."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from typing import Any

import torch
from torch import Tensor

from rnn_demo.bench.footprint import ROOT
from rnn_demo.bench.stopwatch import in_turns, row, seconds
from rnn_demo.experiments.teach_table import teach
from rnn_demo.network.model import SequenceModel
from rnn_demo.tasks import TASKS, Example
from rnn_demo.tasks.base import top
from rnn_demo.tasks.qa import REFUSAL
from rnn_demo.zoo import build, recipes
from rnn_demo.zoo.build import Trained

RECIPE = recipes.RECIPES["qa"]
TASK = TASKS[RECIPE.task]
ROWS = 100  # of the table that a visitor teaches


def facts() -> list[Example]:
    """The first phrasing of the question for each answer that ships with the program."""
    firsts: dict[str, Example] = {}
    for example in build.read_examples(RECIPE, None):
        if example.label != REFUSAL:
            firsts.setdefault(example.label, example)
    return list(firsts.values())


def reader() -> tuple[SequenceModel, list[str]]:
    """An untrained model of the recipe, which takes as long as a trained one, and the questions of its training part.

    Its threshold is 0, because a question that it refused would be searched for typos as well.
    """
    model, split = build.build_model(RECIPE, build.read_examples(RECIPE, None))
    model.settings["threshold"] = 0.0
    return model.eval(), [example.text for example in split.train if example.label != REFUSAL]


def qa_training() -> dict[str, Any]:
    """The time that `python -m rnn_demo train qa` takes, from its start to the saved checkpoint."""
    with tempfile.TemporaryDirectory() as place:
        command = [sys.executable, "-m", "rnn_demo", "train", "qa", "--device", "cpu", "--out", f"{place}/qa", "--json"]
        started = time.perf_counter()
        printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        taken = time.perf_counter() - started
    report = json.loads(printed)
    held_out = report["measured"]["validation"]
    return row(
        taken,
        "s",
        "under 60",
        f"{report['train_seconds']:.1f} s of it for {RECIPE.training.epochs} epochs of "
        f"{report['measured']['recall']['examples']:,} questions; of those held out, "
        f"{held_out['answered_right']:.3f} are answered correctly and {held_out['refused']:.3f} refused",
    )


def own_rows() -> dict[str, Any]:
    """The time to learn and evaluate a visitor's 100 rows; infinite unless every row is recalled."""
    rows = facts()[:ROWS]
    recalled: list[int] = []

    def teach_once() -> None:
        *_, trained = teach(rows)
        assert isinstance(trained, Trained)  # teaching ends with one
        answers = TASKS["qa-own"].predict(trained.model, [example.text for example in rows])
        recalled.append(sum(a["answer"] == e.label for a, e in zip(answers, rows, strict=True)))

    (taken,) = in_turns(3, lambda: seconds(teach_once))
    return row(
        taken if min(recalled) == len(rows) else float("inf"),
        "s",
        "under 10",
        f"{min(recalled)} of {len(rows)} rows recalled, with variants of them held out and evaluated after every epoch",
    )


def one_answer() -> dict[str, Any]:
    """The time of a whole answer over that of the bare forward pass of the same weights."""
    model, texts = reader()
    text = max(texts[:200], key=lambda text: len(model.encode(text)))
    ids = torch.tensor([model.encode(text)])
    embedding, rnn, head = model.embedding, model.rnn, model.head
    assert embedding is not None  # the recipe reads words

    @torch.inference_mode()
    def bare() -> Tensor:
        return torch.softmax(head(rnn(embedding(ids))[0].amax(1)), dim=-1)

    def ours() -> list[dict[str, Any]]:
        return TASK.predict(model, [text])

    (best,) = top(model, bare().numpy(), "answer", without=REFUSAL)
    apart = abs(best[0]["probability"] - ours()[0]["confidence"])
    whole, plain = in_turns(101, lambda: seconds(ours), lambda: seconds(bare))
    return row(
        whole / plain,
        "times",
        "at most 2",
        f"the five best answers to a question of {ids.shape[1]} words take {whole * 1000:.2f} ms, the bare pass "
        f"{plain * 1000:.2f} ms; the confidences differ by {apart:.0e}",
    )


def many_questions() -> dict[str, Any]:
    """How many times more questions a second 1,000 in one call of `predict` are than in 1,000 calls."""
    model, texts = reader()
    texts = texts[:1_000]
    singly, together = in_turns(
        5,
        lambda: seconds(lambda: [TASK.predict(model, [text]) for text in texts]),
        lambda: seconds(lambda: TASK.predict(model, texts)),
    )
    return row(
        singly / together,
        "times",
        "at least 10",
        f"{len(texts):,} questions: {len(texts) / together:,.0f} a second in one call, "
        f"{len(texts) / singly:,.0f} one by one",
    )
