"""Tasks that need memory: each answer is computed here a second time, from the text alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from rnn_demo.network.model import Architecture, SequenceModel
from rnn_demo.tasks import MEMORY, TASKS, Making
from rnn_demo.tasks.memory import MAX_DISTANCE
from rnn_demo.training import train
from rnn_demo.training.batching import Batches
from rnn_demo.training.config import TrainingConfig
from rnn_demo.training.loss import evaluate_loss
from rnn_demo.zoo import build, checkpoint, recipes


def sum_of_marked(text: str) -> str:
    return str(sum(int(text[k + 1]) for k, sign in enumerate(text) if sign == "+"))


# From a text to its answer, written without a look at how the text was made.
ANSWERS: dict[str, Callable[[str], str]] = {
    "recall": lambda text: text[0],
    "adding": sum_of_marked,
    "parity": lambda text: "odd" if sum(map(int, text)) % 2 else "even",
    "brackets": lambda text: str(text.count("(") - text.count(")")),
    "copy": lambda text: "-" * (len(text) - 4) + text[:4],
}
LENGTHS: dict[str, Callable[[int], int]] = {  # of a text of each distance
    "recall": lambda distance: distance + 1,
    "adding": lambda distance: max(2, distance) + 2,
    "parity": lambda distance: distance,
    "brackets": lambda distance: distance,
    "copy": lambda distance: distance + 7,
}


def model_for(name: str) -> SequenceModel:
    torch.manual_seed(0)
    task = MEMORY[name]
    examples = task.make(200, 9, 0)
    architecture = Architecture("gru", 6, embedding_size=4, per_step=task.per_step)
    return SequenceModel(
        architecture, task.vocabulary(examples, task.tokenizer, None, 1), task.labels(examples), name
    ).eval()


@pytest.mark.parametrize("name", MEMORY)
@pytest.mark.parametrize("distance", [1, 2, 5, 40, MAX_DISTANCE])
def test_every_answer_is_true_and_every_text_as_long_as_was_asked(name: str, distance: int) -> None:
    for example in MEMORY[name].make(50, distance, seed=3):
        assert example.label == ANSWERS[name](example.text)
        assert len(example.text) == LENGTHS[name](distance)
        assert set(example.label if TASKS[name].per_step else (example.label,)) <= set(MEMORY[name].choices)


@pytest.mark.parametrize("name", MEMORY)
def test_the_same_seed_makes_the_same_examples_and_another_one_others(name: str) -> None:
    first, again, other = (MEMORY[name].make(50, 12, seed) for seed in (7, 7, 8))
    assert first == again
    assert first != other
    assert MEMORY[name].make(10, 12, 7) == first[:10]


def test_brackets_never_close_what_is_not_open_and_never_open_more_than_four() -> None:
    for example in MEMORY["brackets"].make(200, 60, seed=0):
        depth = 0
        for sign in example.text:
            depth += 1 if sign == "(" else -1
            assert 0 <= depth <= 4


def test_a_digit_of_each_half_is_marked() -> None:
    for example in MEMORY["adding"].make(200, 12, seed=0):
        before = example.text.replace("+", " +").split(" ")
        first, second = len(before[0]), len(before[0] + before[1]) - 1
        assert example.text.count("+") == 2
        assert first < 6 <= second


@pytest.mark.parametrize("name", MEMORY)
def test_accuracy_and_chance_are_those_of_the_answers_that_are_asked_for(name: str) -> None:
    task, model = MEMORY[name], model_for(name)
    examples = task.make(60, 9, seed=1)
    key = "output" if task.per_step else "label"
    said = [answer[key] for answer in task.predict(model, [example.text for example in examples])]
    cut = slice(-task.asked, None) if task.per_step else slice(None)
    pairs = [(e.label[cut], s[cut]) for e, s in zip(examples, said, strict=True)]
    if task.per_step:
        pairs = [pair for wanted, given in pairs for pair in zip(wanted, given, strict=True)]
    assert task.accuracy(model, examples) == pytest.approx(sum(a == b for a, b in pairs) / len(pairs))
    wanted = [a for a, _ in pairs]
    assert task.chance(examples) == pytest.approx(max(map(wanted.count, wanted)) / len(wanted))


@pytest.mark.parametrize(
    ("making", "says"),
    [
        ({"count": 0}, "count must be a whole number from 1 to 100,000, got 0"),
        ({"distance": 201}, "distance must be a whole number from 1 to 200, got 201"),
        ({"distance": 2.5}, "distance must be a whole number from 1 to 200, got 2.5"),
        ({"count": True}, "count must be a whole number"),
    ],
)
def test_what_cannot_be_made_is_refused_in_a_sentence(making: dict[str, int], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Making(**making)


def test_a_gru_learns_to_recall_what_it_was_made_to_remember() -> None:
    options = {"cell": "gru", "device": "cpu", "distance": 6, "count": 1_000, "epochs": 6}
    recipe = recipes.with_options(recipes.RECIPES["recall"], options)
    *_, trained = build.fit(recipe)
    assert trained.metrics["making"] == {"count": 1_000, "distance": 6}
    assert trained.metrics["measured"]["test"]["asked_accuracy"] == 1
    assert trained.metrics["measured"]["test"]["chance"] < 0.3


def test_a_checkpoint_is_measured_again_on_the_distance_it_learnt(tmp_path: object) -> None:
    options = {"device": "cpu", "distance": 3, "count": 300, "epochs": 1, "seed": 5}
    recipe = recipes.with_options(recipes.RECIPES["copy"], options)
    *_, trained = build.fit(recipe)
    folder = build.save("copy", recipe, trained, tmp_path / "copy")  # type: ignore[operator]
    again = build.evaluate_checkpoint(folder, checkpoint.load(folder), None)
    assert again == trained.metrics["measured"]


def test_copy_says_of_a_text_what_is_right_after_each_token() -> None:
    (example,) = MEMORY["copy"].make(1, 5, seed=3)
    assert MEMORY["copy"].right_answers(list(example.text)) == list(example.label[:-1])


def test_copy_counts_the_positions_asked_and_not_the_blanks() -> None:
    """A network that always says a dash is right at every blank, which counts for nothing, in its loss as elsewhere."""
    task, model = MEMORY["copy"], model_for("copy")
    with torch.no_grad():
        model.head.weight.zero_()
        model.head.bias.copy_(torch.eye(len(model.labels))[model.labels.index("-")] * 9)
    examples = task.make(50, 9, seed=1)
    batches = Batches(model, examples, 16, 400)
    loss, accuracy = evaluate_loss(model, batches)
    assert (batches.counted, batches.answers) == (4 * 50, sum(len(example.text) for example in examples))
    assert accuracy == 0
    wrong = -torch.log_softmax(model.head.bias, 0)[1].item()
    assert loss == pytest.approx(wrong, rel=1e-4)
    steps = list(train(model, examples, (), TrainingConfig(device="cpu", batch_size=16, epochs=1)))[:-1]
    assert sum(step.answers for step in steps) == 4 * 50
    assert steps[0].loss == pytest.approx(wrong, rel=1e-4)
    assert task.chance(examples) > 1 / 8
