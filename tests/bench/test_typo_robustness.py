"""A slip is one wrong letter in one word that matters, and what is counted is what the model answers."""

import random

from rnn_demo.bench import typo_robustness
from rnn_demo.data.spelling import one_slip_apart
from rnn_demo.network.model import Architecture, SequenceModel
from rnn_demo.tasks import TASKS, Example
from rnn_demo.tasks.qa import REFUSAL


def test_one_letter_of_one_word_that_matters_is_another():
    text = "What is the capital of France, please?"
    slipped = typo_robustness.with_slip(text, random.Random(0))
    changed = [(a, b) for a, b in zip(text.split(), slipped.split(), strict=True) if a != b]
    assert len(changed) == 1
    ((old, new),) = changed
    assert old == "capital"
    assert one_slip_apart(old, new)
    assert len(old) == len(new)


def test_a_text_without_a_word_that_matters_has_no_slip():
    assert typo_robustness.with_slip("what is it to you?", random.Random(0)) is None


def test_the_share_right_is_that_of_the_answers_and_refusals_are_not_asked():
    examples = [Example("capital france", "Paris"), Example("currency japan", "Yen"), Example("hello there", REFUSAL)]
    task = TASKS["qa"]
    vocabulary = task.vocabulary(examples, task.tokenizer, None, 1)
    model = SequenceModel(Architecture("gru", 4), vocabulary, ["Paris", "Yen", REFUSAL], "qa").eval()
    model.settings["threshold"] = 0.0
    scores = typo_robustness.evaluate_slips(model, examples)
    assert scores["slips"] == 2
    assert scores["slips_right"] == scores["slips_right_at_once"] + scores["slips_right_as_meant"]
    assert scores == typo_robustness.evaluate_slips(model, examples)
    model.settings["threshold"] = 1.0
    assert typo_robustness.evaluate_slips(model, examples)["slips_right"] == 0
