"""How well does a QA model cope with slips of the fingers? One slip anywhere in every question, of each kind in turn.

To run it:

    python -m rnn_demo.bench.typo_robustness qa [FILE]    # its recipe's held-out phrasings, or the questions of a file
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rnn_demo.data.slips import SLIPS, with_slip
from rnn_demo.network.model import SequenceModel
from rnn_demo.tasks import TASKS, Example
from rnn_demo.tasks.qa import is_refusal
from rnn_demo.zoo import build, checkpoint, recipes

SEED = 17  # another than that of any recipe, so that no slip was practised because it is here


def evaluate_slips(model: SequenceModel, examples: Sequence[Example]) -> dict[str, Any]:
    """The share of questions with a slip that are answered correctly: at once, or by "did you mean"; and by kind.

    `slips_wrong` is the share that is answered wrongly at once.
    """
    generator, kinds = random.Random(SEED), list(SLIPS)
    asked = [example for example in examples if not is_refusal(example.label)]
    slips = [(kinds[n % len(kinds)], with_slip(e.text, generator, kinds[n % len(kinds)])) for n, e in enumerate(asked)]
    questions = [(kind, text, e.label) for (kind, text), e in zip(slips, asked, strict=True) if text is not None]
    answers = TASKS[model.task].predict(model, [text for _, text, _ in questions])
    triples = [(a, kind, label) for a, (kind, _, label) in zip(answers, questions, strict=True)]
    at_once = [(kind, answer["answer"] == label) for answer, kind, label in triples]
    suggestions = sum(answer["would_answer"] == label for answer, _, label in triples if not answer["known"])
    wrong = sum(answer["known"] and answer["answer"] != label for answer, _, label in triples)
    count, right = max(1, len(questions)), sum(hit for _, hit in at_once)
    return {
        "slips": len(questions),
        "slips_right": (right + suggestions) / count,
        "slips_right_at_once": right / count,
        "slips_right_as_meant": suggestions / count,
        "slips_wrong": wrong / count,
        "by_kind": {kind: share([hit for other, hit in at_once if other == kind]) for kind in kinds},
    }


def share(hits: Sequence[bool]) -> float:
    """The share that is true; 0 of none."""
    return sum(hits) / max(1, len(hits))


def main(name: str, file: str | None = None) -> dict[str, Any]:
    """Evaluate a checkpoint on the questions of a file, or on those that its recipe held out."""
    model = checkpoint.open_checkpoint(name)
    task = TASKS[model.task]
    if file is not None:
        return evaluate_slips(model, task.read(Path(file)))
    recipe = recipes.find_recipe(name)
    return evaluate_slips(model, task.split(build.read_examples(recipe, None), recipe.training.seed).validation)


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:3])))
