"""How well does a QA model cope with typos? One wrong letter in one content word of every question.

python -m rnn_demo.bench.typo_robustness qa [FILE]    # its recipe's held-out phrasings, or the questions of a file
"""

from __future__ import annotations

import json
import random
import string
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rnn_demo.data.paraphrases import SMALL
from rnn_demo.data.spelling import SHORTEST
from rnn_demo.network.model import SequenceModel
from rnn_demo.tasks import TASKS, Example
from rnn_demo.tasks.qa import REFUSAL
from rnn_demo.zoo import build, checkpoint, recipes


def with_slip(text: str, generator: random.Random) -> str | None:
    """The text with one letter of one content word replaced by another; None if it has no such word."""
    words = [word for word in text.split() if word.isalpha() and len(word) >= SHORTEST and word.lower() not in SMALL]
    if not words:
        return None
    word = generator.choice(words)
    place = generator.randrange(len(word))
    letter = generator.choice([c for c in string.ascii_lowercase if c != word[place].lower()])
    return text.replace(word, word[:place] + letter + word[place + 1 :], 1)


def evaluate_slips(model: SequenceModel, examples: Sequence[Example]) -> dict[str, Any]:
    """The share of questions with a slip that are answered correctly, at once or by "did you mean"; and each alone."""
    generator = random.Random(0)
    slips = [(with_slip(e.text, generator), e.label) for e in examples if e.label != REFUSAL]
    questions = [(text, label) for text, label in slips if text is not None]
    answers = TASKS[model.task].predict(model, [text for text, _ in questions])
    pairs = list(zip(answers, (label for _, label in questions), strict=True))
    at_once = sum(answer["answer"] == label for answer, label in pairs)
    suggestions = sum(answer["would_answer"] == label for answer, label in pairs)
    count = max(1, len(questions))
    return {
        "slips": len(questions),
        "slips_right": (at_once + suggestions) / count,
        "slips_right_at_once": at_once / count,
        "slips_right_as_meant": suggestions / count,
    }


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
