"""QA answers what it was taught, refuses the rest, and says how sure it is."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from helpers.samples import examples_of, untrained_for

from rnn_demo.network.model import Architecture, SequenceModel
from rnn_demo.network.pooling import POOLINGS
from rnn_demo.tasks import TASKS, Example
from rnn_demo.tasks.base import Split
from rnn_demo.tasks.qa import (
    DEFAULT_THRESHOLD,
    REFUSAL,
    answerable_share,
    answers_so_far,
    area_under_curve,
    coverage,
    is_refusal,
    judge,
)


def test_qa_reports_unknown_words_and_knows_nothing_of_words_it_never_saw():
    examples = [example for example in examples_of("qa") if not is_refusal(example.label)]
    model = untrained_for(TASKS["qa"], examples)
    known, partly, unknown = TASKS["qa"].predict(
        model, [examples[0].text, "What is the zorgle of France?", "zorgle blarg"], threshold=0.0
    )
    assert (known["known"], known["unknown_words"]) == (True, [])
    assert known["answer"] == known["top"][0]["answer"]
    assert known["confidence"] == known["top"][0]["probability"]
    assert partly["unknown_words"] == ["zorgle"]
    assert (unknown["known"], unknown["answer"]) == (False, None)


def test_a_refused_question_comes_with_what_was_meant_where_a_word_is_one_slip_away():
    examples = [Example("capital of France", "Paris"), Example("capital of Spain", "Madrid")]
    model = untrained_for(TASKS["qa"], examples)
    threshold = min(a["confidence"] for a in TASKS["qa"].predict(model, [e.text for e in examples]))
    meant = TASKS["qa"].predict(model, ["Frence", "Zorgle", "capital of Spain"], threshold=0.0)
    assert [answer["did_you_mean"] for answer in meant] == ["France", None, None]
    assert [answer["answer"] for answer in meant[:2]] == [None, None]
    assert meant[0]["would_answer"] == TASKS["qa"].predict(model, ["France"], threshold=0.0)[0]["answer"]
    assert meant[1]["would_answer"] is None
    assert TASKS["qa"].predict(model, ["Frence"], threshold=threshold + 1)[0]["did_you_mean"] is None
    (half,) = TASKS["qa"].predict(model, ["zorgle Frence"], threshold=0.0)  # one word of two is corrected
    assert (half["known"], half["did_you_mean"]) == (False, None)


def test_what_is_refused_whatever_the_threshold_counts_as_refused_in_every_measure():
    examples = [Example("capital of France", "Paris"), Example("capital of Spain", "Madrid")]
    model = untrained_for(TASKS["qa"], examples)
    questions = [Example("xyzzy", "Paris"), Example("xyzzy France", "Paris")]
    _, refuses, right, _ = judge(model, questions)
    assert refuses.tolist() == [True, False]
    measured = TASKS["qa"].measure(model, questions)
    assert measured["coverage"][0] == {"threshold": 0.0, "answered": 0.5, "right": float(right[1])}


def model_with_answers(**logits):
    """A network that gives each question the same logits, whatever it asks."""
    task, labels = TASKS["qa"], list(logits)
    examples = [Example("capital of France", label.replace("_", " ")) for label in labels]
    model = untrained_for(task, [replace(e, label=REFUSAL) if e.label == "refusal" else e for e in examples])
    with torch.no_grad():
        model.head.weight.zero_()
        model.head.bias.copy_(torch.tensor([logits[{REFUSAL: "refusal"}.get(name, name)] for name in model.labels]))
    return model


@pytest.mark.parametrize(("refusal_logit", "known"), [(1.9, True), (2.1, False)])
def test_what_is_more_likely_to_be_refused_than_answered_is_refused_whatever_the_threshold(refusal_logit, known):
    model = model_with_answers(Paris=2.0, Rome=0.0, refusal=refusal_logit)
    for threshold in (0.0, 0.3):
        (answer,) = TASKS["qa"].predict(model, ["capital of France"], threshold)
        assert answer["known"] is known
        assert answer["answer"] == ("Paris" if known else None)
        assert answer["confidence"] > 0.4
        assert answers_so_far(model, "capital of France", threshold)[-1]["known"] is known
        model.settings["threshold"] = threshold
        measured = TASKS["qa"].measure(model, [Example("capital of France", "Paris"), Example("of France", REFUSAL)])
        assert (measured["answered_right"], measured["refused"]) == (known, not known)


def test_qa_does_not_answer_below_its_threshold():
    model, question = model_with_answers(Paris=2.0, Rome=0.0, refusal=1.0), "capital of France"
    confidence = TASKS["qa"].predict(model, [question])[0]["confidence"]
    for threshold, known in ((confidence, True), (float(np.nextafter(confidence, 1)), False)):
        assert TASKS["qa"].predict(model, [question], threshold=threshold)[0]["known"] is known
        model.settings["threshold"] = threshold
        assert TASKS["qa"].predict(model, [question])[0]["known"] is known


@pytest.mark.parametrize("pooling", POOLINGS)
def test_the_answer_after_the_last_word_is_the_answer_and_earlier_ones_do_not_depend_on_it(pooling):
    task = TASKS["qa"]
    examples = examples_of("qa")
    architecture = Architecture("gru", 4, embedding_size=3, pooling=pooling)
    model = SequenceModel(architecture, task.vocabulary(examples, task.tokenizer, None, 1), task.labels(examples))
    model.eval().settings["temperature"] = 0.2
    for text in ("What is the capital of France?", "zorgle capital"):
        running = answers_so_far(model, text, 0.005)
        assert [row["token"] for row in running] == model.vocabulary.tokenize(text)
        for t, row in enumerate(running):
            read = " ".join(model.vocabulary.tokenize(text)[: t + 1])
            said = task.predict(model, [read], threshold=0.005)[0]
            assert (row["answer"], row["known"]) == (said["answer"], said["known"])
            assert row["confidence"] == pytest.approx(said["confidence"], abs=1e-6)
    assert answers_so_far(model, "?", 0.0) == []


def test_a_network_that_reads_backward_too_cannot_say_what_it_knew_after_each_word():
    examples = [Example("a b", "yes"), Example("b a", "no")]
    model = SequenceModel(
        Architecture("gru", 4, bidirectional=True), TASKS["qa"].vocabulary(examples, "words", None, 1), ["yes", "no"]
    )
    with pytest.raises(ValueError, match="reads forward"):
        answers_so_far(model.eval(), "a b", 0.5)


def test_coverage_counts_what_is_answered_and_what_of_it_is_right():
    confidence, right = np.array([0.9, 0.8, 0.3, 0.1]), np.array([True, False, True, False])
    points = {point["threshold"]: point for point in coverage(confidence, right)}
    assert (points[0.0]["answered"], points[0.0]["right"]) == (1, 0.5)
    assert (points[0.3]["answered"], points[0.3]["right"]) == (0.75, pytest.approx(2 / 3))
    assert (points[0.9]["answered"], points[0.9]["right"]) == (0.25, 1)
    assert (points[1.0]["answered"], points[1.0]["right"]) == (0, None)
    answered = [points[threshold]["answered"] for threshold in sorted(points)]
    assert answered == sorted(answered, reverse=True)


def test_the_share_of_questions_with_an_answer_follows_from_what_was_measured():
    confidence, right = np.array([0.9, 0.8, 0.3, 0.1, 0.2]), np.array([True, False, True, False, False])
    answerable = np.array([True, True, True, False, False])
    for threshold in (0.0, 0.3, 0.5):
        correct = float((right & (confidence >= threshold))[answerable].mean())
        part = {"threshold": threshold, "answered_right": correct, "coverage": coverage(confidence, right)}
        assert answerable_share(part) == pytest.approx(3 / 5)
    assert answerable_share({"threshold": 0.5, "coverage": coverage(confidence, right)}) is None
    assert answerable_share({"answered_right": 0.5}) is None


def test_the_notebooks_labels_are_its_joint_vocabulary_spelt_as_the_answers_are():
    task = TASKS["qa-notebook"]
    examples = examples_of("qa-notebook")
    vocabulary = task.vocabulary(examples, task.tokenizer, None, 1)
    labels = task.labels(examples)
    assert [label.lower() for label in labels[1:]] == list(vocabulary.tokens[2:])
    assert {example.label for example in examples} <= set(labels)


def test_area_under_the_curve_is_the_share_of_pairs_in_the_right_order():
    rng = np.random.default_rng(0)
    for above, below in ((rng.integers(0, 9, 70), rng.integers(0, 7, 50)), (rng.normal(size=9), rng.normal(size=1))):
        pairs = np.sign(above[:, None] - below)
        assert area_under_curve(above, below) == pytest.approx((pairs.mean() + 1) / 2)


@pytest.mark.parametrize("label", ["yes", REFUSAL])
def test_a_threshold_is_not_chosen_from_refusals_or_answers_alone(label):
    task, examples = TASKS["qa"], [Example("a b", "yes"), Example("b a", "no"), Example("a", REFUSAL)]
    model = untrained_for(task, examples)
    split = Split(tuple(examples), tuple(Example(f"a b {n}", label) for n in range(40)))
    assert task.choose_settings(model, split) == {"threshold": DEFAULT_THRESHOLD}
